"""The kill matrix as CSV, one line for each defect and clause, and as lines for a terminal."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

from bench.verdict import Verdict
from reports import wording
from reports.kill_matrix import Catch, KillMatrix, Row
from reports.kill_matrix_page import to_html

_COLUMNS = (
    "device", "defect", "title", "seed", "outcome", "clause", "violated", "verdict", "failed",
    "cases", "worst case", "worst check",
)  # fmt: skip


def write_matrices(matrices: Sequence[KillMatrix], directory: Path) -> tuple[Path, Path]:
    """Write kill_matrix.html and kill_matrix.csv into ``directory``; return their paths."""
    page, table = directory / "kill_matrix.html", directory / "kill_matrix.csv"
    page.write_text(to_html(matrices), encoding="utf-8", newline="\n")
    table.write_text(to_csv(matrices), encoding="utf-8", newline="\n")
    return page, table


def to_csv(matrices: Sequence[KillMatrix]) -> str:
    """Return all matrices as CSV; the conforming unit has an empty defect."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for matrix in matrices:
        for row in (matrix.golden, *matrix.others, *matrix.rows):
            writer.writerows(_lines(row))
    return text.getvalue()


def _lines(row: Row) -> Iterator[Sequence[object]]:
    outcome = row.catch if row.fault else ""
    head = (row.device, row.fault, row.title, "" if row.seed is None else row.seed, outcome)
    for clause, cell in row.cells.items():
        yield (
            *head,
            clause,
            "yes" if clause in row.claims else "",
            wording.words(cell.verdict),
            cell.counts.get(Verdict.FAIL, 0),
            sum(cell.counts.values()),
            cell.case,
            cell.said,
        )
    for clause in row.claims:
        if clause not in row.cells:
            yield (*head, clause, "yes", "NOT RUN", 0, 0, "", "")


def summary(matrix: KillMatrix) -> Iterator[str]:
    """Yield what somebody at a terminal wants to know of one device."""
    violating = matrix.violating
    caught = len(matrix.of(Catch.CAUGHT))
    refused = len(matrix.of(Catch.REFUSED))
    foreign = f", {refused} refused as another device" if refused else ""
    conforming = 1 + len(matrix.others)
    units = "a conforming unit" if conforming == 1 else f"{conforming} conforming units"
    alarms = f"{len(matrix.alarms)} false alarms on {units}"
    if matrix.rows:
        yield (
            f"{matrix.device}: {len(matrix.rows)} defects, {caught} of {len(violating)} that "
            f"violate a clause are caught by it{foreign}; {alarms}"
        )
    else:
        yield f"{matrix.device}: no defect built in; {alarms}"
    for clause, cell in matrix.alarms.items():
        yield f"  false alarm: {clause}: {cell.said}"
    if not any(cell.verdict.is_pass for cell in matrix.golden.cells.values()):
        yield "  no clause judges the conforming unit"
    for row in matrix.of(Catch.SURVIVED, Catch.BENCH_ERROR):
        yield f"  {row.catch}: {row.fault}: {row.title}; violates {', '.join(row.claims)}"
    for row in matrix.of(Catch.ELSEWHERE):
        yield (
            f"  caught by accident: {row.fault}: {row.title}; violates {', '.join(row.claims)} "
            f"but fails {', '.join(row.failed)}"
        )
    for row in matrix.of(Catch.UNCLAIMED):
        yield f"  said to violate nothing, yet fails {', '.join(row.failed)}: {row.fault}"
    if matrix.rows and matrix.idle:
        yield f"  no defect makes fail: {', '.join(matrix.idle)}"
