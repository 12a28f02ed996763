"""Rates of wrong statements: what is counted, what theory promises, and that both paths agree."""

from dataclasses import replace
from math import pi, sqrt
from random import Random

import pytest
from typer.testing import CliRunner

from bench.errors import ConfigError
from bench.limit import DecisionRule, Limit
from bench.measurement import Measurement
from bench.risk import chances
from bench.verdict import Verdict
from reports.rates import Errors, Rate, Units, wilson
from reports.rates_page import AGREEMENT, to_html
from reports.rates_text import summary, to_csv, wrong
from simulation.dut.parameters import DATA_FILES, data_sheet
from simulation.dut.tolerance import drawn, tolerances
from station.batch import Batch
from station.cli import app
from station.cores import on_cores
from station.defects import chosen, drawn_unit
from station.drawn import measure_rates
from station.ledger import open_ledger
from station.unit import Unit

LIMIT = Limit(low=1.0, high=3.0, unit="V", basis="an example")
SOME = ("S-LOAD-LEVEL.light[vbat=70V]", "S-CUR-OFF.nominal", "S-LOAD-IMAX[vbat=12.8V")


@pytest.fixture(scope="module")
def rates(tmp_path_factory):
    """Return the rates of a few cases of S: 400 units as arrays, 4 through the drivers."""
    (golden,), _ = chosen(["smallbms"], "", [])
    only = frozenset(case.id for case in golden.cases() if case.id.startswith(SOME))
    assert len(only) == len(SOME)
    with open_ledger(tmp_path_factory.mktemp("rates")) as ledger:
        (found,) = measure_rates(
            [replace(golden, only=only)],
            ledger,
            count=400,
            sample=4,
            seed=7,
            spread=on_cores(1),
            told=lambda *news: None,
        )
    return found


def entries(found, units, errors):
    return [
        rates
        for case in found.cases
        for rates in case.rates
        if (rates.units, rates.errors) == (units, errors)
    ]


def test_arrays_and_drivers_read_alike(rates):
    assert {case.compared for case in rates.cases} == {4}
    assert all(0.0 < case.agreement < AGREEMENT for case in rates.cases)
    assert list(wrong(rates)) == []


def test_units_of_production_are_not_rejected(rates):
    for entry in entries(rates, Units.PRODUCTION, Errors.SIMULATED):
        assert entry.false_accept.total == 0, "a tolerance reaches beyond a limit"
        assert entry.false_reject == Rate(count=0, total=400, promised=pytest.approx(0.0, abs=1e-9))
    assert all(clause.alarms.count == 0 for clause in rates.clauses)


def test_with_the_errors_that_a_rule_assumes_its_promise_is_kept_and_no_more(rates):
    found = entries(rates, Units.BORDER, Errors.NORMAL)
    assert {entry.rule for entry in found} == set(DecisionRule)
    for entry in found:
        assert entry.false_reject.total + entry.false_accept.total == 400
        assert entry.false_accept.total > 150
        for rate in (entry.false_reject, entry.false_accept, entry.undecided):
            assert not rate.is_other, entry


def test_simple_acceptance_at_the_border_is_wrong_as_often_as_analysis_says(rates):
    # units uniform within 4 u of the limit: the mean of P(error > distance) is 1/(4 sqrt(2 pi))
    expected = 1.0 / (4.0 * sqrt(2.0 * pi))
    (rate,) = [
        entry.false_reject
        for entry in entries(rates, Units.BORDER, Errors.NORMAL)
        if entry.rule is DecisionRule.SIMPLE
    ][:1]
    assert rate.promised == pytest.approx(expected, rel=0.2)


