"""What the plan foresees is what a run then finds."""

from dataclasses import replace
from functools import cache
from math import sqrt

import pytest
from rig import ROOT, Kept, simulated_bench, spec

from bench.bench_file_reader import load_bench_file
from bench.capability import missing
from bench.execution import run_case
from bench.foreseen import Capable, Rehearsal
from bench.rehearsal import rehearse
from bench.verdict import Verdict
from reports.foresight import rows, table
from reports.plan import duration, plan
from reports.request import Request

DEVICES = ("smallbms", "smallbms_prealarm", "smallbms_ng")
FACTOR = 2.0
"""U depends on the readings: on their scatter, and on the pull under which a leakage is larger."""


def bench_file(name: str):
    return load_bench_file(ROOT / "benches" / f"{name}.toml")


def sampled(device: str, bench: str, every: int):
    """Return some cases of every test: the first, and then each so many."""
    chosen, seen = [], dict[tuple[str, str], int]()
    for case in spec(device).cases():
        if missing(case, bench_file(bench), spec(device).device):
            continue
        key = (case.clause.id, case.test.name)
        if seen.setdefault(key, 0) % every == 0:
            chosen.append(case)
        seen[key] += 1
    return chosen


def ran(device: str, bench: str, cases):
    """Return the results of cases on a simulated bench, by case."""
    path = ROOT / "benches" / f"{bench}.toml"
    with simulated_bench(path=path, name=device, seed=7) as (opened, _):
        return {case.id: run_case(case, opened, Kept()) for case in cases}


@cache
def ran_on_reference(device: str):
    """Return what several tests look at: results of some cases of every test, and those cases."""
    cases = sampled(device, "reference", every=6)
    return cases, ran(device, "simulated", cases)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("copper", ["minimal", "reference"])
def test_what_is_foreseen_in_copper_is_what_a_run_finds(device, copper):
    cases = sampled(device, copper, every=6)
    rehearsal = rehearse(cases, bench_file(copper), spec(device).device)
    assert rehearsal.unknown == {}
    if copper == "reference":
        _, results = ran_on_reference(device)
    else:
        results = ran(device, "minimal-simulated", [c for c in cases if c.id in rehearsal.foreseen])
    for case_id, foreseen in rehearsal.foreseen.items():
        result = results[case_id]
        found = {check.measurement.name: check.measurement for check in result.checks}
        for one in foreseen:
            measured = 2.0 * found[one.quantity].uncertainty
            where = (case_id, one.quantity)
            assert measured / FACTOR <= one.expanded <= measured * FACTOR, where
        incapable = any(one.capable is Capable.NO for one in foreseen)
        assert (result.verdict is Verdict.INCONCLUSIVE) == incapable, case_id
    judged = {case.clause.id for case in cases if case.id in rehearsal.foreseen}
    assert len(judged) >= 8


def foreseen(device: str, bench: str, case_id: str, quantity: str):
    (case,) = (case for case in spec(device).cases() if case.id == case_id)
    rehearsal = rehearse([case], bench_file(bench), spec(device).device)
    (one,) = (one for one in rehearsal.foreseen[case_id] if one.quantity == quantity)
    return one


@pytest.mark.parametrize(("vbat", "volts"), [("8V", 8.0), ("70V", 70.0)])
def test_the_drop_on_the_minimal_bench_by_hand(vbat, volts):
    one = foreseen("smallbms", "minimal", f"S-LOAD-LEVEL.light[vbat={vbat}]", "drop")
    # two readings, each with 2 mV of the T7 times 25 and 0.2 % of the divider, all rectangular
    each = sqrt((0.002 * 25.0) ** 2 + (0.002 * volts) ** 2) / sqrt(3.0)
    assert one.expanded == pytest.approx(2.0 * sqrt(2.0) * each, rel=0.02)
    assert one.index == pytest.approx(0.1 / (2.0 * one.expanded))
    assert one.capable is Capable.NO


