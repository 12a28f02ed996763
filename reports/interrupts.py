"""Ctrl-C and SIGTERM end a run once; the way to the safe state is not interrupted again."""

import os
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType


class Interrupts:
    """The first signal becomes KeyboardInterrupt, later ones a request for patience.

    An exception that is raised inside a callback of a C library is lost: ctypes prints it and goes
    on. ``check`` raises it again, so a signal ends the run at the next case at the latest.
    """

    def __init__(self) -> None:
        self.name = ""
        self._shields = 0
        self._over = False
        self._held = False
        self._before: dict[int, signal.Handlers] = {}

    def install(self) -> None:
        """Take over SIGINT and SIGTERM; only the main thread can, any other leaves them alone."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._received)  # type: ignore[assignment]

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
            os.write(2, b"\nthe bench is made safe and the run recorded, please wait\n")
            return
        self.name = signal.Signals(number).name
        self.check()
