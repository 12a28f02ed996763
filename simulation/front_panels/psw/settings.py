"""Settings of the GW Instek PSW 80-13.5 and of the Keithley 2260B-80-13, with their limits.

Sources: Keithley Series 2260B manual, pages 57 and 73 (slew rates from 0.01 A/s to 200 % of the
rating, each for its own slew rate priority); command index of the PSW programming manual, version
2; values that a 2260B-80-27 showed (triggered levels 0, trigger sources BUS). ``RISE`` for
``RISing`` is how two programs of the maker for the 2260B spell it. External control, and units as
master or slave, are not simulated: 0, which is neither, is taken and anything else refused, -222.
Likewise the screen menus above 4, which are those of single functions.
Assumed, not checked with the data sheet: span of the internal resistance, numbers of digits.
"""

from instruments.units import Ampere, Ohm, Volt
from simulation.front_panels.scpi.settings import Choice, Number, Setting, Switch

RATED_VOLTAGE: Volt = 80.0
RATED_CURRENT: Ampere = 13.5
RATED_POWER = 360.0
HEADROOM = 1.05

AT_POWER_ON = "output_at_power_on"
CV_SLEW_RATE, CC_SLEW_RATE = 2.0, 3.0
TRIGGER_AT_ONCE = 1.0
_MOST_RESISTANCE: Ohm = 5.926
_OUTPUT_MODES = ("CVHS", "CCHS", "CVLS", "CCLS")
_RISING = ("RISing", "RISE")

SETTINGS: tuple[Setting, ...] = (
    Number(
        header="[:SOURce]:VOLTage[:LEVel][:IMMediate][:AMPLitude]",
        name="voltage", low=0.0, high=RATED_VOLTAGE * HEADROOM, default=0.0, unit="V",
    ),
    Number(
        header="[:SOURce]:CURRent[:LEVel][:IMMediate][:AMPLitude]",
        name="current", low=0.0, high=RATED_CURRENT * HEADROOM, default=0.0, unit="A",
    ),
    Number(
        header="[:SOURce]:VOLTage:PROTection[:LEVel]",
        name="ovp", low=0.1 * RATED_VOLTAGE, high=1.1 * RATED_VOLTAGE,
        default=1.1 * RATED_VOLTAGE, unit="V",
    ),
    Number(
        header="[:SOURce]:CURRent:PROTection[:LEVel]",
        name="ocp", low=0.1 * RATED_CURRENT, high=1.1 * RATED_CURRENT,
        default=1.1 * RATED_CURRENT, unit="A",
    ),
    Switch(header="[:SOURce]:CURRent:PROTection:STATe", name="ocp_on", default=1.0),
    *(
        Number(
            header=f"[:SOURce]:VOLTage:SLEW:{rising}",
            name="rise", low=0.1, high=160.0, default=160.0, unit="V",
        )
        for rising in _RISING
    ),
    Number(
        header="[:SOURce]:VOLTage:SLEW:FALLing",
        name="fall", low=0.1, high=160.0, default=160.0, unit="V",
    ),
    *(
        Number(
            header=f"[:SOURce]:CURRent:SLEW:{rising}",
            name="current_rise", low=0.01, high=27.0, default=27.0, unit="A",
        )
        for rising in _RISING
    ),
    Number(
        header="[:SOURce]:CURRent:SLEW:FALLing",
        name="current_fall", low=0.01, high=27.0, default=27.0, unit="A",
    ),
    Number(
        header="[:SOURce]:RESistance[:LEVel][:IMMediate][:AMPLitude]",
        name="resistance", low=0.0, high=_MOST_RESISTANCE, default=0.0, unit="OHM",
    ),
    Number(header="OUTPut:DELay:ON", name="on_delay", low=0.0, high=99.99, default=0.0,
           unit="S", form=".2f"),
    Number(header="OUTPut:DELay:OFF", name="off_delay", low=0.0, high=99.99, default=0.0,
           unit="S", form=".2f"),
    Choice(header="OUTPut:MODE", name="priority", words=_OUTPUT_MODES,
           replies=("0", "1", "2", "3"), numbers=True),
    Choice(header=":SENSe:AVERage:COUNt", name="average", words=("LOW", "MIDDle", "HIGH"),
           replies=("0", "1", "2"), numbers=True),
    Choice(header=":SYSTem:CONFigure:BLEeder[:STATe]", name="bleeder",
           words=("OFF", "ON", "AUTO"), replies=("0", "1", "2"), default=1.0, numbers=True),
    Switch(header=":SYSTem:CONFigure:BTRip:PROTection", name="breaker_trip"),
    Switch(header=":SYSTem:CONFigure:BEEPer[:STATe]", name="beeper"),
    Switch(header=":SYSTem:CONFigure:OUTPut:PON[:STATe]", name=AT_POWER_ON),
    Switch(header=":SYSTem:KLOCk", name="key_lock"),
    Choice(header=":SYSTem:COMMunicate:RLSTate", name="remote",
           words=("LOCal", "REMote", "RWL"), replies=("LOC", "REM", "RWL")),
    Number(
        header="[:SOURce]:VOLTage[:LEVel]:TRIGgered[:AMPLitude]",
        name="triggered_voltage", low=0.0, high=RATED_VOLTAGE * HEADROOM, default=0.0, unit="V",
    ),
    Number(
        header="[:SOURce]:CURRent[:LEVel]:TRIGgered[:AMPLitude]",
        name="triggered_current", low=0.0, high=RATED_CURRENT * HEADROOM, default=0.0, unit="A",
    ),
    Switch(header="OUTPut[:STATe]:TRIGgered", name="triggered_output"),
    Choice(header=":TRIGger:TRANsient:SOURce", name="transient_source",
           words=("BUS", "IMMediate"), replies=("BUS", "IMM")),
    Choice(header=":TRIGger:OUTPut:SOURce", name="output_source",
           words=("BUS", "IMMediate"), replies=("BUS", "IMM")),
    Switch(header=":DISPlay:BLINk", name="blink"),
    Number(header=":DISPlay:MENU[:NAME]", name="menu", low=0, high=4, default=0, form=".0f"),
    Number(header=":SYSTem:CONFigure:VOLTage:CONTrol", name="voltage_control",
           low=0, high=0, default=0, form=".0f"),
    Number(header=":SYSTem:CONFigure:CURRent:CONTrol", name="current_control",
           low=0, high=0, default=0, form=".0f"),
    Number(header=":SYSTem:CONFigure:MSLave", name="master_slave",
           low=0, high=0, default=0, form=".0f"),
)  # fmt: skip
