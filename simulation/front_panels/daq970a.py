"""Front panel of the Keysight DAQ970A with a DAQM901A in slot 1.

Sources: Keysight DAQ970A programming guide, 34970A/34972A command reference. Assumed: NPLC 1 and
INP:IMP:AUTO OFF after CONF and MEAS, the firmware string; that channels named behind READ? and INIT
become the scan list, as several published drivers expect; that a configuration ends a scan; that
nobody sends a pulse to the trigger input; that a query for what never comes is a trigger deadlock.
"""

from collections.abc import Callable, Mapping
from math import inf, isinf
from typing import ClassVar

from simulation.clock import VirtualClock
from simulation.front_panels.daq970a_errors import refused
from simulation.front_panels.daq970a_routes import RoutePanel
from simulation.front_panels.daq970a_scan import SOURCES, Scan
from simulation.front_panels.daq970a_settings import FUNCTION_WORDS
from simulation.front_panels.daqm901a import OVERLOAD, Daqm901a
from simulation.front_panels.daqm901a_channel import BANK, CHANNELS, Channel
from simulation.front_panels.scpi_errors import DialectError
from simulation.front_panels.scpi_headers import Handler, command
from simulation.front_panels.scpi_parameters import boolean, number
from simulation.front_panels.scpi_settings import Choice
from simulation.netlist import Link, SimulatedInstrument
from simulation.noise import Noise
from simulation.world import World

_FIRMWARE = "A.02.03-01.00-02.01-00.02-01-01"
_SCANNING, _WAITING, _MEMORY_THRESHOLD = 0x10, 0x20, 0x200
_MOST_COUNT = 1_000_000
_LONGEST_TIMER = 360_000.0
_SOURCE = Choice(
    header="",
    name="source",
    words=("IMMediate", "TIMer", "BUS", "EXTernal", *SOURCES[4:]),
    replies=SOURCES,
)


