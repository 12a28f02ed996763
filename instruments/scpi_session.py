"""What SCPI instruments with a ``SYST:ERR?`` queue have in common: identity, sets, error queue."""

from typing import TYPE_CHECKING

from instruments.errors import InstrumentError, Rejected
from instruments.instrument import Identity
from instruments.scpi import ScpiError, first_line, parse_bool, parse_error, parse_identity

if TYPE_CHECKING:
    from instruments.transports.visa import VisaWire

_DEEPEST_QUEUE = 100  # 20 entries are usual; one that never ends is an instrument out of order


class ScpiSession:
    """Questions and checked commands to one instrument over one wire."""

    __slots__ = ("wire",)

    def __init__(self, wire: "VisaWire") -> None:
        self.wire = wire

    def identify(self) -> Identity:
        """Return the answer to ``*IDN?``; raises Rejected unless it has four fields."""
        reply = self.wire.query("*IDN?")
        try:
            return parse_identity(reply)
        except InstrumentError as error:
            raise self.wire.explained(error, "*IDN?", reply) from None

    def drain_errors(self) -> tuple[ScpiError, ...]:
        """Empty the error queue and return what was in it, oldest first."""
        entries: list[ScpiError] = []
        while len(entries) < _DEEPEST_QUEUE:
            entry = self._next_error()
            if entry is None:
                return tuple(entries)
            entries.append(entry)
        raise self.wire.rejected(
            f"the error queue does not end after {_DEEPEST_QUEUE} entries",
            "SYST:ERR?",
            str(entries[-1]),
        )

    def command(self, command: str) -> None:
        """Send ``command`` and ask the error queue; raises Rejected with what it holds."""
        self.wire.write(command)
        entry = self._next_error()
        if entry is not None:
            entries = (entry, *self.drain_errors())
            raise self.wire.rejected(
                "the instrument refused the command",
                command,
                "; ".join(str(entry) for entry in entries),
            )

    def query_bool(self, command: str) -> bool:
        """Return the answer 0 or 1 to ``command``; raises Rejected for any other."""
        reply = first_line(self.wire.query(command))
        try:
            return parse_bool(reply)
        except Rejected as error:
            raise self.wire.explained(error, command, reply) from None

    def _next_error(self) -> ScpiError | None:
        reply = first_line(self.wire.query("SYST:ERR?"))
        try:
            return parse_error(reply)
        except Rejected as error:
            raise self.wire.explained(error, "SYST:ERR?", reply) from None
