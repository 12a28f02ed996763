"""Limits and the decision rules that judge a measurement against them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import inf, isfinite
from statistics import NormalDist
from types import MappingProxyType

from bench.measurement import Measurement
from bench.verdict import Verdict, worst

COVERAGE_FACTOR = 2.0
"""k of the expanded uncertainty U = k u (about 95 % for a normal distribution)."""

LEAST_CAPABILITY = 1.0
"""Cm at which the acceptance zones of a tolerance vanish: nothing can be proven to conform."""

GOOD_CAPABILITY = 4.0
"""Cm from which a method is called capable without reserve, the usual ratio of four to one."""

_NORMAL = NormalDist()
_ROUNDING = 1e-12  # decimal limits and values meet in binary only up to rounding


class DecisionRule(StrEnum):
    """How a measurement near a limit is judged; named in every record."""

    ILAC_G8 = "ilac-g8"
    """Four classes with guard band w = U (ILAC-G8:09/2019, non-binary)."""

    SIMPLE = "simple"
    """Simple acceptance, w = 0; up to half the risk at the limit (ILAC-G8:09/2019)."""

    ISO_14253 = "iso-14253"
    """Conformity proven at 95 %: one-sided w = 1.645 u (ISO 14253-1:2017)."""


GUARD: Mapping[DecisionRule, float] = MappingProxyType(
    {
        DecisionRule.SIMPLE: 0.0,
        DecisionRule.ILAC_G8: COVERAGE_FACTOR,
        DecisionRule.ISO_14253: _NORMAL.inv_cdf(0.95),
    }
)
"""Guard band of each rule on both sides of a limit, in standard uncertainties."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a limit says of a measurement.

    ``margin`` is the distance from the value to the nearest limit, positive inside, in the unit of
    the value; None for a nominal property. ``conformance_probability`` follows JCGM 106:2012, 7.
    """

    limit: "Limit"
    rule: DecisionRule
    verdict: Verdict
    margin: float | None
    conformance_probability: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A tolerance interval with up to two limits, or the one word that a nominal property must be.

    ``basis`` says whether the figure is stated or derived; ``reading`` names the entry of the
    discrepancy register whose adopted reading it rests on; ``informative`` limits are evaluated
    and shown but give no verdict.
    """

    low: float | None = None
    high: float | None = None
    equals: str | None = None
    unit: str = ""
    basis: str
    reading: str = ""
    informative: bool = False

    @property
    def width(self) -> float | None:
        """Return the width of the tolerance, in its unit; None where there is none to speak of.

        A single limit is that of a quantity which does not go beyond zero, such as a drop, a
        current or a time: its tolerance reaches from zero to the limit. A limit at zero has none.
        """
        if self.low is not None and self.high is not None:
            return self.high - self.low
        single = self.high if self.low is None else self.low
        return abs(single) if single else None

    def capability(self, u: float) -> float:
        """Return the measurement capability index Cm = width / 4u (JCGM 106:2012)."""
        if self.width is None or u == 0.0:
            return inf
        return self.width / (2.0 * COVERAGE_FACTOR * u)

    def judge(self, measurement: Measurement, rule: DecisionRule) -> Judgement:
        """Judge one measurement; not-a-number and infinities are ERROR, never PASS.

        A word where a number is due, such as the reason why it was not measured, is INCONCLUSIVE.
        So is a value whose uncertainty leaves nothing of the tolerance, unless it lies beyond it
        by more than that.
        """
        value = measurement.value
        if self.equals is not None:
            verdict = Verdict.PASS if value == self.equals else Verdict.FAIL
            return self._judgement(rule, verdict, None, None)
        u = measurement.uncertainty
        if isinstance(value, str):
            return self._judgement(rule, Verdict.INCONCLUSIVE, None, None, f"no number: {value}")
        if not isfinite(value) or not isfinite(u) or u < 0.0:
            reason = f"value {value!r} with uncertainty {u!r} cannot be judged"
            return self._judgement(rule, Verdict.ERROR, None, None, reason)
        below = value - self.low if self.low is not None else inf
        above = self.high - value if self.high is not None else inf
        verdict, reason = self._classify(below, above, u, rule)
        probability = _probability(below, u) + _probability(above, u) - 1.0
        return self._judgement(rule, verdict, min(below, above), max(0.0, probability), reason)

    def _classify(
        self, below: float, above: float, u: float, rule: DecisionRule
    ) -> tuple[Verdict, str]:
        if self.capability(u) > LEAST_CAPABILITY * (1.0 + _ROUNDING):
            guard = GUARD[rule] * u
            return worst(_one_side(distance, guard, rule) for distance in (below, above)), ""
        expanded = COVERAGE_FACTOR * u
        if min(below, above) < -expanded * (1.0 + _ROUNDING):
            return Verdict.FAIL, ""
        return (
            Verdict.INCONCLUSIVE,
            f"method not capable: U = {expanded:.3g} {self.unit} for a tolerance of "
            f"{self.width:.3g} {self.unit}",
        )

    def _judgement(
        self,
        rule: DecisionRule,
        verdict: Verdict,
        margin: float | None,
        probability: float | None,
        reason: str = "",
    ) -> Judgement:
        if self.informative and verdict is not Verdict.ERROR:
            verdict = Verdict.INFORMATIVE
        return Judgement(
            limit=self,
            rule=rule,
            verdict=verdict,
            margin=margin,
            conformance_probability=probability,
            reason=reason,
        )


def _one_side(distance: float, guard: float, rule: DecisionRule) -> Verdict:
    """Classify a signed distance to one limit; equality belongs to the better class.

    Without a guard band the classes between PASS and FAIL are empty.
    """
    tolerance = _ROUNDING * max(1.0, guard)
    if distance >= guard - tolerance:
        return Verdict.PASS
    if rule is DecisionRule.ISO_14253:
        return Verdict.INCONCLUSIVE if distance >= -guard - tolerance else Verdict.FAIL
    if distance >= -tolerance:
        return Verdict.CONDITIONAL_PASS
    return Verdict.CONDITIONAL_FAIL if distance >= -guard - tolerance else Verdict.FAIL


def _probability(distance: float, u: float) -> float:
    if u == 0.0:
        return 1.0 if distance >= 0.0 else 0.0
    return _NORMAL.cdf(distance / u)
