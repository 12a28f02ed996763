"""Scans, memory, limits, monitor and relays of a DAQ970A, after its programming guide."""

import pytest
from panel_rig import Bench

NO_DATA = 9.91e37


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


# scaling and limits


def test_scaled_readings(meter):
    meter.tell("CONF:VOLT:DC (@101)")
    meter.tell("CALC:SCAL:GAIN 10,(@101)")
    meter.tell("CALC:SCAL:OFFS -20,(@101)")
    meter.tell('CALC:SCAL:UNIT "BAR",(@101)')
    assert meter.number("READ?") == pytest.approx(12.0, abs=0.01)
    meter.tell("CALC:SCAL:STAT ON,(@101)")
    meter.tell("FORM:READ:UNIT ON")
    value, unit = meter.ask("READ?").split()
    assert (float(value), unit) == (pytest.approx(100.0, abs=0.1), "BAR")
    assert meter.ask("CALC:SCAL:GAIN? (@101)") == "+1.00000000E+01"
    assert meter.ask("CALC:SCAL:UNIT? (@101,102)") == '"BAR","VDC"'
    meter.tell("CONF:VOLT:DC (@101)")
    assert meter.ask("CALC:SCAL:STAT? (@101)") == "0"
    assert meter.number("CALC:SCAL:GAIN? (@101)") == 1.0


def test_null_takes_what_is_there_away(meter):
    meter.tell("CONF:VOLT:DC (@101)")
    assert meter.tell("CALC:SCAL:OFFS:NULL (@101)") == 0
    meter.tell("CALC:SCAL:STAT ON,(@101)")
    assert meter.number("READ?") == pytest.approx(0.0, abs=1e-3)
    meter.tell("CONF:VOLT:DC 1,(@101)")
    assert meter.tell("CALC:SCAL:OFFS:NULL (@101)") == 540


def test_an_overload_is_not_scaled(meter):
    meter.tell("CONF:VOLT:DC 1,(@101)")
    meter.tell("CALC:SCAL:GAIN 0.5,(@101)")
    meter.tell("CALC:SCAL:STAT ON,(@101)")
    assert meter.number("READ?") == 9.9e37
    assert int(meter.ask("STAT:QUES?")) == 1  # bit 0: voltage overload
    assert int(meter.ask("STAT:QUES?")) == 0


@pytest.fixture
def watched(meter):
    meter.tell("CONF:VOLT:DC 100,(@101)")
    meter.tell("CALC:LIM:LOW 5,(@101)")
    meter.tell("CALC:LIM:UPP 20,(@101)")
    meter.tell("CALC:LIM:LOW:STAT ON,(@101)")
    meter.tell("CALC:LIM:UPP:STAT ON,(@101)")
    meter.tell("TRIG:COUN 10")
    meter.tell("TRIG:SOUR BUS")
    meter.tell("FORM:READ:ALAR ON")
    meter.tell("*CLS")
    meter.tell("INIT")

    def sweep(volts):
        meter.source.set(volts, 100.0)
        meter.tell("*TRG")
        meter.clock.sleep(0.1)
        return int(meter.ask("DATA:LAST? (@101)").split(",")[1])

    meter.sweep = sweep
    return meter


def test_readings_beyond_a_limit_are_marked(watched):
    assert [watched.sweep(volts) for volts in (12.0, 25.0, 25.0, 3.0, 12.0)] == [0, 2, 2, 1, 0]


def test_alarms_are_logged_when_a_limit_is_crossed_only(watched):
    for volts in (12.0, 25.0, 26.0, 12.0, 3.0):
        watched.sweep(volts)
    first, second = (watched.ask("SYST:ALAR?").split(",") for _ in range(2))
    assert float(first[0].split()[0]) == pytest.approx(25.0, abs=0.01)
    assert first[0].split()[1] == "VDC"
    assert first[-3:] == ["101", "2", "1"]
    assert second[-3:] == ["101", "1", "1"]
    assert watched.ask("SYST:ALAR?").split(",")[-3:] == ["0", "0", "0"]


