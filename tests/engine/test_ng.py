"""The smallBMS NG on the simulated bench: a conforming unit passes, a defective one does not."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import permutations

import pytest
from rig import ROOT, Kept

from bench.assembly import assembled, build_laboratory
from bench.bench import Bench
from bench.bench_file_reader import load_bench_file
from bench.capability import missing
from bench.errors import SafetyTrip
from bench.execution import run_case
from bench.procedures.catalogue import PROCEDURES, signatures
from bench.spec import Case, Spec
from bench.spec_file import load_spec
from bench.verdict import Verdict, worst
from instruments.load import LoadInput
from instruments.relay import Relay
from simulation.faults import fault_names, find_fault

NAME = "smallbms_ng"
OUTPUTS = ("LOAD", "CHARGER", "PRE-ALARM")


@cache
def spec() -> Spec:
    return load_spec(ROOT / "test_specs" / f"{NAME}.toml", signatures())


@cache
def runnable() -> list[Case]:
    file = load_bench_file(ROOT / "benches" / "simulated.toml")
    return [case for case in spec().cases() if not missing(case, file, spec().device)]


def cases(*clauses: str) -> list[Case]:
    return [case for case in runnable() if not clauses or case.clause.id in clauses]


@contextmanager
def opened(faults: Sequence[str] = ()) -> Generator[Bench]:
    file = load_bench_file(ROOT / "benches" / "simulated.toml")
    laboratory = build_laboratory(file, spec().device, faults, 1)
    try:
        with assembled(
            file, spec().device, laboratory.wires, laboratory.reseed, serial="T1"
        ) as bench:
            yield bench
    finally:
        laboratory.close()


def verdicts(chosen: Sequence[Case], faults: Sequence[str] = ()) -> dict[str, Verdict]:
    with opened(faults) as bench:
        return {case.id: run_case(case, bench, Kept()).verdict for case in chosen}


def test_a_conforming_unit_gets_nothing_worse_than_pass():
    found = verdicts(cases())
    assert set(found.values()) == {Verdict.PASS, Verdict.INFORMATIVE}
    judged = {case.clause.id for case in cases() if found[case.id] is Verdict.PASS}
    assert judged == {case.clause.id for case in cases()}


def _tried(fault: str) -> list[str]:
    """Return the clauses that a defect is against and that have cases on this bench."""
    having = {case.clause.id for case in cases()}
    return [clause for clause in find_fault(NAME, fault).clauses if clause in having]


CHAMBER_ONLY = {"cold-limit-12c", "air-temperature-unsigned"}
"""Between 5 and 12 degC, and below 0, a clause is tried in a chamber only: nobody sets it here."""


@pytest.mark.parametrize(
    "fault", [name for name in fault_names(NAME) if _tried(name) and name not in CHAMBER_ONLY]
)
def test_a_defect_fails_the_clauses_it_is_against(fault):
    clauses = _tried(fault)
    chosen = cases(*clauses)
    found = verdicts(chosen, [fault])
    if fault == "wrong-variant-fitted":
        assert set(found.values()) == {Verdict.ERROR}, "not one case is run on another device"
        return
    for clause in clauses:
        verdict = worst(found[case.id] for case in chosen if case.clause.id == clause)
        assert verdict is Verdict.FAIL, clause


def test_a_defect_of_one_output_is_seen_nowhere_else():
    others = cases("NG-LOAD-LEVEL", "NG-LOAD-IMAX", "NG-PRE-IDLE", "NG-CUR-ON")
    found = verdicts(others, ["charger-drop-0v6"])
    assert worst(found.values()) is Verdict.PASS


@pytest.mark.parametrize("terminal", OUTPUTS)
def test_no_contacts_can_short_an_output(terminal):
    start = cases("NG-REM-LINK")[1]
    with opened() as bench:
        bench.apply(start.point, settle=2.0)
        with pytest.raises(SafetyTrip):
            bench.switch(close=(f"to_bus.{terminal}", "bus_short"))
        for first, second in permutations((f"to_bus.{terminal}", "bus_short")):
            bench.role(Relay, first).energise()
            with pytest.raises(SafetyTrip):
                bench.role(Relay, second).energise()
            bench.role(Relay, first).release()


# Each output holds the first step of a ramp that the bench can draw, and is limited at
# the second, so that the procedure would go on to the short.
@pytest.mark.parametrize(
    ("terminal", "fault", "clause"),
    [
        ("LOAD", "load-limit-0a8@10e-3", "NG-REM-LINK"),
        ("CHARGER", "charger-limit-12ma@6e-3", "NG-REM-LINK"),
        ("PRE-ALARM", "prealarm-limit-0a3@6e-3", "NG-PRE-LEVEL"),
    ],
)
def test_the_procedure_of_the_older_devices_is_stopped_before_the_short(
    terminal, fault, clause, monkeypatch
):
    monkeypatch.setattr("bench.procedures.current_limit.RAMP", (0.006, 0.02))
    start = cases(clause)[1]
    with opened([fault]) as bench:
        bench.apply(start.point, settle=2.0)
        measure = PROCEDURES["outputs.current_limit"].measure
        with pytest.raises(SafetyTrip, match=f"{terminal} is not short-circuit protected"):
            list(measure(bench, start.point, {"terminal": terminal}))
        assert "bus_short" not in bench.closed


@pytest.mark.parametrize(
    ("terminal", "rating"), [("LOAD", 1.0), ("CHARGER", 0.5), ("PRE-ALARM", 0.5)]
)
def test_no_more_than_the_rating_is_drawn(terminal, rating):
    start = cases("NG-REM-LINK")[1]
    with opened() as bench:
        bench.apply(start.point, settle=2.0)
        bench.switch(close=(f"to_bus.{terminal}", "bus_load"))
        load = bench.role(LoadInput, "load")
        load.set_current(rating)
        with pytest.raises(SafetyTrip, match=f"beyond the rating of {terminal}"):
            load.set_current(rating + 0.01)
