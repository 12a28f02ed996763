"""What all SCPI front panels share: program messages, status registers, error queue."""

from collections.abc import Mapping
from typing import ClassVar

from instruments.units import Second
from simulation.front_panels.scpi.errors import DialectError, ErrorQueue
from simulation.front_panels.scpi.headers import (
    Handler,
    Headers,
    command,
    constants,
    marked,
    undefined,
)
from simulation.front_panels.scpi.parameters import split_parameters, split_units, whole
from simulation.front_panels.scpi.settings import Number, Setting, handlers

_OPERATION_COMPLETE = 0x01
_QUERY_ERROR = 0x04
_DEVICE_ERROR = 0x08
_EXECUTION_ERROR = 0x10
_COMMAND_ERROR = 0x20
_POWER_ON = 0x80
_ERROR_QUEUE_BIT = 0x04
_MESSAGE_BIT = 0x10
_EVENT_BIT = 0x20
_MASTER_BIT = 0x40
_EIGHT_BITS = 0xFF


def _event_bit(code: int) -> int:
    """Return the event status bit of an error (IEEE 488.2, 11.5.1)."""
    if code <= -400:
        return _QUERY_ERROR
    if code <= -300 or code > 0:
        return _DEVICE_ERROR
    return _EXECUTION_ERROR if code <= -200 else _COMMAND_ERROR


