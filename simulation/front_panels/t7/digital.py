"""The digital port of a T7: directions, latches and the registers that reach them."""

from collections.abc import Callable

from simulation.front_panels.t7.pins import DIO_NAMES, Pins
from simulation.front_panels.t7.registers import BY_NAME, Register

_COUNT = len(DIO_NAMES)
_ALL = (1 << _COUNT) - 1
_PORTS = {
    "FIO": (0, 8),
    "EIO": (8, 8),
    "CIO": (16, 4),
    "MIO": (20, 3),
    "FIO_EIO": (0, 16),
    "EIO_CIO": (8, 15),
    "CIO_MIO": (16, 7),
}
_LINES = ("DIO#", "FIO#", "EIO#", "CIO#", "MIO#")
_FIRST = BY_NAME["DIO0"].address
_REGISTERS = (
    *(f"{port}_STATE" for port in _PORTS),
    *(f"{port}_DIRECTION" for port in ("FIO", "EIO", "CIO", "MIO")),
    "DIO_STATE",
    "DIO_DIRECTION",
    "DIO_INHIBIT",
)
_INHIBITING = ("FIO", "EIO", "CIO", "MIO")  # the upper 8 bits inhibit


class DigitalPort:
    """23 lines; all inputs after power-up."""

    def __init__(self, pins: Pins) -> None:
        self._pins = pins
        self.direction = 0
        self.latch = 0
        self.inhibit = 0
        self._driven = self._high = 0  # as the pins were told
        self._readers: dict[str, Callable[[], int]] = {
            "DIO_STATE": self.state,
            "DIO_DIRECTION": lambda: self.direction,
            "DIO_INHIBIT": lambda: self.inhibit,
        }

    def readers(self) -> dict[str, Callable[[Register], float]]:
        """Return how registers are read, by family."""
        table: dict[str, Callable[[Register], float]] = {}
        for family in _LINES:
            table[family] = lambda r: float(self.read_line(r.address - _FIRST))
        for name in _REGISTERS:
            table[name] = lambda r: float(self.read(r))
        return table

    def writers(self) -> dict[str, Callable[[Register, float], None]]:
        """Return how registers are written, by family."""
        table: dict[str, Callable[[Register, float], None]] = {}
        for family in _LINES:
            table[family] = lambda r, value: self.write_line(r.address - _FIRST, value != 0.0)
        for name in _REGISTERS:
            table[name] = lambda r, value: self.write(r, int(value))
        return table

    def reset(self) -> None:
        """Make all lines inputs."""
        self.direction = self.latch = self.inhibit = 0
        self._apply()

    def state(self) -> int:
        """Return the level at each pin, one bit a line."""
        word = (self.latch | ~self.direction) & _ALL  # right where nothing is wired
        for number in self._pins.wired:
            bit = 1 << number
            high = self._pins.level(
                number, driven=bool(self.direction & bit), latch=bool(self.latch & bit)
            )
            word = word | bit if high else word & ~bit
        return word

    def read_line(self, number: int) -> int:
        """Turn a line into an input and return its level: that is what reading FIO# does."""
        self.direction &= ~(1 << number)
        self._apply()
        return int(self._pins.level(number, driven=False, latch=False))

    def write_line(self, number: int, high: bool) -> None:
        """Turn a line into an output at a level."""
        bit = 1 << number
        self.direction |= bit
        self.latch = self.latch | bit if high else self.latch & ~bit
        self._apply()

    def read(self, register: Register) -> int:
        """Return a state, direction or inhibit register."""
        reader = self._readers.get(register.name)
        if reader is not None:
            return reader()
        first, count = _PORTS[register.name.rpartition("_")[0]]
        whole = self.state() if register.name.endswith("_STATE") else self.direction
        return whole >> first & ((1 << count) - 1)

    def write(self, register: Register, value: int) -> None:
        """Write a state, direction or inhibit register."""
        if register.name == "DIO_INHIBIT":
            self.inhibit = value & _ALL
            return
        if register.name.startswith("DIO"):
            mask, bits = _ALL & ~self.inhibit, value
        else:
            port = register.name.rpartition("_")[0]
            first, count = _PORTS[port]
            inhibited = value >> 8 if port in _INHIBITING else 0
            mask = (~inhibited & ((1 << count) - 1)) << first
            bits = value << first
        if register.name.endswith("_STATE"):
            self.latch = self.latch & ~mask | bits & mask
        else:
            self.direction = self.direction & ~mask | bits & mask
        self._apply()

    def force(self, *, state: int, direction: int, inhibit: int) -> None:
        """Take over what the watchdog stores."""
        mask = _ALL & ~inhibit
        self.latch = self.latch & ~mask | state & mask
        self.direction = self.direction & ~mask | direction & mask
        self._apply()

    def _apply(self) -> None:
        """Tell the pins which lines have changed."""
        changed = (self.direction ^ self._driven) | (self.latch ^ self._high)
        self._driven, self._high = self.direction, self.latch
        for number in range(_COUNT):
            if changed >> number & 1:
                self._pins.set_line(
                    number,
                    driven=bool(self.direction >> number & 1),
                    latch=bool(self.latch >> number & 1),
                )
