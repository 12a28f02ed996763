"""The built-in tests of a DL3021: discharging a battery, and finding where a supply gives up.

Sources: Rigol DL3000 user guide and programming guide as quoted by their users. A discharge ends at
a voltage, a charge or a time, where the switch of that condition is on. The OCP and OPP tests wait
for Von and a delay, then step current or power up until the voltage falls below the protection
voltage or the greatest level is passed; the verdict is on the screen only. Assumed: a charge is
told in mAh like the one that ends a discharge, energy in Wh; TOCP and TOPP change nothing.
"""

from collections.abc import Callable

from instruments.units import Ampere, Second, Volt
from simulation.clock import Event, VirtualClock

_LOOK: Second = 0.1
_HOUR: Second = 3600.0


class Discharge:
    """Counts what flows out of a battery."""

    def __init__(self, clock: VirtualClock, look: Callable[[], None]) -> None:
        self._clock = clock
        self._look = look
        self._event: Event | None = None
        self._began: Second = 0.0
        self._last: tuple[Second, Volt, Ampere] = (0.0, 0.0, 0.0)
        self.duration: Second = 0.0
        self.charge = 0.0
        """Since the beginning of the last discharge [mAh]."""
        self.energy = 0.0
        """Since the beginning of the last discharge [Wh]."""

    def start(self, volts: Volt) -> None:
        """Count from 0."""
        self.stop()
        self._began = self._clock.now()
        self._last = (self._began, volts, 0.0)
        self.duration = self.charge = self.energy = 0.0
        self._event = self._clock.every(_LOOK, self._look)

    def stop(self) -> None:
        """Keep what was counted."""
        if self._event is not None:
            self._event.cancel()
            self._event = None

    def count(self, volts: Volt, amps: Ampere) -> None:
        """Add what flowed since the last look."""
        if self._event is None:
            return
        before, volts_before, amps_before = self._last
        now = self._clock.now()
        hours = 0.5 * (now - before) / _HOUR
        self._last = (now, volts, amps)
        self.duration = now - self._began
        self.charge += 1e3 * hours * (amps_before + amps)
        self.energy += hours * (volts_before * amps_before + volts * amps)


class ProtectionTest:
    """Steps a level up; what the level is, current or power, is the panel's to know."""

    def __init__(self, clock: VirtualClock, changed: Callable[[], None]) -> None:
        self._clock = clock
        self._changed = changed
        self._event: Event | None = None
        self._step = 0.0
        self._delay: Second = 0.0
        self.level: float | None = None
        """None until voltage and delay allow the first level."""

    @property
    def is_waiting(self) -> bool:
        """Whether the voltage has not been high enough yet."""
        return self.level is None and self._event is None

    def start(self, first: float, step: float, *, wait: Second, delay: Second) -> None:
        """Go to ``first`` after ``wait`` [s], then up by ``step`` every ``delay`` [s]."""
        self._step = step
        self._delay = max(delay, 1e-3)
        self._event = self._clock.schedule(wait, lambda: self._enter(first))

    def stop(self) -> None:
        """Forget the level."""
        if self._event is not None:
            self._event.cancel()
            self._event = None
        self.level = None

    def _enter(self, level: float) -> None:
        self.level = level
        self._event = self._clock.schedule(self._delay, lambda: self._enter(level + self._step))
        self._changed()
