"""The shipped spec data: complete, cited word for word, sensible for a bench."""

from collections import Counter
from hashlib import sha256

import pytest
from spec_data_rig import BASIC_ROWS, ROOT, TRUTH_TABLE, misquoted

from bench.procedures.catalogue import signatures
from bench.spec import Verify
from bench.spec_file import load_spec

FILE = ROOT / "test_specs" / "smallbms.toml"

# The clauses of the first device, from the list that was drawn up of its data sheet.
CLAUSES = {
    "S-SUP-RANGE": "bench-with-battery",
    "S-SUP-SYSTEMS": "bench-with-battery",
    "S-CUR-ON": "bench-with-battery",
    "S-CUR-LOWCELL": "bench-with-battery",
    "S-CUR-OFF": "bench",
    "S-LOAD-LEVEL": "bench-with-battery",
    "S-LOAD-IMAX": "bench-with-battery",
    "S-LOAD-NOSC": "guard",
    "S-LOAD-FLOAT": "bench-with-battery",
    "S-LOAD-UV": "bench-with-battery",
    "S-LOAD-USES": "bench",
    "S-CHG-LEVEL": "bench-with-battery",
    "S-CHG-ILIM": "bench-with-battery",
    "S-CHG-FLOAT": "bench-with-battery",
    "S-CHG-OV": "bench-with-battery",
    "S-CHG-OT": "bench-with-battery",
    "S-CHG-UT": "bench-with-battery",
    "S-CHG-NOINDUCT": "inspection",
    "S-CHG-USES": "bench",
    "S-PRE-NONE": "inspection",
    "S-REM-LINK": "bench",
    "S-REM-L": "bench",
    "S-REM-H": "bench",
    "S-REM-OFF": "bench",
    "S-REM-BOTH": "bench",
    "S-REM-ALT": "bench",
    "S-LED-BLUE": "bench-with-battery",
    "S-LED-RED": "bench-with-battery",
    "S-SYS-BATT": "not-here",
    "S-ENV-TEMP": "chamber",
    "S-ENV-HUM": "not-here",
    "S-ENV-IP": "inspection",
    "S-MEC-MAT": "inspection",
    "S-MEC-WEIGHT": "inspection",
    "S-MEC-DIM": "inspection",
    "ALL-SYS-NOVEBUS": "inspection",
}


@pytest.fixture(scope="module")
def spec():
    return load_spec(FILE, signatures())


@pytest.fixture(scope="module")
def cases(spec):
    return spec.cases()


def test_every_clause_of_the_data_sheet_is_there(spec):
    assert {clause.id: clause.verify.value for clause in spec.clauses} == CLAUSES


def test_every_clause_has_sources_and_either_tests_or_a_reason(spec):
    for clause in spec.clauses:
        assert clause.sources, clause.id
        assert bool(clause.tests) != bool(clause.reason), clause.id


def test_what_the_bench_can_verify_is_tested_and_judged(spec):
    for clause in spec.clauses:
        on_the_bench = clause.verify not in (Verify.NOT_HERE, Verify.GUARD, Verify.APP)
        assert bool(clause.tests) == on_the_bench, clause.id
        limits = [limit for test in clause.tests for limit in test.limits.values()]
        assert any(not limit.informative for limit in limits) == on_the_bench, clause.id


def test_cases_are_many_and_named_apart(cases):
    names = [case.id for case in cases]
    assert len(names) >= 250
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


def test_every_test_has_limits_and_every_limit_a_basis(spec):
    for clause in spec.clauses:
        for test in clause.tests:
            assert test.limits, clause.id
            for limit in test.limits.values():
                assert limit.basis.split(":")[0].split()[0] in ("stated", "derived"), limit
                assert not limit.reading or limit.reading in spec.discrepancies
                assert not limit.reading or limit.reading in clause.discrepancies, clause.id


