"""Registers of a T7 as bytes, as Modbus carries them: big-endian, one after the other."""

import struct
from collections.abc import Callable, Mapping
from ctypes import c_float
from math import isfinite

from simulation.front_panels.t7 import errors
from simulation.front_panels.t7.errors import DeviceError
from simulation.front_panels.t7.registers import (
    BY_ADDRESS,
    FLOAT32,
    KINDS,
    STRING,
    WORDS,
    Register,
)
from simulation.front_panels.t7.system import System

_FORMATS: Mapping[int, str] = dict(zip(KINDS, (">H", ">I", ">i", ">f"), strict=True))
_BITS = 32


class ByteAccess:
    """Reads and writes runs of bytes through the device's numbers and texts."""

    def __init__(
        self,
        system: System,
        *,
        read: Callable[[Register], float],
        write: Callable[[Register, float], None],
    ) -> None:
        self._system = system
        self._read = read
        self._write = write

    def read(self, register: Register, count: int) -> bytes:
        """Return ``count`` bytes from a register on; raises DeviceError."""
        own = self._system.read_bytes(register)
        if own is not None:
            return own.ljust(count, b"\0")[:count]
        raw = b""
        while len(raw) < count:
            raw += packed(register.kind, self._read(register))
            if not register.is_buffer and len(raw) < count:
                register = _after(register)
        return raw[:count]

    def write(self, register: Register, raw: bytes) -> None:
        """Write bytes from a register on; raises DeviceError."""
        if register.kind == STRING:
            self._system.rename(raw)
            return
        while raw:
            if register.kind not in KINDS:
                raise DeviceError(errors.ILLEGAL_DATA_ADDRESS)
            size = 2 * WORDS[register.kind]
            if len(raw) < size:
                raise DeviceError(errors.ILLEGAL_DATA_VALUE)
            self._write(register, unpacked(register.kind, raw[:size]))
            raw = raw[size:]
            if raw and not register.is_buffer:
                register = _after(register)


def unpacked(kind: int, raw: bytes) -> float:
    """Return the number in the bytes of a data type."""
    (value,) = struct.unpack(_FORMATS[kind], raw)
    return float(value)


def packed(kind: int, value: float) -> bytes:
    """Return a number as the bytes of a data type; raises DeviceError 1203 for no such number."""
    if kind == FLOAT32:
        return struct.pack(">f", c_float(value).value)
    if not isfinite(value):
        raise DeviceError(errors.ILLEGAL_DATA_VALUE)
    size = 2 * WORDS[kind]
    return (int(value) % (1 << _BITS)).to_bytes(4, "big")[-size:]


def _after(register: Register) -> Register:
    """Return the register that follows; raises DeviceError 1202 when there is none."""
    following = BY_ADDRESS.get(register.address + WORDS[register.kind])
    if following is None:
        raise DeviceError(errors.ILLEGAL_DATA_ADDRESS)
    return following
