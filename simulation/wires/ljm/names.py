"""LJM functions that translate: names, addresses, errors, network addresses, byte arrays."""

# ruff: noqa: N802 - methods carry the names of the C functions

import ctypes
from ctypes import c_char_p, c_double, c_int32, c_uint32, c_uint64, c_void_p
from ipaddress import AddressValueError, IPv4Address
from math import isinf
from struct import calcsize, pack, unpack
from typing import Any

from simulation.front_panels.daq970a.temperature import in_span, of_thermocouple
from simulation.front_panels.t7 import errors
from simulation.front_panels.t7.errors import DeviceError
from simulation.front_panels.t7.registers import BY_NAME
from simulation.wires.ljm.library import LjmLibrary
from simulation.wires.ljm.marshalling import (
    ARRAY,
    DOUBLE,
    INT,
    NAME_SIZE,
    Pointer,
    Signatures,
    addressed,
    ints,
    named,
    put_text,
    text,
    texts,
)

_NO_ADDRESS = -1
_COUPLES = dict(enumerate("BEJKNRST", start=6001))
"""Thermocouples as LJM numbers them."""
_ZERO_CELSIUS = 273.15  # K
_IPV4_SIZE, _MAC_SIZE, _MAC_BYTES = 16, 18, 6
_PACK = (ARRAY, c_int32, c_int32, ARRAY)

SIGNATURES: Signatures = {
    "LJM_NameToAddress": (c_char_p, INT, INT),
    "LJM_NamesToAddresses": (c_int32, ARRAY, ARRAY, ARRAY),
    "LJM_AddressToType": (c_int32, INT),
    "LJM_AddressesToTypes": (c_int32, ARRAY, ARRAY),
    "LJM_ErrorToString": (c_int32, ARRAY),
    "LJM_TCVoltsToTemp": (c_int32, c_double, c_double, DOUBLE),
    "LJM_NumberToIP": (c_uint32, c_void_p),
    "LJM_IPToNumber": (c_char_p, ctypes.POINTER(c_uint32)),
    "LJM_NumberToMAC": (c_uint64, c_void_p),
    "LJM_MACToNumber": (c_char_p, ctypes.POINTER(c_uint64)),
    "LJM_FLOAT32ToByteArray": _PACK,
    "LJM_ByteArrayToFLOAT32": _PACK,
    "LJM_UINT16ToByteArray": _PACK,
    "LJM_ByteArrayToUINT16": _PACK,
    "LJM_UINT32ToByteArray": _PACK,
    "LJM_ByteArrayToUINT32": _PACK,
    "LJM_INT32ToByteArray": _PACK,
    "LJM_ByteArrayToINT32": _PACK,
}


