"""Straight-line code that solves the nets of one topology, for floats and for arrays alike.

Nets are eliminated by star-mesh transformation: taking net k out leaves, between each pair of its
neighbours, the conductance g_ik g_kj / (sum of all at k). Nothing is ever subtracted, so a net that
hangs on 1 pS is solved as exactly as one on 1 MS, in the same circuit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Values = Sequence[Any]  # floats, or arrays with one entry a unit


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

    ``factor(conductances, gmin)`` prepares what depends on conductances only.
    ``solve(factors, currents)`` gives all net voltages for the currents of the driven branches.
    ``outside(voltages, low, high)`` tells whether a driven branch has left its bounds (floats only).
    """

    factor: Callable[[Values, float], tuple[Any, ...]]
    solve: Callable[[tuple[Any, ...], Values], tuple[Any, ...]]
    outside: Callable[[Values, Values, Values], bool]
    order: tuple[int, ...]
    source: str


@lru_cache(maxsize=64)
def eliminate(topology: Topology) -> Elimination:
    """Choose an order of least fill-in, write the code for it and compile it."""
    order, fronts = _order(topology)
    source = "\n".join(
        (_factor(topology, order, fronts), _solve(topology, order, fronts), _outside(topology))
    )
    scope: dict[str, Any] = {}
    exec(compile(source, "<elimination>", "exec"), scope)  # noqa: S102  code of our own making
    return Elimination(
        factor=scope["factor"],
        solve=scope["solve"],
        outside=scope["outside"],
        order=order,
        source=source,
    )


def _order(topology: Topology) -> tuple[tuple[int, ...], dict[int, tuple[int, ...]]]:
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


def _factor(topology: Topology, order: tuple[int, ...], fronts: dict[int, tuple[int, ...]]) -> str:
    sums: dict[str, list[str]] = {_pair(0, net): ["gmin"] for net in order}
    for number, (a, b) in enumerate(topology.edges):
        if a != b:
            sums.setdefault(_pair(a, b), []).append(f"g{number}")
    lines = ["def factor(conductances, gmin):"]
    lines += _unpack([f"g{n}" for n in range(len(topology.edges))], "conductances")
    lines += [f"    {name} = {' + '.join(terms)}" for name, terms in sums.items()]
    known = set(sums)
    results: list[str] = []
    for net in order:
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
    lines.append(f"    return ({', '.join(results)},)" if results else "    return ()")
    return "\n".join(lines)


def _ratios(order: tuple[int, ...], fronts: dict[int, tuple[int, ...]]) -> list[str]:
    return [name for k in order for name in (f"s{k}", *(f"r{k}_{i}" for i in fronts[k]))]


def _solve(topology: Topology, order: tuple[int, ...], fronts: dict[int, tuple[int, ...]]) -> str:
    lines = ["def solve(factors, currents):"]
    lines += _unpack(_ratios(order, fronts), "factors")
    lines += _unpack([f"j{n}" for n in range(len(topology.driven))], "currents")
    into: dict[int, list[str]] = {net: [] for net in order}
    for number, edge in enumerate(topology.driven):
        a, b = topology.edges[edge]
        if a and a != b:
            into[a].append(f"- j{number}")
        if b and a != b:
            into[b].append(f"+ j{number}")
    for net in order:
        for i in fronts[net]:
            if into[net]:
                into[i].append(f"+ b{net} * r{net}_{i}")
        if into[net]:
            lines.append(f"    b{net} = {' '.join(into[net])}")
    for net in reversed(order):
        terms = [f"b{net} * s{net}"] if into[net] else []
        terms += [f"r{net}_{i} * v{i}" for i in fronts[net]]
        lines.append(f"    v{net} = {' + '.join(terms) or '0.0'}")
    names = ["0.0", *(f"v{net}" for net in range(1, topology.nets))]
    lines.append(f"    return ({', '.join(names)},)")
    return "\n".join(lines)


def _outside(topology: Topology) -> str:
    lines = ["def outside(voltages, low, high):"]
    lines += _unpack([f"v{n}" for n in range(topology.nets)], "voltages")
    count = len(topology.driven)
    lines += _unpack([f"l{n}" for n in range(count)], "low")
    lines += _unpack([f"h{n}" for n in range(count)], "high")
    tests = [
        f"l{number} <= v{topology.edges[edge][0]} - v{topology.edges[edge][1]} <= h{number}"
        for number, edge in enumerate(topology.driven)
    ]
    lines.append(f"    return not ({' and '.join(tests) or 'True'})")
    return "\n".join(lines)
