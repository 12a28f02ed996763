"""Front panel of the Keysight DAQ970A with a DAQM901A in slot 1.

Sources: Keysight DAQ970A and 34970A programming guides. Assumed: NPLC 1 and INP:IMP:AUTO OFF after
CONF and MEAS, 50 Hz mains, firmware strings; that channels named behind READ? and INIT become the
scan list, as several published drivers expect.
"""

from collections.abc import Mapping, Sequence
from math import inf, isinf
from typing import ClassVar

from simulation.clock import VirtualClock
from simulation.front_panels.daq970a_channels import ChannelPanel, resolution
from simulation.front_panels.daq970a_scan import Scan
from simulation.front_panels.daqm901a import (
    CHANNELS,
    Channel,
    Daqm901a,
)
from simulation.front_panels.scpi_errors import DialectError
from simulation.front_panels.scpi_headers import command
from simulation.front_panels.scpi_parameters import number
from simulation.front_panels.scpi_settings import Choice, Setting, Switch
from simulation.netlist import Link, SimulatedInstrument
from simulation.noise import Noise
from simulation.world import World

_LINE_FREQUENCY = 50.0
_SCANNING = 0x10
_MOST_COUNT = 1_000_000
_LONGEST_TIMER = 360_000.0


class Daq970a(ChannelPanel):
    """A meter behind a multiplexer; loads the circuit only where and while it measures."""

    TERMINALS: ClassVar[tuple[str, ...]] = tuple(str(channel) for channel in CHANNELS)
    SCPI_VERSION: ClassVar[str] = "1994.0"
    SETTINGS: ClassVar[tuple[Setting, ...]] = (
        Choice(header="TRIGger:SOURce", name="trigger", words=("IMMediate", "TIMer", "BUS"),
               replies=("IMM", "TIM", "BUS")),
        Switch(header="FORMat:READing:CHANnel", name="show_channel"),
        Switch(header="FORMat:READing:TIME", name="show_time"),
        Switch(header="FORMat:READing:UNIT", name="show_unit"),
    )  # fmt: skip

    def __init__(
        self,
        instrument: SimulatedInstrument,
        links: Mapping[str, Link],
        world: World,
        clock: VirtualClock,
        noise: Noise,
    ) -> None:
        super().__init__(
            idn=f"Keysight Technologies,DAQ970A,{instrument.serial},A.02.03-01.00-02.01-00.02-01-01"
        )
        card = Daqm901a(links, world, noise, instrument.accuracies, instrument.model)
        self._scan = Scan(clock, card)

    def _restore(self) -> None:
        self._forget()
        self._scan.readings = []
        self._scan.count = 1.0
        self._scan.timer = 0.0
        self._scan.source = "IMM"

    def settled(self, name: str) -> None:
        """Hand the trigger source to the scan."""
        if name == "trigger":
            self._scan.source = ("IMM", "TIM", "BUS")[int(self.settings["trigger"])]

    def reset(self) -> None:
        """Abort and forget the configuration of all channels."""
        self._scan.abort()
        super().reset()
        self._restore()

    def operation_condition(self) -> int:
        """Return bit 4 while scanning."""
        return _SCANNING if self._scan.running else 0

    # configuration

    @command("CONFigure:VOLTage[:DC]")
    def _configure_voltage(self, *parameters: str) -> None:
        self._configure("VOLT", parameters)

    @command("CONFigure:CURRent[:DC]")
    def _configure_current(self, *parameters: str) -> None:
        self._configure("CURR", parameters)

    @command("MEASure:VOLTage[:DC]?")
    def _measure_voltage(self, *parameters: str) -> str:
        self._configure("VOLT", parameters)
        return self._read()

    @command("MEASure:CURRent[:DC]?")
    def _measure_current(self, *parameters: str) -> str:
        self._configure("CURR", parameters)
        return self._read()

    def _configure(self, function: str, parameters: Sequence[str]) -> None:
        if len(parameters) == 0:
            raise DialectError(-109)
        if len(parameters) > 3:
            raise DialectError(-108)
        numbers = self._channels(parameters[-1], function)
        span = self._span(function, parameters[0]) if len(parameters) > 1 else None
        if len(parameters) > 2:
            resolution(parameters[1])
        self._scan.abort()
        for channel in numbers:
            self._table[channel] = Channel(function=function, range=span)
            if len(parameters) > 2:
                self._resolve(channel, parameters[1])
        self._list = numbers
        self._scan.count = 1.0
        self.settings["trigger"] = 0.0
        self.settled("trigger")

    # scanning

    @command("ROUTe:SCAN")
    def _set_scan(self, text: str) -> None:
        self._scan.abort()
        self._list = self._channels(text, None) if text.strip("(@) ") else []

    @command("ROUTe:SCAN?")
    def _ask_scan(self) -> str:
        text = f"(@{','.join(str(channel) for channel in self._list)})"
        return f"#{len(str(len(text)))}{len(text)}{text}"

    @command("ROUTe:SCAN:SIZE?")
    def _ask_scan_size(self) -> str:
        return f"{len(self._list):+d}"

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
    def _ask_timer(self) -> str:
        return f"{self._scan.timer:+.8E}"

    @command("INITiate[:IMMediate]")
    def _initiate(self, where: str = "") -> None:
        if where:
            self._set_scan(where)
        if not self._list:
            raise DialectError(-221, "Settings conflict; scan list is empty")
        self._scan.initiate(self._list, self._table)

    @command("ABORt")
    def _abort(self) -> None:
        self._scan.abort()

    @command("*TRG")
    def _trigger(self) -> None:
        self._scan.trigger()

    @command("FETCh?")
    def _fetch(self) -> str:
        if self._scan.running:
            self._scan.wait()
        if not self._scan.readings:
            raise DialectError(-230)
        return self._print(self._scan.readings)

    @command("READ?")
    def _read(self, where: str = "") -> str:
        self._initiate(where)
        return self._fetch()

    @command("DATA:POINts?")
    def _ask_points(self) -> str:
        return f"{len(self._scan.readings):+d}"

    @command("DATA:REMove?", "R?")
    def _remove(self, text: str = "") -> str:
        readings = self._scan.readings
        most = len(readings) if not text else round(number(text))
        if most < 1 or (text and most > len(readings)):
            raise DialectError(-222)
        taken = readings[:most]
        del readings[:most]
        return self._print(taken)

    @command("SYSTem:LFRequency?")
    def _ask_line_frequency(self) -> str:
        return f"{_LINE_FREQUENCY:+.8E}"

    @command("SYSTem:CTYPe?")
    def _ask_card(self, text: str) -> str:
        slot = round(number(text))
        if slot not in (100, 200, 300):
            raise DialectError(-222)
        if slot == 100:
            return "Keysight Technologies,DAQM901A,MY58000000,01.00"
        return "Keysight Technologies,0,0,0"

    def _print(self, readings: "list[tuple[int, float, float]]") -> str:
        fields: list[str] = []
        start = readings[0][1] if readings else 0.0
        for channel, time, value in readings:
            text = f"{value:+.8E}"
            if self.settings["show_unit"]:
                record = self._table[channel]
                text += " " + (record.unit or ("ADC" if record.function == "CURR" else "VDC"))
            fields.append(text)
            if self.settings["show_time"]:
                fields.append(f"{time - start:09.3f}")
            if self.settings["show_channel"]:
                fields.append(str(channel))
        return ",".join(fields)
