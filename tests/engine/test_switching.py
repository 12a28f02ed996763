"""What outputs do between two looks: watched, at power-up, and while the remote input switches."""

import pytest
from rig import Kept, simulated_bench, spec

from bench.errors import ConfigError
from bench.execution import run_case
from bench.operating_point import OperatingPoint
from bench.procedures.catalogue import PROCEDURES
from bench.verdict import Verdict

A_SAMPLE = 0.0021
DEFAULTS = {"remote_l": "open", "remote_h": "open", "load_current": "none"}


def run(case_id, faults=(), device="smallbms"):
    (case,) = [case for case in spec(device).cases() if case.id.startswith(case_id)]
    with simulated_bench(faults, name=device) as (bench, _):
        return run_case(case, bench, Kept())


def values(result):
    return {check.measurement.name: check.measurement.value for check in result.checks}


# what the title of the defect says is what is measured, and it fails there
@pytest.mark.parametrize(
    ("case_id", "fault", "name", "value"),
    [
        ("S-REM-BOTH.start[vbat=12.8V", "load-pulse-at-start", "pulse.LOAD", 0.2),
        ("S-REM-BOTH.lasting", "load-retries", "lapse.LOAD", 0.2),
        ("S-LOAD-UV.lasting", "load-retries", "lapse.LOAD", 0.2),
        ("S-CHG-OV.trip[vbat=12.8V", "load-flickers-with-charger", "lapse.LOAD", 0.1),
        ("S-CHG-OV.trip[vbat=12.8V", "load-flickers-with-charger", "lapse_after.LOAD", 0.1),
        ("S-LOAD-LEVEL.unbroken", "load-intermittent", "lapse.LOAD", 0.2),
        ("S-REM-BOTH.toggle[vbat=12.8V", "load-retries", "lapse_off.LOAD", 0.2),
    ],
)
def test_a_lapse_is_as_long_as_the_defect(case_id, fault, name, value):
    result = run(case_id, [fault])
    assert values(result)[name] == pytest.approx(value, abs=A_SAMPLE)
    assert result.verdict is Verdict.FAIL
    (shown,) = next(c.measurement.evidence for c in result.checks if c.measurement.name == name)
    half_way = shown.columns[name.partition(".")[2]] > 6.4
    assert sum(half_way[1:] != half_way[:-1]) >= 2  # there and back, in the picture


def test_what_one_stream_tells_of_several_outputs_is_one_curve():
    result = run("S-REM-BOTH.toggle[vbat=12.8V")
    shown = {c.measurement.evidence for c in result.checks if "_" in c.measurement.name[:9]}
    ((curve,),) = shown - {()}
    assert set(curve.marks) == {"remote off", "remote on"}
    assert set(curve.columns) == {"LOAD", "CHARGER"}


@pytest.mark.parametrize(
    ("case_id", "fault"),
    [
        ("S-LOAD-UV.at-start", "start-ignored"),
        ("S-CHG-OV.at-start", "start-ignored"),
        ("S-LOAD-UV.after-remote", "remote-clears"),
        ("S-CHG-OV.after-remote", "remote-clears"),
    ],
)
def test_what_the_battery_signals_all_the_time_is_asked_for_again(case_id, fault):
    assert run(case_id).verdict is Verdict.PASS
    assert run(case_id, [fault]).verdict is Verdict.FAIL


def test_a_start_takes_the_boot_and_is_not_judged():
    # the unit boots for 1 s, an assumption of its data file; the supply needs a while to come
    result = run("S-REM-LINK.start")
    assert values(result)["start_time.LOAD"] == pytest.approx(1.0, abs=0.2)
    assert values(result)["lapse.LOAD"] == 0.0
    assert result.verdict is Verdict.PASS


def test_a_toggle_takes_the_reaction_time_each_way():
    measured = values(run("S-REM-BOTH.toggle[vbat=12.8V"))
    assert measured["off_time.LOAD"] == pytest.approx(0.2, abs=0.05)
    assert measured["on_time.CHARGER"] == pytest.approx(0.2, abs=0.05)
    assert measured["lapse_off.LOAD"] == measured["lapse_on.LOAD"] == 0.0


