"""PSW 80-13.5 and 2260B-80-13, against what users of real units found (quoted)."""

import pytest
from panel_rig import Bench

from instruments.accuracy import Accuracy


@pytest.fixture
def supply():
    bench = Bench("gwinstek.PSW80-13.5", [("out", "V")])
    bench.resistor("V", "BAT-", 100.0)
    return bench


def on(supply, volts, amps=5.0):
    supply.tell(f"VOLT {volts}")
    supply.tell(f"CURR {amps}")
    supply.tell("OUTP ON")
    supply.clock.sleep(0.2)


def test_identities():
    assert Bench("gwinstek.PSW80-13.5").ask("*IDN?").startswith("GW-INSTEK,PSW80-13.5,")
    # 'note the "Model " prefix on Keithley'
    keithley = Bench("keithley.2260B-80-13").ask("*IDN?")
    assert keithley.startswith("Keithley Instruments Inc.,Model 2260B-80-13,")


def test_maximum_is_105_percent_of_the_nameplate(supply):
    assert supply.number("VOLT? MAX") == pytest.approx(1.05 * 80.0)
    assert supply.number("CURR? MAX") == pytest.approx(1.05 * 13.5, abs=1e-3)
    assert supply.tell("VOLT 84") == 0
    assert supply.tell("VOLT 84.01") == -222


@pytest.mark.parametrize(("header", "rating"), [("VOLT:PROT", 80.0), ("CURR:PROT", 13.5)])
def test_protections_go_from_10_to_110_percent(supply, header, rating):
    assert supply.tell(f"{header} {0.1 * rating - 0.01}") == -222
    assert supply.tell(f"{header} {0.1 * rating}") == 0
    assert supply.tell(f"{header} {1.1 * rating}") == 0
    assert supply.tell(f"{header} {1.1 * rating + 0.01}") == -222


@pytest.mark.parametrize("word", ["SYST:REM", "SYST:LOC", "SYST:LOCAL", "SYST:RWL"])
def test_remote_and_local_are_undefined_headers(supply, word):
    assert supply.tell(word) == -113


def test_front_panel_lock_is_kloc(supply):
    assert supply.tell("SYST:KLOC ON") == 0
    assert supply.ask("SYST:KLOC?") == "1"


def test_no_error_answers_plus_zero(supply):
    assert supply.ask("SYST:ERR?") == '+0,"No error"'


def test_output_mode_says_nothing_about_cv_or_cc(supply):
    # "OUTP:MODE = 0 CVHS 1 CCHS 2 CVLS 3 CCLS (speed priority), NOT CV/CC state"
    on(supply, 50.0, amps=0.1)
    assert supply.volts("V") == pytest.approx(10.0, rel=0.05)  # constant current
    assert supply.ask("OUTP:MODE?") == "0"
    assert supply.ask("STAT:QUES:COND?") == "0"
    supply.tell("OUTP:MODE CCLS")
    assert supply.ask("OUTP:MODE?") == "3"


def test_measurements_are_within_the_stated_accuracy():
    stated = Accuracy(of_reading=1e-3, fixed=10e-3, basis="test")
    for seed in range(40):
        bench = Bench("gwinstek.PSW80-13.5", [("out", "V")], seed=seed)
        bench.resistor("V", "BAT-", 10.0)
        on(bench, 20.0)
        for _ in range(5):
            error = bench.number("MEAS:VOLT?") - bench.volts("V")
            assert abs(error) <= stated.limit_of_error(20.0, 80.0) + 1e-4
        current = bench.number("MEAS:CURR?")
        assert abs(current - 2.0) <= stated.limit_of_error(2.0, 13.5) + 5e-3  # bleeder 10 kohm


def test_errors_differ_between_seeds_and_stay_for_one():
    def systematic(seed):
        bench = Bench("gwinstek.PSW80-13.5", [("out", "V")], seed=seed)
        on(bench, 20.0)
        return sum(bench.number("MEAS:VOLT?") for _ in range(50)) / 50

    errors = [systematic(seed) - 20.0 for seed in range(8)]
    assert max(errors) - min(errors) > 2e-3
    assert systematic(3) - 20.0 == pytest.approx(errors[3])


