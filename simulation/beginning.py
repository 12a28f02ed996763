"""Straight-line code for the beginning of a state: which nets follow at once, which ways remain.

Like `elimination`, but for the capacitor nets: a circuit takes a new state thousands of times, with
the same few nets and modes each time.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from instruments.units import Ampere, Volt

Begin = Callable[
    [tuple[float, ...], Sequence[Volt], Sequence[Ampere]],
    tuple[tuple[Volt, ...], tuple[float, ...]],
]
Gone = tuple[int, float, tuple[tuple[int, float], ...]]


def plan(
    size: int,
    rates: Sequence[float],
    shapes: Sequence[Sequence[float]],
    weights: Sequence[Sequence[float]],
    gone: Sequence[Gone],
    instant: float,
) -> tuple[Begin, tuple[float, ...]]:
    """Return the function for these modes and the numbers that it takes as its first argument.

    ``begin(numbers, held, injected)`` gives the voltages [V] just after ``held`` and the way that
    each mode has to go; ``injected`` are the currents into the nets [A]. The nets in ``gone``
    follow at once, as do modes that are faster than ``instant`` [s]: they have gone their way.
    """
    numbers: list[float] = []
    for _, total, ratio in gone:
        numbers += [total, *(r for _, r in ratio)]
    for rate, shape, weight in zip(rates, shapes, weights, strict=True):
        numbers += [rate, *shape, *weight]
    follows = tuple((net, tuple(i for i, _ in ratio)) for net, _, ratio in gone)
    fast = tuple(rate * instant > 1.0 for rate in rates)
    return _code(size, follows, fast), tuple(numbers)


@lru_cache(maxsize=256)
def _code(
    size: int, follows: tuple[tuple[int, tuple[int, ...]], ...], fast: tuple[bool, ...]
) -> Begin:
    nets = range(size)
    names: list[str] = []
    for net, others in follows:
        names += [f"t{net}", *(f"r{net}_{i}" for i in others)]
    for k in range(len(fast)):
        names += [f"q{k}", *(f"x{k}_{net}" for net in nets), *(f"w{k}_{net}" for net in nets)]
    lines = [
        "def begin(numbers, held, injected):",
        f"    ({_listed(names)}) = numbers",
        f"    ({_listed(f'h{net}' for net in nets)}) = held",
        f"    ({_listed(f'i{net}' for net in nets)}) = injected",
    ]
    lines += [f"    i{i} += r{net}_{i} * i{net}" for net, others in follows for i in others]
    # As held, corrected by what changes: a sum over modes would blur it by some 1e-12 V.
    lost: list[int] = []
    for net, others in reversed(follows):
        lines.append(f"    a{net} = p = i{net} / t{net}")
        lines.append(f"    v{net} = {_sum('p', (f'r{net}_{i} * v{i}' for i in others))}")
        shared = [f"r{net}_{i} * a{i}" for i in others if i in lost]
        if shared:
            lines.append(f"    a{net} = {_sum('p', shared)}")
        lost.append(net)
    kept = [net for net in nets if net not in lost]
    start = next((n for n, line in enumerate(lines) if line.startswith("    a")), len(lines))
    lines[start:start] = [f"    v{net} = h{net}" for net in kept]
    lines += [f"    f{net} = h{net} - a{net}" for net in lost]
    lines += [f"    s{net} = h{net} - v{net}" for net in lost]
    for k, is_fast in enumerate(fast):
        end = _sum("", (f"x{k}_{net} * i{net}" for net in kept))
        begin = _sum("", (f"w{k}_{net} * {'f' if net in lost else 'h'}{net}" for net in nets))
        lines.append(f"    e = ({end}) / q{k}")
        lines.append(f"    b = {begin}")
        change = _sum("", (f"w{k}_{net} * s{net}" for net in lost))
        if is_fast:
            lines.append(f"    d = {_sum(change, ['(e - b)'])}")
            lines.append("    b = e")
        elif lost:
            lines.append(f"    d = {change}")
        lines.append(f"    y{k} = e - b")
        if is_fast or lost:
            lines += [f"    v{net} += x{k}_{net} * d" for net in nets]
    voltages = _listed(f"v{net}" for net in nets)
    ways = _listed(f"y{k}" for k in range(len(fast)))
    lines.append(f"    return ({voltages}), ({ways})")
    scope: dict[str, Any] = {}
    exec(compile("\n".join(lines), "<beginning>", "exec"), scope)  # noqa: S102  of our own making
    begin_function: Begin = scope["begin"]
    return begin_function


def _listed(names: Iterable[str]) -> str:
    return "".join(f"{name}, " for name in names)


def _sum(first: str, terms: Iterable[str]) -> str:
    return " + ".join([*([first] if first else []), *terms]) or "0.0"
