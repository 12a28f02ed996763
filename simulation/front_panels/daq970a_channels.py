"""How the channels of a DAQ970A are configured: the part of its dialect that names channels.

Sources: Keysight DAQ970A and 34970A programming guides; Analog Devices' PyICe driver (channels
ascending, INP:IMP:AUTO). Assumed: the wording of channel list errors; that a resolution asked for
decides how long is integrated, and that a channel on automatic range tells the highest one.
"""

from collections.abc import Callable, Mapping
from math import isinf

from simulation.front_panels.daqm901a import (
    CHANNELS,
    CURRENT_CHANNELS,
    CURRENT_RANGES,
    VOLTAGE_RANGES,
    Channel,
    fitting_range,
)
from simulation.front_panels.scpi_errors import DialectError
from simulation.front_panels.scpi_headers import command
from simulation.front_panels.scpi_panel import ScpiPanel
from simulation.front_panels.scpi_parameters import boolean, channels, number

_FINEST: Mapping[float, float] = {
    0.02: 1e-4,
    0.2: 1e-5,
    1.0: 3e-6,
    2.0: 2.2e-6,
    10.0: 1e-6,
    20.0: 8e-7,
    100.0: 3e-7,
    200.0: 2.2e-7,
}
"""Integration time in line periods -> resolution as a part of the range (34970A guide)."""

_NPLC = tuple(_FINEST)
_LONGEST_DELAY = 60.0

_Answer = Callable[[Channel], str]


class ChannelPanel(ScpiPanel):
    """The channels in slot 1, each with what was set for it, and the scan list."""

    def __init__(self, *, idn: str) -> None:
        super().__init__(idn=idn)
        self._table: dict[int, Channel] = {}
        self._list: list[int] = []
        self._zero_auto = True
        self._forget()

    def _forget(self) -> None:
        """Put all channels to the state after ``*RST``."""
        for channel in CHANNELS:
            function = "CURR" if channel in CURRENT_CHANNELS else "VOLT"
            self._table[channel] = Channel(function=function)
        self._list = []

    @command("CONFigure?")
    def _ask_configuration(self, *parameters: str) -> str:
        return self._each(
            parameters,
            lambda c: f'"{c.function} {_range_of(c):+.8E},{_range_of(c) * _FINEST[c.nplc]:+.8E}"',
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

    @command("[SENSe]:VOLTage[:DC]:RESolution")
    def _set_voltage_resolution(self, text: str, where: str = "") -> None:
        for channel in self._channels(where, "VOLT"):
            self._resolve(channel, text)

    @command("[SENSe]:CURRent[:DC]:RESolution")
    def _set_current_resolution(self, text: str, where: str = "") -> None:
        for channel in self._channels(where, "CURR"):
            self._resolve(channel, text)

    @command("[SENSe]:VOLTage[:DC]:RESolution?", "[SENSe]:CURRent[:DC]:RESolution?")
    def _ask_resolution(self, *parameters: str) -> str:
        return self._each(parameters, lambda c: f"{_range_of(c) * _FINEST[c.nplc]:+.8E}")

    def _resolve(self, channel: int, text: str) -> None:
        """Integrate a channel for as long as the resolution takes; DEF is 1 line period."""
        record = self._table[channel]
        part = resolution(text)
        if part is None:
            record.nplc = {"MIN": _NPLC[-1], "MAX": _NPLC[0]}.get(text.upper(), 1.0)
            return
        fitting = [nplc for nplc, finest in _FINEST.items() if _range_of(record) * finest <= part]
        record.nplc = fitting[0] if fitting else _NPLC[-1]

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
        return self._each(parameters, lambda c: f"{_range_of(c):+.8E}")

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

    @command("[SENSe]:ZERO:AUTO?", "[SENSe]:VOLTage[:DC]:ZERO:AUTO?")
    def _ask_zero(self, *parameters: str) -> str:
        return self._each(parameters, lambda _: "1" if self._zero_auto else "0")

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


def _range_of(channel: Channel) -> float:
    """Return a channel's range, the highest where it chooses by itself."""
    highest = (CURRENT_RANGES if channel.function == "CURR" else VOLTAGE_RANGES)[-1]
    return channel.range or highest


def resolution(text: str) -> float | None:
    """Return a resolution, None for MIN, MAX and DEF; raises DialectError unless above 0."""
    if text.upper() in ("MIN", "MAX", "DEF"):
        return None
    value = number(text)
    if not value > 0.0:
        raise DialectError(-222)
    return value
