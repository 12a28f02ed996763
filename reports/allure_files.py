"""What stands beside the results of Allure: attachments, environment, executor, categories."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from bench.measurement import Evidence
from bench.photo import Photo
from bench.results import CaseResult, Check
from bench.verdict import Verdict
from reports import evidence, photo_files, wording
from reports.plots import picture, thinned, with_limits
from reports.run import Run

Data = dict[str, Any]
Plots = Literal["all", "failed", "none"]

CATEGORIES = Path(__file__).parent / "categories.json"
"""How Allure groups what did not pass; ``allurerc.mjs`` reads it too."""

_ROWS, _DIGITS = 500, 6
"""What the table of a long curve has, and of each number; the file of the evidence has all."""

_KINDS = {"simulated": "SIMULATED", "real": "real device", "unknown": "unknown"}
_QUIET = (Verdict.NOT_RUN, Verdict.INFORMATIVE, Verdict.PASS)


class Attachments:
    """Files that results refer to: pictures, tables and transcripts."""

    def __init__(self, directory: Path, plots: Plots) -> None:
        self._directory = directory
        self._plots = plots

    def of(self, result: CaseResult) -> list[Data]:
        """Return the attachments of ``result``, which are in place by then."""
        curves = _curves(result)
        attached = [part for curve, on in curves.items() for part in self._curve(result, curve, on)]
        attached += [self._photo(photo) for photo in _photos(result)]
        if result.transcript and result.verdict not in _QUIET:
            attached.append(self._transcript(result))
        return attached

    def _curve(self, result: CaseResult, curve: Evidence, on: list[Check]) -> Iterator[Data]:
        digest = sha256(evidence.to_csv(curve)).hexdigest()
        small = thinned(curve)
        table = self._directory / f"{digest[:32]}-attachment.csv"
        if not table.exists():
            table.write_bytes(_table(curve))
        if self._plots == "all" or (self._plots == "failed" and result.verdict not in _QUIET):
            worst = max(on, key=lambda check: check.verdict.rank)
            title = f"{result.case_id}: {wording.line(worst)}"
            name = sha256(f"{title}{curve.name}{digest}".encode()).hexdigest()[:32]
            target = self._directory / f"{name}-attachment.svg"
            _write(target, picture(with_limits(small, on), title))
            yield {"name": f"{curve.name} (plot)", "source": target.name, "type": "image/svg+xml"}
        kept = f"{evidence.FOLDER}/{digest[:12]}...csv"
        less = f"lowest and highest of each stretch; all of them in {kept}"
        name = "samples" if len(curve.x) <= _ROWS else less
        yield {"name": f"{curve.name} ({name})", "source": table.name, "type": "text/csv"}

    def _photo(self, photo: Photo) -> Data:
        digest, _, ending = photo_files.file_name(photo).partition(".")
        target = self._directory / f"{digest[:32]}-attachment.{ending}"
        target.write_bytes(photo.data)
        return {"name": f"photo {photo.name}", "source": target.name, "type": photo.kind}

    def _transcript(self, result: CaseResult) -> Data:
        text = "\n".join(result.transcript) + "\n"
        name = sha256(f"{result.case_id}\n{text}".encode(errors="replace")).hexdigest()[:32]
        target = self._directory / f"{name}-attachment.txt"
        target.write_text(text, encoding="utf-8", errors="replace", newline="\n")
        return {"name": "wire transcript", "source": target.name, "type": "text/plain"}


def write_surroundings(directory: Path, runs: Sequence[Run]) -> None:
    """Write environment.properties, executor.json and categories.json for ``runs``."""
    lines = [f"{_key(key)}={_value(value)}\n" for key, value in _environments(runs)]
    _write(directory / "environment.properties", "".join(lines))
    _write(directory / "executor.json", json.dumps(executor(runs, os.environ)))
    shutil.copyfile(CATEGORIES, directory / "categories.json")


def executor(runs: Sequence[Run], environment: Mapping[str, str]) -> Data:
    """Return who ran the tests: the CI system that its variables name, or this bench."""
    if environment.get("GITHUB_ACTIONS"):
        home = (
            f"{environment.get('GITHUB_SERVER_URL', '')}/{environment.get('GITHUB_REPOSITORY', '')}"
        )
        url = f"{home}/actions/runs/{environment.get('GITHUB_RUN_ID', '')}"
        name, kind, number = "GitHub Actions", "github", environment.get("GITHUB_RUN_NUMBER", "")
    elif environment.get("GITLAB_CI"):
        name, kind, number = "GitLab CI", "gitlab", environment.get("CI_PIPELINE_IID", "")
        url = environment.get("CI_PIPELINE_URL", "")
    else:
        name, kind, number, url = f"bench {runs[0].header.get('bench', '')}", "bench", "", ""
    together = runs[0].run_id if len(runs) == 1 else runs[0].directory.parent.name
    data: Data = {"name": name, "type": kind, "reportName": together, "buildName": together}
    if number.isdigit():
        data["buildOrder"] = int(number)
    return data | ({"buildUrl": url} if url else {})


def _environments(runs: Sequence[Run]) -> Iterator[tuple[str, object]]:
    """Yield what all runs have in common, then what each device has of its own."""
    tables = {run.header.get("device", ""): dict(_environment(run)) for run in runs}
    apart: list[tuple[str, object]] = []
    for key in dict.fromkeys(key for table in tables.values() for key in table):
        values = {device: table[key] for device, table in tables.items() if key in table}
        if len(values) == len(tables) and len({str(value) for value in values.values()}) == 1:
            yield key, next(iter(values.values()))
        else:
            apart += [(f"{key}.{device}", value) for device, value in values.items()]
    yield from apart


def _environment(run: Run) -> Iterator[tuple[str, object]]:
    header = run.header
    yield "kind", _KINDS[wording.backend(header)]
    yield "run", run.run_id
    yield "started_utc", run.started_utc
    for key in ("bench", "device", "serial", "decision_rule", "seed"):
        yield key, header.get(key, "")
    if header.get("faults"):
        yield "defects", ", ".join(header["faults"])
    for key in ("spec", "software", "provenance"):
        yield from _flat(key, header.get(key, {}))


def _flat(name: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():  # pyright: ignore[reportUnknownVariableType]
            yield from _flat(f"{name}.{key}", inner)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, list):
        yield name, ", ".join(str(member) for member in value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    else:
        yield name, value


def _key(text: str) -> str:
    return "".join("_" if sign in " =:#!\\" else sign for sign in text)


def _value(value: object) -> str:
    return " ".join(str(value).replace("\\", "\\\\").split())


def _table(curve: Evidence) -> bytes:
    small = thinned(curve, _ROWS)
    return evidence.to_csv(curve) if small is curve else evidence.to_csv(small, _DIGITS)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _photos(result: CaseResult) -> list[Photo]:
    return [photo for check in result.checks for photo in check.measurement.photos]


def _curves(result: CaseResult) -> dict[Evidence, list[Check]]:
    """Return each curve once, with the checks that rest on it."""
    curves: dict[Evidence, list[Check]] = {}
    for check in result.checks:
        for curve in check.measurement.evidence:
            curves.setdefault(curve, []).append(check)
    return curves
