"""Triggers and reading memory of a DAQ970A, after its programming guide."""

import pytest
from panel_rig import Bench


def floats(text):
    return [float(part) for part in text.split(",")]


def payload(block):
    """Return what is in a definite length block."""
    digits = int(block[1])
    text = block[2 + digits :]
    assert block[0] == "#"
    assert len(text) == int(block[2 : 2 + digits])
    return text


@pytest.fixture
def meter():
    bench = Bench("keysight.DAQ970A", [("101", "A"), ("102", "B"), ("103", "C"), ("112", "D")])
    bench.source = bench.battery("A", 12.0)
    bench.resistor("A", "B", 10e6)
    for net in ("C", "D"):
        bench.resistor(net, "BAT-", 1e6)
    return bench


@pytest.fixture
def two_sweeps(meter):
    """Three sweeps over two channels, every half second, after the second."""
    meter.tell("CONF:VOLT:DC (@101,103)")
    for message in ("TRIG:SOUR TIM", "TRIG:TIM 0.5", "TRIG:COUN 3", "INIT"):
        assert meter.tell(message) == 0
    meter.clock.sleep(0.8)
    return meter


# memory


def test_removed_readings_are_gone_oldest_first(two_sweeps):
    two_sweeps.tell("FORM:READ:CHAN ON")
    assert floats(two_sweeps.ask("DATA:REM? 3"))[1::2] == [101, 103, 101]
    assert two_sweeps.ask("DATA:POIN?") == "+1"
    assert two_sweeps.panel.receive("DATA:REM? 2") is None
    assert two_sweeps.error() == -222
    assert two_sweeps.ask("DATA:POIN?") == "+1"


def test_removing_can_wait_for_readings(two_sweeps):
    assert len(floats(two_sweeps.ask("DATA:REM? 6,WAIT"))) == 6
    assert two_sweeps.clock.now() >= 1.0  # the third sweep began then


def test_statistics_outlast_the_removal_of_readings(two_sweeps):
    two_sweeps.ask("DATA:REM? 3")
    two_sweeps.clock.sleep(1.0)
    assert floats(two_sweeps.ask("CALC:AVER:COUN? (@101,103)")) == [3, 3]


def test_waiting_for_more_than_will_come_is_an_error(two_sweeps):
    assert two_sweeps.panel.receive("DATA:REM? 7,WAIT") is None
    assert two_sweeps.error() == -222


def test_r_answers_a_block_and_takes_what_there_is(two_sweeps):
    assert len(floats(payload(two_sweeps.ask("R? 3")))) == 3
    assert len(floats(payload(two_sweeps.ask("R?")))) == 1
    assert two_sweeps.ask("R?") == "#10"


def test_last_readings_of_one_channel(two_sweeps):
    assert two_sweeps.number("DATA:LAST? (@101)") == pytest.approx(12.0, abs=0.01)
    assert len(floats(two_sweeps.ask("DATA:LAST? 2,(@103)"))) == 2
    assert two_sweeps.panel.receive("DATA:LAST? (@102)") is None
    assert two_sweeps.error() == -230
    assert two_sweeps.panel.receive("DATA:LAST? (@101,103)") is None
    assert two_sweeps.error() == 281


def test_statistics_are_those_of_the_scan(meter):
    meter.tell("CONF:VOLT:DC 100,(@101)")
    meter.tell("TRIG:COUN 3")
    meter.tell("TRIG:SOUR BUS")
    meter.tell("INIT")
    for volts in (10.0, 16.0, 13.0):
        meter.source.set(volts, 100.0)
        meter.tell("*TRG")
        meter.clock.sleep(0.1)
    told = [meter.number(f"CALC:AVER:{word}? (@101)") for word in ("MIN", "MAX", "AVER", "PTP")]
    assert told == pytest.approx([10.0, 16.0, 13.0, 6.0], abs=0.01)
    assert meter.number("CALC:AVER:COUN? (@101)") == 3
    meter.tell("CALC:AVER:CLE (@101)")
    assert meter.number("CALC:AVER:MAX? (@101)") == 0.0


