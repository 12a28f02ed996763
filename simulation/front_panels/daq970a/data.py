"""Readings of a DAQ970A as its words tell them: memory, statistics, reading format, calendar.

Sources: DAQ970A programming guide; 34970A/34972A command reference (R? answers a block, DATA:REM?
does not). Assumed: -222 for more readings than there are.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar

from simulation.clock import VirtualClock
from simulation.front_panels.daq970a.errors import refused
from simulation.front_panels.daq970a.labels import LabelPanel
from simulation.front_panels.daq970a.memory import (
    CAPACITY,
    Calendar,
    Format,
    Memory,
    Reading,
    Statistics,
    date_and_time,
)
from simulation.front_panels.scpi.errors import DialectError
from simulation.front_panels.scpi.headers import command
from simulation.front_panels.scpi.parameters import number, whole
from simulation.front_panels.scpi.settings import Choice, Setting, Switch

_ABSOLUTE = 0.0
_FIELDS = ("show_unit", "show_time", "show_channel", "show_alarm")
_MEMORY_FULL = 0x1000

_FORMAT: tuple[Setting, ...] = (
    Switch(header="FORMat:READing:ALARm", name="show_alarm"),
    Switch(header="FORMat:READing:CHANnel", name="show_channel"),
    Switch(header="FORMat:READing:TIME", name="show_time"),
    Choice(header="FORMat:READing:TIME:TYPE", name="time_type", words=("ABSolute", "RELative"),
           replies=("ABS", "REL"), default=1.0),
    Switch(header="FORMat:READing:UNIT", name="show_unit"),
)  # fmt: skip


class DataPanel(LabelPanel):
    """Keeps the readings of the most recent scan and tells them."""

    SETTINGS: ClassVar[tuple[Setting, ...]] = (*LabelPanel.SETTINGS, *_FORMAT)

    def __init__(self, *, idn: str, clock: VirtualClock) -> None:
        super().__init__(idn=idn)
        self._memory = Memory()
        self._calendar = Calendar(clock)
        self._threshold = 1
        self._format = Format()

    # what the panel with the trigger system knows

    def scan_started(self) -> float:
        """Return when the most recent scan began [s]."""
        return 0.0

    def wait_for_readings(self, enough: Callable[[], bool]) -> None:
        """Let time pass until there are ``enough`` readings; raises DialectError."""

    def questionable_condition(self) -> int:
        """Return bit 12 once readings were overwritten."""
        return _MEMORY_FULL if self._memory.overflowed else 0

    def _show_readings_only(self) -> None:
        """Do what CONFigure and MEASure do to the reading format."""
        for name in _FIELDS:
            self.settings[name] = 0.0
        self._format = Format()

    def settled(self, name: str) -> None:
        """Take over a changed reading format."""
        super().settled(name)
        settings = self.settings
        if name in (*_FIELDS, "time_type"):
            self._format = Format(
                unit=bool(settings["show_unit"]),
                time=bool(settings["show_time"]),
                absolute=settings["time_type"] == _ABSOLUTE,
                channel=bool(settings["show_channel"]),
                alarm=bool(settings["show_alarm"]),
            )

    def _print(self, readings: list[Reading]) -> str:
        return self._format.tell(readings, self.scan_started(), self._calendar)

    # reading memory

    @command("DATA:POINts?")
    def _ask_points(self) -> str:
        return f"{len(self._memory.readings):+d}"

    @command("DATA:POINts:EVENt:THReshold")
    def _set_threshold(self, text: str) -> None:
        self._threshold = whole(text, 1, CAPACITY)

    @command("DATA:POINts:EVENt:THReshold?")
    def _ask_threshold(self) -> str:
        return f"{self._threshold:+d}"

    @command("DATA:REMove?")
    def _remove(self, text: str, wait: str = "") -> str:
        count = whole(text, 1, CAPACITY)
        readings = self._memory.readings
        if wait:
            if wait.upper() != "WAIT":
                raise DialectError(-224)
            self.wait_for_readings(lambda: len(readings) >= count)
        if len(readings) < count:
            raise DialectError(-222)
        return self._print(self._memory.take(count))

    @command("R?")
    def _remove_block(self, text: str = "") -> str:
        held = len(self._memory.readings)
        count = whole(text, 1, CAPACITY) if text else held
        return block(self._print(self._memory.take(min(count, held))))

    @command("DATA:LAST?")
    def _ask_last(self, first: str, second: str = "") -> str:
        numbers = self._channels(second or first)
        if len(numbers) != 1:
            raise refused(281)
        count = whole(first, 1, CAPACITY) if second else 1
        found = self._memory.latest(numbers[0], count)
        if len(found) < count:
            raise DialectError(-222 if found else -230)
        return self._print(found)

    # statistics

    @command("CALCulate:AVERage:MINimum?")
    def _ask_minimum(self, where: str = "") -> str:
        return self._statistics(where, lambda s: s.least.value if s.least else 0.0)

    @command("CALCulate:AVERage:MAXimum?")
    def _ask_maximum(self, where: str = "") -> str:
        return self._statistics(where, lambda s: s.greatest.value if s.greatest else 0.0)

    @command("CALCulate:AVERage:AVERage?")
    def _ask_average(self, where: str = "") -> str:
        return self._statistics(where, lambda s: s.total / s.count if s.count else 0.0)

    @command("CALCulate:AVERage:PTPeak?")
    def _ask_peak_to_peak(self, where: str = "") -> str:
        return self._statistics(
            where, lambda s: s.greatest.value - s.least.value if s.greatest and s.least else 0.0
        )

    @command("CALCulate:AVERage:COUNt?")
    def _ask_number_of_readings(self, where: str = "") -> str:
        return self._statistics(where, lambda s: float(s.count))

    @command("CALCulate:AVERage:MINimum:TIME?")
    def _ask_time_of_minimum(self, where: str = "") -> str:
        return self._times(where, lambda s: s.least)

    @command("CALCulate:AVERage:MAXimum:TIME?")
    def _ask_time_of_maximum(self, where: str = "") -> str:
        return self._times(where, lambda s: s.greatest)

    @command("CALCulate:AVERage:CLEar")
    def _clear_statistics(self, where: str = "") -> None:
        for channel in self._channels(where):
            self._memory.clear_statistics(channel)

    def _statistics(self, where: str, figure: Callable[[Statistics], float]) -> str:
        known = self._memory.statistics
        return ",".join(f"{figure(known(channel)):+.8E}" for channel in self._channels(where))

    def _times(self, where: str, which: Callable[[Statistics], Reading | None]) -> str:
        found: list[str] = []
        for channel in self._channels(where):
            reading = which(self._memory.statistics(channel))
            if reading is None:
                raise DialectError(-230)
            found.append(date_and_time(self._calendar.at(reading.time)))
        return ",".join(found)

    # calendar

    @command("SYSTem:DATE")
    def _set_date(self, year: str, month: str, day: str) -> None:
        now = self._calendar.now()
        self._set_calendar(
            lambda: now.replace(
                year=whole(year, 1, 9999), month=whole(month, 1, 12), day=whole(day, 1, 31)
            )
        )

    @command("SYSTem:DATE?")
    def _ask_date(self) -> str:
        return f"{self._calendar.now():%Y,%m,%d}"

    @command("SYSTem:TIME")
    def _set_time(self, hour: str, minute: str, second: str) -> None:
        midnight = self._calendar.now().replace(hour=0, minute=0, second=0, microsecond=0)
        hours, minutes, seconds = number(hour), number(minute), number(second)
        if not (0.0 <= hours < 24.0 and 0.0 <= minutes < 60.0 and 0.0 <= seconds < 60.0):
            raise DialectError(-222)
        passed = timedelta(hours=round(hours), minutes=round(minutes), seconds=seconds)
        self._set_calendar(lambda: midnight + passed)

    @command("SYSTem:TIME?")
    def _ask_time(self) -> str:
        return date_and_time(self._calendar.now())[len("yyyy,mm,dd,") :]

    @command("SYSTem:TIME:SCAN?")
    def _ask_scan_time(self) -> str:
        return date_and_time(self._calendar.at(self.scan_started()))

    def _set_calendar(self, wanted: Callable[[], datetime]) -> None:
        try:
            self._calendar.set(wanted())
        except (ValueError, OverflowError):
            raise DialectError(-222) from None


def block(text: str) -> str:
    """Return a definite length block (IEEE 488.2, 8.7.9)."""
    size = str(len(text))
    return f"#{len(size)}{size}{text}"