class Names:
    """Translations; none of them talks to a device."""

    def __init__(self, _library: LjmLibrary) -> None: ...

    def NameToAddress(self, name: bytes, address: Pointer, kind: Pointer) -> None:
        """Find a register by its name."""
        register = named(text(name))
        address[0], kind[0] = register.address, register.kind

    def NamesToAddresses(self, count: int, names: int, addresses: int, kinds: int) -> None:
        """Find registers by their names; the first unknown one ends it."""
        for place, name in enumerate(texts(names, count)):
            register = BY_NAME.get(name.upper())
            ints(addresses, count)[place] = register.address if register else _NO_ADDRESS
            ints(kinds, count)[place] = register.kind if register else _NO_ADDRESS
            if register is None:
                raise DeviceError(errors.INVALID_NAME)

    def AddressToType(self, address: int, kind: Pointer) -> None:
        """Find a data type."""
        kind[0] = addressed(address).kind

    def AddressesToTypes(self, count: int, addresses: int, kinds: int) -> None:
        """Find data types."""
        for place, address in enumerate(ints(addresses, count)):
            ints(kinds, count)[place] = addressed(address).kind

    def ErrorToString(self, code: int, target: int) -> None:
        """Name an error."""
        name = errors.NAMES.get(code, f"no text for error {code} in the simulation")
        put_text(target, name, NAME_SIZE)

    def TCVoltsToTemp(self, kind: int, volts: float, junction: float, found: Pointer) -> None:
        """Turn the voltage of a thermocouple into its temperature [K].

        Source: ljm_constants.json (errors 1310, 1311). Assumed: 1255 for a type that is none; the
        functions are those of NIST, as for the DAQ970A. Type C, which NIST has not, is none.
        """
        couple = _COUPLES.get(kind)
        if couple is None:
            raise DeviceError(errors.INVALID_PARAMETER)
        celsius = junction - _ZERO_CELSIUS
        if not in_span(couple, celsius):
            raise DeviceError(errors.TEMPERATURE_OUT_OF_RANGE)
        temperature = of_thermocouple(couple, volts, celsius)
        if isinf(temperature):
            raise DeviceError(errors.VOLTAGE_OUT_OF_RANGE)
        found[0] = temperature + _ZERO_CELSIUS

    def NumberToIP(self, number: int, target: int) -> None:
        """Write an IPv4 address in dots."""
        put_text(target, str(IPv4Address(number)), _IPV4_SIZE)

    def IPToNumber(self, address: bytes, number: Pointer) -> None:
        """Read an IPv4 address in dots; raises DeviceError 1255."""
        try:
            number[0] = int(IPv4Address(text(address)))
        except AddressValueError:
            raise DeviceError(errors.INVALID_PARAMETER) from None

    def NumberToMAC(self, number: int, target: int) -> None:
        """Write a MAC address as bytes in hexadecimal.

        Assumed: the byte at the lowest place comes first.
        """
        raw = number.to_bytes(8, "little")[:_MAC_BYTES]
        put_text(target, ":".join(f"{byte:02X}" for byte in raw), _MAC_SIZE)

    def MACToNumber(self, address: bytes, number: Pointer) -> None:
        """Read a MAC address; raises DeviceError 1255."""
        try:
            raw = bytes(int(part, 16) for part in text(address).split(":"))
        except ValueError:
            raise DeviceError(errors.INVALID_PARAMETER) from None
        if len(raw) != _MAC_BYTES:
            raise DeviceError(errors.INVALID_PARAMETER)
        number[0] = int.from_bytes(raw, "little")

    def FLOAT32ToByteArray(self, *arguments: int) -> None:
        """Pack numbers big-endian."""
        _to_bytes("f", *arguments)

    def ByteArrayToFLOAT32(self, *arguments: int) -> None:
        """Unpack numbers."""
        _from_bytes("f", *arguments)

    def UINT16ToByteArray(self, *arguments: int) -> None:
        """Pack 16-bit integers big-endian."""
        _to_bytes("H", *arguments)

    def ByteArrayToUINT16(self, *arguments: int) -> None:
        """Unpack 16-bit integers."""
        _from_bytes("H", *arguments)

    def UINT32ToByteArray(self, *arguments: int) -> None:
        """Pack 32-bit integers big-endian."""
        _to_bytes("I", *arguments)

    def ByteArrayToUINT32(self, *arguments: int) -> None:
        """Unpack 32-bit integers."""
        _from_bytes("I", *arguments)

    def INT32ToByteArray(self, *arguments: int) -> None:
        """Pack signed integers big-endian."""
        _to_bytes("i", *arguments)

    def ByteArrayToINT32(self, *arguments: int) -> None:
        """Unpack signed integers."""
        _from_bytes("i", *arguments)


def _to_bytes(kind: str, values: int, offset: int, count: int, target: int) -> None:
    """Swap host order for big-endian; ``offset`` counts 16-bit registers in the target."""
    size = calcsize(kind) * count
    found: tuple[Any, ...] = unpack(f"={count}{kind}", ctypes.string_at(values, size))
    ctypes.memmove(target + 2 * offset, pack(f">{count}{kind}", *found), size)


def _from_bytes(kind: str, source: int, offset: int, count: int, target: int) -> None:
    size = calcsize(kind) * count
    raw = ctypes.string_at(source + 2 * offset, size)
    found: tuple[Any, ...] = unpack(f">{count}{kind}", raw)
    ctypes.memmove(target, pack(f"={count}{kind}", *found), size)
