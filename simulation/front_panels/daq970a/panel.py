"""Front panel of the Keysight DAQ970A with a DAQM901A in slot 1.

Sources: Keysight DAQ970A programming guide, 34970A/34972A command reference. Assumed: NPLC 1 and
INP:IMP:AUTO OFF after CONF and MEAS, the firmware string; that channels named behind READ? and INIT
become the scan list, and that CONF:TEMP:TC is CONF:TEMP TC, as several published programs expect;
that a configuration ends a scan.
"""

from collections.abc import Mapping
from typing import ClassVar

from simulation.clock import VirtualClock
from simulation.front_panels.daq970a.daqm901a import OVERLOAD, Daqm901a
from simulation.front_panels.daq970a.daqm901a_channel import BANK, CHANNELS
from simulation.front_panels.daq970a.errors import refused
from simulation.front_panels.daq970a.external import ExternalPanel
from simulation.front_panels.daq970a.samples import SAMPLES, counted
from simulation.front_panels.daq970a.settings import FUNCTION_WORDS
from simulation.front_panels.daq970a.states import Places
from simulation.front_panels.scpi.errors import DialectError
from simulation.front_panels.scpi.headers import Handler, command
from simulation.front_panels.scpi.settings import Setting
from simulation.netlist import Link, SimulatedInstrument
from simulation.noise import Noise
from simulation.world import World

_FIRMWARE = "A.02.03-01.00-02.01-00.02-01-01"
_SCANNING = 0x10


class Daq970a(ExternalPanel):
    """A meter behind a multiplexer; loads the circuit only where and while it measures."""

    TERMINALS: ClassVar[tuple[str, ...]] = tuple(str(channel) for channel in CHANNELS)
    SCPI_VERSION: ClassVar[str] = "1994.0"
    SETTINGS: ClassVar[tuple[Setting, ...]] = (*ExternalPanel.SETTINGS, *SAMPLES)

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
        self._places = Places()
        self.interface = _interface(instrument.resource)

    @classmethod
    def words(cls) -> list[tuple[str, Handler]]:
        """Add the words that configure and measure, one pair for each function."""
        pairs = [_measuring(word, name) for word, name in FUNCTION_WORDS.items()]
        pairs.append(_measuring("TEMPerature:TCouple", "TEMP", "TCouple"))
        return [entry for pair in pairs for entry in pair] + super().words()

    def reset(self) -> None:
        """Abort and forget the configuration of all channels."""
        self._stop_scan()
        self._stop_monitor()
        super().reset()
        self._forget()
        self._relays.open_all()
        self._memory.clear()
        self.alarms.reset()
        self._threshold = 1

    # configuration

    def change(self, setting: Setting, value: float) -> None:
        """Take over a new value; sample counts have to fit together."""
        super().change(setting, counted(setting.name, value, self.settings))

    def configure(self, function: str, parameters: tuple[str, ...]) -> None:
        """Set channels up for a function and make them the scan list."""
        self._need_meter()
        numbers, record = self._read_configuration(function, parameters)
        self._scan.abort()
        self._set_up(numbers, record)
        self._list = numbers
        self._scan.count, self._scan.source = 1.0, "IMM"
        self._show_readings_only()

    # scanning

    @command("ROUTe:SCAN")
    def _set_scan(self, text: str) -> None:
        wanted = self._channels(text) if text.strip("(@) ") else []
        wired = [n for n in wanted if self._table[n].wiring() == "FRES" or n in self._advance.pairs]
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

    @command("INITiate[:IMMediate]")
    def _initiate(self, where: str = "") -> None:
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

    @command("FETCh?")
    def _fetch(self) -> str:
        self._scan.wait()
        if not self._memory.readings:
            raise DialectError(-230)
        return self._print(list(self._memory.readings))

    @command("READ?")
    def read_now(self, where: str = "") -> str:
        """Scan once and return the readings; raises DialectError."""
        self._need_meter()
        if self._scan.source == "BUS":
            raise DialectError(-214, "Trigger deadlock")
        self._initiate(where)
        return self._fetch()

    @command("CALCulate:SCALe:OFFSet:NULL")
    def _null(self, where: str = "") -> None:
        self._need_meter()
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

    @command("SYSTem:PRESet")
    def _preset_instrument(self) -> None:
        self._scan.abort()
        self._stop_monitor()
        self._relays.open_all()
        self._memory.clear()
        self.alarms.release()


def _interface(resource: str) -> str:
    """Return what SYST:LOCK:NAME? calls the interface behind a resource."""
    kind, _, rest = resource.partition("::")
    return "USB" if kind.upper().startswith("USB") else f"LAN{rest.split('::')[0]}"


def _measuring(word: str, function: str, *first: str) -> list[tuple[str, Handler]]:
    """Return the words that configure channels for a function, and that measure at once.

    ``first`` are parameters that the word itself stands for.
    """

    def configure(panel: Daq970a, *parameters: str) -> None:
        panel.configure(function, (*first, *parameters))

    def measure(panel: Daq970a, *parameters: str) -> str:
        panel.configure(function, (*first, *parameters))
        return panel.read_now()

    return [(f"CONFigure:{word}", configure), (f"MEASure:{word}?", measure)]
