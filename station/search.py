"""The search for the weakest form of a defect that a clause still sees."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from hashlib import sha256
from math import isinf, sqrt
from typing import Any

from bench.errors import ConfigError
from bench.limit import COVERAGE_FACTOR
from bench.results import CaseResult, Check
from bench.spec import Case
from bench.verdict import Verdict
from reports import wording
from reports.detection_limit import DetectionLimit, Reach, Threshold, dump, load
from station.campaign import Spread, Told, run_campaign
from station.ledger import Ledger
from station.unit import Defect, Unit, software_hash

RESOLUTION = 1e-4
"""The search ends when it knows the magnitude to this part of its distance from conforming."""

_SMALLEST = 1e-6  # of the distance of the defect as the catalogue has it
_LARGEST = 64.0
_SCHEME = "decades, then bisection; 1"


@dataclass(frozen=True, slots=True)
class Sight:
    """What a clause says of one size of a defect; ``check`` is the one that says the worst."""

    verdict: Verdict
    case: str = ""
    check: Check | None = None

    @property
    def is_noticed(self) -> bool:
        """Return whether it is anything but a PASS; the bench's own failure notices nothing."""
        return self.verdict.rank > Verdict.PASS.rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Looks for the weakest form of a unit's defect that ``clause`` sees, case by case.

    The size is tried in steps of the distance from a conforming unit: 1 is the catalogue's
    magnitude, 0 none at all. A larger defect is taken to be no less visible.
    """

    unit: Unit
    clause: str

    @property
    def name(self) -> str:
        """Return unit and clause in words."""
        return f"{self.unit.name}, {self.clause}"

    def fingerprint(self, software: str) -> str:
        """Return the digest of everything that the outcome follows from."""
        parts = (self.unit.fingerprint(software), self.clause, _SCHEME, str(RESOLUTION))
        return sha256("\0".join(parts).encode()).hexdigest()

    def outcome(self) -> dict[str, Any]:
        """Search, and return the record as JSON data; raises ConfigError and SpecError."""
        return dump(self.run())

    def run(self) -> DetectionLimit:
        """Search for both thresholds; raises ConfigError and SpecError."""
        defect = self.unit.defect
        if defect is None or defect.conforming is None:
            raise ConfigError(f"{self.name}: the defect has no magnitude to search")
        looks = _Looks(unit=self.unit, cases=self._cases())
        noticed = _threshold(looks.scale, lambda step: looks.at(step).is_noticed)
        rejected = _threshold(looks.scale, lambda step: looks.at(step).verdict is Verdict.FAIL)
        found = DetectionLimit(
            device=self.unit.device,
            bench=self.unit.bench_file().title,
            fault=defect.name,
            title=defect.title,
            clause=self.clause,
            unit=defect.unit,
            conforming=defect.conforming,
            noticed=looks.threshold(noticed),
            rejected=looks.threshold(rejected),
            looks=looks.count,
        )
        sight = looks.at(noticed[1])
        if sight.check is None or not sight.is_noticed:
            return found
        return _explained(found, sight.case, sight.check)

    def _cases(self) -> list[Case]:
        """Return the cases of the clause that judge something."""
        return [
            case
            for case in self.unit.cases()
            if case.clause.id == self.clause
            and not all(limit.informative for limit in case.test.limits.values())
        ]


@dataclass(slots=True, kw_only=True)
class _Looks:
    """What was seen at each step, each looked at once; the case that told most comes first."""

    unit: Unit
    cases: list[Case]
    count: int = 0
    _seen: dict[float, Sight] = field(default_factory=dict[float, Sight])

    @property
    def scale(self) -> "Callable[[float, float], float]":
        """Return what lies half-way between two steps: half the size, however it is counted."""
        defect = self.unit.defect
        endless = defect is not None and defect.conforming is not None and isinf(defect.conforming)
        return _geometric if endless else _arithmetic

    def at(self, step: float) -> Sight:
        """Return what the clause says at ``step``; raises ConfigError and SpecError."""
        if step not in self._seen:
            try:
                self._seen[step] = self._look(step)
            except ConfigError as error:
                if step <= 1.0:
                    raise
                raise _Unbuildable(str(error)) from None
        return self._seen[step]

    def threshold(self, found: tuple[Reach, float]) -> Threshold:
        """Return a step as a magnitude."""
        reach, step = found
        return Threshold(reach=reach, magnitude=self._magnitude(step))

    def _look(self, step: float) -> Sight:
        defect = self.unit.defect
        if defect is None:
            raise ConfigError(f"{self.unit.name}: no defect to look at")
        self.count += 1
        where, colon, name = defect.word.rpartition(":")
        word = f"{where}{colon}{name.partition('@')[0]}@{self._magnitude(step)!r}"
        unit = replace(self.unit, defect=replace(defect, word=word))
        worst = Sight(Verdict.NOT_RUN)
        with closing(unit.each(list(self.cases))) as results:
            for result in results:
                sight = _sight(result)
                if sight.verdict.rank > worst.verdict.rank:
                    worst = sight
                if worst.verdict is Verdict.FAIL:
                    self.cases.sort(key=lambda case: case.id != worst.case)
                    break
        return worst

    def _magnitude(self, step: float) -> float:
        """Return the magnitude at a step; that of a conforming unit may be infinite."""
        defect = self.unit.defect
        if defect is None or defect.magnitude is None or defect.conforming is None:
            raise ConfigError(f"{self.unit.name}: the defect has no magnitude")
        whole, none = defect.magnitude, defect.conforming
        if not isinf(none):
            return none + step * (whole - none)
        if whole * none > 0.0:
            return whole / step
        return whole + (1.0 / step - 1.0) * (abs(whole) or 1.0) * (1.0 if none > 0.0 else -1.0)


class _Unbuildable(Exception):
    """No unit can have the defect in this size."""


def _threshold(
    between: Callable[[float, float], float], sees: Callable[[float], bool]
) -> tuple[Reach, float]:
    """Return how the search ended and the least step that is seen, or the last that was tried."""
    if sees(1.0):
        high = 1.0
        while sees(low := high / 10.0):
            high = low
            if high <= _SMALLEST:
                return Reach.BELOW, high
    else:
        low, high = 1.0, 2.0
        try:
            while not sees(high):
                low, high = high, 2.0 * high
                if low >= _LARGEST:
                    return Reach.BEYOND, low
        except _Unbuildable:
            return Reach.BEYOND, low
    while high - low > RESOLUTION * high:
        middle = between(low, high)
        if sees(middle):
            high = middle
        else:
            low = middle
    return Reach.FOUND, high


def _arithmetic(low: float, high: float) -> float:
    return (low + high) / 2.0


def _geometric(low: float, high: float) -> float:
    return sqrt(low * high)


def _sight(result: CaseResult) -> Sight:
    """Return what one case says; nothing where the bench failed."""
    told = [check for check in result.checks if check.verdict is result.verdict]
    if result.verdict is Verdict.ERROR or not told:
        return Sight(Verdict.NOT_RUN)
    numbers = [check for check in told if not isinstance(check.measurement.value, str)]
    return Sight(result.verdict, result.case_id, (numbers or told)[0])


def _explained(found: DetectionLimit, case: str, check: Check) -> DetectionLimit:
    """Return the record with the check that noticed the defect."""
    measurement, judgement = check.measurement, check.judgement
    word = isinstance(measurement.value, str)
    return replace(
        found,
        case=case,
        quantity=measurement.name,
        quantity_unit=measurement.unit,
        limit=wording.stated(judgement.limit) if judgement else "",
        uncertainty=None if word else COVERAGE_FACTOR * measurement.uncertainty,
    )


def searches(goldens: Sequence[Unit], defects: Mapping[str, Sequence[Defect]]) -> Iterator[Search]:
    """Yield a search for each clause that a defect with a magnitude violates."""
    for golden in goldens:
        for defect in defects.get(golden.device, ()):
            if defect.conforming is not None and defect.magnitude != defect.conforming:
                unit = replace(golden, defect=defect)
                yield from (Search(unit=unit, clause=clause) for clause in defect.claims)


def find_limits(
    tasks: Sequence[Search], ledger: Ledger, *, spread: Spread, told: Told
) -> tuple[DetectionLimit, ...]:
    """Do all searches; returns their records in the order of ``tasks``. Raises BenchError."""
    software = software_hash()
    marked = {task.fingerprint(software): task for task in tasks}
    outcomes = run_campaign(marked, ledger, spread=spread, told=told)
    return tuple(load(outcome) for outcome in outcomes.values())
