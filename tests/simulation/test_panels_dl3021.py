"""DL3021, against what its users found (quoted)."""

import pytest
from panel_rig import Bench


@pytest.fixture
def load():
    bench = Bench("rigol.DL3021", [("in", "V")])
    bench.battery("V", 20.0, ohms=0.1)
    return bench


def test_identity_and_error_answer(load):
    assert load.ask("*IDN?").startswith("RIGOL TECHNOLOGIES,DL3021,")
    assert load.ask("SYST:ERR?").startswith("0")  # 'SYST:ERR? -> starts `0`'


@pytest.mark.parametrize(
    ("word", "answer"), [("CURR", "CC"), ("VOLT", "CV"), ("RES", "CR"), ("POW", "CP")]
)
def test_function_does_not_answer_the_token_that_set_it(load, word, answer):
    assert load.tell(f"FUNC {word}") == 0
    assert load.ask(":SOUR:FUNC?") == answer


def test_function_mode_reads_wav_after_power_on(load):
    assert load.ask("FUNC:MODE?") == "WAV"
    load.tell("FUNC:MODE FIX")
    assert load.ask("FUNC:MODE?") == "FIX"


@pytest.mark.parametrize(("asked", "taken"), [(0.5, 4.0), (4.0, 4.0), (4.1, 40.0), (40.0, 40.0)])
def test_current_range_snaps(load, asked, taken):
    assert load.tell(f"CURR:RANG {asked}") == 0
    assert load.number("CURR:RANG?") == taken


def test_level_is_limited_by_the_range(load):
    load.tell("CURR:RANG 4")
    assert load.tell("CURR 4.5") == -222
    load.tell("CURR:RANG 40")
    assert load.tell("CURR 4.5") == 0


def test_default_is_never_beyond_the_range(load):
    load.tell("OCP:RANG 4;:OCP:IMAX DEF")
    assert load.number("OCP:IMAX?") == 4.0


def test_defaults_of_the_limits(load):
    assert load.number("CURR:VLIM?") == 155.0
    assert load.number("CURR:ILIM?") == 70.0


def test_trailing_zero_on_measurements_can_be_switched(load):
    load.panel.trailing_garbage = True
    assert load.ask("MEAS:VOLT?").split("\n")[1] == "0"
    load.panel.trailing_garbage = False
    assert "\n" not in load.ask("MEAS:VOLT?")


def test_there_is_no_short_command():
    load = Bench("rigol.DL3021", [("in", "V")])
    load.battery("V", 20.0, ohms=1.0)
    # "no SCPI short and no way to query it; only :SYST:KEY 33 toggles"
    assert load.tell("INP:SHOR ON") == -113
    assert load.tell("SHOR ON") == -113
    load.tell("INP ON")
    load.tell("DEB:KEY 1")
    load.tell("SYST:KEY 33")
    assert load.volts("V") < 2.0
    load.tell("SYST:KEY 33")
    assert load.volts("V") == pytest.approx(20.0, abs=0.01)


def test_there_is_no_remote_command(load):
    assert load.tell("SYST:REM") == -113


@pytest.mark.parametrize(
    ("setting", "current"),
    [
        ("FUNC CURR;:CURR 2", 2.0),
        ("FUNC RES;:RES 10", 2.0),
        ("FUNC POW;:POW 40", 2.0),
    ],
)
def test_modes_draw_what_ohm_says(setting, current):
    load = Bench("rigol.DL3021", [("in", "V")])
    load.battery("V", 20.0, ohms=0.01)
    load.tell(setting)
    load.tell("INP ON")
    load.clock.sleep(0.01)  # 2 A at 0.001 A/us take 2 ms
    drawn = (20.0 - load.volts("V")) / 0.01
    assert drawn == pytest.approx(current, rel=0.03, abs=0.02)


def test_sinks_only_above_von(load):
    # '"starts to sink above"'
    load.tell("CURR:VON 25;:CURR 1;:INP ON")
    assert load.volts("V") == pytest.approx(20.0, abs=1e-3)
    load.battery("V", 30.0, ohms=1e-4)
    load.clock.sleep(0.01)
    assert load.number("MEAS:CURR?") == pytest.approx(1.0, abs=0.05)


def test_set_point_error_is_fixed_for_a_laboratory():
    def drawn():
        bench = Bench("rigol.DL3021", [("in", "V")], seed=5)
        bench.battery("V", 20.0, ohms=0.1)
        bench.tell("CURR:RANG 4;:CURR 1;:INP ON")
        return (20.0 - bench.volts("V")) / 0.1

    assert drawn() == drawn()
    assert abs(drawn() - 1.0) <= 5e-4 * 1.0 + 5e-4 * 4.0 + 1e-3


