"""The LJM library in process: C functions under LabJack's own Python wrapper.

``labjack.ljm`` reaches the native library only through ``labjack.ljm.ljm._staticLib``. A stand-in
there, made of C callbacks, lets all of the genuine wrapper run, marshalling included.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address
from typing import Any

from instruments.units import Second
from simulation.front_panels.t7 import errors
from simulation.front_panels.t7.errors import DeviceError
from simulation.front_panels.t7.panel import T7
from simulation.wires.ljm.callbacks import StreamCallbacks

_ANY = frozenset({"", "ANY", "LJM_IDANY", "0"})
_DEFAULT_TIMEOUT: Second = 2.6
_POLL: Second = 1e-3
_DOCUMENTATION_ADDRESS = int(IPv4Address("192.0.2.7"))  # RFC 5737: belongs to nobody
_ALL_OR_NONE = 2.0
_CONFIGURATION = {
    "LJM_LIBRARY_VERSION": 1.23,
    "LJM_USB_SEND_RECEIVE_TIMEOUT_MS": 2600.0,
    "LJM_ETHERNET_SEND_RECEIVE_TIMEOUT_MS": 2600.0,
    "LJM_WIFI_SEND_RECEIVE_TIMEOUT_MS": 4000.0,
    "LJM_ETHERNET_OPEN_TIMEOUT_MS": 1000.0,
    "LJM_WIFI_OPEN_TIMEOUT_MS": 1000.0,
    "LJM_AUTO_RECONNECT_STICKY_CONNECTION": 1.0,
    "LJM_AUTO_RECONNECT_STICKY_SERIAL": 1.0,
    "LJM_AUTO_RECONNECT_WAIT_MS": 500.0,
    "LJM_ALLOWS_AUTO_MULTIPLE_FEEDBACKS": 1.0,
    "LJM_ALLOWS_AUTO_CONDENSE_ADDRESSES": 1.0,
    "LJM_INTERVAL_CLOCK_TYPE": 1.0,
    "LJM_STREAM_SCANS_RETURN": 1.0,
    "LJM_STREAM_RECEIVE_TIMEOUT_MODE": 1.0,
    "LJM_ZERO_LENGTH_ARRAY_MODE": 1.0,
}
# where LabJack installs it (LJM user's guide, start-up configuration)
_CONSTANTS_FILE = "/usr/local/share/LabJack/LJM/ljm_constants.json"
_FILES = ("LJM_CONSTANTS_FILE", "LJM_ERROR_CONSTANTS_FILE", "LJM_MODBUS_MAP_CONSTANTS_FILE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What LJM tells of a cable: its number, IPv4 address and port, bytes in a packet."""

    number: int
    address: int
    port: int
    packet: int