class Daq970a(RoutePanel):
    """A meter behind a multiplexer; loads the circuit only where and while it measures."""

    TERMINALS: ClassVar[tuple[str, ...]] = tuple(str(channel) for channel in CHANNELS)
    SCPI_VERSION: ClassVar[str] = "1994.0"

    def __init__(
        self,
        instrument: SimulatedInstrument,
        links: Mapping[str, Link],
        world: World,
        clock: VirtualClock,
        noise: Noise,
    ) -> None:
        super().__init__(
            idn=f"Keysight Technologies,DAQ970A,{instrument.serial},{_FIRMWARE}",
            clock=clock,
            card=Daqm901a(links, world, noise, instrument.accuracies, instrument.model),
            links=links,
            world=world,
        )
        self._scan = Scan(clock, self._meter, self._take, self._meter_rests)
        self._completes = False
        self._has_meter = True

    @classmethod
    def words(cls) -> list[tuple[str, Handler]]:
        """Add the words that configure and measure, one pair for each function."""
        pairs = [_measuring(word, name) for word, name in FUNCTION_WORDS.items()]
        return [entry for pair in pairs for entry in pair] + super().words()

    def reset(self) -> None:
        """Abort and forget the configuration of all channels."""
        self._completes = False
        self._scan.abort()
        self._stop_monitor()
        super().reset()
        self._forget()
        self._relays.open_all()
        self._memory.clear()
        self.alarms.reset()
        self._scan.count, self._scan.timer, self._scan.source = 1.0, 0.0, "IMM"
        self._threshold = 1
        self._has_meter = True

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
        )

    def alarm_raised(self, alarm: int) -> None:
        """Begin a sweep that waits for this alarm."""
        self._scan.trigger(f"ALAR{alarm}")

    # configuration

    def configure(self, function: str, parameters: tuple[str, ...]) -> None:
        """Set channels up for a function and make them the scan list."""
        self._need_meter()
        numbers, record = self._read_configuration(function, parameters)
        self._scan.abort()
        self._set_up(numbers, record)
        self._list = numbers
        self._scan.count, self._scan.source = 1.0, "IMM"
        self._show_readings_only()

    @command("INSTrument:DMM[:STATe]")
    def _set_meter(self, text: str) -> None:
        self._has_meter = boolean(text)
        self._scan.abort()
        self._list = []

    @command("INSTrument:DMM[:STATe]?")
    def _ask_meter(self) -> str:
        return "1" if self._has_meter else "0"

    @command("INSTrument:DMM:INSTalled?")
    def _ask_installed(self) -> str:
        return "1"

    def _need_meter(self) -> None:
        if not self._has_meter:
            raise refused(225)

    # scanning

    @command("ROUTe:SCAN")
    def _set_scan(self, text: str) -> None:
        wanted = self._channels(text) if text.strip("(@) ") else []
        wired = [n for n in wanted if self._table[n].wiring() == "FRES"]
        if any(n + BANK in wanted for n in wired):
            raise refused(306)
        self._scan.abort()
        self._list = wanted

    @command("ROUTe:SCAN?")
    def _ask_scan(self) -> str:
        return self.channel_list(self._list)

    @command("ROUTe:SCAN:SIZE?")
    def _ask_scan_size(self) -> str:
        return f"{len(self._list):+d}"

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

    @command("INITiate[:IMMediate]")
    def _initiate(self, where: str = "") -> None:
        self._need_meter()
        if where:
            self._set_scan(where)
        if not self._list:
            raise DialectError(-221, "Settings conflict; scan list is empty")
        if self._scan.running:
            raise DialectError(-213)
        self._monitor.pause()
        self._relays.open_all()
        self._memory.clear()
        self.alarms.begin()
        self.happened("OPERation", _SCANNING)
        self._scan.initiate(self._list, self._table)

    @command("ABORt")
    def _abort(self) -> None:
        self._scan.abort()

    @command("*TRG")
    def _trigger(self) -> None:
        if not self._scan.trigger("BUS"):
            raise DialectError(-211)

    @command("FETCh?")
    def _fetch(self) -> str:
        self._scan.wait()
        if not self._memory.readings:
            raise DialectError(-230)
        return self._print(list(self._memory.readings))

    @command("READ?")
    def read_now(self, where: str = "") -> str:
        """Scan once and return the readings; raises DialectError."""
        if self._scan.source == "BUS":
            raise DialectError(-214, "Trigger deadlock")
        self._initiate(where)
        return self._fetch()

    @command("CALCulate:SCALe:OFFSet:NULL")
    def _null(self, where: str = "") -> None:
        kept, self._list = self._list, self._channels(where)
        try:
            records = [self._table[channel] for channel in self._list]
            scaled = [(record, record.scaled) for record in records]
            for record in records:
                record.scaled = 0.0
            self._initiate()
            self._scan.wait()
            for record, before in scaled:
                record.scaled = before
        finally:
            self._list = kept
        for reading in self._memory.take(len(self._memory.readings)):
            if abs(reading.value) >= OVERLOAD:
                raise refused(540)
            self._table[reading.channel].offset = -reading.value

    def _take(self, number: int, channel: Channel, value: float) -> None:
        self._memory.add(self.read(number, channel, value))

    def _meter_rests(self) -> None:
        if self._completes and not self._scan.running:
            self._completes = False
            super()._mark_complete()
        self._monitor.resume()

    # waiting for the end of a scan (IEEE 488.2, 12.5)

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

    # the rest of the instrument

    @command("SYSTem:PRESet")
    def _preset_instrument(self) -> None:
        self._scan.abort()
        self._stop_monitor()
        self._relays.open_all()
        self._memory.clear()
        self.alarms.release()


def _measuring(word: str, function: str) -> list[tuple[str, Handler]]:
    """Return the words that configure channels for a function, and that measure at once."""

    def configure(panel: Daq970a, *parameters: str) -> None:
        panel.configure(function, parameters)

    def measure(panel: Daq970a, *parameters: str) -> str:
        panel.configure(function, parameters)
        return panel.read_now()

    return [(f"CONFigure:{word}", configure), (f"MEASure:{word}?", measure)]
