"""The list of a DL3021: up to 512 steps of level, width and slew rate, run at one trigger.

Sources: Rigol DL3000 programming guide and user guide as quoted by their users: steps count from 0,
a width is 50 us to 3600 s, 0 cycles are endless, LAST holds the last step and OFF switches the
input off, a list that was stopped goes on where it was, a fresh list has 2 A for 1 s at 0.001 A/us.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import repeat

from instruments.units import Second
from simulation.clock import Event, VirtualClock

MOST_STEPS = 512
WIDTHS: tuple[Second, Second] = (5e-5, 3600.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: its level in the unit of the list's mode, its width [s], its slew rate [A/us]."""

    level: float = 2.0
    width: Second = 1.0
    slew: float = 0.001


class StepList:
    """The steps and which of them is due."""

    def __init__(self, clock: VirtualClock, changed: Callable[[], None]) -> None:
        self._clock = clock
        self._changed = changed
        self._event: Event | None = None
        self._place = 0
        self._cycle = 0
        self._due: Second = 0.0
        self._rest: Second | None = None
        self.is_finished = False
        self.step: Step | None = None
        """What the load draws by; None before the first trigger."""
        self.clear()

    def clear(self) -> None:
        """Go back to the steps of a fresh list."""
        self.steps = list(repeat(Step(), MOST_STEPS))
        self.length = 2
        self.cycles = 1

    @property
    def is_running(self) -> bool:
        """Whether a step is timed."""
        return self._event is not None

    def change(self, place: int, **values: float) -> None:
        """Give step ``place`` another level, width or slew rate."""
        self.steps[place] = replace(self.steps[place], **values)

    def start(self) -> None:
        """Run from the first step, or go on in the step at which it was stopped."""
        if self.is_running:
            return
        self._due = self._clock.now()
        if self._rest is None:
            self._cycle = 0
            self.is_finished = False
            self._enter(0)
        else:
            self._time(self._rest)
            self._rest = None

    def stop(self) -> None:
        """Stay in the present step until the next trigger."""
        if self._event is not None:
            self._rest = max(0.0, self._event[0] - self._clock.now())
            self._event.cancel()
            self._event = None

    def rewind(self) -> None:
        """Begin at the first step next time."""
        self.stop()
        self._rest = None
        self.is_finished = False
        self.step = None

    def _enter(self, place: int) -> None:
        self._place = place
        self.step = self.steps[place]
        self._time(self.step.width)
        self._changed()

    def _time(self, width: Second) -> None:
        self._due += width  # from step to step, so that rounding does not add up
        self._event = self._clock.schedule(self._due - self._clock.now(), self._next)

    def _next(self) -> None:
        self._event = None
        place = self._place + 1
        if place >= self.length:
            place = 0
            self._cycle += 1
        if place == 0 and self.cycles and self._cycle >= self.cycles:
            self.is_finished = True
            self._changed()
        else:
            self._enter(place)
