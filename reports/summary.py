"""The end of a run on a terminal: a line for each clause, what went wrong, and where it is."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.verdict import Verdict
from reports import clause, wording
from reports.allure_files import write_surroundings
from reports.coverage import WORST_FIRST, ClauseCoverage, coverage, totals
from reports.run import Run, journals, read_run

Line = tuple[str, str]
"""A text and the colour of it: ``red``, ``yellow``, ``green``, ``bold`` or empty."""

_SHORT = {
    Verdict.ERROR: "BENCH ERROR",
    Verdict.FAIL: "FAIL",
    Verdict.CONDITIONAL_FAIL: "COND FAIL",
    Verdict.INCONCLUSIVE: "INCONCL",
    Verdict.CONDITIONAL_PASS: "COND PASS",
    Verdict.PASS: "PASS",
    Verdict.INFORMATIVE: "INFO",
    Verdict.NOT_RUN: "NOT RUN",
}


def colour(verdict: Verdict) -> str:
    """Return the colour a verdict is written in."""
    if verdict in (Verdict.FAIL, Verdict.ERROR, Verdict.CONDITIONAL_FAIL):
        return "red"
    if verdict in (Verdict.INCONCLUSIVE, Verdict.CONDITIONAL_PASS):
        return "yellow"
    return "green" if verdict is Verdict.PASS else ""


def stamp(header: Mapping[str, Any]) -> str:
    """Return one line that says what was measured on what, from the header of the run."""
    kind = "SIMULATED " if header.get("simulated") else ""
    faults = header.get("faults") or ()
    defects = f", defects: {', '.join(faults)}" if faults else ""
    return (
        f"{kind}bench {header.get('bench', '?')}, device {header.get('device', '?')} "
        f"serial {header.get('serial') or 'none'}, rule {header.get('decision_rule', '?')}, "
        f"seed {header.get('seed', '-')}{defects}"
    )


def recorded(directory: Path) -> Run | None:
    """Return the run in ``directory`` without its curves, None when there is none."""
    return read_run(directory, curves="left") if journals(directory) else None


def closing(run: Run, results: Path | None, gaps: Sequence[str] = ()) -> Iterator[Line]:
    """Yield the summary of ``run``, what the coverage gate found, and where to find it all.

    Allure's ``results`` are given their environment, executor and categories on the way.
    """
    yield from summary(run)
    if gaps:
        yield f"COVERAGE GATE ({len(gaps)}): clauses without a verdict and without a reason", "red"
        yield from ((f"  {gap}", "red") for gap in gaps)
    try:
        if results is not None:
            write_surroundings(results, (run,))
    except OSError as error:
        yield f"{results}: cannot be written ({error.strerror}); the record has everything", "red"
    yield f"record {run.directory}", ""
    yield f"report: bench report {run.directory}", ""


def summary(run: Run) -> Iterator[Line]:
    """Yield the table of clauses that were run, then the bench's own errors, then problems."""
    rows = coverage(clause.load(run.header.get("clauses", ())), run.results)
    yield stamp(run.header), "bold"
    yield from _table([row for row in rows if row.counts])
    yield from _rest(rows)
    yield from _bench_errors(run)
    if run.left and not run.simulated:
        yield "LEFT AS IT IS, because the run was broken off; put it back by hand:", "yellow"
        yield from ((f"  {text}", "yellow") for text in run.left)
    for problem in run.problems:
        yield f"journal: {problem}", "red"


def _table(rows: Sequence[ClauseCoverage]) -> Iterator[Line]:
    shown = [v for v in WORST_FIRST if any(v in row.counts for row in rows)]
    width = max((len(row.clause.id) for row in rows), default=6)
    heads = "".join(f"{_SHORT[verdict]:>{_width(verdict)}}" for verdict in shown)
    yield f"{'clause':<{width}}{heads}   smallest margin", "bold"
    for row in rows:
        cells = "".join(f"{row.counts.get(v) or '':>{_width(v)}}" for v in shown)
        yield f"{row.clause.id:<{width}}{cells}   {_margin(row)}".rstrip(), colour(row.verdict)
    counts = {v: sum(row.counts.get(v, 0) for row in rows) for v in shown}
    cells = "".join(f"{counts[v]:>{_width(v)}}" for v in shown)
    yield f"{'all':<{width}}{cells}", "bold"


def _margin(row: ClauseCoverage) -> str:
    check = row.worst_check.removeprefix(wording.words(row.verdict)).strip()
    return f"{row.worst_margin or '-'}  ({check})" if check else ""


def _rest(rows: Sequence[ClauseCoverage]) -> Iterator[Line]:
    untested = sum(1 for row in rows if not row.clause.planned)
    unreached = sum(row.unreached for row in rows)
    if untested:
        yield f"{untested} clauses have no test on this bench; the coverage matrix says why", ""
    if unreached:
        yield f"{unreached} planned cases were not selected or not reached", "yellow"


def _bench_errors(run: Run) -> Iterator[Line]:
    errors = [result for result in run.results if result.verdict is Verdict.ERROR]
    if errors:
        yield f"BENCH ERRORS ({len(errors)}): these say nothing about the device", "red"
    for result in errors[:20]:
        said = wording.message(result).splitlines()[0].removeprefix("BENCH ERROR ")
        yield f"  {result.case_id}: {said}", "red"
    if len(errors) > 20:
        yield f"  and {len(errors) - 20} more", "red"


def verdicts(runs: Sequence[Run]) -> Iterator[str]:
    """Yield a line for each run with the counts of its verdicts: ``smallbms  3 FAIL, 250 PASS``."""
    names = [str(run.header.get("device", "?")) for run in runs]
    wide = max(map(len, names), default=0)
    for name, run in zip(names, runs, strict=True):
        counts = (f"{count} {_SHORT[verdict]}" for verdict, count in totals(run.results).items())
        end = "" if run.end == "finished" else f" ({run.end})"
        yield f"{name:<{wide}}  {', '.join(counts) or 'no result'}{end}"


def _width(verdict: Verdict) -> int:
    return len(_SHORT[verdict]) + 2
