"""The firmware update of the smallBMS NG, as far as it can be told from outside."""

from collections.abc import Callable

from simulation.clock import Event, VirtualClock
from simulation.dut.parameters import Parameters

_INSTANT = 1e-6  # seconds: arithmetic of a time that was computed to be reached now


class FirmwareUpdate:
    """Keeps CHARGER open while it runs, and opens LOAD a while after it failed (004-sv:351 to 353).

    An update that completes ends either. Assumed: the while begins with the failure; a unit that
    failed, or lost its power meanwhile, keeps CHARGER open until an update completes, and after a
    loss of power LOAD too. ``when_changed`` is called when something of that changes,
    ``when_complete`` before it when an update has completed.
    """

    __slots__ = (
        "_begun",
        "_charges_after",
        "_clock",
        "_duration",
        "_event",
        "_grace",
        "_keeps_charger",
        "_opens_load",
        "_when_changed",
        "_when_complete",
        "has_failed",
        "is_over",
        "is_running",
    )

    def __init__(
        self,
        clock: VirtualClock,
        parameters: Parameters,
        *,
        when_changed: Callable[[], None],
        when_complete: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._when_changed = when_changed
        self._when_complete = when_complete
        self._duration = parameters.number("update.duration")
        self._grace = parameters.number("update.grace")
        self._keeps_charger = parameters.switch("update.keeps_charger")
        self._opens_load = parameters.switch("update.opens_load")
        self._charges_after = parameters.number("update.charges_after")
        self._begun = 0.0
        self._event: Event | None = None
        self.is_running = False
        self.has_failed = False
        self.is_over = False

    @property
    def stage(self) -> str:
        """Return what the app says of the last update: running, complete or failed."""
        return "running" if self.is_running else "failed" if self.has_failed else "complete"

    @property
    def may_charge(self) -> bool:
        """Return whether the update lets CHARGER be high."""
        early = self._clock.now() - self._begun < self._charges_after - _INSTANT
        return self._keeps_charger or not ((self.is_running and early) or self.has_failed)

    @property
    def may_load(self) -> bool:
        """Return whether the update lets LOAD be high."""
        return not (self.is_over or (self._opens_load and self.is_running))

    def start(self) -> None:
        """Begin an update, or try again after one that failed."""
        self._after(self._duration, self._complete)
        self.is_running = True
        self._begun = self._clock.now()
        if self._charges_after < self._duration:
            self._clock.schedule(self._charges_after, self._when_changed)
        self._when_changed()

    def fail(self) -> None:
        """Interrupt the update that runs."""
        self.is_running = False
        self.has_failed = True
        if not self.is_over:
            self._after(self._grace, self._give_up)
        self._when_changed()

    def lose_power(self) -> None:
        """Fail if one runs; there is no firmware to start then."""
        if self.is_running or self.has_failed:
            self._cancel()
            self.is_running = False
            self.has_failed = self.is_over = True

    def _complete(self) -> None:
        self._event = None
        self.is_running = self.has_failed = self.is_over = False
        self._when_complete()
        self._when_changed()

    def _give_up(self) -> None:
        self._event = None
        self.is_over = True
        self._when_changed()

    def _after(self, duration: float, callback: Callable[[], None]) -> None:
        self._cancel()
        self._event = self._clock.schedule(duration, callback)

    def _cancel(self) -> None:
        if self._event is not None:
            self._event.cancel()
            self._event = None
