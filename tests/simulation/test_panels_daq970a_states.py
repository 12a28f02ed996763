"""What a DAQ970A keeps and tells of itself: its programming guide and its family's reference."""

import pytest
from panel_rig import Bench


@pytest.fixture
def meter():
    found = Bench(
        "keysight.DAQ970A", [("101", "V"), ("102", "V")], resource="TCPIP0::192.0.2.3::INSTR"
    )
    found.battery("V", 5.0)
    return found


def test_registers_are_told_with_a_sign(meter):
    # guide, page 149: *ESR? typical return +24; reference: *ESE? +16, *TST? +0
    meter.panel.receive("*CLS")
    meter.panel.receive("*ESE 16;*SRE 32")
    assert meter.ask("*ESE?;*SRE?;*STB?;*ESR?;*TST?") == "+16;+32;+0;+0;+0"


def test_a_stored_state_brings_everything_back(meter):
    assert meter.tell("CONF:VOLT:DC 10,(@101);:VOLT:DC:NPLC 10,(@101);:ROUT:SCAN (@101,102)") == 0
    assert (
        meter.tell("TRIG:SOUR TIM;COUN 3;TIM 2.5;:FORM:READ:CHAN ON;:ROUT:CHAN:LAB 'A',(@101)") == 0
    )
    assert meter.tell("*SAV 2") == 0
    assert meter.tell("*RST;:CONF:RES 1000,(@101)") == 0
    assert meter.tell("*RCL 2") == 0
    assert meter.ask("CONF? (@101)").startswith('"VOLT +1.000000E+01')
    assert meter.number("VOLT:DC:NPLC? (@101)") == 10.0
    assert meter.ask("ROUT:SCAN?") == "#210(@101,102)"
    assert meter.ask("TRIG:SOUR?;COUN?;TIM?") == "TIM;+3.00000000E+00;+2.50000000E+00"
    assert meter.ask("FORM:READ:CHAN?;:ROUT:CHAN:LAB? (@101)") == '1;"A"'
    assert len(meter.ask("READ?").split(",")) == 2 * 2 * 3


def test_a_state_does_not_change_once_it_is_stored(meter):
    assert meter.tell("CONF:VOLT:DC 10,(@101);*SAV 1;:VOLT:DC:RANG 1,(@101);*RCL 1") == 0
    assert meter.tell("VOLT:DC:RANG 100,(@101);*RCL 1") == 0
    assert meter.number("VOLT:DC:RANG? (@101)") == 10.0


@pytest.mark.parametrize(
    ("message", "code"),
    [("*RCL 3", 291), ("*SAV 6", -222), ("*RCL -1", -222), ("MEM:STAT:NAME 1,1ST", -224),
     ("MEM:STAT:NAME 1,A_NAME_TOO_LONG", -224), ("*SAV", -109)],
)  # fmt: skip
def test_states_that_are_refused(meter, message, code):
    assert meter.tell(message) == code


def test_a_state_with_the_meter_is_not_recalled_without_it(meter):
    assert meter.tell("*SAV 1;:INST:DMM OFF;*RCL 1") == 292


def test_changing_the_meter_resets_the_instrument(meter):
    # reference: "the instrument issues a Factory Reset (*RST command)"
    assert meter.tell("CONF:VOLT:DC 10,(@101);:INST:DMM ON") == 0
    assert meter.ask("ROUT:SCAN?") == "#16(@101)"
    assert meter.tell("INST:DMM OFF") == 0
    assert meter.ask("ROUT:SCAN?;:INST:DMM?;:CONF? (@101)").startswith(
        '#13(@);0;"VOLT +3.000000E+02'
    )


def test_names_of_states(meter):
    assert meter.ask("MEM:NST?;STAT:NAME? 1;VAL? 1") == '+6;"STATE1";0'
    assert meter.tell("MEM:STAT:NAME 1,TEST_RACK_1;*SAV 1") == 0
    assert meter.ask("MEM:STAT:NAME? 1;VAL? 1") == '"TEST_RACK_1";1'
    assert meter.tell("MEM:STAT:DEL 1") == 0
    assert meter.ask("MEM:STAT:NAME? 1;VAL? 1") == '"STATE1";0'


@pytest.mark.parametrize(("word", "expected"), [("OFF", "#13(@)"), ("ON", "#16(@101)")])
def test_the_state_at_power_down_is_recalled_if_that_is_wanted(meter, word, expected):
    assert meter.tell(f"MEM:STAT:REC:AUTO {word};:CONF:VOLT:DC 10,(@101)") == 0
    meter.panel.power_cycle()
    assert meter.ask("ROUT:SCAN?;:MEM:STAT:VAL? 0") == f"{expected};1"


