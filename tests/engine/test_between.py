"""What shows between the points of a grid, under load, while it lasts, and not each time."""

import pytest
from rig import Kept, simulated_bench, spec

from bench.execution import run_case
from bench.verdict import Verdict

DEVICES = {"S": "smallbms", "P": "smallbms_prealarm", "NG": "smallbms_ng"}


def run(case_id, *faults):
    device = DEVICES[case_id.partition("-")[0]]
    (case,) = [case for case in spec(device).cases() if case.id.startswith(case_id)]
    with simulated_bench(faults, name=device) as (bench, _):
        return run_case(case, bench, Kept())


def values(result):
    return {check.measurement.name: check.measurement.value for check in result.checks}


CAUGHT = [
    ("S-LOAD-LEVEL.between", "load-drop-33-to-35v", "drop.LOAD"),
    ("S-CHG-LEVEL.between", "charger-drop-53-to-59v", "drop.CHARGER"),
    ("S-LOAD-LEVEL.unbroken", "load-drop-when-warm", "drop.LOAD"),
    ("S-LOAD-IMAX.sustained", "load-sticks-under-load", "level_off"),
    ("S-LOAD-UV.again", "load-misses-every-second", "exceptions.LOAD"),
    ("S-REM-H.threshold[vbat=12.8V", "h-driven-latches", "threshold_off"),
    ("P-LOAD-IMAX.sustained", "prealarm-lifted-by-load", "level.PRE-ALARM"),
    ("P-ENV-TEMP.cold-signalled", "lead-short-in-the-cold", "lead_time"),
    ("NG-BLE.connected-hot", "blind-while-connected", "state.CHARGER"),
    ("NG-SOC-SYNC.voltage-not-reached", "charged-voltage-ignored", "shown.soc"),
    ("NG-SOC-TAIL.quietly", "setting-opens-load", "lapse.LOAD"),
    ("NG-CODE-EB09.over", "voltage-error-latches", "led.LED_RED"),
    ("NG-BLE-IR.cold", "air-temperature-unsigned", "temperature"),
]


@pytest.mark.parametrize(("case_id", "fault", "name"), CAUGHT)
def test_the_defect_fails_where_it_shows(case_id, fault, name):
    result = run(case_id, fault)
    failed = {
        check.measurement.name
        for check in result.checks
        if check.judgement and check.judgement.verdict is Verdict.FAIL
    }
    assert name in failed


@pytest.mark.parametrize("case_id", [case_id for case_id, _, _ in CAUGHT])
def test_a_conforming_unit_passes_there(case_id):
    assert run(case_id).verdict is Verdict.PASS


def test_a_sweep_reads_each_level_from_the_point_down_to_the_lowest():
    result = run("S-LOAD-LEVEL.between", "load-drop-33-to-35v")
    assert values(result)["drop.LOAD"] == pytest.approx(0.32, abs=0.01)
    (curve,) = next(c.measurement.evidence for c in result.checks if c.measurement.evidence)
    assert (curve.x[0], curve.x[-1]) == (70.0, 8.0)
    (column,) = curve.columns.values()
    assert {level for level, drop in zip(curve.x, column, strict=True) if drop > 0.2} == {34.0}


def test_a_sweep_takes_what_the_meter_feeds_for_no_leakage():
    found = values(run("S-REM-BOTH.between"))
    assert found["leakage.LOAD"] == pytest.approx(0.2e-6, abs=1.2e-6)
    found = values(run("S-REM-BOTH.between", "load-leaks-50ua"))
    assert found["leakage.LOAD"] == pytest.approx(50e-6, rel=0.05)


@pytest.mark.parametrize(("number", "told"), [(2, "SOME"), (4, "SOME"), (6, "NONE")])
def test_every_cycle_is_compared_with_the_last(number, told):
    result = run("S-LOAD-UV.again", f"load-misses-every-second@{number}")
    assert values(result)["exceptions.LOAD"] == told
    assert values(result)["exceptions.CHARGER"] == "NONE"


def test_a_pre_alarm_sequence_is_over_soon_after_load_has_opened():
    result = run("P-PRE-30S.slow[vbat=8V")
    (curve,) = next(c.measurement.evidence for c in result.checks if c.measurement.evidence)
    assert curve.marks["LOAD opens"] + 5.0 < curve.x[-1] < curve.marks["LOAD opens"] + 12.0


def test_a_pre_alarm_sequence_waits_to_its_end_for_a_load_that_stays():
    result = run("P-PRE-30S.step[vbat=8V", "undervoltage-ignored")
    (curve,) = next(c.measurement.evidence for c in result.checks if c.measurement.evidence)
    assert curve.x[-1] > 60.0
    assert result.verdict is Verdict.FAIL
