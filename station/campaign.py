"""Many tasks, here or on a cluster; each outcome is on disk before the next one counts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from bench.errors import BenchError, ConfigError
from station.ledger import Ledger, Outcome

Told = Callable[[int, int, str], None]
"""Hears how many tasks are done, of how many that have to be done, and the name of the last."""


class Task(Protocol):
    """Something to do that needs nothing but itself; travels to other processes as a pickle."""

    @property
    def name(self) -> str:
        """Return what is done, in words."""
        ...

    def fingerprint(self, software: str) -> str:
        """Return the digest of everything that the outcome follows from, ``software`` included."""
        ...

    def outcome(self) -> Outcome:
        """Do it; raises BenchError."""
        ...


Waiting = Sequence[tuple[str, Task]]
"""Tasks that have to be done, each behind its fingerprint."""

Spread = Callable[[Waiting], Iterator[tuple[str, Outcome]]]
"""Does tasks somewhere and yields fingerprint and outcome as they come; raises BenchError."""


def run_campaign(
    tasks: Mapping[str, Task], ledger: Ledger, *, spread: Spread, told: Told
) -> dict[str, Outcome]:
    """Do the tasks, which stand under their fingerprints, that the ledger does not know.

    Returns the outcomes of all tasks in their order. An interruption is raised again after what
    was done is kept. Raises BenchError.
    """
    waiting = [(mark, task) for mark, task in tasks.items() if ledger.get(mark) is None]
    told(0, len(waiting), "")
    for done, (mark, outcome) in enumerate(spread(waiting), start=1):
        ledger.keep(mark, outcome)
        told(done, len(waiting), tasks[mark].name)
    return {mark: outcome for mark in tasks if (outcome := ledger.get(mark)) is not None}


def outcome_of(task: Task) -> Outcome:
    """Do ``task``; raises ConfigError that names it for whatever the bench says."""
    try:
        return task.outcome()
    except BenchError as error:
        raise ConfigError(f"{task.name}: {error}") from None
