"""Uncertainty budgets after the GUM (JCGM 100:2008): combine contributions, expand the result."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, exp, floor, inf, isfinite, lgamma, log, log10, sqrt
from statistics import NormalDist, fmean, stdev

from bench.measurement import Contribution

_NORMAL = NormalDist()

COVERAGE_PROBABILITY = 2.0 * _NORMAL.cdf(2.0) - 1.0
"""About 95.45 %: the probability for which a normal distribution has k = 2 (JCGM 100, G.1.3)."""

_CONVERGED = 1e-14
_ITERATIONS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Uncorrelated contributions to one result; all figures in the unit of the result."""

    contributions: tuple[Contribution, ...]

    @property
    def combined(self) -> float:
        """Return the combined standard uncertainty, the root sum of squares (JCGM 100, 5.1.2)."""
        return sqrt(sum(line.contribution**2 for line in self.contributions))

    @property
    def degrees_of_freedom(self) -> float:
        """Return the effective degrees of freedom (Welch-Satterthwaite; JCGM 100, G.4.1)."""
        combined = self.combined
        if combined == 0.0:
            return inf
        weights = sum(
            (line.contribution / combined) ** 4 / line.degrees_of_freedom
            for line in self.contributions
            if line.degrees_of_freedom is not None
        )
        return 1.0 / weights if weights > 0.0 else inf

    @property
    def coverage_factor(self) -> float:
        """Return k for 95.45 %, from Student's t with the truncated degrees (JCGM 100, G.4.2)."""
        return coverage_factor(self.degrees_of_freedom)

    @property
    def expanded(self) -> float:
        """Return U = k u, rounded up to two significant digits (JCGM 100, 7.2.6)."""
        return round_up(self.coverage_factor * self.combined)


def combine(*contributions: Contribution) -> tuple[float, tuple[Contribution, ...]]:
    """Return the combined standard uncertainty and the budget it comes from."""
    return Budget(contributions=contributions).combined, contributions


def type_a(name: str, readings: Sequence[float], *, sensitivity: float = 1.0) -> Contribution:
    """Return the contribution of repeated readings to their mean (JCGM 100, 4.2.3).

    Raises ValueError for fewer than two readings or one that is not finite.
    """
    count = len(readings)
    if count < 2:
        raise ValueError(f"{name}: {count} readings have no spread; take at least two")
    if not all(isfinite(reading) for reading in readings):
        raise ValueError(f"{name}: a reading is not a finite number")
    return Contribution(
        name=name,
        standard_uncertainty=stdev(readings) / sqrt(count),
        sensitivity=sensitivity,
        distribution="normal",
        degrees_of_freedom=count - 1.0,
        basis=f"type A, {count} readings with the mean {fmean(readings):.6g}",
    )


def coverage_factor(degrees_of_freedom: float, probability: float = COVERAGE_PROBABILITY) -> float:
    """Return the factor that gives an interval the coverage ``probability``.

    Degrees of freedom are truncated to an integer, at least 1 (JCGM 100, G.4.2). Raises ValueError
    for a probability outside 0 to 1 or degrees that are no positive number.
    """
    if not 0.0 < probability < 1.0:
        raise ValueError(f"a coverage probability of {probability} makes no sense")
    if not degrees_of_freedom > 0.0:
        raise ValueError(f"{degrees_of_freedom} degrees of freedom make no sense")
    if degrees_of_freedom == inf:
        return _NORMAL.inv_cdf((1.0 + probability) / 2.0)
    return _student_quantile(float(max(1, floor(degrees_of_freedom))), probability)


def round_up(value: float, digits: int = 2) -> float:
    """Return ``value`` rounded up to ``digits`` significant digits; it never becomes smaller.

    A binary float that misses a decimal number by rounding only counts as that number.
    """
    if value == 0.0 or not isfinite(value):
        return value
    exponent = floor(log10(abs(value))) - digits + 1
    steps = float(f"{value:.14e}") / 10.0**exponent
    count = ceil(steps - 1e-9 * abs(steps))
    return float(f"{count}e{exponent}")


@cache
def _student_quantile(degrees: float, probability: float) -> float:
    """Return t with P(-t < T < t) = ``probability``, by bisection; T is monotonic."""
    low, high = 0.0, 2.0
    while _student_coverage(high, degrees) < probability:
        low, high = high, 2.0 * high
    while high - low > 1e-12 * high:
        middle = (low + high) / 2.0
        if _student_coverage(middle, degrees) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def _student_coverage(t: float, degrees: float) -> float:
    """Return P(-t < T < t) of Student's distribution (Abramowitz and Stegun, 26.7.1)."""
    return 1.0 - _incomplete_beta(degrees / (degrees + t * t), degrees / 2.0, 0.5)


def _incomplete_beta(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b) (Abramowitz and Stegun, 26.5)."""
    if x <= 0.0 or x >= 1.0:
        return min(max(x, 0.0), 1.0)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1.0 - x))
    if x < (a + 1.0) / (a + b + 2.0):
        return front / a / _fraction(_beta_terms(x, a, b))
    return 1.0 - front / b / _fraction(_beta_terms(1.0 - x, b, a))


def _beta_terms(x: float, a: float, b: float) -> Iterable[float]:
    """Yield the coefficients of the continued fraction (Abramowitz and Stegun, 26.5.8)."""
    for m in range(_ITERATIONS):
        if m > 0:
            yield m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        yield -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))


def _fraction(terms: Iterable[float]) -> float:
    """Evaluate 1 + d1/(1 + d2/(1 + ...)), forwards, as a product of ratios of convergents."""
    value, numerator, denominator = 1.0, 1.0, 0.0
    for term in terms:
        numerator = 1.0 + term / numerator
        denominator = 1.0 / (1.0 + term * denominator)
        step = numerator * denominator
        value *= step
        if abs(step - 1.0) < _CONVERGED:
            break
    return value
