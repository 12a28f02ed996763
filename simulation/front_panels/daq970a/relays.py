"""Relays of a DAQM901A that are closed by hand, and how often each has switched.

Sources: 34970A/34972A command reference (no closing while a channel of the module is scanned, all
open when a scan starts); PyICe driver (SYSTem:RELay:CYCLes?). Assumed: 0.1 ohm for a closed relay;
that two banks have nothing in common.
"""

from collections.abc import Mapping

from instruments.units import Ohm
from simulation.elements import Resistor
from simulation.front_panels.daq970a.daqm901a_channel import BANK, CHANNELS
from simulation.netlist import Link
from simulation.world import World

_CLOSED: Ohm = 0.1


class Relays:
    """What is closed; channels that are closed in one bank at once are tied to each other."""

    def __init__(self, links: Mapping[str, Link], world: World, cycles: dict[int, int]) -> None:
        self._links = {int(terminal): link for terminal, link in links.items()}
        self._world = world
        self._cycles = cycles
        self._ties: list[Resistor] = []
        self.closed: set[int] = set()

    def close(self, numbers: list[int]) -> None:
        """Close the relays of these channels."""
        for number in numbers:
            if number not in self.closed:
                self._cycles[number] += 1
        self.closed.update(numbers)
        self._tie()

    def open(self, numbers: list[int]) -> None:
        """Open the relays of these channels."""
        self.closed.difference_update(numbers)
        self._tie()

    def open_all(self) -> None:
        """Open all relays."""
        if self.closed:
            self.open(list(CHANNELS))

    def _tie(self) -> None:
        """Connect what is closed in each bank, wire by wire."""
        for tie in self._ties:
            self._world.remove(tie)
        self._ties.clear()
        banks: dict[int, Link] = {}
        for number in sorted(self.closed):
            link = self._links.get(number)
            if link is None:
                continue
            first = banks.setdefault((number - CHANNELS[0]) // BANK, link)
            for one, other in ((first.plus, link.plus), (first.minus, link.minus)):
                if one != other:
                    tie = Resistor(one, other, 2.0 * _CLOSED, name=f"bus {number}")
                    self._ties.append(self._world.add(tie))
