"""The edges of one digital line, noted at the instant at which the voltage crosses its level."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from instruments.units import Second
from simulation.clock import VirtualClock
from simulation.front_panels.t7.pins import Pins
from simulation.world import World

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray


class Edges:
    """Edges since the making or the last reset; a line that nothing is wired to has none."""

    def __init__(
        self,
        pins: Pins,
        world: World,
        clock: VirtualClock,
        line: int,
        heard: Callable[[], None],
    ) -> None:
        self._pins = pins
        self._world = world
        self._clock = clock
        self._line = line
        self._heard = heard
        self._rises: list[Second] = []
        self._falls: list[Second] = []
        self._pair = pins.line_pair(line)
        self.is_high = True
        """The level since the last edge; an open line is pulled up."""
        if self._pair is None:
            return
        world.watch(*self._pair, pins.edge_level(line))
        self.is_high = pins.is_high(line, world.voltage(*self._pair))
        world.observe(self._look)

    def close(self) -> None:
        """Stop watching."""
        if self._pair is not None:
            self._world.unwatch(*self._pair, self._pins.edge_level(self._line))
            self._world.ignore(self._look)

    def reset(self) -> None:
        """Forget the edges."""
        self._rises.clear()
        self._falls.clear()

    def count(self) -> int:
        """Return the number of rising edges."""
        self._world.look()
        return len(self._rises)

    def counted(self, times: "NDArray[numpy.float64]") -> "NDArray[numpy.float64]":
        """Return how many rising edges there had been at clock times."""
        import numpy

        self._world.look()
        rises = numpy.asarray(self._rises)
        return numpy.searchsorted(rises, times, side="right").astype(numpy.float64)

    def period(self, *, rising: bool) -> Second:
        """Return the time between the last two edges of a kind [s], 0 before there are two."""
        self._world.look()
        edges = self._rises if rising else self._falls
        return edges[-1] - edges[-2] if len(edges) > 1 else 0.0

    def widths(self) -> tuple[Second, Second]:
        """Return how long the line was last high and last low [s], 0 before it was known."""
        self._world.look()
        return _last(self._rises, self._falls), _last(self._falls, self._rises)

    def _look(self) -> None:
        pair = self._pair
        if pair is None:
            return
        is_high = self._pins.is_high(self._line, self._world.voltage(*pair))
        if is_high == self.is_high:
            return
        self.is_high = is_high
        (self._rises if is_high else self._falls).append(self._clock.now())
        self._heard()


def _last(begins: list[Second], ends: list[Second]) -> Second:
    """Return the time from a beginning to the last end that has one before it [s]."""
    for end in reversed(ends):
        before = [begin for begin in begins[-2:] if begin < end]
        if before:
            return end - before[-1]
    return 0.0
