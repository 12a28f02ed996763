"""What a DL3021 does by itself, on the virtual clock; quoted from its guides and users."""

import pytest
from panel_rig import Bench

from simulation.supply_source import SupplySource

OHMS = 0.1


@pytest.fixture
def load():
    bench = Bench("rigol.DL3021", [("in", "V")])
    bench.battery("V", 20.0, ohms=OHMS)
    bench.tell("*RST;:TRIG:SOUR BUS")
    return bench


def drawn(bench):
    """Return what the load draws [A], to the nearest 10 mA."""
    return round((20.0 - bench.volts("V")) / OHMS, 1)


def after(bench, duration):
    """Let time pass [s], then return what the load draws [A]."""
    bench.clock.sleep(duration)
    return drawn(bench)


# transients


def transient(load, mode, more=""):
    load.tell(f":CURR:TRAN:MODE {mode};ALEV 3;BLEV 1;AWID 20;BWID 30;:CURR:SLEW:POS MAX;NEG MAX")
    if more:
        load.tell(more)


def test_armed_it_sinks_level_b_and_waits(load):
    # "enabling the trigger with the input OFF turns the input on automatically at Level B"
    transient(load, "PULS")
    load.tell("TRAN ON")
    assert load.ask("TRAN?") == load.ask("INP?") == "1"
    assert [after(load, 0.1), after(load, 1.0)] == [1.0, 1.0]


def test_a_pulse_goes_to_a_and_back_and_ends_itself(load):
    # "B -> A for the width, then back to B; the trigger function then disables itself"
    transient(load, "PULS", "TRAN ON;:TRIG")
    assert [drawn(load), after(load, 0.019), after(load, 0.002)] == [3.0, 3.0, 1.0]
    assert load.ask("TRAN?") == "0"
    load.tell("TRIG")
    assert after(load, 0.01) == 1.0


def test_a_continuous_transient_repeats_until_it_is_switched_off(load):
    transient(load, "CONT", "TRAN ON;:TRIG")
    found = [after(load, 0.01)] + [after(load, 0.025) for _ in range(8)]
    assert found == [3.0, 1.0] * 4 + [3.0]
    load.tell("TRAN OFF")
    assert [after(load, 0.025) for _ in range(3)] == [1.0, 1.0, 1.0]


def test_a_toggle_changes_level_at_each_trigger(load):
    transient(load, "TOGG", "TRAN ON")
    found = []
    for _ in range(3):
        load.tell("*TRG")
        found += [drawn(load), after(load, 5.0)]
    assert found == [3.0, 3.0, 1.0, 1.0, 3.0, 3.0]


def test_a_fast_transient_draws_its_mean(load):
    transient(load, "CONT", "CURR:TRAN:FREQ 10;ADUT 25;:TRAN ON;:TRIG")
    assert after(load, 1.0) == 1.5


def test_edges_follow_the_two_slew_rates(load):
    transient(load, "TOGG", "CURR:TRAN:ALEV 11;:CURR:SLEW:POS 0.001;NEG 0.002;:TRAN ON;:TRIG")
    assert after(load, 5e-3) == pytest.approx(6.0, abs=0.6)
    assert after(load, 6e-3) == 11.0
    load.tell("TRIG")
    assert after(load, 2.5e-3) == pytest.approx(6.0, abs=0.6)
    assert after(load, 3e-3) == 1.0


def test_frequency_period_duty_and_widths_tell_the_same(load):
    # "Period refers to the sum of time during which the sink current stays at Level A and B"
    transient(load, "CONT")
    assert load.number("CURR:TRAN:PER?") == 50.0
    assert load.number("CURR:TRAN:FREQ?") == 0.02
    assert load.number("CURR:TRAN:ADUT?") == 40
    load.tell("CURR:TRAN:FREQ 0.1")
    assert load.number("CURR:TRAN:AWID?") == pytest.approx(4.0)
    load.tell("CURR:TRAN:ADUT 70")
    assert load.number("CURR:TRAN:BWID?") == pytest.approx(3.0)


