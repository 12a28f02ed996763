"""The coverage gate: a whole suite may not end with a clause that nobody has accounted for."""

from collections.abc import Iterator

from bench.verdict import Verdict
from reports import clause
from reports.coverage import ClauseCoverage, coverage
from reports.run import Run


def gaps(run: Run) -> tuple[str, ...]:
    """Return a sentence for each clause without a test, a result or a verdict, and without reason.

    A run of chosen cases has no gate: who chooses knows what is left out.
    """
    if not run.header.get("whole", False):
        return ()
    rows = coverage(clause.load(run.header.get("clauses", ())), run.results)
    return tuple(f"{row.clause.id}: {gap}" for row in rows for gap in _gaps(row))


def _gaps(row: ClauseCoverage) -> Iterator[str]:
    planned = row.clause.planned
    if not planned and not row.clause.reason:
        yield "the specification has no case for it and gives no reason"
    if row.unreached:
        yield f"{row.unreached} of {planned} cases left no result"
    elif row.verdict is Verdict.INFORMATIVE and Verdict.NOT_RUN not in row.counts:
        yield "no case came to a verdict"
    elif Verdict.NOT_RUN in row.counts and not row.why_not:
        yield "cases were not run and no reason is given"
