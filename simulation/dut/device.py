"""What every simulated device offers to the laboratory and to a fault of the user's own."""

from typing import Protocol, runtime_checkable

from instruments.units import DegreeCelsius
from simulation.clock import VirtualClock
from simulation.dut.app import App
from simulation.dut.bus_battery import BusBattery
from simulation.dut.fault import Fault
from simulation.dut.parameters import DataSheet, Parameters
from simulation.dut.readings import Readings
from simulation.elements import Element
from simulation.world import World


class Device(Protocol):
    """A unit under test in a circuit: it acts on the voltages at its terminals and nothing else.

    ``elements`` holds its circuit elements by name, ``parameters`` what it was built with.
    """

    sheet: DataSheet
    parameters: Parameters
    faults: tuple[Fault, ...]
    world: World
    clock: VirtualClock
    elements: dict[str, Element]

    def start(self) -> None:
        """Look at the terminals from now on; called once, when the unit is complete."""
        ...


@runtime_checkable
class HasTemperature(Protocol):
    """A device that a climate chamber can bring to a temperature."""

    def set_temperature(self, temperature: DegreeCelsius) -> None:
        """Bring the unit to a temperature."""
        ...


@runtime_checkable
class HasBattery(Protocol):
    """A device with a bank of batteries on its bus, for somebody who handles the bank."""

    battery: BusBattery


@runtime_checkable
class HasApp(Protocol):
    """A device that an app can reach."""

    app: App


@runtime_checkable
class Advertises(Protocol):
    """A device that says over the air how it is."""

    def advertisement(self) -> Readings | None:
        """Return what it advertises of itself now, None for nothing."""
        ...

    def is_on_air(self) -> bool:
        """Return whether its radio can be found now, whatever it says."""
        ...