def test_nothing_is_asked_that_a_unit_must_never_see(spec, cases):
    for case in cases:
        assert 8.0 <= case.point.vbat <= 70.0, case
        for axis in ("remote_l", "remote_h"):
            level = case.point.remote(axis)
            assert level is None or 0.0 <= level <= case.point.vbat, case
    shorted = {case.test.arguments["terminal"] for case in cases if "limit" in case.test.procedure}
    assert shorted == {"CHARGER"}
    assert "short.LOAD" in spec.device.forbidden
    assert not spec.device.ratings["LOAD"].short_circuit_protected


def test_the_truth_table_is_run_once_at_each_voltage(cases):
    found = Counter()
    for case in cases:
        if case.test.procedure != "outputs.state" or case.point.battery != "healthy":
            continue
        if not case.clause.id.startswith("S-REM-"):
            continue
        point = case.point
        row = (point.text("remote_l"), point.text("remote_h"), point.text("link"))
        expected = TRUTH_TABLE.get(row)
        if row not in TRUTH_TABLE:
            continue
        found[(row, point.vbat)] += 1
        for output in ("LOAD", "CHARGER"):
            limit = case.test.limits[f"state.{output}"]
            assert limit.informative == (expected is None), case
            assert expected is None or limit.equals == expected, case
    wanted = {(row, vbat) for row in TRUTH_TABLE for vbat in (12.8, 25.6, 51.2)}
    wanted |= {(row, vbat) for row in BASIC_ROWS for vbat in (8.0, 70.0)}
    assert wanted <= found.keys()
    assert set(found.values()) == {1}


# Figures as the data sheet prints them (English, lines 44 to 50); they must be the limits.
@pytest.mark.parametrize(
    ("clause", "measurement", "low", "high"),
    [
        ("S-CUR-ON", "supply_current", None, 2.7e-3),
        ("S-CUR-LOWCELL", "supply_current", None, 2e-3),
        ("S-CUR-OFF", "supply_current", None, 1.5e-3),
        ("S-LOAD-LEVEL", "drop", None, 0.1),
        ("S-CHG-LEVEL", "drop", None, 0.6),
        ("S-REM-L", "threshold_on", 3.5, None),
        ("S-REM-H", "threshold_on", None, 2.9),
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


def test_ratings_are_the_printed_ones(spec):
    assert spec.device.absolute_maximum == {"vbat": 70.0}
    assert spec.device.ratings["LOAD"].current == 1.0
    assert spec.device.ratings["CHARGER"].current == 0.01
    assert spec.device.ratings["CHARGER"].short_circuit_protected


def test_quotes_stand_on_the_cited_lines(spec, documents):
    cited = [source for clause in spec.clauses for source in clause.sources]
    for entry in spec.discrepancies.values():
        cited += [source for reading in entry.readings for source in reading.sources]
    assert misquoted(cited, spec, documents) == []
    assert len(cited) > 250


def test_documents_are_the_very_texts_that_were_read(spec, documents):
    for document in spec.documents.values():
        assert sha256((documents / document.file).read_bytes()).hexdigest() == document.sha256


def test_cited_languages_are_where_their_part_of_the_sheet_is(spec):
    # The titles of the parts of the sheet stand on these lines.
    starts = [(3, "en"), (58, "nl"), (111, "fr"), (165, "sv"), (220, "de"), (270, "pt")]
    starts += [(319, "es"), (372, "it")]
    for clause in spec.clauses:
        for source in clause.sources:
            if source.key == "smallbms":
                begun = [language for line, language in starts if line <= source.line]
                assert source.language == begun[-1], (clause.id, source)


def test_every_discrepancy_is_registered_once_with_readings(spec):
    assert spec.discrepancies
    for entry in spec.discrepancies.values():
        assert entry.adopted
        assert entry.reason
        assert entry.consequence
        assert all(reading.sources for reading in entry.readings)


def test_loading_twice_gives_the_same_cases(spec, cases):
    again = load_spec(FILE, signatures())
    assert [case.id for case in again.cases()] == [case.id for case in cases]
    assert again.sha256 == spec.sha256
