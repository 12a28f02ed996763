"""DAQ970A with DAQM901A, against the words of its data sheet and of its users."""

import pytest
from panel_rig import Bench

from simulation.front_panels.daq970a.daqm901a import VOLTAGE_ACCURACY


@pytest.fixture
def meter():
    bench = Bench("keysight.DAQ970A", [("101", "A"), ("102", "B"), ("105", "C"), ("121", "I")])
    bench.battery("A", 12.8)
    bench.battery("C", 51.2)
    bench.resistor("A", "B", 10e6)
    bench.resistor("C", "I", 1e3)
    return bench


def floats(text):
    return [float(part) for part in text.split(",")]


def test_module_is_named(meter):
    # "SYST:CTYP? 100 -> vendor,DAQM901A,serial,fw"
    assert meter.ask("SYST:CTYP? 100").split(",")[1] == "DAQM901A"


def test_channels_are_sorted_ascending_whatever_was_asked(meter):
    # "ranges are always sorted ascending"
    meter.tell("CONF:VOLT:DC (@105,101)")
    first, second = floats(meter.ask("READ?"))
    assert first == pytest.approx(12.8, abs=0.01)
    assert second == pytest.approx(51.2, abs=0.01)


@pytest.mark.parametrize(
    "message", ["CONF:VOLT:DC (@121)", "CONF:CURR:DC (@101)", "VOLT:DC:NPLC 1,(@122)"]
)
def test_channels_21_and_22_are_current_only(meter, message):
    assert meter.tell(message) != 0


@pytest.mark.parametrize("message", ["CONF:VOLT:DC (@123)", "ROUT:SCAN (@201)", "CONF:VOLT:DC (@)"])
def test_channels_that_do_not_exist(meter, message):
    assert meter.tell(message) != 0


def test_input_loads_the_circuit_with_10_megohm_only_while_it_measures(meter):
    assert meter.volts("B") == pytest.approx(12.8, abs=1e-3)
    reading = meter.number("MEAS:VOLT:DC? 100,(@102)")
    assert reading == pytest.approx(6.4, abs=0.01)  # 10 Mohm against 10 Mohm
    assert meter.volts("B") == pytest.approx(12.8, abs=1e-3)


def test_high_impedance_up_to_the_10_v_range_only(meter):
    # "INP:IMP:AUTO ON (>10 G below ~10 V, else 10 M)"
    meter.tell("CONF:VOLT:DC 100,(@102)")
    meter.tell("INP:IMP:AUTO ON,(@102)")
    assert meter.number("READ?") == pytest.approx(6.4, abs=0.01)
    low = Bench("keysight.DAQ970A", [("101", "A")])
    low.battery("S", 8.0)
    low.resistor("S", "A", 10e6)
    low.tell("CONF:VOLT:DC 10,(@101)")
    assert low.number("READ?") == pytest.approx(4.0, abs=0.01)
    low.tell("INP:IMP:AUTO ON,(@101)")
    assert low.number("READ?") == pytest.approx(8.0, abs=0.01)


@pytest.mark.parametrize("span", sorted(VOLTAGE_ACCURACY))
def test_readings_are_within_the_sheet(span):
    # "100 mV .0050+.0060; 1 V .0035+.0006; 10 V .0030+.0004; 100 V .0040+.0006; 300 V .0040+.0020"
    sheet = {0.1: (50, 60), 1.0: (35, 6), 10.0: (30, 4), 100.0: (40, 6), 300.0: (40, 20)}[span]
    for seed in range(20):
        bench = Bench("keysight.DAQ970A", [("101", "A")], seed=seed)
        bench.battery("A", 0.8 * span)
        true = bench.volts("A")
        reading = bench.number(f"MEAS:VOLT:DC? {span},(@101)")
        limit = (sheet[0] * 0.8 * span + sheet[1] * span) * 1e-6
        assert abs(reading - true) <= limit + 1e-8 * span


def test_overload_is_9_9e37(meter):
    assert meter.number("MEAS:VOLT:DC? 10,(@101)") == 9.9e37  # 12.8 V > 120 % of 10 V
    assert meter.number("MEAS:VOLT:DC? 10,(@101)") > 1e37
    assert meter.number("MEAS:VOLT:DC? AUTO,(@101)") == pytest.approx(12.8, abs=0.01)


def test_current_channel_burdens_its_circuit_all_the_time(meter):
    # assumption of the simulation: 5 ohm in series also between readings
    assert meter.volts("I") == pytest.approx(51.2 * 5.0 / 1005.0, rel=1e-3)
    assert meter.number("MEAS:CURR:DC? (@121)") == pytest.approx(51.2 / 1005.0, rel=2e-3)


def test_integration_costs_time(meter):
    def duration(nplc):
        meter.tell("CONF:VOLT:DC (@101)")
        meter.tell(f"VOLT:DC:NPLC {nplc},(@101)")
        before = meter.clock.now()
        meter.ask("READ?")
        return meter.clock.now() - before

    assert duration(10) - duration(1) == pytest.approx(9 * 0.020)  # 50 Hz mains
    assert duration(1) >= 0.020


def test_channel_delay_has_1_ms_resolution(meter):
    meter.tell("CONF:VOLT:DC (@101)")
    meter.tell("ROUT:CHAN:DEL 0.0123,(@101)")
    assert meter.number("ROUT:CHAN:DEL? (@101)") == pytest.approx(0.012)


