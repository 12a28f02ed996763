"""Monitor one channel of a DAQ970A: continuous readings whenever no scan runs.

Source: DAQ970A programming guide: a scan goes first, scaling and limits count, no reading is
stored, 9.91E+37 without data. Assumed: while a scan runs, its readings of the channel are told.
"""

from collections.abc import Callable

from simulation.front_panels.daq970a.daqm901a_channel import Channel
from simulation.front_panels.daq970a.meter import Meter

NO_DATA = 9.91e37


class Monitor:
    """Keeps the meter on one channel while it is not ``busy``; ``take`` gets the readings."""

    def __init__(
        self,
        meter: Meter,
        busy: Callable[[], bool],
        take: Callable[[int, Channel, float], None],
    ) -> None:
        self._meter = meter
        self._busy = busy
        self._take = take
        self._channel = Channel()
        self.number: int | None = None
        self.is_on = False

    def choose(self, number: int, channel: Channel) -> None:
        """Look at this channel, set up like this, from now on."""
        self.pause()
        self.number, self._channel = number, channel
        self.resume()

    def switch(self, on: bool) -> None:
        """Take readings until it is switched off."""
        self.pause()
        self.is_on = on
        self.resume()

    def pause(self) -> None:
        """Leave the meter to others."""
        if self.is_on and not self._busy():
            self._meter.stop()

    def resume(self) -> None:
        """Go on if it is switched on."""
        if self.is_on and self.number is not None and not self._busy():
            self._measure(self.number)

    def _measure(self, number: int) -> None:
        channel = self._channel

        def took(value: float) -> None:
            self._take(number, channel, value)

        self._meter.measure(number, channel, took, lambda: self._measure(number), hold=True)
