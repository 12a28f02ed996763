"""The spec data of the device with pre-alarm: complete, and the printed figures are the limits."""

from collections import Counter

import pytest
from spec_data_rig import BASIC_ROWS, ROOT, TRUTH_TABLE, misquoted

from bench.bench_file_reader import load_bench_file
from bench.capability import missing
from bench.procedures.catalogue import signatures
from bench.procedures.prealarm import HISTORIES, STEPS
from bench.quantity import parse_as
from bench.spec import Verify
from bench.spec_file import load_spec

FILE = ROOT / "test_specs" / "smallbms_prealarm.toml"

# The clauses of this device, from the list that was drawn up of its data sheet.
CLAUSES = {
    "P-SUP-RANGE": "bench-with-battery",
    "P-SUP-SYSTEMS": "bench-with-battery",
    "P-SUP-FUSE": "inspection",
    "P-CUR-ON": "bench-with-battery",
    "P-CUR-LOWCELL": "bench-with-battery",
    "P-CUR-OFF": "bench",
    "P-LOAD-LEVEL": "bench-with-battery",
    "P-LOAD-IMAX": "bench-with-battery",
    "P-LOAD-NOSC": "guard",
    "P-LOAD-FLOAT": "bench-with-battery",
    "P-LOAD-UV": "bench-with-battery",
    "P-LOAD-USES": "bench",
    "P-LOAD-CONTACTOR": "bench",
    "P-CHG-LEVEL": "bench-with-battery",
    "P-CHG-ILIM": "bench-with-battery",
    "P-CHG-FLOAT": "bench-with-battery",
    "P-CHG-OVT": "bench-with-battery",
    "P-CHG-USES": "bench",
    "P-CHG-NOINDUCT": "inspection",
    "P-PRE-IDLE": "bench-with-battery",
    "P-PRE-LEVEL": "bench-with-battery",
    "P-PRE-IMAX": "bench-with-battery",
    "P-PRE-NOSC": "guard",
    "P-PRE-USES": "bench-with-battery",
    "P-PRE-30S": "bench-with-battery",
    "P-REM-LINK": "bench",
    "P-REM-L": "bench",
    "P-REM-H": "bench",
    "P-REM-OFF": "bench",
    "P-REM-BOTH": "bench",
    "P-LED-BLUE": "bench-with-battery",
    "P-LED-RED": "bench-with-battery",
    "P-SYS-MAXBAT": "not-here",
    "P-SYS-BATT": "not-here",
    "P-SYS-SERIES": "not-here",
    "ALL-SYS-NOVEBUS": "inspection",
    "P-ENV-TEMP": "chamber",
    "P-ENV-HUM": "not-here",
    "P-ENV-IP": "inspection",
    "P-MEC-MAT": "inspection",
    "P-MEC-WEIGHT": "inspection",
    "P-MEC-DIM": "inspection",
    "P-STD": "not-here",
}


# What instruments verify, and what a person helps with.
TESTED = (Verify.BENCH, Verify.BENCH_WITH_BATTERY, Verify.INSPECTION, Verify.CHAMBER)


@pytest.fixture(scope="module")
def spec():
    return load_spec(FILE, signatures())


@pytest.fixture(scope="module")
def cases(spec):
    return spec.cases()


def test_every_clause_of_the_data_sheet_is_there(spec):
    assert {clause.id: clause.verify.value for clause in spec.clauses} == CLAUSES


def test_what_the_bench_can_verify_is_tested_and_judged(spec):
    for clause in spec.clauses:
        on_the_bench = clause.verify in TESTED
        assert bool(clause.tests) == on_the_bench, clause.id
        assert bool(clause.reason) != on_the_bench, clause.id
        limits = [limit for test in clause.tests for limit in test.limits.values()]
        assert any(not limit.informative for limit in limits) == on_the_bench, clause.id