def test_alarms_have_a_number_and_a_register(watched):
    watched.tell("OUTP:ALAR3:SOUR (@101)")
    assert watched.ask("OUTP:ALAR3:SOUR?") == "#16(@101)"
    assert watched.ask("OUTP:ALAR:SOUR?") == "#13(@)"
    watched.sweep(25.0)
    assert int(watched.ask("STAT:ALAR:COND?")) == 0x100 | 0x10  # output 3, queue not empty
    assert int(watched.ask("STAT:ALAR?")) & 0x2004 == 0x2004  # alarm 3, upper limit
    watched.sweep(12.0)
    assert int(watched.ask("STAT:ALAR:COND?")) & 0x100  # latched
    watched.tell("OUTP:ALAR:CLE:ALL")
    assert not int(watched.ask("STAT:ALAR:COND?")) & 0x100
    assert watched.ask("SYST:ALAR?").endswith(",101,2,3")


def test_alarms_that_track_go_with_their_reason(watched):
    watched.tell("OUTP:ALAR:MODE TRAC")
    watched.sweep(25.0)
    assert int(watched.ask("STAT:ALAR:COND?")) & 0x40
    watched.sweep(12.0)
    assert not int(watched.ask("STAT:ALAR:COND?")) & 0x40


def test_an_alarm_asks_for_service(watched):
    watched.tell("STAT:ALAR:ENAB 8192")
    assert not watched.panel.status_byte() & 0x02
    watched.sweep(25.0)
    assert watched.panel.status_byte() & 0x02


def test_scaling_that_is_turned_on_forgets_limits(watched):
    watched.tell("ABOR")
    watched.tell("CALC:SCAL:STAT ON,(@101)")
    assert watched.ask("CALC:LIM:UPP:STAT? (@101)") == "0"
    assert watched.number("CALC:LIM:UPP? (@101)") == 0.0


# monitor


def test_monitor_reads_its_channel_again_and_again(meter):
    meter.tell("CONF:VOLT:DC (@101,103)")
    meter.tell("ROUT:MON (@101)")
    assert meter.ask("ROUT:MON?") == "#16(@101)"
    assert meter.number("ROUT:MON:DATA?") == NO_DATA
    meter.tell("ROUT:MON:STAT ON")
    assert meter.number("ROUT:MON:DATA?") == NO_DATA
    meter.clock.sleep(0.1)
    assert meter.number("ROUT:MON:DATA?") == pytest.approx(12.0, abs=0.01)
    meter.source.set(9.0, 100.0)
    meter.clock.sleep(0.1)
    assert meter.number("ROUT:MON:DATA?") == pytest.approx(9.0, abs=0.01)
    assert meter.ask("DATA:POIN?") == "+0"
    meter.tell("ROUT:MON:STAT OFF")
    assert meter.number("ROUT:MON:DATA?") == NO_DATA


def test_monitor_loads_its_channel_until_it_is_switched_off(meter):
    meter.tell("CONF:VOLT:DC 100,(@102)")
    meter.tell("ROUT:MON (@102)")
    meter.tell("ROUT:MON:STAT ON")
    meter.clock.sleep(1.0)
    assert meter.volts("B") == pytest.approx(6.0, abs=0.01)
    meter.tell("ROUT:MON:STAT OFF")
    assert meter.volts("B") == pytest.approx(12.0, abs=0.01)


def test_monitor_follows_a_new_set_up_of_its_channel(meter):
    meter.tell("CONF:VOLT:DC (@103)")
    meter.tell("ROUT:MON (@103)")
    meter.tell("ROUT:MON:STAT ON")
    meter.clock.sleep(0.1)
    assert meter.number("ROUT:MON:DATA?") == pytest.approx(0.0, abs=1e-4)
    meter.tell('FUNC "RES",(@103)')
    meter.clock.sleep(0.5)
    assert meter.number("ROUT:MON:DATA?") == pytest.approx(1e6, rel=1e-3)


