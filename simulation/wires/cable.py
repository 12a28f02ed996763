"""The cable between a front panel and whoever talks to it; can be cut and can garble."""

from typing import Protocol

from instruments.units import Second
from simulation.clock import VirtualClock
from simulation.front_panels.scpi.panel import ScpiPanel

_LONGEST_MESSAGE = 64 * 1024
"""What an input buffer holds; assumed, no manual says it."""


class BytePanel(Protocol):
    """A front panel that takes bytes as they come, such as one behind a terminal."""

    exchange_time: Second

    def receive(self, data: bytes) -> bytes:
        """Return what the panel sends in answer to ``data``."""
        ...

    def power_cycle(self) -> None:
        """Lose power and come back."""
        ...


class Cable:
    """One cable; several clients may be connected to it, one after the other or at once."""

    __slots__ = (
        "clock",
        "disturbed",
        "garbled",
        "is_cut",
        "name",
        "panel",
        "power_cycles",
        "resource",
    )

    def __init__(
        self, name: str, resource: str, panel: ScpiPanel | BytePanel, clock: VirtualClock
    ) -> None:
        self.name = name
        self.resource = resource
        self.panel = panel
        self.clock = clock
        self.is_cut = False
        self.garbled: list[bytes] = []
        self.power_cycles = 0
        self.disturbed = False
        """Whether anything of the above is to be looked at; keeps the undisturbed path short."""

    def connect(self) -> "Line":
        """Return a new connection."""
        return Line(self)

    def cut(self) -> None:
        """Pull the cable: nothing arrives any more, in either direction."""
        self.is_cut = self.disturbed = True

    def mend(self) -> None:
        """Plug the cable in again; open connections go on."""
        self.is_cut = False

    def garble(self, reply: bytes) -> None:
        """Replace the next answer by ``reply``."""
        self.garbled.append(reply)
        self.disturbed = True

    def power_cycle(self) -> None:
        """Switch the instrument off and on; open connections are lost."""
        self.panel.power_cycle()
        self.power_cycles += 1
        self.disturbed = True


class Line:
    """One connection over a cable: bytes in, bytes out, messages cut at line feeds."""

    __slots__ = (
        "_born",
        "_cable",
        "_partial",
        "_receive_bytes",
        "_receive_text",
        "_sleep",
        "_time",
    )

    def __init__(self, cable: Cable) -> None:
        self._cable = cable
        self._partial = ""
        self._born = cable.power_cycles
        self._sleep = cable.clock.sleep
        panel = cable.panel
        self._time = panel.exchange_time
        self._receive_text = panel.receive if isinstance(panel, ScpiPanel) else None
        self._receive_bytes = None if isinstance(panel, ScpiPanel) else panel.receive

    @property
    def is_lost(self) -> bool:
        """Whether the instrument was switched off since this connection was made."""
        return self._cable.power_cycles != self._born

    def feed(self, data: bytes, *, end: bool = False) -> bytes:
        """Send ``data`` to the panel and return what it answers.

        ``end`` marks the end of a message where the bus itself does (USBTMC, VXI-11).
        """
        cable = self._cable
        if cable.disturbed and cable.is_cut:
            self._partial = ""
            return b""
        receive = self._receive_text
        if receive is None:
            return self._feed_bytes(data)
        size = len(data)
        if not self._partial and data.find(b"\n") == size - 1 and size <= _LONGEST_MESSAGE:
            self._sleep(self._time)
            reply = receive(data[:-1].decode("latin-1"))
            if reply is None:
                return b""
            return (cable.disturbed and self._garbled()) or (reply + "\n").encode("latin-1")
        answer = b""
        for message in self._messages(data, end=end):
            self._sleep(self._time)
            reply = receive(message) if len(message) <= _LONGEST_MESSAGE else self._overrun()
            if reply is not None:
                answer += self._garbled() or (reply + "\n").encode("latin-1")
        return answer

    def _messages(self, data: bytes, *, end: bool) -> list[str]:
        """Return the messages that ``data`` completes; keep the beginning of the rest."""
        *messages, rest = (self._partial + data.decode("latin-1")).split("\n")
        if end and rest:
            messages.append(rest)
            rest = ""
        self._partial = rest[: _LONGEST_MESSAGE + 1]
        return messages

    def _overrun(self) -> None:
        """Let the panel lose a message that its input buffer does not hold."""
        panel = self._cable.panel
        assert isinstance(panel, ScpiPanel)  # noqa: S101 - other panels take bytes
        panel.overrun()

    def forget(self) -> None:
        """Forget a message that has no end yet."""
        self._partial = ""

    def _feed_bytes(self, data: bytes) -> bytes:
        assert self._receive_bytes is not None  # noqa: S101 - a panel takes text or bytes
        self._sleep(self._time)
        answer = self._receive_bytes(data)
        return (self._garbled() or answer) if answer else answer

    def _garbled(self) -> bytes | None:
        cable = self._cable
        return cable.garbled.pop(0) if cable.disturbed and cable.garbled else None