def test_output_rises_in_steps_and_reaches_the_set_point(supply):
    supply.tell("VOLT 20;:CURR 5")
    supply.tell("OUTP 1")
    supply.clock.sleep(0.012)
    assert 0.0 < supply.volts("V") < 20.0
    supply.clock.sleep(0.05)
    assert supply.volts("V") == pytest.approx(20.0, abs=1e-3)


def test_slew_rate_priority_follows_the_rising_rate(supply):
    supply.tell("OUTP:MODE CVLS;:VOLT:SLEW:RIS 10")
    supply.tell("VOLT 20;:CURR 5;:OUTP 1")
    supply.clock.sleep(1.0)
    assert supply.volts("V") == pytest.approx(10.0, abs=0.25)
    supply.clock.sleep(1.1)
    assert supply.volts("V") == pytest.approx(20.0, abs=1e-3)


def test_a_new_set_point_replaces_a_ramp_under_way(supply):
    on(supply, 10.0)
    supply.tell("VOLT 80")
    supply.clock.sleep(0.011)
    supply.tell("VOLT 5")
    supply.clock.sleep(0.2)
    assert supply.volts("V") == pytest.approx(5.0, abs=1e-3)


def test_overvoltage_from_outside_trips_and_one_bit_says_so(supply):
    supply.tell("VOLT:PROT 15")
    on(supply, 12.0)
    supply.battery("V", 20.0)
    supply.clock.sleep(0.1)
    assert supply.ask("OUTP:PROT:TRIP?") == "1"
    assert supply.ask("OUTP?") == "0"
    supply.tell("OUTP ON")
    assert supply.ask("OUTP?") == "0"  # stays off until it is cleared
    supply.tell("OUTP:PROT:CLE")
    assert supply.ask("OUTP:PROT:TRIP?") == "0"


def test_bleeder_discharges_the_output_when_off():
    from simulation.elements import Capacitor

    bench = Bench("gwinstek.PSW80-13.5", [("out", "V")])
    bench.world.add(Capacitor("V", "BAT-", 1e-3))
    on(bench, 50.0)
    bench.tell("OUTP OFF")
    bench.clock.sleep(1.0)
    assert 1.0 < bench.volts("V") < 49.9  # "bleeder discharge slow at no load"
    bench.clock.sleep(100.0)
    assert bench.volts("V") < 0.1


def test_delays_switch_later(supply):
    supply.tell("VOLT 10;:CURR 1;:OUTP:DEL:ON 2")
    supply.tell("OUTP ON")
    assert supply.ask("OUTP?") == "0"
    supply.clock.sleep(2.1)
    assert supply.ask("OUTP?") == "1"


def test_apply_sets_both(supply):
    assert supply.tell("APPL 12.5,1.5") == 0
    assert [float(part) for part in supply.ask("APPL?").split(",")] == [12.5, 1.5]
    assert supply.tell("APPL 99,1") == -222


def test_reset_and_power_cycle_switch_off(supply):
    on(supply, 12.0)
    supply.tell("*RST")
    assert supply.ask("OUTP?;:VOLT?") == "0;0.000"
    on(supply, 12.0)
    supply.panel.power_cycle()
    assert supply.ask("OUTP?") == "0"
    assert supply.volts("V") == pytest.approx(0.0, abs=1e-3)


def test_all_measurements_in_one_answer(supply):
    on(supply, 10.0)
    volts, amps = (float(part) for part in supply.ask("MEAS:ALL?").split(","))
    assert volts == pytest.approx(10.0, abs=0.05)
    assert amps == pytest.approx(0.1, abs=0.02)


def test_internal_resistance_drops_voltage_under_load(supply):
    on(supply, 10.0)
    supply.tell("RES 5")
    assert supply.volts("V") == pytest.approx(10.0 * 100.0 / 105.0, rel=1e-3)
    assert supply.tell("RES 6") == -222
    supply.tell("RES MIN")
    assert supply.volts("V") == pytest.approx(10.0, rel=1e-3)


@pytest.mark.parametrize("kept", [False, True])
def test_the_output_comes_up_after_a_power_cycle_only_if_told(supply, kept):
    # "power-on output (after reset)"
    supply.tell(f"SYST:CONF:OUTP:PON {int(kept)}")
    on(supply, 10.0)
    supply.panel.power_cycle()
    assert supply.ask("OUTP?") == str(int(kept))
    assert supply.number("VOLT?") == 0.0
