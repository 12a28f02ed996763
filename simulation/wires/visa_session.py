"""One open VISA resource: bytes in both directions, as its bus treats them."""

from collections.abc import Callable

# imported with the library itself, when a simulated VISA wire is opened
from pyvisa import constants, errors, rname  # noqa: TID253
from pyvisa.constants import InterfaceType, ResourceAttribute, StatusCode  # noqa: TID253

from simulation.front_panels.scpi.panel import ScpiPanel
from simulation.wires.cable import Cable, Line
from simulation.wires.visa_attributes import TERMCHAR_ENDS, attributes_of

_SUCCESS = StatusCode.success
_TERMINATED = StatusCode.success_termination_character_read
_MORE = StatusCode.success_max_count_read
_MESSAGE_AVAILABLE = 0x10
_FOREVER = constants.VI_TMO_INFINITE * 1e-3  # s


class Session:
    """One open resource: its attributes and what it has received and nobody has read."""

    __slots__ = (
        "_enabled",
        "_end",
        "_ends_messages",
        "_is_late",
        "_output",
        "_timeout",
        "_was_read",
        "attributes",
        "cable",
        "is_message_based",
        "line",
    )

    def __init__(self, cable: Cable, parsed: rname.ResourceName) -> None:
        name = str(parsed)
        kind = parsed.interface_type_const
        self.cable = cable
        self.line = Line(cable)
        self.is_message_based = parsed.resource_class == "INSTR" and kind != InterfaceType.asrl
        self._output = b""
        self._was_read = False
        self._is_late = False
        self.attributes = attributes_of(parsed, name)
        self.changed()

    def changed(self) -> None:
        """Take over attributes that every read needs."""
        attributes = self.attributes
        self._timeout = attributes[ResourceAttribute.timeout_value] * 1e-3
        self._end = bytes((attributes[ResourceAttribute.termchar],))
        self._ends_messages = self.is_message_based and bool(
            attributes[ResourceAttribute.send_end_enabled]
        )
        self._enabled = bool(
            attributes[ResourceAttribute.termchar_enabled]
            or attributes.get(ResourceAttribute.asrl_end_in) == TERMCHAR_ENDS
        )

    def write(self, data: bytes) -> None:
        """Send ``data``; on a message-based bus an unread response is lost (IEEE 488.2, 6.3.2)."""
        cable = self.cable
        if cable.disturbed:
            self._check_connection()
        if self._output and self.is_message_based:
            if not self._was_read and isinstance(cable.panel, ScpiPanel):
                self._tell(cable.panel.interrupted)
            self._output = b""
        now = cable.clock.now
        start = now()
        answer = self.line.feed(data, end=self._ends_messages)
        if answer:
            self._output += answer
            self._was_read = False
            if now() - start > self._timeout:
                self._is_late = True

    def read(self, count: int) -> tuple[bytes, StatusCode]:
        """Return up to ``count`` bytes; raises VisaIOError when none complete in time."""
        if self.cable.disturbed:
            self._check_connection()
        output = self._output
        if self._is_late:
            self._is_late = False  # the panel took longer than that; its answer comes after all
            raise errors.VisaIOError(constants.VI_ERROR_TMO)
        end = output.find(self._end) + 1 if self._enabled else 0
        if 0 < end <= count:
            self._output = output[end:]
            self._was_read = True
            return output[:end], _TERMINATED
        if len(output) >= count:
            self._output = output[count:]
            self._was_read = True
            return output[:count], _MORE
        if output and self.is_message_based:
            self._output = b""
            return output, _SUCCESS
        if self.is_message_based and isinstance(self.cable.panel, ScpiPanel):
            self._tell(self.cable.panel.unterminated)
        if self._timeout < _FOREVER:  # a real read would not return at all
            self.cable.clock.sleep(self._timeout)
        raise errors.VisaIOError(constants.VI_ERROR_TMO)

    def discard(self) -> None:
        """Forget what was received and what was sent without an end."""
        self._output = b""
        self._is_late = False
        self.line.forget()

    def clear(self) -> None:
        """Clear the device: its buffers, and where the bus has such a message, what it does."""
        self.discard()
        if self.is_message_based and isinstance(self.cable.panel, ScpiPanel):
            self._tell(self.cable.panel.clear)

    def _tell(self, event: Callable[[], None]) -> None:
        """Let the panel know of something on the bus, unless the cable is cut."""
        if not self.cable.is_cut:
            event()

    def status_byte(self) -> int:
        """Return the panel's status byte with the message available bit of this connection."""
        panel = self.cable.panel
        answers = bool(self._output)
        if isinstance(panel, ScpiPanel):
            return panel.status_byte(answers=answers)
        return _MESSAGE_AVAILABLE if answers else 0

    @property
    def available(self) -> int:
        """How many bytes have arrived and were not read."""
        return len(self._output)

    def _check_connection(self) -> None:
        if self.line.is_lost:
            raise errors.VisaIOError(constants.VI_ERROR_CONN_LOST)
