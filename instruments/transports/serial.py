"""A wire to an instrument behind a serial port or a pyserial URL."""

from contextlib import suppress
from typing import Protocol, cast

import serial  # noqa: TID253 - this module is itself imported only when a serial wire is opened

from instruments.clock import Clock
from instruments.errors import Exchange, NoAnswer, Rejected
from instruments.transports.transcript import Transcript
from instruments.units import Second

_QUIET: Second = 0.1  # a line that is silent for this long brings no late answer
_LONGEST = 64 * 1024  # an instrument that sends more without ending its answer is out of order
_FAILURES = (serial.SerialException, OSError)


class _Port(Protocol):
    """What is used of a pyserial port; its own annotations are incomplete."""

    timeout: float | None

    @property
    def in_waiting(self) -> int: ...
    def read(self, size: int = 1) -> bytes: ...
    def write(self, data: bytes) -> object: ...
    def reset_input_buffer(self) -> None: ...
    def close(self) -> None: ...


class SerialWire:
    """Commands and answers on one serial port, whole blocks at a time.

    pyserial's ``read_until`` asks the operating system for every single byte; here one byte is
    waited for and all that has arrived with it is taken along. After a missing or unreadable answer
    the next exchange first waits for silence, so that a late answer is never taken for another.
    """

    __slots__ = (
        "_out_of_step",
        "_port",
        "_timeout",
        "_transcript",
        "clock",
        "model",
        "name",
        "url",
    )

    def __init__(
        self,
        name: str,
        url: str,
        *,
        baudrate: int,
        timeout: Second,
        clock: Clock,
        transcript: Transcript,
    ) -> None:
        self.name = name
        self.url = url
        self.model = ""
        self.clock = clock
        self._timeout = timeout
        self._transcript = transcript
        self._out_of_step = False
        try:
            port = serial.serial_for_url(
                url,
                baudrate=baudrate,
                timeout=timeout,
                write_timeout=timeout,
                exclusive=True,  # two programs on one port get half of each answer
            )
        except (*_FAILURES, ValueError) as error:
            raise NoAnswer(f"cannot be opened: {error}", self.exchange()) from error
        self._port = cast("_Port", port)

    def query(self, command: str, *, terminator: str, prompt: str) -> str:
        """Send ``command`` and return what comes before ``prompt``, line ends and all.

        Raises NoAnswer when the prompt does not come in time, Rejected when the answer is not
        ASCII text or does not end.
        """
        if self._out_of_step:
            self.discard_input(_QUIET)
        start = self.clock.now()
        try:
            if self._port.in_waiting:
                self._transcript.note(self.name, f"discarded {self._port.in_waiting} bytes")
                self._port.reset_input_buffer()
            self._transcript.sent(self.name, command)
            self._port.write((command + terminator).encode("ascii"))
            raw = self._read_to(prompt.encode("ascii"), command, start)
        except _FAILURES as error:
            raise self._no_answer(str(error), command, b"", start) from error
        try:
            reply = raw.decode("ascii").removesuffix(prompt)
        except UnicodeDecodeError:
            raise self.rejected("the answer is not text", command, repr(raw)) from None
        self._transcript.received(self.name, reply)
        return reply

    def discard_input(self, quiet: Second) -> None:
        """Throw away everything that arrives until the line has been silent for ``quiet`` [s]."""
        received = 0
        try:
            self._port.timeout = quiet
            while block := self._port.read(max(1, self._port.in_waiting)):
                received += len(block)
                if received > _LONGEST:
                    raise self.rejected("does not stop talking", "", "")
            self._port.timeout = self._timeout
            self._out_of_step = False
        except _FAILURES as error:
            raise NoAnswer(f"no connection: {error}", self.exchange()) from error

    def write(self, command: str, *, terminator: str) -> None:
        """Send ``command`` without waiting for an answer; raises NoAnswer."""
        start = self.clock.now()
        self._transcript.sent(self.name, command)
        try:
            self._port.write((command + terminator).encode("ascii"))
        except _FAILURES as error:
            raise self._no_answer(str(error), command, b"", start) from error

    def rejected(self, message: str, command: str, reply: str) -> Rejected:
        """Return the error for a ``reply`` that says no or nothing sensible."""
        self._out_of_step = True
        return Rejected(message, self.exchange(command, reply))

    def exchange(self, command: str = "", reply: str = "") -> Exchange:
        """Return the description of an exchange on this wire."""
        return Exchange(
            role=self.name, model=self.model, resource=self.url, command=command, reply=reply
        )

    def close(self) -> None:
        """Release the port; a port that is already gone is released silently."""
        with suppress(*_FAILURES):
            self._port.close()

    def _read_to(self, prompt: bytes, command: str, start: Second) -> bytes:
        received = bytearray()
        while not received.endswith(prompt):
            block: bytes = self._port.read(1)
            if not block:
                raise self._no_answer("no prompt in time", command, bytes(received), start)
            received += block
            waiting = self._port.in_waiting
            if waiting:
                received += self._port.read(waiting)
            if len(received) > _LONGEST:
                raise self.rejected("the answer does not end", command, repr(received[:40]))
        return bytes(received)

    def _no_answer(self, message: str, command: str, received: bytes, start: Second) -> NoAnswer:
        self._out_of_step = True
        elapsed = self.clock.now() - start
        self._transcript.note(self.name, f"no answer after {elapsed:.3f} s: {message}")
        exchange = Exchange(
            role=self.name,
            model=self.model,
            resource=self.url,
            command=command,
            reply=repr(received) if received else "",
            elapsed=elapsed,
        )
        return NoAnswer(f"no answer: {message}", exchange)
