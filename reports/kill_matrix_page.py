"""The kill matrix as a page of its own: a row for each defect, a column for each clause."""

from collections.abc import Iterator, Sequence
from html import escape

from bench.verdict import Verdict
from reports import wording
from reports.kill_matrix import Catch, Cell, KillMatrix, Row
from reports.page import badge, document

_STYLE = """
.matrix th.clause, .matrix td.fault b {
       font: 600 12px ui-monospace, "DejaVu Sans Mono", monospace; }
.matrix { border-collapse: separate; border-spacing: 0; margin: .6rem 0 1rem; }
.matrix thead th { position: sticky; top: 0; background: #fff; z-index: 1;
                   border-bottom: 2px solid #888; vertical-align: bottom; padding: .3rem 0;
                   text-align: left; font-weight: 600; }
.matrix thead th:first-child { left: 0; z-index: 2; }
.matrix th.clause span { writing-mode: vertical-rl; transform: rotate(180deg); display: block;
                         margin: 0 auto; white-space: nowrap; }
.matrix td { border-bottom: 1px solid #e4e4e4; padding: 0; height: 27px; }
.matrix td.fault { padding: .15rem .8rem .15rem 0; width: 25rem; min-width: 25rem;
                   line-height: 1.25; position: sticky; left: 0; background: #fff; }
.matrix td.fault small { display: block; font-size: 11.5px; }
.matrix td.catch { padding-right: .8rem; white-space: nowrap; }
.matrix td.cell { width: 27px; min-width: 27px; text-align: center; border-left: 1px solid #f0f0f0;
                  color: #b5b5b5; font-size: 12px; }
.matrix tr:hover td { background-color: #f3f6fa; }
.matrix tr.golden td { border-bottom: 2px solid #888; }
.mark { display: inline-block; width: 21px; line-height: 19px; text-align: center;
        border: 1px solid transparent; border-radius: 3px; font-weight: 600; font-size: 12px; }
.kill { color: #fff; background: #2c7a47; border-color: #2c7a47; }
.extra { color: #14532d; background: #e6f4ea; border-color: #b7d9c1; }
.missed { color: #a01818; background: #fff; border: 2px solid #c62828; line-height: 17px; }
.doubt { color: #6b4e00; background: #fdf3d0; border-color: #d6b656; }
.error { color: #fff; background: #6d1a75; border-color: #6d1a75; }
.alarm { color: #fff; background: #c62828; border-color: #c62828; }
.legend span.item { margin-right: 1.3rem; white-space: nowrap; }
"""
_CLASS = {
    Catch.CAUGHT: "good",
    Catch.ELSEWHERE: "warn",
    Catch.REFUSED: "good",
    Catch.SURVIVED: "bad",
    Catch.BENCH_ERROR: "error",
    Catch.ALLOWED: "none",
    Catch.UNCLAIMED: "warn",
}
_LETTER = {
    Verdict.FAIL: "F",
    Verdict.CONDITIONAL_FAIL: "f",
    Verdict.INCONCLUSIVE: "?",
    Verdict.CONDITIONAL_PASS: "p",
    Verdict.PASS: "·",
    Verdict.ERROR: "E",
}
_LEGEND = (
    ('<span class="mark kill">F</span>', "violated and failed"),
    ('<span class="mark missed">·</span>', "violated, yet not failed"),
    ('<span class="mark extra">F</span>', "failed beside the violated ones"),
    ('<span class="mark doubt">?</span>', "neither pass nor fail"),
    ('<span class="mark error">E</span>', "the bench failed (E+: beside a fail)"),
    ("·", "passed"),
)


def to_html(matrices: Sequence[KillMatrix]) -> str:
    """Return the page, a section for each device."""
    parts = (
        "<h1>Kill matrix: what the suite says of units with known defects</h1>",
        '<p class="simulated"><b>SIMULATED</b> devices: says what the suite can see, nothing '
        "about a real unit</p>",
        '<p class="facts">Each row is the whole suite against one unit. A defect counts as '
        "caught when at least one clause that it violates says FAIL. It is refused "
        "when the bench saw that another device is fitted and measured nothing.</p>",
        *_totals(matrices),
        '<p class="legend">',
        *(f'<span class="item">{mark} {words}</span>' for mark, words in _LEGEND),
        "</p>",
        *(part for matrix in matrices for part in _section(matrix)),
    )
    return document("Kill matrix", parts, style=_STYLE)


def _totals(matrices: Sequence[KillMatrix]) -> Iterator[str]:
    yield '<table class="sum"><tr><th>Device</th><th>Verdict on the suite</th><th>Defects</th>'
    yield "<th>violate<br>a clause</th>"
    yield "".join(f"<th>{_broken(catch)}</th>" for catch in Catch)
    yield "<th>false<br>alarms</th></tr>"
    for matrix in matrices:
        word, look = ("PROVEN", "good") if matrix.is_proof else ("NOT PROVEN", "bad")
        yield f'<tr><td><a href="#{escape(matrix.device)}">{escape(matrix.title)}</a></td>'
        yield f"<td>{badge(word, look)}</td>"
        yield f"<td>{len(matrix.rows)}</td><td>{len(matrix.violating)}</td>"
        yield "".join(f"<td>{len(matrix.of(catch))}</td>" for catch in Catch)
        yield f"<td>{len(matrix.alarms)}</td></tr>"
    yield "</table>"


def _broken(catch: Catch) -> str:
    first, _, rest = catch.partition(" ")
    return f"{first}<br>{rest}" if rest else first


