"""Run the scans of a DAQ970A on the virtual clock: trigger, then channel after channel."""

from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Protocol

from instruments.units import Second
from simulation.clock import Event, VirtualClock
from simulation.front_panels.daq970a.daqm901a_channel import Channel
from simulation.front_panels.scpi.errors import DialectError

SOURCES = ("IMM", "TIM", "BUS", "EXT", "ALAR1", "ALAR2", "ALAR3", "ALAR4")
_FROM_OUTSIDE = SOURCES[2:]
_LONGEST_WAIT: Second = 86_400.0

Take = Callable[[int, Channel, float], None]


class Measuring(Protocol):
    """What a scan lets go from channel to channel."""

    event: Event | None

    def measure(
        self,
        number: int,
        channel: Channel,
        took: Callable[[float], None],
        done: Callable[[], None],
    ) -> None:
        """Deal with a channel; call ``took`` with a reading, if there is one, and ``done``."""
        ...

    def stop(self) -> None:
        """Leave the channel at once."""
        ...


class Scan:
    """The trigger system; ``take`` gets each reading, ``rests`` is called when the meter is free.

    That is at the end of a scan, and while a sweep waits for a trigger from outside.
    """

    def __init__(
        self, clock: VirtualClock, meter: Measuring, take: Take, rests: Callable[[], None]
    ) -> None:
        self._clock = clock
        self.meter = meter
        self._take = take
        self._rests = rests
        self.source = "IMM"
        self.count: float = 1.0
        self.timer: Second = 0.0
        self.started: Second = 0.0
        self.running = False
        self._channels: Sequence[tuple[int, Channel]] = ()
        self._timer: Event | None = None
        self._waits_for = ""
        self._sweep = 0
        self._sweeps: float = 0.0

    @property
    def waiting(self) -> bool:
        """Whether the next sweep is to be triggered from outside."""
        return bool(self._waits_for)

    def initiate(self, channels: Sequence[int], table: Mapping[int, Channel]) -> None:
        """Start to scan; raises DialectError -213 while one runs."""
        if self.running:
            raise DialectError(-213)
        self._channels = [(number, table[number]) for number in channels]
        self._sweep = 0
        self._sweeps = self.count
        self.started = self._clock.now()
        self.running = True
        self._next()

    def trigger(self, source: str) -> bool:
        """Begin a sweep if that waits for ``source``; return whether it did."""
        if self._waits_for != source:
            return False
        self._waits_for = ""
        self._timer = self._clock.schedule(0.0, self._begin)
        return True

    def abort(self) -> None:
        """Stop at once; readings taken so far stay."""
        if not self.running:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._waits_for = ""
        self.meter.stop()
        self.running = False
        self._rests()

    def wait(self, enough: Callable[[], bool] | None = None) -> None:
        """Let time pass until the scan is over or there is ``enough``; raises if it never is."""
        end = self._clock.now() + _LONGEST_WAIT
        while self.running and not (enough is not None and enough()):
            event = self._timer or self.meter.event
            endless = self._sweeps == inf and enough is None
            if event is None or endless or event[0] > end:
                raise DialectError(-214, "Trigger deadlock")
            self._clock.sleep(event[0] - self._clock.now())

    def _next(self) -> None:
        """Begin the next sweep when it is triggered."""
        if self.source in _FROM_OUTSIDE:
            self._waits_for = self.source
            self._rests()
        elif self.source == "TIM" and self._sweep:
            due = self.started + self._sweep * self.timer
            self._timer = self._clock.schedule(max(0.0, due - self._clock.now()), self._begin)
        else:
            self._begin()

    def _begin(self) -> None:
        self._timer = None
        self.meter.stop()  # a scan goes before a monitored channel
        self._measure(0)

    def _measure(self, place: int) -> None:
        number, channel = self._channels[place]

        def took(value: float) -> None:
            self._take(number, channel, value)

        self.meter.measure(number, channel, took, lambda: self._go_on(place + 1))

    def _go_on(self, place: int) -> None:
        """Measure the next channel, or finish the sweep."""
        if place < len(self._channels):
            self._measure(place)
            return
        self._sweep += 1
        if self._sweep < self._sweeps:
            self._next()
            return
        self.running = False
        self._rests()
