"""What drivers and programs of other people send to a PSW or 2260B, replayed on the circuit.

The sequences are those of pyscan's keithley2260b, of the maker's example programs for the 2260B and
of published programs for PSW units on a socket; the values are the circuit's.
"""

import pytest
from panel_rig import Bench


@pytest.fixture(params=["gwinstek.PSW80-13.5", "keithley.2260B-80-13"])
def supply(request):
    bench = Bench(request.param, [("out", "V")])
    bench.resistor("V", "BAT-", 10.0)
    return bench


def tell(supply, *messages):
    for message in messages:
        assert supply.tell(message) == 0, message


LIMITS = {
    "SOUR:VOLT:LEV:IMM:AMPL": (0.0, 84.0),
    "VOLT:TRIG": (0.0, 84.0),
    "SOUR:VOLT:PROT:LEV": (8.0, 88.0),
    "SOUR:VOLT:SLEW:RIS": (0.1, 160.0),
    "VOLT:SLEW:FALL": (0.1, 160.0),
    "SOURce:CURRent:LEVel:IMMediate:AMPLitude": (0.0, 14.175),
    "CURR:TRIG": (0.0, 14.175),
    "CURR:PROT": (1.35, 14.85),
    "SOUR:CURR:SLEW:RIS": (0.01, 27.0),
    "CURR:SLEW:FALL": (0.01, 27.0),
    "SOUR:RES:LEV:IMM:AMPL": (0.0, 80.0 / 13.5),
    "SYST:BEEP": (0.0, 3600.0),
}


@pytest.mark.parametrize("header", LIMITS)
def test_drivers_ask_for_the_limits_when_they_start(supply, header):
    low, high = LIMITS[header]
    assert supply.number(f"{header}? MIN") == pytest.approx(low, abs=1e-3)
    assert supply.number(f"{header}? MAX") == pytest.approx(high, abs=1e-3)
    tell(supply, f"{header} MAX")
    assert supply.number(f"{header}?") == pytest.approx(high, abs=1e-3)


def test_the_makers_program_for_fast_and_slow_transients(supply):
    tell(supply, "*RST", "*CLS", "SOUR:VOLT:LEV 13", "SOUR:VOLT:LEV:TRIG 6.5")
    tell(supply, "SOUR:VOLT:SLEW:RISE 40.0", "SOUR:CURR:LEV MAX", "SOUR:CURR:LEV:TRIG MAX")
    tell(supply, "SOUR:CURR:PROT MAX", "OUTP:MODE CVHS", "TRIG:TRAN:SOUR IMM", "OUTP ON")
    supply.clock.sleep(0.5)
    assert supply.volts("V") == pytest.approx(13.0, rel=1e-3)
    tell(supply, "INIT:NAME TRAN")
    supply.clock.sleep(0.06)  # as fast as it can
    assert supply.volts("V") == pytest.approx(6.5, rel=1e-3)
    tell(supply, "OUTP:MODE CVLS", "SOUR:VOLT:LEV:TRIG 16.5", "INIT:NAME TRAN")
    supply.clock.sleep(0.125)
    assert supply.volts("V") == pytest.approx(11.5, abs=0.9)  # half way at 40 V/s
    supply.clock.sleep(0.14)
    assert supply.volts("V") == pytest.approx(16.5, rel=1e-3)
    tell(supply, "OUTP OFF")
    supply.clock.sleep(0.1)
    assert supply.volts("V") == pytest.approx(0.0, abs=1e-3)


def test_a_production_tool_that_reads_everything_back(supply):
    tell(supply, "OUTP 0", "SOUR:VOLT 14", "SOUR:CURR 2")
    assert supply.ask("OUTP?") == "0"
    assert supply.ask("*OPC?") == "1"
    assert [float(supply.ask(f"SOUR:{word}?")) for word in ("VOLT", "CURR")] == [14.0, 2.0]
    tell(supply, "OUTP 1")
    supply.clock.sleep(0.2)
    assert supply.ask("OUTP?") == "1"
    volts, amps = map(float, supply.ask("MEAS:ALL?").split(","))  # two values, no power
    assert volts == pytest.approx(14.0, abs=0.05)
    assert amps == pytest.approx(1.4, abs=0.02)
    assert supply.ask("STAT:OPER:COND?;:STAT:QUES:COND?;:OUTP:PROT:TRIP?") == "256;0;0"
    tell(supply, "OUTP 0", "SYST:COMM:RLST LOC")


