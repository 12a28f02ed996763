"""Clauses that keep a person busy: looking at the unit, setting a climate chamber."""

import pytest
from rig import ROOT, Kept, simulated_bench, spec

from bench.bench_file_reader import load_bench_file
from bench.capability import missing
from bench.execution import run_case
from bench.procedures.catalogue import PROCEDURES
from bench.procedures.inspection import items
from bench.results import CaseNotRun
from bench.spec import Verify
from bench.verdict import Verdict
from instruments.supply import SupplyOutput
from simulation.dut.parameters import data_sheet

DEVICES = ("smallbms", "smallbms_prealarm", "smallbms_ng")
JPEG = b"\xff\xd8\xff\xe0" + bytes(16)
SIMULATED = load_bench_file(ROOT / "benches" / "simulated.toml")


def cases(device, verify):
    return [c for c in spec(device).cases() if PROCEDURES[c.test.procedure].assisted is verify]


def one(device, case_id):
    (found,) = (case for case in spec(device).cases() if case.id == case_id)
    return found


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("verify", [Verify.INSPECTION, Verify.CHAMBER])
def test_every_such_clause_has_a_test_that_runs_only_when_asked_for(device, verify):
    clauses = [clause for clause in spec(device).clauses if clause.verify is verify]
    assert clauses
    assert all(clause.tests for clause in clauses)
    for case in cases(device, verify):
        reason = missing(case, SIMULATED, spec(device).device)
        assert reason.endswith(f"add --{verify}")
        assert missing(case, SIMULATED, spec(device).device, {verify}) == ""


def test_a_bench_without_a_person_lacks_the_role():
    minimal = load_bench_file(ROOT / "benches" / "minimal.toml")
    case = one("smallbms", "S-ENV-IP")
    assert "wires no role operator" in missing(
        case, minimal, spec().device, {Verify.INSPECTION, Verify.CHAMBER}
    )


@pytest.mark.parametrize("device", DEVICES)
def test_the_data_of_a_device_answer_what_its_clauses_ask(device):
    asked = {case.test.arguments["item"] for case in cases(device, Verify.INSPECTION)}
    known = {n.removeprefix("inspection.") for n in data_sheet(device).parameters if "inspec" in n}
    assert asked == known
    assert asked <= set(items())


def test_looking_applies_nothing_and_records_who_looked():
    with simulated_bench() as (bench, laboratory):
        result = run_case(one("smallbms", "S-MEC-DIM"), bench, Kept())
        assert abs(laboratory.world.voltage("BAT+", "BAT-")) < 1e-3
        said = [line for line in laboratory.transcript.since(0) if "OPERATOR" in line]
    assert result.verdict is Verdict.PASS
    assert result.checks[0].measurement.source == "operator Sim"
    assert "106 x 42 x 23 mm" in said[-1]


@pytest.mark.parametrize(
    ("device", "fault", "case_id"),
    [
        ("smallbms", "glossy-enclosure", "S-MEC-MAT"),
        ("smallbms", "no-protection-class", "S-ENV-IP"),
        ("smallbms_prealarm", "glossy-enclosure", "P-MEC-MAT"),
        ("smallbms_prealarm", "no-protection-class", "P-ENV-IP"),
        ("smallbms_ng", "no-remote-loop", "NG-REM-FITTED"),
        ("smallbms_ng", "six-pin-block", "NG-TERM"),
    ],
)
def test_what_is_wrong_to_the_eye_is_found(device, fault, case_id):
    with simulated_bench([fault], name=device) as (bench, _):
        found = run_case(one(device, case_id), bench, Kept())
        others = [case for case in cases(device, Verify.INSPECTION) if case.id != case_id]
        assert all(run_case(case, bench, Kept()).verdict is Verdict.PASS for case in others)
    assert found.verdict is Verdict.FAIL


def found_with_photo(*paths):
    """Return what is measured of a label that deviates, and how a photo was asked for."""
    answers = iter(("does not conform", *paths))
    with simulated_bench() as (bench, laboratory):
        laboratory.teach("inspect", lambda key, value: next(answers))
        result = run_case(one("smallbms", "S-ENV-IP"), bench, Kept())
        said = [line for line in laboratory.transcript.since(0) if "photo?]" in line]
    assert result.verdict is Verdict.FAIL
    return result.checks[0].measurement, said


def test_a_photo_of_a_deviation_is_kept_with_the_measurement(tmp_path):
    path = tmp_path / "label.jpeg"
    path.write_bytes(JPEG)
    found, said = found_with_photo(f'"{path}"')
    assert [(photo.name, photo.kind, photo.data) for photo in found.photos] == [
        ("label.jpeg", "image/jpeg", JPEG)
    ]
    assert len(said) == 1


