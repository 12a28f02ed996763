"""The device with pre-alarm on the simulated bench: sequences, and each defect caught."""

import pytest
from rig import Kept, simulated_bench, spec

from bench.errors import SafetyTrip
from bench.execution import run_case
from bench.procedures.prealarm import STEPS
from bench.quantity import parse_as
from bench.verdict import Verdict
from instruments.relay import Relay
from simulation.faults import fault_names, find_fault

DEVICE = "smallbms_prealarm"
SEQUENCES = ("slow", "fast", "step", "recovery")
ON_A_LINE = 0.005  # relay time differs from the host's, samples are 1 ms apart


def cases(start):
    return [case for case in spec(DEVICE).cases() if case.id.startswith(start)]


def sequence(name):
    return next(case for case in cases(f"P-PRE-30S.{name}[") if "12.8" in case.id or name == "slow")


def run(case, faults=()):
    with simulated_bench(faults, name=DEVICE) as (bench, _):
        return run_case(case, bench, Kept())


def values(result):
    return {check.measurement.name: check.measurement.value for check in result.checks}


def verdicts(result):
    return {check.measurement.name: check.verdict for check in result.checks}


# the unit: 0.2 s to react, 31 s from the pre-alarm on (both assumed in its data file)
@pytest.mark.parametrize(
    ("name", "lead", "load_delay"),
    [
        # the signal comes 65 s after the first, and a settling of the relays later
        ("slow", pytest.approx(65.0, abs=0.06), pytest.approx(0.2, abs=ON_A_LINE)),
        ("fast", pytest.approx(31.0, abs=ON_A_LINE), pytest.approx(26.2, abs=0.06)),
        ("step", pytest.approx(31.0, abs=ON_A_LINE), pytest.approx(31.2, abs=ON_A_LINE)),
    ],
)
def test_sequences_measure_what_the_unit_does(name, lead, load_delay):
    result = run(sequence(name))
    assert result.verdict is Verdict.PASS
    measured = values(result)
    assert measured["lead_time"] == lead
    assert measured["load_delay"] == load_delay
    assert measured["prealarm_delay"] == pytest.approx(0.2, abs=ON_A_LINE)
    assert measured["prealarm_after"] == pytest.approx(0.0, abs=ON_A_LINE)
    assert measured["state.LOAD"] == "FLOAT"
    assert measured["state.PRE-ALARM"] == "FLOAT"
    assert measured["state_after.LOAD"] == "HIGH"


def test_recovery_measures_that_load_never_opens():
    measured = values(run(sequence("recovery")))
    assert measured["load_gap"] == 0.0
    assert measured["prealarm_release"] == pytest.approx(0.2, abs=ON_A_LINE)
    assert "lead_time" not in measured


# 1 ms between samples, 20 ppm of 31 s: the time base must be no matter for a limit of 30 s
def test_lead_time_carries_the_uncertainty_of_its_time_base():
    result = run(sequence("step"))
    (lead,) = [c.measurement for c in result.checks if c.measurement.name == "lead_time"]
    assert 1e-3 / 6**0.5 <= lead.uncertainty < 2e-3


@pytest.mark.parametrize("name", SEQUENCES)
def test_the_picture_shows_all_of_it_with_the_limit(name):
    case = sequence(name)
    told = {step: case.test.arguments[step] for step in STEPS if step in case.test.arguments}
    result = run(case)
    (curve,) = [e for check in result.checks for e in check.measurement.evidence]
    assert {"LOAD", "CHARGER", "PRE-ALARM", "loop.1", "LED_BLUE"} <= set(curve.columns)
    assert all(len(column) == len(curve.x) for column in curve.columns.values())
    assert (curve.x[1:] > curve.x[:-1]).all()
    whole = sum(parse_as(text, "s") for text in told.values()) + 1.0
    if opening := curve.marks.get("LOAD opens"):
        assert opening + 5.0 < curve.x[-1] < min(opening + 12.0, whole)
    else:
        assert curve.x[-1] == pytest.approx(whole, abs=0.2)
    signals = [mark for mark in curve.marks if mark.startswith("battery: ")]
    assert signals == [f"battery: {condition}" for condition in told]
    rises = curve.marks["PRE-ALARM rises"]
    (limit,) = [at for mark, at in curve.marks.items() if mark.startswith("limit")]
    assert limit - rises == pytest.approx(30.0)
    before, after = curve.x < rises - 0.05, (curve.x > rises + 0.05) & (curve.x < rises + 10.0)
    assert curve.columns["PRE-ALARM"][before].max() < 0.5
    assert curve.columns["PRE-ALARM"][after].min() > 7.0