def test_a_logger_polls_six_values_in_one_message(supply):
    tell(supply, ":SOUR:VOLT 10", ":SOUR:CURR 0.5", ":OUTP ON")
    supply.clock.sleep(0.2)
    asked = ":MEAS:VOLT?;:MEAS:CURR?;:OUTP?;:STAT:QUES:COND?;:SOUR:VOLT?;:SOUR:CURR?"
    found = [float(part) for part in supply.ask(asked).split(";")]
    assert found[:2] == pytest.approx([5.0, 0.5], abs=0.03)  # 0.5 A into 10 ohm
    assert found[2:] == [1.0, 0.0, 10.0, 0.5]


def test_settings_in_long_form_as_they_are_numbered(supply):
    tell(supply, "SYSTem:CONFigure:BLEeder:STATe AUTO", "SYSTem:CONFigure:BTRip:PROTection 0")
    tell(supply, "OUTPut:MODE 3", "SENS:AVER:COUNT 1", "DISPlay:BLINk ON", "SYST:KLOC ON")
    tell(supply, "DISP:MENU:NAME 1")
    asked = "SYST:CONF:BLE:STAT?;:OUTP:MODE?;:SENS:AVER:COUN?;:DISP:BLIN?;MENU?;:SYST:KLOC?"
    assert supply.ask(asked) == "2;3;1;1;1;1"


def test_a_text_stays_on_the_display_until_it_is_cleared(supply):
    for text in ("'DO NOT TOUCH'", '"bench 3, until 5; thanks"'):
        tell(supply, f"DISPlay:WINDow:TEXT:DATA {text}")
        assert supply.ask("DISPlay:WINDow:TEXT:DATA?") == f'"{text[1:-1]}"'
    assert supply.tell("DISP:WIND:TEXT hello") == -104
    tell(supply, "DISP:WIND:TEXT:CLE")
    assert supply.ask("DISP:WIND:TEXT?") == '""'


@pytest.mark.parametrize("word", ["VOLT:CONT", "CURR:CONT", "MSL"])
def test_the_supply_is_its_own_master_and_stays_so(supply, word):
    tell(supply, f"SYST:CONF:{word} 0")
    assert supply.tell(f"SYST:CONF:{word} 1") == -222
    assert supply.ask(f"SYST:CONF:{word}?") == "0"


def test_the_error_queue_holds_32(supply):
    for _ in range(40):
        supply.ask("SYST:REM")
    errors = [supply.error() for _ in range(33)]
    assert errors == [-113] * 31 + [-350, 0]


def test_a_program_on_a_serial_port_ends_its_lines_like_windows(supply):
    messages = ("APPL 12.0000,1.0000\r", "OUTPut:DELay:ON 0.0\r", "OUTPut:IMMediate ON\r")
    tell(supply, *messages)
    supply.clock.sleep(0.2)
    assert supply.number("MEASure:VOLTage:DC?\r") == pytest.approx(10.0, abs=0.2)  # 1 A
    assert supply.ask("OUTPut:IMMediate?\r") == "1"


def test_a_beep_takes_its_time(supply):
    tell(supply, "SYST:BEEP 10")
    supply.clock.sleep(7.5)
    assert supply.ask("SYST:BEEP:IMM?") == "3"
    supply.clock.sleep(5.0)
    assert supply.ask("SYST:BEEP?") == "0"
    assert supply.tell("SYST:BEEP 3601") == -222


