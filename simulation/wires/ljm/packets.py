"""LJM functions that read and write registers, each call one packet to the device."""

# ruff: noqa: N802 - methods carry the names of the C functions

import ctypes
from collections.abc import Callable, Sequence
from ctypes import c_char_p, c_double, c_int32
from typing import Any

from simulation.front_panels.t7 import errors
from simulation.front_panels.t7.errors import DeviceError
from simulation.front_panels.t7.registers import STRING, Register
from simulation.wires.ljm.library import LjmLibrary
from simulation.wires.ljm.marshalling import (
    ARRAY,
    DOUBLE,
    INT,
    STRING_SIZE,
    Pointer,
    Signatures,
    addressed,
    doubles,
    following,
    ints,
    named,
    put_text,
    text,
    texts,
    typed,
    typed_list,
)

_BY_NAME, _BY_ADDRESS = (c_int32, c_char_p), (c_int32, c_int32)

SIGNATURES: Signatures = {
    "LJM_eReadName": (*_BY_NAME, DOUBLE),
    "LJM_eWriteName": (*_BY_NAME, c_double),
    "LJM_eReadAddress": (*_BY_ADDRESS, c_int32, DOUBLE),
    "LJM_eWriteAddress": (*_BY_ADDRESS, c_int32, c_double),
    "LJM_eReadNames": (c_int32, c_int32, ARRAY, ARRAY, INT),
    "LJM_eWriteNames": (c_int32, c_int32, ARRAY, ARRAY, INT),
    "LJM_eReadAddresses": (c_int32, c_int32, ARRAY, ARRAY, ARRAY, INT),
    "LJM_eWriteAddresses": (c_int32, c_int32, ARRAY, ARRAY, ARRAY, INT),
    "LJM_eNames": (c_int32, c_int32, ARRAY, ARRAY, ARRAY, ARRAY, INT),
    "LJM_eAddresses": (c_int32, c_int32, ARRAY, ARRAY, ARRAY, ARRAY, ARRAY, INT),
    "LJM_eReadNameArray": (*_BY_NAME, c_int32, ARRAY, INT),
    "LJM_eWriteNameArray": (*_BY_NAME, c_int32, ARRAY, INT),
    "LJM_eReadAddressArray": (*_BY_ADDRESS, c_int32, c_int32, ARRAY, INT),
    "LJM_eWriteAddressArray": (*_BY_ADDRESS, c_int32, c_int32, ARRAY, INT),
    "LJM_eReadNameByteArray": (*_BY_NAME, c_int32, ARRAY, INT),
    "LJM_eWriteNameByteArray": (*_BY_NAME, c_int32, ARRAY, INT),
    "LJM_eReadAddressByteArray": (*_BY_ADDRESS, c_int32, ARRAY, INT),
    "LJM_eWriteAddressByteArray": (*_BY_ADDRESS, c_int32, ARRAY, INT),
    "LJM_eReadNameString": (*_BY_NAME, ARRAY),
    "LJM_eWriteNameString": (*_BY_NAME, c_char_p),
    "LJM_eReadAddressString": (*_BY_ADDRESS, ARRAY),
    "LJM_eWriteAddressString": (*_BY_ADDRESS, c_char_p),
}