class Station:
    """A T7 on its cable, as LJM sees it; it can be reached by Ethernet and by USB.

    A ``resource`` that is an IPv4 address is the device's address.
    """

    def __init__(self, device: T7, identifiers: Iterable[str]) -> None:
        self.device = device
        self.identifiers = frozenset(text.upper() for text in identifiers)
        found = [number for text in self.identifiers if (number := _address(text))]
        address = found[0] if found else _DOCUMENTATION_ADDRESS
        signed = address - (1 << 32) if address >> 31 else address  # C takes it for an int
        self.connections = {
            "ETHERNET": Connection(number=3, address=signed, port=502, packet=1040),
            "USB": Connection(number=1, address=0, port=0, packet=64),
        }
        device.system.network_address = address
        self.is_cut = False
        self.power_cycles = 0
        self.restarted = False
        self.garbled: list[float] = []

    def answers(self, device: str, connection: str) -> Connection | None:
        """Return how LJM reaches this device when asked so, None when it does not."""
        if self.is_cut or device not in ("ANY", "T7", "TSERIES"):
            return None
        return self.connections.get("ETHERNET" if connection == "ANY" else connection)

    def is_called(self, identifier: str) -> bool:
        """Whether serial number, name, resource or address is this device's."""
        wanted = identifier.upper()
        return (
            wanted in _ANY
            or wanted in self.identifiers
            or wanted == self.device.system.name.upper()
        )

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
        self.power_cycles += 1
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
        self._handles: dict[int, tuple[Station, Connection]] = {}
        self._next = 1
        self._scans: dict[int, int] = {}
        self.reconnected: dict[int, Any] = {}
        self.callbacks = StreamCallbacks()
        self.configuration: dict[str, float] = dict(_CONFIGURATION)
        self.texts: dict[str, str] = dict.fromkeys(_FILES, _CONSTANTS_FILE)

    def open(self, device: str, connection: str, identifier: str) -> int:
        """Return a handle; one that is open already is returned again (LJM user's guide)."""
        for station in reversed(self.stations):
            found = station.answers(device, connection)
            if found is None or not station.is_called(identifier):
                continue
            for handle, opened in self._handles.items():
                if opened == (station, found):
                    return handle
            handle, self._next = self._next, self._next + 1
            self._handles[handle] = (station, found)
            return handle
        raise DeviceError(errors.DEVICE_NOT_FOUND)

    def found(self, device: str, connection: str) -> list[tuple[int, Connection]]:
        """Return serial number and connection of each device that answers."""
        return [
            (station.device.serial, found)
            for station in self.stations
            if (found := station.answers(device, connection)) is not None
        ]

    def numbered(self, serial: int) -> T7:
        """Return the device of a serial number that was found, after a packet to it."""
        device = next(s.device for s in self.stations if s.device.serial == serial)
        device.exchange()
        return device

    def host(self) -> T7:
        """Return the device on whose clock the host waits."""
        return self.stations[-1].device

    def close(self, handle: int) -> None:
        """Close a handle for all who use it."""
        if self._handles.pop(handle, None) is None:
            raise DeviceError(errors.DEVICE_NOT_OPEN)
        self._scans.pop(handle, None)
        self.callbacks.forget(handle)
        self.reconnected.pop(handle, None)

    def close_all(self) -> None:
        """Close all handles."""
        self._handles.clear()
        self._scans.clear()
        self.callbacks.clear()
        self.reconnected.clear()

    def device(self, handle: int) -> T7:
        """Return an open device without talking to it; raises DeviceError 1224."""
        return self._opened(handle)[0].device

    def connection(self, handle: int) -> Connection:
        """Return how an open device is reached; raises DeviceError 1224."""
        return self._opened(handle)[1]

    def reach(self, handle: int) -> Station:
        """Exchange one packet with a device; raises DeviceError when it does not answer."""
        station = self._opened(handle)[0]
        device = station.device
        if station.is_cut:
            self.wait_in_vain(handle)
            raise DeviceError(errors.NO_RESPONSE)
        if station.restarted:
            station.restarted = False
            callback = self.reconnected.get(handle)
            if callback is not None:
                callback(handle)
        device.exchange()
        return station

    def wait_in_vain(self, handle: int) -> None:
        """Wait as long as an answer is waited for."""
        station, connection = self._opened(handle)
        station.device.wait(self._timeout(connection) or _DEFAULT_TIMEOUT)

    def call_back(self, handle: int, call: Callable[[], None] | None) -> None:
        """Have a function called for each block of the stream; raises DeviceError 1303."""
        device = self.device(handle)
        if call is None:
            self.callbacks.forget(handle)
        elif handle in self._scans:
            self.callbacks.set(handle, device, self._scans[handle], call)
        else:
            raise DeviceError(errors.STREAM_NOT_RUNNING)

    def start_stream(self, handle: int, scans: int, addresses: list[int], rate: float) -> float:
        """Start a stream of ``scans`` a read; return the actual rate [Hz]."""
        actual = self.reach(handle).device.start_stream(addresses, rate)
        self._scans[handle] = scans
        return actual

    def read_stream(self, handle: int) -> tuple[Any, int]:
        """Return one block of scans and the backlog; an error stops the stream."""
        station = self._opened(handle)[0]
        device = station.device
        if handle not in self._scans:
            raise DeviceError(errors.STREAM_NOT_RUNNING)
        if station.is_cut:
            device.stream.abandon()
            del self._scans[handle]
            self.reach(handle)
        scans = self._scans[handle]
        returns = self.configuration["LJM_STREAM_SCANS_RETURN"]
        if returns == _ALL_OR_NONE and device.stream.backlog() < scans:
            device.wait(_POLL)
            raise DeviceError(errors.NO_SCANS_RETURNED)
        return device.stream.read(scans)

    def stop_stream(self, handle: int) -> None:
        """Stop the stream; raises DeviceError 2620 when none runs."""
        self.callbacks.forget(handle)  # before time passes: the wrapper has dropped its function
        device = self.reach(handle).device
        self._scans.pop(handle, None)
        device.stream.stop()

    def remove(self, station: Station) -> None:
        """Take a device off the bus and close its handles."""
        self.stations.remove(station)
        for handle in [h for h, (opened, _) in self._handles.items() if opened is station]:
            self.close(handle)

    def _opened(self, handle: int) -> tuple[Station, Connection]:
        if handle not in self._handles:
            raise DeviceError(errors.DEVICE_NOT_OPEN)
        return self._handles[handle]

    def _timeout(self, connection: Connection) -> Second:
        """Return how long an answer is waited for [s]; what was set for all counts first."""
        medium = "USB" if connection.number == 1 else "ETHERNET"
        configured = self.configuration
        own = configured[f"LJM_{medium}_SEND_RECEIVE_TIMEOUT_MS"]
        return configured.get("LJM_SEND_RECEIVE_TIMEOUT_MS", own) * 1e-3


def _address(identifier: str) -> int:
    """Return the number of an IPv4 address, 0 for anything else."""
    try:
        return int(IPv4Address(identifier))
    except AddressValueError:
        return 0
