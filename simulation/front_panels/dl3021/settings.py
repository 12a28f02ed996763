"""What a DL3021 can be set to: headers, limits, the values it starts with, how it prints them.

Sources: Rigol DL3000 programming guide (headers, units, words); the dump of a unit after power-on
in the README and code of charkster/rigol_dl3021a (values and numbers of digits: ``0.0000`` for a
current, ``155.000`` for a voltage, ``40`` for a range); DL3000 data sheet as tabulated by its users
(ranges, slew rates up to 0.25 A/us on 4 A and 2.5 A/us on 40 A, 15 kHz, list steps). Assumed: upper
limits of delays, widths, capacity and discharge time; list of one cycle that ends with OFF.
"""

from collections.abc import Iterator
from typing import Literal

from instruments.units import Ampere, Ohm, Volt, Watt
from simulation.front_panels.scpi.settings import Choice, Number, Setting, Switch

Regulation = Literal["CC", "CR", "CV", "CP"]

CURRENT_RANGES: tuple[Ampere, Ampere] = (4.0, 40.0)
VOLTAGE_RANGES: tuple[Volt, Volt] = (15.0, 150.0)
RESISTANCE_RANGES: tuple[Ohm, Ohm] = (15.0, 15e3)
LEAST_RESISTANCES: tuple[Ohm, Ohm] = (0.08, 2.0)
MOST_POWER: Watt = 200.0
SLEW_RATES = (0.25, 2.5)
"""Steepest slope on the low and on the high current range [A/us]."""

REGULATIONS: tuple[Regulation, ...] = ("CC", "CR", "CV", "CP")
FUNCTIONS = ("CURRent", "RESistance", "VOLTage", "POWer")
LEVELS = ("current", "resistance", "voltage", "power")
MODES = ("FIXed", "LIST", "WAVe", "BATTery", "OCP", "OPP")
MODE_ANSWERS = ("FIX", "LIST", "WAV", "BATT", "OCP", "OPP")
FIXED, LIST, WAVE, BATTERY, OCP, OPP = range(6)
CONTINUOUS, PULSED, TOGGLED, NONE = range(4)
BUS, EXTERNAL, MANUAL, UNSET = range(4)

_SLEWS = ("slew", "slew_up", "slew_down")
RANGES = {
    "current_range": (CURRENT_RANGES, ("current", "tran_a", "tran_b", *_SLEWS)),
    "voltage_range": (VOLTAGE_RANGES, ("voltage",)),
    "resistance_range": (RESISTANCE_RANGES, ("resistance",)),
    "battery_range": (CURRENT_RANGES, ("battery",)),
    "ocp_range": (CURRENT_RANGES, ("ocp_set", "ocp_max", "ocp_min")),
}
"""For each range: its two spans, and what it limits. A range snaps to the next span."""

_DELAY = 100_000.0
_WIDTH = 1e6


def _amps(header: str, name: str, default: float = 0.0) -> Number:
    return Number(header=f"[:SOURce]:{header}", name=name, low=0.0, high=CURRENT_RANGES[1],
                  default=default, unit="A", form=".4f")  # fmt: skip


def _volts(header: str, name: str, default: float = 0.0, high: Volt = 150.0) -> Number:
    return Number(header=f"[:SOURce]:{header}", name=name, low=0.0, high=high, default=default,
                  unit="V", form=".3f")  # fmt: skip


def _watts(header: str, name: str, default: float = 0.0) -> Number:
    return Number(header=f"[:SOURce]:{header}", name=name, low=0.0, high=MOST_POWER,
                  default=default, unit="W", form=".3f")  # fmt: skip


def _range(header: str, name: str, unit: str) -> Number:
    high = RANGES[name][0][1]
    return Number(header=f"[:SOURce]:{header}:RANGe", name=name, low=0.0, high=high, default=high,
                  unit=unit, form=".0f")  # fmt: skip


