"""Locks on VISA resources: exclusive, or shared by a key (VISA library, VPP-4.3, 3.6)."""

from dataclasses import dataclass, field
from itertools import count

from pyvisa import constants, errors  # noqa: TID253 - imported with the library itself
from pyvisa.constants import AccessModes, Lock, StatusCode  # noqa: TID253


@dataclass(slots=True)
class _Held:
    """Who holds a resource, how often each, and with what key."""

    exclusive: int | None = None
    key: str = ""
    counts: dict[int, int] = field(default_factory=dict[int, int])
    nested: int = 0


class Locks:
    """The locks of one library, by resource."""

    __slots__ = ("_held", "_keys")

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}
        self._keys = count(1)

    def __bool__(self) -> bool:
        """Whether anything is locked."""
        return bool(self._held)

    def is_closed_to(self, resource: str, session: int) -> bool:
        """Whether a session may not use a resource because of others."""
        held = self._held.get(resource)
        if held is None:
            return False
        if held.exclusive is not None:
            return held.exclusive != session
        return session not in held.counts

    def state(self, resource: str) -> AccessModes:
        """Return how a resource is locked."""
        held = self._held.get(resource)
        if held is None:
            return AccessModes.no_lock
        return AccessModes.shared_lock if held.exclusive is None else AccessModes.exclusive_lock

    def take(self, resource: str, session: int, kind: Lock, key: str) -> tuple[str, StatusCode]:
        """Lock a resource and return the key; raises VisaIOError when others hold it."""
        held = self._held.setdefault(resource, _Held())
        if kind == Lock.exclusive:
            if held.exclusive not in (None, session) or set(held.counts) - {session}:
                raise errors.VisaIOError(constants.VI_ERROR_RSRC_LOCKED)
            nested = held.exclusive == session
            held.exclusive = session
            held.nested += 1
            return "", StatusCode.success_nested_exclusive if nested else StatusCode.success
        if held.exclusive not in (None, session) or (
            held.counts and self._differs(held, session, key)
        ):
            raise errors.VisaIOError(constants.VI_ERROR_RSRC_LOCKED)
        if not held.counts:
            held.key = key or f"key{next(self._keys)}"
        nested = session in held.counts
        held.counts[session] = held.counts.get(session, 0) + 1
        return held.key, StatusCode.success_nested_shared if nested else StatusCode.success

    def release(self, resource: str, session: int) -> None:
        """Take one lock back; raises VisaIOError for a session that has none."""
        held = self._held.get(resource)
        if held is not None and held.exclusive == session:
            held.nested -= 1
            held.exclusive = session if held.nested else None
        elif held is not None and session in held.counts:
            held.counts[session] -= 1
            if not held.counts[session]:
                del held.counts[session]
        else:
            raise errors.VisaIOError(constants.VI_ERROR_SESN_NLOCKED)
        if held.exclusive is None and not held.counts:
            del self._held[resource]

    def forget(self, resource: str, session: int) -> None:
        """Take all locks of a session back, which is closed."""
        held = self._held.get(resource)
        if held is None:
            return
        if held.exclusive == session:
            held.exclusive, held.nested = None, 0
        held.counts.pop(session, None)
        if held.exclusive is None and not held.counts:
            del self._held[resource]

    @staticmethod
    def _differs(held: _Held, session: int, key: str) -> bool:
        return key != held.key if key else session not in held.counts
