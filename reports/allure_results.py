"""Allure results made from a journal alone: for runs without allure-pytest, or cut short."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from reports.allure import AllureView
from reports.allure_files import Attachments, Plots, write_surroundings
from reports.run import Run


def write_results(run: Run, directory: Path, plots: Plots = "all") -> int:
    """Write a result file for each case of ``run`` into ``directory``; return how many."""
    directory.mkdir(parents=True, exist_ok=True)
    view = AllureView(run.header)
    attachments = Attachments(directory, plots)
    begun = _milliseconds(run.started_utc) if run.results else 0
    for number, (result, stamp) in enumerate(zip(run.results, run.recorded_utc, strict=True)):
        stop = _milliseconds(stamp)
        test: dict[str, Any] = view.test(result)
        test |= {
            "uuid": str(uuid5(NAMESPACE_OID, f"{run.run_id} {number}")),
            "start": min(begun, stop),
            "stop": stop,
        }
        test["attachments"] = attachments.of(result)
        test["steps"] = [step | {"start": stop, "stop": stop} for step in test["steps"]]
        path = directory / f"{test['uuid']}-result.json"
        path.write_text(json.dumps(test), encoding="utf-8", newline="\n")
        begun = stop
    write_surroundings(directory, (run,))
    return len(run.results)


def _milliseconds(stamp: str) -> int:
    return round(datetime.fromisoformat(stamp).timestamp() * 1000)