def test_a_trigger_counts_only_from_the_source_that_is_chosen(load):
    # ":TRIGger on a load still set to MANUal is accepted and does nothing"
    transient(load, "PULS", "TRIG:SOUR EXT;:TRAN ON;:TRIG")
    assert after(load, 0.01) == 1.0
    load.tell("TRIG:SOUR BUS")  # "Changing the trigger source disarms the transient generator"
    assert load.ask("TRAN?") == "0"
    load.tell("TRIG")
    assert after(load, 0.01) == 1.0


def test_the_key_is_a_trigger_where_the_source_is_manual(load):
    # MANUAL: "press the TRAN key, and then one trigger operation is executed"
    transient(load, "PULS", "TRIG:SOUR MANU;:TRAN ON")
    assert [drawn(load), after(load, 0.03)] == [3.0, 1.0]


def test_a_trigger_switches_input_and_transient_on(load):
    # "Triggering enables input and transient mode"
    transient(load, "PULS", "TRIG")
    assert load.ask("INP?") == "1"
    assert drawn(load) == 3.0


def test_the_function_command_leads_back_to_the_static_current(load):
    transient(load, "TOGG", "TRAN ON;:TRIG;:CURR 2;:FUNC CURR")
    assert after(load, 0.01) == 2.0
    assert load.ask("CURR:TRAN:MODE?") == "NONE"


def test_switching_off_ends_a_transient(load):
    transient(load, "CONT", "TRAN ON;:TRIG;:INP OFF")
    assert [after(load, 0.02) for _ in range(4)] == [0.0] * 4
    assert load.ask("TRAN?") == "0"


# list

STEPS = ((0.5, 0.2), (2.0, 0.1), (1.0, 0.3))


def listed(load, more="", end="OFF", count=1):
    load.tell(f"LIST:MODE CC;RANG 4;COUN {count};STEP {len(STEPS)};END {end}")
    for place, (level, width) in enumerate(STEPS):
        load.tell(f":LIST:LEV {place},{level};WID {place},{width};SLEW {place},0.25")
    assert load.error() == 0
    if more:
        load.tell(more)


def test_a_list_steps_at_its_widths_and_switches_off(load):
    listed(load, "INP ON")
    assert after(load, 1.0) == 0.0
    load.tell("TRIG")
    found = [after(load, 0.1) for _ in range(6)]  # on the edges the new step counts
    assert found == [0.5, 2.0, 1.0, 1.0, 1.0, 0.0]
    assert load.ask("INP?") == "0"


def test_a_list_can_end_with_its_last_step(load):
    listed(load, "TRIG", end="LAST")
    assert after(load, 100.0) == 1.0
    assert load.ask("INP?") == "1"


def test_a_list_repeats(load):
    listed(load, "TRIG", count=2)
    assert int(load.ask("STAT:QUES:COND?")) & 0x80  # RUN
    assert [after(load, 0.25), after(load, 0.6), after(load, 0.4)] == [2.0, 2.0, 0.0]
    assert not int(load.ask("STAT:QUES:COND?")) & 0x80


def test_a_list_without_end_runs_until_it_is_stopped_and_goes_on_from_there(load):
    # "if the trigger is turned off mid-list the next trigger continues from where it stopped"
    listed(load, "TRIG", count=0)
    assert after(load, 600.25) == 2.0
    load.tell("TRAN OFF")
    assert after(load, 10.0) == 2.0
    load.tell("TRIG")
    assert [after(load, 0.04), after(load, 0.02)] == [2.0, 1.0]


def test_a_running_list_cannot_be_changed(load):
    listed(load, "TRIG")
    assert load.tell("LIST:LEV 1,1") == -221
    assert load.tell("LIST:STEP 2") == -221
    load.tell("INP OFF")
    assert load.tell("LIST:LEV 1,1") == 0


@pytest.mark.parametrize(
    ("mode", "span", "level", "amps"),
    [("CR", 15000, 10.0, 2.0), ("CP", 200, 40.0, 2.0), ("CV", 150, 19.7, 2.0)],
)
def test_lists_of_the_other_modes(load, mode, span, level, amps):
    load.tell(f"LIST:MODE {mode};RANG {span};STEP 2;END LAST;LEV 0,{level};LEV 1,{level};:TRIG")
    assert after(load, 0.5) == pytest.approx(amps, abs=0.1)


