"""A wire to a person: a line is said, a line is asked for.

In copper it ends in the controlling terminal, not in standard input and output: those belong to
whoever runs the program, and pytest keeps them. The terminal is opened when something is first
said, so that a bench with nobody at it opens, and runs what needs nobody.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TextIO

from instruments.clock import Clock
from instruments.errors import Exchange, NoAnswer
from instruments.transports.transcript import Transcript

RESOURCE = "terminal"
"""The only resource in copper: the terminal that the program was started from."""

_IN, _OUT = ("CONIN$", "CONOUT$") if os.name == "nt" else ("/dev/tty", "/dev/tty")


class FarEnd(Protocol):
    """Where the wire ends: in a terminal, or in a simulated person."""

    def write(self, text: str) -> None:
        """Show ``text``; raises OSError where nobody can see it."""
        ...

    def read_line(self) -> str:
        """Return the next line with its line end, empty when there will be none."""
        ...

    def close(self) -> None:
        """Release it."""
        ...


class ConsoleWire:
    """Lines to a person and lines back; each is on the transcript."""

    __slots__ = ("_end", "_transcript", "clock", "model", "name", "resource")

    def __init__(
        self, name: str, resource: str, end: FarEnd, *, clock: Clock, transcript: Transcript
    ) -> None:
        self.name = name
        self.resource = resource
        self.model = ""
        self.clock = clock
        self._end = end
        self._transcript = transcript

    def say(self, line: str) -> None:
        """Show one line; raises NoAnswer where nobody can see it."""
        self._transcript.sent(self.name, " ".join(line.split()))
        self._write(line + "\n")

    def ask(self, prompt: str) -> str:
        """Show ``prompt``, wait for a line and return it bare; raises NoAnswer."""
        self._transcript.sent(self.name, " ".join(prompt.split()))
        start = self.clock.now()
        self._write(prompt)
        try:
            line = self._end.read_line()
        except OSError as error:
            raise self._nobody(error.strerror or str(error), prompt.strip()) from error
        if not line:
            elapsed = self.clock.now() - start
            self._transcript.note(self.name, f"no answer after {elapsed:.3f} s")
            raise self._nobody("the terminal was closed", prompt.strip())
        answer = line.strip()
        self._transcript.received(self.name, answer)
        return answer

    def exchange(self, command: str = "", reply: str = "") -> Exchange:
        """Return the description of an exchange on this wire."""
        return Exchange(
            role=self.name, model=self.model, resource=self.resource, command=command, reply=reply
        )

    def close(self) -> None:
        """Release the far end."""
        self._end.close()

    def _write(self, text: str) -> None:
        try:
            self._end.write(text)
        except OSError as error:
            raise self._nobody(error.strerror or str(error), text.strip()) from error

    def _nobody(self, why: str, said: str) -> NoAnswer:
        return NoAnswer(
            f"nobody can be asked ({why}): run this in a terminal, with a person at it",
            self.exchange(said),
        )


class ControllingTerminal:
    """The terminal that the program was started from; opened by the first word."""

    __slots__ = ("_in", "_out")

    def __init__(self) -> None:
        self._in: TextIO | None = None
        self._out: TextIO | None = None

    def write(self, text: str) -> None:
        """Show ``text``; raises OSError where there is no terminal."""
        _, out = self._opened()
        out.write(text)
        out.flush()

    def read_line(self) -> str:
        """Return the line that is typed next, empty at the end of input; raises OSError."""
        source, _ = self._opened()
        return source.readline()

    def close(self) -> None:
        """Release the terminal."""
        for stream in (self._in, self._out):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        self._in = self._out = None

    def _opened(self) -> tuple[TextIO, TextIO]:
        if self._in is None or self._out is None:
            self._in = Path(_IN).open(encoding="utf-8", errors="replace")  # noqa: SIM115 - kept
            self._out = Path(_OUT).open("w", encoding="utf-8", errors="replace")  # noqa: SIM115
        return self._in, self._out
