"""Straight-line code that solves the nets of one topology, for floats and for arrays alike.

Nets are eliminated by star-mesh transformation: taking net k out leaves, between each pair of its
neighbours, the conductance g_ik g_kj / (sum of all at k). Nothing is ever subtracted, so a net that
hangs on 1 pS is solved as exactly as one on 1 MS, in the same circuit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

Values = Sequence[Any]  # floats, or arrays with one entry a unit
Order = tuple[int, ...]
Fronts = dict[int, tuple[int, ...]]  # the neighbours of each net when it is taken out


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """Which nets the branches join: net 0 is ground; ``last`` nets are eliminated last."""

    nets: int
    edges: tuple[tuple[int, int], ...]
    driven: tuple[int, ...]
    last: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Elimination:
    """The functions made for one topology; values are lists in the order of its edges.

    ``factor(conductances, gmin)`` prepares what depends on conductances only, and gives the
    conductances that all other nets leave to ground and between the ``last`` ones, in the order of
    `ports`. ``solve(factors, currents)`` gives all net voltages for the currents of the driven
    branches. ``inject(factors, currents)`` gives the currents that these put into the ``last``
    nets, ``extend(factors, currents, last)`` all net voltages for given ones of the ``last`` nets.
    """

    factor: Callable[[Values, float], tuple[tuple[Any, ...], tuple[Any, ...]]]
    solve: Callable[[tuple[Any, ...], Values], tuple[Any, ...]]
    inject: Callable[[tuple[Any, ...], Values], tuple[Any, ...]]
    extend: Callable[[tuple[Any, ...], Values, Values], tuple[Any, ...]]
    order: tuple[int, ...]
    source: str


@lru_cache(maxsize=64)
def eliminate(topology: Topology) -> Elimination:
    """Choose an order of least fill-in, write the code for it and compile it."""
    order, fronts = _order(topology)
    source = "\n".join(
        (
            _factor(topology, order, fronts),
            _solve(topology, order, fronts),
            _inject(topology, order, fronts),
            _extend(topology, order, fronts),
        )
    )
    scope: dict[str, Any] = {}
    exec(compile(source, "<elimination>", "exec"), scope)  # noqa: S102  code of our own making
    return Elimination(
        factor=scope["factor"],
        solve=scope["solve"],
        inject=scope["inject"],
        extend=scope["extend"],
        order=order,
        source=source,
    )


def ports(last: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Return the pairs of nets in the order in which ``factor`` gives their conductances."""
    nets = (0, *last)
    return tuple((a, b) for n, a in enumerate(nets) for b in nets[n + 1 :])


def _order(topology: Topology) -> tuple[Order, Fronts]:
    """Return the nets in order of elimination and, for each, its neighbours at that moment."""
    near: dict[int, set[int]] = {net: set() for net in range(1, topology.nets)}
    for a, b in topology.edges:
        if a and b and a != b:
            near[a].add(b)
            near[b].add(a)
    late = set(topology.last)
    order: list[int] = []
    fronts: dict[int, tuple[int, ...]] = {}
    while near:
        net = min(near, key=lambda n: (n in late, len(near[n]), n))
        front = near.pop(net)
        fronts[net] = tuple(sorted(front))
        order.append(net)
        for i in front:
            near[i] |= front - {i}
            near[i].discard(net)
    return tuple(order), fronts


def _pair(a: int, b: int) -> str:
    return f"c{min(a, b)}_{max(a, b)}"


def _unpack(names: list[str], source: str) -> list[str]:
    return [f"    ({', '.join(names)},) = {source}"] if names else []