def test_a_scan_goes_before_the_monitor_which_then_goes_on(meter):
    meter.tell("CONF:VOLT:DC 100,(@101,102)")
    meter.tell("ROUT:MON (@102)")
    meter.tell("ROUT:MON:STAT ON")
    meter.clock.sleep(0.1)
    first, second = floats(meter.ask("READ?"))
    assert (first, second) == (pytest.approx(12.0, abs=0.01), pytest.approx(6.0, abs=0.01))
    meter.clock.sleep(0.1)
    assert meter.volts("B") == pytest.approx(6.0, abs=0.01)
    assert meter.number("ROUT:MON:DATA?") == pytest.approx(6.0, abs=0.01)
    meter.tell("*RST")
    assert meter.volts("B") == pytest.approx(12.0, abs=0.01)


def test_an_alarm_of_the_monitor_triggers_a_scan(meter):
    for message in (
        "CONF:VOLT:DC 100,(@101)",
        "TRIG:SOUR ALARM1",
        "OUTP:ALAR:SOUR (@101)",
        "CALC:LIM:UPP 20,(@101)",
        "CALC:LIM:UPP:STAT ON,(@101)",
        "ROUT:MON (@101)",
        "ROUT:MON:STAT ON",
        "INIT",
    ):
        assert meter.tell(message) == 0
    meter.clock.sleep(1.0)
    assert meter.ask("DATA:POIN?") == "+0"
    meter.source.set(25.0, 100.0)
    meter.clock.sleep(1.0)
    assert floats(meter.ask("FETC?")) == [pytest.approx(25.0, abs=0.01)]


# relays


def test_relays_are_closed_by_hand_while_nothing_is_to_be_scanned(meter):
    assert meter.tell("ROUT:CLOS (@101,112)") == 0
    assert meter.ask("ROUT:CLOS? (@101,102,112)") == "1,0,1"
    assert meter.ask("ROUT:OPEN? (@101,102,112)") == "0,1,0"
    meter.tell("ROUT:CLOS:EXCL (@103)")
    assert meter.ask("ROUT:CLOS? (@101,103,112)") == "0,1,0"
    meter.tell("ROUT:OPEN (@103)")
    assert meter.ask("ROUT:CLOS? (@103)") == "0"
    meter.tell("ROUT:SCAN (@101)")
    assert meter.tell("ROUT:CLOS (@102)") == 301


def test_what_is_closed_in_one_bank_is_tied_together(meter):
    meter.tell("ROUT:CLOS (@101,103,112)")
    assert meter.volts("C") == pytest.approx(12.0, abs=0.01)
    assert meter.volts("D") == pytest.approx(0.0, abs=1e-6)  # of the other bank
    meter.tell("ROUT:OPEN (@103)")
    assert meter.volts("C") == pytest.approx(0.0, abs=1e-6)


def test_relays_count_their_cycles(meter):
    before = int(meter.ask("DIAG:REL:CYCL? (@101)"))
    meter.tell("CONF:VOLT:DC (@101)")
    meter.tell("TRIG:COUN 5")
    meter.ask("READ?")
    meter.tell("ROUT:SCAN (@)")
    meter.tell("ROUT:CLOS (@101)")
    assert int(meter.ask("SYST:REL:CYCL? (@101)")) - before == 6
    meter.tell("*RST")
    assert int(meter.ask("SYST:REL:CYCL? (@101)")) - before == 6


def test_without_its_meter_it_configures_nothing(meter):
    meter.tell("INST:DMM OFF")
    assert meter.tell("CONF:VOLT:DC (@101)") == 225
    meter.tell("INST:DMM ON")
    assert meter.tell("CONF:VOLT:DC (@101)") == 0
