"""The input of a DL3021: what it draws, how fast that changes, and what switches it off.

Sources: Rigol DL3000 user guide and programming guide as quoted by their users: a change takes
difference / slew rate; VLIMt and ILIMt are the thresholds of OVP and OCP; a protection switches the
input off and shows in the questionable status; once above Von the load goes on to sink below it
(Von latch, on by default; no command for it is published). Assumed: OPP at 105 % of 200 W, that a
trip shows until the input is switched on again, that OCP allows for the accuracy of the load.
"""

from collections.abc import Callable
from math import inf

from instruments.units import Ampere, Second, Volt, Watt
from simulation.clock import Event, VirtualClock
from simulation.front_panels.dl3021.settings import MOST_POWER, Regulation
from simulation.load_sink import LoadSink
from simulation.world import World

VOLTAGE_FAULT, OVERCURRENT, OVERPOWER = 0x0001, 0x0002, 0x0008
UNREGULATED, OVERVOLTAGE, SHUTDOWN, ABOVE_VON = 0x0400, 0x1000, 0x2000, 0x4000

_RAMP_STEPS = 10
_AT_ONCE: Second = 1.5e-3
"""A ramp that takes no longer is over before anybody can look: an exchange takes 1 ms."""

_SHUTDOWN_POWER: Watt = 1.05 * MOST_POWER
_REGULATED = {"CC": 2, "CR": 1, "CV": 1, "CP": 2}  # region of the sink where it holds its level


class Input:
    """The terminals of the load, with the switch behind them."""

    def __init__(
        self, sink: LoadSink, nets: tuple[str, str], world: World, clock: VirtualClock
    ) -> None:
        self._sink = sink
        self._nets = nets
        self._world = world
        self._clock = clock
        self._asked: tuple[Regulation, float, float] = ("CC", 0.0, inf)
        self._events: list[Event] = []
        self.is_on = False
        self.von: Volt = 0.0
        self.voltage_limit: Volt = inf
        self.current_limit: Ampere = inf
        self.tripped = 0
        """What switched the input off, as bits of the questionable status; 0 if nothing did."""
        self.volts: tuple[Volt, Volt] = (0.0, 0.0)
        self.amps: tuple[Ampere, Ampere] = (0.0, 0.0)
        """Least and greatest since the input was switched on."""
        self.on_change: Callable[[], None] = lambda: None
        """Called while the input is on, each time that the circuit took a new state."""
        world.observe(self.check)

    def voltage(self) -> Volt:
        """Return the voltage at the terminals [V]."""
        return self._world.voltage(*self._nets)

    def current(self) -> Ampere:
        """Return the current that the load draws [A]."""
        return self._world.current(self._sink) if self._sink.is_on else 0.0

    def regulate(self, regulation: Regulation, level: float, rate: float = inf) -> None:
        """Hold a current [A], resistance [ohm], voltage [V] or power [W].

        A current goes to its level at ``rate`` [A/s].
        """
        asked = (regulation, level, rate)
        if asked == self._asked:
            return
        self._asked = asked
        if self._sink.is_on:
            self._draw()
        else:
            self._sink.set(regulation, level)

    def switch(self, on: bool) -> None:
        """Switch the input on or off; on forgets what switched it off before."""
        if on and not self.is_on:
            self.tripped = 0
            volts = self.voltage()
            self.volts, self.amps = (volts, volts), (0.0, 0.0)
        self.is_on = on
        if on:
            self._begin()
        else:
            self._cancel()
            if self._sink.is_on:
                self._sink.off()

    def check(self) -> None:
        """Hold the voltage against Von, and voltage, current and power against their limits."""
        if not self.is_on:
            return
        volts = self.voltage()
        if not self._sink.is_on:
            self._begin()
            amps = 0.0
        else:
            amps = self._world.current(self._sink)
        least, most = self.volts
        if volts < least or volts > most:
            self.volts = min(least, volts), max(most, volts)
        least, most = self.amps
        if amps < least or amps > most:
            self.amps = min(least, amps), max(most, amps)
        if volts > self.voltage_limit:
            self._trip(OVERVOLTAGE | VOLTAGE_FAULT)
        elif amps > self.current_limit:
            self._trip(OVERCURRENT | SHUTDOWN)
        elif amps * volts > _SHUTDOWN_POWER:
            self._trip(OVERPOWER | SHUTDOWN)
        self.on_change()

    def condition(self) -> int:
        """Return the bits of the questionable status that the input decides."""
        found = self.tripped
        if self.voltage() > self.voltage_limit:
            found |= OVERVOLTAGE | VOLTAGE_FAULT
        sink = self._sink
        if sink.is_on:
            found |= ABOVE_VON
            if sink.region() != _REGULATED[sink.mode] and (sink.level or sink.mode == "CV"):
                found |= UNREGULATED
        return found

    def _begin(self) -> None:
        """Start to sink, if the voltage is above Von."""
        if self._sink.is_on or (self.von > 0.0 and self.voltage() <= self.von):
            return
        if self._asked[0] == "CC" and self._asked[1] > self._asked[2] * _AT_ONCE:
            self._sink.set("CC", 0.0)
        self._sink.on()
        self._draw()

    def _draw(self) -> None:
        """Bring the sink to what it is asked for."""
        self._cancel()
        regulation, level, rate = self._asked
        sink = self._sink
        start = sink.level
        duration = abs(level - start) / rate
        if regulation != "CC" or sink.mode != "CC" or duration <= _AT_ONCE:
            if (regulation, level) != (sink.mode, start):
                sink.set(regulation, level)
            return
        for step in range(1, _RAMP_STEPS + 1):
            due = (step - 0.5) / _RAMP_STEPS * duration
            amps = start + step / _RAMP_STEPS * (level - start)
            self._events.append(self._clock.schedule(due, lambda amps=amps: sink.set("CC", amps)))

    def _cancel(self) -> None:
        for event in self._events:
            event.cancel()
        self._events.clear()

    def _trip(self, cause: int) -> None:
        self.switch(False)
        self.tripped = cause
