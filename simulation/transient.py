"""The state of a circuit in time: where it began and which exponential ways it still has to go."""

from collections.abc import Sequence
from math import exp, expm1, inf, log
from typing import Final

from instruments.units import Farad, Second, Volt
from simulation.crossing import leaves
from simulation.modes import INSTANT, NEVER, matrix_of, modes
from simulation.network import Factored, Network, NoConsistentState, Spread

SETTLED: Volt = 1e-7  # what is left of a way when it counts as gone
_OVER: Volt = 0.5 * SETTLED  # what a way is waited for; clearly less, or rounding keeps it alive
_STRAY: Farad = 1e-18  # of a net whose capacitors all lead to other floating nets
_RAPID = 3.0  # states closer than this many `INSTANT` are too close for jumps
_TOGETHER = 1e3  # ratio of times within which ways are awaited together: cables, not floating nets
_TANGENT = 5e-3  # relative voltage range over which a constant power load is taken as straight


class Transient:
    """Net voltages from ``since`` on: ``origin + sum of way * (1 - exp(-rate * time))``.

    Without capacitors, and when all ways are gone, there are no rates and nothing moves.
    """

    __slots__ = (
        "_capacitance", "_held", "_instant", "_last", "_network", "_spots", "_start", "_ways",
        "_zeros", "origin", "rates", "since", "ways",
    )  # fmt: skip

    def __init__(self, network: Network, capacitors: Sequence[tuple[str, str, Farad]]) -> None:
        index = network.index
        self._network: Final = network
        self._last = network.last
        self._spots = {net: n for n, net in enumerate(self._last)} | {0: -1}
        self._capacitance = matrix_of(
            len(self._last),
            [(self._spots[index[a]], self._spots[index[b]], c) for a, b, c in capacitors],
            _STRAY,
        )
        self._zeros = (0.0,) * len(network.driven)
        self.since: Second = 0.0
        self.origin: tuple[Volt, ...] = (0.0,) * len(network.names)
        self.rates: tuple[float, ...] = ()
        self.ways: tuple[tuple[Volt, ...], ...] = ()
        self._held: list[Volt] = [0.0] * len(self._last)
        self._instant = INSTANT
        self._start = self.origin
        self._ways: list[float] = []

    def voltages(self, now: Second) -> tuple[Volt, ...]:
        """Return all net voltages at ``now`` [V]."""
        if not self.rates:
            return self.origin
        result = list(self.origin)
        for rate, way in zip(self.rates, self.ways, strict=True):
            gone = -expm1(rate * (self.since - now))
            for net, value in enumerate(way):
                result[net] += gone * value
        return tuple(result)

    def voltage(self, a: int, b: int, now: Second) -> Volt:
        """Return the voltage from net ``b`` to net ``a`` at ``now`` [V]."""
        value = self.origin[a] - self.origin[b]
        for rate, way in zip(self.rates, self.ways, strict=True):
            value -= (way[a] - way[b]) * expm1(rate * (self.since - now))
        return value

    def begin(self, now: Second) -> None:
        """Keep the capacitors' voltages, find the regions that fit them and go on from there."""
        network = self._network
        if not self._last:
            self.origin = network.consistent(network.steady)
            self.since = now
            return
        voltages = self.voltages(now)
        self._held = [voltages[net] for net in self._last]
        # Where states follow each other this fast, what a net does while it jumps decides.
        self._instant = NEVER if 0.0 < now - self.since < _RAPID * INSTANT else INSTANT
        try:
            network.consistent(self._hold, patience=2)
        except NoConsistentState:
            # One region lets a net jump out of it and the other lets it jump back.
            self._instant = NEVER
            network.consistent(self._hold)
        found = self._modes(network.factored())
        rates: list[float] = []
        ways: list[tuple[Volt, ...]] = []
        for way, rate, size, shape in zip(
            self._ways, found.modes.rates, found.sizes, found.shapes, strict=True
        ):
            if abs(way) * size > SETTLED:
                rates.append(rate)
                ways.append(tuple([way * value for value in shape]))
        self.since = now
        self.rates = tuple(rates)
        self.ways = tuple(ways)
        self.origin = self._start if rates else network.consistent(network.steady)

    def rests(self, now: Second) -> bool:
        """Return whether all ways are gone at ``now``."""
        return all(
            rate > 0.0 and max(max(way), -min(way)) * exp(rate * (self.since - now)) <= SETTLED
            for rate, way in zip(self.rates, self.ways, strict=True)
        )

    def relax(self, now: Second) -> None:
        """Go to the steady state at once."""
        self.origin = self._network.consistent(self._network.steady)
        self.since = now
        self.rates = ()
        self.ways = ()

    def next_change(self, watched: Sequence[tuple[int, int, Volt]]) -> Second:
        """Return the time from ``since`` [s] to the end of a way, a region or a watched level."""
        if not self.rates:
            return inf
        network = self._network
        soonest = self._next_end()
        for slot, (a, b) in enumerate(network.pairs):
            low, high = network.bounds(slot, _TANGENT)
            if low > -inf or high < inf:
                soonest = min(soonest, self._leaves(a, b, low, high))
        for a, b, level in watched:
            above = self.origin[a] - self.origin[b] > level
            low, high = (level, inf) if above else (-inf, level)
            soonest = min(soonest, self._leaves(a, b, low, high))
        return soonest

    def _leaves(self, a: int, b: int, low: Volt, high: Volt) -> Second:
        ways = [way[a] - way[b] for way in self.ways]
        return leaves(self.origin[a] - self.origin[b], ways, self.rates, low, high)

    def _next_end(self) -> Second:
        """Return when the next way is gone [s], together with those that follow it."""
        ends = [
            log(max(max(way), -min(way)) / _OVER) / rate
            for rate, way in zip(self.rates, self.ways, strict=True)
            if rate > 0.0
        ]
        if not ends:
            return inf
        together = _TOGETHER * min(ends)
        return max(end for end in ends if end <= together) * (1.0 + 1e-9)

    def _hold(self) -> tuple[Volt, ...]:
        """Return the net voltages just now in the present regions; keeps the ways from there."""
        network = self._network
        factored = network.factored()
        injected = network.code.inject(factored.ratios, network.currents)
        held, self._ways = self._modes(factored).modes.start(self._held, injected)
        self._start = network.code.extend(factored.ratios, network.currents, held)
        return self._start

    def _modes(self, factored: Factored) -> Spread:
        """Return the modes for a set of conductances; they are found once for each."""
        found = factored.modes.get(self._instant)
        if found is None:
            size = len(self._last)
            conductance = [[0.0] * size for _ in range(size)]
            for (a, b), g in zip(self._network.ports, factored.ports, strict=True):
                i, j = self._spots[a], self._spots[b]
                if i < 0:
                    conductance[j][j] = g
                else:
                    conductance[i][j] = conductance[j][i] = g
            own = modes(conductance, self._capacitance, self._instant)
            extend = self._network.code.extend
            shapes = tuple(extend(factored.ratios, self._zeros, shape) for shape in own.shapes)
            sizes = tuple(max(max(shape), -min(shape)) for shape in shapes)
            found = Spread(modes=own, shapes=shapes, sizes=sizes)
            factored.modes[self._instant] = found
        return found
