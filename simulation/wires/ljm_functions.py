"""The C functions of LJM, as callbacks that the genuine wrapper calls through libffi."""

import ctypes
import sys
from _thread import interrupt_main
from collections.abc import Callable
from ctypes import POINTER, c_char_p, c_double, c_int, c_int32, c_uint32, c_void_p
from typing import Any

from simulation.front_panels import t7_errors as errors
from simulation.front_panels.t7_errors import DeviceError
from simulation.front_panels.t7_registers import (
    BY_ADDRESS,
    BY_NAME,
    FLOAT32,
    INT32,
    UINT16,
    UINT32,
    WORDS,
    Register,
)
from simulation.wires.ljm import LjmLibrary

_INT = POINTER(c_int32)
_DOUBLE = POINTER(c_double)
_ARRAY = c_void_p  # the wrapper passes byref() of whole arrays
_T7, _ETHERNET, _PORT, _PACKET = 7, 3, 502, 1040
_NO_ADDRESS = -1
_NAME_SIZE = 256
_STRING_SIZE = 50

Pointer = Any
"""A ctypes pointer: item 0 is what it points at."""


class Functions:
    """Stands where the wrapper keeps the native library; functions it lacks return 1267."""

    def __init__(self, library: LjmLibrary) -> None:
        self._library = library
        self.replaced: object = None
        for name, arguments in _SIGNATURES.items():
            call = getattr(self, "_" + name.removeprefix("LJM_"))
            setattr(self, name, ctypes.CFUNCTYPE(c_int, *arguments)(_guarded(call)))

    def __getattr__(self, name: str) -> Callable[..., int]:
        """Return a function that says it is not implemented, for any other LJM function."""
        if not name.startswith("LJM_"):
            raise AttributeError(name)
        return _not_implemented

    # opening

    def _OpenS(self, device: bytes, _connection: bytes, identifier: bytes, handle: Pointer) -> None:  # noqa: N802
        handle[0] = self._library.open(_text(device), _text(identifier))

    def _Open(self, device: int, _connection: int, identifier: bytes, handle: Pointer) -> None:  # noqa: N802
        kind = {0: "ANY", 7: "T7", 84: "TSERIES"}.get(device, str(device))
        handle[0] = self._library.open(kind, _text(identifier))

    def _GetHandleInfo(  # noqa: N802
        self,
        handle: int,
        device: Pointer,
        connection: Pointer,
        serial: Pointer,
        address: Pointer,
        port: Pointer,
        packet: Pointer,
    ) -> None:
        serial[0] = self._library.device(handle).serial
        device[0], connection[0], address[0] = _T7, _ETHERNET, 0
        port[0], packet[0] = _PORT, _PACKET

    def _Close(self, handle: int) -> None:  # noqa: N802
        self._library.close(handle)

    def _CloseAll(self) -> None:  # noqa: N802
        self._library.close_all()

    def _ListAllS(  # noqa: N802
        self,
        _device: bytes,
        _connection: bytes,
        count: Pointer,
        devices: int,
        connections: int,
        serials: int,
        addresses: int,
    ) -> None:
        found = [station for station in self._library.stations if not station.is_cut]
        count[0] = len(found)
        for place, station in enumerate(found):
            _ints(devices, place + 1)[place] = _T7
            _ints(connections, place + 1)[place] = _ETHERNET
            _ints(serials, place + 1)[place] = station.device.serial
            _ints(addresses, place + 1)[place] = 0

    # names and texts

    def _NameToAddress(self, name: bytes, address: Pointer, kind: Pointer) -> None:  # noqa: N802
        register = _named(name)
        address[0], kind[0] = register.address, register.kind

    def _NamesToAddresses(self, count: int, names: int, addresses: int, kinds: int) -> None:  # noqa: N802
        for place, name in enumerate(_names(names, count)):
            register = BY_NAME.get(_text(name).upper())
            _ints(addresses, count)[place] = register.address if register else _NO_ADDRESS
            _ints(kinds, count)[place] = register.kind if register else _NO_ADDRESS
            if register is None:
                raise DeviceError(errors.INVALID_NAME)

    def _AddressToType(self, address: int, kind: Pointer) -> None:  # noqa: N802
        kind[0] = _addressed(address).kind

    def _ErrorToString(self, code: int, text: int) -> None:  # noqa: N802
        name = errors.NAMES.get(code, f"no text for error {code} in the simulation")
        _put_text(text, name, _NAME_SIZE)

    # registers

    def _eReadName(self, handle: int, name: bytes, value: Pointer) -> None:  # noqa: N802
        value[0] = self._read(handle, [_named(name)])[0]

    def _eWriteName(self, handle: int, name: bytes, value: float) -> None:  # noqa: N802
        self._write(handle, [_named(name)], [value])

    def _eReadAddress(self, handle: int, address: int, kind: int, value: Pointer) -> None:  # noqa: N802
        value[0] = self._read(handle, [_typed(address, kind)])[0]

    def _eWriteAddress(self, handle: int, address: int, kind: int, value: float) -> None:  # noqa: N802
        self._write(handle, [_typed(address, kind)], [value])

    def _eReadNames(  # noqa: N802
        self, handle: int, count: int, names: int, values: int, address: Pointer
    ) -> None:
        registers = [_named(name) for name in _names(names, count)]
        _doubles(values, count)[:] = self._read(handle, registers, address)

    def _eWriteNames(  # noqa: N802
        self, handle: int, count: int, names: int, values: int, address: Pointer
    ) -> None:
        registers = [_named(name) for name in _names(names, count)]
        self._write(handle, registers, list(_doubles(values, count)), address)

    def _eReadAddresses(  # noqa: N802
        self, handle: int, count: int, addresses: int, kinds: int, values: int, address: Pointer
    ) -> None:
        registers = _typed_list(addresses, kinds, count)
        _doubles(values, count)[:] = self._read(handle, registers, address)

    def _eWriteAddresses(  # noqa: N802
        self, handle: int, count: int, addresses: int, kinds: int, values: int, address: Pointer
    ) -> None:
        registers = _typed_list(addresses, kinds, count)
        self._write(handle, registers, list(_doubles(values, count)), address)

    def _eNames(  # noqa: N802
        self,
        handle: int,
        count: int,
        names: int,
        writes: int,
        numbers: int,
        values: int,
        address: Pointer,
    ) -> None:
        registers = [_named(name) for name in _names(names, count)]
        self._frames(handle, registers, writes, numbers, values, address)

    def _eAddresses(  # noqa: N802
        self,
        handle: int,
        count: int,
        addresses: int,
        kinds: int,
        writes: int,
        numbers: int,
        values: int,
        address: Pointer,
    ) -> None:
        registers = _typed_list(addresses, kinds, count)
        self._frames(handle, registers, writes, numbers, values, address)

    def _eReadNameArray(  # noqa: N802
        self, handle: int, name: bytes, count: int, values: int, address: Pointer
    ) -> None:
        registers = _following(_named(name), count)
        _doubles(values, count)[:] = self._read(handle, registers, address)

    def _eWriteNameArray(  # noqa: N802
        self, handle: int, name: bytes, count: int, values: int, address: Pointer
    ) -> None:
        registers = _following(_named(name), count)
        self._write(handle, registers, list(_doubles(values, count)), address)

    def _eReadNameString(self, handle: int, name: bytes, text: int) -> None:  # noqa: N802
        if _text(name).upper() != "DEVICE_NAME_DEFAULT":
            raise DeviceError(errors.INVALID_NAME)
        device = self._library.reach(handle).device
        _put_text(text, device.name, _STRING_SIZE)

    # stream

    def _eStreamStart(  # noqa: N802
        self, handle: int, scans: int, count: int, addresses: int, rate: Pointer
    ) -> None:
        if scans < 1 or not 1 <= count <= _NAME_SIZE:
            raise DeviceError(errors.INVALID_PARAMETER)
        scan_list = list(_ints(addresses, count))
        rate[0] = self._library.start_stream(handle, scans, scan_list, rate[0])

    def _eStreamRead(self, handle: int, data: int, device: Pointer, host: Pointer) -> None:  # noqa: N802
        block, backlog = self._library.read_stream(handle)
        device[0], host[0] = 0, backlog
        ctypes.memmove(data, block.tobytes(), block.nbytes)

    def _eStreamStop(self, handle: int) -> None:  # noqa: N802
        self._library.stop_stream(handle)

    def _StreamBurst(  # noqa: N802
        self, handle: int, count: int, addresses: int, rate: Pointer, scans: int, data: int
    ) -> None:
        if scans < 1 or not 1 <= count <= _NAME_SIZE:
            raise DeviceError(errors.INVALID_PARAMETER)
        scan_list = list(_ints(addresses, count))
        rate[0] = self._library.start_stream(handle, scans, scan_list, rate[0])
        block, _ = self._library.read_stream(handle)
        self._library.stop_stream(handle)
        ctypes.memmove(data, block.tobytes(), block.nbytes)

    # library

    def _ReadLibraryConfigS(self, name: bytes, value: Pointer) -> None:  # noqa: N802
        key = _text(name).upper()
        if key not in self._library.configuration:
            raise DeviceError(errors.INVALID_CONFIG_NAME)
        value[0] = self._library.configuration[key]

    def _WriteLibraryConfigS(self, name: bytes, value: float) -> None:  # noqa: N802
        key = _text(name).upper()
        if not key.startswith("LJM_") or key == "LJM_LIBRARY_VERSION":
            raise DeviceError(errors.INVALID_CONFIG_NAME)
        self._library.configuration[key] = value

    def _RegisterDeviceReconnectCallback(self, handle: int, callback: int | None) -> None:  # noqa: N802
        self._library.device(handle)
        if callback:
            call = ctypes.CFUNCTYPE(None, c_int)(callback)
            self._library.reconnected[handle] = call
        else:
            self._library.reconnected.pop(handle, None)

    # packets

    def _read(
        self, handle: int, registers: list[Register], address: Pointer | None = None
    ) -> list[float]:
        station = self._library.reach(handle)
        values: list[float] = []
        for register in registers:
            with_address = _Addressed(register, address)
            value = with_address.run(lambda r=register: station.device.read(r))
            values.append(station.garbled.pop(0) if station.garbled else value)
        return values

    def _write(
        self,
        handle: int,
        registers: list[Register],
        values: list[float],
        address: Pointer | None = None,
    ) -> None:
        device = self._library.reach(handle).device
        for register, value in zip(registers, values, strict=True):
            _Addressed(register, address).run(lambda r=register, v=value: device.write(r, v))

    def _frames(
        self,
        handle: int,
        registers: list[Register],
        writes: int,
        numbers: int,
        values: int,
        address: Pointer,
    ) -> None:
        """Carry out reads and writes of one packet in order."""
        station = self._library.reach(handle)
        count = len(registers)
        sizes = list(_ints(numbers, count))
        data = _doubles(values, sum(sizes))
        place = 0
        for register, is_write, size in zip(registers, _ints(writes, count), sizes, strict=True):
            for target in _following(register, size):
                run = _Addressed(target, address).run
                if is_write:
                    run(lambda r=target, v=data[place]: station.device.write(r, v))
                else:
                    value = run(lambda r=target: station.device.read(r))
                    data[place] = station.garbled.pop(0) if station.garbled else value
                place += 1


