"""LJM functions for streams in and out."""

# ruff: noqa: N802 - methods carry the names of the C functions

import ctypes
from ctypes import c_double, c_int32, c_uint32, c_void_p
from typing import TYPE_CHECKING

from simulation.front_panels.t7 import errors
from simulation.front_panels.t7.errors import DeviceError
from simulation.wires.ljm.library import LjmLibrary
from simulation.wires.ljm.marshalling import (
    ARRAY,
    DOUBLE,
    INT,
    NAME_SIZE,
    Pointer,
    Signatures,
    doubles,
    ints,
)

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

SIGNATURES: Signatures = {
    "LJM_eStreamStart": (c_int32, c_int32, c_int32, ARRAY, DOUBLE),
    "LJM_eStreamRead": (c_int32, ARRAY, INT, INT),
    "LJM_eStreamStop": (c_int32,),
    "LJM_SetStreamCallback": (c_int32, c_void_p, c_void_p),
    "LJM_StreamBurst": (c_int32, c_int32, ARRAY, DOUBLE, c_uint32, ARRAY),
    "LJM_InitializeAperiodicStreamOut": (c_int32, c_int32, c_int32, c_double),
    "LJM_WriteAperiodicStreamOut": (c_int32, c_int32, c_int32, ARRAY, INT),
    "LJM_PeriodicStreamOut": (c_int32, c_int32, c_int32, c_double, c_int32, ARRAY),
}


class Streams:
    """Scans that the device takes and gives on its own clock."""

    def __init__(self, library: LjmLibrary) -> None:
        self._library = library
        self._rooms: dict[int, int] = {}
        """How many values a read has room for: what was asked for last, also when refused.

        The wrapper makes room before it is told, and a running stream may have more to give.
        """

    def eStreamStart(
        self, handle: int, scans: int, count: int, addresses: int, rate: Pointer
    ) -> None:
        """Start to scan; write back the actual rate."""
        self._rooms[handle] = scans * count
        rate[0] = self._start(handle, scans, count, addresses, rate[0])

    def eStreamRead(self, handle: int, data: int, device: Pointer, host: Pointer) -> None:
        """Take the next scans; tell how many wait on either side."""
        block, backlog = self._library.read_stream(handle)
        device[0], host[0] = 0, backlog
        _put(data, block, self._rooms.get(handle, 0))

    def eStreamStop(self, handle: int) -> None:
        """Stop scanning."""
        self._library.stop_stream(handle)

    def SetStreamCallback(self, handle: int, callback: int | None, argument: int | None) -> None:
        """Have a function called for each block of scans, or, with none given, no more."""
        call = ctypes.CFUNCTYPE(None, c_void_p)(callback) if callback else None
        self._library.call_back(handle, call and (lambda: call(argument)))

    def StreamBurst(
        self, handle: int, count: int, addresses: int, rate: Pointer, scans: int, data: int
    ) -> None:
        """Start, take all scans and stop."""
        rate[0] = self._start(handle, scans, count, addresses, rate[0])
        block, _ = self._library.read_stream(handle)
        self._library.stop_stream(handle)
        _put(data, block, scans * count)

    def PeriodicStreamOut(
        self, handle: int, index: int, target: int, _rate: float, count: int, values: int
    ) -> None:
        """Load a waveform that repeats while a stream with this stream-out runs."""
        self._library.reach(handle).device.outputs.repeat(
            index, target, list(doubles(values, count))
        )

    def InitializeAperiodicStreamOut(
        self, handle: int, index: int, target: int, rate: float
    ) -> None:
        """Make a stream-out ready for values that come while the stream runs."""
        self._library.reach(handle).device.outputs.begin(index, target, rate)

    def WriteAperiodicStreamOut(
        self, handle: int, index: int, count: int, values: int, status: Pointer
    ) -> None:
        """Append values; tell how many more can be taken."""
        outputs = self._library.reach(handle).device.outputs
        status[0] = outputs.append(index, list(doubles(values, count)))

    def _start(self, handle: int, scans: int, count: int, addresses: int, rate: float) -> float:
        if scans < 1 or not 1 <= count <= NAME_SIZE:
            raise DeviceError(errors.INVALID_PARAMETER)
        return self._library.start_stream(handle, scans, list(ints(addresses, count)), rate)


def _put(target: int, block: "NDArray[numpy.float64]", room: int) -> None:
    ctypes.memmove(target, block.tobytes(), min(block.nbytes, room * block.itemsize))
