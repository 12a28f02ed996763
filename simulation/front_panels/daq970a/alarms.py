"""Limits of a DAQ970A: which readings cross them, the alarm queue and the four alarm outputs.

Sources: DAQ970A programming guide (queue of 20, logged on crossing only, latch and track mode,
alarm register); 34970A/34972A command reference (form of an entry, all channels on alarm 1).
"""

from collections import deque
from collections.abc import Callable, Sequence

from simulation.front_panels.daq970a.daqm901a_channel import Channel
from simulation.front_panels.daq970a.memory import Calendar, Reading, date_and_time

NO_ALARM, LOW, HIGH = 0, 1, 2
ALARMS = (1, 2, 3, 4)
_DEPTH = 20
_NONE = "+0.00000000E+00,0000,00,00,00,00,00.000,0,0,0"

_EVENTS = {1: 0x1, 2: 0x2, 3: 0x4, 4: 0x8}
_OUTPUTS = {1: 0x40, 2: 0x80, 3: 0x100, 4: 0x200}
_QUEUED, _OVERFLOWED = 0x10, 0x20
_LIMITS = {LOW: 0x1000, HIGH: 0x2000}


class Alarms:
    """Judges readings; ``raised`` is called with the number of each alarm that is logged."""

    def __init__(self, calendar: Calendar, raised: Callable[[int], None]) -> None:
        self._calendar = calendar
        self._raised = raised
        self._queue: deque[str] = deque()
        self._outside: dict[int, int] = {}
        self._sources: dict[int, int] = {}
        self._outputs: dict[int, set[int]] = {number: set() for number in ALARMS}
        self.tracks = False
        self._events = 0

    def reset(self) -> None:
        """Do what ``*RST`` does: the queue stays."""
        self._sources.clear()
        self.begin()

    def begin(self) -> None:
        """Forget what crossed in an earlier scan: outputs are cleared when one starts."""
        self._outside.clear()
        for asserted in self._outputs.values():
            asserted.clear()

    def assign(self, alarm: int, channels: Sequence[int]) -> None:
        """Report these channels on ``alarm``, and no others there."""
        self._sources = {c: number for c, number in self._sources.items() if number != alarm}
        self._sources.update(dict.fromkeys(channels, alarm))

    def assigned(self, alarm: int) -> list[int]:
        """Return the channels that were assigned to ``alarm``."""
        return sorted(c for c, number in self._sources.items() if number == alarm)

    def release(self, alarms: Sequence[int] = ALARMS) -> None:
        """Take back alarm outputs."""
        for number in alarms:
            self._outputs[number].clear()

    def forget(self, channel: int) -> None:
        """Begin anew with a channel that is set up anew."""
        self._outside.pop(channel, None)

    def judge(self, channel: Channel, value: float) -> int:
        """Return which limit of a channel a value is beyond."""
        if channel.upper_on and value > channel.upper:
            return HIGH
        return LOW if channel.lower_on and value < channel.lower else NO_ALARM

    def note(self, reading: Reading) -> None:
        """Log a reading that crosses a limit; drive the outputs."""
        number, limit = reading.channel, reading.limit
        alarm = self._sources.get(number, 1)
        before = self._outside.get(number, NO_ALARM)
        self._outside[number] = limit
        if limit == NO_ALARM:
            if self.tracks:
                self._outputs[alarm].discard(number)
            return
        self._outputs[alarm].add(number)
        if limit == before:
            return
        self._events |= _EVENTS[alarm] | _LIMITS[limit]
        if len(self._queue) < _DEPTH:
            moment = date_and_time(self._calendar.at(reading.time))
            self._queue.append(
                f"{reading.value:+.8E} {reading.unit},{moment},{number},{limit},{alarm}"
            )
            self._events |= _QUEUED
        else:
            self._events |= _OVERFLOWED
        self._raised(alarm)

    def take_events(self) -> int:
        """Return and forget what has happened, as bits of the alarm event register."""
        events, self._events = self._events, 0
        return events

    def take(self) -> str:
        """Return and forget the oldest entry of the queue; zeros when there is none."""
        return self._queue.popleft() if self._queue else _NONE

    def clear(self) -> None:
        """Forget the queue."""
        self._queue.clear()

    def condition(self) -> int:
        """Return the alarm condition register."""
        outputs = sum(bit for number, bit in _OUTPUTS.items() if self._outputs[number])
        return outputs | (_QUEUED if self._queue else 0)