class _Addressed:
    """Runs an access and reports the register's address when it fails."""

    __slots__ = ("_address", "_register")

    def __init__(self, register: Register, address: Pointer | None) -> None:
        self._register = register
        self._address = address

    def run(self, access: "Callable[[], Any]") -> Any:  # noqa: ANN401 - value or nothing
        try:
            return access()
        except DeviceError:
            if self._address is not None:
                self._address[0] = self._register.address
            raise


_SIGNATURES: dict[str, tuple[Any, ...]] = {
    "LJM_OpenS": (c_char_p, c_char_p, c_char_p, _INT),
    "LJM_Open": (c_int32, c_int32, c_char_p, _INT),
    "LJM_GetHandleInfo": (c_int32, _INT, _INT, _INT, _INT, _INT, _INT),
    "LJM_Close": (c_int32,),
    "LJM_CloseAll": (),
    "LJM_ListAllS": (c_char_p, c_char_p, _INT, _ARRAY, _ARRAY, _ARRAY, _ARRAY),
    "LJM_NameToAddress": (c_char_p, _INT, _INT),
    "LJM_NamesToAddresses": (c_int32, _ARRAY, _ARRAY, _ARRAY),
    "LJM_AddressToType": (c_int32, _INT),
    "LJM_ErrorToString": (c_int32, _ARRAY),
    "LJM_eReadName": (c_int32, c_char_p, _DOUBLE),
    "LJM_eWriteName": (c_int32, c_char_p, c_double),
    "LJM_eReadAddress": (c_int32, c_int32, c_int32, _DOUBLE),
    "LJM_eWriteAddress": (c_int32, c_int32, c_int32, c_double),
    "LJM_eReadNames": (c_int32, c_int32, _ARRAY, _ARRAY, _INT),
    "LJM_eWriteNames": (c_int32, c_int32, _ARRAY, _ARRAY, _INT),
    "LJM_eReadAddresses": (c_int32, c_int32, _ARRAY, _ARRAY, _ARRAY, _INT),
    "LJM_eWriteAddresses": (c_int32, c_int32, _ARRAY, _ARRAY, _ARRAY, _INT),
    "LJM_eNames": (c_int32, c_int32, _ARRAY, _ARRAY, _ARRAY, _ARRAY, _INT),
    "LJM_eAddresses": (c_int32, c_int32, _ARRAY, _ARRAY, _ARRAY, _ARRAY, _ARRAY, _INT),
    "LJM_eReadNameArray": (c_int32, c_char_p, c_int32, _ARRAY, _INT),
    "LJM_eWriteNameArray": (c_int32, c_char_p, c_int32, _ARRAY, _INT),
    "LJM_eReadNameString": (c_int32, c_char_p, _ARRAY),
    "LJM_eStreamStart": (c_int32, c_int32, c_int32, _ARRAY, _DOUBLE),
    "LJM_eStreamRead": (c_int32, _ARRAY, _INT, _INT),
    "LJM_eStreamStop": (c_int32,),
    "LJM_StreamBurst": (c_int32, c_int32, _ARRAY, _DOUBLE, c_uint32, _ARRAY),
    "LJM_ReadLibraryConfigS": (c_char_p, _DOUBLE),
    "LJM_WriteLibraryConfigS": (c_char_p, c_double),
    "LJM_RegisterDeviceReconnectCallback": (c_int32, _ARRAY),
}


