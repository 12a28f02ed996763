"""The minimal bench: the same specifications, and nothing it cannot decide is ever passed."""

from dataclasses import replace
from math import sqrt

import pytest
from rig import ROOT, Kept, simulated_bench, spec

from bench.bench_file_reader import load_bench_file
from bench.capability import missing
from bench.errors import SafetyTrip
from bench.execution import run_case
from bench.limit import DecisionRule
from bench.spec import Case
from bench.verdict import Verdict, worst
from instruments.load import LoadInput
from instruments.multimeter import Multimeter
from instruments.relay import Relay

COPPER = ROOT / "benches" / "minimal.toml"
SIMULATED = ROOT / "benches" / "minimal-simulated.toml"
DEVICES = ("smallbms", "smallbms_prealarm", "smallbms_ng")
FILE = load_bench_file(SIMULATED)
LEVELS = {
    "smallbms": ("S-LOAD-LEVEL",),
    "smallbms_prealarm": ("P-LOAD-LEVEL", "P-PRE-LEVEL"),
    "smallbms_ng": ("NG-LOAD-LEVEL", "NG-CHG-LEVEL"),
}
"""The clauses with the printed Vbat - 0.1 V."""


def light_levels(device: str) -> list[Case]:
    return [
        case
        for case in spec(device).cases()
        if case.clause.id in LEVELS[device] and case.test.name == "light"
    ]


def verdicts(device: str, cases: list[Case], **options) -> dict[str, Verdict]:
    with simulated_bench(path=SIMULATED, name=device, **options) as (bench, _):
        return {case.id: run_case(case, bench, Kept()).verdict for case in cases}


def test_simulated_and_copper_differ_in_nothing_but_names():
    copper = load_bench_file(COPPER)
    assert copper.wiring == FILE.wiring
    assert copper.make_safe == FILE.make_safe
    assert {e.model.partition(".")[0] for e in copper.instruments.values()} == {
        "gwinstek",
        "rigol",
        "labjack",
    }


# what takes a person or a radio receiver is not what this bench is for
OTHERS = ("operator", "telemetry", "[battery_bus]", "--inspection", "--chamber")


@pytest.mark.parametrize("device", DEVICES)
def test_most_of_a_specification_runs_and_a_conforming_unit_is_never_said_to_fail(device):
    lacking = {case: missing(case, FILE, spec(device).device) for case in spec(device).cases()}
    cases = [case for case, why in lacking.items() if not why]
    with_others = [case for case, why in lacking.items() if any(word in why for word in OTHERS)]
    assert len(cases) > 0.85 * (len(lacking) - len(with_others))
    cases = cases[::3]  # every clause at some of its points
    found = verdicts(device, cases)
    assert worst(found.values()) is Verdict.INCONCLUSIVE
    passed = {case.clause.id for case in cases if found[case.id].is_pass}
    assert len(passed) >= 15


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("rule", list(DecisionRule))
def test_the_printed_tenth_of_a_volt_cannot_be_decided_by_any_rule(device, rule):
    with simulated_bench(path=SIMULATED, name=device) as (bench, _):
        bench.rule = rule
        found = {case.id: run_case(case, bench, Kept()) for case in light_levels(device)}
    assert len(found) >= 9
    for result in found.values():
        assert result.verdict is Verdict.INCONCLUSIVE, result.case_id
        (drop,) = (check for check in result.checks if check.measurement.name == "drop")
        assert drop.judgement is not None
        assert "not capable" in drop.judgement.reason


def test_a_drop_three_times_too_large_is_never_passed_and_proven_where_it_can_be():
    cases = light_levels("smallbms")
    found = verdicts("smallbms", cases, faults=["load-drop-0v3"])
    assert set(found.values()) == {Verdict.INCONCLUSIVE, Verdict.FAIL}
    # 0.3 V is beyond 0.1 V by 0.2 V: more than U at 8 V (0.086 V), less than at 70 V (0.24 V)
    assert found["S-LOAD-LEVEL.light[vbat=8V]"] is Verdict.FAIL
    assert found["S-LOAD-LEVEL.light[vbat=70V]"] is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("fault", ["load-stuck-high", "charger-not-high", "dead"])
