"""What Allure shows of earlier runs, kept small.

Allure writes an entry for each test of each run and puts all of them into each page, with labels
that nobody sees there: a page grew by 4 MB with every run. Allure is lent a copy of the last runs;
what it adds is kept without labels. So two runs on one PC do not write into one file at a time,
either.
"""

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

RUNS = 10
"""How many earlier runs a page shows."""

_LABELLED = b'"labels":[{'


@contextmanager
def lent(shared: Path, *, keep: bool) -> Generator[Path]:
    """Give a copy of the last `RUNS` lines of ``shared``; ``keep`` the line that Allure adds."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / shared.name
        before = list(_last(shared))
        if before:
            copy.write_bytes(b"".join(before))
        yield copy
        after = list(_last(copy))
        if keep and after != before:
            _append(shared, after[-1])


def _append(shared: Path, line: bytes) -> None:
    """Add a line and drop the oldest; one process at a time."""
    from filelock import FileLock

    with FileLock(f"{shared}.lock"):
        kept = [*_last(shared), line][-RUNS:]
        partial = shared.with_suffix(".part")
        partial.write_bytes(b"".join(kept))
        partial.replace(shared)


def _last(path: Path) -> Iterator[bytes]:
    """Yield the last whole lines of a history, without labels."""
    if not path.exists():
        return
    for line in path.read_bytes().splitlines(keepends=True)[-RUNS:]:
        if line.endswith(b"\n"):
            yield _slim(line) if _LABELLED in line else line


def _slim(line: bytes) -> bytes:
    run: dict[str, Any] = json.loads(line)
    for test in run["testResults"].values():
        test["labels"] = []
    return json.dumps(run, separators=(",", ":")).encode() + b"\n"
