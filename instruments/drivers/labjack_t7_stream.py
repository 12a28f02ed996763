"""A running stream of a LabJack T7."""

from collections.abc import Mapping, Sequence
from math import ceil
from struct import Struct

from instruments.daq import Recording
from instruments.errors import InstrumentError, Rejected
from instruments.transports.ljm import LjmWire
from instruments.units import Hertz, Second
from instruments.waveform import Waveform

_BLOCK: Second = 0.5  # LJM hands over samples in blocks; its maker advises two a second
_SLOW_BLOCK: Second = 1.0  # enough where a block of half a second would hold next to nothing
_SLOW_RATE: Hertz = 200.0
_SAMPLE = 8  # bytes
_SKIPPED = -9999.0  # LJM's word for a scan that was lost
_SETTINGS: dict[str, float] = {
    "STREAM_RESOLUTION_INDEX": 0.0,
    "STREAM_SETTLING_US": 0.0,
    "STREAM_TRIGGER_INDEX": 0.0,
    "STREAM_CLOCK_SOURCE": 0.0,
    "STREAM_BUFFER_SIZE_BYTES": 32768.0,  # the T7's largest
}


class T7Recording(Recording):
    """Scans of several inputs on the device's clock, whose origin is put on the bench clock.

    The device does not stamp its scans. The first is taken to lie in the middle of the call that
    starts the stream; within a record the spacing is the actual rate that the device reports.
    """

    __slots__ = ("_names", "_pack", "_rate", "_running", "_samples", "_scans", "_start", "_wire")

    def __init__(self, wire: LjmWire, names: Sequence[str], rate: Hertz) -> None:
        self._wire = wire
        self._names = tuple(names)
        self._scans = max(1, round(rate * (_SLOW_BLOCK if rate <= _SLOW_RATE else _BLOCK)))
        self._pack = Struct(f"={self._scans * len(self._names)}d").pack
        self._samples = bytearray()  # scan after scan, those of one scan side by side
        wire.write_all(_SETTINGS)
        before = wire.clock.now()
        self._rate = wire.start_stream(self._names, rate, self._scans)
        self._start = 0.5 * (before + wire.clock.now())
        if not 0.5 * rate <= self._rate <= 2.0 * rate:
            wire.stop_stream()
            raise Rejected(
                f"the device streams at {self._rate:g} Hz instead of {rate:g} Hz",
                wire.exchange("stream", f"{self._rate:g}"),
            )
        self._running = True

    def is_running(self) -> bool:
        """Return whether the device still streams."""
        return self._running

    def wait(self, duration: Second) -> None:
        """Let ``duration`` [s] pass on the bench clock while samples are collected.

        Raises NoAnswer or Rejected when the stream breaks; it is then over.
        """
        if not self._running:
            raise Rejected("the recording is over", self._wire.exchange("stream"))
        clock = self._wire.clock
        end = clock.now() + duration
        while self._end_of_next_block() <= end:
            self._take_block()
        clock.sleep(end - clock.now())

    def stop(self) -> Mapping[str, Waveform]:
        """Stop the stream and return what it saw up to now, one waveform per terminal.

        Scans that were lost are NaN. Raises NoAnswer or Rejected when the stream breaks.
        """
        import numpy

        if not self._running:
            raise Rejected("the recording is over", self._wire.exchange("stream"))
        wanted = ceil((self._wire.clock.now() - self._start) * self._rate)
        while self._taken() < wanted:
            self._take_block()
        self._running = False
        self._wire.stop_stream()
        scans = numpy.frombuffer(self._samples).reshape(-1, len(self._names))[:wanted]
        scans[scans == _SKIPPED] = numpy.nan
        return {
            name: Waveform(
                samples=scans[:, column].copy(),
                start=self._start,
                interval=1.0 / self._rate,
                unit="V",
            )
            for column, name in enumerate(self._names)
        }

    def _taken(self) -> int:
        """Return the number of scans that were collected."""
        return len(self._samples) // (_SAMPLE * len(self._names))

    def _end_of_next_block(self) -> Second:
        return self._start + (self._taken() + self._scans) / self._rate

    def _take_block(self) -> None:
        clock = self._wire.clock
        # LJM would block for the rest of it; waiting on the clock lets a virtual one go on
        clock.sleep(self._end_of_next_block() - clock.now())
        try:
            block = self._wire.read_stream()
        except InstrumentError:
            self._running = False
            self._wire.stop_stream()
            raise
        if len(block) != self._scans * len(self._names):
            self._running = False
            self._wire.stop_stream()
            raise Rejected(
                f"{len(block)} samples in a block of {self._scans * len(self._names)}",
                self._wire.exchange("stream read"),
            )
        self._samples += self._pack(*block)
