"""Signals that end a run end it once; the way to the safe state is not interrupted again."""

import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from reports.orphan import end_with_the_parent

_ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Ctrl-C, an orderly end, a terminal that was closed, Ctrl-Break; no system has all of them."""


def ending() -> Iterator[signal.Signals]:
    """Yield the signals that end a run here; a hang-up that ``nohup`` ignores stays ignored."""
    for name in _ENDING:
        number = getattr(signal, name, None)
        if number is None:
            continue
        if name == "SIGHUP" and signal.getsignal(number) is signal.SIG_IGN:
            continue
        yield number


class Interrupts:
    """The first signal becomes KeyboardInterrupt, later ones a request for patience.

    An exception that is raised inside a callback of a C library is lost: ctypes prints it and goes
    on. ``check`` raises it again, so a signal ends the run at the next case at the latest.
    ``told`` is called when the first one comes.
    """

    def __init__(self, told: Callable[[], object] = lambda: None) -> None:
        self.name = ""
        self._told = told
        self._shields = 0
        self._over = False
        self._held = False
        self._before: dict[int, signal.Handlers] = {}

    def install(self) -> None:
        """Take over what ends a run, the death of who asked for it among it; main thread only."""
        if threading.current_thread() is threading.main_thread():
            for number in tuple(ending()):
                self._before[number] = signal.signal(number, self._received)  # type: ignore[assignment]
            end_with_the_parent()

    def restore(self) -> None:
        """Give the signals back to whoever had them."""
        while self._before:
            signal.signal(*self._before.popitem())

    def ignore(self) -> None:
        """Let no signal break off what follows; the run is over."""
        self._over = True

    def hold(self) -> None:
        """Hold a signal back until ``let_go``; for what somebody else must not leave half done."""
        self._held = True

    def let_go(self) -> None:
        """Hold no signal back any more; raises KeyboardInterrupt if one has come."""
        self._held = False
        self.check()

    def check(self) -> None:
        """Raise KeyboardInterrupt if a signal has come and the run still goes on."""
        if self.name and not (self._over or self._shields or self._held):
            raise KeyboardInterrupt(self.name)

    @contextmanager
    def shield(self) -> Generator[None]:
        """Hold a signal back until the block is done; for what must not be left half written."""
        self._shields += 1
        try:
            yield
        finally:
            self._shields -= 1
        self.check()

    def _received(self, number: int, _frame: FrameType | None) -> None:
        if self.name or self._over:
            if (self.name, number) != ("SIGINT", signal.SIGTERM):  # a Ctrl-C that is passed on
                with suppress(OSError):  # the terminal may be gone
                    os.write(2, b"\nthe bench is made safe and the run recorded, please wait\n")
            return
        self.name = signal.Signals(number).name
        self._told()
        self.check()
