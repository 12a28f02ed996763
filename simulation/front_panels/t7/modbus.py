"""The Modbus functions of a T7: what a client without LabJack's library asks, and what it gets.

Sources: LabJack, "Protocol Details [Direct Modbus TCP]" (big-endian, any function on any address,
1040 bytes in a packet) and its examples for pymodbus (functions 3, 4, 6, 16); the client
async_labjack (frames of function 76, LAST_ERR_DETAIL after an exception); ljm_constants.json
(errors, single words of TEST); Modbus application protocol 1.1b3 (exceptions, 125 and 123
registers). Assumed: exception 4 for an error that Modbus has no number for; frames of function 76
count from 0 in LAST_ERR_FRAME; streams start through LJM only.
"""

import struct
from collections.abc import Callable

from simulation.front_panels.t7 import errors
from simulation.front_panels.t7.errors import DeviceError
from simulation.front_panels.t7.panel import T7
from simulation.front_panels.t7.registers import BY_ADDRESS, BY_NAME, KINDS, WORDS, Register

LONGEST_PACKET = 1040
_HEADER = 7
_LONGEST_ANSWER = LONGEST_PACKET - _HEADER
_MOST_READ, _MOST_WRITTEN = 125, 123
FEEDBACK = 76
_EXCEPTION = 0x80
_FIRST_EXCEPTION, _LAST_EXCEPTION, _FAILURE = 1201, 1211, 4
_TEST = BY_NAME["TEST"]


class ModbusServer:
    """Answers the requests of one client, each a protocol data unit without its header."""

    def __init__(self, device: T7) -> None:
        self._device = device
        self.frame = 0
        """The frame of function 76 that the last request came to."""
        self._functions: dict[int, Callable[[bytes], bytes]] = {
            3: self._read_registers,
            4: self._read_registers,
            6: self._write_register,
            16: self._write_registers,
            FEEDBACK: self._feed_back,
        }

    def answer(self, request: bytes, transaction: int) -> bytes:
        """Carry out a request; a refusal is an exception response."""
        code = request[0]
        self.frame = 0
        try:
            function = self._functions.get(code)
            if function is None:
                raise DeviceError(errors.ILLEGAL_FUNCTION)
            found = function(request[1:])
            if len(found) >= _LONGEST_ANSWER:
                raise DeviceError(errors.MODBUS_RESPONSE_OVERFLOW)
        except DeviceError as error:
            known = _FIRST_EXCEPTION <= error.code <= _LAST_EXCEPTION
            exception = error.code - _FIRST_EXCEPTION + 1 if known else _FAILURE
            self._device.note_refusal(
                error.code, exception=exception, frame=self.frame, transaction=transaction
            )
            return bytes((code | _EXCEPTION, exception))
        return bytes((code,)) + found

    def _read_registers(self, data: bytes) -> bytes:
        address, count = _unpacked(">HH", data)
        if not 1 <= count <= _MOST_READ:
            raise DeviceError(errors.ILLEGAL_DATA_VALUE)
        return bytes((2 * count,)) + self._read(address, count)

    def _write_register(self, data: bytes) -> bytes:
        _unpacked(">HH", data)
        self._write(int.from_bytes(data[:2], "big"), data[2:])
        return data

    def _write_registers(self, data: bytes) -> bytes:
        address, count, size = _unpacked(">HHB", data[:5])
        if not 1 <= count <= _MOST_WRITTEN or size != 2 * count or len(data) != 5 + size:
            raise DeviceError(errors.ILLEGAL_DATA_VALUE)
        self._write(address, data[5:])
        return data[:4]

    def _feed_back(self, data: bytes) -> bytes:
        """Carry out frames in order: read, or write what stands in the frame."""
        answer = b""
        while data:
            kind, address, count = _unpacked(">BHB", data[:4])
            data = data[4:]
            if kind == 0:
                answer += self._read(address, count)
            elif kind == 1 and len(data) >= 2 * count:
                self._write(address, data[: 2 * count])
                data = data[2 * count :]
            else:
                raise DeviceError(errors.ILLEGAL_DATA_VALUE)
            self.frame += 1
        return answer

    def _read(self, address: int, count: int) -> bytes:
        place = address - _TEST.address
        if count == 1 and place in (0, 1):
            return self._device.bytes.read(_TEST, 4)[2 * place : 2 * place + 2]
        return self._device.bytes.read(_whole(address, count), 2 * count)

    def _write(self, address: int, raw: bytes) -> None:
        self._device.bytes.write(_whole(address, len(raw) // 2), raw)


def _unpacked(form: str, data: bytes) -> tuple[int, ...]:
    """Return the numbers in ``data``; raises DeviceError 1203 when they do not fill it."""
    if len(data) != struct.calcsize(form):
        raise DeviceError(errors.ILLEGAL_DATA_VALUE)
    return struct.unpack(form, data)


def _whole(address: int, count: int) -> Register:
    """Return the register at an address if ``count`` words from there on are whole values."""
    first = BY_ADDRESS.get(address)
    if first is None or count == 0:
        raise DeviceError(errors.ILLEGAL_DATA_ADDRESS)
    if first.kind not in KINDS:
        return first  # a text may be read in part
    place, end = address, address + count
    while place < end:
        register = first if first.is_buffer else BY_ADDRESS.get(place)
        if register is None:
            raise DeviceError(errors.ILLEGAL_DATA_ADDRESS)
        place += WORDS[register.kind]
    if place > end:
        raise DeviceError(errors.MODBUS_NUMBER_OF_REGISTERS_MUST_BE_EVEN)
    return first