class Packets:
    """Registers by name or address: one, several, in a row, as bytes, as text."""

    def __init__(self, library: LjmLibrary) -> None:
        self._library = library

    def eReadName(self, handle: int, name: bytes, value: Pointer) -> None:
        """Read one register."""
        value[0] = self._read(handle, [_number(named(text(name)))])[0]

    def eWriteName(self, handle: int, name: bytes, value: float) -> None:
        """Write one register."""
        self._write(handle, [_number(named(text(name)))], [value])

    def eReadAddress(self, handle: int, address: int, kind: int, value: Pointer) -> None:
        """Read one register."""
        value[0] = self._read(handle, [_number(typed(address, kind))])[0]

    def eWriteAddress(self, handle: int, address: int, kind: int, value: float) -> None:
        """Write one register."""
        self._write(handle, [_number(typed(address, kind))], [value])

    def eReadNames(self, handle: int, count: int, names: int, values: int, failed: Pointer) -> None:
        """Read several registers."""
        registers = [_number(named(name)) for name in texts(names, count)]
        doubles(values, count)[:] = self._read(handle, registers, failed)

    def eWriteNames(
        self, handle: int, count: int, names: int, values: int, failed: Pointer
    ) -> None:
        """Write several registers."""
        registers = [_number(named(name)) for name in texts(names, count)]
        self._write(handle, registers, doubles(values, count), failed)

    def eReadAddresses(
        self, handle: int, count: int, addresses: int, kinds: int, values: int, failed: Pointer
    ) -> None:
        """Read several registers."""
        registers = typed_list(addresses, kinds, count)
        doubles(values, count)[:] = self._read(handle, registers, failed)

    def eWriteAddresses(
        self, handle: int, count: int, addresses: int, kinds: int, values: int, failed: Pointer
    ) -> None:
        """Write several registers."""
        registers = typed_list(addresses, kinds, count)
        self._write(handle, registers, doubles(values, count), failed)

    def eNames(self, handle: int, count: int, names: int, *rest: Pointer) -> None:
        """Read and write in order."""
        self._frames(handle, [_number(named(name)) for name in texts(names, count)], *rest)

    def eAddresses(
        self, handle: int, count: int, addresses: int, kinds: int, *rest: Pointer
    ) -> None:
        """Read and write in order."""
        self._frames(handle, typed_list(addresses, kinds, count), *rest)

    def eReadNameArray(self, handle: int, name: bytes, *rest: Pointer) -> None:
        """Read registers that follow each other."""
        self._read_array(handle, named(text(name)), *rest)

    def eWriteNameArray(self, handle: int, name: bytes, *rest: Pointer) -> None:
        """Write registers that follow each other."""
        self._write_array(handle, named(text(name)), *rest)

    def eReadAddressArray(self, handle: int, address: int, kind: int, *rest: Pointer) -> None:
        """Read registers that follow each other."""
        self._read_array(handle, typed(address, kind), *rest)

    def eWriteAddressArray(self, handle: int, address: int, kind: int, *rest: Pointer) -> None:
        """Write registers that follow each other."""
        self._write_array(handle, typed(address, kind), *rest)

    def eReadNameByteArray(self, handle: int, name: bytes, *rest: Pointer) -> None:
        """Read bytes."""
        self._read_bytes(handle, named(text(name)), *rest)

    def eWriteNameByteArray(self, handle: int, name: bytes, *rest: Pointer) -> None:
        """Write bytes."""
        self._write_bytes(handle, named(text(name)), *rest)

    def eReadAddressByteArray(self, handle: int, address: int, *rest: Pointer) -> None:
        """Read bytes."""
        self._read_bytes(handle, addressed(address), *rest)

    def eWriteAddressByteArray(self, handle: int, address: int, *rest: Pointer) -> None:
        """Write bytes."""
        self._write_bytes(handle, addressed(address), *rest)

    def eReadNameString(self, handle: int, name: bytes, target: int) -> None:
        """Read a text."""
        self._read_string(handle, named(text(name)), target)

    def eWriteNameString(self, handle: int, name: bytes, content: bytes) -> None:
        """Write a text."""
        self._write_string(handle, named(text(name)), content)

    def eReadAddressString(self, handle: int, address: int, target: int) -> None:
        """Read a text."""
        self._read_string(handle, addressed(address), target)

    def eWriteAddressString(self, handle: int, address: int, content: bytes) -> None:
        """Write a text."""
        self._write_string(handle, addressed(address), content)

    # what they have in common

    def _read(
        self, handle: int, registers: Sequence[Register], failed: Pointer | None = None
    ) -> list[float]:
        station = self._library.reach(handle)
        values: list[float] = []
        for register in registers:
            with_address = _Addressed(register, failed)
            value = with_address.run(lambda r=register: station.device.read(r))
            values.append(station.garbled.pop(0) if station.garbled else value)
        return values

    def _write(
        self,
        handle: int,
        registers: Sequence[Register],
        values: Sequence[float] | ctypes.Array[c_double],
        failed: Pointer | None = None,
    ) -> None:
        device = self._library.reach(handle).device
        for register, value in zip(registers, values, strict=True):
            _Addressed(register, failed).run(lambda r=register, v=value: device.write(r, v))

    def _frames(
        self,
        handle: int,
        registers: Sequence[Register],
        writes: int,
        numbers: int,
        values: int,
        failed: Pointer,
    ) -> None:
        """Carry out reads and writes of one packet in order."""
        station = self._library.reach(handle)
        count = len(registers)
        sizes = list(ints(numbers, count))
        data = doubles(values, sum(sizes))
        place = 0
        for register, is_write, size in zip(registers, ints(writes, count), sizes, strict=True):
            for target in following(register, size):
                run = _Addressed(target, failed).run
                if is_write:
                    run(lambda r=target, v=data[place]: station.device.write(r, v))
                else:
                    value = run(lambda r=target: station.device.read(r))
                    data[place] = station.garbled.pop(0) if station.garbled else value
                place += 1

    def _read_array(
        self, handle: int, register: Register, count: int, values: int, failed: Pointer
    ) -> None:
        registers = following(register, count)
        doubles(values, count)[:] = self._read(handle, registers, failed)

    def _write_array(
        self, handle: int, register: Register, count: int, values: int, failed: Pointer
    ) -> None:
        self._write(handle, following(register, count), doubles(values, count), failed)

    def _read_bytes(
        self, handle: int, register: Register, count: int, target: int, failed: Pointer
    ) -> None:
        device = self._library.reach(handle).device
        raw = _Addressed(register, failed).run(lambda: device.bytes.read(register, count))
        ctypes.memmove(target, raw, count)

    def _write_bytes(
        self, handle: int, register: Register, count: int, source: int, failed: Pointer
    ) -> None:
        raw = ctypes.string_at(source, count)
        device = self._library.reach(handle).device
        _Addressed(register, failed).run(lambda: device.bytes.write(register, raw))

    def _read_string(self, handle: int, register: Register, target: int) -> None:
        _check_string(register)
        raw = self._library.reach(handle).device.bytes.read(register, STRING_SIZE)
        put_text(target, text(raw.split(b"\0")[0]), STRING_SIZE)

    def _write_string(self, handle: int, register: Register, content: bytes) -> None:
        _check_string(register)
        if len(content) >= STRING_SIZE:
            raise DeviceError(errors.INVALID_LENGTH)
        self._library.reach(handle).device.bytes.write(register, content + b"\0")


class _Addressed:
    """Runs an access and reports the register's address when it fails."""

    __slots__ = ("_failed", "_register")

    def __init__(self, register: Register, failed: Pointer | None) -> None:
        self._register = register
        self._failed = failed

    def run(self, access: "Callable[[], Any]") -> Any:  # noqa: ANN401 - value or nothing
        try:
            return access()
        except DeviceError:
            if self._failed is not None:
                self._failed[0] = self._register.address
            raise


def _number(register: Register) -> Register:
    """Raise DeviceError 1312 for a register of text, which number functions do not take."""
    if register.kind == STRING:
        raise DeviceError(errors.FUNCTION_DOES_NOT_SUPPORT_THIS_TYPE)
    return register


def _check_string(register: Register) -> None:
    if register.kind != STRING:
        raise DeviceError(errors.FUNCTION_DOES_NOT_SUPPORT_THIS_TYPE)
