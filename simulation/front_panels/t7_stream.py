"""The stream of a T7: scans of several registers on one clock, evaluated as arrays when read.

Sources: LabJack T-series data sheet, 3.2 (stream mode) and A-1 (data rates, 15 us between
channels); LJM user's guide, eStreamRead (-9999 for scans skipped after an overflow).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from instruments.units import Hertz, Second, Volt
from simulation.clock import VirtualClock
from simulation.front_panels import t7_errors as errors
from simulation.front_panels.t7_digital import DigitalPort
from simulation.front_panels.t7_errors import DeviceError
from simulation.front_panels.t7_pins import DIO_NAMES, RANGES, Pins
from simulation.front_panels.t7_registers import BY_ADDRESS, Register
from simulation.noise import Noise
from simulation.tap import Tap
from simulation.world import World

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

DUMMY = -9999.0
_TICK: Second = 100e-9
_ROLL = 65536
_MOST_ADDRESSES = 128
_BYTES_PER_SAMPLE = 2
_HIGHEST_RESOLUTION = 8
_INTERCHANNEL: Second = 15e-6
_FAST_INTERCHANNEL: Second = 8e-6
_FAST_RATE: Hertz = 60e3
_TRANSFER: Second = 1e-3
_CORE_TIMER_HZ = 40e6

# aggregate samples per second by resolution index 1 to 8 (T-series data sheet, A-1-1)
_SINGLE_RATES = (100e3, 48e3, 22e3, 11e3, 5.5e3, 2.5e3, 1.2e3, 600.0)
_RATES: Mapping[Volt, tuple[Hertz, ...]] = {
    10.0: (100e3, 39.6e3, 19.8e3, 9.8e3, 4.4e3, 2.6e3, 1.3e3, 630.0),
    1.0: (8.2e3, 7.2e3, 2.8e3, 2.6e3, 1.3e3, 640.0, 440.0, 400.0),
    0.1: (1.7e3, 0.8e3, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    0.01: (1.7e3, 0.8e3, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
}
_PORTS = {"FIO_STATE": (0, 8), "EIO_STATE": (8, 8), "CIO_STATE": (16, 4), "MIO_STATE": (20, 3)}
_STREAMABLE = ("AIN#", "CORE_TIMER", "STREAM_DATA_CAPTURE_16", *_PORTS)


@dataclass(frozen=True, slots=True)
class _Column:
    """One entry of the scan list; ``tap`` records it unless it is one of the `_Inputs`."""

    register: Register
    delay: Second
    tap: Tap | None


@dataclass(frozen=True, slots=True)
class _Inputs:
    """The wired analog inputs of the scan list, recorded together; one entry a column."""

    tap: Tap
    places: tuple[int, ...]
    delays: tuple[Second, ...]
    dividers: "NDArray[numpy.float64]"
    spans: tuple[Volt, ...]


class Stream:
    """At most one running stream of the device."""

    def __init__(
        self,
        pins: Pins,
        digital: DigitalPort,
        world: World,
        clock: VirtualClock,
        noise: Noise,
        core_timer: Callable[[], int],
    ) -> None:
        self._pins = pins
        self._digital = digital
        self._world = world
        self._clock = clock
        self._noise = noise
        self._core_timer = core_timer
        self._columns: tuple[_Column, ...] = ()
        self._inputs: _Inputs | None = None
        self._ranges: Mapping[int, Volt] = {}
        self._period: Second = 0.0
        self._start: Second = 0.0
        self._next = 0
        self._buffered = 0
        self._stalls: list[tuple[Second, Second]] = []
        self._stalled_since: Second | None = None
        self.start_stamp = 0

    @property
    def running(self) -> bool:
        """Whether a stream runs."""
        return bool(self._columns)

    def start(
        self,
        addresses: Sequence[int],
        rate: Hertz,
        *,
        resolution: int,
        buffer_size: int,
        ranges: Mapping[int, Volt],
    ) -> Hertz:
        """Start to scan ``addresses`` and return the actual rate [Hz]; raises DeviceError."""
        if self.running:
            raise DeviceError(errors.STREAM_IS_ACTIVE)
        registers = _scan_list(addresses)
        self._ranges = ranges
        _check_rate(registers, rate, resolution, ranges)
        self._period = _period(rate)
        samples_per_second = rate * len(registers)
        skew = _FAST_INTERCHANNEL if samples_per_second > _FAST_RATE else _INTERCHANNEL
        self._start = self._clock.now()
        self.start_stamp = self._core_timer()
        self._next = 0
        self._buffered = max(1, buffer_size // _BYTES_PER_SAMPLE // len(registers))
        self._stalls = []
        self._stalled_since = None
        self._columns = tuple(
            _Column(register, place * skew, self._tap(register))
            for place, register in enumerate(registers)
        )
        self._inputs = self._recorded()
        return 1.0 / self._period

    def read(self, scans: int) -> "tuple[NDArray[numpy.float64], int]":
        """Wait for the next ``scans`` scans; return them (scans x columns) and the backlog.

        Raises DeviceError when no stream runs.
        """
        if not self.running:
            raise DeviceError(errors.STREAM_NOT_RUNNING)
        import numpy

        first, self._next = self._next, self._next + scans
        end = self._start + (self._next - 1) * self._period + self._columns[-1].delay + _TRANSFER
        self._clock.sleep(end - self._clock.now())
        times = self._start + self._period * numpy.arange(first, self._next, dtype=numpy.float64)
        inputs = self._inputs
        if inputs is not None and len(inputs.places) == len(self._columns):
            block = self._converted(inputs, times)
        else:
            block = numpy.empty((scans, len(self._columns)))
            for place, column in enumerate(self._columns):
                if inputs is None or place not in inputs.places:
                    block[:, place] = self._samples(column, times + column.delay)
            if inputs is not None:
                block[:, inputs.places] = self._converted(inputs, times)
        if self._stalls:
            block[self._lost(times)] = DUMMY
        taken = int((self._clock.now() - self._start) / self._period) + 1
        return block, max(0, taken - self._next)

    def stop(self) -> None:
        """Stop the stream; raises DeviceError 2620 when none runs."""
        if not self.running:
            raise DeviceError(errors.DEVICE_STREAM_NOT_RUNNING)
        self.abandon()

    def abandon(self) -> None:
        """End the stream without a word."""
        for column in self._columns:
            if column.tap is not None:
                column.tap.close()
        if self._inputs is not None:
            self._inputs.tap.close()
        self._columns = ()
        self._inputs = None

    def stall(self) -> None:
        """Note that the host cannot be reached from now on."""
        if self.running and self._stalled_since is None:
            self._stalled_since = self._clock.now()

    def resume(self) -> None:
        """Note that the host can be reached again."""
        if self._stalled_since is not None:
            self._stalls.append((self._stalled_since, self._clock.now()))
            self._stalled_since = None

    def _lost(self, times: "NDArray[numpy.float64]") -> "NDArray[numpy.bool_]":
        """Return which scans overflowed the device's buffer while the host was away."""
        import numpy

        lost = numpy.zeros(times.shape, dtype=bool)
        for begin, end in self._stalls:
            lost |= (times >= begin + self._buffered * self._period) & (times < end)
        return lost

    def _recorded(self) -> _Inputs | None:
        """Record the analog inputs that something is wired to; None without any."""
        pins = self._pins
        found = [
            (place, column, column.register.index, pair)
            for place, column in enumerate(self._columns)
            if column.register.family == "AIN#"
            and (pair := pins.pair(column.register.index)) is not None
        ]
        if not found:
            return None
        import numpy

        return _Inputs(
            self._world.tap([pair for *_, pair in found]),
            tuple(place for place, *_ in found),
            tuple(column.delay for _, column, _, _ in found),
            numpy.array([pins.divider(channel) for _, _, channel, _ in found]),
            tuple(self._ranges.get(channel, RANGES[0]) for _, _, channel, _ in found),
        )

    def _converted(
        self, inputs: _Inputs, times: "NDArray[numpy.float64]"
    ) -> "NDArray[numpy.float64]":
        volts = inputs.tap.samples(times, inputs.delays) / inputs.dividers
        return self._pins.convert_scans(volts, inputs.spans)

    def _tap(self, register: Register) -> Tap | None:
        if register.name in _PORTS:
            lines = _lines(register)
            pairs = [pair for n in lines if (pair := self._pins.line_pair(n)) is not None]
            return self._world.tap(pairs) if pairs else None
        return None

    def _samples(
        self, column: _Column, times: "NDArray[numpy.float64]"
    ) -> "NDArray[numpy.float64]":
        import numpy

        register = column.register
        if register.family == "AIN#":
            open_input = numpy.zeros((len(times), 1))
            span = self._ranges.get(register.index, RANGES[0])
            return self._pins.convert_scans(open_input, (span,))[:, 0]
        if register.name in _PORTS:
            return self._port(column, times)
        ticks = self.start_stamp + numpy.rint((times - self._start) * _CORE_TIMER_HZ)
        if register.name == "CORE_TIMER":
            return numpy.mod(ticks, 65536.0)  # a sample has 16 bits
        return numpy.mod(numpy.floor_divide(ticks, 65536.0), 65536.0)

    def _port(self, column: _Column, times: "NDArray[numpy.float64]") -> "NDArray[numpy.float64]":
        import numpy

        lines = _lines(column.register)
        word = numpy.zeros(times.shape)
        levels = None if column.tap is None else column.tap.samples(times)
        wired = 0
        for place, number in enumerate(lines):
            if self._pins.line_pair(number) is None or levels is None:
                driven = bool(self._digital.direction >> number & 1)
                latch = bool(self._digital.latch >> number & 1)
                high = self._pins.level(number, driven=driven, latch=latch)
                word += float(high << place)
            else:
                high_now = self._pins.are_high(number, levels[:, wired])
                word += high_now * float(1 << place)
                wired += 1
        return word