def test_a_source_at_the_remote_input_may_not_outlive_the_power():
    point = OperatingPoint(
        {**DEFAULTS, "vbat": 12.8, "battery": "healthy", "link": "open", "remote_h": 5.0}
    )
    with simulated_bench() as (bench, _):
        bench.begin("x")
        bench.apply(point, settle=2.0)
        start = PROCEDURES["supply.start"].measure(bench, point, {"rises": ("LOAD",)})
        with pytest.raises(ConfigError, match="cannot stay closed while the power is off"):
            list(start)
        assert not bench.make_safe()


# 1 to 2 s to react to the remote input: nobody says that a unit must be faster
@pytest.mark.parametrize("terminal", ["REMOTE_L", "REMOTE_H"])
def test_a_unit_that_takes_its_time_has_the_same_thresholds(terminal, tmp_path):
    slow = tmp_path / "slow.toml"
    slow.write_text(
        '[[fault]]\nid = "slow"\ntitle = "reacts after 1.8 s"\nvariants = ["S"]\n'
        'set = { "remote.on_delay" = 1.8, "remote.off_delay" = 1.8 }\n'
    )
    case_id = f"S-REM-{terminal[-1]}.threshold[vbat=12.8V"
    usual, patient = run(case_id), run(case_id, [f"{slow}:slow"])
    for name in ("threshold_on", "threshold_off"):
        assert values(patient)[name] == pytest.approx(values(usual)[name], abs=0.005)


@pytest.mark.parametrize(
    ("case_id", "name", "value"),
    [
        ("S-CUR-OFF.nominal", "supply_current", 1.43e-3),  # never was on
        ("S-CUR-OFF.switched-off", "supply_current", 2.43e-3),
    ],
)
def test_the_current_is_that_after_what_the_unit_went_through(case_id, name, value):
    assert values(run(case_id, ["never-asleep"]))[name] == pytest.approx(value, abs=15e-6)


def test_another_output_is_looked_at_beside_the_loaded_one():
    result = run("S-LOAD-IMAX.sustained")
    assert values(result)["beside.CHARGER"] == pytest.approx(0.52, abs=0.01)
    result = run("S-CHG-ILIM[vbat=12.8V")
    assert values(result)["beside.LOAD"] == pytest.approx(0.02, abs=0.01)


def test_the_second_lead_is_measured_on_its_own():
    first = run("P-PRE-30S.step[vbat=12.8V", ["prealarm-later-lead-10s"], "smallbms_prealarm")
    again = run("P-PRE-30S.after-opening", ["prealarm-later-lead-10s"], "smallbms_prealarm")
    assert values(first)["lead_time"] == pytest.approx(31.0, abs=0.01)
    assert values(again)["lead_time"] == pytest.approx(10.0, abs=0.01)
    assert (first.verdict, again.verdict) == (Verdict.PASS, Verdict.FAIL)


# sign, tenth, tenfold, sixtieth, 40 K: what a decoder's or encoder's author gets wrong
@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ("air-current-reversed", "current"),
        ("air-charge-tenth", "state_of_charge"),
        ("air-consumed-tenfold", "consumed_charge"),
        ("air-time-in-hours", "time_to_go"),
        ("air-temperature-without-offset", "temperature"),
    ],
)
def test_one_wrong_figure_on_the_air_is_told_from_the_others(fault, name):
    result = run("NG-BLE-IR.as-in-the-app", [fault], "smallbms_ng")
    failed = [check.measurement.name for check in result.checks if check.verdict is Verdict.FAIL]
    assert failed == [f"deviation.{name}"]


# 10 uA is the limit; at 70 V the meter itself feeds 7 uA from BAT+ into a pin that floats
@pytest.mark.parametrize(("leakage", "verdict"), [("9e-6", Verdict.PASS), ("12e-6", Verdict.FAIL)])
def test_what_the_meter_feeds_is_not_held_against_the_output(leakage, verdict):
    result = run("S-REM-BOTH[vbat=70V", [f"load-leaks-50ua@{leakage}"])
    assert result.verdict is verdict
    assert values(result)["leakage.LOAD"] == pytest.approx(float(leakage), abs=0.2e-6)
