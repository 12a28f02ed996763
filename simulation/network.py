"""The branches of a world as numbers: finds the regions and the voltages that fit each other."""

from collections.abc import Callable, Iterable, Sequence
from itertools import count
from math import hypot, inf, isfinite

from instruments.units import Ampere, Volt
from simulation.branch import Branch, Siemens
from simulation.elimination import Elimination, Topology, eliminate, guard
from simulation.elimination import ports as ports_of
from simulation.factored import Factored

GROUND_CONDUCTANCE: Siemens = 1e-14
"""From each net to ground: a net that nothing holds is at 0 V, not undefined. It loads each net by
100 Tohm: 1 V behind 10 Mohm reads 0.1 uV low, and a floating cable of 1 nF discharges in a day."""

SLACK: Volt = 1e-12  # rounding of a voltage of some 100 V; keeps a branch on a bound from flapping
_ROUNDING: Volt = 1e-8  # the same where a stiff source floats on high resistances
_SANE: Volt = 1e9  # above this a current has no way to flow
TOGETHER = 12  # rounds in which all branches may change region at once
_KEPT = 1024  # factorisations kept: relays come back to the same few hundred states
_SHAPES = 16_384  # curves told apart before they get new numbers
_CURVE = 1e-12  # relative change at which a constant power branch counts as found
_NEAR = 0.05  # relative change below which its tangent may be trusted


_Alone = tuple[int, tuple[tuple[int, int, float], ...]]
"""A net, and of each branch there: number, slot, and 1 if it leads from the net to ground."""


class CircuitError(Exception):
    """The circuit has no defined state."""


class SingularCircuit(CircuitError):
    """A net's voltage is undefined or beyond reason: a current has no way to flow."""


class NoConsistentState(CircuitError):
    """The search for regions that fit the voltages did not end."""


