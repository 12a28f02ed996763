"""The smallBMS NG's end of the battery bus: what it made of the bank's last words."""

from dataclasses import replace

from simulation.dut.bus_battery import BatteryReport, BusBattery
from simulation.dut.parameters import Parameters


class BusReceiver:
    """Keeps the bank's ``report`` as the unit understands it, None while the bank is lost."""

    __slots__ = ("_battery", "_said", "_strings_too_many", "_voltage_too_low", "report")

    def __init__(self, parameters: Parameters, battery: BusBattery) -> None:
        self._battery = battery
        self._strings_too_many = round(parameters.number("bank.strings_too_many"))
        self._voltage_too_low = parameters.number("readout.voltage_too_low")
        self._said: BatteryReport | None = None
        self.report: BatteryReport | None = None

    def listen(self, *, hears: bool) -> bool:
        """Take in what was said last if it ``hears``; return whether that is new."""
        said = self._battery.report
        if not hears or said is self._said:
            return False
        self._said = said
        self.report = replace(
            said,
            parallel=said.parallel + self._strings_too_many,
            voltage=said.voltage - self._voltage_too_low,
        )
        return True

    def forget(self) -> None:
        """Forget what was said: the bank is lost, or the power."""
        self._said = self.report = None
