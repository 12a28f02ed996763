"""LJM functions below the others: feedback packets step by step, and raw bytes.

Sources: labjack.ljm (what each function takes and gives, that transaction and unit identifier are
filled in) and LabJack's examples stepwise_feedback and raw_bytes. Assumed: as many frames as fit
are made and warning 201 says that more were asked for; 1264 for raw bytes that have not come.
"""

# ruff: noqa: N802 - methods carry the names of the C functions

import ctypes
import struct
from collections.abc import Iterator
from ctypes import c_int32, c_ubyte

from simulation.front_panels.t7 import errors
from simulation.front_panels.t7.byte_access import packed, unpacked
from simulation.front_panels.t7.errors import DeviceError
from simulation.front_panels.t7.modbus import FEEDBACK, LONGEST_PACKET, ModbusServer
from simulation.front_panels.t7.registers import KINDS, WORDS
from simulation.wires.ljm.library import LjmLibrary
from simulation.wires.ljm.marshalling import ARRAY, INT, Pointer, Signatures, doubles, ints
from simulation.wires.modbus import HEADER, ModbusLine

_READ, _WRITE = 0, 1
_MOST_WORDS = 0xFF
_FRAME = struct.Struct(">BHB")
_OVERHEAD = HEADER.size + 1

SIGNATURES: Signatures = {
    "LJM_AddressesToMBFB": (c_int32, ARRAY, ARRAY, ARRAY, ARRAY, ARRAY, INT, ARRAY),
    "LJM_MBFBComm": (c_int32, c_ubyte, ARRAY, INT),
    "LJM_UpdateValues": (ARRAY, ARRAY, ARRAY, ARRAY, c_int32, ARRAY),
    "LJM_WriteRaw": (c_int32, ARRAY, c_int32),
    "LJM_ReadRaw": (c_int32, ARRAY, c_int32),
}


class Feedback:
    """Packets that a program makes, sends and takes apart itself."""

    def __init__(self, library: LjmLibrary) -> None:
        self._library = library
        self._transaction = 0
        self._lines: dict[int, ModbusLine] = {}
        self._received: dict[int, bytes] = {}

    def AddressesToMBFB(
        self,
        size: int,
        addresses: int,
        kinds: int,
        writes: int,
        numbers: int,
        values: int,
        frames: Pointer,
        target: int,
    ) -> None:
        """Make a packet of frames; tell how many are in it."""
        count = frames[0]
        amounts = ints(numbers, count)
        data = iter(doubles(values, sum(amounts)))
        packet, made = b"", 0
        for frame, address in enumerate(ints(addresses, count)):
            is_write, amount = ints(writes, count)[frame], amounts[frame]
            sent = [next(data) for _ in range(amount)]
            kind = _checked(ints(kinds, count)[frame], amount)
            more = _FRAME.pack(_WRITE if is_write else _READ, address, amount * WORDS[kind])
            if is_write:
                more += b"".join(packed(kind, value) for value in sent)
            if _OVERHEAD + len(packet) + len(more) > size:
                break
            packet, made = packet + more, made + 1
        frames[0] = made
        whole = HEADER.pack(0, 0, len(packet) + 2, 0) + bytes((FEEDBACK,)) + packet
        ctypes.memmove(target, whole, len(whole))
        if made < count:
            raise DeviceError(errors.FRAMES_OMITTED)

    def MBFBComm(self, handle: int, unit: int, packet: int, failed: Pointer) -> None:
        """Send a packet of frames; the answer takes its place."""
        raw = ctypes.string_at(packet, HEADER.size)
        length = HEADER.unpack(raw)[2]
        if length > LONGEST_PACKET:
            raise DeviceError(errors.INVALID_LENGTH)
        request = ctypes.string_at(packet + HEADER.size, max(length - 1, 0))
        if request[:1] != bytes((FEEDBACK,)):
            raise DeviceError(errors.INVALID_PARAMETER)
        device = self._library.reach(handle).device
        self._transaction = self._transaction % 0xFFFF + 1
        server = ModbusServer(device)
        answer = server.answer(request, self._transaction)
        if answer[0] != FEEDBACK:
            failed[0] = list(_addresses(request[1:]))[server.frame]
            raise DeviceError(device.last_error)
        whole = HEADER.pack(self._transaction, 0, len(answer) + 1, unit) + answer
        ctypes.memmove(packet, whole, len(whole))

    def UpdateValues(
        self, packet: int, kinds: int, writes: int, numbers: int, count: int, values: int
    ) -> None:
        """Take the values that were read out of an answer; those that were written stay."""
        place = packet + _OVERHEAD
        amounts = ints(numbers, count)
        found = doubles(values, sum(amounts))
        item = 0
        for frame, amount in enumerate(amounts):
            kind = _checked(ints(kinds, count)[frame], amount)
            if not ints(writes, count)[frame]:
                size = 2 * WORDS[kind]
                for step in range(amount):
                    raw = ctypes.string_at(place + step * size, size)
                    found[item + step] = unpacked(kind, raw)
                place += amount * size
            item += amount

    def WriteRaw(self, handle: int, data: int, count: int) -> None:
        """Send bytes as they are."""
        station = self._library.reach(handle)
        line = self._lines.get(handle)
        if line is None or line.is_lost:
            line = self._lines[handle] = ModbusLine(station)
            self._received[handle] = b""
        self._received[handle] += line.feed(ctypes.string_at(data, count))

    def ReadRaw(self, handle: int, target: int, count: int) -> None:
        """Take bytes that have come in answer."""
        self._library.device(handle)
        received = self._received.get(handle, b"")
        if len(received) < count:
            self._library.wait_in_vain(handle)
            raise DeviceError(
                errors.INCORRECT_NUM_RESPONSE_BYTES if received else errors.NO_RESPONSE
            )
        ctypes.memmove(target, received, count)
        self._received[handle] = received[count:]


def _checked(kind: int, amount: int) -> int:
    """Return a data type; raises DeviceError 1259, 1291 for what no frame can hold."""
    if kind not in KINDS:
        raise DeviceError(errors.UNKNOWN_VALUE_TYPE)
    if not 0 < amount * WORDS[kind] <= _MOST_WORDS:
        raise DeviceError(errors.INVALID_NUM_VALUES)
    return kind


def _addresses(frames: bytes) -> Iterator[int]:
    """Return the address of each frame, and -1 for what is behind the last whole one."""
    while len(frames) >= _FRAME.size:
        kind, address, words = _FRAME.unpack_from(frames)
        yield address
        frames = frames[_FRAME.size + (2 * words if kind == _WRITE else 0) :]
    yield -1
