"""Run the scans of a DAQ970A on the virtual clock: trigger, settle, integrate, next channel."""

from collections.abc import Callable, Mapping, Sequence
from math import inf

from instruments.units import Second
from simulation.clock import Event, VirtualClock
from simulation.front_panels.daqm901a import Channel, Daqm901a
from simulation.front_panels.scpi_errors import DialectError

LINE_PERIOD: Second = 0.02
AUTOMATIC_DELAY: Second = 2e-3  # PyICe waits at least 2 ms per channel
_LONGEST_WAIT: Second = 86_400.0

Reading = tuple[int, Second, float]


class Scan:
    """The trigger system with its reading memory."""

    def __init__(self, clock: VirtualClock, card: Daqm901a) -> None:
        self._clock = clock
        self._card = card
        self.source = "IMM"
        self.count: float = 1.0
        self.timer: Second = 0.0
        self.readings: list[Reading] = []
        self._channels: Sequence[tuple[int, Channel]] = ()
        self._event: Event | None = None
        self._waiting = False
        self._sweep = 0
        self._sweeps: float = 0.0
        self._started: Second = 0.0
        self._sweep_start: Second = 0.0
        self._connected: int | None = None

    @property
    def running(self) -> bool:
        """Whether a scan is initiated and not finished."""
        return self._event is not None or self._waiting

    def initiate(self, channels: Sequence[int], table: Mapping[int, Channel]) -> None:
        """Start to scan; raises DialectError -213 while one runs."""
        if self.running:
            raise DialectError(-213)
        self.readings = []
        self._channels = [(number, table[number]) for number in channels]
        self._sweep = 0
        self._sweeps = self.count
        self._started = self._clock.now()
        if self.source == "BUS":
            self._waiting = True
        else:
            self._begin_sweep()

    def trigger(self) -> None:
        """Take a bus trigger; raises DialectError -211 when nobody waits for it."""
        if not self._waiting:
            raise DialectError(-211)
        self._waiting = False
        self._begin_sweep()

    def abort(self) -> None:
        """Stop at once; readings taken so far stay."""
        if self._event is not None:
            self._event.cancel()
            self._event = None
        self._waiting = False
        if self._connected is not None:
            self._card.disconnect(self._connected)
            self._connected = None

    def wait(self) -> None:
        """Let time pass until the scan is finished; raises DialectError when it never will."""
        if self._waiting or self._sweeps == inf:
            raise DialectError(-214, "Trigger deadlock")
        end = self._clock.now() + _LONGEST_WAIT
        while self._event is not None and self._clock.now() < end:
            self._clock.sleep(self._event[0] - self._clock.now())

    def _begin_sweep(self) -> None:
        self._sweep_start = self._clock.now()
        self._settle(0)

    def _settle(self, place: int) -> None:
        number, channel = self._channels[place]
        self._card.connect(number, channel)
        self._connected = number
        delay = AUTOMATIC_DELAY if channel.delay is None else channel.delay
        aperture = channel.nplc * LINE_PERIOD
        self._after(delay + 0.5 * aperture, lambda: self._integrate(place))

    def _integrate(self, place: int) -> None:
        number, channel = self._channels[place]
        self.readings.append((number, self._clock.now(), self._card.read(number, channel)))
        self._after(0.5 * channel.nplc * LINE_PERIOD, lambda: self._finish(place))

    def _finish(self, place: int) -> None:
        self._event = None
        self._card.disconnect(self._channels[place][0])
        self._connected = None
        if place + 1 < len(self._channels):
            self._settle(place + 1)
            return
        self._sweep += 1
        if self._sweep >= self._sweeps:
            return
        if self.source == "BUS":
            self._waiting = True
        elif self.source == "TIM":
            due = self._started + self._sweep * self.timer
            self._after(max(0.0, due - self._clock.now()), self._begin_sweep)
        else:
            self._begin_sweep()

    def _after(self, delay: Second, callback: Callable[[], None]) -> None:
        self._event = self._clock.schedule(delay, callback)
