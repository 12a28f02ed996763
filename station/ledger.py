"""The outcomes of a campaign on disk: a line each, under the digest of all that it follows from."""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.errors import ConfigError

Outcome = Mapping[str, Any]
"""What came of one task, as JSON data."""


class Ledger:
    """The outcomes of a campaign in a file of JSON lines, each under the digest of what made it."""

    NAME = "outcomes.jsonl"

    def __init__(self, directory: Path) -> None:
        self.path = directory / self.NAME
        self._outcomes: dict[str, Outcome] = {}
        if not self.path.exists():
            return
        whole, _, torn = self.path.read_text(encoding="utf-8").rpartition("\n")
        for line in whole.splitlines():
            self._take(line)
        if torn:  # somebody was killed in the middle of a line: that task is done again
            text = f"{whole}\n" if whole else ""
            self.path.write_text(text, encoding="utf-8", newline="\n")

    def get(self, fingerprint: str) -> Outcome | None:
        """Return the outcome that is kept under ``fingerprint``, or None."""
        return self._outcomes.get(fingerprint)

    def keep(self, fingerprint: str, outcome: Outcome) -> None:
        """Append ``outcome``; it has reached the file when this returns."""
        line = json.dumps({"fingerprint": fingerprint, "outcome": outcome}, ensure_ascii=False)
        with self.path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(f"{line}\n")
        self._outcomes[fingerprint] = json.loads(line)["outcome"]  # as a second start would see it

    def _take(self, line: str) -> None:
        try:
            data: Any = json.loads(line)
            self._outcomes[data["fingerprint"]] = data["outcome"]
        except (KeyError, TypeError, ValueError) as error:
            raise ConfigError(
                f"{self.path}: a line is damaged or of another version ({error!r}); "
                "remove the file to start anew"
            ) from None


@contextmanager
def open_ledger(directory: Path) -> Generator[Ledger]:
    """Give the ledger of ``directory`` to this process alone; raises ConfigError."""
    from filelock import FileLock, Timeout

    lock = FileLock(directory / "campaign.lock")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise ConfigError(
            f"{directory}: another campaign writes there; wait or give --out"
        ) from None
    except OSError as error:
        raise ConfigError(
            f"cannot write to {directory} ({error.strerror}): give another --out"
        ) from None
    try:
        yield Ledger(directory)
    finally:
        lock.release()
