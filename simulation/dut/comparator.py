"""A comparator with hysteresis, and the time an input must hold before the unit believes it."""

import math
from collections.abc import Callable

from instruments.units import Second, Volt
from simulation.clock import Event, VirtualClock
from simulation.world import World


class Comparator:
    """Tells on which side of a threshold a voltage lies; remembers its side inside the hysteresis.

    ``hysteresis`` [V] is the whole width, centred on ``threshold`` [V].
    """

    __slots__ = ("_lower", "_upper", "is_above", "threshold")

    def __init__(self, threshold: Volt, hysteresis: Volt, *, is_above: bool) -> None:
        self.threshold = threshold
        self.is_above = is_above
        self._upper = threshold + hysteresis / 2.0
        self._lower = threshold - hysteresis / 2.0

    def listen(self, world: World, plus: str, minus: str = "BAT-") -> None:
        """Have the world stop where the voltage between two nets crosses a level of this one."""
        for level in self._levels():
            world.watch(plus, minus, level)

    def leave(self, world: World, plus: str, minus: str = "BAT-") -> None:
        """Undo `listen`."""
        for level in self._levels():
            world.unwatch(plus, minus, level)

    def above(self, voltage: Volt) -> bool:
        """Take a voltage [V] in and return the side."""
        if self.is_above:
            self.is_above = voltage >= self._lower
        else:
            self.is_above = voltage > self._upper
        return self.is_above

    def _levels(self) -> list[Volt]:
        return [level for level in (self._lower, self._upper) if math.isfinite(level)]


class Persistent:
    """A yes or no that changes only after its input has held the new value for a delay."""

    __slots__ = ("_clock", "_delays", "_pending", "_when_changed", "accepted")

    def __init__(
        self,
        clock: VirtualClock,
        *,
        to_yes: Second,
        to_no: Second,
        accepted: bool,
        when_changed: Callable[[], None],
    ) -> None:
        self.accepted = accepted
        self._clock = clock
        self._delays = (to_no, to_yes)
        self._when_changed = when_changed
        self._pending: Event | None = None

    def offer(self, value: bool) -> None:
        """Show the present value of the input; the first change starts the delay."""
        if value == self.accepted:
            self.forget()
        elif self._pending is None:
            delay = self._delays[value]
            if math.isfinite(delay):
                self._pending = self._clock.schedule(delay, self._accept)

    def adopt(self, value: bool) -> None:
        """Believe a value at once (at the end of the boot)."""
        self.forget()
        self.accepted = value

    def forget(self) -> None:
        """Drop a change that is under way."""
        if self._pending is not None:
            self._pending.cancel()
            self._pending = None

    def _accept(self) -> None:
        self._pending = None
        self.accepted = not self.accepted
        self._when_changed()