def test_gross_defects_are_found_all_the_same(fault):
    cases = [
        case
        for case in spec().cases()
        if not missing(case, FILE, spec().device) and case.clause.id in ("S-REM-LINK", "S-REM-BOTH")
    ]
    assert Verdict.FAIL in verdicts("smallbms", cases, faults=[fault]).values()


def test_a_current_of_milliamperes_cannot_be_decided_by_the_ammeter_of_the_supply():
    cases = [case for case in spec().cases() if case.id.startswith("S-CUR-")]
    judged = [case for case in cases if case.test.name == "nominal"]
    assert {*verdicts("smallbms", judged).values()} == {Verdict.INCONCLUSIVE}
    assert {*verdicts("smallbms", judged, faults=["supply-current-plus-20pct"]).values()} == {
        Verdict.INCONCLUSIVE
    }


def test_a_case_the_bench_lacks_a_role_for_is_named():
    (shorted, *_) = (case for case in spec().cases() if case.clause.id == "S-CHG-ILIM")
    assert "bus_short" in missing(shorted, FILE, spec().device)
    small = next(c for c in spec().cases() if c.point.get("load_current") == 0.01)
    assert "bus_resistor.1" in missing(small, FILE, spec().device)


def test_what_lies_behind_a_wired_current_input_needs_its_bypass():
    wiring = load_bench_file(ROOT / "benches" / "reference.toml").wiring
    rows = {role: row for role, row in wiring.connections.items() if role != "bypass"}
    reference = load_bench_file(ROOT / "benches" / "reference.toml")
    without = replace(reference, wiring=replace(wiring, connections=rows))
    case = next(c for c in spec().cases() if c.clause.id == "S-CUR-ON")
    assert missing(case, reference, spec().device) == ""
    assert "bypass" in missing(case, without, spec().device)
    assert missing(case, FILE, spec().device) == ""


def test_a_difference_is_as_uncertain_as_its_two_readings():
    with simulated_bench(path=SIMULATED) as (bench, _):
        bench.apply(light_levels("smallbms")[-1].point, settle=2.0)
        drop = bench.role(Multimeter, "drop.LOAD")
        value = drop.measure()
        assert value == pytest.approx(0.02, abs=0.1)
        # by hand: 2 mV by 25 and 0.2 % of 70 V, both rectangular, twice
        reading = sqrt((2e-3 * 25.0) ** 2 + (2e-3 * 70.0) ** 2) / sqrt(3.0)
        assert drop.uncertainty(value) == pytest.approx(sqrt(2.0) * reading, rel=0.01)


def test_a_difference_recorded_is_a_reading_each_interval():
    with simulated_bench(path=SIMULATED) as (bench, _):
        bench.apply(light_levels("smallbms")[0].point, settle=2.0)
        before = bench.clock.now()
        wave = bench.role(Multimeter, "drop.LOAD").record(2.0, 0.5)
        assert len(wave.samples) == 4
        assert 1.5 <= bench.clock.now() - before <= 1.7
        assert wave.unit == "V"


def test_the_guards_hold_on_relays_of_the_t7_as_on_any_board():
    with simulated_bench(path=SIMULATED) as (bench, laboratory):
        bench.apply(light_levels("smallbms")[0].point, settle=2.0)
        with pytest.raises(SafetyTrip, match="tie"):
            bench.switch(close=("to_bus.LOAD", "to_bus.CHARGER"))
        with pytest.raises(SafetyTrip, match="short BAT"):
            bench.switch(close=("remote.REMOTE_L.plus", "remote.REMOTE_L.minus"))
        with pytest.raises(SafetyTrip, match="feed the battery voltage"):
            bench.switch(close=("remote.REMOTE_L.plus", "remote.REMOTE_L.dac"))
        bench.role(Relay, "to_bus.LOAD").energise()
        load = bench.role(LoadInput, "load")
        with pytest.raises(SafetyTrip, match="beyond the rating"):
            load.set_current(1.2)
        load.set_current(0.5)
        load.enable()
        with pytest.raises(SafetyTrip, match="hot"):
            bench.role(Relay, "to_bus.LOAD").release()
        bench.make_safe()
        bench.clock.sleep(0.1)
        assert laboratory.world.voltage("BAT+", "BAT-") < 1.0
        assert bench.role(Relay, "to_bus.LOAD").is_energised() is False
