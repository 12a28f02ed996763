"""Scaling, limits, monitor and relays of a DAQ970A, after its programming guide."""

import pytest
from panel_rig import Bench

NO_DATA = 9.91e37


def floats(text):
    return [float(part) for part in text.split(",")]


@pytest.fixture
def meter():
    bench = Bench("keysight.DAQ970A", [("101", "A"), ("102", "B"), ("103", "C"), ("112", "D")])
    bench.source = bench.battery("A", 12.0)
    bench.resistor("A", "B", 10e6)
    for net in ("C", "D"):
        bench.resistor(net, "BAT-", 1e6)
    return bench


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
    watched.tell("OUTP:ALAR2:SOUR (@101)")
    assert watched.ask("OUTP:ALAR3:SOUR?") == "#13(@)"  # one alarm for a channel
    watched.tell("OUTP:ALAR2:SOUR (@)")
    assert watched.ask("OUTP:ALAR2:SOUR?") == "#13(@)"
    watched.tell("OUTP:ALAR3:SOUR (@101)")
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


def test_limits_that_come_after_the_scaling_stay(meter):
    meter.tell("CONF:VOLT:DC 100,(@101)")
    meter.tell("CALC:SCAL:GAIN 2,(@101)")
    assert meter.tell("CALC:SCAL:STAT ON,(@101)") == 0
    meter.tell("CALC:LIM:UPP 20,(@101)")
    meter.tell("CALC:LIM:UPP:STAT ON,(@101)")
    meter.tell("FORM:READ:ALAR ON")
    value, limit = floats(meter.ask("READ?"))
    assert (value, limit) == (pytest.approx(24.0, abs=0.01), 2)  # limits are for scaled readings


def test_scaling_that_is_turned_on_forgets_limits(watched):
    watched.tell("ABOR")
    assert watched.tell("CALC:SCAL:STAT ON,(@101)") == 221  # limit state forced off
    assert watched.ask("CALC:SCAL:STAT? (@101)") == "1"
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