def test_cases_are_many_and_none_repeats_another(cases):
    assert len(cases) >= 300
    assert len({case.id for case in cases}) == len(cases)
    same = Counter(
        (case.test.procedure, tuple(sorted(case.test.arguments.items())), case.point)
        for case in cases
    )
    repeated = [what for what, count in same.items() if count > 1]
    # The two ends of the range belong to both the range and the link between L and H.
    assert sorted(point.vbat for _, _, point in repeated) == [8.0, 70.0]


def test_every_limit_has_a_basis_and_registered_readings(spec):
    for clause in spec.clauses:
        for test in clause.tests:
            assert test.limits, clause.id
            for limit in test.limits.values():
                assert limit.basis.split(":")[0].split()[0] in ("stated", "derived"), limit
                assert not limit.reading or limit.reading in clause.discrepancies, clause.id


def test_contested_readings_are_evaluated_beside_the_adopted_ones(spec):
    contested = {
        limit.reading
        for clause in spec.clauses
        for test in clause.tests
        if test.name == "contested"
        for limit in test.limits.values()
        if limit.informative
    }
    assert contested == {"D-UVOV", "D-NL-PRE", "D-NL-LOW", "D-NL-LABEL", "D-VHVBAT"}


# Figures as the data sheet prints them (lines 83 to 124); they must be the limits.
@pytest.mark.parametrize(
    ("clause", "measurement", "low", "high"),
    [
        ("P-CUR-ON", "supply_current", None, 2.2e-3),
        ("P-CUR-LOWCELL", "supply_current", None, 1.2e-3),
        ("P-CUR-OFF", "supply_current", None, 1.2e-3),
        ("P-LOAD-LEVEL", "drop", None, 0.1),
        ("P-CHG-LEVEL", "drop", None, 0.6),
        ("P-PRE-LEVEL", "drop", None, 0.1),
        ("P-PRE-30S", "lead_time", 30.0, None),
        ("P-LOAD-UV", "lead_time", 30.0, None),
        ("P-REM-L", "threshold_on", 3.5, None),
        ("P-REM-H", "threshold_on", None, 2.9),
    ],
)
def test_printed_figures_are_the_limits(spec, clause, measurement, low, high):
    (found,) = [entry for entry in spec.clauses if entry.id == clause]
    judged = {
        (limit.low, limit.high)
        for test in found.tests
        for name, limit in test.limits.items()
        if name == measurement and not limit.informative
    }
    assert judged == {(low, high)}


def test_quotes_stand_on_the_cited_lines(spec, documents):
    cited = [source for clause in spec.clauses for source in clause.sources]
    assert misquoted(cited, spec, documents) == []
    own = [c for c in spec.clauses if c.id.startswith("P-")]
    assert {(s.key, s.language) for c in own for s in c.sources} == {("prealarm-nl", "nl")}


def test_device_is_the_printed_one(spec):
    device = spec.device
    assert device.part_number == "BMS400100000"
    assert device.absolute_maximum == {"vbat": 70.0}
    assert {name: rating.current for name, rating in device.ratings.items()} == {
        "LOAD": 1.0,
        "CHARGER": 0.01,
        "PRE-ALARM": 1.0,
    }
    protected = [name for name, r in device.ratings.items() if r.short_circuit_protected]
    assert protected == ["CHARGER"]
    assert set(device.forbidden) == {"short.LOAD", "short.PRE-ALARM"}


def test_states_after_the_opening_wait_for_it(cases):
    for case in cases:
        waits = case.test.settle > 60.0 or case.test.procedure.endswith(".sequence")
        waits |= case.test.arguments.get("opens_within") == "65 s"
        waits |= case.test.arguments.get("within") == "62 s"
        waits |= case.test.arguments.get("wait") == "62 s"
        waits |= case.test.arguments.get("after") == "undervoltage"
        told = "LED_BLUE" in str(case.test.arguments) and case.test.name == "waiting"
        told |= "LED_RED" in str(case.test.arguments)  # tells of CHARGER
        told |= case.clause.id == "P-PRE-LEVEL"  # the alarm itself, while it warns
        told |= case.clause.id == "P-CUR-OFF"  # nothing is high in remote off
        if case.point.battery.startswith("undervoltage"):
            assert waits or told, case


