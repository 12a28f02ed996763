"""How often a rule is wrong about units: counts, confidence intervals, and what it promises."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from math import sqrt
from statistics import NormalDist
from typing import Any

from bench.limit import DecisionRule

CONFIDENCE = 0.99


class Units(StrEnum):
    """Which units were measured."""

    PRODUCTION = "production"
    """Drawn within the tolerances of the device."""

    BORDER = "border"
    """The same, the judged quantity moved to within four standard uncertainties of the limit."""


class Errors(StrEnum):
    """How the instruments err."""

    SIMULATED = "simulated"
    """As the simulated instruments do: always within their declared accuracy."""

    NORMAL = "normal"
    """As the rules assume: normal, with the declared standard uncertainty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """``count`` of ``total`` units; ``promised`` is the rate that follows from the rule."""

    count: int
    total: int
    promised: float

    @property
    def value(self) -> float | None:
        """Return the rate; None without units."""
        return self.count / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """Return the confidence interval of the rate."""
        return wilson(self.count, self.total)

    @property
    def is_worse(self) -> bool:
        """Return whether more went wrong than was promised, beyond chance."""
        return self.interval[0] > self.promised

    @property
    def is_other(self) -> bool:
        """Return whether the promise lies outside the interval."""
        low, high = self.interval
        return not low <= self.promised <= high


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRates:
    """What one rule said of one population at one operating point."""

    rule: DecisionRule
    units: Units
    errors: Errors
    false_reject: Rate
    """FAIL, of the units that conform."""
    false_accept: Rate
    """PASS, of the units that do not."""
    undecided: Rate
    """Neither, of all units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRates:
    """All rates at one operating point of a clause, measured with ``u`` at the border.

    ``agreement`` is the largest difference between the array path and the drivers, in standard
    uncertainties, over ``compared`` units.
    """

    device: str
    clause: str
    case: str
    quantity: str
    unit: str
    limit: str
    u: float
    nearness: float
    """How far the mean unit is from the limit, in parts of the limit."""
    rates: Sequence[RuleRates]
    agreement: float = 0.0
    compared: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseAlarms:
    """How many of the drawn units a clause said something against, through the drivers."""

    device: str
    clause: str
    title: str
    alarms: Rate
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRates:
    """Everything about one device."""

    device: str
    title: str
    units: int
    cases: Sequence[CaseRates]
    clauses: Sequence[ClauseAlarms]

    @property
    def deciding(self) -> Sequence[CaseRates]:
        """Return for each clause the operating point at which units are nearest to the limit."""
        best: dict[str, CaseRates] = {}
        for case in self.cases:
            other = best.get(case.clause)
            if other is None or case.nearness < other.nearness:
                best[case.clause] = case
        return tuple(best.values())


def wilson(count: int, total: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the Wilson score interval of a proportion; all of 0 to 1 without units."""
    if not total:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1.0 + confidence) / 2.0)
    share, weight = count / total, z * z / total
    middle = (share + weight / 2.0) / (1.0 + weight)
    half = z / (1.0 + weight) * sqrt(share * (1.0 - share) / total + weight / (4.0 * total))
    return max(0.0, middle - half), min(1.0, middle + half)


def dump(case: CaseRates) -> dict[str, Any]:
    """Return a record as JSON data."""
    return asdict(case)


def load(data: Mapping[str, Any]) -> CaseRates:
    """Return the record that ``dump`` turned into ``data``; raises KeyError, ValueError."""
    values: dict[str, Any] = dict(data)
    values["rates"] = tuple(_rule_rates(entry) for entry in values["rates"])
    return CaseRates(**values)


def _rule_rates(data: Mapping[str, Any]) -> RuleRates:
    return RuleRates(
        rule=DecisionRule(data["rule"]),
        units=Units(data["units"]),
        errors=Errors(data["errors"]),
        false_reject=Rate(**data["false_reject"]),
        false_accept=Rate(**data["false_accept"]),
        undecided=Rate(**data["undecided"]),
    )
