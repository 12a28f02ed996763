"""LJM functions of the host: its clock, intervals on it, the library's settings."""

# ruff: noqa: N802 - methods carry the names of the C functions

import ctypes
from ctypes import c_char_p, c_double, c_int, c_int32, c_uint32

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
    put_text,
    text,
)

_UNSIGNED = ctypes.POINTER(c_uint32)

SIGNATURES: Signatures = {
    "LJM_GetHostTick32Bit": (_UNSIGNED, _UNSIGNED),
    "LJM_StartInterval": (c_int32, c_int32),
    "LJM_WaitForNextInterval": (c_int32, INT),
    "LJM_CleanInterval": (c_int32,),
    "LJM_ReadLibraryConfigS": (c_char_p, DOUBLE),
    "LJM_WriteLibraryConfigS": (c_char_p, c_double),
    "LJM_ReadLibraryConfigStringS": (c_char_p, ARRAY),
    "LJM_WriteLibraryConfigStringS": (c_char_p, c_char_p),
    "LJM_RegisterDeviceReconnectCallback": (c_int32, ARRAY),
    "LJM_Log": (c_int32, c_char_p),
    "LJM_ResetLog": (),
}


class Host:
    """The computer's side; its clock is that of the device that was plugged in last."""

    def __init__(self, library: LjmLibrary) -> None:
        self._library = library
        self._intervals: dict[int, tuple[float, float]] = {}  # start, period [s]

    def tick(self) -> int:
        """Return the host's clock [us]."""
        return round(self._library.host().now() * 1e6)

    def GetHostTick32Bit(self, upper: Pointer, lower: Pointer) -> None:
        """Write the host's clock in two halves."""
        upper[0], lower[0] = divmod(self.tick(), 1 << 32)

    def StartInterval(self, handle: int, microseconds: int) -> None:
        """Begin an interval that recurs; does not wait."""
        if microseconds <= 0:
            raise DeviceError(errors.INVALID_PARAMETER)
        self._intervals[handle] = self._library.host().now(), microseconds * 1e-6

    def WaitForNextInterval(self, handle: int, skipped: Pointer) -> None:
        """Wait for the next multiple of the interval; tell how many have gone by unseen."""
        host = self._library.host()
        start, period = self._interval(handle)
        # a loop that returns exactly at an interval has not missed it
        missed = int((host.now() - start) / period * (1.0 - 1e-12))
        due = start + (missed + 1) * period
        host.wait(due - host.now())
        self._intervals[handle] = due, period
        skipped[0] = missed

    def CleanInterval(self, handle: int) -> None:
        """Forget an interval."""
        self._interval(handle)
        del self._intervals[handle]

    def ReadLibraryConfigS(self, name: bytes, value: Pointer) -> None:
        """Tell a setting of the library."""
        key = text(name).upper()
        if key not in self._library.configuration:
            raise DeviceError(errors.INVALID_CONFIG_NAME)
        value[0] = self._library.configuration[key]

    def WriteLibraryConfigS(self, name: bytes, value: float) -> None:
        """Change a setting of the library."""
        key = text(name).upper()
        if not key.startswith("LJM_") or key == "LJM_LIBRARY_VERSION":
            raise DeviceError(errors.INVALID_CONFIG_NAME)
        self._library.configuration[key] = value

    def ReadLibraryConfigStringS(self, name: bytes, target: int) -> None:
        """Tell a setting that is a text."""
        key = text(name).upper()
        if key not in self._library.texts:
            raise DeviceError(errors.INVALID_CONFIG_NAME)
        put_text(target, self._library.texts[key], NAME_SIZE)

    def WriteLibraryConfigStringS(self, name: bytes, content: bytes) -> None:
        """Change a setting that is a text; raises DeviceError 1299."""
        key = text(name).upper()
        if key not in self._library.texts:
            raise DeviceError(errors.INVALID_CONFIG_NAME)
        self._library.texts[key] = text(content)

    def RegisterDeviceReconnectCallback(self, handle: int, callback: int | None) -> None:
        """Have a function called when the device has come back."""
        self._library.device(handle)
        if callback:
            call = ctypes.CFUNCTYPE(None, c_int)(callback)
            self._library.reconnected[handle] = call
        else:
            self._library.reconnected.pop(handle, None)

    def Log(self, _level: int, _line: bytes) -> None:
        """Take a line for the debug log, which is off unless a file is configured."""

    def ResetLog(self) -> None:
        """Empty the debug log."""

    def _interval(self, handle: int) -> tuple[float, float]:
        if handle not in self._intervals:
            raise DeviceError(errors.INVALID_INTERVAL_HANDLE)
        return self._intervals[handle]
