r"""Numato Lab USB relay boards with 16 and 32 channels.

Command set: Numato Lab user manuals of the 16 and 32 Channel USB Relay Modules; relays from 10 on
are single upper-case letters from A, "not intended to be hexadecimal notation so the alphabets can
go beyond F" (numato/samplecode, usbrelay16_32/relayread.py). A board takes ``relay on 12`` for
relay 1 and ignores lower-case letters (michaelkeating.com, "Numato relay on x"). Not yet verified
on hardware.

ASCII over a CDC serial port, each command ended by CR. The board echoes the command, answers on a
line of its own and ends with the prompt: ``relay read 0\n\ron\n\r>``. The first command after
plugging in may be lost, so a bare CR goes ahead and its answer is thrown away. Nothing says that a
command was not understood: every change is read back.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar, Self

from instruments.accuracy import Accuracy
from instruments.errors import NotSupported, Rejected
from instruments.instrument import Identity
from instruments.relay import Relay, RelayBank
from instruments.transports.wires import Wires
from instruments.units import Second

if TYPE_CHECKING:
    from instruments.transports.serial import SerialWire

_BAUDRATE = 19200  # a CDC port carries whatever rate is asked for
_TIMEOUT: Second = 1.0
_DIGITS = frozenset("0123456789abcdefABCDEF")
_QUIET: Second = 0.1
_OPERATE_TIME: Second = 0.010  # of the relays; the board's answer does not wait for them


class _NumatoUsbRelay(RelayBank):
    """A board of ``CHANNELS`` relays."""

    __slots__ = ("_identity", "_relays", "_wire")

    CHANNELS: ClassVar[int]
    TERMINALS: ClassVar[Mapping[str, type]]

    def __init__(self, wire: "SerialWire") -> None:
        wire.model = f"USBRELAY{self.CHANNELS}"
        self._wire = wire
        wire.write("", terminator="\r")
        wire.discard_input(_QUIET)
        self._identity = Identity(
            manufacturer="Numato Lab",
            model=f"USBRELAY{4 * len(self._read_all())}",
            serial=self.ask("id get"),
            firmware=self.ask("ver"),
        )
        self._relays = {name: _Relay(self, number) for number, name in enumerate(self.TERMINALS)}

    @classmethod
    def open(
        cls,
        name: str,
        resource: str,
        wires: Wires,
        accuracies: Mapping[str, Accuracy],  # noqa: ARG003 - a relay measures nothing
    ) -> Self:
        """Open the board at a serial port or pyserial URL; raises InstrumentError."""
        wire = wires.serial(name, resource, baudrate=_BAUDRATE, timeout=_TIMEOUT)
        try:
            return cls(wire)
        except BaseException:
            wire.close()
            raise

    def identity(self) -> Identity:
        """Return id and firmware; the model follows from the width of ``relay readall``."""
        return self._identity

    def terminals(self) -> tuple[str, ...]:
        """Return the relay numbers in decimal, ``0`` first."""
        return tuple(self.TERMINALS)

    def terminal(self, name: str) -> Relay:
        """Return one relay; raises NotSupported for a number the board does not have."""
        if name not in self._relays:
            raise NotSupported(
                f"no relay {name!r}, only 0 to {self.CHANNELS - 1}", self._wire.exchange()
            )
        return self._relays[name]

    def energised(self) -> frozenset[str]:
        """Return the relays that ``relay readall`` shows as energised."""
        pattern = self._pattern()
        return frozenset(name for n, name in enumerate(self.TERMINALS) if pattern >> n & 1)

    def energise_only(self, terminals: Iterable[str]) -> None:
        """Energise exactly ``terminals`` with one ``writeall``; raises Rejected unless they are.

        Raises NotSupported for a relay the board does not have, before anything moves.
        """
        wanted = frozenset(terminals)
        for name in wanted:
            self.terminal(name)
        pattern = sum(1 << int(name) for name in wanted)
        # the 32-channel board only takes lower-case digits here
        command = f"relay writeall {pattern:0{self.CHANNELS // 4}x}"
        self.tell(command)
        found = self._pattern()
        if found != pattern:
            names = [name for n, name in enumerate(self.TERMINALS) if found >> n & 1]
            raise self._wire.rejected(
                "the relays were not taken", command, ", ".join(names) or "none"
            )

    def make_safe(self) -> None:
        """Release all relays and verify it."""
        self.energise_only(())

    def close(self) -> None:
        """Release the port; the relays stay as they are."""
        self._wire.close()

    def ask(self, command: str) -> str:
        """Return the board's one-line answer to ``command``; raises Rejected for any other."""
        lines = self._lines(command)
        if len(lines) != 1:
            raise self._wire.rejected("not one line of answer", command, "|".join(lines))
        return lines[0]

    def tell(self, command: str) -> None:
        """Send a command that has no answer and wait for the relays to move."""
        lines = self._lines(command)
        if lines:
            raise self._wire.rejected("the board answered a command", command, "|".join(lines))
        self._wire.clock.sleep(_OPERATE_TIME)

    def reject(self, message: str, command: str, reply: str) -> Rejected:
        """Return the error for a relay that did not do what ``command`` said."""
        return self._wire.rejected(message, command, reply)

    def _lines(self, command: str) -> list[str]:
        reply = self._wire.query(command, terminator="\r", prompt=">")
        lines = [line.strip() for line in reply.replace("\r", "\n").split("\n")]
        lines = [line for line in lines if line]
        if not lines or lines[0] != command:
            raise self._wire.rejected("the board did not echo the command", command, reply)
        return lines[1:]

    def _pattern(self) -> int:
        """Return the energised relays as bits; raises Rejected for another number of relays."""
        digits = self._read_all()
        if len(digits) * 4 != self.CHANNELS:
            raise self._wire.rejected(
                f"the board does not have {self.CHANNELS} relays", "relay readall", digits
            )
        return int(digits, 16)

    def _read_all(self) -> str:
        digits = self.ask("relay readall")
        if not _DIGITS.issuperset(digits):
            raise self._wire.rejected("the answer is not hexadecimal", "relay readall", digits)
        return digits


