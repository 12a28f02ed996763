"""Allure results made from a journal alone: for runs without allure-pytest, or cut short."""

import json
from collections.abc import Container
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from reports.allure import AllureView, full_name
from reports.allure_files import Attachments, Plots, write_surroundings
from reports.run import Run


def reported(directory: Path) -> frozenset[str]:
    """Return the full names of the results that are in ``directory`` and can be read."""
    names: set[str] = set()
    for path in directory.glob("*-result.json"):
        with suppress(OSError, ValueError):
            data: Any = json.loads(path.read_bytes())
            names.add(str(data.get("fullName", "")))
    return frozenset(names)


def lacking(run: Run, names: Container[str]) -> bool:
    """Return whether ``run`` has a result that is not among ``names``."""
    return any(full_name(result) not in names for result in run.results)


def write_results(
    run: Run, directory: Path, plots: Plots = "all", *, besides: Container[str] = ()
) -> int:
    """Write a result file for each case of ``run`` into ``directory``; return how many.

    Results whose full names are among ``besides`` are there already.
    """
    directory.mkdir(parents=True, exist_ok=True)
    view = AllureView(run.header)
    attachments = Attachments(directory, plots)
    begun = _milliseconds(run.started_utc) if run.results else 0
    written = 0
    for number, (result, stamp) in enumerate(zip(run.results, run.recorded_utc, strict=True)):
        stop = _milliseconds(stamp)
        if full_name(result) in besides:
            begun = stop
            continue
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
        written += 1
    write_surroundings(directory, (run,))
    return written


def _milliseconds(stamp: str) -> int:
    return round(datetime.fromisoformat(stamp).timestamp() * 1000)
