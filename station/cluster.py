"""The tasks of a campaign on the workers of a Dask cluster."""

from collections.abc import Iterator
from functools import partial
from importlib import import_module
from threading import Lock
from typing import Any

from bench.errors import BenchError, ConfigError
from station.campaign import Spread, Task, Waiting, outcome_of
from station.ledger import Outcome
from station.unit import own_software

_TIMEOUT = 10.0  # [s] for the scheduler to answer
_ALONE = Lock()
"""A process holds one laboratory at a time, however many threads its worker has."""


def on_cluster(address: str) -> Spread:
    """Return what does tasks on the cluster whose scheduler is at ``address``.

    A task whose worker is lost is done again by another one. An interruption gives up what runs.
    Raises ConfigError where Dask is missing, the scheduler does not answer, it has no workers, or
    a worker measures with other code than this process.
    """
    return partial(_spread, address=address)


def done_there(task: Task, software: str) -> Outcome:
    """Do ``task`` on a worker; raises ConfigError where the worker's code is not ``software``."""
    if own_software() != software:
        raise ConfigError(
            "a worker of the cluster measures with other code; give all machines the same checkout "
            "and start the workers again"
        )
    with _ALONE:
        return outcome_of(task)


def _spread(waiting: Waiting, *, address: str) -> Iterator[tuple[str, Outcome]]:
    try:
        distributed: Any = import_module("distributed")  # its annotations are partly unknown
    except ImportError:
        raise ConfigError(
            "--scheduler needs Dask: install it with pip install -e '.[campaign]', or leave the "
            "option out to use the cores of this machine"
        ) from None
    if not waiting:
        return
    try:
        client = distributed.Client(address, timeout=_TIMEOUT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError(
            f"no scheduler answers at {address}: start one with 'dask scheduler' and name its "
            f"address ({error})"
        ) from None
    with client:
        if not client.scheduler_info()["workers"]:
            raise ConfigError(
                f"the scheduler at {address} has no workers; start them with "
                f"'dask worker {address} --nthreads 1'"
            )
        software = own_software()
        futures = {
            client.submit(done_there, task, software, key=f"bench-{mark}", pure=False): mark
            for mark, task in waiting
        }
        try:
            for future in distributed.as_completed(list(futures), loop=client.loop):
                yield futures[future], _result(future)
                future.release()
        finally:
            client.cancel(list(futures))


def _result(future: Any) -> Outcome:  # noqa: ANN401  a Future of Dask
    """Return what a task came to; raises BenchError for whatever went wrong on the cluster."""
    try:
        return future.result()
    except BenchError:
        raise
    except Exception as error:  # noqa: BLE001 - a lost cluster has many names
        raise BenchError(
            f"the cluster could not do a task: {type(error).__name__}: {error}; what was done is "
            "kept, the same command goes on"
        ) from None