@pytest.mark.parametrize("word", ["VOLT", "RES", "POW"])
def test_limits_of_the_other_modes(load, word):
    assert load.number(f":SOUR:{word}:VLIM?") == 155.0
    load.tell(f":SOUR:{word}:ILIM 2")
    assert load.number(f":{word}:ILIM?") == 2.0
    assert load.tell(f":{word}:ILIM 71") == -222


def test_slew_rates_are_three(load):
    load.tell(":CURR:TRAN:MODE CONT;:SOUR:CURR:SLEW:POS 1.5")
    assert load.number(":CURR:SLEW:POS?") == 1.5
    assert load.number(":CURR:SLEW:NEG?") == load.number(":CURR:SLEW?") == 0.001


def test_nothing_was_discharged_outside_a_battery_test(load):
    # ":MEAS:CAP? :MEAS:WATT?"
    assert load.number(":MEAS:CAP?") == load.number(":MEAS:WATT?") == 0.0


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("FUNC", "CC"), ("FUNC:MODE", "WAV"), ("TRIG:SOUR", "NULL"), ("INP", "0"), ("TRAN", "0"),
        ("CURR", "0.0000"), ("CURR:SLEW", "0.001"), ("CURR:SLEW:POS", "0.000"),
        ("CURR:VON", "0.000"), ("CURR:VLIM", "155.000"), ("CURR:ILIM", "70.0000"),
        ("CURR:TRAN:MODE", "NONE"), ("CURR:TRAN:ALEV", "0.0000"), ("CURR:TRAN:AWID", "0.000000"),
        ("CURR:TRAN:FREQ", "0.001000"), ("CURR:TRAN:PER", "1000.000000"),
        ("CURR:TRAN:ADUT", "50"), ("VOLT", "0.000"), ("VOLT:RANG", "150"), ("RES", "2.000"),
        ("RES:RANG", "15000"), ("RES:ILIM", "70.0000"), ("POW", "0.000"), ("POW:VLIM", "155.000"),
        ("BATT:RANG", "40"), ("BATT:LEV:IMM", "0.0000"), ("BATT:CST", "0.000"), ("BATT:TIM", "0"),
        ("BATT:VON", "0.500"), ("BATT:VEN", "0"), ("OCP:RANG", "40"), ("OCP:VON", "0.010"),
        ("OCP:VOND", "500"), ("OCP:ISET", "0.0000"), ("OCP:IST", "1.0000"), ("OCP:IDEL", "500"),
        ("OCP:IMAX", "10.0000"), ("OCP:IMIN", "9.0000"), ("OCP:VOCP", "0.500"),
        ("OPP:PSET", "0.000"), ("OPP:PST", "1.000"), ("OPP:PMAX", "100.000"),
        ("OPP:PMIN", "90.000"), ("OPP:TOPP", "500"), ("WAV:TIM", "0S"), ("WAV:TST", "0"),
        ("SENS", "0"),
    ],
)  # fmt: skip
def test_answers_after_power_on_are_those_of_a_unit(load, query, answer):
    # a dump of a DL3021A after power-on, published with charkster/rigol_dl3021a
    assert load.ask(f":SOUR:{query}?" if query[:4] != "TRIG" else f"{query}?") == answer


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("CURR 40.1", -222), ("CURR:VON 151", -222), ("CURR:TRAN:FREQ 15.1", -222),
        ("CURR:TRAN:ADUT 0", -222), ("LIST:COUN 100000", -222), ("LIST:STEP 1", -222),
        ("LIST:STEP 513", -222), ("LIST:LEV 512,1", -222), ("LIST:WID 0,4e-5", -222),
        ("LIST:WID 0,3601", -222), ("LIST:LEV 0,41", -222), ("OPP:PSET 201", -222),
        ("CURR one", -104), ("LIST:LEV first,1", -104), ("CURR 1,2", -108),
        ("LIST:LEV 0,1,2", -108), ("LIST:LEV 0", -109), ("LIST:LEV?", -109), ("TRIG 1", -108),
        ("FUNC CV", -224), ("LIST:MODE CURR", -224), ("LIST:END STOP", -224),
        ("WAV:TIM 5", -224), ("WAV:TST 5", -224), ("TRIG:SOUR KEY", -224), ("CURR 1V", -131),
        ("INP:SHOR ON", -113), ("MEAS:DISC?", -113), ("MEAS:WAV?", -113),
    ],
)  # fmt: skip
def test_what_a_unit_cannot_take_is_an_error(load, message, error):
    assert load.tell(message) == error


