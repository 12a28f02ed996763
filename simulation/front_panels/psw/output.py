"""What the terminals of a PSW do: regulation, ramps, delays, protection, bleeder, readings.

Sources: as for `psw`. Assumed, not checked with the data sheet: accuracy, ramp of 50 ms at high
speed, over-current delay, bleeder, power limit; that in AUTO the bleeder is always on.
"""

from collections.abc import Mapping

from instruments.accuracy import Accuracy
from instruments.units import Ampere, Ohm, Second, Volt
from simulation.clock import Event, VirtualClock
from simulation.front_panels.psw.ramp import Ramp, steps_of
from simulation.front_panels.psw.settings import (
    AT_POWER_ON,
    CC_SLEW_RATE,
    CV_SLEW_RATE,
    HEADROOM,
    RATED_CURRENT,
    RATED_POWER,
    RATED_VOLTAGE,
)
from simulation.front_panels.scpi.status import StatusPanel
from simulation.front_panels.terminals import open_circuit
from simulation.netlist import Link, SimulatedInstrument
from simulation.noise import Noise
from simulation.supply_source import SupplySource
from simulation.world import World

_RAMP_TIME: Second = 0.05
_OVERCURRENT_DELAY: Second = 0.05
_BLEEDER: Ohm = 10e3
_NO_BLEEDER: Ohm = 1e9

_ASSUMED = "assumed: 0.1 % + 10 mV and 0.1 % + 10 mA, not checked with the data sheet"
ACCURACIES: Mapping[str, Accuracy] = {
    "voltage": Accuracy(of_reading=1e-3, fixed=10e-3, basis=_ASSUMED),
    "current": Accuracy(of_reading=1e-3, fixed=10e-3, basis=_ASSUMED),
}

_CONSTANT_VOLTAGE, _CONSTANT_CURRENT = 0x100, 0x400
_ON_DELAY, _OFF_DELAY = 0x800, 0x1000
"""Operation status: GW Instek PSU series programming manual, page 146; not seen on a PSW but for
the first."""

_OVERVOLTAGE, _OVERCURRENT = 0x1, 0x2
"""Questionable status: SCPI-99, volume 1, 9.4; 0 on real units in constant voltage and current."""


