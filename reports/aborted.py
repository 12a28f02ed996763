"""The end of a run that died, written by the command that its guardian runs afterwards.

``python -m reports.aborted JOURNAL`` reads what the guardian says as JSON from standard input: why
it acted, what is safe and what is not, and what is to be recorded of the case that was running.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.results import CaseResult, Fault
from bench.spec import Case
from bench.verdict import Verdict
from reports import record
from reports.journal import Journal


def running(case: Case, now: float) -> Mapping[str, object]:
    """Return what is to be recorded of ``case`` if the run dies in it; it started ``now`` [s]."""
    fault = Fault(kind="Aborted", message="interrupted: the run died", interrupted=True)
    result = CaseResult(
        case_id=case.id,
        spec_id=case.clause.spec_id,
        clause_id=case.clause.id,
        point=case.point.shown(),
        verdict=Verdict.ERROR,
        checks=(),
        started=now,
        ended=now,
        fault=fault,
    )
    return record.dump(result, lambda _: {})


def close(path: Path, told: Mapping[str, Any]) -> None:
    """Record the case that was running, if it was not any more, and end the journal."""
    journal = Journal.reopened(path)
    if journal is None:
        return
    case = told["case"]
    if case and case["case_id"] != journal.last_case:
        journal.record(record.load(case, lambda _: None))
    guardian = {"why": told["why"], "safe": told["safe"], "unsafe": told["unsafe"]}
    journal.close("aborted", {"guardian": guardian})


if __name__ == "__main__":
    close(Path(sys.argv[1]), json.load(sys.stdin))
