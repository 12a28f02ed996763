"""Many units on the cores of this machine; each outcome is on disk before the next one counts."""

import json
import os
import signal
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import Any

from bench.errors import BenchError, ConfigError
from reports.kill_matrix import KillMatrix, Row, dump, load
from station.proof import Defect, Unit, matrix, software_hash

Told = Callable[[int, int, str], None]
"""Hears how many units are done, of how many that have to be run, and the name of the last."""


class Ledger:
    """The rows of a campaign in a file of JSON lines, each under the digest of what made it."""

    NAME = "outcomes.jsonl"

    def __init__(self, directory: Path) -> None:
        self.path = directory / self.NAME
        self._rows: dict[str, Row] = {}
        if not self.path.exists():
            return
        whole, _, torn = self.path.read_text(encoding="utf-8").rpartition("\n")
        for line in whole.splitlines():
            self._take(line)
        if torn:  # somebody was killed in the middle of a line: that unit is run again
            text = f"{whole}\n" if whole else ""
            self.path.write_text(text, encoding="utf-8", newline="\n")

    def get(self, fingerprint: str) -> Row | None:
        """Return the row that is kept under ``fingerprint``, or None."""
        return self._rows.get(fingerprint)

    def keep(self, fingerprint: str, row: Row) -> None:
        """Append ``row``; it has reached the file when this returns."""
        line = json.dumps({"fingerprint": fingerprint, **dump(row)}, ensure_ascii=False)
        with self.path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(f"{line}\n")
        self._rows[fingerprint] = row

    def _take(self, line: str) -> None:
        try:
            data: Any = json.loads(line)
            self._rows[data["fingerprint"]] = load(data)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ConfigError(
                f"{self.path}: a line is damaged ({error!r}); remove the file to start anew"
            ) from None


@contextmanager
def open_ledger(directory: Path) -> Generator[Ledger]:
    """Give the ledger of ``directory`` to this process alone; raises ConfigError."""
    from filelock import FileLock, Timeout

    directory.mkdir(parents=True, exist_ok=True)
    lock = FileLock(directory / "campaign.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ConfigError(
            f"{directory}: another campaign writes there; wait or give --out"
        ) from None
    try:
        yield Ledger(directory)
    finally:
        lock.release()


def run_campaign(
    units: Mapping[str, Unit], ledger: Ledger, *, workers: int, told: Told
) -> dict[str, Row]:
    """Run the units, which stand under their fingerprints, that the ledger does not know.

    Returns the rows of all units. An interruption lets the units that run finish on other cores,
    keeps them, and is raised again. Raises BenchError.
    """
    waiting = [(mark, unit) for mark, unit in units.items() if ledger.get(mark) is None]
    alone = min(workers, len(waiting)) <= 1
    rows = _run_here(waiting) if alone else _run_on_cores(waiting, workers)
    told(0, len(waiting), "")
    for done, (mark, row) in enumerate(rows, start=1):
        ledger.keep(mark, row)
        told(done, len(waiting), units[mark].name)
    return {mark: row for mark in units if (row := ledger.get(mark))}


def _run_here(waiting: Sequence[tuple[str, Unit]]) -> Iterator[tuple[str, Row]]:
    """Yield the rows of units that are run in this process, one after the other."""
    for mark, unit in waiting:
        yield mark, _row(unit)


def _run_on_cores(waiting: Sequence[tuple[str, Unit]], workers: int) -> Iterator[tuple[str, Row]]:
    """Yield the rows as they come; no more are begun than there are workers."""
    pool = ProcessPoolExecutor(
        min(workers, len(waiting)),
        mp_context=get_context("spawn"),  # the same on every system, and safe beside threads
        initializer=_depend_on_the_parent,
    )
    left = iter(waiting)
    running: dict[Future[Row], str] = {}
    interruption: BaseException | None = None
    try:
        for mark, unit in islice(left, workers):
            running[pool.submit(_row, unit)] = mark
        while running:
            try:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
            except KeyboardInterrupt as error:
                if interruption is not None:
                    raise
                interruption, left = error, iter(())
                continue
            for future in done:
                yield running.pop(future), future.result()
                for mark, unit in islice(left, 1):
                    running[pool.submit(_row, unit)] = mark
    except BrokenProcessPool:
        raise BenchError(
            "a worker process died (out of memory, or killed); give the same command again to go on"
        ) from None
    finally:
        pool.shutdown(wait=interruption is None, cancel_futures=True)
    if interruption is not None:
        raise interruption


def _depend_on_the_parent() -> None:
    """Leave interruptions to the parent, and end with it even when it was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)  # nobody is left to hear of anything


def _row(unit: Unit) -> Row:
    try:
        return unit.run()
    except BenchError as error:
        raise ConfigError(f"{unit.name}: {error}") from None


def prove(
    goldens: Sequence[Unit],
    defects: Mapping[str, Sequence[Defect]],
    ledger: Ledger,
    *,
    workers: int,
    told: Told,
) -> tuple[KillMatrix, ...]:
    """Run every conforming unit and, of each device, a unit with each of its ``defects``.

    Returns a matrix for each of ``goldens``, in their order whatever ended first.
    Raises BenchError.
    """
    software = software_hash()
    batches = [
        [golden, *(replace(golden, defect=defect) for defect in defects.get(golden.device, ()))]
        for golden in goldens
    ]
    marks = [[unit.fingerprint(software) for unit in batch] for batch in batches]
    units = dict(zip(chain(*marks), chain(*batches), strict=True))
    rows = run_campaign(units, ledger, workers=workers, told=told)
    return tuple(
        matrix(batch[0], *(rows[mark] for mark in batch_marks))
        for batch, batch_marks in zip(batches, marks, strict=True)
    )
