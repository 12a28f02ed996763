"""Stored states of a DAQ970A: six places, the first of them for the state at power-down.

Source: 34970A/34972A command reference, *SAV, *RCL and MEMory. Assumed: that the DAQ970A has them
too, as programs for the whole family expect; that the name of place 0 is that of the others.
"""

import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from simulation.front_panels.daq970a.errors import refused
from simulation.front_panels.daq970a.trigger import TriggerPanel
from simulation.front_panels.scpi.errors import DialectError
from simulation.front_panels.scpi.headers import command
from simulation.front_panels.scpi.parameters import boolean, quoted, whole

_PLACES = 6
_POWER_DOWN = 0
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,11}")

State = dict[str, Any]


@dataclass(slots=True)
class Places:
    """What outlasts power: states and their names by number, and whether one is recalled."""

    stored: dict[int, State] = field(default_factory=dict[int, State])
    names: dict[int, str] = field(default_factory=dict[int, str])
    recalls: bool = False


class StatePanel(TriggerPanel):
    """Keeps the configuration of channels, scan and formats under a number."""

    _places: Places

    def configuration(self) -> State:
        """Return all that belongs to a state."""
        return {
            "settings": self.settings,
            "channels": self._table,
            "list": self._list,
            "labels": self._labels,
            "trigger": (self._scan.source, self._scan.count, self._scan.timer),
        }

    def configure_again(self, state: State) -> None:
        """Take over a state; raises DialectError."""
        self._stop_scan()
        self._stop_monitor()
        for name, value in state["settings"].items():
            self.settings[name] = value
            self.settled(name)
        self._table.update(state["channels"])
        self._list, self._labels = state["list"], state["labels"]
        self._scan.source, self._scan.count, self._scan.timer = state["trigger"]
        self._memory.clear()

    def power_cycle(self) -> None:
        """Keep the state at power-down; come up with it if that was asked for."""
        self._places.stored[_POWER_DOWN] = deepcopy(self.configuration())
        super().power_cycle()
        if self._places.recalls:
            try:
                self.configure_again(deepcopy(self._places.stored[_POWER_DOWN]))
            except DialectError as error:
                self.note(error)

    @command("*SAV")
    def _save(self, text: str) -> None:
        self._places.stored[_place(text)] = deepcopy(self.configuration())

    @command("*RCL")
    def _recall(self, text: str) -> None:
        state = self._places.stored.get(_place(text))
        if state is None:
            raise refused(291)
        self.configure_again(deepcopy(state))

    @command("MEMory:NSTates?")
    def _ask_places(self) -> str:
        return f"{_PLACES:+d}"

    @command("MEMory:STATe:VALid?")
    def _ask_valid(self, text: str) -> str:
        return "1" if _place(text) in self._places.stored else "0"

    @command("MEMory:STATe:DELete")
    def _delete(self, text: str) -> None:
        place = _place(text)
        self._places.stored.pop(place, None)
        self._places.names.pop(place, None)

    @command("MEMory:STATe:NAME")
    def _name_state(self, text: str, name: str = "") -> None:
        place = _place(text)
        if not name:
            self._places.names.pop(place, None)
        elif _NAME.fullmatch(name):
            self._places.names[place] = name.upper()
        else:
            raise DialectError(-224)

    @command("MEMory:STATe:NAME?")
    def _ask_name(self, text: str) -> str:
        place = _place(text)
        return quoted(self._places.names.get(place, f"STATE{place}"))

    @command("MEMory:STATe:RECall:AUTO")
    def _set_recall(self, text: str) -> None:
        self._places.recalls = boolean(text)

    @command("MEMory:STATe:RECall:AUTO?")
    def _ask_recall(self) -> str:
        return "1" if self._places.recalls else "0"


def _place(text: str) -> int:
    """Return the number of a place; raises DialectError -222."""
    return whole(text, 0, _PLACES - 1)