def _slew(header: str, name: str, default: float) -> Number:
    return Number(header=f"[:SOURce]:CURRent:SLEW{header}", name=name, low=0.001,
                  high=SLEW_RATES[1], default=default, form=".3f")  # fmt: skip


def _time(header: str, name: str, default: float, high: float) -> Number:
    return Number(header=f"[:SOURce]:{header}", name=name, low=0.0, high=high, default=default,
                  form=".0f")  # fmt: skip


def _limits() -> Iterator[Number]:
    for function, level in zip(FUNCTIONS, LEVELS, strict=True):
        yield _volts(f"{function}:VLIMt", f"{level}_vlim", 155.0, 155.0)
        yield Number(header=f"[:SOURce]:{function}:ILIMt", name=f"{level}_ilim", low=0.0,
                     high=70.0, default=70.0, unit="A", form=".4f")  # fmt: skip


STATIC: tuple[Setting, ...] = (
    Choice(header="[:SOURce]:FUNCtion", name="function", words=FUNCTIONS,
           replies=(*REGULATIONS, "NONE")),
    Choice(header="[:SOURce]:FUNCtion:MODE", name="mode", words=MODES, replies=MODE_ANSWERS),
    _amps("CURRent[:LEVel][:IMMediate]", "current"),
    _volts("VOLTage[:LEVel][:IMMediate]", "voltage"),
    Number(header="[:SOURce]:RESistance[:LEVel][:IMMediate]", name="resistance",
           low=LEAST_RESISTANCES[0], high=RESISTANCE_RANGES[1], default=LEAST_RESISTANCES[1],
           unit="OHM", form=".3f"),
    _watts("POWer[:LEVel][:IMMediate]", "power"),
    _range("CURRent", "current_range", "A"),
    _range("VOLTage", "voltage_range", "V"),
    _range("RESistance", "resistance_range", "OHM"),
    _volts("CURRent:VON", "von"),
    _slew("[:BOTH]", "slew", 0.001),
    *_limits(),
    Switch(header="[:SOURce]:SENSe[:STATe]", name="remote_sense"),
    Switch(header=":DEBug:KEY", name="debug_keys"),
    Switch(header=":LXI:IDENtify[:STATe]", name="identify"),
    Switch(header=":LXI:MDNS[:ENABle]", name="mdns", default=1.0),
    Choice(header=":TRIGger:SOURce", name="trigger", words=("BUS", "EXTernal", "MANUal"),
           replies=("BUS", "EXT", "MANU", "NULL"), default=float(MANUAL)),
)  # fmt: skip

TRANSIENT: tuple[Setting, ...] = (
    Choice(header="[:SOURce]:CURRent:TRANsient:MODE", name="tran_mode",
           words=("CONTinuous", "PULSe", "TOGGle"), replies=("CONT", "PULS", "TOGG", "NONE"),
           default=float(NONE)),
    _amps("CURRent:TRANsient:ALEVel", "tran_a", 4.0),
    _amps("CURRent:TRANsient:BLEVel", "tran_b", 1.0),
    Number(header="[:SOURce]:CURRent:TRANsient:AWIDth", name="tran_a_width", low=0.01, high=_WIDTH,
           default=500.0, form=".6f"),
    Number(header="[:SOURce]:CURRent:TRANsient:BWIDth", name="tran_b_width", low=0.01, high=_WIDTH,
           default=500.0, form=".6f"),
    Number(header="[:SOURce]:CURRent:TRANsient:FREQuency", name="tran_frequency", low=1e-6,
           high=15.0, default=0.001, form=".6f"),
    Number(header="[:SOURce]:CURRent:TRANsient:PERiod", name="tran_period", low=1.0 / 15.0,
           high=1e6, default=1000.0, form=".6f"),
    Number(header="[:SOURce]:CURRent:TRANsient:ADUTy", name="tran_duty", low=1.0, high=100.0,
           default=50.0, form=".0f"),
    _slew(":POSitive", "slew_up", 0.001),
    _slew(":NEGative", "slew_down", 0.001),
)  # fmt: skip
"""Widths and period are in ms, the frequency is in kHz, the duty cycle in %."""