@pytest.mark.parametrize("rule", DecisionRule)
@pytest.mark.parametrize("true", [0.9, 1.05, 2.0, 2.97, 3.2])
def test_the_chances_are_those_of_the_limit_itself(rule, true):
    u = 0.05
    dice = Random(3)  # noqa: S311 - not for secrets
    values = [dice.gauss(true, u) for _ in range(4000)]
    said = [
        LIMIT.judge(
            Measurement(name="", value=value, unit="V", uncertainty=u, elapsed=0.0, source=""),
            rule,
        ).verdict
        for value in values
    ]
    promised = chances(LIMIT, rule, true, u)
    for verdict, chance in ((Verdict.PASS, promised.passing), (Verdict.FAIL, promised.failing)):
        low, high = wilson(said.count(verdict), len(said), 0.9999)
        assert low <= chance <= high


def test_the_interval_is_wilsons():
    # E. B. Wilson's interval for 1 of 10 at 95 %, as in Brown, Cai, DasGupta (2001), eq. 4
    assert wilson(1, 10, 0.95) == pytest.approx((0.0179, 0.4042), abs=1e-4)
    assert wilson(0, 1000, 0.95) == pytest.approx((0.0, 0.003827), abs=1e-6)
    assert wilson(0, 0) == (0.0, 1.0)


def test_a_broken_promise_is_said_and_makes_the_command_fail(rates):
    case = rates.cases[0]
    bad = replace(case.rates[0], false_reject=Rate(count=40, total=400, promised=0.01))
    spoilt = replace(rates, cases=[replace(case, rates=[bad], agreement=0.9), *rates.cases[1:]])
    told = "\n".join(summary([spoilt]))
    assert "more false rejects (6.8 to 15 %) than promised (1 %)" in told
    assert "arrays and drivers are 0.90 u apart" in told
    assert "worse than promised" in to_html([spoilt])
    assert "disagree" in to_html([spoilt])


def test_page_and_table_hold_every_population(rates):
    page = to_html([rates])
    for heading in ("Units of production", "Units at the border", "through the drivers"):
        assert heading in page
    assert to_csv([rates]).count("\n") == 1 + len(SOME) * 9


@pytest.mark.parametrize("device", DATA_FILES)
def test_the_nominal_unit_lies_within_its_tolerances(device):
    entries = tolerances(device)
    assert entries
    clauses = {clause.id for clause in Unit(device=device).spec().clauses}
    for entry in entries:
        assert entry.low <= data_sheet(device).parameters[entry.parameter].value <= entry.high
        assert set(entry.clauses) <= clauses
        values = [drawn(device, 1, number)[entry.parameter] for number in range(50)]
        assert entry.low <= min(values) < max(values) <= entry.high


def test_a_drawn_unit_can_be_built_in_by_its_word():
    unit = drawn_unit("smallbms", 1, 17)
    assert unit.word == "drawn:1:17"
    assert unit.definition == drawn_unit("smallbms", 1, 17).definition
    assert unit.definition != drawn_unit("smallbms", 1, 18).definition
    with pytest.raises(ValueError, match="drawn:SEED:NUMBER"):
        drawn_unit("smallbms", "x", 1)


def test_what_no_tolerance_moves_is_refused(tmp_path):
    unit = Unit(device="smallbms")
    case = next(case for case in unit.cases() if case.clause.id == "S-LED-RED")
    with pytest.raises(ConfigError, match="no tolerance moves"):
        Batch(unit=unit, case_id=case.id, count=10, seed=1, kept=0).outcome()


def test_the_command_draws_units(tmp_path, monkeypatch):
    cases = [case for case in Unit(device="smallbms").cases() if case.id.startswith(SOME[1])]
    monkeypatch.setattr(Unit, "cases", lambda unit: cases)
    arguments = ["rates", "smallbms", "--units", "100", "--sample", "1", "--workers", "1"]
    done = CliRunner().invoke(app, [*arguments, "--out", str(tmp_path)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "100 units of production as arrays, at most 0 false rejects" in done.output
    assert (tmp_path / "rates.html").is_file()
    assert (tmp_path / "rates.csv").is_file()
