"""A run that was started on somebody's behalf ends with them, also when they are killed.

Windows tells no process that its parent has gone: there such a run goes on to its end.
"""

import os
import signal
from threading import Event, Thread

from instruments.units import Second

PARENT = "SMALLBMS_PARENT"
"""The environment variable with the number of the process that a run must not outlive."""

_POLL: Second = 0.5


def end_with_the_parent() -> None:
    """Break this process off, as SIGTERM does, when the parent that asked for it is gone."""
    named = os.environ.get(PARENT, "")
    if os.name == "posix" and named == str(os.getppid()):  # a grandchild has inherited the name
        Thread(target=_watch, args=(int(named),), name="orphan", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        Event().wait(_POLL)
    os.kill(os.getpid(), signal.SIGTERM)
