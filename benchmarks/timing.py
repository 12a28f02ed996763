"""Timing side by side: on one processor, variants in turn, medians."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from time import get_clock_info, perf_counter, process_time

Microsecond = float

# Processor time leaves out what other processes take away, which meets long variants more often.
_FINE = get_clock_info("process_time").resolution < 1e-6  # not so on Windows
clock = process_time if _FINE else perf_counter


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
    """Return the median time of one call of each variant in this process [us].

    In each round each variant runs ``calls`` times in a row, so that a drift of the machine's speed
    meets all of them alike.
    """
    times: dict[str, list[float]] = {name: [] for name in variants}
    with pinned():
        for variant in variants.values():
            variant()
        for _ in range(rounds):
            for name, variant in variants.items():
                begin = clock()
                for _ in range(calls):
                    variant()
                times[name].append((clock() - begin) / calls)
    return {name: median(values) * 1e6 for name, values in times.items()}
