"""The digital lines of a LabJack T7: read as inputs, or each sinking the coil of a relay card.

A line that is named ``EIO0.relay`` in a bench file energises its relay by sinking current: output
low. Released it is an input, as after power-up, after a restart and in the driver's safe state, so
that no relay moves by itself. That suits cards with opto-couplers and active-low inputs. Levels are
read from ``DIO_STATE``, because reading ``FIO0`` and its like turns the line into an input.

Not yet verified on hardware; that a card switches on the 550 ohm (FIO) or 180 ohm (EIO, CIO) of a
line is an assumption to be checked with its data sheet.
"""

from collections.abc import Iterable

from instruments.daq import DigitalInput
from instruments.errors import NotSupported, Rejected
from instruments.relay import Relay
from instruments.transports.ljm import LjmWire
from instruments.units import Second

DIO = (
    *(f"FIO{n}" for n in range(8)),
    *(f"EIO{n}" for n in range(8)),
    *(f"CIO{n}" for n in range(4)),
)  # in the bit order of DIO_STATE
REGISTERS = ("DIO_DIRECTION", "DIO_STATE")
SUFFIX = ".relay"
RELAYS = tuple(f"{name}{SUFFIX}" for name in DIO)

_OPERATE_TIME: Second = 0.010  # of the relays; the device's answer does not wait for them


def sinking(pattern: int) -> dict[str, float]:
    """Return what to write, in order, to let exactly the lines of a bit pattern sink."""
    # the latches first: a line must not drive high for a moment on its way to sinking
    return {"DIO_STATE": 0.0, "DIO_DIRECTION": float(pattern)}


class DigitalLines:
    """All lines together; each one that is an output sinks the coil of a relay."""

    __slots__ = ("_wire",)

    def __init__(self, wire: LjmWire) -> None:
        self._wire = wire

    def energised(self) -> frozenset[str]:
        """Return the relays whose lines the device reads back as outputs."""
        pattern = self._pattern("DIO_DIRECTION")
        return frozenset(name for bit, name in enumerate(RELAYS) if pattern >> bit & 1)

    def energise_only(self, names: Iterable[str]) -> None:
        """Let exactly the lines of ``names`` sink; raises NotSupported, Rejected unless they do."""
        wanted = frozenset(names)
        unknown = wanted.difference(RELAYS)
        if unknown:
            raise NotSupported(f"no relay {min(unknown)!r}", self._wire.exchange())
        pattern = sum(1 << bit for bit, name in enumerate(RELAYS) if name in wanted)
        self._wire.write_all(sinking(pattern))
        self.verify(pattern, *self._wire.read_all(REGISTERS))

    def verify(self, pattern: int, *found: float) -> None:
        """Let the relays move; raises Rejected unless ``found`` in `REGISTERS` is ``pattern``."""
        direction, level = (self._bits(*pair) for pair in zip(REGISTERS, found, strict=True))
        if direction != pattern:
            raise self._rejected("the relays were not taken", direction, pattern)
        held = level & pattern
        if held:
            raise self._rejected("a line does not sink what its relay wants", held, 0)
        self._wire.clock.sleep(_OPERATE_TIME)

    def levels(self) -> int:
        """Return the level at each pin, one bit a line; raises Rejected for no bit pattern."""
        return self._pattern("DIO_STATE")

    def _pattern(self, register: str) -> int:
        return self._bits(register, self._wire.read(register))

    def _bits(self, register: str, value: float) -> int:
        if not 0.0 <= value < 2.0**32:
            raise Rejected(
                "the lines read no bit pattern", self._wire.exchange(register, f"{value:g}")
            )
        return int(value)

    def _rejected(self, message: str, found: int, wanted: int) -> Rejected:
        return Rejected(message, self._wire.exchange(f"lines {wanted:#x}", f"{found:#x}"))


class InputLine(DigitalInput):
    """One digital line, left as the input that it is."""

    __slots__ = ("_bit", "_lines")

    def __init__(self, lines: DigitalLines, bit: int) -> None:
        self._lines = lines
        self._bit = bit

    def is_high(self) -> bool:
        """Return the level at the pin; raises Rejected when the answer is no bit pattern."""
        return bool(self._lines.levels() >> self._bit & 1)


class RelayLine(Relay):
    """One relay of a card, switched by one line."""

    __slots__ = ("_lines", "_name")

    def __init__(self, lines: DigitalLines, name: str) -> None:
        self._lines = lines
        self._name = name

    def energise(self) -> None:
        """Let the line sink; raises Rejected unless it does."""
        self._lines.energise_only({*self._lines.energised(), self._name})

    def release(self) -> None:
        """Make the line an input; raises Rejected unless it is one."""
        self._lines.energise_only(self._lines.energised() - {self._name})

    def is_energised(self) -> bool:
        """Return whether the device reads the line back as an output."""
        return self._name in self._lines.energised()
