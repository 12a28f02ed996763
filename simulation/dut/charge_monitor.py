"""The battery monitor of the smallBMS NG: what follows from the state of charge."""

from collections.abc import Callable

from simulation.clock import Event, VirtualClock
from simulation.dut.bus_battery import BatteryReport, BusBattery
from simulation.dut.comparator import Persistent
from simulation.dut.parameters import Parameters
from simulation.dut.settings import Settings

_NEAR = 1e-6  # percent: arithmetic of a level that was computed to be reached now


class ChargeMonitor:
    """Holds the state of charge against warning level and discharge floor of the settings.

    A level is reached by equality and left ``soc.clear_margin`` above it; 0 disables it. The
    charge is set to 100 % when voltage and tail current of a full bank have lasted for the charge
    detection time (004-sv:308 to 310). ``when_changed`` is called when a level is crossed.
    """

    __slots__ = (
        "_battery",
        "_clock",
        "_floor",
        "_floor_delay",
        "_full",
        "_ignores_floor",
        "_ignores_warning",
        "_ignores_zero",
        "_margin",
        "_next",
        "_set_ignored",
        "_settings",
        "_ttg_ignores_floor",
        "_ttg_level",
        "_voltage_ignored",
        "_when_changed",
        "is_low",
    )

    def __init__(
        self,
        clock: VirtualClock,
        parameters: Parameters,
        settings: Settings,
        battery: BusBattery,
        *,
        when_changed: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._battery = battery
        self._when_changed = when_changed
        self._margin = parameters.number("soc.clear_margin")
        self._ignores_warning = parameters.switch("soc.warning_ignored")
        self._ignores_floor = parameters.switch("soc.floor_ignored")
        self._ignores_zero = parameters.switch("soc.zero_not_off")
        self._set_ignored = parameters.switch("soc.set_ignored")
        self._ttg_ignores_floor = parameters.switch("soc.time_to_empty")
        self._ttg_level = parameters.number("soc.time_to_level")
        self._voltage_ignored = parameters.switch("soc.voltage_ignored")
        self._floor_delay = parameters.number("soc.floor_delay")
        self._floor = Persistent(
            clock,
            to_yes=self._floor_delay,
            to_no=0.0,
            accepted=False,
            when_changed=when_changed,
        )
        self._next: Event | None = None
        self._full: Event | None = None
        self.is_low = False

    @property
    def is_empty(self) -> bool:
        """Return whether the discharge floor is reached."""
        return self._floor.accepted

    def set(self, percent: float) -> None:
        """Set the count of charge [%], as the app asks."""
        if not self._set_ignored:
            self._battery.set_state_of_charge(percent)

    def look(self, report: BatteryReport) -> None:
        """Judge the charge; called when the bank has said something or a setting has changed."""
        soc = self._battery.state_of_charge
        levels = [self._settings.number(name) for name in ("soc_warning", "discharge_floor")]
        warning, floor = levels
        self.is_low = not self._ignores_warning and self._reaches(soc, warning, self.is_low)
        empty = not self._ignores_floor and self._reaches(soc, floor, self.is_empty)
        if empty and self._floor_delay:
            self._floor.offer(True)
        else:
            self._floor.adopt(empty)
        self._look_again(report, soc, [*levels, *(level + self._margin for level in levels)])
        self._watch_for_full(report)

    def forget(self) -> None:
        """Forget what was judged: the bank is not heard, or the unit lost its power."""
        self.is_low = False
        self._floor.adopt(False)
        for event in (self._next, self._full):
            if event is not None:
                event.cancel()
        self._next = self._full = None

    def time_to_go(self, report: BatteryReport) -> int | None:
        """Return the time until the floor at the present current [min], None while none flows."""
        if report.current >= 0.0:
            return None
        floor = min(self._settings.number("discharge_floor"), self._ttg_level)
        floor = 0.0 if self._ttg_ignores_floor else floor
        left = max(0.0, self._battery.state_of_charge - floor) / 100.0 * report.capacity
        return round(left / -report.current * 60.0)

    def _reaches(self, soc: float, level: float, reached: bool) -> bool:
        if level == 0.0 and not self._ignores_zero:
            return False
        return soc <= level + _NEAR or (reached and soc < level + self._margin - _NEAR)

    def _look_again(self, report: BatteryReport, soc: float, levels: list[float]) -> None:
        """Have the charge judged anew when it comes to the next of ``levels``."""
        if self._next is not None:
            self._next.cancel()
            self._next = None
        rate = report.current / report.capacity * 100.0 / 3600.0  # percent in a second
        if rate == 0.0:
            return
        times = [(level - soc) / rate for level in levels if abs(level - soc) > _NEAR]
        if ahead := [time for time in times if time > 0.0]:
            self._next = self._clock.schedule(min(ahead), self._cross)

    def _cross(self) -> None:
        self._next = None
        self._when_changed()

    def _watch_for_full(self, report: BatteryReport) -> None:
        tail = self._settings.number("tail_current") / 100.0 * report.capacity
        enough = report.voltage > self._settings.number("charged_voltage") or self._voltage_ignored
        is_full = enough and 0.0 <= report.current < tail
        if is_full and self._full is None:
            minutes = self._settings.number("charge_detection_time")
            self._full = self._clock.schedule(60.0 * minutes, self._synchronise)
        elif not is_full and self._full is not None:
            self._full.cancel()
            self._full = None

    def _synchronise(self) -> None:
        self._full = None
        self.set(100.0)
