"""The coverage matrix: every clause with what was said of it, or why nothing was. HTML and CSV."""

import csv
from collections.abc import Iterator, Sequence
from html import escape
from io import StringIO
from itertools import groupby
from pathlib import Path

from bench.verdict import Verdict, worst
from reports import clause, summary, wording
from reports.coverage import WORST_FIRST, ClauseCoverage, coverage, totals
from reports.page import VIEWPORT
from reports.run import Run

_STYLE = """
body { font: 14px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: #1c1c1c;
       margin: 2rem auto; max-width: 78rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1rem; margin: 2rem 0 .4rem; text-transform: capitalize; }
p.facts { color: #555; margin: .2rem 0; }
.simulated { background: #fff3cd; border: 1px solid #d6b656; padding: .3rem .7rem;
             display: inline-block; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th:nth-child(1) { width: 9.5rem; } th:nth-child(2) { width: 22rem; }
th:nth-child(3) { width: 10rem; } th:nth-child(4) { width: 10.5rem; }
th { text-align: left; font-weight: 600; border-bottom: 2px solid #888; padding: .3rem .5rem; }
td { border-bottom: 1px solid #ddd; padding: .35rem .5rem; vertical-align: top; }
td.id { white-space: nowrap; font: 12px/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
td.count { white-space: nowrap; }
.verdict { display: inline-block; padding: 0 .45rem; border-radius: 3px; font-weight: 600;
           font-size: 12px; white-space: nowrap; border: 1px solid; }
.good { color: #14532d; background: #e6f4ea; border-color: #8cc29b; }
.warn { color: #6b4e00; background: #fdf3d0; border-color: #d6b656; }
.bad { color: #7f1d1d; background: #fbe4e4; border-color: #d99; }
.error { color: #fff; background: #6d1a75; border-color: #6d1a75; }
.none { color: #444; background: #eee; border-color: #bbb; }
small { color: #555; }
@media screen and (max-width: 60rem) {
  table, tbody, tr, td { display: block; } tr:first-child { display: none; }
  tr { border-bottom: 1px solid #ddd; padding: .4rem 0; } td { border: 0; padding: .1rem 0; }
  td { overflow-wrap: anywhere; } td.count::before { content: "Cases: "; color: #555; }
}
@media print { body { margin: 0; max-width: none; } tr { break-inside: avoid; } }
"""
_CLASS = {
    Verdict.ERROR: "error",
    Verdict.FAIL: "bad",
    Verdict.CONDITIONAL_FAIL: "bad",
    Verdict.INCONCLUSIVE: "warn",
    Verdict.CONDITIONAL_PASS: "warn",
    Verdict.PASS: "good",
}


def rows_of(run: Run) -> tuple[ClauseCoverage, ...]:
    """Return the matrix of ``run``, a row for each clause of its specification."""
    return coverage(clause.load(run.header.get("clauses", ())), run.results)


def write_matrix(run: Run, directory: Path) -> tuple[Path, Path]:
    """Write coverage.html and coverage.csv into ``directory``; return their paths."""
    page, table = directory / "coverage.html", directory / "coverage.csv"
    rows = rows_of(run)
    page.write_text(to_html(run, rows), encoding="utf-8", newline="\n")
    table.write_text(to_csv(rows), encoding="utf-8", newline="\n")
    return page, table


def to_csv(rows: Sequence[ClauseCoverage]) -> str:
    """Return the matrix as CSV, one line for each clause."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for index, row in enumerate(rows):
        cells = _cells(row)
        if index == 0:
            writer.writerow(cells)
        writer.writerow(cells.values())
    return text.getvalue()


def _cells(row: ClauseCoverage) -> dict[str, object]:
    entry = row.clause
    return {
        "clause": entry.id,
        "category": entry.category,
        "title": entry.title,
        "verify": entry.verify,
        "verdict": wording.words(row.verdict),
        "planned": entry.planned,
        **{wording.words(verdict).lower(): row.counts.get(verdict, 0) for verdict in WORST_FIRST},
        "unreached": row.unreached,
        "why not run": row.why_not,
        "worst case": row.worst_case,
        "worst check": row.worst_check,
        "margin": row.worst_margin,
        "readings": " ".join(reading.id for reading in entry.readings),
    }


def to_html(run: Run, rows: Sequence[ClauseCoverage]) -> str:
    """Return the matrix as one page that needs nothing beside it."""
    spec = run.header.get("spec", {})
    title = escape(f"Coverage of {spec.get('title') or spec.get('id', 'the specification')}")
    return "".join(
        (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8">{VIEWPORT}'
            f"<title>{title}</title>",
            f"<style>{_STYLE}</style></head><body><h1>{title}</h1>",
            *_facts(run, rows),
            *_sections(rows),
            "</body></html>\n",
        )
    )


def _facts(run: Run, rows: Sequence[ClauseCoverage]) -> Iterator[str]:
    if run.simulated:
        yield '<p class="simulated"><b>SIMULATED</b> device: says nothing about a real unit</p>'
    yield f'<p class="facts">{escape(summary.stamp(run.header))}</p>'
    yield f'<p class="facts">Run {escape(run.run_id)}, started {escape(run.started_utc)}'
    yield f", {escape(run.end)}</p>"
    judged = sum(1 for row in rows if row.judged)
    yield f'<p class="facts">{judged} of {len(rows)} clauses were judged. Cases: '
    yield " ".join(f"{count} {_badge(verdict)}" for verdict, count in totals(run.results).items())
    yield "</p>"
    for problem in run.problems:
        yield f'<p class="facts"><b>Journal:</b> {escape(problem)}</p>'


def _sections(rows: Sequence[ClauseCoverage]) -> Iterator[str]:
    ordered = sorted(rows, key=lambda row: row.clause.category)  # keeps the file's order within
    for category, members in groupby(ordered, key=lambda row: row.clause.category):
        group = list(members)
        yield f"<h2>{escape(category)} {_badge(worst(row.verdict for row in group))}</h2><table>"
        yield "<tr><th>Clause</th><th>Statement</th><th>Verdict</th><th>Cases</th>"
        yield "<th>Worst check, or why it was not run</th></tr>"
        yield from (_row(row) for row in group)
        yield "</table>"


def _row(row: ClauseCoverage) -> str:
    entry = row.clause
    figure = f"<br><small>{escape(entry.figure)}</small>" if entry.figure else ""
    readings = ", ".join(reading.id for reading in entry.readings)
    adopted = f"<br><small>adopted reading: {escape(readings)}</small>" if readings else ""
    counts = "<br>".join(f"{n} {wording.words(verdict)}" for verdict, n in row.counts.items())
    return (
        f'<tr><td class="id">{escape(entry.id)}<br><small>{escape(entry.verify)}</small></td>'
        f"<td>{escape(entry.title)}{figure}{adopted}</td><td>{_badge(row.verdict)}</td>"
        f'<td class="count">{counts or "0"}</td><td>{_said(row)}</td></tr>'
    )


def _said(row: ClauseCoverage) -> str:
    parts: list[str] = []
    if row.worst_check:
        margin = f", margin {row.worst_margin}" if row.worst_margin else ""
        parts.append(
            f"{escape(row.worst_check + margin)}<br><small>{escape(row.worst_case)}</small>"
        )
    if row.why_not:
        parts.append(f"<small>{escape(row.why_not)}</small>")
    return "<br>".join(parts)


def _badge(verdict: Verdict) -> str:
    return f'<span class="verdict {_CLASS.get(verdict, "none")}">{wording.words(verdict)}</span>'