def test_the_supply_current_on_the_minimal_bench_by_hand():
    one = foreseen("smallbms", "minimal", "S-CUR-ON.nominal[vbat=12.8V]", "supply_current")
    assert one.expanded == pytest.approx(2.0 * 0.010 / sqrt(3.0), rel=0.05)  # 10 mA of the supply
    assert one.capable is Capable.NO


def test_the_drop_on_the_reference_bench_by_hand():
    one = foreseen("smallbms", "reference", "S-LOAD-LEVEL.light[vbat=70V]", "drop")
    # 20 mV on the 100 mV range: 0.0050 % of reading + 0.0060 % of range
    assert one.expanded == pytest.approx(2.0 * (0.02 * 50e-6 + 0.1 * 60e-6) / sqrt(3.0), rel=0.2)
    assert one.capable is Capable.YES


def test_an_accuracy_that_nobody_stated_is_told_beforehand():
    file = bench_file("minimal")
    supply = replace(file.instruments["supply"], accuracies={})
    file = replace(file, instruments={**file.instruments, "supply": supply})
    case = next(c for c in spec().cases() if c.id.startswith("S-CUR-ON.nominal"))
    rehearsal = rehearse([case], file, spec().device)
    assert "[instruments.supply.accuracy.voltage]" in rehearsal.unknown[case.id]
    assert "Not foreseen for 1 cases" in "\n".join(table([case], rehearsal))


def test_an_instrument_without_a_simulation_is_no_reason_to_fail():
    file = bench_file("minimal")
    load = replace(file.instruments["load"], model="acme.L1")
    file = replace(file, instruments={**file.instruments, "load": load})
    case = next(c for c in spec().cases() if c.id.startswith("S-CUR-ON.nominal"))
    rehearsal = rehearse([case], file, spec().device)
    assert "acme.L1" in rehearsal.unknown[case.id]


def test_states_have_no_uncertainty_to_foresee():
    case = next(c for c in spec().cases() if c.clause.id == "S-REM-LINK")
    rehearsal = rehearse([case], bench_file("minimal"), spec().device)
    assert rehearsal == Rehearsal(foreseen={}, unknown={})
    assert list(table([case], rehearsal)) == []


def test_the_worst_point_of_a_test_stands_for_it_and_what_cannot_be_decided_comes_first():
    cases = [c for c in spec().cases() if c.clause.id in ("S-LOAD-LEVEL", "S-CHG-LEVEL")]
    cases = [c for c in cases if c.test.name == "light"]
    cases = [c for c in cases if not missing(c, bench_file("minimal"), spec().device)]
    rehearsal = rehearse(cases, bench_file("minimal"), spec().device)
    load, charger = rows(cases, rehearsal.foreseen)
    assert (load.test, load.at, load.incapable, load.cases) == (
        "S-LOAD-LEVEL.light",
        "vbat=70V",
        11,
        11,
    )
    assert (charger.test, charger.worst.capable) == ("S-CHG-LEVEL.light", Capable.MARGINAL)


def test_the_plan_of_a_bench_in_copper_says_it_in_words_and_opens_nothing():
    request = Request(bench_path=ROOT / "benches" / "minimal.toml")
    told = "\n".join(plan(request, {"S-LOAD-LEVEL.light[vbat=70V]", "S-REM-LINK.linked[vbat=8V]"}))
    assert "nothing is opened" in told
    assert "S-LOAD-LEVEL.light  drop      at most 0.1 V  0.24 V  vbat=70V  0.21  NO" in told
    assert "1 of 1 cases cannot be decided on this bench" in told


@pytest.mark.parametrize("device", DEVICES)
def test_the_plan_says_how_long_a_bench_is_busy(device):
    cases, results = ran_on_reference(device)
    took = sum(result.ended - result.started for result in results.values())
    assert sum(map(duration, cases)) == pytest.approx(took, rel=0.35)
