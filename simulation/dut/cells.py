"""Cells in series, each with a voltage and a temperature."""

from abc import ABC, abstractmethod

from instruments.units import DegreeCelsius, Volt

NOMINAL: Volt = 3.3
ROOM: DegreeCelsius = 25.0


class Cells(ABC):
    """``count`` cells that somebody can bring to any voltage and temperature.

    What a battery makes of them is up to `_decide`, called after each change.
    """

    def __init__(self, count: int) -> None:
        self._cells: list[Volt] = [NOMINAL] * count
        self._temperatures: list[DegreeCelsius] = [ROOM] * count

    def set_cells(self, voltage: Volt) -> None:
        """Bring all cells to ``voltage`` [V]."""
        self._cells = [voltage] * len(self._cells)
        self._decide()

    def set_cell(self, number: int, voltage: Volt) -> None:
        """Bring one cell, counted from 0, to ``voltage`` [V]; or IndexError."""
        self._cells[number] = voltage
        self._decide()

    def set_temperatures(self, temperature: DegreeCelsius) -> None:
        """Bring all cells to ``temperature`` [degC]."""
        self._temperatures = [temperature] * len(self._temperatures)
        self._decide()

    def set_temperature(self, number: int, temperature: DegreeCelsius) -> None:
        """Bring one cell, counted from 0, to ``temperature`` [degC]; or IndexError."""
        self._temperatures[number] = temperature
        self._decide()

    @abstractmethod
    def _decide(self) -> None:
        """Say what follows from the cells as they are now."""
