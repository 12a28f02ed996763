"""What a run says of each clause: how many cases with which verdict, the worst check, the gaps."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.results import CaseResult, Check
from bench.verdict import Verdict, worst
from reports import wording
from reports.clause import ClauseEntry

WORST_FIRST = tuple(sorted(Verdict, key=lambda verdict: -verdict.rank))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseCoverage:
    """One row of the matrix. ``unreached`` counts planned cases that left no result at all."""

    clause: ClauseEntry
    verdict: Verdict
    counts: Mapping[Verdict, int]
    unreached: int
    why_not: str
    worst_case: str
    worst_check: str
    worst_margin: str

    @property
    def judged(self) -> int:
        """Return how many cases ended in a verdict, BENCH ERROR included."""
        return sum(count for verdict, count in self.counts.items() if verdict.rank > 0)


def coverage(
    clauses: Iterable[ClauseEntry], results: Iterable[CaseResult]
) -> tuple[ClauseCoverage, ...]:
    """Return a row for every clause, in their order, whether it was run or not."""
    by_clause: dict[str, list[CaseResult]] = {}
    for result in results:
        by_clause.setdefault(result.clause_id, []).append(result)
    return tuple(_row(clause, by_clause.get(clause.id, [])) for clause in clauses)


def totals(results: Iterable[CaseResult]) -> dict[Verdict, int]:
    """Return the number of cases with each verdict that occurs, the worst first."""
    counts = Counter(result.verdict for result in results)
    return {verdict: counts[verdict] for verdict in WORST_FIRST if counts[verdict]}


def _row(clause: ClauseEntry, results: Sequence[CaseResult]) -> ClauseCoverage:
    case, check = _worst_check(results)
    return ClauseCoverage(
        clause=clause,
        verdict=worst(result.verdict for result in results),
        counts=totals(results),
        unreached=max(0, clause.planned - len(results)),
        why_not=_why_not(clause, results),
        worst_case=case.case_id if case else "",
        worst_check=wording.line(check) if check else _fault(case),
        worst_margin=wording.margin(check).removeprefix("margin ") if check else "",
    )


def _why_not(clause: ClauseEntry, results: Sequence[CaseResult]) -> str:
    if not clause.planned:
        return clause.reason or "the specification names no test"
    reasons = {result.reason: None for result in results if result.verdict is Verdict.NOT_RUN}
    if clause.planned > len(results):
        missing = clause.planned - len(results)
        reasons[f"{missing} of {clause.planned} cases were not selected or not reached"] = None
    return "; ".join(reasons)


def _fault(case: CaseResult | None) -> str:
    return wording.message(case).splitlines()[0] if case and case.fault else ""


def _worst_check(results: Sequence[CaseResult]) -> tuple[CaseResult | None, Check | None]:
    """Return the case with the worst verdict and smallest margin, and the check that has it."""
    verdict = worst(result.verdict for result in results)
    if verdict.rank <= Verdict.INFORMATIVE.rank:
        return None, None
    among = [result for result in results if result.verdict is verdict]
    pairs = [(case, check) for case in among for check in case.checks if check.verdict is verdict]
    if not pairs:
        return among[0], None
    return min(pairs, key=lambda pair: _relative_margin(pair[1]))


def _relative_margin(check: Check) -> tuple[bool, float]:
    """Order checks by margin in parts of the limit, those that have none last."""
    judgement = check.judgement
    if judgement is None or judgement.margin is None:
        return True, 0.0
    ends = (judgement.limit.low, judgement.limit.high)
    return False, judgement.margin / (max(abs(end or 0.0) for end in ends) or 1.0)
