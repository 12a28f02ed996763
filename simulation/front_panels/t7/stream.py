"""The stream of a T7: scans of several registers on one clock, evaluated as arrays when read.

Sources: LabJack T-series data sheet, 3.2 (stream mode); LJM user's guide, eStreamRead (-9999 for
scans skipped after an overflow); ljm_constants.json (the first scan comes one period after the
start, STREAM_DATA_CAPTURE_16 holds the upper half of a sample of 32 bits). A stream-out returns
no data: the samples that are not there follow behind the others as zeros.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from instruments.units import Hertz, Second
from simulation.clock import Event, VirtualClock
from simulation.front_panels.t7 import errors
from simulation.front_panels.t7.digital import DigitalPort
from simulation.front_panels.t7.errors import DeviceError
from simulation.front_panels.t7.pins import Pins, internal
from simulation.front_panels.t7.registers import Register
from simulation.front_panels.t7.scan_list import (
    CAPTURE,
    COUNTERS,
    PORTS,
    STREAM_OUT,
    StreamSettings,
    check_rate,
    port_lines,
    scan_list,
    scan_period,
)
from simulation.front_panels.t7.stalls import Stalls
from simulation.front_panels.t7.stream_inputs import StreamInputs, recorded
from simulation.tap import Tap
from simulation.world import World

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Counter = Callable[[Register, NDArray[numpy.float64]], NDArray[numpy.float64]]
    """Returns what a 32-bit register held at clock times."""

DUMMY = -9999.0
_BYTES_PER_SAMPLE = 2
_TRANSFER: Second = 1e-3
_CORE_TIMER_HZ = 40e6
_WORD = 65536.0


@dataclass(frozen=True, slots=True)
class _Column:
    """One entry of the scan list; ``tap`` records it unless it is one of the `StreamInputs`."""

    register: Register
    delay: Second
    tap: Tap | None


class Stream:
    """At most one running stream of the device.

    ``counter`` tells what a 32-bit register held, ``advance`` moves a stream-out on.
    """

    def __init__(
        self,
        pins: Pins,
        digital: DigitalPort,
        world: World,
        clock: VirtualClock,
        core_timer: Callable[[], int],
        counter: "Counter",
        advance: Callable[[int], None],
    ) -> None:
        self._pins = pins
        self._digital = digital
        self._world = world
        self._clock = clock
        self._core_timer = core_timer
        self._counter = counter
        self._advance = advance
        self._columns: tuple[_Column, ...] = ()
        self._inputs: StreamInputs | None = None
        self._settings = StreamSettings()
        self._width = 0  # columns with data
        self._period: Second = 0.0
        self._start: Second = 0.0
        self._next = 0
        self._buffered = 0
        self._outs: list[Event] = []
        self._stalls = Stalls(clock)
        self.start_stamp = 0
        self.settling = 0.0
        """Time between channels of the last stream [us]."""
        self.rate: Hertz = 0.0
        """Actual scan rate of the last stream."""

    @property
    def running(self) -> bool:
        """Whether a stream runs."""
        return bool(self._columns)

    def start(self, addresses: Sequence[int], rate: Hertz, settings: StreamSettings) -> Hertz:
        """Start to scan ``addresses`` and return the actual rate [Hz]; raises DeviceError."""
        if self.running:
            raise DeviceError(errors.STREAM_IS_ACTIVE)
        registers = scan_list(addresses)
        settings.check()
        check_rate(registers, rate, settings)
        self._settings = settings
        self._period = scan_period(rate)
        self.rate = 1.0 / self._period
        skew = settings.interchannel(rate * len(registers))
        self.settling = skew * 1e6
        self._next = 0
        self._buffered = settings.buffered_bytes() // _BYTES_PER_SAMPLE // len(registers)
        self._stalls.forget()
        self._columns = tuple(
            _Column(register, place * skew, self._tap(register))
            for place, register in enumerate(registers)
        )
        self._width = sum(register.family != STREAM_OUT for register in registers)
        self._inputs = recorded(
            self._pins,
            self._world,
            settings,
            [
                (place, column.register.index, column.delay)
                for place, column in enumerate(self._columns)
                if column.register.family == "AIN#"
            ],
        )
        self._start = inf
        if not settings.trigger:
            self.begin(self._period)
        return self.rate

    def begin(self, delay: Second = 0.0) -> None:
        """Take the first scan after ``delay`` [s]; does nothing once there is one."""
        if not self.running or self._start != inf:
            return
        self._start = self._clock.now() + delay
        self.start_stamp = self._core_timer() + round(delay * _CORE_TIMER_HZ)
        for column in self._columns:
            if column.register.family == STREAM_OUT:
                out = column.register.index
                self._outs.append(
                    self._clock.schedule(delay + column.delay, lambda o=out: self._repeat(o))
                )

    @property
    def awaits(self) -> int | None:
        """The digital line whose edge starts the scans, None when none does."""
        return self._settings.trigger_line() if self.running and self._start == inf else None

    @property
    def taken(self) -> int:
        """How many scans the host has read."""
        return self._next

    def ready_at(self, scans: int) -> Second:
        """Return when the first ``scans`` scans are with the host [s]; infinite without a start."""
        if not self.running:
            return inf
        return self._start + (scans - 1) * self._period + self._columns[-1].delay + _TRANSFER

    def backlog(self) -> int:
        """Return how many scans have been taken and not been read."""
        last = self.ready_at(1)
        taken = int((self._clock.now() - last) / self._period) + 1 if last < inf else 0
        return max(0, taken - self._next)

    def read(self, scans: int) -> "tuple[NDArray[numpy.float64], int]":
        """Wait for the next ``scans`` scans; return them (scans x columns) and the backlog.

        Raises DeviceError when no stream runs, none begins, or a burst is complete.
        """
        self._check_readable(scans)
        import numpy

        first, self._next = self._next, self._next + scans
        wait = self.ready_at(self._next) - self._clock.now()
        if wait > 0.0 or not self._clock.running:  # a callback may read what there is already
            self._clock.sleep(wait)
        times = self._start + self._period * numpy.arange(first, self._next, dtype=numpy.float64)
        inputs = self._inputs
        if inputs is not None and len(inputs.places) == len(self._columns):
            block = inputs.converted(times)
        else:
            block = numpy.empty((scans, len(self._columns)))
            for place, column in enumerate(self._columns):
                if inputs is None or place not in inputs.places:
                    block[:, place] = self._samples(place, times + column.delay)
            if inputs is not None:
                block[:, inputs.places] = inputs.converted(times)
        if self._stalls:
            block[self._stalls.lost(times, self._buffered * self._period)] = DUMMY
        if self._width < len(self._columns):
            block = self._without_outs(block)
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
        for event in self._outs:
            event.cancel()
        self._outs = []
        self._columns = ()
        self._inputs = None

    def stall(self) -> None:
        """Note that the host cannot be reached from now on."""
        if self.running:
            self._stalls.begin()

    def resume(self) -> None:
        """Note that the host can be reached again."""
        self._stalls.end()

    def _check_readable(self, scans: int) -> None:
        if not self.running:
            raise DeviceError(errors.STREAM_NOT_RUNNING)
        if not self._width:
            raise DeviceError(errors.CANNOT_READ_OUT_ONLY_STREAM)
        if self._start == inf:
            raise DeviceError(errors.STREAM_RECEIVE_TIMEOUT)
        limit = self._settings.scans
        if limit and self._next + scans > limit:
            self.abandon()
            raise DeviceError(errors.STREAM_BURST_COMPLETE)

    def _repeat(self, out: int) -> None:
        """Move a stream-out on now and in each scan from here."""
        self._advance(out)
        self._outs.append(self._clock.every(self._period, lambda: self._advance(out)))

    def _without_outs(self, block: "NDArray[numpy.float64]") -> "NDArray[numpy.float64]":
        """Return the samples of the other columns, scan after scan, and zeros behind them."""
        import numpy

        places = [n for n, c in enumerate(self._columns) if c.register.family != STREAM_OUT]
        packed = numpy.zeros(block.size)
        packed[: len(block) * self._width] = block[:, places].ravel()
        return packed.reshape(block.shape)

    def _tap(self, register: Register) -> Tap | None:
        if register.name in PORTS or register.family == "DIO#":
            lines = port_lines(register)
            pairs = [pair for n in lines if (pair := self._pins.line_pair(n)) is not None]
            return self._world.tap(pairs) if pairs else None
        return None

    def _samples(self, place: int, times: "NDArray[numpy.float64]") -> "NDArray[numpy.float64]":
        """Return the samples of a column that is no wired analog input; they have 16 bits."""
        import numpy

        register = self._columns[place].register
        if register.family == "AIN#":
            inside = numpy.full((len(times), 1), internal(register.index))
            return self._pins.convert_scans(inside, (self._settings.span(register.index),))[:, 0]
        if register.family == STREAM_OUT:
            return numpy.zeros(times.shape)
        if register.family == CAPTURE:
            wide = [c for c in self._columns[:place] if c.register.family in COUNTERS]
            if not wide:
                return numpy.zeros(times.shape)
            times = times - self._columns[place].delay + wide[-1].delay
            return numpy.floor_divide(self._wide(wide[-1].register, times), _WORD)
        if register.family in COUNTERS:
            return numpy.mod(self._wide(register, times), _WORD)
        return self._port(self._columns[place], times)

    def _wide(
        self, register: Register, times: "NDArray[numpy.float64]"
    ) -> "NDArray[numpy.float64]":
        import numpy

        if register.family == "CORE_TIMER":
            ticks = self.start_stamp + numpy.rint((times - self._start) * _CORE_TIMER_HZ)
        else:
            ticks = self._counter(register, times)
        return numpy.mod(ticks, _WORD * _WORD)

    def _port(self, column: _Column, times: "NDArray[numpy.float64]") -> "NDArray[numpy.float64]":
        import numpy

        lines = port_lines(column.register)
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