def test_a_photo_that_cannot_be_kept_is_asked_for_again(tmp_path):
    (tmp_path / "label.heic").write_bytes(b"\0\0\0\x18ftypheic")
    good = tmp_path / "label.png"
    good.write_bytes(b"\x89PNG\r\n\x1a\n")
    found, said = found_with_photo(
        str(tmp_path / "nowhere.jpg"), str(tmp_path / "label.heic"), str(good)
    )
    assert [photo.kind for photo in found.photos] == ["image/png"]
    assert "nowhere.jpg: No such file" in said[1]
    assert "neither a JPEG nor a PNG" in said[2]


@pytest.mark.parametrize("paths", [("none",), ("a.jpg", "b.jpg", "c.jpg")])
def test_a_finding_does_not_wait_for_its_photo(paths):
    found, said = found_with_photo(*paths)
    assert found.value == "does not conform"
    assert found.photos == ()
    assert len(said) == len(paths)


def test_what_was_not_looked_at_is_no_failure_of_the_device():
    with simulated_bench() as (bench, laboratory):
        laboratory.teach("inspect", lambda key, value: "not looked at")
        result = run_case(one("smallbms", "S-ENV-IP"), bench, Kept())
    assert result.verdict is Verdict.NOT_RUN
    assert result.reason == "Sim has not looked at it"
    assert result.fault is None
    with pytest.raises(CaseNotRun, match="Sim has not looked"):
        result.raise_for_verdict()


# --- the chamber ---------------------------------------------------------------------------------


def test_the_chamber_is_set_without_power_once_for_each_temperature_and_brought_back():
    set_to = []
    cold, hot = (one("smallbms", f"S-ENV-TEMP.{name}") for name in ("cold", "hot"))
    other = next(case for case in spec().cases() if case.clause.id == "S-REM-LINK")
    with simulated_bench() as (bench, laboratory):

        def chamber(key, value):
            set_to.append((value, bench.role(SupplyOutput, "supply").is_enabled()))
            return ""

        laboratory.teach("chamber", chamber)
        for case in (cold, cold, hot, other, other):
            assert run_case(case, bench, Kept()).verdict is Verdict.PASS
    assert set_to == [("-20 degC", False), ("50 degC", False), ("23 degC", False)]


def test_what_a_person_has_changed_is_undone_at_the_end_of_a_run():
    asked = []
    with simulated_bench(name="smallbms_ng") as (bench, laboratory):
        battery = laboratory._skills["battery"]
        laboratory.teach("chamber", lambda key, value: asked.append(value) or "")
        laboratory.teach("battery", lambda key, value: asked.append(value) or battery(key, value))
        bench.bring_chamber("-20 degC")
        bench.battery.signal("prealarm")
    assert asked == ["-20 degC", "prealarm", "healthy", "23 degC"]


def test_nobody_is_asked_after_an_interruption_or_for_what_was_undone():
    asked = []
    with simulated_bench() as (bench, laboratory):
        laboratory.teach("chamber", lambda key, value: asked.append(value) or "")
        bench.bring_chamber("-20 degC")
        bench.bring_chamber("")
    assert asked == ["-20 degC", "23 degC"]
    with simulated_bench() as (bench, laboratory):
        laboratory.teach("chamber", lambda key, value: asked.append(value) or "")
        bench.bring_chamber("50 degC")
        bench.abandon()
    assert asked[2:] == ["50 degC"]


def test_a_bench_knows_what_was_left_changed():
    with simulated_bench() as (bench, _):
        bench.bring_chamber("50 degC")
        bench.fitting.change({"LOAD": "inverter"})
        bench.abandon()
    assert bench.left == ("the chamber is at 50 degC", "'inverter' is fitted to LOAD")
    with simulated_bench() as (bench, _):
        bench.bring_chamber("50 degC")
    assert bench.left == ()


def test_a_cold_battery_is_not_charged_and_a_warm_one_is():
    with simulated_bench(name="smallbms_ng") as (bench, _):
        for name in ("cold", "warm"):
            case = one("smallbms_ng", f"NG-CHG-ATC-LOWT.{name}")
            assert run_case(case, bench, Kept()).verdict is Verdict.PASS
        after = next(c for c in spec("smallbms_ng").cases() if c.clause.id == "NG-CHG-LEVEL")
        assert run_case(after, bench, Kept()).verdict is Verdict.PASS


def test_a_unit_that_ignores_its_cold_battery_is_found():
    """The battery stays warm: CHARGER does not float, as if the unit ignored the cold."""
    with simulated_bench(name="smallbms_ng") as (bench, laboratory):
        laboratory.teach("chamber", lambda key, value: "")
        result = run_case(one("smallbms_ng", "NG-CHG-ATC-LOWT.cold"), bench, Kept())
    assert result.verdict is Verdict.FAIL
