"""A VISA library in process: PyVISA on one side, front panels on the other."""

from collections.abc import Iterable
from typing import Any, SupportsInt, cast

# this module is itself imported only when a simulated VISA wire is opened
from pyvisa import constants, errors, highlevel, rname  # noqa: TID253
from pyvisa.constants import ResourceAttribute, StatusCode  # noqa: TID253
from pyvisa.typing import VISAEventContext, VISARMSession, VISASession  # noqa: TID253
from pyvisa.util import DebugInfo, LibraryPath  # noqa: TID253

from simulation.wires.cable import Cable
from simulation.wires.visa_locks import Locks
from simulation.wires.visa_session import Session

Manager = highlevel.ResourceManager

_SUCCESS = StatusCode.success
_SERVICE_BIT = 0x40
_POLL = 1e-3  # s, how often a service request is looked for
_LONGEST_WAIT = 3600.0  # s, where a real one would wait for ever
_MANAGER_SESSION = 1


class SimulatedVisaLibrary(highlevel.VisaLibraryBase):
    """The library of one laboratory; PyVISA keeps one instance per library path."""

    _cables: dict[str, Cable]
    _sessions: dict[int, Session]
    _locks: Locks
    _contexts: set[int]
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
        self._locks = Locks()
        self._contexts = set()
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
        self._sessions[handle] = Session(cable, parsed)
        return handle, self.handle_return_value(handle, _SUCCESS)

    def close(self, session: VISASession | VISARMSession | VISAEventContext) -> StatusCode:
        """Close a session."""
        if session == _MANAGER_SESSION:
            return _SUCCESS
        if session in self._contexts:
            self._contexts.discard(session)
            return _SUCCESS
        found = self._sessions.pop(session, None)
        if found is None:
            return self.handle_return_value(None, constants.VI_ERROR_INV_OBJECT)
        self._locks.forget(found.cable.name, session)
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
        if self._locks:
            self._check_lock(found, session)
        found.write(data)
        return len(data), _SUCCESS

    def read(self, session: VISASession, count: int) -> tuple[bytes, StatusCode]:
        """Return received bytes; raises VisaIOError when none come in time."""
        found = self._sessions.get(session) or self._session(session)
        if self._locks:
            self._check_lock(found, session)
        return found.read(count)

    def clear(self, session: VISASession) -> StatusCode:
        """Forget what is under way in both directions."""
        found = self._session(session)
        self._check_lock(found, session)
        found.clear()
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
        found = self._session(session)
        self._check_lock(found, session)
        found.write(b"*TRG\n")
        return _SUCCESS

    def gpib_control_ren(
        self,
        session: VISASession,
        mode: constants.RENLineOperation,  # noqa: ARG002
    ) -> StatusCode:
        """Do nothing: no panel has keys that anybody could press."""
        self._session(session)
        return _SUCCESS

    def lock(
        self,
        session: VISASession,
        lock_type: constants.Lock,
        timeout: int,
        requested_key: str | None = None,
    ) -> tuple[str, StatusCode]:
        """Lock a resource; raises VisaIOError after ``timeout`` [ms] when others hold it."""
        found = self._session(session)
        try:
            return self._locks.take(found.cable.name, session, lock_type, requested_key or "")
        except errors.VisaIOError:
            if timeout < constants.VI_TMO_INFINITE:
                found.cable.clock.sleep(timeout * 1e-3)  # nobody else runs who could unlock it
            raise

    def unlock(self, session: VISASession) -> StatusCode:
        """Take a lock back; raises VisaIOError for one that is not held."""
        self._locks.release(self._session(session).cable.name, session)
        return _SUCCESS

    def get_attribute(
        self,
        session: VISASession | VISARMSession | VISAEventContext,
        attribute: ResourceAttribute | constants.EventAttribute,
    ) -> tuple[Any, StatusCode]:
        """Return an attribute; raises VisaIOError for one that is not kept."""
        found = self._session(cast("VISASession", session))
        attributes = found.attributes
        if attribute == ResourceAttribute.resource_lock_state:
            return self._locks.state(found.cable.name), _SUCCESS
        if attribute == ResourceAttribute.asrl_avalaible_number and not found.is_message_based:
            return found.available, _SUCCESS
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

    def enable_event(
        self,
        session: VISASession,
        event_type: constants.EventType,
        mechanism: constants.EventMechanism,
        context: None = None,  # noqa: ARG002
    ) -> StatusCode:
        """Have service requests queued; raises VisaIOError for what is not simulated."""
        self._session(session)
        if event_type != constants.EventType.service_request:
            return self.handle_return_value(session, constants.VI_ERROR_INV_EVENT)
        if mechanism != constants.EventMechanism.queue:
            return self.handle_return_value(session, constants.VI_ERROR_NSUP_MECH)
        return _SUCCESS

    def wait_on_event(
        self, session: VISASession, in_event_type: constants.EventType, timeout: int
    ) -> tuple[constants.EventType, VISAEventContext, StatusCode]:
        """Wait until the panel requests service; raises VisaIOError after ``timeout`` [ms]."""
        found = self._session(session)
        clock = found.cable.clock
        end = clock.now() + min(timeout * 1e-3, _LONGEST_WAIT)
        while not found.status_byte() & _SERVICE_BIT:
            if clock.now() >= end:
                raise errors.VisaIOError(constants.VI_ERROR_TMO)
            clock.sleep(_POLL)
        context, self._next = VISAEventContext(self._next), self._next + 1
        self._contexts.add(context)
        return in_event_type, context, _SUCCESS

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

    def _check_lock(self, found: Session, session: VISASession) -> None:
        if self._locks.is_closed_to(found.cable.name, session):
            raise errors.VisaIOError(constants.VI_ERROR_RSRC_LOCKED)

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
