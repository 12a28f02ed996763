"""Status registers of a DAQ970A beyond those of IEEE 488.2.

Sources: DAQ970A programming guide, STATus subsystem (operation, questionable data and alarm
registers, each with condition, event and enable register, and their bits in the status byte) and
page 149 (registers are told with a sign); 34970A/34972A command reference (so is *TST?).
"""

from typing import ClassVar

from simulation.front_panels.scpi.headers import Handler, command
from simulation.front_panels.scpi.panel import ScpiPanel
from simulation.front_panels.scpi.parameters import mask

_ALARM_BIT, _QUESTIONABLE_BIT, _OPERATION_BIT = 0x02, 0x08, 0x80
_SIXTEEN_BITS = 0xFFFF
_GROUPS = {"OPERation": _OPERATION_BIT, "QUEStionable": _QUESTIONABLE_BIT, "ALARm": _ALARM_BIT}


class StatusPanel(ScpiPanel):
    """Latches events of three register groups until they are read or cleared."""

    REGISTER_FORM: ClassVar[str] = "+d"

    def __init__(self, *, idn: str) -> None:
        super().__init__(idn=idn)
        self._events = dict.fromkeys(_GROUPS, 0)
        self._enabled = dict.fromkeys(_GROUPS, 0)

    @classmethod
    def words(cls) -> list[tuple[str, Handler]]:
        """Add the queries and commands of the three groups."""
        return [entry for group in _GROUPS for entry in _group(group)] + super().words()

    def condition(self, group: str) -> int:
        """Return a condition register."""
        if group == "OPERation":
            return self.operation_condition()
        return self.questionable_condition() if group == "QUEStionable" else 0

    def happened(self, group: str, bits: int) -> None:
        """Latch events."""
        self._events[group] |= bits

    def events(self, group: str) -> int:
        """Return an event register with what is present now; it stays as it is."""
        return self._events[group] | self.condition(group)

    def take_events(self, group: str) -> int:
        """Return an event register and clear it."""
        found = self.events(group)
        self._events[group] = 0
        return found

    def enable(self, group: str, bits: int) -> None:
        """Set an enable register."""
        self._enabled[group] = bits

    def enabled(self, group: str) -> int:
        """Return an enable register."""
        return self._enabled[group]

    def power_cycle(self) -> None:
        """Lose what the registers hold."""
        super().power_cycle()
        self._events = dict.fromkeys(_GROUPS, 0)
        self._preset()

    def summaries(self) -> int:
        """Return the summaries of the three groups."""
        return sum(
            bit
            for group, bit in _GROUPS.items()
            if self._enabled[group] and self.events(group) & self._enabled[group]
        )

    @command("*CLS")
    def _clear_status(self) -> None:
        super()._clear_status()
        self._events = dict.fromkeys(_GROUPS, 0)

    @command("STATus:PRESet")
    def _preset(self) -> None:
        self._enabled = dict.fromkeys(_GROUPS, 0)


def _group(group: str) -> list[tuple[str, Handler]]:
    """Return the words of one register group."""

    def ask_condition(panel: StatusPanel) -> str:
        return f"{panel.condition(group):+d}"

    def ask_events(panel: StatusPanel) -> str:
        return f"{panel.take_events(group):+d}"

    def set_enabled(panel: StatusPanel, text: str) -> None:
        panel.enable(group, mask(text, _SIXTEEN_BITS))

    def ask_enabled(panel: StatusPanel) -> str:
        return f"{panel.enabled(group):+d}"

    stem = f"STATus:{group}"
    return [
        (f"{stem}:CONDition?", ask_condition),
        (f"{stem}[:EVENt]?", ask_events),
        (f"{stem}:ENABle", set_enabled),
        (f"{stem}:ENABle?", ask_enabled),
    ]
