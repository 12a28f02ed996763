"""The reading memory of a DAQ970A, its statistics, and how readings are told.

Sources: DAQ970A programming guide (100 000 readings, the oldest is overwritten; order of the
fields); 34970A/34972A command reference (form of numbers and times, statistics of 0 without data).
Assumed: a calendar that begins with 2020.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from instruments.units import Second
from simulation.clock import VirtualClock
from simulation.front_panels.daq970a.daqm901a_channel import DEGREES, Channel
from simulation.front_panels.daq970a.daqm901a_functions import FUNCTIONS

CAPACITY = 100_000
_EPOCH = datetime(2020, 1, 1)  # noqa: DTZ001 - the instrument knows no time zones


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading: its channel, when it was taken, and which limit it crossed (1 LO, 2 HI)."""

    channel: int
    time: Second
    value: float
    unit: str
    limit: int = 0


class Calendar:
    """Date and time of day on the virtual clock."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._start = _EPOCH

    def at(self, time: Second) -> datetime:
        """Return the date and time of day at ``time`` on the clock."""
        return self._start + timedelta(seconds=time)

    def set(self, now: datetime) -> None:
        """Let it be ``now``."""
        self._start = now - timedelta(seconds=self._clock.now())

    def now(self) -> datetime:
        """Return the date and time of day."""
        return self.at(self._clock.now())


@dataclass(slots=True)
class Statistics:
    """What the readings of one channel came to since the start of the scan."""

    count: int = 0
    total: float = 0.0
    least: Reading | None = None
    greatest: Reading | None = None

    def add(self, reading: Reading) -> None:
        """Take one reading into account."""
        self.count += 1
        self.total += reading.value
        if self.least is None or reading.value < self.least.value:
            self.least = reading
        if self.greatest is None or reading.value > self.greatest.value:
            self.greatest = reading


class Memory:
    """The readings of the most recent scan; their statistics outlast their removal."""

    def __init__(self) -> None:
        self.readings: deque[Reading] = deque()
        self.overflowed = False
        self._removed: dict[int, Statistics] = {}
        self._cleared: dict[int, Second] = {}

    def clear(self) -> None:
        """Forget all readings and their statistics."""
        self.readings.clear()
        self.overflowed = False
        if self._removed or self._cleared:
            self._removed.clear()
            self._cleared.clear()

    def add(self, reading: Reading) -> None:
        """Keep a reading; the oldest goes when there is no room."""
        if len(self.readings) >= CAPACITY:
            self.overflowed = True
            self.take(1)
        self.readings.append(reading)

    def take(self, count: int) -> list[Reading]:
        """Return the ``count`` oldest readings and forget them."""
        found = [self.readings.popleft() for _ in range(count)]
        for reading in found:
            if self._counts(reading):
                self._removed.setdefault(reading.channel, Statistics()).add(reading)
        return found

    def statistics(self, channel: int) -> Statistics:
        """Return what the readings of a channel came to since the scan, or a clearing."""
        found = replace(self._removed.get(channel, Statistics()))
        for reading in self.readings:
            if reading.channel == channel and self._counts(reading):
                found.add(reading)
        return found

    def clear_statistics(self, channel: int) -> None:
        """Count the readings of a channel from now on."""
        self._removed.pop(channel, None)
        latest = self.latest(channel, 1)
        if latest:
            self._cleared[channel] = latest[0].time

    def latest(self, channel: int, count: int) -> list[Reading]:
        """Return the ``count`` latest readings of a channel, earliest first."""
        found: list[Reading] = []
        for reading in reversed(self.readings):
            if len(found) == count:
                break
            if reading.channel == channel:
                found.append(reading)
        return found[::-1]

    def _counts(self, reading: Reading) -> bool:
        return reading.time > self._cleared.get(reading.channel, -1.0)


def unit_of(channel: Channel) -> str:
    """Return the unit that the readings of a channel carry."""
    if channel.scaled and channel.unit:
        return channel.unit.replace("#", " ")  # a degree sign on the display only
    if channel.function == "TEMP":
        return DEGREES[int(channel.degrees)]
    return FUNCTIONS[channel.function].unit


def date_and_time(moment: datetime) -> str:
    """Return ``yyyy,mm,dd,hh,mm,ss.sss``."""
    return f"{moment:%Y,%m,%d,%H,%M,%S}.{moment.microsecond // 1000:03d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """Which fields are told with a reading."""

    unit: bool = False
    time: bool = False
    absolute: bool = False
    channel: bool = False
    alarm: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether readings are told without anything else."""
        return not (self.unit or self.time or self.channel or self.alarm)

    def tell(self, readings: Iterable[Reading], started: Second, calendar: Calendar) -> str:
        """Return readings as they are sent; times count from ``started`` unless absolute."""
        if self.is_plain:
            return ",".join([f"{reading.value:+.8E}" for reading in readings])
        fields: list[str] = []
        for reading in readings:
            text = f"{reading.value:+.8E}"
            fields.append(f"{text} {reading.unit}" if self.unit else text)
            if self.time and self.absolute:
                fields.append(date_and_time(calendar.at(reading.time)))
            elif self.time:
                fields.append(f"{reading.time - started:013.3f}")
            if self.channel:
                fields.append(str(reading.channel))
            if self.alarm:
                fields.append(str(reading.limit))
        return ",".join(fields)
