"""The one meter of a DAQ970A: takes a reading of one channel on the virtual clock."""

from collections.abc import Callable

from instruments.units import Second
from simulation.clock import Event, VirtualClock
from simulation.front_panels.daq970a.daqm901a import Daqm901a
from simulation.front_panels.daq970a.daqm901a_channel import Channel


class Meter:
    """Connects a channel, lets it settle, finds the range, integrates; one reading at a time."""

    def __init__(self, clock: VirtualClock, card: Daqm901a) -> None:
        self._clock = clock
        self._card = card
        self.event: Event | None = None  # what happens next
        self._connected: int | None = None

    def measure(
        self,
        number: int,
        channel: Channel,
        took: Callable[[float], None],
        done: Callable[[], None],
        *,
        hold: bool = False,
    ) -> None:
        """Call ``took`` with the reading and ``done`` at its end; ``hold`` the channel after it."""
        if self._connected != number:
            self._card.connect(number, channel)
            self._connected = number
        half = 0.5 * channel.integration()

        def integrate() -> None:
            if not self._card.ranged(number, channel):
                self._after(channel.settling() + half, integrate)
                return
            took(self._card.read(number, channel))
            self._after(half, finish)

        def finish() -> None:
            self.event = None
            if not hold:
                self.stop()
            done()

        self._after(channel.settling() + half, integrate)

    def stop(self) -> None:
        """Leave the channel at once; a reading under way is lost."""
        if self.event is not None:
            self.event.cancel()
            self.event = None
        if self._connected is not None:
            self._card.disconnect(self._connected)
            self._connected = None

    def _after(self, delay: Second, callback: Callable[[], None]) -> None:
        self.event = self._clock.schedule(delay, callback)