class PswOutput(StatusPanel):
    """The power part of the supply: CV and CC by itself, trips on over-voltage and over-current."""

    def __init__(
        self,
        instrument: SimulatedInstrument,
        links: Mapping[str, Link],
        world: World,
        clock: VirtualClock,
        noise: Noise,
        *,
        idn: str,
    ) -> None:
        super().__init__(idn=idn)
        link = links.get("out") or open_circuit(instrument.name, "out", world.ground)
        self._nets = (link.plus, link.minus)
        self._world = world
        self._clock = clock
        self._noise = noise
        self._accuracies = {**ACCURACIES, **instrument.accuracies}
        self._source = SupplySource(
            link.plus, link.minus, bleeder=_BLEEDER, name=f"{instrument.name}.out"
        )
        world.add(self._source)
        self._is_on = False
        self.is_tripped = False
        self._cause = 0
        self._program = Ramp(clock, self._drive)
        self._limit = Ramp(clock, self._drive)
        self._switching: Event | None = None
        self._overcurrent: Event | None = None
        world.observe(self._protect)

    # output

    def settled(self, name: str) -> None:
        """Bring the source to a changed setting."""
        if name in ("voltage", "current"):
            self._regulate()
        elif name == "resistance":
            self._source.resist(self.settings["resistance"])
        elif name == "bleeder":
            on = self.settings["bleeder"] or 0.0
            self._source.branches[1].conduct(1.0 / (_BLEEDER if on else _NO_BLEEDER))
        elif name in ("ovp", "ocp", "ocp_on"):
            self._world.voltage(*self._nets)
            self._protect()

    def _regulate(self) -> None:
        mode = self.settings["priority"]
        volts, amps = self.settings["voltage"], self.settings["current"]
        program, limit = self._program, self._limit
        if not self._is_on:
            program.jump(0.0)
            limit.jump(0.0)
        elif volts == program.value:
            program.jump(volts)
        elif mode == CV_SLEW_RATE:
            rate = self.settings["rise" if volts > program.value else "fall"]
            duration = abs(volts - program.value) / rate
            program.go(volts, duration, steps_of(duration))
        else:
            program.go(volts, _RAMP_TIME)
        if self._is_on and mode == CC_SLEW_RATE and amps != limit.value:
            rate = self.settings["current_rise" if amps > limit.value else "current_fall"]
            duration = abs(amps - limit.value) / rate
            limit.go(amps, duration, steps_of(duration))
        elif self._is_on:
            limit.jump(amps)
        self._drive()

    def _drive(self) -> None:
        volts = self._program.value
        power_limit = HEADROOM * RATED_POWER / max(volts, 1.0)
        self._source.set(volts, min(self._limit.value, power_limit))

    def _switch(self, on: bool) -> None:
        if on == self._is_on or (on and self.is_tripped):
            return
        self._is_on = on
        self._program.jump(0.0)
        self._limit.jump(0.0)
        if on:
            self._source.on()
        else:
            self._source.off()
            self._forget_overcurrent()
        self._regulate()

    def _request(self, on: bool) -> None:
        self._forget_request()
        if on == self._is_on:
            return
        delay = self.settings["on_delay" if on else "off_delay"]
        if delay > 0.0:
            self._switching = self._clock.schedule(delay, lambda: self._fulfil(on))
            self.note_status()
        else:
            self._switch(on)

    def _fulfil(self, on: bool) -> None:
        self._switching = None
        self._switch(on)

    def _forget_request(self) -> None:
        if self._switching is not None:
            self._switching.cancel()
            self._switching = None

    # protection

    def _protect(self) -> None:
        if not self._is_on:
            return
        if self._world.voltage(*self._nets) > self.settings["ovp"]:
            self._trip(_OVERVOLTAGE)
            return
        limit = self.settings["ocp"] if self.settings["ocp_on"] else None
        if limit is None or self._source.current_limit <= limit:
            exceeded = False
        else:
            exceeded = self._world.current(self._source) > limit
        if exceeded and self._overcurrent is None:
            self._overcurrent = self._clock.schedule(
                _OVERCURRENT_DELAY, lambda: self._trip(_OVERCURRENT)
            )
        elif not exceeded:
            self._forget_overcurrent()

    def _forget_overcurrent(self) -> None:
        if self._overcurrent is not None:
            self._overcurrent.cancel()
            self._overcurrent = None

    def _trip(self, cause: int) -> None:
        self.is_tripped = True
        self._cause = cause
        self._switch(False)

    def _release(self) -> None:
        self.note_status()
        self.is_tripped = False
        self._cause = 0

    def reset(self) -> None:
        """Switch the output off and put all settings back."""
        self._forget_request()
        self._switch(False)
        super().reset()

    def power_cycle(self) -> None:
        """Come up without a trip, and with the output off unless told otherwise before."""
        self.is_tripped = False
        self._cause = 0
        kept = self.settings[AT_POWER_ON]
        super().power_cycle()
        self.settings[AT_POWER_ON] = kept
        if kept:
            self._request(True)

    # readings and status

    def operation_condition(self) -> int:
        """Return what the output regulates and which delay runs."""
        if self._switching is not None:
            return self._regulation() | (_OFF_DELAY if self._is_on else _ON_DELAY)
        return self._regulation()

    def questionable_condition(self) -> int:
        """Return which protection has tripped."""
        return self._cause

    def _regulation(self) -> int:
        modes = {"CV": _CONSTANT_VOLTAGE, "CC": _CONSTANT_CURRENT}
        return modes.get(self._source.mode(), 0)

    def _voltage(self) -> Volt:
        volts = self._world.voltage(*self._nets)
        return self._noise.indicate(volts, self._accuracies["voltage"], RATED_VOLTAGE, "voltage")

    def _current(self) -> Ampere:
        amps = self._world.current(self._source) if self._is_on else 0.0
        return self._noise.indicate(amps, self._accuracies["current"], RATED_CURRENT, "current")
