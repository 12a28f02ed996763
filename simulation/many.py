"""Operating points of many units of one circuit at once: the solver's code, run on arrays."""

# ruff: noqa: TID253  this module is for arrays only and imported where they are wanted

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.branch import Branch
from simulation.elements import Capacitor, Element
from simulation.network import GROUND_CONDUCTANCE, SLACK, TOGETHER, Network, NoConsistentState
from simulation.world import World

Column = NDArray[np.float64]
Value = Any  # a float that all units share, or a Column


class Units:
    """Many units of the circuit of ``world``, alike but for what `vary` makes different.

    Capacitors are taken as settled. The world's parts give the stimulus: change them as usual
    between two operating points.
    """

    def __init__(self, world: World, count: int) -> None:
        self.count = count
        branches = [b for e in world.elements if not isinstance(e, Capacitor) for b in e.branches]
        self._network = Network(branches, world.ground)
        self._varied: dict[int, _Table] = {}
        self._regions: dict[int, NDArray[np.intp]] = {}
        self._key: list[Value] = []
        self._ratios: tuple[Value, ...] = ()

    def vary(self, element: Element, change: Callable[[int], None]) -> None:
        """Let ``change(unit)`` make ``element`` what it is in each unit; it stays the last one.

        Raises ValueError if the number of regions differs between units.
        """
        rows: list[list[_Shape]] = [[] for _ in element.branches]
        for unit in range(self.count):
            change(unit)
            for row, branch in zip(rows, element.branches, strict=True):
                row.append((branch.bounds, branch.slopes, branch.offsets))
        for row, branch in zip(rows, element.branches, strict=True):
            if len({len(bounds) for bounds, _, _ in row}) != 1:
                raise ValueError(f"{element} has not the same regions in all units")
            columns = [list(np.array(column).T) for column in zip(*row, strict=True)]
            self._varied[self._network.branches.index(branch)] = _Table(*columns)

    def voltages(self) -> Mapping[str, Column]:
        """Return the voltage of each net to ground [V], shape (units,).

        Raises NoConsistentState if some units do not come to an end and ValueError for a constant
        power load, which is a curve.
        """
        network = self._network
        tables = {n: self._table(n, branch) for n, branch in enumerate(network.branches)}
        regions = {n: self._begin(n, tables[n]) for n in network.driven if len(tables[n].bounds)}
        found: tuple[Value, ...] = ()
        for turn in range(TOGETHER + 50 * len(regions)):
            found = self._solve(tables, regions)
            if not self._move(tables, regions, found, one=turn > TOGETHER):
                return {
                    net: np.broadcast_to(np.asarray(v, dtype=np.float64), (self.count,))
                    for net, v in zip(network.names, found, strict=True)
                }
        raise NoConsistentState("some units have no consistent state")

    def _table(self, number: int, branch: Branch) -> "_Table":
        if branch.power:
            raise ValueError(f"a constant power load ({branch.a}) is not for many units")
        varied = self._varied.get(number)
        return varied or _Table(branch.bounds, branch.slopes, branch.offsets)

    def _begin(self, number: int, table: "_Table") -> NDArray[np.intp]:
        """Return the regions to begin with: those of the last point."""
        last = self._regions.get(number)
        if last is None:
            region = self._network.branches[number].region
            last = np.full(self.count, region, dtype=np.intp)
        self._regions[number] = np.minimum(last, len(table.bounds))
        return self._regions[number]

    def _solve(
        self, tables: Mapping[int, "_Table"], regions: Mapping[int, NDArray[np.intp]]
    ) -> tuple[Value, ...]:
        network = self._network
        slopes = [_pick(tables[n].slopes, regions.get(n)) for n in tables]
        offsets = [_pick(tables[n].offsets, regions.get(n)) for n in network.driven]
        if not _same(slopes, self._key):
            self._ratios, _ = network.code.factor(slopes, GROUND_CONDUCTANCE)
            self._key = slopes
        return network.code.solve(self._ratios, offsets)

    def _move(
        self,
        tables: Mapping[int, "_Table"],
        regions: Mapping[int, NDArray[np.intp]],
        found: tuple[Value, ...],
        *,
        one: bool,
    ) -> bool:
        """Put branches that left their region into the next one; return whether any did."""
        network = self._network
        busy = np.zeros(self.count, dtype=np.bool_)
        any_moved = False
        for number, region in regions.items():
            branch = network.branches[number]
            v = found[network.index[branch.a]] - found[network.index[branch.b]]
            bounds = tables[number].bounds
            lowest = (-np.inf, *bounds)
            highest = (*bounds, np.inf)
            below = np.less(v, _pick(lowest, region) - SLACK)
            above = np.greater(v, _pick(highest, region) + SLACK)
            outside = below | above
            if one:
                outside = outside & ~busy
                busy |= outside
            if outside.any():
                any_moved = True
                region += np.where(outside, np.where(above, 1, -1), 0)
        return any_moved


_Shape = tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]


class _Table:
    """A characteristic: an entry a region, each a float or a column."""

    __slots__ = ("bounds", "offsets", "slopes")

    def __init__(
        self, bounds: Sequence[Value], slopes: Sequence[Value], offsets: Sequence[Value]
    ) -> None:
        self.bounds = bounds
        self.slopes = slopes
        self.offsets = offsets


def _pick(entries: Sequence[Value], region: NDArray[np.intp] | None) -> Value:
    """Return for each unit the entry of its region."""
    if region is None:
        return entries[0]
    first = int(region[0])
    if (region == first).all():
        return entries[first]
    values = [
        np.broadcast_to(np.asarray(entry, dtype=np.float64), region.shape) for entry in entries
    ]
    return np.choose(region, values)


def _same(values: Sequence[Value], before: Sequence[Value]) -> bool:
    return len(values) == len(before) and all(
        new is old or np.array_equal(new, old) for new, old in zip(values, before, strict=True)
    )
