"""What a supply and a load say of themselves: handed out as it is, for reading hurts nobody.

What is guarded lies behind a name with two underscores, as in `guarded`.
"""

from instruments.load import LoadInput
from instruments.supply import SupplyOutput
from instruments.units import Ampere, Volt


class GuardedReadings:
    """The state, the voltmeter and the ammeter of a terminal that is guarded otherwise."""

    __slots__ = ("__terminal",)

    def __init__(self, terminal: SupplyOutput | LoadInput) -> None:
        self.__terminal = terminal

    def is_enabled(self) -> bool:
        """Return whether the terminal says it is on."""
        return self.__terminal.is_enabled()

    def voltage(self) -> Volt:
        """Measure the voltage at the terminal [V]."""
        return self.__terminal.voltage()

    def current(self) -> Ampere:
        """Measure the current through the terminal [A]."""
        return self.__terminal.current()

    def voltage_uncertainty(self, voltage: Volt) -> Volt:
        """Return the standard uncertainty of a measured ``voltage`` [V]."""
        return self.__terminal.voltage_uncertainty(voltage)

    def current_uncertainty(self, current: Ampere) -> Ampere:
        """Return the standard uncertainty of a measured ``current`` [A]."""
        return self.__terminal.current_uncertainty(current)
