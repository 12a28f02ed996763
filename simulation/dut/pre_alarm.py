"""The pre-alarm of a unit: when PRE-ALARM warns, and when LOAD may open on a low cell.

The unit itself keeps the least time between the two, whatever the battery does (data sheet 001,
lines 24 to 27). The pre-alarm ends with recovered cells or, as the manual of a sister product says,
with the opening of LOAD.
"""

from collections.abc import Callable
from math import inf

from instruments.units import DegreeCelsius
from simulation.clock import Event, VirtualClock
from simulation.dut.parameters import Parameters


class PreAlarm:
    """Decides on PRE-ALARM and LOAD from what the battery says of its cells.

    ``when_over`` is called when the least time has passed. After `decide`, ``warns`` tells whether
    PRE-ALARM is to be high and ``may_load`` whether the cells let LOAD be high.
    """

    __slots__ = (
        "_begun",
        "_cannot_stop",
        "_clock",
        "_cold_lead",
        "_first_lead",
        "_ignores_warning",
        "_is_cold",
        "_is_over",
        "_later_lead",
        "_lead",
        "_outlasts_load",
        "_outlasts_recovery",
        "_running",
        "_step_opens_load",
        "_when_over",
        "may_load",
        "warns",
    )

    def __init__(
        self, clock: VirtualClock, parameters: Parameters, *, when_over: Callable[[], None]
    ) -> None:
        switch = parameters.switch
        self._clock = clock
        self._when_over = when_over
        self._lead = self._first_lead = parameters.number("warning.lead")
        later = parameters.number("warning.later_lead")
        self._later_lead = later if later < inf else self._first_lead
        self._cold_lead = parameters.number("warning.cold_lead")
        self._is_cold = False
        self._ignores_warning = switch("warning.signal_ignored")
        self._step_opens_load = switch("warning.step_opens_load")
        self._outlasts_load = switch("warning.outlasts_load")
        self._outlasts_recovery = switch("warning.outlasts_recovery")
        self._cannot_stop = switch("warning.cannot_stop")
        self._running: Event | None = None
        self._is_over = False
        self._begun = 0.0
        self.warns = False
        self.may_load = False

    def reset(self) -> None:
        """Forget everything, as a loss of power does."""
        self._lead = self._first_lead
        self.forget()

    def forget(self) -> None:
        """Return to rest, with LOAD open."""
        self._stop()
        self.warns = False
        self.may_load = False

    def set_temperature(self, temperature: DegreeCelsius) -> None:
        """Come to a temperature."""
        self._is_cold = temperature < 0.0

    def decide(self, *, warning: bool, low: bool) -> None:
        """Take in what the battery says: a cell is below the pre-alarm level, one is low."""
        warning = (warning and not self._ignores_warning) or low
        if not warning:
            self._recover()
        elif low and not self.may_load:
            # nothing is left to be warned of: LOAD is open already
            self.warns = self._outlasts_load and self.warns
        elif low and (self._is_over or (self._step_opens_load and not self._has_warned())):
            self._open()
        else:
            self.warns = True
            self.may_load = True
            if self._running is None and not self._is_over:
                self._begun = self._clock.now()
                lead = min(self._lead, self._cold_lead) if self._is_cold else self._lead
                self._running = self._clock.schedule(lead, self._end_lead)

    def _recover(self) -> None:
        if self._cannot_stop and (self._is_over or self._running is not None):
            self.warns = False
            self.may_load = not self._is_over
            return
        self._stop()
        self.warns = self._outlasts_recovery and self.warns
        self.may_load = True

    def _has_warned(self) -> bool:
        """Return whether the pre-alarm began before this very instant."""
        return self._running is not None and self._clock.now() > self._begun

    def _open(self) -> None:
        self._stop()
        self._lead = self._later_lead
        self.warns = self._outlasts_load
        self.may_load = False

    def _stop(self) -> None:
        self._is_over = False
        if self._running is not None:
            self._running.cancel()
            self._running = None

    def _end_lead(self) -> None:
        self._running = None
        self._is_over = True
        self._when_over()