def test_a_state_at_power_down_without_the_meter_is_an_error_at_power_on(meter):
    assert meter.tell("MEM:STAT:REC:AUTO ON;:INST:DMM OFF") == 0
    meter.panel.power_cycle()
    assert (meter.error(), meter.error()) == (292, 0)


def test_locks_are_counted(meter):
    # guide, pages 312 to 314
    assert meter.ask("SYST:LOCK:NAME?;OWN?") == '"LAN192.0.2.3";"NONE"'
    assert meter.ask("SYST:LOCK:REQ?;REQ?;OWN?") == '+1;+1;"LAN192.0.2.3"'
    for locked in (True, False):
        assert meter.tell("SYST:LOCK:REL") == 0
        assert bool(int(meter.ask("STAT:OPER:COND?")) & 0x400) is locked
    assert meter.tell("SYST:LOCK:REL") == 0
    assert meter.ask("SYST:LOCK:OWN?") == '"NONE"'


def test_gate_and_input_range_of_frequencies(meter):
    # reference, [SENSe:]FREQuency:APERture: 10 ms, 100 ms, 1 s; either function sets both
    assert meter.tell("FREQ:APER 1,(@101)") == -221  # the channel measures volts
    assert meter.tell("CONF:FREQ (@101)") == 0
    assert meter.ask("FREQ:APER? (@101);APER? MIN;APER? MAX").split(";")[0] == "+1.00000000E-01"
    assert meter.tell("PER:APER 1,(@101);:FREQ:VOLT:RANG 10,(@101)") == 0
    assert meter.number("FREQ:APER? (@101)") == 1.0
    assert meter.ask("FREQ:VOLT:RANG? (@101);RANG:AUTO? (@101)") == "+1.00000000E+01;0"
    assert meter.tell("FREQ:VOLT:RANG:AUTO ON,(@101);:FREQ:APER 0.5,(@101)") == -222
    assert meter.ask("FREQ:VOLT:RANG:AUTO? (@101)") == "1"
    before = meter.clock.now()
    meter.ask("READ?")
    long = meter.clock.now() - before
    assert meter.tell("FREQ:APER MIN,(@101)") == 0
    before = meter.clock.now()
    meter.ask("READ?")
    assert long - (meter.clock.now() - before) == pytest.approx(0.99, abs=0.01)


# conversations of published programs


def test_a_logger_that_asks_before_it_configures(meter):
    # a DAQ970A wrapper in Python: beeper off, what is scanned, then range, resolution and trigger
    for message in ("*CLS", "*RST", "SYST:BEEP:STAT OFF", "ROUT:SCAN (@101:102)"):
        assert meter.tell(message) == 0
    assert meter.tell("VOLT:DC:NPLC 0.2,(@101:102)") == 0
    assert meter.ask("VOLT:DC:NPLC? (@101:102)") == "+2.00000000E-01,+2.00000000E-01"
    for message in (
        "CONF:VOLT:DC 10,DEF,(@101:102)",
        "TRIG:SOUR TIM",
        "TRIG:TIM 0.1",
        "TRIG:COUN 4",
    ):
        assert meter.tell(message) == 0
    assert int(meter.ask("ROUT:SCAN:SIZE?")) * int(float(meter.ask("TRIG:COUN?"))) == 8
    assert len(meter.ask("READ?").split(",")) == 8


def test_a_laboratory_logger_with_apertures(meter):
    # a driver for DAQ970A and DAQ973A: blanks before channel lists, TCouple as a node
    assert meter.tell("VOLT:DC:NPLC 1.000000,(@101)") == 0
    assert meter.tell("CONF:VOLT:DC 10.000000000000,0.000010000000000000,(@101)") == 0
    assert meter.tell("CONF:TEMP:TCouple T,(@102)") == 0
    assert meter.tell("FORM:READ:CHAN ON") == 0
    assert meter.tell("VOLT:DC:APER:ENAB ON, (@101)") == 0
    assert meter.tell("VOLT:DC:APER 0.200000, (@101)") == 0
    assert meter.tell("ROUT:SCAN (@101,102)") == 0
    found = meter.ask("READ?").split(",")
    assert found[1::2] == ["101", "102"]
    assert float(found[0]) == pytest.approx(5.0, abs=1e-3)
