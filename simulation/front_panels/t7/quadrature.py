"""Quadrature on a pair of digital lines: a count that goes up while A leads B.

Assumed: each edge of either line counts, as the data sheet's 4x counting does.
"""

from simulation.clock import VirtualClock
from simulation.front_panels.t7.edges import Edges
from simulation.front_panels.t7.pins import Pins
from simulation.world import World


class Quadrature:
    """Counts from the enabling of both lines, ``line`` and the next one."""

    def __init__(self, pins: Pins, world: World, clock: VirtualClock, line: int) -> None:
        self.count = 0
        self._world = world
        self._a = Edges(pins, world, clock, line, lambda: self._step(same=False))
        self._b = Edges(pins, world, clock, line + 1, lambda: self._step(same=True))

    def read(self, *, reset: bool = False) -> int:
        """Return the count, below 0 while B leads."""
        self._world.look()
        found = self.count
        if reset:
            self.count = 0
        return found

    def close(self) -> None:
        """Stop counting."""
        self._a.close()
        self._b.close()

    def _step(self, *, same: bool) -> None:
        """Count an edge: after one of A the levels differ when A leads, after one of B not."""
        self.count += 1 if (self._a.is_high == self._b.is_high) == same else -1
