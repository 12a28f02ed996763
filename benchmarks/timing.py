"""Timing side by side: on one processor, variants in turn, medians."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from time import perf_counter

Microsecond = float


@contextmanager
def pinned() -> Iterator[None]:
    """Keep this process on one processor meanwhile, where the system can do that."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def side_by_side(
    variants: Mapping[str, Callable[[], object]], *, rounds: int = 15, calls: int = 1
) -> dict[str, Microsecond]:
    """Return the median time of one call of each variant [us].

    In each round each variant runs ``calls`` times in a row, so that a drift of the machine's speed
    meets all of them alike.
    """
    times: dict[str, list[float]] = {name: [] for name in variants}
    with pinned():
        for variant in variants.values():
            variant()
        for _ in range(rounds):
            for name, variant in variants.items():
                begin = perf_counter()
                for _ in range(calls):
                    variant()
                times[name].append((perf_counter() - begin) / calls)
    return {name: median(values) * 1e6 for name, values in times.items()}
