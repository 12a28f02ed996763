"""How the smallBMS NG judges its bank: which outputs may be high, and what is wrong.

Expected behaviour: 002, 003 and 004 as cited with each parameter of ``smallbms_ng.toml``.
"""

from collections.abc import Callable, Mapping

from instruments.units import DegreeCelsius
from simulation.clock import VirtualClock
from simulation.dut.bus_battery import BatteryReport
from simulation.dut.charge_monitor import ChargeMonitor
from simulation.dut.hysteresis import Limit
from simulation.dut.parameters import Parameters
from simulation.dut.pre_alarm import PreAlarm
from simulation.dut.readings import ALARM, WARNING


class Supervision:
    """Judges what the bank says; at rest nothing is allowed.

    ``may_load``, ``may_charge`` and ``warns`` are for the outputs; ``levels`` (by the name of a
    code) and ``error`` say what is wrong. ``when_over`` is called when the pre-alarm has lasted
    long enough.
    """

    __slots__ = (
        "_alarm",
        "_bank",
        "_cold",
        "_high_hides_low",
        "_high_ignored",
        "_high_opens_load",
        "_hot",
        "_invalid_ignored",
        "_low_hides_charge",
        "_low_ignored",
        "_low_latched",
        "_low_latches",
        "_low_opens_charger",
        "_outlasts_load",
        "error",
        "levels",
        "may_charge",
        "may_load",
        "warns",
    )

    def __init__(
        self, clock: VirtualClock, parameters: Parameters, *, when_over: Callable[[], None]
    ) -> None:
        number, switch = parameters.number, parameters.switch
        self._alarm = PreAlarm(clock, parameters, when_over=when_over)
        margin = number("temperature.hysteresis")
        self._cold = Limit(number("temperature.lowest"), number("temperature.lowest") + margin)
        self._hot = Limit(number("temperature.highest"), number("temperature.highest") - margin)
        self._bank = Limit(number("bank.lowest"), number("bank.release"))
        self._invalid_ignored = switch("bank.configuration_ignored")
        self._low_ignored = switch("cell.low_ignored")
        self._low_latches = switch("cell.low_latches")
        self._low_opens_charger = switch("cell.low_opens_charger")
        self._low_hides_charge = switch("cell.low_hides_charge")
        self._high_ignored = switch("cell.high_ignored")
        self._high_hides_low = switch("cell.high_hides_low")
        self._high_opens_load = switch("cell.high_opens_load")
        self._outlasts_load = switch("warning.outlasts_load")
        self._low_latched = False
        self.levels: Mapping[str, str] = {}
        self.error = 0
        self.may_load = False
        self.may_charge = False
        self.warns = False

    def judge(self, report: BatteryReport, charge: ChargeMonitor) -> None:
        """Take in what the bank says of itself and what the monitor says of its charge."""
        high = report.is_high and not self._high_ignored
        hidden = report.is_high and self._high_hides_low
        low = report.is_low and not (self._low_ignored or hidden)
        cold = self._cold.take(min(report.temperatures))
        hot = self._hot.take(max(report.temperatures))
        bank = self._bank.take(report.voltage / len(report.cells))
        self._alarm.decide(warning=report.is_near_low and not hidden, low=low)
        self._low_latched |= self._low_latches and low and not self._alarm.may_load
        cells = self._alarm.may_load and not self._low_latched
        self.error = 0 if self._invalid_ignored else report.invalid
        is_valid = not self.error
        self.may_load = is_valid and cells and not (charge.is_empty or bank)
        self.may_load &= not (high and self._high_opens_load)
        refuses = (high or cold or hot) and not (low and self._low_hides_charge)
        self.may_charge = is_valid and not refuses
        self.may_charge &= not (low and self._low_opens_charger)
        # nothing is left to be warned of once LOAD is open
        lasts = self.may_load or self._outlasts_load
        self.warns = is_valid and lasts and (self._alarm.warns or charge.is_low)
        self.levels = {
            name: level
            for name, level in (
                ("low_cell", _level(warning=self._alarm.warns, alarm=not cells)),
                ("low_charge", _level(warning=charge.is_low, alarm=charge.is_empty)),
                ("low_bank", _level(warning=False, alarm=bank)),
                ("high_temperature", _level(warning=False, alarm=hot)),
            )
            if level
        }

    def set_temperature(self, temperature: DegreeCelsius) -> None:
        """Come to a temperature."""
        self._alarm.set_temperature(temperature)

    def rest(self) -> None:
        """Allow nothing and forget the pre-alarm: remote off, or the bank is not heard."""
        self._alarm.forget()
        self.may_load = self.may_charge = self.warns = False
        self.levels = {}
        self.error = 0

    def forget(self) -> None:
        """Forget everything, as a loss of power does."""
        self.rest()
        self._alarm.reset()
        self._low_latched = False
        for limit in (self._cold, self._hot, self._bank):
            limit.forget()


def _level(*, warning: bool, alarm: bool) -> str:
    return ALARM if alarm else WARNING if warning else ""