def test_the_range_of_a_list_snaps_with_its_mode(load):
    found = []
    for mode in ("CC", "CV", "CR"):
        load.tell(f"LIST:MODE {mode};RANG 4")
        found.append(load.ask("LIST:RANG?"))
    assert found == ["4", "15", "15"]
    load.tell("LIST:MODE CC;RANG 6")
    assert load.ask("LIST:RANG?") == "40"


# battery discharge, and tests of protections


def test_a_discharge_ends_at_its_charge_and_tells_it(load):
    load.tell("FUNC:MODE BATT;:BATT:LEV 2;CST 10;CEN 1;:INP ON")
    assert after(load, 5.0) == 2.0
    load.clock.sleep(20.0)
    assert load.ask("INP?") == "0"
    assert load.number("MEAS:CAP?") == pytest.approx(10.0, abs=0.1)  # mAh: 2 A for 18 s
    assert load.number("MEAS:DISCT?") == pytest.approx(18.0, abs=0.3)
    assert load.number("MEAS:WATT?") == pytest.approx(0.01 * 19.8, rel=0.02)


@pytest.mark.parametrize("stop", ["VST 19.9;VEN 1", "TIM 3;TEN 1"])
def test_a_discharge_ends_at_a_voltage_or_a_time(load, stop):
    load.tell(f"FUNC:MODE BATT;:BATT:LEV 2;{stop};:INP ON")
    load.clock.sleep(5.0)
    assert load.ask("INP?") == "0"


def test_a_condition_that_is_off_ends_nothing(load):
    load.tell("FUNC:MODE BATT;:BATT:LEV 2;VST 19.9;CST 1;TIM 1;:INP ON")
    assert after(load, 60.0) == 2.0


def test_battery_mode_is_left_by_the_function_command_only(load):
    # in BATT "the load answers :SOUR:FUNC? with NONE"; it "took :SOUR:FUNC:MODE OCP, then OPP,
    # then FIX", "left the error queue clean, and stayed in BATT"; FUNC "reclaims the setpoint"
    load.tell("FUNC:MODE BATT")
    assert load.ask("FUNC?") == "NONE"
    for mode in ("OCP", "OPP", "FIX"):
        assert load.tell(f"FUNC:MODE {mode}") == 0
        assert load.ask("FUNC:MODE?") == "BATT"
    load.tell("FUNC CURR")
    assert load.ask("FUNC:MODE?") == "FIX"
    assert load.ask("FUNC?") == "CC"


def test_an_ocp_test_steps_up_until_the_supply_gives_in():
    load = Bench("rigol.DL3021", [("in", "V")])
    source = SupplySource("V", "BAT-", output_resistance=0.1, bleeder=1e9)
    load.world.add(source)
    source.set(20.0, 2.5)
    source.on()
    load.tell("FUNC:MODE OCP;:OCP:ISET 1;IST 0.5;IDEL 100;VOND 200;VOCP 10;:INP ON")
    load.clock.sleep(0.15)
    assert load.number("MEAS:CURR?") == pytest.approx(0.0, abs=0.05)
    load.clock.sleep(0.1)
    assert load.number("MEAS:CURR?") == pytest.approx(1.0, abs=0.05)
    load.clock.sleep(0.2)
    assert load.number("MEAS:CURR?") == pytest.approx(2.0, abs=0.05)
    load.clock.sleep(0.3)
    assert load.ask("INP?") == "0"
    assert load.number("MEAS:CURR:MAX?") == pytest.approx(2.5, abs=0.05)


def test_an_opp_test_ends_beyond_its_greatest_power(load):
    load.tell("FUNC:MODE OPP;:OPP:PSET 10;PST 10;PDEL 100;VOND 0;PMAX 35;:INP ON")
    assert after(load, 0.25) == 1.5
    load.clock.sleep(0.5)
    assert load.ask("INP?") == "0"
