"""The shipped spec data of the smallBMS NG: complete, cited word for word, safe for the unit."""

from collections import Counter

import pytest
from spec_data_rig import BASIC_ROWS, ROOT, TRUTH_TABLE, misquoted

from bench.bench_file_reader import load_bench_file
from bench.capability import missing
from bench.errors import SpecError
from bench.procedures.catalogue import signatures
from bench.safety import SIMULATED_ONLY
from bench.spec import Verify
from bench.spec_file import load_spec

FILE = ROOT / "test_specs" / "smallbms_ng.toml"

# The clauses of the device, from the list that was drawn up of its documents.
CLAUSES = {
    "NG-SUP-RANGE": "bench-with-battery",
    "NG-SUP-SYSTEMS": "bench-with-battery",
    "NG-SUP-FUSE": "inspection",
    "NG-CUR-ON": "bench-with-battery",
    "NG-CUR-LOWCELL": "bench-with-battery",
    "NG-CUR-OFF": "bench",
    "NG-LOAD-LEVEL": "bench-with-battery",
    "NG-LOAD-IMAX": "bench-with-battery",
    "NG-LOAD-NOSC": "guard",
    "NG-LOAD-FLOAT": "bench-with-battery",
    "NG-LOAD-UV": "bench-with-battery",
    "NG-LOAD-CONTACTOR": "bench",
    "NG-CHG-LEVEL": "bench-with-battery",
    "NG-CHG-IMAX": "bench-with-battery",
    "NG-CHG-NOSC": "guard",
    "NG-CHG-FLOAT": "bench-with-battery",
    "NG-CHG-ATC-LOWT": "chamber",
    "NG-CHG-ATC-HIGHT": "chamber",
    "NG-CHG-ATC-HV": "bench-with-battery",
    "NG-CHG-USES": "bench",
    "NG-CHG-NOINDUCT": "inspection",
    "NG-PRE-IDLE": "bench-with-battery",
    "NG-PRE-LEVEL": "bench-with-battery",
    "NG-PRE-IMAX": "bench-with-battery",
    "NG-PRE-NOSC": "guard",
    "NG-PRE-30S": "bench-with-battery",
    "NG-PRE-DRIVES": "bench",
    "NG-PRE-ADJ": "app",
    "NG-PRE-STATUS": "app",
    "NG-REM-LINK": "bench",
    "NG-REM-L": "bench",
    "NG-REM-H": "bench",
    "NG-REM-OFF": "bench",
    "NG-REM-BOTH": "bench",
    "NG-REM-ALT": "bench",
    "NG-REM-FITTED": "inspection",
    "NG-LED-BT": "app",
    "NG-LED-ERR": "bench-with-battery",
    "NG-SOC-WARN": "app",
    "NG-SOC-ALARM": "app",
    "NG-SOC-ZERO": "app",
    "NG-SOC-TTG": "app",
    "NG-SOC-SET": "app",
    "NG-SOC-TAIL": "app",
    "NG-SOC-CDT": "app",
    "NG-SOC-SYNC": "app",
    "NG-ATD-FLOOR": "app",
    "NG-ATD-LV": "bench-with-battery",
    "NG-CFG-AUTO": "app",
    "NG-MODE-SW": "app",
    "NG-APP-STATUS": "not-here",
    "NG-APP-BATTERY": "not-here",
    "NG-APP-HISTORY": "not-here",
    "NG-CODE-WB01": "bench-with-battery",
    "NG-CODE-WB05": "bench-with-battery",
    "NG-CODE-WB07": "app",
    "NG-CODE-AB01": "bench-with-battery",
    "NG-CODE-AB05": "bench-with-battery",
    "NG-CODE-AB07": "app",
    "NG-CODE-AB08": "bench-with-battery",
    "NG-CODE-AB09": "chamber",
    "NG-CODE-EB01": "bench-with-battery",
    "NG-CODE-EB05": "bench-with-battery",
    "NG-CODE-EB09": "bench",
    "NG-CODE-EB11": "guard",
    "NG-CODE-SEM": "app",
    "NG-CODE-RECOVER": "bench-with-battery",
    "NG-FW-NOSHUT": "app",
    "NG-FW-CHG": "app",
    "NG-FW-120S": "guard",
    "NG-FW-NOTICE": "not-here",
    "NG-BT-30S": "app",
    "NG-START": "bench",
    "NG-RESET": "app",
    "NG-BLE-IR": "app",
    "NG-BLE": "app",
    "NG-TERM": "inspection",
    "NG-SYS-MAXBAT": "not-here",
    "NG-SYS-ENERGY": "not-here",
    "NG-SYS-BATT": "not-here",
    "ALL-SYS-NOVEBUS": "inspection",
    "NG-SYS-CHAIN": "inspection",
    "NG-SYS-ICONT": "not-here",
    "NG-SYS-IPULSE": "not-here",
    "NG-SYS-IREC": "not-here",
    "NG-SYS-ITAB12": "not-here",
    "NG-SYS-ITAB24": "not-here",
    "NG-SYS-RESERVE": "not-here",
    "NG-INT-INV": "bench",
    "NG-INT-DCDC": "bench",
    "NG-INT-BP": "bench",
    "NG-INT-LILOAD": "bench",
    "NG-INT-INVCABLE": "bench",
    "NG-INT-PULLLOW": "bench",
    "NG-INT-MPPT-DIR": "bench",
    "NG-INT-MPPT-CABLE": "bench",
    "NG-INT-IP43": "bench",
    "NG-INT-SKYLLATG": "bench",
    "NG-INT-SKYLLAIP44": "bench",
    "NG-INT-OTHER": "bench",
    "NG-EX-1": "bench-with-battery",
    "NG-EX-2": "bench-with-battery",
    "NG-EX-3": "bench-with-battery",
    "NG-ENV-TEMP": "chamber",
    "NG-ENV-HUM": "not-here",
    "NG-ENV-IP": "inspection",
    "NG-MEC-MAT": "inspection",
    "NG-MEC-WEIGHT": "inspection",
    "NG-MEC-DIM": "inspection",
    "NG-STD": "not-here",
    "NG-DECL": "not-here",
    "NG-INSTALL": "not-here",
    "NG-SAFE": "not-here",
}

