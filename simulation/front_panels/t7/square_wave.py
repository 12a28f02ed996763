"""The test signal of a T7: a square wave on DAC1, for counters and frequencies (10 Hz, 3.3 V)."""

from instruments.units import Second
from simulation.clock import Event, VirtualClock
from simulation.front_panels.t7.pins import Pins

_PERIOD: Second = 0.1
_TOP = 3.3


class SquareWave:
    """Swings DAC1 between 0 V and 3.3 V while it is on."""

    def __init__(self, clock: VirtualClock, pins: Pins) -> None:
        self._clock = clock
        self._pins = pins
        self._event: Event | None = None

    def switch(self, on: bool) -> None:
        """Begin, or leave DAC1 at the level that it has."""
        if self._event is not None:
            self._event.cancel()
            self._event = None
        if not on:
            return
        levels = [0.0, _TOP]

        def turn() -> None:
            levels.reverse()
            self._pins.set_dac(1, levels[0])

        self._event = self._clock.every(_PERIOD / 2.0, turn)
