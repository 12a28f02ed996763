"""The LJM library in process: C functions under LabJack's own Python wrapper.

``labjack.ljm`` reaches the native library only through ``labjack.ljm.ljm._staticLib``. A stand-in
there, made of C callbacks, lets all of the genuine wrapper run, marshalling included.
"""

from collections.abc import Generator, Iterable
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from io import StringIO
from typing import TYPE_CHECKING, Any

from instruments.units import Second
from simulation.front_panels import t7_errors as errors
from simulation.front_panels.t7 import T7
from simulation.front_panels.t7_errors import DeviceError

if TYPE_CHECKING:
    from types import ModuleType

_ANY = frozenset({"", "ANY", "LJM_IDANY", "0"})
_DEFAULT_TIMEOUT: Second = 2.6


class Station:
    """A T7 on its cable, as LJM sees it."""

    def __init__(self, device: T7, identifiers: Iterable[str]) -> None:
        self.device = device
        self.identifiers = frozenset(text.upper() for text in identifiers)
        self.is_cut = False
        self.restarted = False
        self.garbled: list[float] = []

    def cut(self) -> None:
        """Pull the cable."""
        self.is_cut = True
        self.device.stream.stall()

    def mend(self) -> None:
        """Plug the cable in again."""
        self.is_cut = False
        self.device.stream.resume()

    def power_cycle(self) -> None:
        """Switch the device off and on; LJM reconnects by itself, the configuration is lost."""
        self.device.power_cycle()
        self.restarted = True

    def garble(self, reply: bytes) -> None:
        """Replace the next value that is read by the number in ``reply``, NaN for no number."""
        try:
            self.garbled.append(float(reply))
        except ValueError:
            self.garbled.append(float("nan"))


class LjmLibrary:
    """What the native library knows: devices on its buses, open handles, its configuration."""

    def __init__(self) -> None:
        self.stations: list[Station] = []
        self._handles: dict[int, Station] = {}
        self._next = 1
        self._scans: dict[int, tuple[int, int]] = {}
        self.reconnected: dict[int, Any] = {}
        self.configuration: dict[str, float] = {"LJM_LIBRARY_VERSION": 1.23}

    def open(self, device: str, identifier: str) -> int:
        """Return a handle; one that is open already is returned again (LJM user's guide)."""
        kind = device.upper().removeprefix("LJM_DT")
        if kind not in ("", "ANY", "T7", "TSERIES"):
            raise DeviceError(errors.DEVICE_NOT_FOUND)
        wanted = identifier.upper()
        for station in reversed(self.stations):
            if station.is_cut or not (wanted in _ANY or wanted in station.identifiers):
                continue
            for handle, opened in self._handles.items():
                if opened is station:
                    return handle
            handle, self._next = self._next, self._next + 1
            self._handles[handle] = station
            return handle
        raise DeviceError(errors.DEVICE_NOT_FOUND)

    def close(self, handle: int) -> None:
        """Close a handle for all who use it."""
        if self._handles.pop(handle, None) is None:
            raise DeviceError(errors.DEVICE_NOT_OPEN)
        self._scans.pop(handle, None)
        self.reconnected.pop(handle, None)

    def close_all(self) -> None:
        """Close all handles."""
        self._handles.clear()
        self._scans.clear()
        self.reconnected.clear()

    def device(self, handle: int) -> T7:
        """Return an open device without talking to it; raises DeviceError 1224."""
        station = self._handles.get(handle)
        if station is None:
            raise DeviceError(errors.DEVICE_NOT_OPEN)
        return station.device

    def reach(self, handle: int) -> Station:
        """Exchange one packet with a device; raises DeviceError when it does not answer."""
        device = self.device(handle)
        station = self._handles[handle]
        if station.is_cut:
            timeout = self.configuration.get("LJM_SEND_RECEIVE_TIMEOUT_MS", 0.0) * 1e-3
            device.wait(timeout or _DEFAULT_TIMEOUT)
            raise DeviceError(errors.NO_RESPONSE)
        if station.restarted:
            station.restarted = False
            callback = self.reconnected.get(handle)
            if callback is not None:
                callback(handle)
        device.exchange()
        return station

    def start_stream(self, handle: int, scans: int, addresses: list[int], rate: float) -> float:
        """Start a stream of ``scans`` a read; return the actual rate [Hz]."""
        device = self.reach(handle).device
        resolution, size, ranges = device.stream_settings()
        actual = device.stream.start(
            addresses, rate, resolution=resolution, buffer_size=size, ranges=ranges
        )
        self._scans[handle] = (scans, len(addresses))
        return actual

    def read_stream(self, handle: int) -> tuple[Any, int]:
        """Return one block of scans and the backlog; an error stops the stream."""
        device = self.device(handle)
        station = self._handles[handle]
        if handle not in self._scans:
            raise DeviceError(errors.STREAM_NOT_RUNNING)
        if station.is_cut:
            device.stream.abandon()
            del self._scans[handle]
            self.reach(handle)
        return device.stream.read(self._scans[handle][0])

    def stop_stream(self, handle: int) -> None:
        """Stop the stream; raises DeviceError 2620 when none runs."""
        device = self.reach(handle).device
        self._scans.pop(handle, None)
        device.stream.stop()

    def remove(self, station: Station) -> None:
        """Take a device off the bus and close its handles."""
        self.stations.remove(station)
        for handle in [h for h, opened in self._handles.items() if opened is station]:
            self.close(handle)


def wrapper() -> "ModuleType":
    """Import LabJack's wrapper; it prints a line when the native library is missing."""
    with redirect_stdout(StringIO()):
        return import_module("labjack.ljm.ljm")


_library: LjmLibrary | None = None


@contextmanager
def plugged(station: Station) -> Generator[LjmLibrary]:
    """Make a device reachable through ``labjack.ljm`` in the body; several may be nested."""
    global _library  # the wrapper has one library per process, too
    from simulation.wires.ljm_functions import Functions

    module = wrapper()
    original = module.__dict__.get("_staticLib")
    library = _library
    if library is None:
        library = _library = LjmLibrary()
        functions: Any = Functions(library)
        functions.replaced = original
        module.__dict__["_staticLib"] = functions
    library.stations.append(station)
    try:
        yield library
    finally:
        library.remove(station)
        if not library.stations:
            module.__dict__["_staticLib"] = module.__dict__["_staticLib"].replaced
            _library = None
