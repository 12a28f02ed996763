"""A T7 on a socket: packets of Modbus TCP on one side, the device on the other.

Source: Modbus messaging on TCP/IP 1.0b (header of seven bytes). Assumed: what is no such header
ends the connection.
"""

import struct

from simulation.clock import VirtualClock
from simulation.front_panels.t7.modbus import LONGEST_PACKET, ModbusServer
from simulation.wires.ljm.library import Station

HEADER = struct.Struct(">HHHB")
_LONGEST = LONGEST_PACKET - HEADER.size + 1
"""Greatest length in a header; it counts the unit identifier."""


class ModbusPort:
    """Where clients without LabJack's library reach a T7; any number may be connected."""

    __slots__ = ("_station", "clock", "name")

    def __init__(self, name: str, station: Station, clock: VirtualClock) -> None:
        self.name = name
        self.clock = clock
        self._station = station

    def connect(self) -> "ModbusLine":
        """Return a new connection."""
        return ModbusLine(self._station)


class ModbusLine:
    """One connection: bytes in, bytes out, packets cut by the length in their header."""

    __slots__ = ("_born", "_is_lost", "_received", "_server", "_station")

    def __init__(self, station: Station) -> None:
        self._station = station
        self._server = ModbusServer(station.device)
        self._received = b""
        self._is_lost = False
        self._born = station.power_cycles

    @property
    def is_lost(self) -> bool:
        """Whether the device was switched off since, or was sent what is not Modbus."""
        return self._is_lost or self._station.power_cycles != self._born

    def feed(self, data: bytes) -> bytes:
        """Send ``data`` and return the answers to the packets that it completes."""
        if self._station.is_cut or self.is_lost:
            return b""
        self._received += data
        answer = b""
        while len(self._received) >= HEADER.size:
            transaction, protocol, length, unit = HEADER.unpack_from(self._received)
            if protocol or not 2 <= length <= _LONGEST:
                self._is_lost = True
                break
            end = HEADER.size - 1 + length
            if len(self._received) < end:
                break
            request, self._received = self._received[HEADER.size : end], self._received[end:]
            self._station.device.exchange()
            found = self._server.answer(request, transaction)
            answer += HEADER.pack(transaction, 0, len(found) + 1, unit) + found
        return answer