# A reason names what is physically missing.
AT_THE_BENCH = {"bench", "bench-with-battery", "app"}
REASONS = (
    "battery on the bus", "climate chamber", "operator", "Guard:",
    "Not verifiable on this bench",
)  # fmt: skip


@pytest.fixture(scope="module")
def spec():
    return load_spec(FILE, signatures())


@pytest.fixture(scope="module")
def cases(spec):
    return spec.cases()


def test_every_clause_of_the_documents_is_there(spec):
    assert {clause.id: clause.verify.value for clause in spec.clauses} == CLAUSES


def test_no_clause_of_the_bench_is_without_a_test(spec):
    untested = [
        clause.id
        for clause in spec.clauses
        if clause.verify.value in AT_THE_BENCH and not clause.tests
    ]
    assert untested == []


def test_a_clause_is_tested_or_names_what_is_missing(spec):
    for clause in spec.clauses:
        assert bool(clause.tests) != bool(clause.reason), clause.id
        assert clause.tests or any(word in clause.reason for word in REASONS), clause.id
        limits = [limit for test in clause.tests for limit in test.limits.values()]
        assert not clause.tests or any(not limit.informative for limit in limits), clause.id


def test_the_simulated_bench_can_run_every_case(spec, cases):
    file = load_bench_file(ROOT / "benches" / "simulated.toml")
    assert {missing(case, file, spec.device, set(Verify)) for case in cases} == {""}


def test_a_guard_clause_is_tested_on_simulated_units_only(spec):
    (tested,) = [
        clause for clause in spec.clauses if clause.verify.value == "guard" and clause.tests
    ]
    assert tested.id == "NG-FW-120S"
    reference = load_bench_file(ROOT / "benches" / "reference.toml")
    assert all("guard clause" in missing(case, reference, spec.device) for case in tested.cases())


def test_cases_are_many_and_named_apart(cases):
    names = [case.id for case in cases]
    assert len(names) >= 600
    assert len(set(names)) == len(names)
    assert all(name.isascii() and " " not in name and len(name) < 120 for name in names)


def test_no_case_repeats_another_under_a_second_name(cases):
    same = Counter(
        (case.test.procedure, tuple(sorted(case.test.arguments.items())), case.point)
        for case in cases
    )
    repeated = [what for what, count in same.items() if count > 1]
    # The two ends of the range belong to both the range and the link between L and H.
    assert sorted(point.vbat for _, _, point in repeated) == [8.0, 70.0]


def test_every_limit_has_a_basis_and_a_registered_reading(spec):
    for clause in spec.clauses:
        assert set(clause.discrepancies) <= set(spec.discrepancies), clause.id
        for test in clause.tests:
            assert test.limits, clause.id
            for limit in test.limits.values():
                assert limit.basis.split(":")[0].split()[0] in ("stated", "derived"), limit
                assert not limit.reading or limit.reading in clause.discrepancies, clause.id


def test_no_case_asks_what_a_unit_must_never_see(spec, cases):
    for case in cases:
        assert 8.0 <= case.point.vbat <= 70.0, case
        for axis in ("remote_l", "remote_h"):
            level = case.point.remote(axis)
            assert level is None or 0.0 <= level <= case.point.vbat, case
        stimuli = signatures()[case.test.procedure].stimulates(case.test.arguments)
        assert not stimuli or case.clause.verify.value == "guard", case
        assert SIMULATED_ONLY.issuperset(stimuli), case
    shorts = {"short.LOAD", "short.CHARGER", "short.PRE-ALARM"}
    assert set(spec.device.forbidden) == shorts | {"app.interrupt_update"}


def test_ratings_are_those_of_the_specification_table(spec):
    # Manual, section 6, lines 559 to 561; the 1 A of the feature list is not adopted (D-PRE-1A).
    ratings = spec.device.ratings
    assert {name: rating.current for name, rating in ratings.items()} == {
        "LOAD": 1.0,
        "CHARGER": 0.5,
        "PRE-ALARM": 0.5,
    }
    assert not any(rating.short_circuit_protected for rating in ratings.values())
    assert spec.device.absolute_maximum == {"vbat": 70.0}