def test_configure_makes_the_scan_list_and_route_scan_replaces_it(meter):
    meter.tell("CONF:VOLT:DC (@101:102)")
    assert "(@101,102)" in meter.ask("ROUT:SCAN?")
    meter.tell("ROUT:SCAN (@105)")
    assert floats(meter.ask("READ?")) == [pytest.approx(51.2, abs=0.01)]
    meter.tell("ROUT:SCAN (@)")
    meter.panel.receive("READ?")
    assert meter.error() != 0


def test_timed_scan_runs_while_the_host_does_something_else(meter):
    meter.tell("CONF:VOLT:DC (@101)")
    meter.tell("TRIG:SOUR TIM")
    meter.tell("TRIG:TIM 0.5")
    meter.tell("TRIG:COUN 4")
    meter.tell("FORM:READ:TIME ON")
    meter.tell("INIT")
    assert int(meter.ask("STAT:OPER:COND?")) & 0x10  # "bit 4 = scanning"
    assert meter.tell("INIT") == -213
    meter.clock.sleep(0.7)
    assert int(meter.ask("DATA:POIN?")) == 2
    meter.clock.sleep(2.0)
    assert not int(meter.ask("STAT:OPER:COND?")) & 0x10
    fields = floats(meter.ask("FETC?"))
    # "elapsed time", since the start of the scan: 2 ms to settle and half of 20 ms to integrate
    assert fields[1::2] == pytest.approx([0.012, 0.512, 1.012, 1.512], abs=1e-3)


def test_readings_can_be_taken_away_one_by_one(meter):
    meter.tell("CONF:VOLT:DC (@101)")
    meter.tell("TRIG:COUN 3")
    meter.tell("INIT")
    meter.clock.sleep(1.0)
    assert len(floats(meter.ask("DATA:REM? 2"))) == 2
    assert int(meter.ask("DATA:POIN?")) == 1


def test_bus_trigger(meter):
    meter.tell("CONF:VOLT:DC (@101)")
    meter.tell("TRIG:SOUR BUS")
    assert meter.tell("*TRG") == -211
    meter.tell("INIT")
    meter.tell("*TRG")
    assert floats(meter.ask("FETC?")) == [pytest.approx(12.8, abs=0.01)]


def test_abort_takes_the_load_off_the_circuit(meter):
    meter.tell("CONF:VOLT:DC 100,(@102)")
    meter.tell("VOLT:DC:NPLC 100,(@102)")
    meter.tell("INIT")
    meter.clock.sleep(0.5)
    assert meter.volts("B") == pytest.approx(6.4, abs=0.01)
    meter.tell("ABOR")
    assert meter.volts("B") == pytest.approx(12.8, abs=0.01)


def test_fetch_without_readings_is_an_error(meter):
    meter.panel.receive("FETC?")
    assert meter.error() == -230


def test_reading_format_carries_unit_and_channel(meter):
    meter.tell("CONF:VOLT:DC (@101)")
    meter.tell("FORM:READ:UNIT ON")
    meter.tell("FORM:READ:CHAN ON")
    value, channel = meter.ask("READ?").split(",")
    assert value.endswith(" VDC")
    assert channel == "101"


def test_channels_behind_read_and_init_become_the_scan_list(meter):
    assert meter.number("READ? (@101)") == pytest.approx(12.8, abs=0.01)
    assert meter.ask("ROUT:SCAN?") == "#16(@101)"
    meter.tell("INIT (@105,101)")
    assert floats(meter.ask("FETC?")) == pytest.approx([12.8, 51.2], abs=0.01)


def test_configuration_tells_function_range_and_resolution(meter):
    # as `"VOLT +1.000000E+01,+3.000000E-06"`, which a driver of the 34972A takes apart
    meter.tell("CONF:VOLT:DC 10,0.001,(@101,105)")
    told = meter.ask("CONF?").replace('"', "").replace(" ", ",").split(",")
    assert (told[0], float(told[1]), float(told[2])) == ("VOLT", 10.0, pytest.approx(1e-3))
    assert floats(meter.ask("VOLT:DC:NPLC?")) == [0.02, 0.02]


@pytest.mark.parametrize(
    ("resolution", "nplc"),
    [("1", 0.02), ("1e-4", 0.2), ("3e-5", 1.0), ("1e-9", 200.0), ("MIN", 200.0)],
)
def test_a_resolution_takes_its_time(meter, resolution, nplc):
    meter.tell("CONF:VOLT:DC 10,(@101)")
    assert meter.tell(f"SENS:VOLT:DC:RES {resolution},(@101)") == 0
    assert meter.number("VOLT:DC:NPLC? (@101)") == nplc


def test_a_resolution_of_nothing_is_refused_and_changes_nothing(meter):
    meter.tell("CONF:VOLT:DC 10,(@101)")
    assert meter.tell("CONF:VOLT:DC 100,0,(@105)") == -222
    assert meter.ask("ROUT:SCAN?") == "#16(@101)"


def test_automatic_zero_and_mains_are_told(meter):
    meter.tell("SENS:ZERO:AUTO OFF,(@101)")
    assert meter.ask("SENS:ZERO:AUTO? (@101)") == "0"
    assert meter.number("SYST:LFR?") == 50.0
