"""Between C and Python: what the wrapper's pointers hold, and which registers its texts name."""

import ctypes
from collections.abc import Mapping
from ctypes import POINTER, c_char_p, c_double, c_int32, c_void_p
from typing import Any

from simulation.front_panels.t7 import errors
from simulation.front_panels.t7.errors import DeviceError
from simulation.front_panels.t7.registers import (
    BY_ADDRESS,
    BY_NAME,
    KINDS,
    LEFT_OUT,
    WORDS,
    Register,
)

INT = POINTER(c_int32)
DOUBLE = POINTER(c_double)
ARRAY = c_void_p  # the wrapper passes byref() of whole arrays

NAME_SIZE = 256
STRING_SIZE = 50

Pointer = Any
"""A ctypes pointer: item 0 is what it points at."""

Signatures = Mapping[str, tuple[Any, ...]]
"""Argument types of C functions by name."""


def text(raw: bytes | None) -> str:
    """Return a C string as text."""
    return (raw or b"").decode("ascii", "replace")


def put_text(target: int, content: str, size: int) -> None:
    """Write text with its final null into ``size`` bytes at an address; it is cut to fit."""
    raw = content.encode("ascii", "replace")[: size - 1] + b"\0"
    ctypes.memmove(target, raw, len(raw))


def ints(target: int, count: int) -> "ctypes.Array[c_int32]":
    """Return the array of integers at an address."""
    return (c_int32 * count).from_address(target)


def doubles(target: int, count: int) -> "ctypes.Array[c_double]":
    """Return the array of numbers at an address."""
    return (c_double * count).from_address(target)


def texts(target: int, count: int) -> list[str]:
    """Return the array of C strings at an address."""
    found: Any = (c_char_p * count).from_address(target)
    return [text(raw) for raw in found]


def named(name: str) -> Register:
    """Return the register of a name; raises DeviceError 1294, 1267 for one that is left out."""
    register = BY_NAME.get(name.upper())
    if register is None:
        known = name.upper().startswith(LEFT_OUT)
        raise DeviceError(errors.NOT_IMPLEMENTED if known else errors.INVALID_NAME)
    return register


def addressed(address: int) -> Register:
    """Return the register at an address; raises DeviceError 1250."""
    register = BY_ADDRESS.get(address)
    if register is None:
        raise DeviceError(errors.INVALID_ADDRESS)
    return register


def typed(address: int, kind: int) -> Register:
    """Return the register at an address for a data type; raises DeviceError 1250, 1259."""
    if kind not in KINDS:
        raise DeviceError(errors.UNKNOWN_VALUE_TYPE)
    return addressed(address)


def typed_list(addresses: int, kinds: int, count: int) -> list[Register]:
    """Return the registers at addresses; raises DeviceError 1250, 1259."""
    pairs = zip(ints(addresses, count), ints(kinds, count), strict=True)
    return [typed(address, kind) for address, kind in pairs]


def following(register: Register, count: int) -> list[Register]:
    """Return ``count`` accesses from a register on; a buffer takes them all at one address."""
    if count == 1:
        return [register]
    if register.is_buffer:
        return [register] * count
    width = WORDS[register.kind]
    return [addressed(register.address + place * width) for place in range(count)]