def test_all_four_sequences_are_run_at_both_ends_of_the_range(cases):
    found = {
        (tuple(case.test.arguments.get(step) for step in STEPS), case.point.vbat)
        for case in cases
        if case.test.procedure == "prealarm.sequence"
    }
    voltages = (8.0, 12.8, 25.6, 51.2, 70.0)
    sequences = {
        ("65 s", "60 s", None),
        ("5 s", "60 s", None),
        (None, "60 s", None),
        ("5 s", "15 s", "60 s"),
    }
    assert found >= {(sequence, vbat) for sequence in sequences for vbat in voltages}
    assert {sequence for sequence, _ in found} == sequences


@pytest.mark.parametrize("device", ["smallbms_prealarm", "smallbms_ng"])
def test_the_least_time_that_is_drawn_is_the_one_that_is_judged(device):
    spec = load_spec(ROOT / "test_specs" / f"{device}.toml", signatures())
    led = [case.test for case in spec.cases() if "lead_time" in case.test.limits]
    assert led
    for test in led:
        least, watched = (parse_as(test.arguments[key], "s") for key in ("least", "undervoltage"))
        assert test.limits["lead_time"].low == least
        assert watched >= 2.0 * least


def test_the_lead_is_measured_again_after_what_might_spoil_it(cases):
    led = [case.test.arguments for case in cases if "lead_time" in case.test.limits]
    assert any("opened_before" in arguments for arguments in led)
    assert any("warned_before" in arguments for arguments in led)
    assert any(not HISTORIES.keys() & arguments.keys() for arguments in led)


def test_the_truth_table_is_run_once_at_each_voltage(cases):
    found = Counter()
    for case in cases:
        point, procedure = case.point, case.test.procedure
        row = (point.text("remote_l"), point.text("remote_h"), point.text("link"))
        at_rest = procedure == "outputs.state" and point.battery == "healthy"
        remote = case.clause.id.startswith("P-REM-") and case.test.name != "contested"
        if not (at_rest and remote and row in TRUTH_TABLE):
            continue
        found[(row, point.vbat)] += 1
        expected = TRUTH_TABLE[row]
        for output in ("LOAD", "CHARGER"):
            limit = case.test.limits[f"state.{output}"]
            assert limit.informative == (expected is None), case
            assert expected is None or limit.equals == expected, case
    wanted = {(row, vbat) for row in TRUTH_TABLE for vbat in (12.8, 25.6, 51.2)}
    wanted |= {(row, vbat) for row in BASIC_ROWS for vbat in (8.0, 70.0)}
    assert wanted <= found.keys()
    assert set(found.values()) == {1}


def test_the_simulated_bench_can_run_every_case(spec, cases):
    file = load_bench_file(ROOT / "benches" / "simulated.toml")
    assert [case.id for case in cases if missing(case, file, spec.device, TESTED)] == []


def test_a_bench_file_can_change_the_coding_of_the_pre_alarm(tmp_path, spec, cases):
    path = tmp_path / "other.toml"
    base = (ROOT / "benches" / "simulated.toml").as_posix()
    path.write_text(
        f'extends = "{base}"\n[battery]\nprealarm = ["loop.2", "loop.3"]\n',
        encoding="utf-8",
        newline="\n",
    )
    coding = load_bench_file(path).batteries["loop"]
    assert coding.opens["prealarm"] == ("loop.2", "loop.3")
    assert coding.opens["undervoltage"] == ("loop.1",)
    path.write_text(
        f'extends = "{base}"\n[battery]\nprealarm = []\n', encoding="utf-8", newline="\n"
    )
    file = load_bench_file(path)
    without = [case for case in cases if case.point.battery == "prealarm"]
    assert all("prealarm" in missing(case, file, spec.device, TESTED) for case in without)
    assert without
