"""What a decision rule promises: the chance of each statement on a unit of a known true value.

After JCGM 106:2012, 8 and 9: a measured value is taken as normal about the true one, with the
standard uncertainty of the method.
"""

from dataclasses import dataclass
from math import inf
from statistics import NormalDist

from bench.limit import GUARD, DecisionRule, Limit

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """Chances of PASS and of FAIL; the rest is said conditionally or left undecided."""

    passing: float
    failing: float


def chances(limit: Limit, rule: DecisionRule, true_value: float, u: float) -> Chances:
    """Return the chances for a unit of ``true_value`` measured with standard uncertainty ``u``.

    The method is taken to be capable, so that both zones of the rule exist.
    """
    low = -inf if limit.low is None else limit.low
    high = inf if limit.high is None else limit.high
    guard = GUARD[rule] * u
    passing = _below(high - guard, true_value, u) - _below(low + guard, true_value, u)
    failing = 1.0 - _below(high + guard, true_value, u) + _below(low - guard, true_value, u)
    return Chances(passing=max(0.0, passing), failing=failing)


def conforms(limit: Limit, true_value: float) -> bool:
    """Return whether a true value lies within a limit, ends included."""
    above = limit.low is None or true_value >= limit.low
    return above and (limit.high is None or true_value <= limit.high)


def _below(level: float, true_value: float, u: float) -> float:
    if u == 0.0:
        return 1.0 if true_value <= level else 0.0
    return _NORMAL.cdf((level - true_value) / u)
