"""What a DAQ970A tells of itself, its modules and its display.

Sources: 34970A/34972A command reference; DAQ970A programming guide (SYSTem:LOCK). SYSTem:BEEPer as
public programs for the DAQ970A send it. Assumed: 50 Hz mains, serial and firmware of the module,
calibrated once; that a lock ends with power only, where the guide lets one end with its socket.
"""

from collections.abc import Mapping
from typing import ClassVar

from simulation.front_panels.daq970a.status import StatusPanel
from simulation.front_panels.scpi.errors import DialectError
from simulation.front_panels.scpi.headers import command
from simulation.front_panels.scpi.parameters import quoted, string
from simulation.front_panels.scpi.settings import Setting, Switch

_SLOTS = {"100": 1, "200": 2, "300": 3, "1": 1, "2": 2, "3": 3}
_CARD = "Keysight Technologies,DAQM901A,MY58000000,01.00"
_CLEARS = "power_on_clear"
_EMPTY = "Keysight Technologies,0,0,0"


class SystemPanel(StatusPanel):
    """The words that have nothing to do with measuring."""

    SETTINGS: ClassVar[tuple[Setting, ...]] = (
        Switch(header="DISPlay[:STATe]", name="display", default=1.0),
        Switch(header="*PSC", name=_CLEARS, default=1.0),
        Switch(header="SYSTem:BEEPer:STATe", name="beeper", default=1.0),
    )

    ANSWERS: ClassVar[Mapping[str, str | None]] = {
        "SYSTem:LFRequency?": "+50",
        "SYSTem:LOCal": None,
        "SYSTem:REMote": None,
        "SYSTem:RWLock": None,
        "SYSTem:BEEPer[:IMMediate]": None,
        "CALibration:COUNt?": "+1",
        "CALibration:STRing?": '""',
        "CALibration:SECure:STATe?": "1",
        "INSTrument:DMM:INSTalled?": "1",
        "ROUTe:DONE?": "1",
    }

    def __init__(self, *, idn: str) -> None:
        super().__init__(idn=idn)
        self._text = ""
        self.interface = ""
        """What a lock is told by; there is one interface, so nobody is ever locked out."""
        self.locks = 0

    def power_cycle(self) -> None:
        """Come up without a lock; *PSC says whether enable registers of IEEE 488.2 are kept."""
        kept = self._event_enable, self._service_enable
        super().power_cycle()
        self.locks = 0
        if not self.settings[_CLEARS]:
            self._event_enable, self._service_enable = kept

    def reset(self) -> None:
        """Clear the display as well; the power-on status clear flag stays (IEEE 488.2, 10.32)."""
        kept = self.settings[_CLEARS]
        super().reset()
        self.settings[_CLEARS] = kept
        self._text = ""

    @command("SYSTem:CTYPe?")
    def _ask_card(self, text: str) -> str:
        slot = _SLOTS.get(text)
        if slot is None:
            raise DialectError(-222)
        return _CARD if slot == 1 else _EMPTY

    @command("SYSTem:LOCK:NAME?")
    def _ask_interface(self) -> str:
        return quoted(self.interface)

    @command("SYSTem:LOCK:OWNer?")
    def _ask_owner(self) -> str:
        return quoted(self.interface if self.locks else "NONE")

    @command("SYSTem:LOCK:REQuest?")
    def _lock(self) -> str:
        self.locks += 1
        return "+1"

    @command("SYSTem:LOCK:RELease")
    def _unlock(self) -> None:
        self.locks = max(0, self.locks - 1)

    @command("DISPlay:TEXT")
    def _show(self, text: str) -> None:
        self._text = string(text)

    @command("DISPlay:TEXT?")
    def _ask_shown(self) -> str:
        return quoted(self._text)

    @command("DISPlay:TEXT:CLEar")
    def _clear_display(self) -> None:
        self._text = ""
