"""The wire to a simulated person: what is shown goes to the front panel, its lines come back."""

from instruments.units import Second
from simulation.wires.cable import Cable, Line

_PATIENCE: Second = 1.0  # virtual; in copper somebody looks up from a dead terminal at some time


class SimulatedConsole:
    """A far end of a console wire, with a cable that can be cut and garbled like any other."""

    __slots__ = ("_cable", "_line", "_typed")

    def __init__(self, cable: Cable) -> None:
        self._cable = cable
        self._line = Line(cable)
        self._typed = ""

    def write(self, text: str) -> None:
        """Show ``text``; raises OSError when the person has gone."""
        if self._line.is_lost:
            self._line = Line(self._cable)
        self._typed += self._line.feed(text.encode("utf-8")).decode("utf-8", "replace")

    def read_line(self) -> str:
        """Return the line that was typed, empty when nobody types any."""
        line, end, self._typed = self._typed.partition("\n")
        if not end:
            self._cable.clock.sleep(_PATIENCE)
        return line + end

    def close(self) -> None:
        """Forget what was typed."""
        self._typed = ""
