"""Trigger words of a DAQ970A, and what waits for the end of a scan.

Sources: DAQ970A programming guide; 34970A/34972A command reference; IEEE 488.2, chapter 12.5.
Assumed: that nobody sends a pulse to the trigger input; that a query for what never comes is a
trigger deadlock.
"""

from collections.abc import Callable, Mapping
from math import inf, isinf

from simulation.clock import VirtualClock
from simulation.front_panels.daq970a.daqm901a import Daqm901a
from simulation.front_panels.daq970a.daqm901a_channel import Channel
from simulation.front_panels.daq970a.routes import RoutePanel
from simulation.front_panels.daq970a.scan import SOURCES, Scan
from simulation.front_panels.scpi.errors import DialectError
from simulation.front_panels.scpi.headers import command
from simulation.front_panels.scpi.parameters import number
from simulation.front_panels.scpi.settings import Choice
from simulation.netlist import Link
from simulation.world import World

_SCANNING, _WAITING, _MEMORY_THRESHOLD, _LOCKED = 0x10, 0x20, 0x200, 0x400
_MOST_COUNT = 1_000_000
_LONGEST_TIMER = 360_000.0
_SOURCE = Choice(
    header="",
    name="source",
    words=("IMMediate", "TIMer", "BUS", "EXTernal", *SOURCES[4:]),
    replies=SOURCES,
)


class TriggerPanel(RoutePanel):
    """Runs scans when they are triggered."""

    def __init__(
        self,
        *,
        idn: str,
        clock: VirtualClock,
        card: Daqm901a,
        links: Mapping[str, Link],
        world: World,
    ) -> None:
        super().__init__(idn=idn, clock=clock, card=card, links=links, world=world)
        self._scan = Scan(clock, self._meter, self._take, self._meter_rests)
        self._completes = False

    def is_scanning(self) -> bool:
        """Return whether a scan has been initiated and is not over."""
        return self._scan.running

    def is_measuring(self) -> bool:
        """Return whether a sweep is under way."""
        return self._scan.running and not self._scan.waiting

    def scan_started(self) -> float:
        """Return when the most recent scan began [s]."""
        return self._scan.started

    def wait_for_readings(self, enough: Callable[[], bool]) -> None:
        """Let time pass until there are ``enough`` readings; raises DialectError."""
        self._scan.wait(enough)

    def operation_condition(self) -> int:
        """Return bit 4 while scanning, 5 while waiting for a trigger, 9 for a filled memory."""
        return (
            (_SCANNING if self._scan.running else 0)
            | (_WAITING if self._scan.waiting else 0)
            | (_MEMORY_THRESHOLD if len(self._memory.readings) >= self._threshold else 0)
            | (_LOCKED if self.locks else 0)
        )

    def alarm_raised(self, alarm: int) -> None:
        """Begin a sweep that waits for this alarm."""
        self._scan.trigger(f"ALAR{alarm}")

    def _stop_scan(self) -> None:
        """Abort a scan and forget how it is triggered."""
        self._completes = False
        self._scan.abort()
        self._scan.count, self._scan.timer, self._scan.source = 1.0, 0.0, "IMM"

    def clear(self) -> None:
        """Abort a measurement; what ``*OPC`` waited for never comes (34970A/72A reference)."""
        self._completes = False
        self._scan.abort()

    def _take(self, number: int, channel: Channel, value: float) -> None:
        self._memory.add(self.read(number, channel, value))

    def _meter_rests(self) -> None:
        if self._completes and not self._scan.running:
            self._completes = False
            super()._mark_complete()
        self._monitor.resume()

    @command("TRIGger:SOURce")
    def _set_source(self, text: str) -> None:
        word = text.upper().replace("ALARM", "ALAR")
        word = "ALAR1" if word == "ALAR" else word
        self._scan.source = _SOURCE.reply(_SOURCE.place(word))

    @command("TRIGger:SOURce?")
    def _ask_source(self) -> str:
        return self._scan.source

    @command("TRIGger:COUNt")
    def _set_count(self, text: str) -> None:
        named = {"MIN": 1.0, "MAX": float(_MOST_COUNT), "DEF": 1.0, "INF": inf, "INFINITY": inf}
        value = named.get(text.upper())
        value = float(round(number(text))) if value is None else value
        if not (1.0 <= value <= _MOST_COUNT or value == inf):
            raise DialectError(-222)
        self._scan.count = value

    @command("TRIGger:COUNt?")
    def _ask_count(self) -> str:
        return f"{9.9e37 if isinf(self._scan.count) else self._scan.count:+.8E}"

    @command("TRIGger:TIMer")
    def _set_timer(self, text: str) -> None:
        named = {"MIN": 0.0, "MAX": _LONGEST_TIMER, "DEF": 0.0}
        value = named.get(text.upper())
        value = number(text, "S") if value is None else value
        if not 0.0 <= value <= _LONGEST_TIMER:
            raise DialectError(-222)
        self._scan.timer = value

    @command("TRIGger:TIMer?")
    def _ask_timer(self, text: str = "") -> str:
        named = {"": self._scan.timer, "MIN": 0.0, "MAX": _LONGEST_TIMER}
        if text.upper() not in named:
            raise DialectError(-224)
        return f"{named[text.upper()]:+.8E}"

    @command("ABORt")
    def _abort(self) -> None:
        self._scan.abort()

    @command("*TRG")
    def _trigger(self) -> None:
        if not self._scan.trigger("BUS"):
            raise DialectError(-211)

    # waiting for the end of a scan (IEEE 488.2, 12.5)

    @command("*CLS")
    def _clear_status(self) -> None:
        super()._clear_status()
        self._completes = False  # IEEE 488.2, 10.3.2

    @command("*OPC")
    def _mark_complete(self) -> None:
        if self._scan.running:
            self._completes = True
        else:
            super()._mark_complete()

    @command("*OPC?")
    def _ask_complete(self) -> str:
        self._scan.wait()
        return "1"

    @command("*WAI")
    def _wait(self) -> None:
        self._scan.wait()
