"""The kill matrix as Allure shows it: a result for each unit, the whole matrix beside them."""

import json
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import md5
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from bench.verdict import Verdict
from reports import wording
from reports.kill_matrix import Catch, Cell, KillMatrix, Row

RESULTS = "allure-results"
_GLOBALS = "proof-globals.json"
_CAUGHT = (Catch.CAUGHT, Catch.REFUSED, Catch.ALLOWED)
_CATEGORIES = [
    {"name": str(catch), "matchedStatuses": ["failed"], "messageRegex": f"{catch}: [\\s\\S]*"}
    for catch in Catch
    if catch not in _CAUGHT
] + [{"name": "false alarm", "matchedStatuses": ["failed"], "messageRegex": "false alarm[\\s\\S]*"}]


def is_proof(directory: Path) -> bool:
    """Return whether ``directory`` holds what a campaign of `write_results` left there."""
    return (directory / RESULTS / _GLOBALS).is_file()


def name(directory: Path) -> str:
    """Return the title that the report of a campaign has."""
    content: Any = json.loads((directory / RESULTS / _GLOBALS).read_text(encoding="utf-8"))
    return content["title"]


def write_results(
    matrices: Sequence[KillMatrix], directory: Path, attached: Sequence[Path]
) -> Path:
    """Write a result for each unit, and ``attached`` for all, below ``directory``; return where.

    Results of an earlier campaign are removed.
    """
    results = directory / RESULTS
    shutil.rmtree(results, ignore_errors=True)
    results.mkdir(parents=True)
    at = round(datetime.now(UTC).timestamp() * 1000)
    for matrix in matrices:
        for row in (matrix.golden, *matrix.others, *matrix.rows):
            _write(results / f"{_identity(row)}-result.json", _result(matrix, row, at))
    kinds = {".html": "text/html", ".csv": "text/csv"}
    parts: list[dict[str, Any]] = []
    for path in attached:
        source = f"proof-attachment{path.suffix}"
        shutil.copyfile(path, results / source)
        shown = f"kill matrix ({path.suffix[1:].upper()})"
        kind = kinds[path.suffix]
        parts.append({"name": shown, "source": source, "type": kind, "timestamp": at})
    devices = ", ".join(matrix.title for matrix in matrices)
    title = f"SIMULATED {devices}: proof of the suite"
    _write(results / _GLOBALS, {"title": title, "attachments": parts})
    _write(results / "categories.json", _CATEGORIES)
    lines = [f"kind=SIMULATED\ndevices={devices}\n"]
    lines += [f"{matrix.device}={len(matrix.rows)} defects\n" for matrix in matrices]
    (results / "environment.properties").write_text("".join(lines), encoding="utf-8", newline="\n")
    return results


def _result(matrix: KillMatrix, row: Row, at: int) -> dict[str, Any]:
    title = _title(row)
    story = str(row.catch) if row.fault else "conforming units"
    path = (matrix.title, story, title)
    case = md5(f"proof:{row.device}:{title}".encode(), usedforsecurity=False).hexdigest()
    said = _against(row)
    labels = [
        *zip(("epic", "feature", "story"), path, strict=True),
        *zip(("parentSuite", "suite", "subSuite"), path, strict=True),
        ("layer", "simulation"),
        ("tag", "SIMULATED"),
    ]
    return {
        "uuid": _identity(row),
        "name": title,
        "fullName": f"proof:{row.device}:{title}",
        "testCaseId": case,
        "historyId": case,
        "titlePath": list(path[:2]),
        "status": "failed" if said else "passed",
        "statusDetails": {"message": said} if said else None,
        "stage": "finished",
        "start": at,
        "stop": at,
        "labels": [{"name": key, "value": value} for key, value in labels],
        "parameters": [],
        "description": "\n".join(_description(row)),
        "steps": [step | {"start": at, "stop": at} for step in _steps(row)],
        "attachments": [],
    }


def _title(row: Row) -> str:
    if row.fault:
        return row.fault
    return "conforming unit" if row.seed is None else f"conforming unit, seed {row.seed}"


def _identity(row: Row) -> str:
    return str(uuid5(NAMESPACE_OID, f"{row.device} {_title(row)}"))


def _against(row: Row) -> str:
    """Return what a unit says against the suite; empty when all is as it should be."""
    if not row.fault:
        alarms = [clause for clause, cell in row.cells.items() if cell.is_alarm]
        return f"false alarm: {', '.join(alarms)}" if alarms else ""
    if row.catch in _CAUGHT:
        return ""
    return f"{row.catch}: violates {', '.join(row.claims) or 'nothing'}, fails {_list(row.failed)}"


def _list(clauses: Sequence[str]) -> str:
    return ", ".join(clauses) or "nothing"


def _description(row: Row) -> Iterator[str]:
    if row.fault:
        yield f"**{row.catch}**: {row.title}"
        yield ""
    yield "| Clause | Violated | Verdict | Worst case | Worst check |"
    yield "|---|---|---|---|---|"
    for clause, cell in _telling(row):
        violated = "yes" if clause in row.claims else ""
        verdict = wording.words(cell.verdict) if cell else "NOT RUN"
        case, said = (cell.case, cell.said) if cell else ("", "")
        cells = (clause, violated, f"**{verdict}**", case, said.replace("|", "\\|"))
        yield f"| {' | '.join(cells)} |"
    quiet = len(row.cells) - sum(cell is not None for _, cell in _telling(row))
    yield ""
    yield f"{quiet} other clauses say nothing against this unit."


def _telling(row: Row) -> Iterator[tuple[str, Cell | None]]:
    """Yield the clauses that the defect violates or that say something against the unit."""
    for clause, cell in row.cells.items():
        if clause in row.claims or cell.is_alarm:
            yield clause, cell
    for clause in row.claims:
        if clause not in row.cells:
            yield clause, None


def _steps(row: Row) -> Iterator[dict[str, Any]]:
    """Yield what each telling clause did; one that is violated and fails did its work."""
    for clause, cell in _telling(row):
        verdict = cell.verdict if cell else Verdict.NOT_RUN
        caught = cell is not None and cell.fails and bool(row.fault)
        expected = clause in row.claims or not row.fault
        status = "passed" if caught else "failed" if expected else "skipped"
        message = cell.said if cell else ""
        yield {
            "name": f"{clause}: {wording.words(verdict)}",
            "status": status,
            "statusDetails": {"message": message} if message else None,
        }


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content), encoding="utf-8", newline="\n")
