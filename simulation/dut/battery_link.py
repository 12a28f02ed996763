"""The battery link of the smallBMS: three poles that the healthy battery side ties to BAT-.

The coding is an assumption, the manufacturer publishes none: pole 1 open means that a cell is low,
pole 2 open that charging is not allowed (over-voltage or temperature), pole 3 open that the cable
is off. Each pole is pulled up inside the unit.
"""

from instruments.units import Volt
from simulation.dut.comparator import Comparator
from simulation.dut.parameters import Parameters
from simulation.elements import VoltageSource
from simulation.world import World

POLES = ("BATTERY_LINK.1", "BATTERY_LINK.2", "BATTERY_LINK.3")


class BatteryLink:
    """Pulls the poles up and reads them; the unit applies its reaction time to the result."""

    __slots__ = ("_comparators", "_pole_voltage", "pull_ups")

    def __init__(self, world: World, parameters: Parameters) -> None:
        number = parameters.number
        self._pole_voltage = number("battery_link.pole_voltage")
        self._comparators = tuple(
            Comparator(
                number("battery_link.threshold"), number("battery_link.hysteresis"), is_above=True
            )
            for _ in POLES
        )
        self.pull_ups = tuple(
            VoltageSource(pole, "BAT-", 0.0, number("battery_link.pull_up")) for pole in POLES
        )
        for pole, pull_up, comparator in zip(POLES, self.pull_ups, self._comparators, strict=True):
            world.add(pull_up)
            comparator.listen(world, pole)

    def power(self, on: bool) -> None:
        """Feed the pull-ups, or not."""
        for pull_up in self.pull_ups:
            pull_up.set(self._pole_voltage if on else 0.0)

    def closed(self, *poles: Volt) -> tuple[bool, ...]:
        """Return for each pole [V] whether it is tied down."""
        return tuple(
            [
                not comparator.above(pole)
                for comparator, pole in zip(self._comparators, poles, strict=True)
            ]
        )
