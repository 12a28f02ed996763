"""A quantity that goes to its set point in steps on the clock."""

from collections.abc import Callable
from math import ceil

from instruments.units import Second
from simulation.clock import Event, VirtualClock

RAMP_STEPS = 5
_SLOW_STEP: Second = 0.02
_MOST_STEPS = 500


def steps_of(duration: Second) -> int:
    """Return in how many steps a ramp of a set rate goes: finer, the longer it takes."""
    return min(_MOST_STEPS, max(RAMP_STEPS, ceil(duration / _SLOW_STEP)))


class Ramp:
    """The value at present and the steps that are still due."""

    __slots__ = ("_changed", "_clock", "_due", "value")

    def __init__(self, clock: VirtualClock, changed: Callable[[], None]) -> None:
        self._clock = clock
        self._changed = changed
        self._due: list[Event] = []
        self.value = 0.0

    def jump(self, value: float) -> None:
        """Be at ``value`` now, without telling anybody; forget where it was going."""
        for event in self._due:
            event.cancel()
        self._due.clear()
        self.value = value

    def go(self, target: float, duration: Second, steps: int = RAMP_STEPS) -> None:
        """Reach ``target`` after ``duration`` [s]."""
        start = self.value
        self.jump(start)
        for step in range(1, steps + 1):
            part = step / steps
            level = target if step == steps else start + part * (target - start)
            self._due.append(
                self._clock.schedule(part * duration, lambda value=level: self._step(value))
            )

    def _step(self, value: float) -> None:
        self.value = value
        self._changed()
