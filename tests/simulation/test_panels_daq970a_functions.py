"""What a DAQ970A measures besides DC volts and amperes, against the circuit."""

import pytest
from panel_rig import Bench

OVERLOAD = 9.9e37


def floats(text):
    return [float(part) for part in text.split(",")]


@pytest.fixture
def meter():
    links = [("101", "A"), ("102", "B"), ("103", "R"), ("104", "P"), ("105", "T"), ("106", "O"),
             ("111", "A"), ("121", "I")]  # fmt: skip
    bench = Bench("keysight.DAQ970A", links)
    bench.battery("A", 12.0)
    bench.resistor("A", "B", 10e3)
    bench.resistor("B", "BAT-", 10e3)
    bench.resistor("R", "BAT-", 4700.0)
    bench.resistor("P", "BAT-", 138.5055)  # a PT100 at 100 degC
    bench.resistor("T", "BAT-", 100.0)
    bench.resistor("A", "I", 1e3)
    return bench


# resistance


@pytest.mark.parametrize("ohms", [0.5, 47.0, 820.0, 5.6e3, 68e3, 910e3, 8.2e6, 47e6, 470e6])
def test_resistance_on_automatic_range(ohms):
    bench = Bench("keysight.DAQ970A", [("101", "R")])
    bench.resistor("R", "BAT-", ohms)
    assert bench.number("MEAS:RES? (@101)") == pytest.approx(ohms, rel=2e-2, abs=0.02)


def test_resistance_on_a_fixed_range_reads_overload_beyond_it(meter):
    meter.tell("CONF:RES 1000,1,(@103)")
    assert meter.number("READ?") == OVERLOAD
    meter.tell("RES:RANG 1e4,(@103)")
    assert meter.number("READ?") == pytest.approx(4700.0, rel=2e-4)
    assert meter.number("RES:RANG? (@103)") == 1e4


def test_open_terminals_read_overload(meter):
    assert floats(meter.ask("MEAS:RES? (@106,107)")) == [OVERLOAD, OVERLOAD]


def test_the_test_current_is_there_while_a_range_is_measured_only(meter):
    meter.tell("CONF:RES 1e3,(@103)")
    meter.tell("RES:NPLC 100,(@103)")
    meter.tell("INIT")
    meter.clock.sleep(0.5)
    assert meter.volts("R") == pytest.approx(4.7, rel=1e-3)  # 1 mA
    meter.tell("ABOR")
    assert meter.volts("R") == pytest.approx(0.0, abs=1e-9)


def test_a_voltage_in_the_circuit_spoils_a_resistance(meter):
    # 6 V from 5 kohm: at its terminals the meter sees far more than its own current makes
    assert meter.number("MEAS:RES? 1e4,(@102)") == OVERLOAD


def test_four_wires_measure_behind_the_resistance_of_the_leads():
    bench = Bench("keysight.DAQ970A", [("102", "S"), ("112", "R")])
    bench.resistor("S", "R", 22.0)
    bench.resistor("R", "BAT-", 470.0)
    assert bench.number("MEAS:RES? (@102)") == pytest.approx(492.0, rel=2e-4)
    assert bench.number("MEAS:FRES? (@102)") == pytest.approx(470.0, rel=2e-4)


def test_the_second_bank_belongs_to_four_wire_pairs(meter):
    assert meter.tell("CONF:FRES (@111)") == 306
    assert meter.tell("CONF:FRES (@103)") == 0
    assert meter.tell("ROUT:SCAN (@103,113)") == 306
    assert meter.tell("ROUT:SCAN (@103,114)") == 0


def test_offset_compensation_doubles_the_time_of_a_reading(meter):
    def duration():
        before = meter.clock.now()
        meter.ask("READ?")
        return meter.clock.now() - before

    meter.tell("CONF:RES 1e4,(@103)")
    meter.tell("RES:NPLC 10,(@103)")
    once = duration()
    meter.tell("FRES:OCOM ON,(@103)")
    assert duration() - once == pytest.approx(0.2)


# temperature


