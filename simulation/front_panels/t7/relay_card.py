"""A relay card on the digital lines of a T7: a coil is energised while its line sinks.

Assumed: opto-isolated card with active-low inputs and a supply of its own, which a line left as an
input does not energise; 8 ms to operate, 5 ms to release, contacts of 50 mohm.
"""

from instruments.units import Ohm, Second
from simulation.clock import VirtualClock
from simulation.elements import Contact
from simulation.netlist import Link
from simulation.world import World

SUFFIX = ".relay"
OPERATE_TIME: Second = 8e-3
RELEASE_TIME: Second = 5e-3
CONTACT_RESISTANCE: Ohm = 0.05


class RelayCard:
    """Contacts by the number of the line that switches them."""

    __slots__ = ("_clock", "_contacts", "_sinking", "_world")

    def __init__(self, world: World, clock: VirtualClock) -> None:
        self._world = world
        self._clock = clock
        self._contacts: dict[int, Contact] = {}
        self._sinking: set[int] = set()

    def plug_in(self, number: int, link: Link) -> None:
        """Put the contact that line ``number`` switches between the nets of ``link``."""
        self._contacts[number] = self._world.add(
            Contact(
                link.plus,
                link.minus,
                CONTACT_RESISTANCE + link.series,
                name=f"{link.instrument}.{link.terminal}",
            )
        )

    def follow(self, number: int, *, sinks: bool) -> None:
        """Energise the coil of line ``number`` while it sinks."""
        if number not in self._contacts or sinks == (number in self._sinking):
            return
        if sinks:
            self._sinking.add(number)
        else:
            self._sinking.discard(number)
        delay = OPERATE_TIME if sinks else RELEASE_TIME
        self._clock.schedule(delay, lambda: self._move(number))

    def _move(self, number: int) -> None:
        """Bring the contact to where its coil holds it by now."""
        if number in self._sinking:
            self._contacts[number].close()
        else:
            self._contacts[number].open()
