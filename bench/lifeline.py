"""The line from a run to its guardian process, which makes the bench safe when the run dies.

The guardian hears a sign of life each second. It acts when the line ends without a farewell, or
when it hears nothing for some seconds. A case that makes no progress stops the signs of life: every
exchange with an instrument and every wait looks at the clock, so a clock that nobody looks at means
that the run hangs. Nobody is hurried who is asked something, and a prompt may stay powered.
"""

import json
import os
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from threading import Event, Lock, Thread
from typing import IO, Any

from bench.errors import ConfigError, SafetyTrip
from instruments.clock import Clock, WallClock
from instruments.units import Second

BEAT: Second = 1.0
SILENCE: Second = 15.0
"""What the guardian waits for a sign of life: longer than a busy PC is busy."""

PATIENCE: Second = 60.0
"""How long a case may go without looking at the clock: longer than any instrument's timeout."""

_ROOT = Path(__file__).parent.parent
_FAREWELL: Second = 10.0
_RESCUE: Second = 120.0


class Lifeline(ABC):
    """What a bench tells its guardian."""

    @abstractmethod
    def work(self, *, watched: bool | None = None) -> None:
        """Note that the bench may be powered from now on; raises SafetyTrip without a guardian.

        ``watched`` says whether progress is expected (None: as before).
        """

    @abstractmethod
    def rest(self) -> None:
        """Note that the bench is safe."""

    @abstractmethod
    def pausing(self) -> AbstractContextManager[None]:
        """Expect no progress in the body, because a person is asked."""

    @abstractmethod
    def follow(self, running: Callable[[], Mapping[str, object] | None]) -> None:
        """Leave with the guardian what is to be recorded if the run dies now; None for nothing."""

    @abstractmethod
    def afterwards(self, command: Sequence[str]) -> None:
        """Name a command that the guardian runs after it had to act; it reads what was done."""


class NoLifeline(Lifeline):
    """For a bench that dies with its process: a simulated one."""

    def work(self, *, watched: bool | None = None) -> None:
        """Do nothing."""

    def rest(self) -> None:
        """Do nothing."""

    def pausing(self) -> AbstractContextManager[None]:
        """Return a context that does nothing."""
        return nullcontext()

    def follow(self, running: Callable[[], Mapping[str, object] | None]) -> None:
        """Do nothing."""

    def afterwards(self, command: Sequence[str]) -> None:
        """Do nothing."""


class WatchedClock:
    """A clock that knows when it was last looked at, or until when somebody sleeps on it."""

    __slots__ = ("_clock", "busy_until")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.busy_until: Second = clock.now()

    def now(self) -> Second:
        """Return the time [s]."""
        self.busy_until = now = self._clock.now()
        return now

    def sleep(self, duration: Second) -> None:
        """Let ``duration`` [s] pass."""
        self.busy_until = self._clock.now() + max(duration, 0.0)
        self._clock.sleep(duration)

    def idle(self) -> Second:
        """Return for how long nobody has looked at this clock [s], without looking at it."""
        return self._clock.now() - self.busy_until


class GuardianLine(Lifeline):
    """The line to a guardian process that is there."""

    def __init__(self, process: "subprocess.Popen[str]", line: IO[str], clock: Clock) -> None:
        self.clock = self._watched_clock = WatchedClock(clock)
        self._process = process
        self._line = line
        self._writing = Lock()
        self._ending = Event()
        self._is_watched = self._is_paused = self._is_lost = False
        self._is_safe = True
        self._thread = Thread(target=self._beat, name="heartbeat", daemon=True)
        self._thread.start()

    @property
    def is_stuck(self) -> bool:
        """Whether a case should have made progress and has not."""
        expected = self._is_watched and not self._is_paused
        return expected and self._watched_clock.idle() > PATIENCE

    def work(self, *, watched: bool | None = None) -> None:
        """Note that the bench may be powered; raises SafetyTrip when the guardian has gone."""
        if self._is_lost or self._process.poll() is not None:
            raise SafetyTrip(
                "the guardian process of this bench has ended: nothing would be switched off if "
                "this run died; start the run again"
            )
        self._is_safe = False
        if watched is not None:
            self._is_watched = watched

    def rest(self) -> None:
        """Note that the bench is safe."""
        self._is_safe = True
        self._is_watched = False

    @contextmanager
    def pausing(self) -> Generator[None]:
        """Expect no progress while a person is asked."""
        before, self._is_paused = self._is_paused, True
        try:
            yield
        finally:
            self._watched_clock.now()
            self._is_paused = before

    def follow(self, running: Callable[[], Mapping[str, object] | None]) -> None:
        """Tell the guardian what to record of the running case."""
        self._tell("case", running())

    def afterwards(self, command: Sequence[str]) -> None:
        """Tell the guardian what to run after it had to act."""
        self._tell("afterwards", list(command))

    def end(self) -> None:
        """Say farewell if the bench is safe; else let the guardian act, and wait for it."""
        self._ending.set()
        self._thread.join()
        if self._is_safe:
            self._tell("farewell", True)
        else:  # a run that lives ends its own record
            self._tell("afterwards", [])
        with suppress(OSError):
            self._line.close()
        with suppress(subprocess.TimeoutExpired):  # then it goes on without anybody waiting
            self._process.wait(_FAREWELL if self._is_safe else _RESCUE)

    def _beat(self) -> None:
        while not self._ending.wait(BEAT):
            if not self.is_stuck:
                self._tell("alive", True)

    def _tell(self, word: str, value: Any) -> None:  # noqa: ANN401 - whatever JSON holds
        try:
            with self._writing:
                self._line.write(json.dumps({word: value}) + "\n")
                self._line.flush()
        except OSError:
            self._is_lost = True


@contextmanager
def guarded(path: Path, *, silence: Second = SILENCE) -> Generator[GuardianLine]:
    """Start a guardian for the bench file at ``path``; raises ConfigError unless it gets ready.

    The guardian shares neither the terminal's Ctrl-C nor, on Windows, its window: it outlives both.
    """
    apart: dict[str, Any] = (
        {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
        if sys.platform == "win32"
        else {"process_group": 0}
    )
    process = subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, "-m", "bench.guardian", str(path.resolve()), f"{silence:g}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        cwd=_ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(_ROOT), *sys.path])},
        **apart,
    )
    assert process.stdin is not None  # noqa: S101 - both are pipes
    assert process.stdout is not None  # noqa: S101
    said = ""
    try:
        with process.stdout as answer:
            said = answer.readline().strip()
    finally:
        if said != "ready":  # also when a signal comes now: there is nothing to make safe yet
            process.kill()
            process.stdin.close()
            process.wait()
    if said != "ready":
        raise ConfigError(
            f"{path}: the guardian process, which makes a real bench safe when a run dies, did not "
            "start; what it said stands above"
        )
    line = GuardianLine(process, process.stdin, WallClock())
    try:
        yield line
    finally:
        line.end()
