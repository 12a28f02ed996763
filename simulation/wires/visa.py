"""A VISA library in process: PyVISA on one side, front panels on the other."""

from collections.abc import Callable, Iterable
from typing import Any, SupportsInt, cast

# this module is itself imported only when a simulated VISA wire is opened
from pyvisa import constants, errors, highlevel, rname  # noqa: TID253
from pyvisa.constants import InterfaceType, ResourceAttribute, StatusCode  # noqa: TID253
from pyvisa.typing import VISAEventContext, VISARMSession, VISASession  # noqa: TID253
from pyvisa.util import DebugInfo, LibraryPath  # noqa: TID253

from simulation.front_panels.scpi.panel import ScpiPanel
from simulation.wires.cable import Cable, Line

Manager = highlevel.ResourceManager

_SUCCESS = StatusCode.success
_TERMINATED = StatusCode.success_termination_character_read
_MORE = StatusCode.success_max_count_read
_MESSAGE_AVAILABLE = 0x10
_TERMCHAR_ENDS = int(constants.SerialTermination.termination_char)
_MANAGER_SESSION = 1


class Session:
    """One open resource: its attributes and what it has received and nobody has read."""

    __slots__ = (
        "_enabled",
        "_end",
        "_is_late",
        "_output",
        "_timeout",
        "_was_read",
        "attributes",
        "cable",
        "is_message_based",
        "line",
    )

    def __init__(self, cable: Cable, name: str, kind: InterfaceType, resource_class: str) -> None:
        self.cable = cable
        self.line = Line(cable)
        self.is_message_based = resource_class == "INSTR" and kind != InterfaceType.asrl
        self._output = b""
        self._was_read = False
        self._is_late = False
        self.attributes: dict[int, Any] = {
            ResourceAttribute.timeout_value: 2000,
            ResourceAttribute.termchar: 10,
            ResourceAttribute.termchar_enabled: False,
            ResourceAttribute.send_end_enabled: True,
            ResourceAttribute.suppress_end_enabled: False,
            ResourceAttribute.interface_type: kind,
            ResourceAttribute.interface_number: 0,
            ResourceAttribute.resource_name: name,
            ResourceAttribute.resource_class: resource_class,
            ResourceAttribute.resource_manufacturer_name: "smallBMS bench simulation",
            ResourceAttribute.resource_lock_state: constants.AccessModes.no_lock,
            ResourceAttribute.io_prot: constants.IOProtocol.normal,
        }
        if kind == InterfaceType.asrl:
            self.attributes[ResourceAttribute.asrl_end_in] = _TERMCHAR_ENDS
            self.attributes[ResourceAttribute.asrl_baud_rate] = 9600
        self.changed()

    def changed(self) -> None:
        """Take over attributes that every read needs."""
        attributes = self.attributes
        self._timeout = attributes[ResourceAttribute.timeout_value] * 1e-3
        self._end = bytes((attributes[ResourceAttribute.termchar],))
        self._enabled = bool(
            attributes[ResourceAttribute.termchar_enabled]
            or attributes.get(ResourceAttribute.asrl_end_in) == _TERMCHAR_ENDS
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
        answer = self.line.feed(data, end=self.is_message_based)
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
        status = panel.status_byte() if isinstance(panel, ScpiPanel) else 0
        return status | (_MESSAGE_AVAILABLE if self._output else 0)

    def _check_connection(self) -> None:
        if self.line.is_lost:
            raise errors.VisaIOError(constants.VI_ERROR_CONN_LOST)


class SimulatedVisaLibrary(highlevel.VisaLibraryBase):
    """The library of one laboratory; PyVISA keeps one instance per library path."""

    _cables: dict[str, Cable]
    _sessions: dict[int, Session]
    _next: int

    @staticmethod
    def get_library_paths() -> Iterable[LibraryPath]:
        """Return nothing: the library exists only where a laboratory makes it."""
        return ()

    @staticmethod
    def get_debug_info() -> DebugInfo:
        """Return what this is."""
        return ["In-process simulation of the smallBMS bench"]

    def _init(self) -> None:
        self._cables = {}
        self._sessions = {}
        self._next = _MANAGER_SESSION + 1

    def connect(self, cable: Cable) -> bool:
        """Make a cable reachable under its resource; False if that is no VISA resource."""
        try:
            name = rname.to_canonical_name(cable.resource)
        except (rname.InvalidResourceName, ValueError):
            return False
        if name.upper() in self._cables:
            raise ValueError(f"two instruments have the resource {cable.resource}")
        self._cables[name.upper()] = cable
        return True

    def open_default_resource_manager(self) -> tuple[VISARMSession, StatusCode]:
        """Return the session of the resource manager."""
        return VISARMSession(_MANAGER_SESSION), _SUCCESS

    def open(
        self,
        session: VISARMSession,
        resource_name: str,
        access_mode: constants.AccessModes = constants.AccessModes.no_lock,  # noqa: ARG002
        open_timeout: SupportsInt = constants.VI_TMO_IMMEDIATE,  # noqa: ARG002
    ) -> tuple[VISASession, StatusCode]:
        """Open a resource; raises VisaIOError when nothing answers there."""
        try:
            parsed = rname.ResourceName.from_string(resource_name)
            name = str(parsed)
        except rname.InvalidResourceName:
            self.handle_return_value(session, constants.VI_ERROR_INV_RSRC_NAME)
            raise
        cable = self._cables.get(name.upper())
        if cable is None or cable.is_cut:
            self.handle_return_value(session, constants.VI_ERROR_RSRC_NFOUND)
            raise AssertionError("unreachable")  # pragma: no cover - the line above raises
        handle = VISASession(self._next)
        self._next += 1
        kind = parsed.interface_type_const
        self._sessions[handle] = Session(cable, name, kind, parsed.resource_class)
        return handle, self.handle_return_value(handle, _SUCCESS)

    def close(self, session: VISASession | VISARMSession | VISAEventContext) -> StatusCode:
        """Close a session."""
        if session != _MANAGER_SESSION and self._sessions.pop(session, None) is None:
            return self.handle_return_value(None, constants.VI_ERROR_INV_OBJECT)
        return _SUCCESS

    def list_resources(
        self,
        session: VISARMSession,  # noqa: ARG002
        query: str = "?*::INSTR",
    ) -> tuple[str, ...]:
        """Return the resources that match ``query``."""
        names = [
            rname.to_canonical_name(cable.resource)
            for cable in self._cables.values()
            if not cable.is_cut
        ]
        return rname.filter(names, query)

    def write(self, session: VISASession, data: bytes) -> tuple[int, StatusCode]:
        """Send ``data``; raises VisaIOError on a lost connection."""
        found = self._sessions.get(session) or self._session(session)
        found.write(data)
        return len(data), _SUCCESS

    def read(self, session: VISASession, count: int) -> tuple[bytes, StatusCode]:
        """Return received bytes; raises VisaIOError when none come in time."""
        found = self._sessions.get(session) or self._session(session)
        return found.read(count)

    def clear(self, session: VISASession) -> StatusCode:
        """Forget what is under way in both directions."""
        self._session(session).clear()
        return _SUCCESS

    def flush(self, session: VISASession, mask: constants.BufferOperation) -> StatusCode:  # noqa: ARG002
        """Forget what was received."""
        self._session(session).discard()
        return _SUCCESS

    def read_stb(self, session: VISASession) -> tuple[int, StatusCode]:
        """Return the status byte."""
        return self._session(session).status_byte(), _SUCCESS

    def assert_trigger(
        self,
        session: VISASession,
        protocol: constants.TriggerProtocol,  # noqa: ARG002
    ) -> StatusCode:
        """Send a bus trigger."""
        self._session(session).write(b"*TRG\n")
        return _SUCCESS

    def get_attribute(
        self,
        session: VISASession | VISARMSession | VISAEventContext,
        attribute: ResourceAttribute | constants.EventAttribute,
    ) -> tuple[Any, StatusCode]:
        """Return an attribute; raises VisaIOError for one that is not kept."""
        attributes = self._session(cast("VISASession", session)).attributes
        if attribute not in attributes:
            self.handle_return_value(session, constants.VI_ERROR_NSUP_ATTR)
        return attributes[attribute], _SUCCESS

    def set_attribute(
        self,
        session: VISASession | VISARMSession | VISAEventContext,
        attribute: ResourceAttribute,
        attribute_state: Any,  # noqa: ANN401 - as the base class
    ) -> StatusCode:
        """Keep an attribute."""
        found = self._session(cast("VISASession", session))
        found.attributes[attribute] = attribute_state
        found.changed()
        return _SUCCESS

    def disable_event(
        self,
        session: VISASession,  # noqa: ARG002
        event_type: constants.EventType,  # noqa: ARG002
        mechanism: constants.EventMechanism,  # noqa: ARG002
    ) -> StatusCode:
        """Do nothing: there are no events."""
        return _SUCCESS

    def discard_events(
        self,
        session: VISASession,  # noqa: ARG002
        event_type: constants.EventType,  # noqa: ARG002
        mechanism: constants.EventMechanism,  # noqa: ARG002
    ) -> StatusCode:
        """Do nothing: there are no events."""
        return _SUCCESS

    def _session(self, session: VISASession) -> Session:
        try:
            return self._sessions[session]
        except KeyError:
            raise errors.VisaIOError(constants.VI_ERROR_INV_OBJECT) from None


def manager(identifier: str, cables: Iterable[Cable]) -> Manager:
    """Return a resource manager of its own that finds ``cables``; ValueError for a bad resource.

    PyVISA keeps one library per path: ``identifier`` must be unique in this process.
    """
    library = SimulatedVisaLibrary(f"{identifier}@smallbms")
    assert isinstance(library, SimulatedVisaLibrary)  # noqa: S101 - PyVISA types it as its base
    for cable in cables:
        if not library.connect(cable):
            raise ValueError(f"{cable.name}: {cable.resource!r} is no VISA resource")
    return highlevel.ResourceManager(library)
