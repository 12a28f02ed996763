"""What every simulated device offers to the laboratory and to a fault of the user's own."""

from typing import Protocol

from simulation.clock import VirtualClock
from simulation.dut.fault import Fault
from simulation.dut.parameters import DataSheet, Parameters
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
