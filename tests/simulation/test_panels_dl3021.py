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
    load.tell(":SOUR:CURR:SLEW:POS 1.5")
    assert load.number(":CURR:SLEW:POS?") == 1.5
    assert load.number(":CURR:SLEW:NEG?") == load.number(":CURR:SLEW?") == 0.5


def test_nothing_was_discharged_outside_a_battery_test(load):
    # ":MEAS:CAP? :MEAS:WATT?"
    assert load.number(":MEAS:CAP?") == load.number(":MEAS:WATT?") == 0.0
