"""Outputs that give nothing: the unit fails, and nothing is asked of it that might hurt another."""

import pytest
from rig import Kept, simulated_bench, spec

from bench.execution import run_case
from bench.procedures.current_limit import NOT_DELIVERING, NOT_SHORTED
from bench.verdict import Verdict


def run(case_id, fault, monkeypatch):
    """Return the result, with which contacts were closed and whether the load ever sank."""
    name = "smallbms" if case_id.startswith("S-") else "smallbms_prealarm"
    (case,) = (case for case in spec(name).cases() if case.id == case_id)
    closed = set()
    with simulated_bench([fault], name=name) as (bench, _):
        switch = bench.switch

        def watched(*, close=(), release=()):
            closed.update(close)
            switch(close=close, release=release)

        monkeypatch.setattr(bench, "switch", watched)
        return run_case(case, bench, Kept()), closed


def values(result):
    return {check.measurement.name: check.measurement.value for check in result.checks}


@pytest.mark.parametrize("fault", ["dead", "charger-not-high", "link-ignored"])
def test_an_output_that_delivers_nothing_is_not_shorted(fault, monkeypatch):
    result, closed = run("S-CHG-ILIM[vbat=12.8V]", fault, monkeypatch)
    assert result.verdict is Verdict.FAIL
    assert values(result)["limiting"] == NOT_DELIVERING
    assert values(result)["short_current"] == NOT_SHORTED
    assert "to_bus.CHARGER" in closed
    assert "bus_short" not in closed


@pytest.mark.parametrize(
    "case_id",
    [
        "P-PRE-IMAX[vbat=12.8V,load_current=1A]",
        "P-PRE-LEVEL.curve[vbat=12.8V,load_current=1A]",
        "P-LOAD-IMAX[vbat=12.8V,load_current=1A]",
    ],
)
def test_an_absent_output_is_not_loaded(case_id, monkeypatch):
    result, closed = run(case_id, "dead", monkeypatch)
    assert result.verdict in (Verdict.FAIL, Verdict.INFORMATIVE)
    measured = values(result)
    assert measured["drop"] > 10.0, "all but what the meter itself feeds into an open output"
    assert measured["load_current"] == pytest.approx(0.0, abs=1e-4)
    assert not {role for role in closed if role.startswith("to_bus")}


def test_a_loose_contact_fails_the_clause_of_the_level(monkeypatch):
    result, _ = run("S-LOAD-LEVEL.steady", "load-intermittent", monkeypatch)
    assert result.verdict is Verdict.FAIL
    assert values(result)["drop"] > 1.0