def test_rtd(meter):
    assert meter.number("MEAS:TEMP? RTD,85,(@104)") == pytest.approx(100.0, abs=0.1)
    meter.tell("CONF:TEMP RTD,85,(@104)")
    meter.tell("UNIT:TEMP K,(@104)")
    assert meter.number("READ?") == pytest.approx(373.15, abs=0.1)
    assert meter.tell("TEMP:TRAN:RTD:RES 1000,(@104)") == 0
    assert meter.number("READ?") == OVERLOAD  # 139 ohm are too few for a PT1000


def test_thermistor(meter):
    reading = meter.number("MEAS:TEMP? THER,5000,(@103)")
    assert reading == pytest.approx(26.4, abs=0.1)  # 4700 ohm of YSI 44007: 26.4 degC


def test_thermocouple_counts_from_its_reference_junction(meter):
    meter.tell("CONF:TEMP TC,K,(@105)")
    assert meter.number("READ?") == pytest.approx(0.0, abs=0.3)  # fixed, 0 degC
    meter.tell("TEMP:TRAN:TC:RJUN 25,(@105)")
    assert meter.number("READ?") == pytest.approx(25.0, abs=0.3)
    meter.tell("TEMP:TRAN:TC:RJUN:TYPE INT,(@105)")
    assert meter.number("READ?") == pytest.approx(23.0, abs=0.3)
    assert meter.ask("TEMP:TRAN:TC:RJUN:TYPE? (@105)") == "INT"
    assert meter.ask("TEMP:TRAN:TC:TYPE? (@105)") == "K"


def test_thermocouple_reads_its_voltage():
    bench = Bench("keysight.DAQ970A", [("101", "T")])
    bench.battery("T", 5.269e-3)
    bench.tell("CONF:TEMP TC,J,(@101)")
    assert bench.number("READ?") == pytest.approx(100.0, abs=0.3)


def test_open_thermocouple_is_found_by_its_check(meter):
    meter.tell("CONF:TEMP TC,K,(@105,106)")
    meter.tell("TEMP:TRAN:TC:CHEC ON,(@105,106)")
    connected, broken = floats(meter.ask("READ?"))
    assert connected == pytest.approx(0.0, abs=0.3)
    assert broken == OVERLOAD


def test_external_reference_is_what_channel_1_measured_last():
    bench = Bench("keysight.DAQ970A", [("101", "P"), ("105", "T")])
    bench.resistor("P", "BAT-", 119.397)  # PT100 at 50 degC
    bench.resistor("T", "BAT-", 10.0)
    bench.tell("CONF:TEMP TC,K,(@105)")
    bench.tell("TEMP:TRAN:TC:RJUN:TYPE EXT,(@105)")
    assert bench.number("READ?") == OVERLOAD
    bench.ask("MEAS:TEMP? RTD,85,(@101)")
    bench.tell("ROUT:SCAN (@105)")
    assert bench.number("READ?") == pytest.approx(50.0, abs=0.5)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("CONF:TEMP TC,X,(@105)", -224),
        ("CONF:TEMP DIODE,K,(@105)", -224),
        ("CONF:TEMP TC,K,1,0.1,5,(@105)", -108),
        ("CONF:TEMP TC,K", -104),
        ("CONF:TEMP TC,K,(@121)", 305),
    ],
)
def test_wrong_temperature_configurations(meter, message, code):
    assert meter.tell(message) == code


# alternating quantities: nothing in this circuit alternates


def test_ac_volts_of_a_direct_voltage_are_the_error_of_the_meter(meter):
    assert 0.0 <= meter.number("MEAS:VOLT:AC? (@101)") <= 0.02e-2 * 0.1
    assert 0.0 <= meter.number("MEAS:CURR:AC? (@121)") <= 0.02e-2 * 0.01
    assert meter.number("MEAS:FREQ? (@101)") == 0.0


