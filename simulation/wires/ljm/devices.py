"""LJM functions that find, open and close devices."""

# ruff: noqa: N802 - methods carry the names of the C functions

import ctypes
from ctypes import c_char_p, c_int32

from simulation.front_panels.t7 import errors
from simulation.front_panels.t7.errors import DeviceError
from simulation.wires.ljm.library import LjmLibrary
from simulation.wires.ljm.marshalling import (
    ARRAY,
    INT,
    Pointer,
    Signatures,
    addressed,
    ints,
    text,
)

_T7 = 7
_MOST_FOUND = 128  # LIST_ALL_SIZE
_DEVICE_TYPES = {0: "ANY", 4: "T4", 7: "T7", 8: "T8", 84: "TSERIES"}
_CONNECTIONS = {
    "": "ANY",
    "ANY": "ANY",
    "USB": "USB",
    "TCP": "ETHERNET",
    "ETHERNET": "ETHERNET",
    "ETHERNET_TCP": "ETHERNET",
    "ETHERNET_UDP": "ETHERNET",
    "ETHERNET_ANY": "ETHERNET",
    "NETWORK_TCP": "ETHERNET",
    "NETWORK_UDP": "ETHERNET",
    "NETWORK_ANY": "ETHERNET",
    "UDP": "ETHERNET",
    "WIFI": "WIFI",
    "WIFI_TCP": "WIFI",
    "WIFI_UDP": "WIFI",
    "WIFI_ANY": "WIFI",
}
_CONNECTION_NUMBERS = (
    "ANY", "USB", "TCP", "ETHERNET", "WIFI", "NETWORK_UDP", "ETHERNET_UDP", "WIFI_UDP",
    "NETWORK_ANY", "ETHERNET_ANY", "WIFI_ANY",
)  # fmt: skip

SIGNATURES: Signatures = {
    "LJM_OpenS": (c_char_p, c_char_p, c_char_p, INT),
    "LJM_Open": (c_int32, c_int32, c_char_p, INT),
    "LJM_GetHandleInfo": (c_int32, INT, INT, INT, INT, INT, INT),
    "LJM_Close": (c_int32,),
    "LJM_CloseAll": (),
    "LJM_ListAllS": (c_char_p, c_char_p, INT, ARRAY, ARRAY, ARRAY, ARRAY),
    "LJM_ListAll": (c_int32, c_int32, INT, ARRAY, ARRAY, ARRAY, ARRAY),
    "LJM_ListAllExtended": (c_int32, c_int32, c_int32, ARRAY, ARRAY, c_int32, INT, *[ARRAY] * 5),
}


class Devices:
    """Devices on their cables and the handles to them."""

    def __init__(self, library: LjmLibrary) -> None:
        self._library = library

    def OpenS(self, device: bytes, connection: bytes, identifier: bytes, handle: Pointer) -> None:
        """Open by texts."""
        handle[0] = self._library.open(
            _device_type(text(device)), _connection(text(connection)), text(identifier)
        )

    def Open(self, device: int, connection: int, identifier: bytes, handle: Pointer) -> None:
        """Open by numbers."""
        handle[0] = self._library.open(
            _device_number(device), _connection_number(connection), text(identifier)
        )

    def GetHandleInfo(
        self,
        handle: int,
        device: Pointer,
        connection: Pointer,
        serial: Pointer,
        address: Pointer,
        port: Pointer,
        packet: Pointer,
    ) -> None:
        """Tell what is behind a handle, without talking to it."""
        serial[0] = self._library.device(handle).serial
        info = self._library.connection(handle)
        device[0], connection[0] = _T7, info.number
        address[0], port[0], packet[0] = info.address, info.port, info.packet

    def Close(self, handle: int) -> None:
        """Close one handle."""
        self._library.close(handle)

    def CloseAll(self) -> None:
        """Close all handles."""
        self._library.close_all()

    def ListAllS(self, device: bytes, connection: bytes, count: Pointer, *arrays: int) -> None:
        """Find devices by texts."""
        self._list(_device_type(text(device)), _connection(text(connection)), count, *arrays)

    def ListAll(self, device: int, connection: int, count: Pointer, *arrays: int) -> None:
        """Find devices by numbers."""
        self._list(_device_number(device), _connection_number(connection), count, *arrays)

    def ListAllExtended(
        self,
        device: int,
        connection: int,
        queries: int,
        addresses: int,
        sizes: int,
        most: int,
        count: Pointer,
        *arrays: int,
    ) -> None:
        """Find devices and ask each for registers; what they hold follows as bytes."""
        *found, target = arrays
        kinds = _device_number(device), _connection_number(connection)
        asked = [
            (addressed(address), 2 * size)
            for address, size in zip(ints(addresses, queries), ints(sizes, queries), strict=True)
        ]
        for serial, _ in self._library.found(*kinds)[:most]:
            raw = b"".join(
                self._library.numbered(serial).bytes.read(register, size)
                for register, size in asked
            )
            ctypes.memmove(target, raw, len(raw))
            target += len(raw)
        self._list(*kinds, count, *found, most=most)

    def _list(
        self, device: str, connection: str, count: Pointer, *arrays: int, most: int = _MOST_FOUND
    ) -> None:
        found = self._library.found(device, connection)[:most]
        count[0] = len(found)
        for place, (serial, info) in enumerate(found):
            for target, value in zip(arrays, (_T7, info.number, serial, info.address), strict=True):
                ints(target, place + 1)[place] = value


def _device_type(word: str) -> str:
    """Return a device type without its prefix; raises DeviceError 1275."""
    kind = word.upper().removeprefix("LJM_DT") or "ANY"
    if kind not in _DEVICE_TYPES.values():
        raise DeviceError(errors.UNPARSABLE_DEVICE_TYPE)
    return kind


def _device_number(number: int) -> str:
    if number not in _DEVICE_TYPES:
        raise DeviceError(errors.INVALID_DEVICE_TYPE)
    return _DEVICE_TYPES[number]


def _connection(word: str) -> str:
    """Return ANY, USB, ETHERNET or WIFI; raises DeviceError 1276."""
    kind = _CONNECTIONS.get(word.upper().removeprefix("LJM_CT"))
    if kind is None:
        raise DeviceError(errors.UNPARSABLE_CONNECTION_TYPE)
    return kind


def _connection_number(number: int) -> str:
    if not 0 <= number < len(_CONNECTION_NUMBERS):
        raise DeviceError(errors.INVALID_CONNECTION_TYPE)
    return _CONNECTIONS[_CONNECTION_NUMBERS[number]]
