"""The tasks of a campaign on the cores of this machine."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import islice
from multiprocessing import get_context, parent_process
from threading import Thread

from bench.errors import BenchError
from station.campaign import Spread, Waiting, outcome_of
from station.ledger import Outcome


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def on_cores(workers: int) -> Spread:
    """Return what does tasks in ``workers`` processes, in this one if that is enough.

    An interruption lets the tasks that run in other processes finish, yields them, and is raised
    again.
    """
    return partial(_spread, workers=workers)


def _spread(waiting: Waiting, *, workers: int) -> Iterator[tuple[str, Outcome]]:
    if min(workers, len(waiting)) > 1:
        yield from _elsewhere(waiting, workers)
        return
    for mark, task in waiting:
        yield mark, outcome_of(task)


def _elsewhere(waiting: Waiting, workers: int) -> Iterator[tuple[str, Outcome]]:
    """Yield the outcomes as they come; no more are begun than there are workers."""
    pool = ProcessPoolExecutor(
        min(workers, len(waiting)),
        mp_context=get_context("spawn"),  # the same on every system, and safe beside threads
        initializer=_depend_on_the_parent,
    )
    left = iter(waiting)
    running: dict[Future[Outcome], str] = {}
    interruption: BaseException | None = None
    try:
        for mark, task in islice(left, workers):
            running[pool.submit(outcome_of, task)] = mark
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
                for mark, task in islice(left, 1):
                    running[pool.submit(outcome_of, task)] = mark
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
