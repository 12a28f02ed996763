"""One HTML page for a run: Allure 3 by way of Node, with the coverage matrix in it."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from reports.allure_files import write_surroundings
from reports.allure_history import lent
from reports.allure_results import lacking, reported, write_results
from reports.run import Run
from reports.traceability import write_matrix

PROJECT = Path(__file__).parent.parent
SINGLE_FILE_LIMIT = 50_000_000
"""Bytes of results up to which one HTML file holds them all; beyond, a browser struggles."""

_ANALYTICS = re.compile(
    rb"<script[^>]*googletagmanager[^>]*></script>\s*(?:<script[^>]*>[^<]*gtag[\s\S]*?</script>)?"
)
_RESULTS = "allure-results"


class ReportError(Exception):
    """The page cannot be made; says why, what to do, and that nothing is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was written. ``is_single`` tells whether ``page`` opens by a double click.

    ``matrices`` are the coverage matrices of the runs, each as HTML and as CSV.
    """

    page: Path
    is_single: bool
    matrices: tuple[tuple[Path, Path], ...] = ()


def has_results(directory: Path) -> bool:
    """Return whether Allure results are there already, so that few if any curves are needed."""
    return any((directory / _RESULTS).glob("*-result.json"))


def lacks_results(runs: Sequence[Run], directory: Path) -> bool:
    """Return whether Allure results are missing that have to be made from the journals."""
    names = reported(directory / _RESULTS)
    return any(lacking(run, names) for run in runs)


def write_report(runs: Sequence[Run], directory: Path) -> Report:
    """Render one or several runs into ``directory``; raises ReportError without Allure.

    Results for Allure that are not there are made from the journals, with the curves that were
    loaded. Runs of several devices share one page; each keeps its own matrix beside its journal.
    Several runs of one device are not one report: raises ReportError before anything is written.
    """
    _check_devices(runs, directory)
    results = directory / _RESULTS
    try:
        matrices = tuple(write_matrix(run, run.directory) for run in runs)
        known = reported(results)
        for run in runs:
            if lacking(run, known) or not results.exists():
                write_results(run, results, besides=known)
        write_surroundings(results, runs)
        _attach_matrices(results, runs, matrices)
    except OSError as error:
        raise _unwritten(directory, error) from None
    return replace(render(directory, _name(runs)), matrices=matrices)


def render(directory: Path, name: str) -> Report:
    """Render the results in ``directory`` under a title; raises ReportError without Allure."""
    results = directory / _RESULTS
    is_single = _size(results) <= SINGLE_FILE_LIMIT
    page = _generate(directory, name, results, is_single=is_single)
    return Report(page=page, is_single=is_single)


def without_analytics(page: bytes) -> bytes:
    """Return the page without the script that reports its readers to a third party."""
    return _ANALYTICS.sub(b"", page)


def _check_devices(runs: Sequence[Run], directory: Path) -> None:
    seen: dict[str, Run] = {}
    for run in runs:
        device = str(run.header.get("device", ""))
        other = seen.setdefault(device, run)
        if device and other is not run:
            names = f"{other.directory.name} and {run.directory.name}"
            raise ReportError(f"{directory} holds several runs of {device}, {names}: name one")


def _attach_matrices(
    results: Path, runs: Sequence[Run], matrices: Sequence[tuple[Path, Path]]
) -> None:
    """Put the matrices among the global attachments; fixed names, so a second time is alike."""
    attachments: list[dict[str, object]] = []
    for run, pair in zip(runs, matrices, strict=True):
        for path, kind in zip(pair, ("text/html", "text/csv"), strict=True):
            source = f"coverage-{run.header.get('device', '')}-attachment{path.suffix}"
            shutil.copyfile(path, results / source)
            stamp = round(path.stat().st_mtime * 1000)
            name = f"coverage matrix {_device(run)} ({path.suffix[1:].upper()})"
            attachments.append({"name": name, "source": source, "type": kind, "timestamp": stamp})
    text = json.dumps({"attachments": attachments})
    (results / "coverage-globals.json").write_text(text, encoding="utf-8", newline="\n")


def _generate(directory: Path, name: str, results: Path, *, is_single: bool) -> Path:
    node, command = _allure(directory)
    page = directory / "report.html"
    folder = directory / "report"
    is_new = not page.exists() and not folder.exists()
    shared = directory.parent / "history.jsonl"
    with TemporaryDirectory() as temporary, lent(shared, keep=is_new) as history:
        environment = os.environ | {
            "REPORT_NAME": name,
            "REPORT_HISTORY": str(history),
            "REPORT_IS_NEW": "1" if is_new else "",
            "REPORT_DIRECTORY": "" if is_single else "1",
            "ALLURE_NO_ANALYTICS": "true",
        }
        output = Path(temporary) / "report"
        config = Path(__file__).parent / "allurerc.mjs"
        arguments = ["generate", "-c", str(config), "-o", str(output), str(results.absolute())]
        done = subprocess.run(  # noqa: S603 - our own command line
            [node, str(command), *arguments],
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        made = output / "index.html"
        if done.returncode or not made.is_file():
            said = (done.stderr or done.stdout).strip().splitlines() or ["nothing"]
            raise ReportError(f"Allure failed and said: {said[-1]} ({_kept(directory)})")
        made.write_bytes(without_analytics(made.read_bytes()))
        try:
            if is_single:
                return _copied(made, page)
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(output, folder)
        except OSError as error:
            raise _unwritten(directory, error) from None
    return folder / "index.html"


def _copied(made: Path, page: Path) -> Path:
    """Put the page in its place whole, or not at all."""
    partial = page.with_suffix(".part")
    try:
        shutil.copyfile(made, partial)
        return partial.replace(page)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _unwritten(directory: Path, error: OSError) -> ReportError:
    return ReportError(
        f"{directory}: the report cannot be written ({error.strerror}); the record is untouched: "
        "make room, or copy it to a folder that can be written, and run 'bench report' there"
    )


def _allure(directory: Path) -> tuple[str, Path]:
    """Return Node and the script of Allure; raise ReportError with the remedy."""
    node = shutil.which("node")
    if node is None:
        raise ReportError(
            "Node.js is missing: install Node 20 or newer, then run 'npm ci' in the project and "
            f"'bench report {directory}' ({_kept(directory)})"
        )
    command = PROJECT / "node_modules" / "allure" / "cli.js"
    if not command.is_file():
        raise ReportError(
            f"Allure is missing: run 'npm ci' in {PROJECT}, then 'bench report {directory}' "
            f"({_kept(directory)})"
        )
    return node, command


def _kept(directory: Path) -> str:
    return f"the results are kept in {directory}, with the matrix as HTML and CSV"


def _name(runs: Sequence[Run]) -> str:
    first = runs[0]
    kind = "SIMULATED " if first.simulated else ""
    devices = ", ".join(_device(run) for run in runs)
    serial = first.header.get("serial") or "none"
    return f"{kind}{devices} conformance, serial {serial}, {first.started_utc[:10]}"


def _device(run: Run) -> str:
    return run.header.get("device_title") or run.header.get("device", "")


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())