def test_ac_inputs_do_not_load_a_direct_voltage(meter):
    meter.tell("CONF:VOLT:AC (@102)")
    meter.tell("INIT")
    meter.clock.sleep(0.5)
    assert meter.volts("B") == pytest.approx(6.0, abs=1e-4)  # 10 Mohm would take 3 mV


@pytest.mark.parametrize(("lowest", "seconds"), [(3, 7.0), (20, 1.0), (300, 0.12)])
def test_ac_filters_take_their_time(meter, lowest, seconds):
    meter.tell("CONF:VOLT:AC 1,(@101)")
    assert meter.tell(f"VOLT:AC:BAND {lowest},(@101)") == 0
    before = meter.clock.now()
    meter.ask("READ?")
    assert meter.clock.now() - before == pytest.approx(seconds, abs=0.03)


# what is set for a function is for channels of that function


@pytest.mark.parametrize(
    "message",
    [
        "RES:NPLC 1,(@101)",
        "UNIT:TEMP C,(@101)",
        "VOLT:AC:BAND 20,(@101)",
        "VOLT:DC:NPLC 1,(@101,103)",
        "CONF:VOLT:DC AUTO,0.001,(@101)",
        "VOLT:DC:RES 0.001,(@101)",
    ],
)
def test_settings_that_conflict(meter, message):
    meter.tell("CONF:RES (@103)")
    meter.tell("CONF:VOLT:DC (@101)")
    assert meter.tell(message) == -221


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("CONF:VOLT:DC (@001)", 111),
        ("CONF:VOLT:DC (@123)", 112),
        ("CONF:VOLT:DC (@201)", 302),
        ("CONF:VOLT:DC 10,0.001,1,(@101)", -108),
        ("CONF:VOLT:DC", -109),
        ("VOLT:DC:RANG 1000,(@101)", -222),
        ("CALC:SCAL:GAIN 2E15,(@101)", -222),
        ("CALC:SCAL:UNIT 'WATT',(@101)", 271),
        ("CALC:SCAL:UNIT '1A',(@101)", 272),
        ('FUNC "CAPACITY",(@101)', -224),
        ("TRIG:SOUR NEVER", -224),
        ("ROUT:MON (@101,102)", 281),
        ("CALC:LIM:STAT ON,(@101)", -113),  # a published driver sends it; no manual has it
    ],
)
def test_errors(meter, message, code):
    assert meter.tell(message) == code


def test_functions_are_told_by_their_short_names(meter):
    meter.tell("CONF:TEMP THER,5000,1,DEF,(@101)")
    meter.tell('FUNC "VOLTage:AC",(@102)')
    meter.tell('FUNC "FRESistance",(@103)')
    assert meter.ask("FUNC? (@101,102,103,121)") == '"TEMP","VOLT:AC","FRES","CURR"'
    assert meter.ask("CONF? (@101)").startswith('"TEMP THER,5000,')
    meter.tell("CONF:RES 1000,1,(@103)")
    assert meter.ask("CONF? (@103)") == '"RES +1.000000E+03,+1.000000E-01"'


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("VOLT:DC:RANG? MIN", "+1.00000000E-01"),
        ("VOLT:DC:NPLC? MAX", "+2.00000000E+02"),
        ("CALC:SCAL:GAIN? DEF", "+1.00000000E+00"),
        ("ROUT:CHAN:DEL? MAX", "+6.00000000E+01"),
        ("TRIG:TIM? MIN", "+0.00000000E+00"),
    ],
)
def test_limits_are_told(meter, query, answer):
    assert meter.ask(query) == answer


def test_aperture_takes_the_place_of_line_cycles(meter):
    meter.tell("CONF:VOLT:DC 10,(@102)")
    meter.tell("VOLT:DC:APER 0.3,(@102)")
    assert meter.ask("VOLT:DC:APER:ENAB? (@102)") == "1"
    before = meter.clock.now()
    meter.ask("READ?")
    assert meter.clock.now() - before == pytest.approx(0.302, abs=1e-3)
    meter.tell("VOLT:DC:NPLC 1,(@102)")
    assert meter.ask("VOLT:DC:APER:ENAB? (@102)") == "0"