def _factor(topology: Topology, order: Order, fronts: Fronts) -> str:
    sums: dict[str, list[str]] = {_pair(0, net): ["gmin"] for net in order}
    for number, (a, b) in enumerate(topology.edges):
        if a != b:
            sums.setdefault(_pair(a, b), []).append(f"g{number}")
    lines = ["def factor(conductances, gmin):"]
    lines += _unpack([f"g{n}" for n in range(len(topology.edges))], "conductances")
    lines += [f"    {name} = {' + '.join(terms)}" for name, terms in sums.items()]
    known = set(sums)
    results: list[str] = []
    left: list[str] = []
    first = len(order) - len(topology.last)
    for turn, net in enumerate([*order, 0]):
        if turn == first:
            left = [_pair(a, b) for a, b in ports(topology.last)]
            lines += [f"    p{pair[1:]} = {pair if pair in known else '0.0'}" for pair in left]
        if not net:
            break
        front = fronts[net]
        ground = _pair(0, net)
        lines.append(
            f"    s{net} = 1.0 / ({' + '.join([ground, *(_pair(net, i) for i in front)])})"
        )
        results.append(f"s{net}")
        for i in front:
            ratio = f"r{net}_{i}"
            lines.append(f"    {ratio} = {_pair(net, i)} * s{net}")
            lines.append(f"    {_pair(0, i)} += {ground} * {ratio}")
            results.append(ratio)
        for n, i in enumerate(front):
            for j in front[n + 1 :]:
                pair = _pair(i, j)
                sign = "+=" if pair in known else "="
                known.add(pair)
                lines.append(f"    {pair} {sign} {_pair(net, i)} * r{net}_{j}")
    lines.append(f"    return ({_listed(results)}), ({_listed(['p' + p[1:] for p in left])})")
    return "\n".join(lines)


def _listed(names: list[str]) -> str:
    return "".join(f"{name}, " for name in names)


def _ratios(order: Order, fronts: Fronts) -> list[str]:
    return [name for k in order for name in (f"s{k}", *(f"r{k}_{i}" for i in fronts[k]))]


def _gather(topology: Topology, order: Order, fronts: Fronts) -> tuple[list[str], set[int]]:
    """Write what collects the driven currents; return it and the nets that get any."""
    into: dict[int, list[str]] = {net: [] for net in order}
    for number, edge in enumerate(topology.driven):
        a, b = topology.edges[edge]
        if a and a != b:
            into[a].append(f"- j{number}")
        if b and a != b:
            into[b].append(f"+ j{number}")
    lines = _unpack(_ratios(order, fronts), "factors")
    lines += _unpack([f"j{n}" for n in range(len(topology.driven))], "currents")
    fed: set[int] = set()
    late = set(topology.last)
    for net in order:
        if not into[net]:
            continue
        fed.add(net)
        lines.append(f"    b{net} = {' '.join(into[net])}")
        for i in fronts[net]:
            if net not in late:
                into[i].append(f"+ b{net} * r{net}_{i}")
    return lines, fed


def _solve(topology: Topology, order: Order, fronts: Fronts) -> str:
    lines, fed = _gather(replace(topology, last=()), order, fronts)
    return "\n".join(
        ["def solve(factors, currents):", *lines, *_back(topology, order, fronts, fed)]
    )


def _inject(topology: Topology, order: Order, fronts: Fronts) -> str:
    lines, fed = _gather(topology, order, fronts)
    results = [f"b{net}" if net in fed else "0.0" for net in topology.last]
    return "\n".join(["def inject(factors, currents):", *lines, f"    return ({_listed(results)})"])


def _extend(topology: Topology, order: Order, fronts: Fronts) -> str:
    lines, fed = _gather(topology, order, fronts)
    lines += _unpack([f"v{net}" for net in topology.last], "last")
    first = order[: len(order) - len(topology.last)]
    return "\n".join(
        ["def extend(factors, currents, last):", *lines, *_back(topology, first, fronts, fed)]
    )


def _back(topology: Topology, order: Order, fronts: Fronts, fed: set[int]) -> list[str]:
    """Write the voltages of the nets of ``order`` from the last eliminated to the first."""
    lines: list[str] = []
    for net in reversed(order):
        terms = [f"b{net} * s{net}"] if net in fed else []
        terms += [f"r{net}_{i} * v{i}" for i in fronts[net]]
        lines.append(f"    v{net} = {' + '.join(terms) or '0.0'}")
    names = ["0.0", *(f"v{net}" for net in range(1, topology.nets))]
    lines.append(f"    return ({', '.join(names)},)")
    return lines


@lru_cache(maxsize=256)
def guard(bounded: tuple[tuple[int, int, int], ...]) -> Callable[[Values, Values, Values], bool]:
    """Return ``outside(voltages, low, high)``: whether a driven branch left its bounds.

    ``bounded`` are the branches that can: their place in the bounds and their nets. Floats only.
    """
    tests = [f"low[{n}] <= voltages[{a}] - voltages[{b}] <= high[{n}]" for n, a, b in bounded]
    source = f"lambda voltages, low, high: not ({' and '.join(tests) or 'True'})"
    outside: Callable[[Values, Values, Values], bool] = eval(source)  # noqa: S307  of our own making
    return outside
