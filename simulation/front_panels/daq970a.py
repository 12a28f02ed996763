"""Front panel of the Keysight DAQ970A with a DAQM901A in slot 1.

Sources: Keysight DAQ970A and 34970A programming guides; Analog Devices' PyICe driver (channels
ascending, INP:IMP:AUTO). Assumed: NPLC 1 and INP:IMP:AUTO OFF after CONF and MEAS, the wording of
channel list errors, 50 Hz mains, firmware strings.
"""

from collections.abc import Callable, Mapping, Sequence
from math import inf, isinf
from typing import ClassVar

from simulation.clock import VirtualClock
from simulation.front_panels.daq970a_scan import Scan
from simulation.front_panels.daqm901a import (
    CHANNELS,
    CURRENT_CHANNELS,
    CURRENT_RANGES,
    VOLTAGE_RANGES,
    Channel,
    Daqm901a,
    fitting_range,
)
from simulation.front_panels.scpi_errors import DialectError
from simulation.front_panels.scpi_headers import command
from simulation.front_panels.scpi_panel import ScpiPanel
from simulation.front_panels.scpi_parameters import boolean, channels, number
from simulation.front_panels.scpi_settings import Choice, Setting, Switch
from simulation.netlist import Link, SimulatedInstrument
from simulation.noise import Noise
from simulation.world import World

_NPLC = (0.02, 0.2, 1.0, 2.0, 10.0, 20.0, 100.0, 200.0)
_SCANNING = 0x10
_MOST_COUNT = 1_000_000
_LONGEST_TIMER = 360_000.0
_LONGEST_DELAY = 60.0

_Answer = Callable[[Channel], str]


