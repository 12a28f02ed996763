"""The Modbus registers of a LabJack T7 that the simulated one has, by name and by address."""

from dataclasses import dataclass

from simulation.front_panels.t7.modbus_map import (
    ALIASES,
    BUFFERS,
    BYTE,
    FAMILIES,
    FLOAT32,
    INT32,
    LEFT_OUT,
    SINGLES,
    STRING,
    UINT16,
    UINT32,
)

__all__ = [
    "BY_ADDRESS", "BY_NAME", "FLOAT32", "KINDS", "LEFT_OUT", "STRING", "UINT16", "WORDS",
    "Register",
]  # fmt: skip

KINDS = (UINT16, UINT32, INT32, FLOAT32)
"""Data types of numbers."""

WORDS = {UINT16: 1, UINT32: 2, INT32: 2, FLOAT32: 2, STRING: 25, BYTE: 4}
"""How many 16-bit words a value takes."""

_CALENDAR = 6  # year, month, day, hour, minute, second


@dataclass(frozen=True, slots=True)
class Register:
    """One register: ``family`` names what it belongs to, ``index`` its place there."""

    name: str
    address: int
    kind: int
    access: str
    default: float
    family: str
    index: int

    @property
    def is_buffer(self) -> bool:
        """Whether all values of an array go to this one address."""
        return self.family in BUFFERS


def _registers() -> dict[str, Register]:
    found: dict[str, Register] = {}
    for family, address, kind, access, default, count in FAMILIES:
        for index in range(count):
            name = family.replace("#", str(index))
            place = address + index * WORDS[kind]
            found[name] = Register(name, place, kind, access, default, family, index)
    for name, address, kind, access, default in SINGLES:
        found[name] = Register(name, address, kind, access, default, name, 0)
    for family, alias in ALIASES.items():
        members = [register for register in found.values() if register.family == family]
        for member in members:
            found[alias.replace("#", str(member.index))] = member
    return found


def _addresses() -> dict[int, Register]:
    found = {register.address: register for register in BY_NAME.values()}
    first = BY_NAME["RTC_TIME_CALENDAR"]
    for place in range(1, _CALENDAR):
        found[first.address + place] = Register(
            first.name, first.address + place, first.kind, "R", 0.0, first.family, place
        )
    return found


BY_NAME = _registers()
BY_ADDRESS = _addresses()
"""One register per address; FIO, EIO, CIO and MIO lines are found under their DIO name."""
