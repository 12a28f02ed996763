"""What a T7 takes into a stream: streamable registers, settings and rates that it accepts.

Sources: LabJack T-series data sheet, 3.2 (stream mode) and A-1 (data rates, 15 us between
channels, 8 us above 60 ksamples/s); ljm_constants.json (streamable registers, largest settling
time and buffer, scans of a burst, triggers).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from instruments.units import Hertz, Second, Volt
from simulation.front_panels.t7 import errors
from simulation.front_panels.t7.errors import DeviceError
from simulation.front_panels.t7.pins import DIO_NAMES, RANGES
from simulation.front_panels.t7.registers import BY_ADDRESS, Register

PORTS: Mapping[str, tuple[int, int]] = {
    "FIO_STATE": (0, 8),
    "EIO_STATE": (8, 8),
    "CIO_STATE": (16, 4),
    "MIO_STATE": (20, 3),
    "FIO_EIO_STATE": (0, 16),
    "EIO_CIO_STATE": (8, 15),  # "MIO states are included in the upper nibble of the CIO byte"
    "CIO_MIO_STATE": (16, 7),
}
COUNTERS = ("CORE_TIMER", "SYSTEM_TIMER_20HZ", "DIO#_EF_READ_A")
CAPTURE = "STREAM_DATA_CAPTURE_16"
STREAM_OUT = "STREAM_OUT#"

_STREAMABLE = ("AIN#", "DIO#", *PORTS, *COUNTERS, CAPTURE, STREAM_OUT)
_TICK: Second = 100e-9
_ROLL = 65536
_MOST_ADDRESSES = 128
_HIGHEST_RESOLUTION = 8
_INTERCHANNEL: Second = 15e-6
_FAST_INTERCHANNEL: Second = 8e-6
_FAST_RATE: Hertz = 60e3
_LONGEST_SETTLING = 4400.0
_DEFAULT_BUFFER, _LARGEST_BUFFER = 4096, 32768
_DIO_EF0 = 2000

# aggregate samples per second by resolution index 1 to 8 (T-series data sheet, A-1-1)
_SINGLE_RATES = (100e3, 48e3, 22e3, 11e3, 5.5e3, 2.5e3, 1.2e3, 600.0)
_RATES: Mapping[Volt, tuple[Hertz, ...]] = {
    10.0: (100e3, 39.6e3, 19.8e3, 9.8e3, 4.4e3, 2.6e3, 1.3e3, 630.0),
    1.0: (8.2e3, 7.2e3, 2.8e3, 2.6e3, 1.3e3, 640.0, 440.0, 400.0),
    0.1: (1.7e3, 0.8e3, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    0.01: (1.7e3, 0.8e3, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamSettings:
    """What the registers say of a stream and of the inputs in it; 0 stands for the default."""

    resolution: int = 0
    settling: float = 0.0  # us
    buffer_size: int = 0
    scans: int = 0
    trigger: int = 0
    clock_source: int = 0
    ranges: Mapping[int, Volt] = field(default_factory=dict[int, Volt])
    differential: frozenset[int] = frozenset()

    def check(self) -> None:
        """Raise DeviceError for what a T7 does not take, 1267 for what is not simulated."""
        if self.resolution > _HIGHEST_RESOLUTION:
            raise DeviceError(errors.STREAM_RESOLUTION_INVALID)
        if not 0.0 <= self.settling <= _LONGEST_SETTLING:
            raise DeviceError(errors.STREAM_SETTLING_INVALID)
        if self.buffer_size > _LARGEST_BUFFER or self.buffer_size & (self.buffer_size - 1):
            raise DeviceError(errors.STREAM_BUFF_SIZE_INVALID)
        if self.trigger and not 0 <= self.trigger - _DIO_EF0 < len(DIO_NAMES):
            raise DeviceError(errors.STREAM_TRIGGER_INDEX_INVALID)
        if self.clock_source:
            raise DeviceError(errors.NOT_IMPLEMENTED)

    def trigger_line(self) -> int:
        """Return the digital line whose extended feature starts the scans."""
        return self.trigger - _DIO_EF0

    def span(self, channel: int) -> Volt:
        """Return the range of an analog input [V]."""
        return self.ranges.get(channel, RANGES[0])

    def buffered_bytes(self) -> int:
        """Return the size of the device's buffer."""
        return self.buffer_size or _DEFAULT_BUFFER

    def interchannel(self, samples_per_second: Hertz) -> Second:
        """Return the time from one channel to the next [s]; automatic below 1 us."""
        if self.settling >= 1.0:
            return self.settling * 1e-6
        return _FAST_INTERCHANNEL if samples_per_second > _FAST_RATE else _INTERCHANNEL


def scan_list(addresses: Sequence[int]) -> tuple[Register, ...]:
    """Return the registers of a scan list; raises DeviceError 2607 for a bad one."""
    registers = tuple(BY_ADDRESS.get(address) for address in addresses)
    if not 1 <= len(registers) <= _MOST_ADDRESSES:
        raise DeviceError(errors.STREAM_SCANLIST_INVALID)
    found: list[Register] = []
    for register in registers:
        if register is None or register.family not in _STREAMABLE:
            raise DeviceError(errors.STREAM_SCANLIST_INVALID)
        found.append(register)
    return tuple(found)


def check_rate(registers: Sequence[Register], rate: Hertz, settings: StreamSettings) -> None:
    """Raise DeviceError for a rate that the converter cannot keep."""
    inputs = [register.index for register in registers if register.family == "AIN#"]
    spans = [settings.span(channel) for channel in inputs] or [RANGES[0]]
    place = max(settings.resolution, 1) - 1
    most = min(_RATES[span][place] for span in spans)
    if len(registers) == 1:
        most = _SINGLE_RATES[place]
    if not 0.0 < rate * len(registers) <= most:
        raise DeviceError(errors.STREAM_RATE_TOO_HIGH)


def scan_period(rate: Hertz) -> Second:
    """Return the scan period [s] that the divider of the stream clock makes of ``rate``."""
    ticks = max(1.0, round(1.0 / rate / _TICK))
    prescale = ceil(ticks / _ROLL)
    return round(ticks / prescale) * prescale * _TICK


def port_lines(register: Register) -> range:
    """Return the digital lines in a sample of a port, or of one line."""
    if register.family == "DIO#":
        return range(register.index, register.index + 1)
    first, count = PORTS[register.name]
    return range(first, min(first + count, len(DIO_NAMES)))