def test_readings_with_all_fields(two_sweeps):
    for field in ("UNIT", "TIME", "CHAN", "ALAR"):
        two_sweeps.tell(f"FORM:READ:{field} ON")
    value, time, channel, alarm = two_sweeps.ask("DATA:REM? 1").split(",")
    assert (value.split()[1], time, channel, alarm) == ("VDC", "000000000.012", "101", "0")
    two_sweeps.tell("FORM:READ:TIME:TYPE ABS")
    two_sweeps.tell("SYST:DATE 2009,12,20")
    two_sweeps.tell("SYST:TIME 23,59,59.5")
    fields = two_sweeps.ask("DATA:LAST? (@101)").split(",")
    assert fields[1:4] == ["2009", "12", "20"]
    assert fields[4:6] == ["23", "59"]
    assert len(fields) == 9


def test_a_configuration_shows_readings_only(meter):
    meter.tell("FORM:READ:CHAN ON")
    assert len(meter.ask("MEAS:VOLT:DC? (@101)").split(",")) == 1
    assert meter.ask("FORM:READ:CHAN?") == "0"


def test_calendar(meter):
    meter.tell("SYST:DATE 2024,2,29")
    meter.tell("SYST:TIME 15,30,23.000")
    meter.clock.sleep(60.0)
    assert meter.ask("SYST:TIME?") == "15,31,23.000"
    assert meter.tell("SYST:DATE 2023,2,29") == -222
    assert meter.tell("SYST:TIME 24,0,0") == -222
    assert meter.ask("SYST:DATE?") == "2024,02,29"


# triggers


def test_operation_complete_is_the_end_of_the_scan(meter):
    meter.tell("CONF:VOLT:DC (@101)")
    meter.tell("VOLT:DC:NPLC 50,(@101)")
    meter.tell("*CLS")
    meter.tell("INIT")
    meter.tell("*OPC")
    assert not int(meter.ask("*ESR?")) & 1
    assert meter.ask("*OPC?") == "1"
    assert meter.clock.now() >= 2.0
    assert int(meter.ask("*ESR?")) & 1


def test_scans_that_never_end_cannot_be_waited_for(meter):
    meter.tell("CONF:VOLT:DC (@101)")
    meter.tell("TRIG:COUN INF")
    meter.tell("INIT")
    assert meter.panel.receive("FETC?") is None
    assert meter.error() == -214
    assert len(floats(meter.ask("DATA:REM? 5,WAIT"))) == 5
    meter.tell("ABOR")
    assert meter.ask("*OPC?") == "1"


def test_read_with_a_bus_trigger_is_a_deadlock(meter):
    meter.tell("CONF:VOLT:DC (@101)")
    meter.tell("TRIG:SOUR BUS")
    assert meter.panel.receive("READ?") is None
    assert meter.error() == -214
    assert meter.tell("INIT") == 0


def test_an_external_trigger_is_not_a_bus_trigger(meter):
    meter.tell("CONF:VOLT:DC (@101)")
    meter.tell("TRIG:SOUR EXT")
    meter.tell("INIT")
    assert int(meter.ask("STAT:OPER:COND?")) & 0x30 == 0x30  # scanning, waiting for trigger
    assert meter.tell("*TRG") == -211


def test_a_long_interval_is_kept_and_a_short_one_is_as_fast_as_possible(meter):
    meter.tell("CONF:VOLT:DC (@101,102)")
    meter.tell("FORM:READ:TIME ON")
    meter.tell("TRIG:COUN 3")
    meter.tell("TRIG:SOUR TIM")
    meter.tell("TRIG:TIM 0.01")
    times = floats(meter.ask("READ?"))[1::4]
    assert times == pytest.approx([0.012, 0.056, 0.100])  # 22 ms for each of two channels
