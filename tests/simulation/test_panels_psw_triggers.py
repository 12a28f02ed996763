"""Triggers and status registers of the PSW, against the circuit.

The meaning of the words is that of SCPI-99; GW Instek's PSU and APS-7000 manuals and the maker's
example programs for the 2260B use them in the same way.
"""

import pytest
from panel_rig import Bench

WAITING, CV, CC, ON_DELAY, OFF_DELAY = 32, 256, 1024, 2048, 4096


@pytest.fixture
def supply():
    bench = Bench("gwinstek.PSW80-13.5", [("out", "V")])
    bench.resistor("V", "BAT-", 10.0)
    for message in ("VOLT 5", "CURR 5", "VOLT:TRIG 12", "CURR:TRIG 2"):
        assert bench.tell(message) == 0
    return bench


def on(supply):
    supply.tell("OUTP ON")
    supply.clock.sleep(0.2)
    assert supply.volts("V") == pytest.approx(5.0, rel=1e-3)


def wait(supply):
    supply.clock.sleep(0.2)
    return supply.volts("V")


@pytest.mark.parametrize("word", ["*TRG", "TRIG:TRAN", "TRIGger:TRANsient:IMMediate"])
def test_triggered_levels_reach_the_output_with_the_trigger(supply, word):
    on(supply)
    assert supply.tell("INIT:NAME TRAN") == 0
    assert wait(supply) == pytest.approx(5.0, rel=1e-3)
    assert supply.ask("VOLT?;CURR?") == "5.000;5.000"
    assert supply.tell(word) == 0
    assert wait(supply) == pytest.approx(12.0, rel=1e-3)
    assert supply.ask("VOLT?;CURR?") == "12.000;2.000"


def test_triggered_current_limits(supply):
    on(supply)
    supply.tell("VOLT:TRIG 40;:INIT:NAME TRAN;*TRG")
    assert wait(supply) == pytest.approx(20.0, rel=1e-2)  # 2 A into 10 ohm


def test_a_source_that_is_immediate_waits_for_nothing(supply):
    on(supply)
    supply.tell("TRIG:TRAN:SOUR IMM")
    assert supply.tell("INITiate:IMMediate:NAME TRANsient") == 0
    assert wait(supply) == pytest.approx(12.0, rel=1e-3)
    assert supply.tell("*TRG") == -211


def test_a_wait_ends_when_the_source_becomes_immediate(supply):
    on(supply)
    supply.tell("INIT:NAME TRAN")
    supply.tell("TRIG:TRAN:SOUR IMMediate")
    assert wait(supply) == pytest.approx(12.0, rel=1e-3)


@pytest.mark.parametrize("word", ["ABOR", "*RST;:VOLT 5;:CURR 5;:OUTP 1", "SYST:PRES;:OUTP 1"])
def test_abort_and_reset_forget_that_a_trigger_is_awaited(supply, word):
    supply.tell("INIT:NAME TRAN")
    supply.tell("INIT:NAME OUTP")
    supply.tell(word)
    assert int(supply.ask("STAT:OPER:COND?")) & WAITING == 0
    assert supply.tell("*TRG") == -211


@pytest.mark.parametrize("word", ["*TRG", "TRIG:TRAN", "TRIG:OUTP"])
def test_a_trigger_that_nobody_awaits_is_ignored(supply, word):
    assert supply.tell(word) == -211
    supply.tell("INIT:NAME TRAN;*TRG")
    assert supply.tell(word) == -211  # one trigger each


def test_the_systems_wait_apart(supply):
    supply.tell("OUTP:TRIG ON;:INIT:NAME OUTP;:INIT:NAME TRAN")
    assert supply.tell("INIT:NAME TRAN") == -213
    supply.tell("TRIG:OUTP")
    assert wait(supply) == pytest.approx(5.0, rel=1e-3)
    supply.tell("TRIG:TRAN")
    assert wait(supply) == pytest.approx(12.0, rel=1e-3)


def test_output_follows_its_trigger_with_its_delays(supply):
    supply.tell("OUTP:DEL:ON 2;:OUTP:TRIG 1;:INIT:NAME OUTP;*TRG")
    assert int(supply.ask("STAT:OPER:COND?")) == ON_DELAY
    assert supply.ask("OUTP?") == "0"
    supply.clock.sleep(2.1)
    assert supply.ask("OUTP?;:OUTP:TRIG?") == "1;1"
    supply.tell("TRIG:OUTP:SOUR IMM;:OUTP:TRIG 0;:INIT:NAME OUTP")
    assert supply.ask("OUTP?") == "0"
    assert wait(supply) == pytest.approx(0.0, abs=1e-3)


