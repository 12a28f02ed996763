"""What can be set for single channels of a DAQ970A: one table of words, limits and defaults.

Sources: 34970A/34972A command reference; DAQ970A programming guide (aperture, limits of gain and
offset, 4-wire thermistors).
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from simulation.front_panels.daq970a.daqm901a_channel import (
    COUPLES,
    DEGREES,
    JUNCTIONS,
    RTDS,
    THERMISTORS,
)
from simulation.front_panels.scpi.headers import Handler
from simulation.front_panels.scpi.settings import Choice, Number, Setting, Switch

if TYPE_CHECKING:
    from simulation.front_panels.daq970a.channels import ChannelPanel

LIMIT_WORDS: tuple[str, ...] = ("MIN", "MINIMUM", "MAX", "MAXIMUM", "DEF", "DEFAULT")
_FORM = "+.8E"
_WIDEST = 1e15

FUNCTION_WORDS: Mapping[str, str] = {
    "VOLTage[:DC]": "VOLT",
    "VOLTage:AC": "VOLT:AC",
    "CURRent[:DC]": "CURR",
    "CURRent:AC": "CURR:AC",
    "RESistance": "RES",
    "FRESistance": "FRES",
    "FREQuency": "FREQ",
    "PERiod": "PER",
    "TEMPerature": "TEMP",
}
"""How a function is named -> its short form."""

OHMS = ("RES", "FRES")


def _number(header: str, name: str, low: float, high: float, default: float) -> Number:
    return Number(header=header, name=name, low=low, high=high, default=default, form=_FORM)


def _wide(header: str, name: str, default: float) -> Number:
    return _number(header, name, -_WIDEST, _WIDEST, default)


_TRANSDUCER = "[SENSe]:TEMPerature:TRANsducer"
_TEMP = ("TEMP",)

_ANYWHERE: tuple[Setting, ...] = (
    _wide("CALCulate:SCALe:GAIN", "gain", 1.0),
    _wide("CALCulate:SCALe:OFFSet", "offset", 0.0),
    Switch(header="CALCulate:SCALe[:STATe]", name="scaled"),
    _wide("CALCulate:LIMit:LOWer", "lower", 0.0),
    _wide("CALCulate:LIMit:UPPer", "upper", 0.0),
    Switch(header="CALCulate:LIMit:LOWer:STATe", name="lower_on"),
    Switch(header="CALCulate:LIMit:UPPer:STATe", name="upper_on"),
)

_OF_TEMPERATURE: tuple[Setting, ...] = (
    Choice(header="UNIT:TEMPerature", name="degrees", words=DEGREES, replies=DEGREES),
    Choice(
        header=f"{_TRANSDUCER}:TYPE",
        name="probe",
        words=("TCouple", "RTD", "FRTD", "THERmistor", "FTHermistor"),
        replies=("TC", "RTD", "FRTD", "THER", "FTH"),
    ),
    Choice(header=f"{_TRANSDUCER}:TCouple:TYPE", name="couple", words=COUPLES, replies=COUPLES),
    Choice(
        header=f"{_TRANSDUCER}:TCouple:RJUNction:TYPE",
        name="junction",
        words=("INTernal", "EXTernal", "FIXed"),
        replies=JUNCTIONS,
    ),
    _number(f"{_TRANSDUCER}:TCouple:RJUNction", "junction_temperature", -20.0, 80.0, 0.0),
    Switch(header=f"{_TRANSDUCER}:TCouple:CHECk", name="open_check"),
    *(
        Choice(
            header=f"{_TRANSDUCER}:{probe}:TYPE",
            name="thermistor",
            words=THERMISTORS,
            replies=THERMISTORS,
        )
        for probe in ("THERmistor", "FTHermistor")
    ),
    *(
        Choice(header=f"{_TRANSDUCER}:{probe}:TYPE", name="rtd", words=("85", "91"), replies=RTDS)
        for probe in ("RTD", "FRTD")
    ),
    *(
        _number(f"{_TRANSDUCER}:{probe}:RESistance[:REFerence]", "rtd_resistance", 49, 2100, 100)
        for probe in ("RTD", "FRTD")
    ),
    *(
        Switch(header=f"{_TRANSDUCER}:{probe}:OCOMpensated", name="offset_compensated")
        for probe in ("RTD", "FRTD")
    ),
)

_SCOPES: tuple[tuple[Setting, Sequence[str] | None], ...] = (
    *((setting, None) for setting in _ANYWHERE),
    *((setting, _TEMP) for setting in _OF_TEMPERATURE),
    (Switch(header="INPut:IMPedance:AUTO", name="high_impedance"), ("VOLT",)),
    (Switch(header="[SENSe]:RESistance:OCOMpensated", name="offset_compensated"), OHMS),
    (Switch(header="[SENSe]:FRESistance:OCOMpensated", name="offset_compensated"), OHMS),
)


def channel_words() -> list[tuple[str, Handler]]:
    """Return commands and queries of all settings of channels."""
    return [entry for setting, functions in _SCOPES for entry in _words(setting, functions)]


def _words(setting: Setting, functions: Sequence[str] | None) -> list[tuple[str, Handler]]:
    def change(panel: "ChannelPanel", text: str, where: str = "") -> None:
        value = setting.read(panel, text)
        for number, record in panel.chosen(where, functions):
            setattr(record, setting.name, value)
            panel.channel_changed(number, setting.name)

    def ask(panel: "ChannelPanel", where: str = "") -> str:
        if isinstance(setting, Number) and where.upper() in LIMIT_WORDS:
            return setting.reply(setting.read(panel, where))
        return panel.tell(where, lambda record: setting.reply(getattr(record, setting.name)))

    return [(setting.header, change), (setting.header + "?", ask)]
