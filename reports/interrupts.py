"""Ctrl-C and SIGTERM end a run once; the way to the safe state is not interrupted again."""

import os
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType


class Interrupts:
    """The first signal becomes KeyboardInterrupt, later ones a request for patience."""

    def __init__(self) -> None:
        self.name = ""
        self._shields = 0
        self._due = False
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
        """Let no further signal break off what is under way."""
        self.name = self.name or "end of the run"

    @contextmanager
    def shield(self) -> Generator[None]:
        """Hold a signal back until the block is done; for what must not be left half written."""
        self._shields += 1
        try:
            yield
        finally:
            self._shields -= 1
        if self._due and not self._shields:
            self._due = False
            raise KeyboardInterrupt(self.name)

    def _received(self, number: int, _frame: FrameType | None) -> None:
        if self.name:
            os.write(2, b"\nthe bench is going to its safe state, please wait\n")
            return
        self.name = signal.Signals(number).name
        self._due = self._shields > 0
        if not self._due:
            raise KeyboardInterrupt(self.name)