def _section(matrix: KillMatrix) -> Iterator[str]:
    yield f'<h2 id="{escape(matrix.device)}">{escape(matrix.title)}</h2>'
    yield from _defects("Survived: no clause fails", matrix.of(Catch.SURVIVED))
    yield from _defects("Caught by accident: another clause fails", matrix.of(Catch.ELSEWHERE))
    yield from _defects("Only the bench failed", matrix.of(Catch.BENCH_ERROR))
    yield from _defects("Said to violate nothing, yet failed", matrix.of(Catch.UNCLAIMED))
    yield from _alarms(matrix)
    yield '<table class="matrix"><thead><tr><th>Defect</th><th></th>'
    for clause, title in matrix.clauses.items():
        yield f'<th class="clause" title="{escape(title)}"><span>{escape(clause)}</span></th>'
    yield "</tr></thead><tbody>"
    yield '<tr class="golden"><td class="fault"><b>conforming unit</b>'
    if matrix.others:
        yield f"<small>and {len(matrix.others)} more, each with other instruments' errors</small>"
    yield f'</td><td class="catch">{badge("clean", "good") if not matrix.alarms else ""}</td>'
    yield "".join(_golden_cell(matrix, clause) for clause in matrix.clauses)
    yield "</tr>"
    yield from (_row(matrix, row) for row in matrix.rows)
    yield "</tbody></table>"
    yield from _clauses("Clauses that no defect makes fail", matrix, matrix.idle)
    yield from _refused(matrix.of(Catch.REFUSED))
    partly = [row for row in matrix.of(Catch.CAUGHT) if row.missed]
    yield from _defects("Caught, but not by every clause that they violate", partly)
    reported = [
        clause
        for clause, cell in matrix.golden.cells.items()
        if cell.verdict is Verdict.INFORMATIVE
    ]
    yield from _clauses("Clauses that only report values: they cannot fail", matrix, reported)
    if matrix.unmeasured:
        yield "<h3>Clauses that this bench does not measure</h3><p><small>"
        yield f"{escape(', '.join(matrix.unmeasured))}</small></p>"


def _defects(heading: str, rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        return
    yield f"<h3>{escape(heading)} ({len(rows)})</h3><ul>"
    for row in rows:
        yield f"<li><code>{escape(row.fault)}</code> {escape(row.title)}"
        if row.missed:
            yield f" <small>(not failed: {escape(', '.join(row.missed))})</small>"
        if row.catch in (Catch.ELSEWHERE, Catch.UNCLAIMED):
            yield f" <small>(failed: {escape(', '.join(row.failed))})</small>"
        yield "</li>"
    yield "</ul>"


def _refused(rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        return
    yield f"<h3>Refused: the bench saw another device ({len(rows)})</h3><ul>"
    for row in rows:
        yield f"<li><code>{escape(row.fault)}</code> {escape(row.title)}"
        yield f" <small>({escape(row.refused)})</small></li>"
    yield "</ul>"


def _alarms(matrix: KillMatrix) -> Iterator[str]:
    if not matrix.alarms:
        return
    yield f"<h3>False alarms on conforming units ({len(matrix.alarms)})</h3><ul>"
    for clause, cell in matrix.alarms.items():
        yield f"<li><code>{escape(clause)}</code> {escape(cell.said)}"
        yield f" <small>({escape(cell.case)})</small></li>"
    yield "</ul>"


def _clauses(heading: str, matrix: KillMatrix, clauses: Sequence[str]) -> Iterator[str]:
    if not clauses:
        return
    yield f"<h3>{escape(heading)} ({len(clauses)})</h3><ul>"
    for clause in clauses:
        yield f"<li><code>{escape(clause)}</code> {escape(matrix.clauses[clause])}</li>"
    yield "</ul>"


def _row(matrix: KillMatrix, row: Row) -> str:
    cells = "".join(
        f'<td class="cell" title="{_tip(clause, row.cells.get(clause))}">{_mark(clause, row)}</td>'
        for clause in matrix.clauses
    )
    return (
        f'<tr><td class="fault"><b>{escape(row.fault)}</b><small>{escape(row.title)}</small></td>'
        f'<td class="catch">{badge(row.catch, _CLASS[row.catch])}</td>{cells}</tr>'
    )


def _golden_cell(matrix: KillMatrix, clause: str) -> str:
    alarm = matrix.alarms.get(clause)
    cell = alarm or matrix.golden.cells[clause]
    mark = _LETTER.get(cell.verdict, "")
    if alarm:
        mark = f'<span class="mark alarm">{mark}</span>'
    return f'<td class="cell" title="{_tip(clause, cell)}">{mark}</td>'


def _mark(clause: str, row: Row) -> str:
    """Return what stands in a cell: the letter of the worst verdict, and how it was expected."""
    cell = row.cells.get(clause)
    letter = _LETTER.get(cell.verdict, "") if cell else ""
    if cell and cell.fails:
        mixed = "E+" if cell.verdict is Verdict.ERROR else letter
        return f'<span class="mark {"kill" if clause in row.claims else "extra"}">{mixed}</span>'
    if clause in row.claims:
        return f'<span class="mark missed">{letter}</span>'
    if cell and cell.verdict.rank > Verdict.CONDITIONAL_PASS.rank:
        look = "error" if cell.verdict is Verdict.ERROR else "doubt"
        return f'<span class="mark {look}">{letter}</span>'
    return letter


def _tip(clause: str, cell: Cell | None) -> str:
    if cell is None:
        return escape(f"{clause}: not run")
    counts = ", ".join(
        f"{count} {wording.words(verdict)}" for verdict, count in cell.counts.items()
    )
    lines = [f"{clause}: {counts}", cell.case, cell.said]
    return escape("\n".join(line for line in lines if line), quote=True)