def _guarded(call: Callable[..., None]) -> Callable[..., int]:
    """Return ``call`` as a C function: an error becomes its number, success 0."""

    def run(*arguments: Any) -> int:  # noqa: ANN401 - whatever the signature says
        try:
            call(*arguments)
        except DeviceError as error:
            return error.code
        except KeyboardInterrupt:
            interrupt_main()  # an exception cannot pass through C; raise it again behind it
            return errors.UNKNOWN_ERROR
        except Exception as error:  # noqa: BLE001 - none may be lost on the way through C
            _report(error)
            return errors.UNKNOWN_ERROR
        return 0

    return run


def _report(error: Exception) -> None:
    """Show an error of the simulation itself, as Python does where none can be raised."""
    sys.excepthook(type(error), error, error.__traceback__)


def _not_implemented(*_arguments: object) -> int:
    return errors.NOT_IMPLEMENTED


def _text(raw: bytes | None) -> str:
    return (raw or b"").decode("ascii", "replace")


def _put_text(target: int, text: str, size: int) -> None:
    raw = text.encode("ascii", "replace")[: size - 1] + b"\0"
    ctypes.memmove(target, raw, len(raw))


def _ints(target: int, count: int) -> "ctypes.Array[c_int32]":
    return (c_int32 * count).from_address(target)


