"""The supply section of a unit: when it has power, when its boot is over, what it draws."""

import math
from collections.abc import Callable

from instruments.units import DegreeCelsius, Volt
from simulation.clock import Event, VirtualClock
from simulation.dut.comparator import Comparator
from simulation.dut.parameters import Parameters
from simulation.elements import CurrentSource
from simulation.world import World


class SupplySection:
    """Watches BAT+ and draws the unit's own current from it.

    ``when_booted`` is called when the boot is over, ``when_restarted`` when the unit looks at its
    supply again, after an outage that its input capacitor could not ride through or a reset.
    """

    __slots__ = (
        "_awake_extra",
        "_boot",
        "_boot_time",
        "_clock",
        "_coldest",
        "_currents",
        "_drawing",
        "_has_been_on",
        "_high",
        "_hottest",
        "_is_endured",
        "_low",
        "_outage",
        "_outlasted",
        "_restart_delay",
        "_resting",
        "_ride_through",
        "_seen",
        "_start_ratio",
        "_started_at",
        "_when_booted",
        "_when_restarted",
        "element",
        "is_booted",
        "is_powered",
    )

    def __init__(
        self,
        world: World,
        clock: VirtualClock,
        parameters: Parameters,
        *,
        when_booted: Callable[[], None],
        when_restarted: Callable[[], None],
    ) -> None:
        number = parameters.number
        hysteresis = number("supply.hysteresis")
        half = hysteresis / 2.0
        self._low = Comparator(number("supply.minimum") + half, hysteresis, is_above=False)
        self._high = Comparator(number("supply.maximum") - half, hysteresis, is_above=False)
        self._boot_time = number("supply.boot_time")
        self._coldest, self._hottest = number("supply.coldest"), number("supply.hottest")
        self._is_endured = True
        self._start_ratio = number("supply.start_ratio")
        self._started_at: Volt = math.inf
        self._seen: Volt = 0.0
        self._restart_delay = number("supply.restart_delay")
        self._ride_through = number("supply.ride_through")
        self._currents = {
            name.removeprefix("current."): number(name)
            for name in parameters
            if name.startswith("current.")
        }
        self._awake_extra = self._currents.pop("awake_extra")
        self._has_been_on = False
        self._clock = clock
        self._when_booted = when_booted
        self._when_restarted = when_restarted
        self._boot: Event | None = None
        self._outage: Event | None = None
        self._outlasted = False
        self._resting = False
        self.is_powered = False
        self.is_booted = False
        self._drawing = "unpowered"
        self.element = CurrentSource("BAT+", "BAT-", self._currents["unpowered"])
        world.add(self.element)
        for comparator in (self._low, self._high):
            comparator.listen(world, "BAT+")

    def watch(self, supply: Volt) -> bool:
        """Take the supply voltage [V] in; return whether power came or went."""
        # both comparators look, so that each keeps its own side
        enough, too_much = self._low.above(supply), self._high.above(supply)
        self._seen = supply
        if math.isfinite(self._start_ratio):
            too_much = too_much or supply > self._start_ratio * self._started_at
        powered = enough and not too_much and self._is_endured and not self._resting
        if powered == self.is_powered:
            self._end_outage()
            return False
        if not powered and not self._outlasted:
            if self._outage is None:
                self._outage = self._clock.schedule(self._ride_through, self._outlast)
            return False
        self._end_outage()
        self.is_powered = powered
        if powered:
            self.draw("boot")
            if self._boot_time < float("inf"):
                self._boot = self._clock.schedule(self._boot_time, self._end_boot)
        else:
            self._reset()
        return True

    def set_temperature(self, temperature: DegreeCelsius) -> None:
        """Bring the unit to ``temperature``."""
        self._is_endured = self._coldest <= temperature <= self._hottest
        self._when_restarted()

    def restart(self) -> None:
        """Lose power inside, whatever is outside, and come back after the restart delay."""
        self._end_outage()
        self.is_powered = False
        self._reset()

    def draw(self, state: str) -> None:
        """Draw the current of a state: one of the parameters ``current.*``."""
        if state != self._drawing:
            self._drawing = state
            self._has_been_on |= state == "on"
            awake = self._has_been_on and state == "remote_off"
            self.element.set(self._currents[state] + (self._awake_extra if awake else 0.0))

    def _end_outage(self) -> None:
        self._outlasted = False
        if self._outage is not None:
            self._outage.cancel()
            self._outage = None

    def _outlast(self) -> None:
        """Look at the supply again: the input capacitor holds no longer."""
        self._outage = None
        self._outlasted = True
        self._when_restarted()

    def _reset(self) -> None:
        self.is_booted = False
        self._started_at = math.inf
        self._has_been_on = False
        if self._boot is not None:
            self._boot.cancel()
            self._boot = None
        self._resting = True
        self._clock.schedule(self._restart_delay, self._end_rest)
        self.draw("unpowered")

    def _end_boot(self) -> None:
        self._boot = None
        self._started_at = self._seen
        self.is_booted = True
        self._when_booted()

    def _end_rest(self) -> None:
        self._resting = False
        self._when_restarted()