TIMES = ("tran_a_width", "tran_b_width", "tran_frequency", "tran_period", "tran_duty")
"""What describes the same two times; each follows the one that was set last."""

UNTOLD = ("tran_a", "tran_b", "tran_a_width", "tran_b_width", "slew_up", "slew_down")
"""What a unit answers 0 for until a transient mode is chosen."""

LIST_SETTINGS: tuple[Setting, ...] = (
    Choice(header="[:SOURce]:LIST:MODE", name="list_mode", words=REGULATIONS, replies=REGULATIONS),
    Number(header="[:SOURce]:LIST:RANGe", name="list_range", low=0.0, high=CURRENT_RANGES[1],
           default=CURRENT_RANGES[1], form=".0f"),
    Number(header="[:SOURce]:LIST:COUNt", name="list_count", low=0.0, high=99_999.0, default=1.0,
           form=".0f"),
    Number(header="[:SOURce]:LIST:STEP", name="list_step", low=2.0, high=512.0, default=2.0,
           form=".0f"),
    Choice(header="[:SOURce]:LIST:END", name="list_end", words=("LAST", "OFF"),
           replies=("LAST", "OFF"), default=1.0),
)  # fmt: skip

TESTS: tuple[Setting, ...] = (
    _range("BATTary", "battery_range", "A"),
    _amps("BATTary[:LEVel][:IMMediate]", "battery"),
    _volts("BATTary:VSTop", "battery_least_voltage"),
    Number(header="[:SOURce]:BATTary:CSTop", name="battery_most_charge", low=0.0, high=1e6,
           default=0.0, form=".3f"),
    _time("BATTary:TIMestop", "battery_longest_time", 0.0, 360_000.0),
    _volts("BATTary:VON", "battery_von", 0.5),
    Switch(header="[:SOURce]:BATTary:VENabstop", name="battery_by_voltage"),
    Switch(header="[:SOURce]:BATTary:CENabstop", name="battery_by_charge"),
    Switch(header="[:SOURce]:BATTary:TENabstop", name="battery_by_time"),
    _range("OCP", "ocp_range", "A"),
    _volts("OCP:VON", "ocp_von", 0.01),
    _time("OCP:VONDelay", "ocp_von_delay", 500.0, _DELAY),
    _amps("OCP:ISET", "ocp_set"),
    _amps("OCP:ISTep", "ocp_step", 1.0),
    _time("OCP:IDELaystep", "ocp_step_delay", 500.0, _DELAY),
    _amps("OCP:IMAX", "ocp_max", 10.0),
    _amps("OCP:IMIN", "ocp_min", 9.0),
    _volts("OCP:VOCP", "ocp_voltage", 0.5),
    _time("OCP:TOCP", "ocp_time", 500.0, _DELAY),
    _volts("OPP:VON", "opp_von", 0.01),
    _time("OPP:VONDelay", "opp_von_delay", 500.0, _DELAY),
    _watts("OPP:PSET", "opp_set"),
    _watts("OPP:PSTep", "opp_step", 1.0),
    _time("OPP:PDELaystep", "opp_step_delay", 500.0, _DELAY),
    _watts("OPP:PMAX", "opp_max", 100.0),
    _watts("OPP:PMIN", "opp_min", 90.0),
    _volts("OPP:VOPP", "opp_voltage", 0.5),
    _time("OPP:TOPP", "opp_time", 500.0, _DELAY),
    Number(header="[:SOURce]:WAVe:TSTep", name="wave_step", low=1.0, high=10.0, default=0.0,
           form=".0f"),
)  # fmt: skip
"""Battery capacity is in mAh, discharge time in s, delays are in ms, TOCP and TOPP in us."""

SETTINGS = STATIC + TRANSIENT + LIST_SETTINGS + TESTS
NUMBERS = {setting.name: setting for setting in SETTINGS if isinstance(setting, Number)}