class Network:
    """Nets, conductances and currents of a list of branches in their present regions.

    ``shapes`` has a number for each driven branch: equal numbers are equal curves and regions.
    """

    __slots__ = (
        "_alone", "_bounded", "_bounded_slots", "_factored", "_high", "_kept", "_low", "_number",
        "_outside", "_shapes", "_slot", "_stale", "branches", "code", "conductances", "currents",
        "curved", "driven", "index", "last", "names", "pairs", "ports", "shapes",
    )  # fmt: skip

    def __init__(self, branches: Sequence[Branch], ground: str, late: Iterable[str] = ()) -> None:
        self.index = {ground: 0}
        for branch in branches:
            for net in (branch.a, branch.b):
                self.index.setdefault(net, len(self.index))
        late = tuple(late)
        for net in late:
            self.index.setdefault(net, len(self.index))
        self.names = tuple(self.index)
        self.branches = tuple(branches)
        index = self.index
        edges = tuple((index[branch.a], index[branch.b]) for branch in branches)
        self.driven = tuple(n for n, branch in enumerate(branches) if branch.driven)
        self.last = tuple(sorted({index[net] for net in late} - {0}))
        self.ports = ports_of(self.last)
        self.pairs = tuple(edges[n] for n in self.driven)
        self.code: Elimination = eliminate(
            Topology(nets=len(index), edges=edges, driven=self.driven, last=self.last)
        )
        self._slot = {id(branch): (n, -1) for n, branch in enumerate(branches)}
        for slot, n in enumerate(self.driven):
            self._slot[id(branches[n])] = (n, slot)
        self.conductances: list[Siemens] = [0.0] * len(branches)
        self.currents: list[Ampere] = [0.0] * len(self.driven)
        self._low: list[Volt] = [0.0] * len(self.driven)
        self._high: list[Volt] = [0.0] * len(self.driven)
        self._shapes: dict[tuple[object, ...], int] = {}  # each curve with its region -> a number
        self._number = count().__next__
        self.shapes: list[int] = [-1] * len(self.driven)
        self.curved: dict[int, Volt] = {}  # slot -> voltage at which the curve is taken as straight
        # slots that had bounds at some time, with their nets: few, but each state asks for them
        self._bounded: tuple[tuple[int, int, int], ...] = ()
        self._bounded_slots: set[int] = set()
        self._outside = guard(())
        self._alone: dict[int, _Alone | None] = {}  # branch -> what is at its net
        self._kept: dict[tuple[Siemens, ...], Factored] = {}
        self._factored = Factored((), ())
        self._stale = True
        for branch in branches:
            self.refresh(branch)

    def refresh(self, branch: Branch) -> None:
        """Take over the present region of ``branch``."""
        number, slot = self._slot[id(branch)]
        region = branch.region
        slope = branch.slopes[region]
        if slot >= 0:
            if branch.power and region == len(branch.bounds):
                start = max(branch.last(branch), branch.bounds[-1])
                self.curved[slot] = start
                slope = branch.power / (start * start)  # _bend goes on from here
                self.currents[slot] = 0.0
            else:
                self.curved.pop(slot, None)
                self.currents[slot] = branch.offsets[region]
            shape = (branch.bounds, branch.slopes, branch.offsets, region)
            known = self._shapes.get(shape)
            if known is None:
                if len(self._shapes) >= _SHAPES:
                    self._shapes.clear()
                known = self._shapes[shape] = self._number()
            self.shapes[slot] = known
            low, high = branch.limits()
            self._low[slot] = low - SLACK
            self._high[slot] = high + SLACK
            if slot not in self._bounded_slots and (low > -inf or high < inf):
                self._bounded = tuple(sorted((*self._bounded, (slot, *self.pairs[slot]))))
                self._bounded_slots.add(slot)
                self._outside = guard(self._bounded)
        if slope != self.conductances[number]:
            self.conductances[number] = slope
            self._stale = True

    def alone(self, branch: Branch) -> tuple[int, Volt] | None:
        """Take over ``branch`` and return its net and the voltage there [V].

        None unless that net leads to ground only, through parts without capacitor or regions:
        then what happens there is felt nowhere else.
        """
        if id(branch) not in self._alone:
            self._alone[id(branch)] = self._at_one_net(branch)
        found = self._alone[id(branch)]
        if found is None:
            return None
        net, parts = found
        self.refresh(branch)
        inflow, total = 0.0, GROUND_CONDUCTANCE
        for number, slot, sign in parts:
            total += self.conductances[number]
            if slot in self._bounded_slots:
                return None
            if slot >= 0:
                inflow -= sign * self.currents[slot]
        return net, inflow / total

    def _at_one_net(self, branch: Branch) -> "_Alone | None":
        """Return the net of ``branch`` beside ground and all that is at it, None unless alone."""
        net = next(iter({self.index[branch.a], self.index[branch.b]} - {0}), 0)
        parts: list[tuple[int, int, float]] = []
        for other in self.branches:
            a, b = self.index[other.a], self.index[other.b]
            if net not in (a, b):
                continue
            if 0 not in (a, b):
                return None
            parts.append((*self._slot[id(other)], 1.0 if a == net else -1.0))
        return (net, tuple(parts)) if net and net not in self.last else None

    def forget(self) -> None:
        """Put all branches into their first region and drop what is kept of earlier states."""
        self._kept.clear()
        self._stale = True
        for branch in self.branches:
            branch.region = 0
            self.refresh(branch)

    def factored(self) -> Factored:
        """Return the factorisation for the present conductances."""
        if self._stale:
            key = tuple(self.conductances)
            found = self._kept.get(key)
            if found is None:
                found = self._factor()
                if len(self._kept) >= _KEPT:
                    del self._kept[next(iter(self._kept))]
                self._kept[key] = found
            self._factored = found
            self._stale = False
        return self._factored

    def _factor(self) -> Factored:
        try:
            return Factored(*self.code.factor(self.conductances, GROUND_CONDUCTANCE))
        except ZeroDivisionError:
            raise SingularCircuit("the conductances at a net add up to nothing") from None

    def steady(self) -> tuple[Volt, ...]:
        """Return the voltages in the present regions with all capacitors settled [V]."""
        return self.code.solve(self.factored().ratios, self.currents)

    def bounds(self, slot: int, tangent: float) -> tuple[Volt, Volt]:
        """Return the voltages between which a driven branch stays as it is [V].

        A curved branch is straight within ``tangent`` of the voltage of its tangent.
        """
        if slot not in self.curved:
            return self._low[slot], self._high[slot]
        touch = self.curved[slot]
        return max(self._low[slot], touch * (1.0 - tangent)), touch * (1.0 + tangent)

    def through(self, branch: Branch, v: Volt) -> Ampere:
        """Return the current from ``a`` to ``b`` of ``branch`` at the voltage ``v`` [A]."""
        number, slot = self._slot[id(branch)]
        return self.conductances[number] * v + (self.currents[slot] if slot >= 0 else 0.0)

    def consistent(
        self, voltages: Callable[[], tuple[Volt, ...]], *, patience: int = 50
    ) -> tuple[Volt, ...]:
        """Change regions until they fit what ``voltages`` returns in them, and return that [V].

        All branches that left their region go to the next one at once. If that goes round in
        circles, only the first of them does: slower, but with monotone branches it ends. What
        still goes on after ``patience`` turns a branch is forgiven if rounding may have caused it.
        Raises NoConsistentState or SingularCircuit.
        """
        found = voltages()
        outside, low, high = self._outside, self._low, self._high
        if not self.curved and not outside(found, low, high):
            return self._sane(found)
        strict = TOGETHER + patience * len(self.driven)
        for turn in range(strict + TOGETHER):
            slack = 0.0 if turn < strict else _ROUNDING
            moved = self._move(found, one=turn > TOGETHER, slack=slack)
            bent = bool(self.curved) and self._bend(found)
            if not moved and not bent:
                return self._sane(found)
            found = voltages()
        names = ", ".join(self._describe(slot) for slot in self._left(found, 0.0))
        raise NoConsistentState(f"no consistent state found; still changing: {names}")

    def regions(self) -> list[tuple[Branch, int]]:
        """Return the branches that have bounds, each with its present region."""
        branches, driven = self.branches, self.driven
        return [((branch := branches[driven[slot]]), branch.region) for slot, _, _ in self._bounded]

    def _sane(self, found: tuple[Volt, ...]) -> tuple[Volt, ...]:
        if not hypot(*found) < _SANE:
            worst = max(range(len(found)), key=lambda net: _size(found[net]))
            raise SingularCircuit(
                f"net {self.names[worst]} would be at {found[worst]:.3g} V: "
                "a current that flows into it has no way out"
            )
        return found

    def _left(self, found: tuple[Volt, ...], slack: Volt) -> list[int]:
        """Return the driven branches that are outside their region by more than ``slack``."""
        left: list[int] = []
        low, high = self._low, self._high
        for slot, a, b in self._bounded:
            if not low[slot] - slack <= found[a] - found[b] <= high[slot] + slack:
                left.append(slot)
        return left

    def _move(self, found: tuple[Volt, ...], *, one: bool, slack: Volt) -> bool:
        """Put branches that left their region into the next one; return whether any did."""
        left = self._left(found, slack)
        for slot in left:
            branch = self.branches[self.driven[slot]]
            v = found[self.index[branch.a]] - found[self.index[branch.b]]
            branch.region += 1 if v > self._high[slot] else -1
            self.refresh(branch)
            if one:
                break
        return bool(left)

    def _bend(self, found: tuple[Volt, ...]) -> bool:
        """Straighten constant power branches at their new voltage; return whether any moved.

        Far from the last voltage as a resistance, which leads towards the solution but slowly; near
        it as the tangent, which is fast but leads astray from afar.
        """
        moved = False
        for slot, last in self.curved.items():
            number = self.driven[slot]
            branch = self.branches[number]
            v = max(found[self.index[branch.a]] - found[self.index[branch.b]], branch.bounds[-1])
            tangent = abs(v - last) < _NEAR * v
            if tangent and self.currents[slot] and abs(v - last) <= _CURVE * v:
                continue
            moved = True
            slope = branch.power / (v * v)
            self.curved[slot] = v
            self.currents[slot] = 2.0 * branch.power / v if tangent else 0.0
            self.conductances[number] = -slope if tangent else slope
            self._stale = True
        return moved

    def _describe(self, slot: int) -> str:
        branch = self.branches[self.driven[slot]]
        return f"{branch.a} to {branch.b}"


def _size(voltage: Volt) -> Volt:
    return abs(voltage) if isfinite(voltage) else float("inf")
