"""The truth about a run: JSON lines, on disk before the next case starts, chained by hashes.

A run directory holds one file for each writer: ``journal.jsonl``, or ``journal-gw0.jsonl`` and so
on when several processes measure. Each line is canonical JSON (sorted keys, no spaces) with the
``hash`` of the line itself and the hash of the ``previous`` one. The chain shows damage and
careless edits; it is no signature. Times of day stand in fields named ``*_utc`` only, and ``data``
holds none, nor the run id: two runs of one seed differ outside ``data`` only, and their end lines
carry the same ``fingerprint``.
"""

import json
import os
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal
from uuid import uuid4

from bench.errors import BenchError
from bench.measurement import Evidence
from bench.photo import Photo
from bench.results import CaseResult
from reports import evidence, photo_files, record

SCHEMA = 1
End = Literal["finished", "interrupted", "aborted"]
"""Aborted is a run that died; a guardian has written its end."""
_START = b'{"data":'


class RecordError(BenchError):
    """What was measured cannot be kept; says why, and what to do."""


class Journal:
    """The writer of one file of a run; a ``bench.results.Recorder``.

    Raises FileExistsError when the file is there already: a run is never written over.
    """

    def __init__(
        self, directory: Path, header: Mapping[str, object], *, run_id: str = "", writer: str = ""
    ) -> None:
        self.run_id = run_id or new_run_id()
        self.path = directory / (f"journal-{writer}.jsonl" if writer else "journal.jsonl")
        self._directory = directory
        self._previous = ""
        self._length = 0
        self._fingerprint = sha256()
        self._verdicts: Counter[str] = Counter()
        self.last_case = ""
        directory.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
        self._file: int | None = os.open(self.path, flags, 0o644)
        stamps = {"run_id": self.run_id, "started_utc": utc(), "writer": writer or "main"}
        try:
            self._append("header", {"schema": SCHEMA, **header}, stamps)
        except OSError:  # an empty journal would refuse the next run its directory
            os.close(self._file)
            with suppress(OSError):
                self.path.unlink()
            raise

    @classmethod
    def reopened(cls, path: Path) -> "Journal | None":
        """Go on with the journal of a run that died; None where there is nothing to go on with.

        What follows its last whole line is cut off. Raises OSError.
        """
        data = path.read_bytes()
        kept = data[: data.rfind(b"\n") + 1]
        lines = [(json.loads(text), text) for text in kept.splitlines()]
        if not lines or lines[-1][0]["kind"] == "end":
            return None
        self = cls.__new__(cls)
        self.run_id = lines[0][0]["run_id"]
        self.path, self._directory = path, path.parent
        self._previous = lines[-1][0]["hash"]
        self._fingerprint, self._verdicts = sha256(), Counter()
        self.last_case = ""
        for line, text in lines:
            self._fingerprint.update(seal(line, text)[1])
            if line["kind"] == "case":
                self._verdicts[line["data"]["verdict"]] += 1
                self.last_case = line["data"]["case_id"]
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
        os.ftruncate(self._file, len(kept))
        self._length = len(kept)
        return self

    def record(self, result: CaseResult) -> None:
        """Append ``result``; it has reached the disk when this returns. Raises RecordError."""
        try:
            self._append("case", record.dump(result, self._keep), {"recorded_utc": utc()})
        except OSError as error:
            raise RecordError(
                f"{self.path}: the record cannot be written ({error.strerror}); what it holds "
                "stands; make room and start a new run"
            ) from error
        self._verdicts[result.verdict.value] += 1
        self.last_case = result.case_id

    def close(self, end: End = "finished", more: Mapping[str, object] | None = None) -> None:
        """Append the end of the run, with ``more`` about it, and close the file.

        A second call does nothing. Where it cannot be written, whoever reads the record is told.
        """
        if self._file is None:
            return
        cases, verdicts = self._verdicts.total(), dict(self._verdicts)
        data = {"end": end, "cases": cases, "verdicts": verdicts, **(more or {})}
        stamps = {"ended_utc": utc(), "fingerprint": self._fingerprint.hexdigest()}
        with suppress(OSError):
            self._append("end", data, stamps)
        os.close(self._file)
        self._file = None

    def _keep(self, kept: Evidence | Photo) -> Mapping[str, object]:
        if isinstance(kept, Photo):
            return photo_files.write(self._directory, kept)
        return evidence.describe(kept, evidence.write(self._directory, kept))

    def _append(self, kind: str, data: Mapping[str, object], stamps: Mapping[str, str]) -> None:
        if self._file is None:
            raise ValueError(f"{self.path} is closed")
        body = canonical(data).encode()
        frame = canonical({"kind": kind, "previous": self._previous, **stamps}).encode()
        digest = _digest(body, frame)
        line = b'{"data":%b,%b,"hash":"%b"}\n' % (body, frame[1:-1], digest.encode())
        try:
            self._write(self._file, line)
        except OSError:  # half a line would make garbage of the next one, and takes its room
            with suppress(OSError):
                os.ftruncate(self._file, self._length)
            raise
        self._length += len(line)
        self._fingerprint.update(body)
        self._previous = digest

    @staticmethod
    def _write(file: int, line: bytes) -> None:
        while line:
            line = line[os.write(file, line) :]
        os.fsync(file)


def canonical(data: object) -> str:
    """Return ``data`` as ASCII JSON with sorted keys, no spaces and no NaN.

    ASCII, because an instrument that talks garbage leaves characters UTF-8 cannot hold.
    """
    return json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)


def seal(line: Mapping[str, object], text: bytes) -> tuple[str, bytes]:
    """Return the hash that a line must carry, and the canonical JSON of its ``data``.

    The hash is the SHA-256 of the line's canonical JSON without ``hash``. ``text`` is the line as
    it was read; in the writer's own form it is taken as it is, any other is brought into it.
    """
    frame = canonical({k: v for k, v in line.items() if k not in ("data", "hash")}).encode()
    end = b',%b,"hash":"%b"}' % (frame[1:-1], str(line["hash"]).encode())
    if text.startswith(_START) and text.endswith(end):
        body = text[len(_START) : -len(end)]
    else:
        body = canonical(line["data"]).encode()
    return _digest(body, frame), body


def utc() -> str:
    """Return the time of day in ISO 8601, in milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_run_id() -> str:
    """Return a name for a run that sorts by time and is unique."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{uuid4().hex[:6]}"


def today() -> date:
    """Return the date that calibrations are held against, in UTC."""
    return datetime.now(UTC).date()


def _digest(body: bytes, frame: bytes) -> str:
    """Return the hash of a line of ``data`` and the other keys, which all sort behind it."""
    return sha256(b'{"data":%b,%b' % (body, frame[1:])).hexdigest()
