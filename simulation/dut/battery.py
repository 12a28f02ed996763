"""A battery of the Smart line as the unit sees it: cells, and alarm electronics on the link.

The battery decides, the unit acts. A pole is a normally-closed contact to BAT-; its assumed meaning
is that of `simulation.dut.battery_link`. The alarm electronics act at once.
"""

from pathlib import Path

from instruments.units import DegreeCelsius, Volt
from simulation.dut.battery_link import POLES
from simulation.dut.parameters import read_parameters
from simulation.elements import Contact
from simulation.world import World

DATA_FILE = Path(__file__).with_name("smart_battery.toml")
_NOMINAL_CELL: Volt = 3.3
_ROOM: DegreeCelsius = 25.0


class Battery:
    """``cells`` cells in series, healthy and plugged in when new, tying ``poles`` to ``minus``.

    The undervoltage level [V] is adjustable in the battery; without one the default applies.
    """

    def __init__(
        self,
        world: World,
        *,
        cells: int = 4,
        undervoltage: Volt | None = None,
        poles: tuple[str, str, str] = POLES,
        minus: str = "BAT-",
    ) -> None:
        values = {name: p.value for name, p in read_parameters(DATA_FILE).items()}
        number = {name: value for name, value in values.items() if isinstance(value, float)}
        self._low = number["cell.undervoltage"] if undervoltage is None else undervoltage
        self._low_release = number["cell.undervoltage_release"]
        self._high = number["cell.overvoltage"]
        self._high_release = number["cell.overvoltage_release"]
        self._coldest = number["cell.coldest"]
        self._hottest = number["cell.hottest"]
        self._margin = number["cell.temperature_hysteresis"]
        self._cells: list[Volt] = [_NOMINAL_CELL] * cells
        self._temperatures: list[DegreeCelsius] = [_ROOM] * cells
        self._plugged = True
        self.is_low = False
        self.is_high = False
        self.is_cold = False
        self.is_hot = False
        ohms = number["link.contact_resistance"]
        self.contacts = tuple(Contact(pole, minus, ohms, closed=True) for pole in poles)
        for contact in self.contacts:
            world.add(contact)

    @property
    def voltage(self) -> Volt:
        """Return the sum of the cells [V]."""
        return sum(self._cells)

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

    def unplug(self) -> None:
        """Pull the link's cable: all poles open."""
        self._plugged = False
        self._drive()

    def plug(self) -> None:
        """Put the link's cable back."""
        self._plugged = True
        self._drive()

    def _decide(self) -> None:
        """Raise and clear the alarms: one cell raises, all cells must have recovered to clear."""
        lowest, highest = min(self._cells), max(self._cells)
        coldest, hottest = min(self._temperatures), max(self._temperatures)
        self.is_low = lowest < (self._low_release if self.is_low else self._low)
        self.is_high = highest >= (self._high_release if self.is_high else self._high)
        self.is_cold = coldest < self._coldest + (self._margin if self.is_cold else 0.0)
        self.is_hot = hottest > self._hottest - (self._margin if self.is_hot else 0.0)
        self._drive()

    def _drive(self) -> None:
        may_charge = not (self.is_high or self.is_cold or self.is_hot)
        for contact, healthy in zip(
            self.contacts, (not self.is_low, may_charge, True), strict=True
        ):
            if healthy and self._plugged:
                contact.close()
            else:
                contact.open()
