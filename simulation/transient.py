"""The state of a circuit in time: where it began and which exponential ways it still has to go."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import exp, expm1, inf, log
from typing import Final

from instruments.units import Farad, Second, Volt
from simulation.branch import Branch
from simulation.crossing import leaves
from simulation.factored import Factored, Moved, Spread
from simulation.modes import NEVER, matrix_of, modes
from simulation.network import Network, NoConsistentState

SETTLED: Volt = 1e-7  # what is left of a way when it counts as gone
_OVER: Volt = 0.5 * SETTLED  # what a way is waited for; clearly less, or rounding keeps it alive
_STRAY: Farad = 1e-18  # of a net whose capacitors all lead to other floating nets
_RAPID = 3.0  # states closer than this many times what is instant are too close for jumps
_TOGETHER = 1e3  # ratio of times within which ways are awaited together: cables, not floating nets
_NOTHING = 1e-12  # part of a way's largest voltage: less than `PAST` for ways of up to 1 kV
_KEPT = 8192  # beginnings kept: a bench goes through the same switching over and over
_TANGENT = 5e-3  # relative voltage range over which a constant power load is taken as straight


Levels = tuple[tuple[int, int, Volt], ...]
_Key = tuple[Factored, tuple[int, ...], tuple[Volt, ...], Second]


@dataclass(slots=True, kw_only=True)
class _Beginning:
    """How a state began, for the next time that the same parts meet the same charges.

    ``moved`` are the branches that left their region on the way; ``change`` is the time to the
    next change [s] as long as the world watches ``levels``.
    """

    moved: tuple[tuple[Branch, int], ...]
    origin: tuple[Volt, ...]
    rates: tuple[float, ...]
    ways: tuple[float, ...]
    shapes: tuple[tuple[Volt, ...], ...]
    places: tuple[int, ...]
    sizes: tuple[Volt, ...]
    found: Spread | None
    levels: Levels | None = None
    change: Second = inf


class Transient:
    """Net voltages from ``since`` on: ``origin + sum of way * shape * (1 - exp(-rate * time))``.

    Without capacitors, and when all ways are gone, there are no rates and nothing moves.
    """

    __slots__ = (
        "_began", "_beginnings", "_capacitance", "_found", "_held", "_instant", "_jumps", "_last",
        "_network", "_places", "_sizes", "_spots", "_start", "_ways", "_zeros", "origin", "rates",
        "shapes", "since", "ways",
    )  # fmt: skip

    def __init__(
        self, network: Network, capacitors: Sequence[tuple[str, str, Farad]], instant: Second
    ) -> None:
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
        self.ways: tuple[float, ...] = ()
        self.shapes: tuple[tuple[Volt, ...], ...] = ()
        self._places: tuple[int, ...] = ()  # of the modes under way, among all of them
        self._sizes: tuple[Volt, ...] = ()  # the largest voltage of each way
        self._held: list[Volt] = [0.0] * len(self._last)
        self._jumps: Final = instant  # what is faster follows at once
        self._instant = instant  # the same for the present state
        self._start = self.origin
        self._ways: tuple[float, ...] = ()
        self._found: Spread | None = None
        self._beginnings: dict[_Key, _Beginning] = {}
        self._began: _Beginning | None = None  # where the present state comes from

    def voltages(self, now: Second) -> tuple[Volt, ...]:
        """Return all net voltages at ``now`` [V]."""
        if not self.rates:
            return self.origin
        return tuple(self._at(range(len(self.origin)), now))

    def voltage(self, a: int, b: int, now: Second) -> Volt:
        """Return the voltage from net ``b`` to net ``a`` at ``now`` [V]."""
        value = self.origin[a] - self.origin[b]
        if now != self.since:
            for rate, way, shape in zip(self.rates, self.ways, self.shapes, strict=True):
                value -= way * (shape[a] - shape[b]) * expm1(rate * (self.since - now))
        return value

    def begin(self, now: Second) -> None:
        """Keep the capacitors' voltages, find the regions that fit them and go on from there."""
        network = self._network
        if not self._last:
            self.origin = network.consistent(network.steady)
            self.since = now
            return
        self._held = self._at(self._last, now)
        # Where states follow each other this fast, what a net does while it jumps decides.
        rapid = 0.0 < now - self.since < _RAPID * self._jumps
        self._instant = NEVER if rapid else self._jumps
        self.since = now
        self._began = None
        if network.curved:  # goes on from its last tangent, wherever that was
            self._find()
            return
        key = (network.factored(), tuple(network.shapes), tuple(self._held), self._instant)
        known = self._beginnings.get(key)
        if known is None:
            before = network.regions()
            self._find()
            known = self._kept(before)
            if len(self._beginnings) >= _KEPT:
                self._beginnings.clear()
            self._beginnings[key] = known
        else:
            self._repeat(known)
        self._began = known

    def _find(self) -> None:
        """Find the regions that fit the voltages held, and the ways from there."""
        network = self._network
        try:
            network.consistent(self._hold, patience=2)
        except NoConsistentState:
            # One region lets a net jump out of it and the other lets it jump back.
            self._instant = NEVER
            network.consistent(self._hold)
        found = self._found
        assert found is not None  # noqa: S101 - `_hold` has been called
        sizes = [abs(way) * size for way, size in zip(self._ways, found.sizes, strict=True)]
        places = tuple([place for place, size in enumerate(sizes) if size > SETTLED])
        if not places:
            self._rest(network.consistent(network.steady))
            return
        self.origin = self._start
        self.rates = tuple([found.modes.rates[place] for place in places])
        self.ways = tuple([self._ways[place] for place in places])
        self.shapes = tuple([found.shapes[place] for place in places])
        self._places = places
        self._sizes = tuple([sizes[place] for place in places])

    def _kept(self, before: Sequence[tuple[Branch, int]]) -> _Beginning:
        """Return what was found; ``before`` are the regions that it was found from."""
        return _Beginning(
            moved=tuple((branch, branch.region) for branch, was in before if branch.region != was),
            origin=self.origin,
            rates=self.rates,
            ways=self.ways,
            shapes=self.shapes,
            places=self._places,
            sizes=self._sizes,
            found=self._found,
        )

    def _repeat(self, known: _Beginning) -> None:
        """Begin as once before."""
        for branch, region in known.moved:
            branch.region = region
            self._network.refresh(branch)
        self.origin = known.origin
        self.rates = known.rates
        self.ways = known.ways
        self.shapes = known.shapes
        self._places = known.places
        self._sizes = known.sizes
        self._found = known.found

    def put(self, net: int, voltage: Volt) -> None:
        """Take ``voltage`` [V] for a net without capacitor that leads to ground only."""
        self.origin = (*self.origin[:net], voltage, *self.origin[net + 1 :])

    def rests(self, now: Second) -> bool:
        """Return whether all ways are gone at ``now``."""
        for rate, size in zip(self.rates, self._sizes, strict=True):
            if rate <= 0.0 or size * exp(rate * (self.since - now)) > SETTLED:
                return False
        return True

    def relax(self, now: Second) -> None:
        """Go to the steady state at once."""
        self._rest(self._network.consistent(self._network.steady))
        self.since = now
        self._began = None

    def next_change(self, watched: Levels) -> Second:
        """Return the time from ``since`` [s] to the end of a way, a region or a watched level."""
        began = self._began
        if began is None:
            return self._next_change(watched)
        if began.levels is not watched:
            began.levels = watched
            began.change = self._next_change(watched)
        return began.change

    def _next_change(self, watched: Levels) -> Second:
        found = self._found
        if not self.rates or found is None:
            return inf
        if found.watched is not watched:
            found.watched = watched
            found.moved = tuple(self._moved(found, watched))
        network, origin, rates, places = self._network, self.origin, self.rates, self._places
        alone = len(places) == 1 and rates[0] > 0.0
        soonest = self._next_end()
        for slot, a, b, level, swings in found.moved:
            start = origin[a] - origin[b]
            if slot >= 0:
                low, high = network.bounds(slot, _TANGENT)
            elif start > level:
                low, high = level, inf
            else:
                low, high = -inf, level
            if alone and low <= start <= high:
                end = start + self.ways[0] * swings[places[0]]
                if low <= end <= high:
                    continue
            ways = [way * swings[place] for way, place in zip(self.ways, places, strict=True)]
            soonest = min(soonest, leaves(start, ways, rates, low, high))
        return soonest

    def _moved(self, found: Spread, watched: Levels) -> Iterator[Moved]:
        """Yield what the modes move by enough to matter, among driven branches and levels."""
        pairs = [(slot, a, b, 0.0) for slot, (a, b) in enumerate(self._network.pairs)]
        pairs += [(-1, a, b, level) for a, b, level in watched]
        rates, sizes = found.modes.rates, found.sizes
        for slot, a, b, level in pairs:
            swings = tuple([shape[a] - shape[b] for shape in found.shapes])
            if any(swings) and any(
                abs(swing) > _NOTHING * size or (swing and rate <= 0.0)
                for swing, size, rate in zip(swings, sizes, rates, strict=True)
            ):
                yield slot, a, b, level, swings

    def _next_end(self) -> Second:
        """Return when the next way is gone [s], together with those that follow it."""
        ends = [
            log(size / _OVER) / rate
            for rate, size in zip(self.rates, self._sizes, strict=True)
            if rate > 0.0
        ]
        if not ends:
            return inf
        together = _TOGETHER * min(ends)
        return max([end for end in ends if end <= together]) * (1.0 + 1e-9)

    def _at(self, nets: Iterable[int], now: Second) -> list[Volt]:
        """Return the voltages of ``nets`` at ``now`` [V]."""
        origin = self.origin
        result = [origin[net] for net in nets]
        for rate, way, shape in zip(self.rates, self.ways, self.shapes, strict=True):
            gone = -way * expm1(rate * (self.since - now))
            result = [value + gone * shape[net] for value, net in zip(result, nets, strict=True)]
        return result

    def _rest(self, voltages: tuple[Volt, ...]) -> None:
        """Take ``voltages`` [V] as the state in which nothing moves."""
        self.origin = voltages
        self.rates = ()
        self.ways = ()
        self.shapes = ()
        self._places = ()
        self._sizes = ()

    def _hold(self) -> tuple[Volt, ...]:
        """Return the net voltages just now in the present regions; keeps the ways from there."""
        network = self._network
        factored = network.factored()
        code, ratios, currents = network.code, factored.ratios, network.currents
        found = factored.modes.get(self._instant) or self._modes(factored)
        own = found.modes
        held, self._ways = own.begin(own.numbers, self._held, code.inject(ratios, currents))
        self._found = found
        self._start = code.extend(ratios, currents, held)
        return self._start

    def _modes(self, factored: Factored) -> Spread:
        """Find the modes for a set of conductances and keep them with it."""
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
