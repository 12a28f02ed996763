"""A wire to a LabJack T7 over LabJack's own LJM library and its Python wrapper."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from io import StringIO
from typing import TYPE_CHECKING, Any, NoReturn

from instruments.clock import Clock
from instruments.errors import Exchange, InstrumentError, NoAnswer, NotSupported, Rejected
from instruments.transports.transcript import Transcript
from instruments.units import Hertz, Second

if TYPE_CHECKING:
    from types import ModuleType

_MISSING = (
    "LabJack's LJM library is not installed on this computer; install it with the LJM installer "
    "from support.labjack.com (T4, T7 and T8), the Python package alone does not bring it"
)
_OLDEST_LIBRARY = 1.20
_TIMEOUT_MS = 1000.0  # LJM's own 2600 ms would be lost for each call to a dead device
_OPEN_TIMEOUT_MS = 1000.0

# LJM error families: 1201-1211 Modbus exceptions (the device did answer), 1221-1399 library,
# 2000 and up device
_UNREACHABLE = frozenset({1224, 1227, 1230, 1233, 1239, 1263, 1303, 1306, 1309})
_UNKNOWN_TO_LIBRARY = frozenset({1267, 1294})  # function not implemented, invalid name
_NO_STREAM = frozenset({1303, 2620})  # stopping where nothing runs answers either


class LjmWire:
    """Registers and streams of one T7, by register name.

    LJM shares one connection among all who open the same device in this process, and closing it
    closes it for all of them: one wire a device.
    """

    __slots__ = ("_handle", "_ljm", "_transcript", "clock", "identifier", "model", "name", "serial")

    def __init__(self, name: str, identifier: str, *, clock: Clock, transcript: Transcript) -> None:
        self.name = name
        self.identifier = identifier
        self.model = ""
        self.clock = clock
        self._transcript = transcript
        self._ljm: Any = _import_wrapper()
        self._check_library()
        with self._calling("open"):
            self._handle: int = self._ljm.openS("T7", "ANY", identifier)
            self.serial = str(self._ljm.getHandleInfo(self._handle)[2])

    def read(self, register: str) -> float:
        """Return the value of one register; raises NoAnswer, Rejected or NotSupported."""
        with self._calling(register):
            value: float = self._ljm.eReadName(self._handle, register)
        self._transcript.received(self.name, f"{register} = {value:.9g}")
        return value

    def read_all(self, registers: Sequence[str]) -> list[float]:
        """Return the values of ``registers`` from one packet; raises as ``read``."""
        with self._calling(", ".join(registers)):
            values: list[float] = self._ljm.eReadNames(self._handle, len(registers), registers)
        text = ", ".join(f"{r} = {v:.9g}" for r, v in zip(registers, values, strict=True))
        self._transcript.received(self.name, text)
        return values

    def write_all(self, values: dict[str, float]) -> None:
        """Write registers in order in one packet; raises NoAnswer, Rejected or NotSupported."""
        text = ", ".join(f"{register} = {value:.9g}" for register, value in values.items())
        self._transcript.sent(self.name, text)
        with self._calling(text):
            self._ljm.eWriteNames(self._handle, len(values), list(values), list(values.values()))

    def start_stream(self, registers: Sequence[str], rate: Hertz, scans_per_read: int) -> Hertz:
        """Start to stream ``registers`` at ``rate`` [Hz] and return the actual rate [Hz]."""
        text = f"stream {', '.join(registers)} at {rate:.9g} Hz"
        self._transcript.sent(self.name, text)
        with self._calling(text):
            addresses: list[int]
            addresses, _ = self._ljm.namesToAddresses(len(registers), list(registers))
            actual: float = self._ljm.eStreamStart(
                self._handle, scans_per_read, len(registers), addresses, rate
            )
        self._transcript.received(self.name, f"streaming at {actual:.9g} Hz")
        return actual

    def read_stream(self) -> list[float]:
        """Wait for one block of scans and return it, samples of one scan side by side."""
        with self._calling("stream read"):
            samples: list[float] = self._ljm.eStreamRead(self._handle)[0]
        return samples

    def stop_stream(self) -> None:
        """Stop the stream; none running is not an error."""
        self._transcript.sent(self.name, "stream stop")
        try:
            self._ljm.eStreamStop(self._handle)
        except self._ljm.LJMError as error:
            if error.errorCode not in _NO_STREAM:
                self._fail(error, "stream stop")

    def exchange(self, command: str = "", reply: str = "") -> Exchange:
        """Return the description of an exchange on this wire."""
        return Exchange(
            role=self.name, model=self.model, resource=self.identifier, command=command, reply=reply
        )

    def close(self) -> None:
        """Release the device; one that is already gone is released silently."""
        with suppress(self._ljm.LJMError):
            self._ljm.close(self._handle)

    def _check_library(self) -> None:
        if getattr(self._ljm.ljm, "_staticLib", None) is None:
            raise NotSupported(_MISSING, self.exchange())
        with self._calling("LJM_LIBRARY_VERSION"):
            version: float = self._ljm.readLibraryConfigS("LJM_LIBRARY_VERSION")
            self._ljm.writeLibraryConfigS("LJM_OPEN_TCP_DEVICE_TIMEOUT_MS", _OPEN_TIMEOUT_MS)
            self._ljm.writeLibraryConfigS("LJM_SEND_RECEIVE_TIMEOUT_MS", _TIMEOUT_MS)
        if version < _OLDEST_LIBRARY:
            raise NotSupported(
                f"LJM library {version:g} is too old; install {_OLDEST_LIBRARY:g} or newer",
                self.exchange(),
            )

    @contextmanager
    def _calling(self, command: str) -> Generator[None]:
        """Translate what the wrapper raises in the body into InstrumentError."""
        start = self.clock.now()
        try:
            yield
        except self._ljm.LJMError as error:
            self._fail(error, command, self.clock.now() - start)
        except AttributeError as error:
            # the wrapper is newer than the library: the C symbol is missing at call time
            raise NotSupported(
                f"the LJM library lacks a function: {error}", self.exchange(command)
            ) from error

    def _fail(self, error: Exception, command: str, elapsed: Second | None = None) -> NoReturn:
        code: int = getattr(error, "errorCode", None) or 0
        kind = _kind_of(code)
        reply = str(error)
        self._transcript.note(self.name, reply)
        exchange = Exchange(
            role=self.name,
            model=self.model,
            resource=self.identifier,
            command=command,
            reply=reply,
            elapsed=elapsed,
        )
        raise kind(_MESSAGES[kind], exchange) from error


_MESSAGES: dict[type[InstrumentError], str] = {
    NoAnswer: "the device does not answer",
    NotSupported: "the LJM library does not know this",
    Rejected: "the device refused",
}


def _kind_of(code: int) -> type[InstrumentError]:
    if code in _UNKNOWN_TO_LIBRARY:
        return NotSupported
    if code in _UNREACHABLE:
        return NoAnswer
    return Rejected


def _import_wrapper() -> "ModuleType":
    # the wrapper prints to stdout when the library is missing, in the middle of a report
    with redirect_stdout(StringIO()):
        import labjack.ljm

    return labjack.ljm