# Figures as the manual prints them (section 6, lines 556 to 562); they must be the limits.
@pytest.mark.parametrize(
    ("clause", "measurement", "low", "high"),
    [
        ("NG-CUR-ON", "supply_current", None, 3e-3),
        ("NG-CUR-OFF", "supply_current", None, 1.2e-3),
        ("NG-CUR-LOWCELL", "supply_current", None, 1.2e-3),
        ("NG-LOAD-LEVEL", "drop", None, 0.1),
        ("NG-PRE-LEVEL", "drop", None, 0.1),
        ("NG-CHG-LEVEL", "drop", None, 0.1),
        ("NG-REM-L", "threshold_on", 3.5, None),
        ("NG-REM-H", "threshold_on", None, 2.9),
    ],
)
def test_printed_figures_are_the_limits(spec, clause, measurement, low, high):
    (found,) = [entry for entry in spec.clauses if entry.id == clause]
    judged = [
        test.limits[measurement]
        for test in found.tests
        if measurement in test.limits and not test.limits[measurement].informative
    ]
    assert {(limit.low, limit.high) for limit in judged} == {(low, high)}


def test_the_lead_of_the_pre_alarm_is_judged_whichever_way_the_cells_fall(spec):
    # Manual, 2.2, line 99: 30 s; that of the discharge floor has no such time (D-SOC-30S).
    (clause,) = [clause for clause in spec.clauses if clause.id == "NG-PRE-30S"]
    leads = {test.name: test.limits.get("lead_time") for test in clause.tests}
    assert leads.pop("recovery") is None
    assert set(leads) == {"slow", "fast", "step", "after-opening", "after-warning"}
    assert {(limit.low, limit.high, limit.informative) for limit in leads.values()} == {
        (30.0, None, False)
    }


def test_the_truth_table_is_run_once_at_each_voltage(cases):
    found = Counter()
    for case in cases:
        point = case.point
        row = (point.text("remote_l"), point.text("remote_h"), point.text("link"))
        if case.test.procedure != "outputs.state" or not case.clause.id.startswith("NG-REM-"):
            continue
        found[(row, point.vbat)] += 1
        for output in ("LOAD", "CHARGER"):
            limit = case.test.limits[f"state.{output}"]
            expected = TRUTH_TABLE.get(row, "HIGH")  # more rows where the unit must be on
            assert limit.informative == (expected is None), case
            assert expected is None or limit.equals == expected, case
    wanted = {(row, vbat) for row in TRUTH_TABLE for vbat in (12.8, 25.6, 51.2)}
    wanted |= {(row, vbat) for row in BASIC_ROWS for vbat in (8.0, 70.0)}
    assert [place for place in wanted if found[place] != 1] == []


def test_a_short_of_any_output_is_refused_on_load(tmp_path):
    register = FILE.with_name("discrepancies.toml").read_text(encoding="utf-8")
    (tmp_path / "discrepancies.toml").write_text(register, encoding="utf-8")
    text = FILE.read_text(encoding="utf-8")
    for terminal in ("LOAD", "CHARGER", "PRE-ALARM"):
        path = tmp_path / "smallbms_ng.toml"
        path.write_text(
            text
            + f"""
  [[clause.test]]
  name = "short"
  procedure = "outputs.current_limit"
  with = {{ terminal = "{terminal}" }}
  limits = {{ state_after = "high" }}
""",
            encoding="utf-8",
        )
        with pytest.raises(SpecError, match=f"applies short.{terminal}, which destroys"):
            load_spec(path, signatures())


def test_an_output_cannot_be_declared_protected_away(tmp_path):
    """Taking the stimulus off the list is no way round: the output is not protected."""
    register = FILE.with_name("discrepancies.toml").read_text(encoding="utf-8")
    (tmp_path / "discrepancies.toml").write_text(register, encoding="utf-8")
    path = tmp_path / "smallbms_ng.toml"
    text = FILE.read_text(encoding="utf-8").replace('"short.CHARGER", ', "", 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match=r"ratings.CHARGER: is not short-circuit protected"):
        load_spec(path, signatures())


def test_more_than_a_rating_is_refused_on_load(tmp_path):
    register = FILE.with_name("discrepancies.toml").read_text(encoding="utf-8")
    (tmp_path / "discrepancies.toml").write_text(register, encoding="utf-8")
    path = tmp_path / "smallbms_ng.toml"
    text = FILE.read_text(encoding="utf-8")
    old = 'load_current = ["500 mA"]'
    assert old in text
    path.write_text(text.replace(old, 'load_current = ["501 mA"]'), encoding="utf-8")
    with pytest.raises(SpecError, match=r"beyond the rating of CHARGER, 500mA"):
        load_spec(path, signatures())


def test_quotes_stand_on_the_cited_lines(spec, documents):
    cited = [source for clause in spec.clauses for source in clause.sources]
    assert misquoted(cited, spec, documents) == []
    assert all(len(source.quote) <= 60 for source in cited)  # quotes are short
