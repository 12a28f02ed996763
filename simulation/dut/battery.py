"""A battery of the Smart line as the unit sees it: cells, and alarm electronics on the link.

The battery decides, the unit acts. A pole is a normally-closed contact to BAT-; its assumed meaning
is that of `simulation.dut.battery_link`. The alarm electronics act at once.
"""

from pathlib import Path

from instruments.units import Volt
from simulation.dut.battery_link import POLES
from simulation.dut.cells import Cells
from simulation.dut.hysteresis import Limit
from simulation.dut.parameters import read_numbers
from simulation.elements import Contact
from simulation.world import World

DATA_FILE = Path(__file__).with_name("smart_battery.toml")


class Battery(Cells):
    """``cells`` cells in series, healthy and plugged in when new, tying ``poles`` to ``minus``.

    The undervoltage level [V] is adjustable in the battery; without one the default applies.
    """

    def __init__(
        self,
        world: World,
        *,
        cells: int = 4,
        undervoltage: Volt | None = None,
        poles: tuple[str, str, str] = POLES,
        minus: str = "BAT-",
    ) -> None:
        super().__init__(cells)
        number = read_numbers(DATA_FILE)
        low = number["cell.undervoltage"] if undervoltage is None else undervoltage
        self._low = Limit(low, number["cell.undervoltage_release"])
        self._high = Limit(
            number["cell.overvoltage"], number["cell.overvoltage_release"], inclusive=True
        )
        coldest, hottest = number["cell.coldest"], number["cell.hottest"]
        margin = number["cell.temperature_hysteresis"]
        self._cold = Limit(coldest, coldest + margin)
        self._hot = Limit(hottest, hottest - margin)
        self._plugged = True
        ohms = number["link.contact_resistance"]
        self.contacts = tuple(Contact(pole, minus, ohms, closed=True) for pole in poles)
        for contact in self.contacts:
            world.add(contact)

    @property
    def voltage(self) -> Volt:
        """Return the sum of the cells [V]."""
        return sum(self._cells)

    def unplug(self) -> None:
        """Pull the link's cable: all poles open."""
        self._plugged = False
        self._drive()

    def plug(self) -> None:
        """Put the link's cable back."""
        self._plugged = True
        self._drive()

    def _decide(self) -> None:
        """Raise and clear the alarms: one cell raises, all cells must have recovered to clear."""
        self._low.take(min(self._cells))
        self._high.take(max(self._cells))
        self._cold.take(min(self._temperatures))
        self._hot.take(max(self._temperatures))
        self._drive()

    def _drive(self) -> None:
        refuses = self._high.is_reached or self._cold.is_reached or self._hot.is_reached
        for contact, healthy in zip(
            self.contacts, (not self._low.is_reached, not refuses, True), strict=True
        ):
            if healthy and self._plugged:
                contact.close()
            else:
                contact.open()
