"""The clock that everything waits on; the only module that may import ``time``."""

import time
from typing import Protocol

from instruments.units import Second


class Clock(Protocol):
    """A monotonic clock of a bench: the wall's or a virtual one."""

    def now(self) -> Second:
        """Return the time since the clock's own origin [s]."""
        ...

    def sleep(self, duration: Second) -> None:
        """Let ``duration`` [s] pass; a negative duration passes nothing."""
        ...


class WallClock:
    """The clock of a real bench: counts from its own creation."""

    __slots__ = ("_origin",)

    def __init__(self) -> None:
        self._origin = time.monotonic()

    def now(self) -> Second:
        """Return the time since this clock was made [s]."""
        return time.monotonic() - self._origin

    def sleep(self, duration: Second) -> None:
        """Block this thread for ``duration`` [s]."""
        if duration > 0.0:
            time.sleep(duration)