class Daq970a(ScpiPanel):
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
        self._table: dict[int, Channel] = {}
        self._list: list[int] = []
        self._zero_auto = True
        self._restore()

    def _restore(self) -> None:
        self._table.clear()
        for channel in CHANNELS:
            function = "CURR" if channel in CURRENT_CHANNELS else "VOLT"
            self._table[channel] = Channel(function=function)
        self._list = []
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
        if len(parameters) > 2 and parameters[1].upper() not in ("MIN", "MAX", "DEF"):
            number(parameters[1])
        self._scan.abort()
        for channel in numbers:
            self._table[channel] = Channel(function=function, range=span)
        self._list = numbers
        self._scan.count = 1.0
        self.settings["trigger"] = 0.0
        self.settled("trigger")

    @command("CONFigure?")
    def _ask_configuration(self, *parameters: str) -> str:
        return self._each(
            parameters,
            lambda c: f'"{c.function} {"+AUTO" if c.range is None else f"{c.range:+.8E}"}"',
        )

    @command("[SENSe]:VOLTage[:DC]:NPLCycles")
    def _set_voltage_nplc(self, text: str, where: str = "") -> None:
        self._set_nplc("VOLT", text, where)

    @command("[SENSe]:CURRent[:DC]:NPLCycles")
    def _set_current_nplc(self, text: str, where: str = "") -> None:
        self._set_nplc("CURR", text, where)

    def _set_nplc(self, function: str, text: str, where: str) -> None:
        named = {"MIN": _NPLC[0], "MAX": _NPLC[-1], "DEF": 1.0}
        value = named.get(text.upper())
        if value is None:
            value = fitting_range(number(text), _NPLC)
            if isinf(value) or number(text) <= 0.0:
                raise DialectError(-222)
        for channel in self._channels(where, function):
            self._table[channel].nplc = value

    @command("[SENSe]:VOLTage[:DC]:NPLCycles?", "[SENSe]:CURRent[:DC]:NPLCycles?")
    def _ask_nplc(self, *parameters: str) -> str:
        return self._each(parameters, lambda c: f"{c.nplc:+.8E}")

    @command("[SENSe]:VOLTage[:DC]:RANGe")
    def _set_voltage_range(self, text: str, where: str = "") -> None:
        for channel in self._channels(where, "VOLT"):
            self._table[channel].range = self._span("VOLT", text)

    @command("[SENSe]:CURRent[:DC]:RANGe")
    def _set_current_range(self, text: str, where: str = "") -> None:
        for channel in self._channels(where, "CURR"):
            self._table[channel].range = self._span("CURR", text)

    @command("[SENSe]:VOLTage[:DC]:RANGe?", "[SENSe]:CURRent[:DC]:RANGe?")
    def _ask_range(self, *parameters: str) -> str:
        return self._each(parameters, lambda c: f"{c.range or VOLTAGE_RANGES[-1]:+.8E}")

    @command("[SENSe]:VOLTage[:DC]:RANGe:AUTO", "[SENSe]:CURRent[:DC]:RANGe:AUTO")
    def _set_autorange(self, text: str, where: str = "") -> None:
        on = boolean(text)
        for channel in self._channels(where, None):
            record = self._table[channel]
            highest = (CURRENT_RANGES if record.function == "CURR" else VOLTAGE_RANGES)[-1]
            record.range = None if on else record.range or highest

    @command("[SENSe]:VOLTage[:DC]:RANGe:AUTO?", "[SENSe]:CURRent[:DC]:RANGe:AUTO?")
    def _ask_autorange(self, *parameters: str) -> str:
        return self._each(parameters, lambda c: "1" if c.range is None else "0")

    @command("[SENSe]:ZERO:AUTO", "[SENSe]:VOLTage[:DC]:ZERO:AUTO")
    def _set_zero(self, text: str, where: str = "") -> None:
        self._zero_auto = True if text.upper() == "ONCE" else boolean(text)
        if where:
            self._channels(where, None)

    @command("INPut:IMPedance:AUTO")
    def _set_impedance(self, text: str, where: str = "") -> None:
        on = boolean(text)
        for channel in self._channels(where, "VOLT"):
            self._table[channel].high_impedance = on

    @command("INPut:IMPedance:AUTO?")
    def _ask_impedance(self, *parameters: str) -> str:
        return self._each(parameters, lambda c: "1" if c.high_impedance else "0")

    @command("ROUTe:CHANnel:DELay")
    def _set_delay(self, text: str, where: str = "") -> None:
        named = {"MIN": 0.0, "MAX": _LONGEST_DELAY, "DEF": 0.0}
        value = named.get(text.upper())
        value = number(text, "S") if value is None else value
        if not 0.0 <= value <= _LONGEST_DELAY:
            raise DialectError(-222)
        for channel in self._channels(where, None):
            self._table[channel].delay = round(value, 3)  # 1 ms resolution

    @command("ROUTe:CHANnel:DELay?")
    def _ask_delay(self, *parameters: str) -> str:
        return self._each(parameters, lambda c: f"{c.delay or 0.0:+.8E}")

    @command("ROUTe:CHANnel:DELay:AUTO")
    def _set_automatic_delay(self, text: str, where: str = "") -> None:
        on = boolean(text)
        for channel in self._channels(where, None):
            self._table[channel].delay = None if on else self._table[channel].delay or 0.0

    @command("ROUTe:CHANnel:DELay:AUTO?")
    def _ask_automatic_delay(self, *parameters: str) -> str:
        return self._each(parameters, lambda c: "1" if c.delay is None else "0")

    @command("CALCulate:SCALe:GAIN")
    def _set_gain(self, text: str, where: str = "") -> None:
        value = number(text)
        for channel in self._channels(where, None):
            self._table[channel].gain = value

    @command("CALCulate:SCALe:OFFSet")
    def _set_offset(self, text: str, where: str = "") -> None:
        value = number(text)
        for channel in self._channels(where, None):
            self._table[channel].offset = value

    @command("CALCulate:SCALe:UNIT")
    def _set_unit(self, text: str, where: str = "") -> None:
        for channel in self._channels(where, None):
            self._table[channel].unit = text.strip("\"'")[:3]

    @command("CALCulate:SCALe[:STATe]")
    def _set_scaling(self, text: str, where: str = "") -> None:
        on = boolean(text)
        for channel in self._channels(where, None):
            self._table[channel].scaled = on

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
    def _initiate(self) -> None:
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
    def _read(self) -> str:
        self._initiate()
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

    @command("SYSTem:CTYPe?")
    def _ask_card(self, text: str) -> str:
        slot = round(number(text))
        if slot not in (100, 200, 300):
            raise DialectError(-222)
        if slot == 100:
            return "Keysight Technologies,DAQM901A,MY58000000,01.00"
        return "Keysight Technologies,0,0,0"

    # helpers

    def _channels(self, text: str, function: str | None) -> list[int]:
        """Return the channels ascending, whatever their order was; the scan list if none given."""
        if not text:
            return self._list
        found = sorted(set(channels(text)))
        if not found:
            raise DialectError(-109)
        for channel in found:
            if channel not in self._table:
                raise DialectError(112, "Channel list: channel number out of range")
            is_current = channel in CURRENT_CHANNELS
            if function is not None and is_current != (function == "CURR"):
                raise DialectError(-221)
        return found

    def _span(self, function: str, text: str) -> float | None:
        ranges = CURRENT_RANGES if function == "CURR" else VOLTAGE_RANGES
        word = text.upper()
        if word in ("AUTO", "DEF"):
            return None
        named = {"MIN": ranges[0], "MAX": ranges[-1]}
        unit = "A" if function == "CURR" else "V"
        span = named.get(word) or fitting_range(abs(number(text, unit)), ranges)
        if isinf(span):
            raise DialectError(-222)
        return span

    def _each(self, parameters: tuple[str, ...], answer: _Answer) -> str:
        if len(parameters) > 1:
            raise DialectError(-108)
        numbers = self._channels(parameters[0] if parameters else "", None)
        if not numbers:
            raise DialectError(-109)
        return ",".join(answer(self._table[channel]) for channel in numbers)

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
