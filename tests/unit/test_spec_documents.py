"""The spec files held against the documents from the other side: line by line, figure by figure."""

import re
import tomllib
from collections import Counter
from math import isclose

import pytest
from spec_data_rig import ROOT

from bench.procedures.catalogue import signatures
from bench.quantity import parse_as
from bench.spec import Clause, Spec
from bench.spec_file import load_spec

FOLDER = ROOT / "test_specs"
DEVICES = ("smallbms", "smallbms_prealarm", "smallbms_ng")
UNCITED = tomllib.loads(
    (ROOT / "tests" / "unit" / "uncited_lines.toml").read_text(encoding="utf-8")
)
NUMBER = re.compile(r"(?<![\w.,])\d+(?:[ .,]\d+)?")
PREFIXES = (1.0, 1e-3)  # of the units that are printed: V, A, mA, s


@pytest.fixture(scope="module")
def specs():
    return [load_spec(FOLDER / f"{name}.toml", signatures()) for name in DEVICES]


@pytest.fixture(scope="module")
def texts(specs, documents):
    return {
        key: (documents / document.file).read_text(encoding="utf-8").split("\n")
        for key, document in specs[0].documents.items()
    }


def numbers(text: str) -> set[float]:
    return {float(found.replace(",", ".").replace(" ", "")) for found in NUMBER.findall(text)}


def listed(key: str) -> Counter[int]:
    """Return the lines of a document that are listed as holding no statement, with how often."""
    found: Counter[int] = Counter()
    for spans in UNCITED[key].values():
        for span in spans:
            first, _, last = span.partition("-")
            found.update(range(int(first), int(last or first) + 1))
    return found


def cited(specs: list[Spec], key: str) -> set[int]:
    lines = {s.line for spec in specs for c in spec.clauses for s in c.sources if s.key == key}
    for entry in specs[0].discrepancies.values():
        lines |= {s.line for reading in entry.readings for s in reading.sources if s.key == key}
    return lines


@pytest.mark.parametrize("key", sorted(UNCITED))
def test_every_line_of_a_document_is_cited_or_says_why_not(specs, texts, key):
    written = {number for number, line in enumerate(texts[key], start=1) if line.strip()}
    without = listed(key)
    assert written - cited(specs, key) - set(without) == set(), "no clause and no reason"
    assert set(without) & cited(specs, key) == set(), "cited after all: take it off the list"
    assert {number for number in without if without[number] > 1} == set()


def test_each_document_has_its_list(specs):
    assert set(UNCITED) == set(specs[0].documents)


def test_a_clause_of_the_sheet_in_eight_languages_cites_them_all(specs):
    (sheet,) = [document for key, document in specs[0].documents.items() if key == "smallbms"]
    lacking = {
        clause.id: set(sheet.languages) - languages
        for clause in specs[0].clauses
        if (languages := {s.language for s in clause.sources if s.key == "smallbms"})
        != set(sheet.languages)
    }
    # In French the row is missing (D-FR-ROW), and the output is called protected (D-FR-SC).
    assert lacking == {"S-CUR-LOWCELL": {"fr"}, "S-LOAD-NOSC": {"fr"}}
    entries = {clause.id: clause.discrepancies for clause in specs[0].clauses}
    assert "D-FR-ROW" in entries["S-CUR-LOWCELL"]
    assert "D-FR-SC" in entries["S-LOAD-NOSC"]


def test_a_clause_of_one_sheet_of_the_ng_is_one_of_the_other_too(specs):
    """The German and the French sheet are the same sheet: a statement is in both or disputed."""
    for clause in specs[2].clauses:
        keys = {source.key for source in clause.sources}
        assert ("ng-de" in keys) == ("ng-fr" in keys), clause.id


# Figures that the document writes as a word, or that follow from one.
WORDS = {
    "S-PRE-NONE": ("2", "two outputs"),
    "S-REM-ALT": ("0", "battery minus"),
    "NG-REM-ALT": ("0", "batteriminus"),
    "NG-RESET": ("5", "Urladdningsgolv"),
    "NG-BLE-IR": ("7", "Visuella meddelanden"),
    "NG-TERM": ("7", "sjustiftig"),
    "NG-SYS-CHAIN": ("3", "trepoliga"),
}


def test_the_figure_of_a_clause_stands_on_its_cited_lines(specs, texts):
    for spec in specs:
        for clause in spec.clauses:
            lines = " | ".join(texts[source.key][source.line - 1] for source in clause.sources)
            missing = numbers(clause.figure) - numbers(lines)
            if missing:
                digit, word = WORDS[clause.id]
                assert missing == {float(digit)}, clause.id
                assert word in lines, clause.id


def quoted(clause: Clause, spec: Spec, reading: str) -> set[float]:
    """Return the numbers in the quotes of a clause and of the entry that its limit rests on."""
    sources = list(clause.sources)
    if reading:
        sources += [s for r in spec.discrepancies[reading].readings for s in r.sources]
    return numbers(" | ".join(source.quote for source in sources))