def test_system_information_is_a_block_of_named_fields(supply):
    block = supply.ask("SYST:INF?")
    digits = int(block[1])
    text = block[2 + digits :]
    assert block[0] == "#"
    assert len(text) == int(block[2 : 2 + digits])
    fields = [field.split(" ")[1] for field in text.split(",")]
    maker, model, serial, firmware = supply.ask("*IDN?").split(",")
    assert maker.startswith(fields[0])
    assert model.endswith(fields[1])
    assert fields[2:4] == [serial, firmware]
    # a client of PSW units reads ten fields, the manual of the 2260B shows eight
    assert len(fields) == (10 if maker.startswith("GW") else 8)


@pytest.mark.parametrize(
    "message",
    [
        "SYST:REM",
        "VOLT:PROT:STAT OFF",  # no over-voltage protection is ever off
        "CURR:PROT:DEL 1",
        "*SAV 1",
        "*RCL 1",
        "TRIG",
        "INIT",
    ],
)
def test_words_without_a_source_stay_unknown(supply, message):
    assert supply.tell(message) == -113


# slew rates


def test_the_current_rises_at_its_rate_in_cc_slew_rate_priority(supply):
    tell(supply, "OUTP:MODE CCLS", "CURR:SLEW:RIS 1", "CURR:SLEW:FALL 2", "VOLT 50", "CURR 3")
    tell(supply, "OUTP 1")
    supply.clock.sleep(1.0)
    assert supply.volts("V") == pytest.approx(10.0, abs=0.3)  # 1 A into 10 ohm
    supply.clock.sleep(2.1)
    assert supply.volts("V") == pytest.approx(30.0, rel=1e-3)
    tell(supply, "CURR 1")
    supply.clock.sleep(0.5)
    assert supply.volts("V") == pytest.approx(20.0, abs=0.5)
    supply.clock.sleep(0.6)
    assert supply.volts("V") == pytest.approx(10.0, rel=1e-3)


@pytest.mark.parametrize("mode", ["CVHS", "CCHS", "CVLS"])
def test_elsewhere_the_current_limit_moves_at_once(supply, mode):
    tell(supply, f"OUTP:MODE {mode}", "CURR:SLEW:RIS 0.01", "VOLT 50", "CURR 1", "OUTP 1")
    supply.clock.sleep(1.0)
    tell(supply, "CURR 3")
    supply.clock.sleep(0.01)
    assert supply.volts("V") == pytest.approx(30.0, rel=1e-3)


@pytest.mark.parametrize("mode", ["CVHS", "CCHS", "CCLS"])
def test_elsewhere_the_voltage_moves_as_fast_as_it_can(supply, mode):
    tell(supply, f"OUTP:MODE {mode}", "VOLT:SLEW:RIS 0.1", "VOLT:SLEW:FALL 0.1", "CURR 10")
    tell(supply, "VOLT 20", "OUTP 1")
    supply.clock.sleep(1.0)  # the current of CCLS needs 10 A at 27 A/s
    assert supply.volts("V") == pytest.approx(20.0, rel=1e-3)
    tell(supply, "VOLT 2")
    supply.clock.sleep(0.06)
    assert supply.volts("V") == pytest.approx(2.0, rel=1e-3)


def test_overcurrent_protection_sees_a_current_that_creeps_up(supply):
    tell(supply, "OUTP:MODE CCLS", "CURR:SLEW:RIS 1", "VOLT 50", "CURR 3", "CURR:PROT 2", "OUTP 1")
    supply.clock.sleep(1.9)
    assert supply.ask("OUTP:PROT:TRIP?") == "0"
    supply.clock.sleep(0.3)
    assert supply.ask("OUTP?;:OUTP:PROT:TRIP?") == "0;1"


def test_overcurrent_protection_trusts_no_limit_that_is_still_on_its_way_down(supply):
    tell(supply, "OUTP:MODE CCLS", "CURR:SLEW:FALL 0.01", "VOLT 50", "CURR 3", "OUTP 1")
    supply.clock.sleep(1.0)
    tell(supply, "CURR 1", "CURR:PROT 2")
    supply.clock.sleep(0.1)
    assert supply.ask("OUTP?;:OUTP:PROT:TRIP?") == "0;1"