class ScpiPanel:
    """A message-based instrument: one program message in, one response message or none out."""

    SETTINGS: ClassVar[tuple[Setting, ...]] = ()
    ANSWERS: ClassVar[Mapping[str, str | None]] = {}
    """Headers whose answer never changes; None for a command that does nothing here."""
    REGISTER_FORM: ClassVar[str] = "d"
    """How the model prints the registers of IEEE 488.2."""
    NO_ERROR: ClassVar[str] = '+0,"No error"'
    ERROR_DEPTH: ClassVar[int] = 20
    SCPI_VERSION: ClassVar[str] = "1999.0"
    exchange_time: Second = 1e-3
    """Time that one message takes on the wire and in the parser [s]."""

    _dialects: ClassVar[dict[type, Headers]] = {}
    """The headers of each model, collected when the first of its kind is made."""

    @classmethod
    def words(cls) -> list[tuple[str, Handler]]:
        """Return all headers of the dialect, each with what to call for it."""
        found = marked(cls) + constants(cls.ANSWERS)
        for setting in cls.SETTINGS:
            found.extend(handlers(setting))
        return found

    def __init__(self, *, idn: str) -> None:
        model = type(self)
        if model not in self._dialects:
            self._dialects[model] = Headers(model.words())
        self._headers = self._dialects[model]
        self._known = self._headers.known
        self.idn = idn
        self.errors = ErrorQueue(depth=self.ERROR_DEPTH, none=self.NO_ERROR)
        self.settings: dict[str, float] = {}
        self._event_status = _POWER_ON
        self._event_enable = 0
        self._service_enable = 0
        for setting in self.SETTINGS:
            self.settings[setting.name] = setting.default

    # what a model overrides

    def limits(self, setting: Number) -> tuple[float, float]:
        """Return the limits of a number as they are now."""
        return setting.low, setting.high

    def change(self, setting: Setting, value: float) -> None:
        """Take over a new value of a setting."""
        self.settings[setting.name] = value
        self.settled(setting.name)

    def shown(self, setting: Setting) -> float:
        """Return what the query of a setting answers."""
        return self.settings[setting.name]

    def settled(self, name: str) -> None:
        """Do what follows from a changed setting."""

    def reset(self) -> None:
        """Put all settings to the state after ``*RST``."""
        for setting in self.SETTINGS:
            self.settings[setting.name] = setting.default
            self.settled(setting.name)

    def power_cycle(self) -> None:
        """Switch the instrument off and on: settings and error queue are gone."""
        self.reset()
        self.errors.clear()
        self._event_status = _POWER_ON
        self._event_enable = self._service_enable = 0

    def take_socket(self) -> None:
        """Get ready for a wire that does not mark the end of a message."""

    def operation_condition(self) -> int:
        """Return the operation status condition register."""
        return 0

    def questionable_condition(self) -> int:
        """Return the questionable status condition register."""
        return 0

    # messages

    def receive(self, message: str) -> str | None:
        """Carry out one program message without terminator; return the response, if any."""
        entry = self._known.get(message)
        if entry is not None and entry.least == 0:
            try:
                return entry.call(self)
            except DialectError as error:
                self.note(error)
                return None
        return self._receive(message)

    def note(self, error: DialectError) -> None:
        """Queue an error and set its event bit."""
        self._event_status |= _event_bit(error.code)
        self.errors.put(error.code, error.text)

    def interrupted(self) -> None:
        """Note that a message came before the previous response was read (IEEE 488.2, 6.3.2.3)."""
        self.note(DialectError(-410))

    def unterminated(self) -> None:
        """Note that a response was asked for and there is none (IEEE 488.2, 6.3.2.2)."""
        self.note(DialectError(-420))

    def overrun(self) -> None:
        """Note a message that is too long for the input buffer; all of it is lost."""
        self.note(DialectError(-363))

    def clear(self) -> None:
        """Do what a device clear does beyond emptying the buffers; status and settings stay."""

    def _receive(self, message: str) -> str | None:
        replies: list[str] = []
        path = ""
        for unit in split_units(message):
            words = unit.split(None, 1)
            if not words:
                continue
            if not unit.isascii():
                self.note(DialectError(-101))
                break
            header = words[0]
            if header[0] not in ":*":
                header = path + header
            try:
                reply = self._execute(header, words[1] if len(words) > 1 else "")
            except DialectError as error:
                self.note(error)
                if error.code > -200:
                    break  # a command error ends the message (IEEE 488.2, 6.1.6)
                reply = None
            if reply is not None:
                replies.append(reply)
            if header[0] != "*":
                path = header[: header.rfind(":") + 1]
        return ";".join(replies) if replies else None

    def _execute(self, header: str, text: str) -> str | None:
        entry = self._headers.find(header)
        if entry is None:
            raise undefined(header)
        text = text.strip()
        parameters = split_parameters(text) if text else []
        if len(parameters) < entry.least or "" in parameters:
            raise DialectError(-109)
        if len(parameters) > entry.most:
            raise DialectError(-108)
        return entry.call(self, *parameters)

    # status (IEEE 488.2, chapter 10 and 11)

    def summaries(self) -> int:
        """Return the bits of the status byte that sum up the model's own registers."""
        return 0

    def status_byte(self, *, answers: bool = False) -> int:
        """Return the status byte, bit 2 for a filled error queue, 4 for unread ``answers``."""
        status = self.summaries()
        if len(self.errors):
            status |= _ERROR_QUEUE_BIT
        if answers:
            status |= _MESSAGE_BIT
        if self._event_status & self._event_enable:
            status |= _EVENT_BIT
        if status & self._service_enable:
            status |= _MASTER_BIT
        return status

    def _register(self, value: int) -> str:
        return format(value, self.REGISTER_FORM)

    @command("*IDN?")
    def _identify(self) -> str:
        return self.idn

    @command("*RST")
    def _reset(self) -> None:
        self.reset()

    @command("*CLS")
    def _clear_status(self) -> None:
        self.errors.clear()
        self._event_status = 0

    @command("*ESR?")
    def _ask_events(self) -> str:
        status, self._event_status = self._event_status, 0
        return self._register(status)

    @command("*ESE")
    def _enable_events(self, text: str) -> None:
        self._event_enable = whole(text, 0, _EIGHT_BITS)

    @command("*ESE?")
    def _ask_enabled_events(self) -> str:
        return self._register(self._event_enable)

    @command("*SRE")
    def _enable_service(self, text: str) -> None:
        self._service_enable = whole(text, 0, _EIGHT_BITS) & ~_MASTER_BIT

    @command("*SRE?")
    def _ask_enabled_service(self) -> str:
        return self._register(self._service_enable)

    @command("*STB?")
    def _ask_status(self) -> str:
        return self._register(self.status_byte())

    @command("*OPC")
    def _mark_complete(self) -> None:
        self._event_status |= _OPERATION_COMPLETE

    @command("*OPC?")
    def _ask_complete(self) -> str:
        return "1"

    @command("*WAI")
    def _wait(self) -> None:
        return None

    @command("*TST?")
    def _self_test(self) -> str:
        return self._register(0)

    @command(":SYSTem:ERRor[:NEXT]?")
    def _next_error(self) -> str:
        return self.errors.take()

    @command(":SYSTem:VERSion?")
    def _version(self) -> str:
        return self.SCPI_VERSION

    @command(":STATus:OPERation:CONDition?")
    def _ask_operation(self) -> str:
        return str(self.operation_condition())

    @command(":STATus:QUEStionable:CONDition?", ":STATus:QUEStionable[:EVENt]?")
    def _ask_questionable(self) -> str:
        return str(self.questionable_condition())