def _doubles(target: int, count: int) -> "ctypes.Array[c_double]":
    return (c_double * count).from_address(target)


def _names(target: int, count: int) -> list[bytes]:
    return list((c_char_p * count).from_address(target))  # pyright: ignore[reportArgumentType]


def _named(name: bytes) -> Register:
    register = BY_NAME.get(_text(name).upper())
    if register is None:
        raise DeviceError(errors.INVALID_NAME)
    return register


def _addressed(address: int) -> Register:
    register = BY_ADDRESS.get(address)
    if register is None:
        raise DeviceError(errors.INVALID_ADDRESS)
    return register


def _typed(address: int, kind: int) -> Register:
    if kind not in (UINT16, UINT32, INT32, FLOAT32):
        raise DeviceError(errors.UNKNOWN_VALUE_TYPE)
    return _addressed(address)


def _typed_list(addresses: int, kinds: int, count: int) -> list[Register]:
    pairs = zip(_ints(addresses, count), _ints(kinds, count), strict=True)
    return [_typed(address, kind) for address, kind in pairs]


def _following(register: Register, count: int) -> list[Register]:
    """Return ``count`` registers of one kind that follow each other."""
    if count == 1:
        return [register]
    width = WORDS[register.kind]
    return [_addressed(register.address + place * width) for place in range(count)]