def test_what_a_limit_calls_stated_is_quoted(specs):
    """Each number before the word 'derived' is one of a quote; a bound that is stated too."""
    for spec in specs:
        for clause in spec.clauses:
            for test in clause.tests:
                for name, limit in test.limits.items():
                    if not limit.basis.startswith("stated"):
                        continue
                    where = (clause.id, test.name, name)
                    figures = quoted(clause, spec, limit.reading)
                    said = limit.basis.partition("derived")[0]
                    assert numbers(said) <= figures, where
                    if limit.informative or not said.startswith("stated figure"):
                        continue
                    bounds = [b for b in (limit.low, limit.high) if b is not None]
                    for bound in bounds if not numbers(said) else ():
                        assert any(
                            isclose(bound, figure * prefix)
                            for figure in figures
                            for prefix in PREFIXES
                        ), where


# Which side a printed figure is read to (D-TOL): not above, or not below.
SIDES = {"supply_current": "high", "drop": "high", "lead_time": "low"}


def test_a_stated_figure_bounds_the_side_that_the_register_says(specs):
    for spec in specs:
        for clause in spec.clauses:
            for test in clause.tests:
                for name, side in SIDES.items():
                    limit = test.limits.get(name)
                    if limit is None or limit.informative:
                        continue
                    other = {"high": limit.low, "low": limit.high}[side]
                    assert getattr(limit, side) is not None, (clause.id, test.name, name)
                    assert other is None, (clause.id, test.name, name)


def test_what_holds_an_output_at_its_rating_names_how_the_rating_is_read(specs):
    for spec in specs:
        held = [case for case in spec.cases() if case.test.procedure == "outputs.rating"]
        for case in held:
            rating = spec.device.ratings[str(case.test.arguments["terminal"])].current
            limit = case.test.limits.get("drop")
            if case.point.load_current == rating and limit and limit.high == 1.0:
                assert limit.reading == "D-LIMIT-WORD", case.id
        assert any(case.test.limits["drop"].reading for case in held)


def test_what_no_document_states_of_a_lost_battery_is_reported_only(specs):
    """Both outputs are expected to float (D-LOST), but a unit cannot fail by an expectation."""
    for spec in specs:
        for case in spec.cases():
            if case.point.battery != "cable_open":
                continue
            for name, limit in case.test.limits.items():
                if limit.equals in ("FLOAT", "DISENGAGED"):
                    assert limit.informative, (case, name)


def test_an_alarm_of_a_lost_battery_is_waited_for_alike(specs):
    """How long its warning lasts is not published; no clause may be stricter than another."""
    waits = set[float]()
    for case in specs[2].cases():
        limits = case.test.limits
        alarm = any(
            name.startswith("led.") or "A-B05" in str(limit.equals)
            for name, limit in limits.items()
            if not limit.informative
        )
        if case.point.battery == "cable_open" and alarm:
            waits.add(
                max(case.test.settle, parse_as(str(case.test.arguments.get("wait", "0 s")), "s"))
            )
    assert waits == {20.0}


def test_the_range_of_the_ng_is_judged_by_the_reading_of_its_error(specs):
    """Outside 9 V to 60 V an error is active: that both outputs stay high is a reading of it."""
    (clause,) = [clause for clause in specs[2].clauses if clause.id == "NG-SUP-RANGE"]
    over_the_range = [test for test in clause.tests if test.procedure != "outputs.watch"]
    limits = [limit for test in over_the_range for limit in test.limits.values()]
    assert {limit.reading for limit in limits} == {"D-EB09"}


def test_a_leakage_that_is_called_stated_is_one_of_load_or_charger(specs):
    """No document prints a sink current of PRE-ALARM."""
    for spec in specs:
        for clause in spec.clauses:
            for test in clause.tests:
                for name, limit in test.limits.items():
                    if name == "leakage.PRE-ALARM":
                        assert "sink current 0 A" not in limit.basis.partition("derived")[0]


# A clause may quote what stands against a contested reading of another device's document.
SUPPORTING = {("NG-PRE-30S", "D-NL-PRE")}


def test_a_clause_that_rests_on_a_dispute_that_decides_names_it(specs):
    """Severity A: what may change a verdict or destroy a unit."""
    for spec in specs:
        for entry in (e for e in spec.discrepancies.values() if e.severity == "A"):
            disputed = {(s.key, s.line, s.quote) for r in entry.readings for s in r.sources}
            for clause in spec.clauses:
                touched = any(
                    (source.key, source.line) == (key, line)
                    and (quote in source.quote or source.quote in quote)
                    for source in clause.sources
                    for key, line, quote in disputed
                )
                if touched and (clause.id, entry.id) not in SUPPORTING:
                    assert entry.id in clause.discrepancies, clause.id