def test_slew_rates_are_limited_by_the_current_range(load):
    # "in the 4 A range the CC rate took 0.24 A/us and refused 0.5"; "2.5 A/us is max for 40 A"
    assert load.number("CURR:SLEW? MAX") == 2.5
    load.tell("CURR:SLEW 2;:CURR:RANG 4")
    assert load.number("CURR:SLEW?") == load.number("CURR:SLEW? MAX") == 0.25
    assert load.tell("CURR:SLEW 0.24") == 0
    assert load.tell("CURR:SLEW 0.5") == -222


def test_the_high_resistance_range_begins_at_two_ohms(load):
    assert load.tell("RES 1.9") == -222
    load.tell("RES:RANG 15")
    assert load.tell("RES 0.08") == 0
    load.tell("RES:RANG MAX")
    assert load.number("RES?") == 2.0


def test_a_current_rises_at_its_slew_rate(load):
    load.tell("CURR:SLEW 0.001;:INP ON;:CURR 8")
    load.clock.sleep(4e-3)
    assert (20.0 - load.volts("V")) / 0.1 == pytest.approx(4.0, abs=0.5)
    load.clock.sleep(5e-3)
    assert (20.0 - load.volts("V")) / 0.1 == pytest.approx(8.0, abs=0.05)
    load.tell("CURR:SLEW 2.5;:CURR 1")
    assert (20.0 - load.volts("V")) / 0.1 == pytest.approx(1.0, abs=0.05)


def test_the_start_voltage_is_one_of_constant_current(load):
    load.tell("CURR:VON 25;:FUNC RES;:RES 10;:INP ON")
    assert load.volts("V") < 19.9


@pytest.mark.parametrize(
    ("setting", "bits"),
    [
        ("CURR:VLIM 15;:CURR 1", 0x1001),  # OV and VF
        ("CURR:ILIM 1;:CURR 2", 0x2002),  # OC and PS
        ("FUNC RES;:RES:ILIM 1;:RES 10", 0x2002),
        ("CURR 15", 0x2008),  # OP and PS: 278 W
    ],
)
def test_a_protection_switches_the_input_off(load, setting, bits):
    load.tell(f"{setting};:STAT:QUES:ENAB 65535;:INP ON")
    load.clock.sleep(0.05)
    assert load.ask("INP?") == "0"
    assert load.volts("V") == pytest.approx(20.0, abs=1e-3)
    assert int(load.ask("STAT:QUES:COND?")) & 0x300B == bits
    assert int(load.ask("*STB?")) & 0x08
    assert int(load.ask("STAT:QUES?")) & 0x300B == bits


def test_new_thresholds_count_at_once(load):
    load.tell("CURR:VON 25;:CURR 1;:INP ON;:CURR:VON 5")
    assert load.volts("V") == pytest.approx(19.9, abs=0.01)
    load.tell("CURR:ILIM 0.5")
    assert load.ask("INP?") == "0"
    load.tell("*RST")
    assert load.ask("STAT:QUES:COND?") == "0"


def test_what_cannot_be_regulated_shows(load):
    load.tell("CURR 1;:INP ON")
    assert not int(load.ask("STAT:QUES:COND?")) & 0x0400
    load.tell("FUNC VOLT;:VOLT 30")
    assert int(load.ask("STAT:QUES:COND?")) & 0x0400


def test_extremes_count_from_switching_on(load):
    load.tell("CURR 3;:INP ON")
    load.clock.sleep(0.01)
    load.tell("CURR 1")
    load.clock.sleep(0.01)
    assert load.number("MEAS:CURR:MAX?") == pytest.approx(3.0, abs=0.05)
    assert load.number("MEAS:VOLT:MIN?") == pytest.approx(19.7, abs=0.2)
    load.tell("INP OFF;:INP ON")
    load.clock.sleep(0.01)
    assert load.number("MEAS:CURR:MAX?") == pytest.approx(1.0, abs=0.05)


def test_nothing_but_the_list_outlasts_the_power(load):
    # "list data is stored in non-volatile memory"
    load.tell("CURR 1;:LIST:STEP 3;:LIST:LEV 2,0.7;:INP ON")
    load.panel.power_cycle()
    assert load.ask("INP?") == "0"
    assert load.number("CURR?") == 0.0
    assert load.number("LIST:STEP?") == 3
    assert load.number("LIST:LEV? 2") == 0.7
    load.tell("*RST")
    assert load.number("LIST:LEV? 2") == 2.0
