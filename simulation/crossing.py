"""When a voltage that goes its way in exponentials leaves an interval."""

from collections.abc import Sequence
from math import expm1, inf, log, log1p

from instruments.units import Second, Volt

PAST: Volt = 1e-9  # how far beyond the bound counts as left, so that the next look agrees
_STEP = 1.25  # ratio of search times; what swings out and back within one step is missed
_HALVINGS = 60


def leaves(
    start: Volt, ways: Sequence[Volt], rates: Sequence[float], low: Volt, high: Volt
) -> Second:
    """Return the first time [s] at which the voltage is past ``low`` or ``high``, or infinity.

    The voltage is ``start + sum of way * (1 - exp(-rate * time))``; with a negative rate it goes
    the other way, ever faster.
    """
    up = down = start
    for way, rate in zip(ways, rates, strict=True):
        if way * rate > 0.0:
            up += way if rate > 0.0 else inf
        elif way:
            down += way if rate > 0.0 else -inf
    low -= PAST
    high += PAST
    if low <= down and up <= high:
        return inf
    if not low <= start <= high:
        return 0.0
    moving = [(way, rate) for way, rate in zip(ways, rates, strict=True) if way]
    if len(moving) == 1:
        way, rate = moving[0]
        part = ((high if way * rate > 0.0 else low) - start) / way
        return -log1p(-part) / rate if part < 1.0 else inf
    return _search(start, moving, low, high)


def _search(start: Volt, moving: list[tuple[Volt, float]], low: Volt, high: Volt) -> Second:
    """Step through the times at which something can happen and halve the step that leaves."""

    def inside(time: Second) -> bool:
        return low <= start - sum([way * expm1(-rate * time) for way, rate in moving]) <= high

    end = log(sum(abs(way) for way, _ in moving) / PAST) / min(abs(rate) for _, rate in moving)
    before, time = 0.0, 1e-2 / max(abs(rate) for _, rate in moving)
    while inside(time):
        if time > end:
            return inf
        before, time = time, time * _STEP
    for _ in range(_HALVINGS):
        middle = 0.5 * (before + time)
        if inside(middle):
            before = middle
        else:
            time = middle
    return time