def test_no_trigger_gets_past_the_protections(supply):
    supply.tell("VOLT:PROT 10")
    on(supply)
    supply.tell("INIT:NAME TRAN;*TRG")  # 12 V
    wait(supply)
    assert supply.ask("OUTP?;:OUTP:PROT:TRIP?") == "0;1"
    supply.tell("OUTP:TRIG 1;:INIT:NAME OUTP;*TRG")
    assert supply.ask("OUTP?") == "0"


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("INIT:NAME", -109),
        ("INIT:NAME ACQ", -224),
        ("INIT:NAME TRAN,OUTP", -108),
        ("INIT:OUTP", -113),
        ("TRIG:TRAN:SOUR EXT", -224),
        ("TRIG:OUTP:SOUR", -109),
        ("VOLT:TRIG 84.1", -222),
        ("CURR:TRIG -1", -222),
        ("VOLT:TRIG twelve", -104),
        ("*TRG 1", -108),
    ],
)
def test_mistakes(supply, message, error):
    assert supply.tell(message) == error


def test_defaults_are_those_a_unit_showed():
    supply = Bench("keithley.2260B-80-13", [("out", "V")])
    asked = "VOLT:TRIG?;:CURR:TRIG?;:OUTP:TRIG?;:TRIG:TRAN:SOUR?;:TRIG:OUTP:SOUR?"
    assert supply.ask(asked) == "0.000;0.000;0;BUS;BUS"


# status


def test_operation_condition_says_what_the_output_does(supply):
    def condition():
        return int(supply.ask("STAT:OPER:COND?"))

    assert condition() == 0
    on(supply)
    assert condition() == CV
    supply.tell("CURR 0.1")
    wait(supply)
    assert condition() == CC
    supply.tell("INIT:NAME TRAN")
    assert condition() == CC | WAITING
    supply.tell("*TRG;:OUTP:DEL:OFF 1;:OUTP OFF")
    wait(supply)
    assert condition() == CV | OFF_DELAY
    supply.tell("OUTP ON")  # takes the delayed OFF back
    assert condition() == CV
    supply.tell("OUTP OFF")
    supply.clock.sleep(1.1)
    assert condition() == 0


def test_questionable_status_keeps_which_protection_tripped(supply):
    on(supply)
    assert supply.ask("STAT:QUES:COND?;:STAT:QUES?") == "0;0"
    supply.tell("VOLT:PROT 8")
    supply.battery("V", 20.0)
    wait(supply)
    assert supply.ask("STAT:QUES:COND?") == "1"
    supply.tell("OUTP:PROT:CLE")
    assert supply.ask("STAT:QUES:COND?") == "0"
    assert supply.ask("STAT:QUES:EVEN?") == "1"  # an event stays until it is read
    assert supply.ask("STAT:QUES:EVEN?") == "0"


def test_overcurrent_has_a_bit_of_its_own(supply):
    supply.tell("CURR:PROT 1.35;:VOLT 20")
    supply.tell("OUTP 1")
    wait(supply)
    assert supply.ask("OUTP:PROT:TRIP?;:STAT:QUES?") == "1;2"


def test_an_overcurrent_that_is_switched_off_in_time_is_no_trip(supply):
    supply.tell("CURR:PROT 1.35;:VOLT 20")
    supply.tell("OUTP 1")
    supply.clock.sleep(0.07)  # above 1.35 A for less than the delay of the protection
    assert supply.volts("V") > 13.5
    supply.tell("OUTP 0")
    supply.clock.sleep(1.0)
    assert supply.ask("OUTP:PROT:TRIP?") == "0"


def test_enabled_events_show_in_the_status_byte_and_ask_for_service(supply):
    supply.tell("*CLS;:STAT:OPER:ENAB 256;:STAT:QUES:ENAB 3;*SRE 128")
    assert supply.ask("*STB?") == "0"
    on(supply)
    assert int(supply.ask("*STB?")) == 128 | 64
    assert supply.ask("STAT:OPER?") == str(CV)
    assert supply.ask("*STB?") == "0"
    supply.tell("VOLT:PROT 8")
    supply.battery("V", 20.0)
    wait(supply)
    assert int(supply.ask("*STB?")) == 8


def test_filters_choose_the_edges(supply):
    supply.tell("STAT:OPER:PTR 0;:STAT:OPER:NTR 256")
    on(supply)
    assert supply.ask("STAT:OPER?") == "0"
    supply.tell("OUTP OFF")
    assert supply.ask("STAT:OPER?") == str(CV)
    supply.tell("STAT:OPER:ENAB 1;:STAT:QUES:NTR 2;:STAT:PRES")
    asked = ":STAT:OPER:ENAB?;PTR?;NTR?;:STAT:QUES:ENAB?;PTR?;NTR?"
    assert supply.ask(asked) == "0;32767;0;0;32767;0"
    assert supply.tell("STAT:OPER:ENAB 32768") == -222
    assert supply.tell("STAT:QUES:PTR -1") == -222


def test_cls_forgets_events_but_no_filter(supply):
    supply.tell("STAT:OPER:ENAB 256")
    on(supply)
    supply.tell("*CLS")
    assert supply.ask("STAT:OPER?;:STAT:OPER:ENAB?") == "0;256"
