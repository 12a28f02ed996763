"""One high-side output of the unit, with what can be wrong with it."""

import math

from instruments.units import Ampere, DegreeCelsius, Second, Volt
from simulation.clock import Event, VirtualClock
from simulation.dut.parameters import Parameters
from simulation.high_side import HighSide
from simulation.world import World

_SHORTED_BELOW: Volt = 1.0
_RETRY: Second = 0.2
_HOT: DegreeCelsius = 45.0
_BLANKING: Second = 1e-3  # what charges the cable at switching on is no short circuit


class OutputStage:
    """Switches ``terminal`` to BAT+ or lets it float; its parameters are those of ``section``."""

    __slots__ = (
        "_band_end",
        "_clock",
        "_crosstalk",
        "_drop",
        "_dropout",
        "_endured",
        "_extra_drop",
        "_grown",
        "_high_supply",
        "_hot_leakage",
        "_is_shorted_still",
        "_judging",
        "_latched",
        "_latches",
        "_leakage",
        "_lifted",
        "_lifted_above",
        "_lifter",
        "_loose",
        "_missed",
        "_on",
        "_openings",
        "_pull_low",
        "_pulsing",
        "_shorts",
        "_start_pulse",
        "_sticks_above",
        "_stuck",
        "_terminal",
        "_warm",
        "_warm_after",
        "_warm_drop",
        "_world",
        "element",
        "watches",
    )

    def __init__(
        self, world: World, clock: VirtualClock, parameters: Parameters, section: str, terminal: str
    ) -> None:
        number = parameters.number
        limit = number(f"{section}.current_limit")
        self._world = world
        self._clock = clock
        self._terminal = terminal
        self._stuck = parameters.one_of(f"{section}.stuck", "", "on", "off")
        self._drop = number(f"{section}.drop")
        self._extra_drop = number(f"{section}.high_supply_extra_drop")
        self._high_supply = number(f"{section}.high_supply")
        self._band_end = number(f"{section}.high_supply_end")
        self._start_pulse = number(f"{section}.start_pulse")
        self._crosstalk = number(f"{section}.crosstalk")
        self._pull_low = 1.0 / parameters.positive(f"{section}.pull_down")
        self._latches = parameters.switch(f"{section}.latches_when_shorted")
        self._endured = number(f"{section}.shorts_endured")
        self._leakage = number(f"{section}.leakage")
        self._hot_leakage = number(f"{section}.hot_leakage")
        self._missed = number(f"{section}.openings_missed")
        self._openings = 0
        self._sticks_above = number(f"{section}.sticks_above")
        self._lifted_above = number(f"{section}.lifted_above")
        self._lifted = False
        self._lifter: HighSide | None = None
        self._warm_drop = number(f"{section}.warm_extra_drop")
        self._warm_after = number(f"{section}.warm_after")
        self._warm: Event | None = None
        self._grown = 0.0
        self._shorts = 0
        self._is_shorted_still = False
        self._dropout = number(f"{section}.dropout_duration")
        self._latched = False
        self._judging = False
        self._loose = False
        self._pulsing = False
        self._on = False
        levels = (self._high_supply, self._sticks_above, self._lifted_above)
        self.watches = self._latches or any(math.isfinite(level) for level in levels)
        self.element = HighSide(
            "BAT+",
            terminal,
            on=self._stuck == "on",
            resistance=parameters.positive(f"{section}.resistance"),
            diode_drop=self._drop,
            current_limit=limit if math.isfinite(limit) else None,
            leakage=self._leakage,
            pull_low=0.0 if self._stuck == "on" else self._pull_low,
        )
        world.add(self.element)
        if math.isfinite(self._high_supply):
            world.watch("BAT+", "BAT-", self._high_supply)
        if math.isfinite(self._band_end):
            world.watch("BAT+", "BAT-", self._band_end)
        if self._latches:
            world.watch(terminal, "BAT-", _SHORTED_BELOW)
        period = number(f"{section}.dropout_period")
        if math.isfinite(period):
            clock.every(period, self._lose_contact)
        period = number(f"{section}.retry_period")
        if math.isfinite(period):
            clock.every(period, self._retry)

    def switch(self, on: bool) -> bool:
        """Drive the output high, or let it float; return whether that is new."""
        is_new = on != self._on
        if is_new:
            self._on = on
            self._openings += not on
            if on or self._openings % self._missed:
                self._apply()
        return is_new

    def start(self) -> None:
        """Get power."""
        self._openings = 0
        if self._start_pulse:
            self._pulse(self._start_pulse)

    def couple(self, other: "OutputStage") -> None:
        """Be lifted by what another output carries, if this one can be."""
        if math.isfinite(self._lifted_above):
            self._lifter = other.element

    def interrupt(self, duration: Second) -> None:
        """Open for a time, whatever the driver says."""
        self._lose_contact(duration)

    def disturb(self) -> None:
        """Feel another output switch."""
        if self._crosstalk:
            self._lose_contact(self._crosstalk)

    def reset(self) -> None:
        """Lose the memory of a short circuit, as a power cycle does."""
        self._latched = False
        self._shorts = 0
        self._apply()

    def set_temperature(self, temperature: DegreeCelsius) -> None:
        """Come to a temperature."""
        hot = self._hot_leakage if temperature > _HOT else 0.0
        self.element.set(leakage=self._leakage + hot)

    def watch(self, supply: Volt) -> None:
        """React to the supply voltage [V] and to the output's own; called if ``watches``."""
        in_band = self._high_supply < supply < self._band_end
        drop = self._drop + self._grown + (self._extra_drop if in_band else 0.0)
        if drop != self.element.diode_drop:
            self.element.set(diode_drop=drop)
        if self._lifter is not None:
            self._lifted = self._current_of(self._lifter) > self._lifted_above
        self._apply()  # a current that kept the switch closed may be gone
        if not self._latches or self._judging:
            return
        is_shorted = self._is_shorted()
        if is_shorted and not self._is_shorted_still:
            self._judging = True
            self._clock.schedule(_BLANKING, self._judge)
        self._is_shorted_still &= is_shorted

    def _is_shorted(self) -> bool:
        if not self.element.is_on:
            return False
        return self._world.voltage(self._terminal, "BAT-") < _SHORTED_BELOW

    def _judge(self) -> None:
        """Latch off if the output is still held down, and has been so too often."""
        self._judging = False
        self._is_shorted_still = self._is_shorted()
        self._shorts += self._is_shorted_still
        if self._shorts > self._endured:
            self._latched = True
            self._apply()

    def _apply(self) -> None:
        """Bring the switch into the state that driver, latch and contact ask for."""
        on = self._pulsing or self._lifted or (self._on and not self._latched and not self._loose)
        if self._stuck:
            on = self._stuck == "on"
        if on == self.element.is_on or (not on and self._sticks()):
            return
        if self._pull_low:
            self.element.set(pull_low=0.0 if on else self._pull_low)
        if on:
            self.element.on()
        else:
            self.element.off()
        if math.isfinite(self._warm_after):
            self._warm_up(on)

    def _sticks(self) -> bool:
        """Return whether the current keeps the switch from opening."""
        if math.isinf(self._sticks_above):
            return False
        return self._current_of(self.element) > self._sticks_above

    def _current_of(self, element: HighSide) -> Ampere:
        """Return what a switch that is on carries, 0 where it is off."""
        if not element.is_on:
            return 0.0
        switch = element.branches[0]
        drop = self._world.voltage(switch.a, switch.b) - element.diode_drop
        return drop / element.resistance

    def _warm_up(self, on: bool) -> None:
        """Begin to get warm with the switch on, or cool down at once."""
        if self._warm is not None:
            self._warm.cancel()
        self._warm = self._clock.schedule(self._warm_after, self._be_warm) if on else None
        self._grown = 0.0
        self.element.set(diode_drop=self._drop)

    def _be_warm(self) -> None:
        self._warm = None
        self._grown = self._warm_drop
        self.element.set(diode_drop=self._drop + self._grown)

    def _lose_contact(self, duration: Second | None = None) -> None:
        self._loose = True
        self._apply()
        self._clock.schedule(self._dropout if duration is None else duration, self._regain_contact)

    def _regain_contact(self) -> None:
        self._loose = False
        self._apply()

    def _retry(self) -> None:
        if not self._on:
            self._pulse(_RETRY)

    def _pulse(self, duration: Second) -> None:
        """Be high for a time, whatever the driver says."""
        self._pulsing = True
        self._apply()
        self._clock.schedule(duration, self._end_pulse)

    def _end_pulse(self) -> None:
        self._pulsing = False
        self._apply()