def _lines(register: Register) -> range:
    first, count = _PORTS[register.name]
    return range(first, min(first + count, len(DIO_NAMES)))


def _scan_list(addresses: Sequence[int]) -> tuple[Register, ...]:
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


def _check_rate(
    registers: Sequence[Register], rate: Hertz, resolution: int, ranges: Mapping[int, Volt]
) -> None:
    """Raise DeviceError for a rate that the converter cannot keep."""
    if resolution > _HIGHEST_RESOLUTION:
        raise DeviceError(errors.STREAM_RESOLUTION_INVALID)
    inputs = [register.index for register in registers if register.family == "AIN#"]
    spans = [ranges.get(channel, RANGES[0]) for channel in inputs] or [RANGES[0]]
    place = max(resolution, 1) - 1
    most = min(_RATES[span][place] for span in spans)
    if len(registers) == 1:
        most = _SINGLE_RATES[place]
    if not 0.0 < rate * len(registers) <= most:
        raise DeviceError(errors.STREAM_RATE_TOO_HIGH)


def _period(rate: Hertz) -> Second:
    """Return the scan period that the divider of the stream clock makes of ``rate``."""
    ticks = max(1.0, round(1.0 / rate / _TICK))
    prescale = ceil(ticks / _ROLL)
    return round(ticks / prescale) * prescale * _TICK
