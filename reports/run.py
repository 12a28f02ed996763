"""A run read back from its directory, with everything that is wrong with it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, cast

from bench.measurement import Evidence
from bench.photo import Photo
from bench.results import CaseResult
from reports import evidence, photo_files, record
from reports.journal import canonical, seal

Data = dict[str, Any]
Curves = Literal["left", "checked", "loaded"]
"""What is done with the curves of a run: nothing, hold them against their hashes, or load them."""

OUT = Path(__file__).parent / "out"
"""Where runs go that nobody gave a directory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What the journals of one directory say.

    ``problems`` holds a sentence for each thing that is missing or was changed: a torn last line,
    a broken chain, an end line that never came. ``end`` is the worst end among the writers.
    ``left`` is what a person had changed and nobody has put back.
    """

    directory: Path
    run_id: str
    started_utc: str
    header: Mapping[str, Any]
    results: tuple[CaseResult, ...]
    recorded_utc: tuple[str, ...]
    end: str
    left: tuple[str, ...]
    fingerprints: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def simulated(self) -> bool:
        """Return whether the run says that it was simulated."""
        return bool(self.header.get("simulated", False))


@dataclass(slots=True)
class _File:
    path: Path
    lines: list[Data]
    problems: list[str]


def journals(directory: Path) -> tuple[Path, ...]:
    """Return the journal files of a run directory, in the order of their writers."""
    return tuple(
        sorted(directory.glob("journal*.jsonl"), key=lambda path: (len(path.name), path.name))
    )


def members(directory: Path) -> tuple[Path, ...]:
    """Return the directories of the runs in ``directory``: itself, or one for each device."""
    if journals(directory) or not directory.is_dir():
        return (directory,)
    inner = tuple(sorted(path for path in directory.iterdir() if path.is_dir() and journals(path)))
    return inner or (directory,)


def newest(folder: Path = OUT) -> Path:
    """Return the newest run below ``folder``; raises FileNotFoundError when there is none."""
    written = {path: path.stat().st_mtime for path in folder.glob("*/journal*.jsonl")}
    written |= {path.parent: path.stat().st_mtime for path in folder.glob("*/*/journal*.jsonl")}
    if not written:
        raise FileNotFoundError(f"{folder} holds no run; run pytest first or name a directory")
    return max(written, key=lambda path: written[path]).parent


def read_runs(directory: Path, *, curves: Curves = "loaded") -> tuple[Run, ...]:
    """Return the runs in ``directory``; raise FileNotFoundError when there is no journal."""
    return tuple(read_run(member, curves=curves) for member in members(directory))


def read_run(directory: Path, *, curves: Curves = "loaded") -> Run:
    """Return the run in ``directory``; raise FileNotFoundError when there is no journal.

    Without loading ``curves`` the results have no evidence, and reading is much faster.
    """
    paths = journals(directory)
    if not paths:
        raise FileNotFoundError(f"{directory} holds no journal of a run (journal*.jsonl)")
    files = [_read(path) for path in paths]
    headers = (line for file in files for line in file.lines if line["kind"] == "header")
    first = next(headers, _NO_HEADER)
    problems = [problem for file in files for problem in file.problems]
    fetch = _fetcher(directory, curves, problems)
    loaded = list(_results(files, fetch, problems))
    ends = [file.lines[-1] for file in files if file.lines and file.lines[-1]["kind"] == "end"]
    return Run(
        directory=directory,
        run_id=first["run_id"],
        started_utc=first["started_utc"] or next((stamp for _, stamp in loaded), ""),
        header=first["data"],
        results=tuple(result for result, _ in loaded),
        recorded_utc=tuple(stamp for _, stamp in loaded),
        end=_worst_end(ends, len(files)),
        left=tuple(text for end in ends for text in end["data"].get("left", ())),
        fingerprints=tuple(end["fingerprint"] for end in ends),
        problems=tuple(problems),
    )


def verify_chain(directory: Path) -> tuple[str, ...]:
    """Return a sentence for each damage to the journals and the curves; none means intact."""
    return read_run(directory, curves="checked").problems


_FRAME = ("kind", "data", "previous", "hash")
_NO_HEADER: Data = {"run_id": "", "started_utc": "", "data": {}}


def _read(path: Path) -> _File:
    file = _File(path, [], [])
    texts = path.read_bytes().split(b"\n")
    torn = texts.pop()  # what follows the last line end: nothing, or a line cut short
    previous, fingerprint = "", sha256()
    for number, text in enumerate(texts, start=1):
        line = _parse(text)
        if line is None:
            file.problems.append(f"{path.name}, line {number}: not a line of a journal")
            continue
        digest, body = seal(line, text)
        file.problems += _flaws(
            line, digest, previous, fingerprint.hexdigest(), f"{path.name}, line {number}"
        )
        previous = line["hash"]
        fingerprint.update(body)
        file.lines.append(line)
    if not file.lines or file.lines[0]["kind"] != "header":
        file.problems.append(f"{path.name}: no header; it does not say what was measured on what")
    if torn:
        file.problems.append(f"{path.name}: the last line was cut short; the lines before it stand")
    if not file.lines or file.lines[-1]["kind"] != "end":
        file.problems.append(f"{path.name}: no end of run; the process was killed or still runs")
    return file


def _parse(text: bytes) -> Data | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    is_ours = isinstance(line, dict) and all(key in line for key in _FRAME)
    return cast("Data", line) if is_ours else None


def _flaws(line: Data, digest: str, previous: str, fingerprint: str, place: str) -> Iterator[str]:
    if line["hash"] != digest:
        yield f"{place}: changed after it was recorded"
    if line["previous"] != previous:
        yield f"{place}: does not follow the line before it"
    if line["kind"] == "end" and line.get("fingerprint") != fingerprint:
        yield f"{place}: the fingerprint of the run is not that of its lines"


def _results(
    files: Iterable[_File], fetch: record.Fetch, problems: list[str]
) -> Iterator[tuple[CaseResult, str]]:
    """Yield each result with the time of day it was recorded; one that was maimed is a problem."""
    for file in files:
        for number, line in enumerate(file.lines, start=1):
            if line["kind"] != "case":
                continue
            try:
                yield record.load(line["data"], fetch), line["recorded_utc"]
            except (KeyError, TypeError, ValueError) as error:
                problems.append(f"{file.path.name}, record {number}: cannot be read: {error!r}")


def _worst_end(ends: list[Data], files: int) -> str:
    if len(ends) < files:
        return "broken off"
    kinds = {end["data"]["end"] for end in ends}
    return next((kind for kind in ("aborted", "interrupted") if kind in kinds), "finished")


def _fetcher(directory: Path, curves: Curves, problems: list[str]) -> record.Fetch:
    known: dict[str, Evidence] = {}  # what one stream told of several quantities is one curve

    def fetch(data: Data) -> Evidence | Photo | None:
        if curves == "left":
            return None
        key = canonical(data)
        if key in known:
            return known[key]
        try:
            if data.get("kind") == photo_files.KIND:
                return photo_files.read(directory, data)
            if curves == "checked":
                evidence.checked(directory, data["sha256"])
                return None
            x, columns = evidence.read(directory, data["sha256"])
        except (OSError, ValueError) as error:
            kind, said = data.get("kind", "curve"), str(error)
            if isinstance(error, OSError):
                said = f"evidence {data['sha256'][:12]} cannot be read ({error.strerror})"
            problems.append(f"{kind} {data['name']!r}: {said}")
            return None
        known[key] = Evidence(
            name=data["name"],
            abscissa=data["abscissa"],
            abscissa_unit=data["abscissa_unit"],
            ordinate_unit=data["ordinate_unit"],
            x=x,
            columns=dict(zip(data["columns"], columns, strict=True)),
            marks=data["marks"],
            levels=data["levels"],
        )
        return known[key]

    return fetch
