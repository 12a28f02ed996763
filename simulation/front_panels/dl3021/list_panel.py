"""The commands of a DL3021 that write and read the steps of its list.

Source: Rigol DL3000 programming guide as used by published drivers: ``LIST:LEV 0,1.5``, ``LIST:LEV?
0``, steps from 0. Its example calls ``LIST:STEP 2`` three steps; the words of the command, steps in
each cycle, count here. Assumed: numbers of digits, -221 while the list runs.
"""

from simulation.front_panels.dl3021 import settings as table
from simulation.front_panels.dl3021.list_mode import MOST_STEPS, WIDTHS, Step
from simulation.front_panels.dl3021.regulation import RegulatingPanel
from simulation.front_panels.scpi.errors import DialectError
from simulation.front_panels.scpi.headers import command
from simulation.front_panels.scpi.parameters import number, whole


class ListPanel(RegulatingPanel):
    """The table behind the list, step by step."""

    @command("[:SOURce]:LIST:LEVel")
    def _set_list_level(self, place: str, text: str) -> None:
        self._set_step(place, "level", text, self._list_limits())

    @command("[:SOURce]:LIST:LEVel?")
    def _ask_list_level(self, place: str) -> str:
        return f"{self._step(place).level:.4f}"

    @command("[:SOURce]:LIST:WIDth")
    def _set_list_width(self, place: str, text: str) -> None:
        self._set_step(place, "width", text, WIDTHS)

    @command("[:SOURce]:LIST:WIDth?")
    def _ask_list_width(self, place: str) -> str:
        return f"{self._step(place).width:.5f}"

    @command("[:SOURce]:LIST:SLEW")
    def _set_list_slew(self, place: str, text: str) -> None:
        low = self.settings["list_range"] == table.CURRENT_RANGES[0]
        self._set_step(place, "slew", text, (0.001, table.SLEW_RATES[0 if low else 1]))

    @command("[:SOURce]:LIST:SLEW?")
    def _ask_list_slew(self, place: str) -> str:
        return f"{self._step(place).slew:.3f}"

    def _set_step(self, place: str, name: str, text: str, limits: tuple[float, float]) -> None:
        index, value = _place(place), number(text)
        if not limits[0] <= value <= limits[1]:
            raise DialectError(-222)
        if self._list.is_running:
            raise DialectError(-221)
        self._list.change(index, **{name: value})

    def _step(self, place: str) -> Step:
        return self._list.steps[_place(place)]


def _place(text: str) -> int:
    """Return the number of a step."""
    return whole(text, 0, MOST_STEPS - 1)