class NumatoUsbRelay16(_NumatoUsbRelay):
    """Numato Lab 16 Channel USB Relay Module."""

    __slots__ = ()

    CHANNELS: ClassVar[int] = 16
    TERMINALS: ClassVar[Mapping[str, type]] = {str(number): Relay for number in range(16)}


class NumatoUsbRelay32(_NumatoUsbRelay):
    """Numato Lab 32 Channel USB Relay Module."""

    __slots__ = ()

    CHANNELS: ClassVar[int] = 32
    TERMINALS: ClassVar[Mapping[str, type]] = {str(number): Relay for number in range(32)}


class _Relay(Relay):
    """One relay; the board's name for it is a digit or, from 10 on, a letter."""

    __slots__ = ("_board", "_letter")

    def __init__(self, board: _NumatoUsbRelay, number: int) -> None:
        self._board = board
        self._letter = str(number) if number < 10 else chr(ord("A") + number - 10)

    def energise(self) -> None:
        """Energise the coil; raises Rejected unless the board then says it is on."""
        self._switch("on", energised=True)

    def release(self) -> None:
        """Release the coil; raises Rejected unless the board then says it is off."""
        self._switch("off", energised=False)

    def is_energised(self) -> bool:
        """Return what the board reads back."""
        command = f"relay read {self._letter}"
        reply = self._board.ask(command)
        if reply not in ("on", "off"):
            raise self._board.reject("the answer is neither on nor off", command, reply)
        return reply == "on"

    def _switch(self, word: str, *, energised: bool) -> None:
        command = f"relay {word} {self._letter}"
        self._board.tell(command)
        if self.is_energised() is not energised:
            raise self._board.reject("the relay did not follow", command, f"not {word}")
