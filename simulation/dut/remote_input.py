"""The system on/off input: terminals REMOTE L and REMOTE H with their networks and thresholds.

On when L lies below its threshold or H above its own (data sheet 000, English, line 50). A switch
between L and H works through the networks: the pull-up of L lifts H over the link.
"""

import math

from instruments.units import Volt
from simulation.dut.comparator import Comparator
from simulation.dut.parameters import Parameters
from simulation.elements import Resistor, VoltageSource
from simulation.world import World

_APART: Volt = 0.1
"""L and H that are linked lie nearer to each other than this."""


class RemoteInput:
    """Reads the two terminals; the unit applies its reaction time to the result."""

    __slots__ = (
        "_band",
        "_below_supply",
        "_has_been_high",
        "_high",
        "_latches",
        "_low",
        "_part_of_supply",
        "_pull_up_voltage",
        "pull_down",
        "pull_up",
    )

    def __init__(self, world: World, parameters: Parameters) -> None:
        number = parameters.number
        self._low = Comparator(
            number("remote_l.threshold"), number("remote_l.hysteresis"), is_above=True
        )
        self._high = Comparator(
            number("remote_h.threshold"), number("remote_h.hysteresis"), is_above=False
        )
        self._below_supply = number("remote_h.below_supply")
        self._part_of_supply = number("remote_h.part_of_supply")
        self._latches = parameters.switch("remote_h.latches")
        self._has_been_high = False
        self._band = number("remote.chatter_band")
        self._pull_up_voltage = number("remote_l.pull_up_voltage")
        self.pull_up = VoltageSource("REMOTE_L", "BAT-", 0.0, number("remote_l.pull_up"))
        self.pull_down = Resistor("REMOTE_H", "BAT-", number("remote_h.pull_down"))
        world.add(self.pull_up)
        world.add(self.pull_down)
        self._low.listen(world, "REMOTE_L")
        self._high.listen(world, "REMOTE_H")
        if math.isfinite(self._below_supply):
            world.watch("BAT+", "REMOTE_H", self._below_supply)

    def power(self, on: bool) -> None:
        """Feed the pull-up, or not."""
        self._has_been_high = False
        self.pull_up.set(self._pull_up_voltage if on else 0.0)

    def wants_on(self, low: Volt, high: Volt, supply: Volt, *, was_on: bool) -> bool:
        """Return whether L [V] or H [V] asks for on; ``was_on`` is what the unit last acted on."""
        by_low = not self._low.above(low)
        by_high = self._high.above(high) and high <= supply - self._below_supply
        by_high = by_high and high >= self._part_of_supply * supply
        if self._band:
            # worst case of noise on an input without hysteresis: each look says the other thing
            if abs(low - self._low.threshold) < self._band:
                by_low = not was_on
            if abs(high - self._high.threshold) < self._band:
                by_high = not was_on
        if self._latches and by_high and abs(high - low) > _APART:
            self._has_been_high = True
        return by_low or by_high or self._has_been_high