@pytest.mark.parametrize("lead", [29.9, 30.1])
def test_a_tenth_of_a_second_decides(lead):
    result = run(sequence("step"), [f"prealarm-lead-25s@{lead}"])
    assert values(result)["lead_time"] == pytest.approx(lead, abs=ON_A_LINE)
    assert result.verdict is (Verdict.PASS if lead > 30.0 else Verdict.FAIL)


# which sequences a defect shows in: the others cannot see it
@pytest.mark.parametrize(
    ("fault", "seen_in"),
    [
        ("prealarm-missing", {"slow", "fast", "step", "recovery"}),
        ("prealarm-lead-25s", {"fast", "step"}),
        ("prealarm-step-opens-load", {"step"}),
        ("prealarm-cannot-stop", {"recovery"}),
        ("prealarm-outlasts-recovery", {"recovery"}),
    ],
)
def test_each_sequence_sees_its_own_defects(fault, seen_in):
    failing = {name for name in SEQUENCES if run(sequence(name), [fault]).verdict is Verdict.FAIL}
    assert failing == seen_in


def test_a_step_that_opens_load_at_once_has_no_lead():
    measured = values(run(sequence("step"), ["prealarm-step-opens-load"]))
    assert measured["lead_time"] == 0.0
    assert measured["load_delay"] == pytest.approx(0.2, abs=ON_A_LINE)


@pytest.mark.parametrize("fault", sorted(set(fault_names(DEVICE)) - {"wrong-variant-fitted"}))
def test_every_defect_is_caught_by_each_clause_it_is_against(fault):
    clauses = find_fault(DEVICE, fault).clauses
    with simulated_bench([fault], name=DEVICE) as (bench, _):
        for clause in clauses:
            (found,) = [entry for entry in spec(DEVICE).clauses if entry.id == clause]
            assert any(
                run_case(case, bench, Kept()).verdict is Verdict.FAIL for case in found.cases()
            ), clause


@pytest.mark.parametrize(
    ("fault", "case", "measurement"),
    [
        ("charger-floats-in-undervoltage", "P-CHG-OVT.contested[vbat=12.8V]", "state.CHARGER"),
        ("prealarm-inverted", "P-PRE-30S.contested[vbat=12.8V]", "state.PRE-ALARM"),
        ("charger-pulled-low", "P-LED-RED.contested[vbat=13.6V]", "state.CHARGER"),
    ],
)
def test_a_unit_of_the_contested_reading_is_told(fault, case, measurement):
    (found,) = cases(case)
    for faults, met in (([fault], True), ([], False)):
        result = run(found, faults)
        assert result.verdict is Verdict.INFORMATIVE
        (check,) = [c for c in result.checks if c.measurement.name == measurement]
        assert (check.measurement.value == check.judgement.limit.equals) is met


def test_what_no_document_states_is_shown_and_not_judged():
    result = run(sequence("fast"), ["prealarm-outlasts-load"])
    assert result.verdict is Verdict.PASS
    assert values(result)["state.PRE-ALARM"] == "HIGH"
    (off,) = cases("P-REM-BOTH.alarmed[vbat=12.8V")
    result = run(off, ["prealarm-stuck-high"])
    assert result.verdict is Verdict.PASS
    assert values(result)["state.PRE-ALARM"] == "HIGH"


def test_every_door_to_a_short_of_pre_alarm_is_shut():
    with simulated_bench(name=DEVICE) as (bench, _):
        bench.apply(cases("P-PRE-LEVEL.state")[1].point, settle=2.0)
        with pytest.raises(SafetyTrip):
            bench.switch(close=("to_bus.PRE-ALARM", "bus_short"))
        bench.role(Relay, "to_bus.PRE-ALARM").energise()
        with pytest.raises(SafetyTrip):
            bench.role(Relay, "bus_short").energise()
