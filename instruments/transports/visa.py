"""A wire to a message-based instrument over PyVISA and whichever backend it is given.

One thread a bench: two threads on one PyVISA resource get each other's answers (pyvisa issue 726),
so there is no lock to pretend otherwise.
"""

import socket
from contextlib import AbstractContextManager, ExitStack, suppress
from math import nan
from typing import cast

# this module is itself imported only when a VISA wire is opened
import pyvisa  # noqa: TID253
from pyvisa.constants import BufferOperation, ResourceAttribute, StatusCode  # noqa: TID253
from pyvisa.resources import (  # noqa: TID253
    MessageBasedResource,
    SerialInstrument,
    TCPIPSocket,
)

from instruments.clock import Clock
from instruments.errors import Exchange, InstrumentError, NoAnswer, NotSupported, Rejected
from instruments.scpi import OVERLOAD, parse_number
from instruments.transports.transcript import Transcript
from instruments.units import Second

_CHUNK = 64 * 1024
_QUIET: Second = 0.1  # a wire that is silent for this long after a clear holds no late answer
_DRAIN_LIMIT = 100
_MORE = StatusCode.success_max_count_read
_NO_ANSWER = (pyvisa.Error, OSError)  # pyvisa-py lets OSError through, for example on a dead socket


class VisaWire:
    """Text messages to and from one VISA resource, with explicit terminators and timeout.

    An empty read termination reads up to the end the bus itself marks (USBTMC, VXI-11, GPIB).

    Reads and writes go to the VISA library itself: ``MessageBasedResource.query`` adds logging and
    warning contexts that cost as much as a simulated instrument. After a missing or unreadable
    answer the next exchange reconnects first, so that a late answer is never taken for another.
    """

    __slots__ = (
        "_end",
        "_manager",
        "_out_of_step",
        "_quietly",
        "_read",
        "_resource",
        "_session",
        "_terminations",
        "_timeout",
        "_transcript",
        "_write",
        "clock",
        "interruptions",
        "model",
        "name",
        "resource_name",
    )

    def __init__(
        self,
        manager: pyvisa.ResourceManager,
        name: str,
        resource: str,
        *,
        read_termination: str,
        write_termination: str,
        timeout: Second,
        clock: Clock,
        transcript: Transcript,
    ) -> None:
        self.name = name
        self.resource_name = resource
        self.model = ""
        self.clock = clock
        self._manager = manager
        self._terminations = (read_termination, write_termination)
        self._timeout = timeout
        self._transcript = transcript
        self._out_of_step = False
        self.interruptions = 0
        """How often an answer was missing or unreadable: settings may be gone since then."""
        self._open()
        self._clear()

    def write(self, command: str) -> None:
        """Send ``command``; raises NoAnswer when the instrument does not take it."""
        if self._out_of_step:
            self._resynchronise()
        start = self.clock.now()
        self._transcript.sent(self.name, command)
        try:
            self._write(self._session, (command + self._end).encode("ascii"))
        except _NO_ANSWER as error:
            raise self._failed(command, start, error) from error

    def query(self, command: str) -> str:
        """Send ``command`` and return the answer without its terminator.

        Raises NoAnswer when none comes in time, Rejected when it is not ASCII text.
        """
        if self._out_of_step:
            self._resynchronise()
        start = self.clock.now()
        self._transcript.sent(self.name, command)
        try:
            self._write(self._session, (command + self._end).encode("ascii"))
            raw, status = self._read(self._session, _CHUNK)
            while status == _MORE:
                more, status = self._read(self._session, _CHUNK)
                raw += more
        except _NO_ANSWER as error:
            raise self._failed(command, start, error) from error
        try:
            reply = raw.decode("ascii").removesuffix(self._terminations[0])
        except UnicodeDecodeError:
            self._lose_step()
            raise self.rejected("the answer is not text", command, repr(bytes(raw))) from None
        self._transcript.received(self.name, reply)
        return reply

    def query_number(self, command: str) -> float:
        """Send ``command`` and return its numeric answer.

        Raises NoAnswer, Rejected when the answer is not a number, OutOfRange for overload and NaN.
        """
        reply = self.query(command)
        try:
            value = float(reply)
        except ValueError:
            value = nan
        if -OVERLOAD < value < OVERLOAD:  # the usual case, without a further call
            return value
        try:
            return parse_number(reply)
        except InstrumentError as error:
            raise self.explained(error, command, reply) from None

    def explained(self, error: InstrumentError, command: str, reply: str) -> InstrumentError:
        """Return ``error``, found while reading ``reply``, with the exchange it happened in.

        An answer of the wrong kind may belong to another question: the wire reconnects next time.
        """
        if isinstance(error, Rejected):
            self._lose_step()
        return type(error)(error.message, self.exchange(command, reply))

    def rejected(self, message: str, command: str, reply: str) -> Rejected:
        """Return the error for a ``reply`` that says no or nothing sensible."""
        return Rejected(message, self.exchange(command, reply))

    def exchange(self, command: str = "", reply: str = "") -> Exchange:
        """Return the description of an exchange on this wire."""
        return Exchange(
            role=self.name,
            model=self.model,
            resource=self.resource_name,
            command=command,
            reply=reply,
        )

    def close(self) -> None:
        """Release the resource; a wire that is already dead is released silently."""
        with suppress(*_NO_ANSWER):
            self._quietly.close()
            self._resource.close()

    def _open(self) -> None:
        read_termination, self._end = self._terminations
        try:
            # pyvisa-py would wait 10 s for an address where nobody is
            opened = self._manager.open_resource(
                self.resource_name, open_timeout=round(1000.0 * self._timeout)
            )
            if not isinstance(opened, MessageBasedResource):
                opened.close()
                raise NotSupported("the resource does not carry messages", self.exchange())
            opened.read_termination = read_termination or None
            opened.write_termination = self._end
            opened.timeout = 1000.0 * self._timeout
        except _NO_ANSWER as error:
            raise NoAnswer(f"cannot be opened: {error}", self.exchange()) from error
        except (ValueError, ImportError) as error:
            # pyvisa-py raises ValueError for a resource type whose library is not installed
            raise NotSupported(f"cannot be opened: {error}", self.exchange()) from error
        except InstrumentError:
            raise
        except Exception as error:
            # pyvisa-py 0.8.1 raises a bare Exception for a host that does not answer
            raise NoAnswer(f"cannot be opened: {error}", self.exchange()) from error
        if isinstance(opened, TCPIPSocket):
            _send_at_once(opened)
        library = opened.visalib
        self._resource = opened
        self._session = opened.session
        self._write = library.write
        self._read = library.read
        # a long answer comes in chunks, which the library would report as a warning each time
        self._quietly = ExitStack()
        quietly = cast("AbstractContextManager[None]", library.ignore_warning(self._session, _MORE))
        self._quietly.enter_context(quietly)

    def _failed(self, command: str, start: Second, error: Exception) -> NoAnswer:
        self._lose_step()
        elapsed = self.clock.now() - start
        self._transcript.note(self.name, f"no answer after {elapsed:.3f} s: {error}")
        exchange = Exchange(
            role=self.name,
            model=self.model,
            resource=self.resource_name,
            command=command,
            elapsed=elapsed,
        )
        return NoAnswer(f"no answer: {error}", exchange)

    def _resynchronise(self) -> None:
        """Reconnect, clear the instrument's output queue and read what still arrives."""
        self._transcript.note(self.name, "reconnect to discard late answers")
        self.close()
        self._open()
        if not self._clear():
            self._drain()
        self._out_of_step = False

    def _clear(self) -> bool:
        """Discard what the instrument or the port holds for an earlier question.

        True if nothing can be left: to read from an instrument that has nothing to say is a query
        error of its own (-420, IEEE 488.2, 6.3.2.2), for which the next command would be blamed.
        """
        if isinstance(self._resource, SerialInstrument):
            with suppress(*_NO_ANSWER, NotImplementedError):
                self._resource.flush(BufferOperation.discard_receive_buffer)
        elif not isinstance(self._resource, TCPIPSocket):
            # not on sockets: a new connection is clean, and pyvisa-py 0.8.1 never returns from
            # clear() on a socket that the other side has closed
            with suppress(*_NO_ANSWER, NotImplementedError):
                self._resource.clear()
                return True
        return False

    def _lose_step(self) -> None:
        self._out_of_step = True
        self.interruptions += 1

    def _drain(self) -> None:
        self._resource.timeout = 1000.0 * _QUIET
        try:
            for _ in range(_DRAIN_LIMIT):
                raw, _ = self._read(self._session, _CHUNK)
                self._transcript.note(self.name, f"discarded {raw!r}")
        except pyvisa.VisaIOError:
            pass  # silence, as hoped for
        except OSError as error:
            raise NoAnswer(f"no connection: {error}", self.exchange()) from error
        else:
            raise NoAnswer("does not stop talking", self.exchange())
        finally:
            with suppress(*_NO_ANSWER):
                self._resource.timeout = 1000.0 * self._timeout


def _send_at_once(resource: TCPIPSocket) -> None:
    """Switch Nagle's algorithm off: it holds small messages back and has hung an instrument."""
    sessions = getattr(resource.visalib, "sessions", {})
    interface = getattr(sessions.get(resource.session), "interface", None)
    if isinstance(interface, socket.socket):
        # pyvisa-py 0.8.1 refuses to set the attribute that the standard has for this
        interface.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return
    with suppress(*_NO_ANSWER, NotImplementedError):
        resource.set_visa_attribute(ResourceAttribute.tcpip_nodelay, True)
