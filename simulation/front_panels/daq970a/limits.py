"""Alarm words of a DAQ970A (DAQ970A programming guide, OUTPut:ALARm, SYSTem:ALARm, STATus)."""

from collections.abc import Sequence
from typing import ClassVar

from simulation.clock import VirtualClock
from simulation.front_panels.daq970a.alarms import ALARMS, NO_ALARM, Alarms
from simulation.front_panels.daq970a.daqm901a import OVERLOAD
from simulation.front_panels.daq970a.daqm901a_channel import Channel
from simulation.front_panels.daq970a.daqm901a_functions import FUNCTIONS
from simulation.front_panels.daq970a.data import DataPanel, block
from simulation.front_panels.daq970a.memory import Reading, unit_of
from simulation.front_panels.scpi.headers import Handler, command
from simulation.front_panels.scpi.settings import Choice, Setting

_MODES = ("LATC", "TRAC")
_SLOPES = ("NEG", "POS")


class LimitPanel(DataPanel):
    """Scales readings, compares them with the limits of their channel and keeps the alarms."""

    SETTINGS: ClassVar[tuple[Setting, ...]] = (
        *DataPanel.SETTINGS,
        Choice(header="OUTPut:ALARm:MODE", name="alarm_mode", words=("LATCh", "TRACk"),
               replies=_MODES),
        Choice(header="OUTPut:ALARm:SLOPe", name="alarm_slope", words=("NEGative", "POSitive"),
               replies=_SLOPES),
    )  # fmt: skip

    def __init__(self, *, idn: str, clock: VirtualClock) -> None:
        super().__init__(idn=idn, clock=clock)
        self._now = clock.now
        self._alarms = Alarms(self._calendar, self.alarm_raised)

    @classmethod
    def words(cls) -> list[tuple[str, Handler]]:
        """Add the words that name one of four alarms."""
        return [entry for alarm in ALARMS for entry in _alarm(alarm)] + super().words()

    @property
    def alarms(self) -> Alarms:
        """Return the alarms."""
        return self._alarms

    def alarm_raised(self, alarm: int) -> None:
        """Do what follows from an alarm."""

    def set_up_anew(self, numbers: Sequence[int]) -> None:
        """Judge these channels as if nothing had been before."""
        super().set_up_anew(numbers)
        for channel in numbers:
            self._alarms.forget(channel)

    def settled(self, name: str) -> None:
        """Hand the mode to the alarms."""
        super().settled(name)
        if name == "alarm_mode":
            self._alarms.tracks = self.settings[name] == _MODES.index("TRAC")

    def condition(self, group: str) -> int:
        """Return a condition register, also that of the alarms."""
        return self._alarms.condition() if group == "ALARm" else super().condition(group)

    def power_cycle(self) -> None:
        """Lose the alarm queue as well."""
        super().power_cycle()
        self._alarms.clear()

    def read(self, number: int, channel: Channel, value: float) -> Reading:
        """Return what the meter told as a reading: scaled and judged; note overload and alarm."""
        if abs(value) >= OVERLOAD:
            self.happened("QUEStionable", FUNCTIONS[channel.function].overload)
        elif channel.scaled:
            value = channel.gain * value + channel.offset
        is_watched = bool(channel.upper_on or channel.lower_on)
        reading = Reading(
            channel=number,
            time=self._now(),
            value=value,
            unit=unit_of(channel),
            limit=self._alarms.judge(channel, value) if is_watched else NO_ALARM,
        )
        if is_watched:
            self._alarms.note(reading)
            self.happened("ALARm", self._alarms.take_events())
        return reading

    def channel_list(self, numbers: list[int]) -> str:
        """Return channels as queries tell them, in a block."""
        return block(f"(@{','.join(map(str, numbers))})")

    @command("*CLS")
    def _clear_status(self) -> None:
        super()._clear_status()
        self._alarms.clear()

    @command("SYSTem:ALARm?")
    def _ask_alarm(self) -> str:
        return self._alarms.take()

    @command("OUTPut:ALARm:CLEar:ALL")
    def _release_all(self) -> None:
        self._alarms.release()


def _alarm(alarm: int) -> list[tuple[str, Handler]]:
    """Return the words of one alarm; the first may go without its number."""
    stem = "OUTPut:ALARm#" if alarm == 1 else f"OUTPut:ALARm{alarm}"

    def assign(panel: LimitPanel, where: str) -> None:
        chosen = panel.chosen(where) if where.strip("(@) ") else []
        panel.alarms.assign(alarm, [number for number, _ in chosen])

    def ask(panel: LimitPanel) -> str:
        return panel.channel_list(panel.alarms.assigned(alarm))

    def release(panel: LimitPanel) -> None:
        panel.alarms.release((alarm,))

    return [
        (f"{stem}:SOURce", assign),
        (f"{stem}:SOURce?", ask),
        (f"{stem}:CLEar", release),
    ]
