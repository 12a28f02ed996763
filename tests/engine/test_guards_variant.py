"""The wrong unit behind the connector, and what only one variant stands."""

import pytest
from guard_rig import DEVICES, MINIMAL, SIMULATED, contacts, fitted, healthy, power_by_hand
from rig import Kept, spec

from bench.errors import SafetyTrip
from bench.execution import run_case
from bench.verdict import Verdict
from instruments.load import LoadInput


@pytest.mark.parametrize("bench_name", [SIMULATED, MINIMAL])
@pytest.mark.parametrize(
    ("named", "real", "looks_like"),
    [
        ("smallbms", "smallbms_ng", "looks like smallBMS NG"),
        ("smallbms_prealarm", "smallbms_ng", "looks like smallBMS NG"),
        ("smallbms_ng", "smallbms", "looks like smallBMS"),
        ("smallbms_ng", "smallbms_prealarm", "smallBMS with pre-alarm"),
    ],
)
def test_a_wrong_unit_stops_every_case_as_an_error_of_the_bench(
    named, real, looks_like, bench_name
):
    cases = [c for c in spec(named).cases() if c.test.procedure == "outputs.state"][:2]
    with fitted(named, real, bench_name) as (bench, laboratory):
        for case in cases:
            result = run_case(case, bench, Kept())
            assert result.verdict is Verdict.ERROR
            assert result.checks == ()
            assert result.fault is not None
            assert result.fault.kind == "SafetyTrip"
            assert looks_like in result.fault.message
            assert "CHARGER 0." in result.fault.message  # what was measured
        assert laboratory.world.voltage("BAT+", "BAT-") < 1.0


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("bench_name", [SIMULATED, MINIMAL])
def test_the_right_unit_is_confirmed_and_the_bench_ends_safe(device, bench_name):
    with fitted(device, bench=bench_name) as (bench, laboratory):
        assert bench.confirm_variant().confirmed
        assert laboratory.world.voltage("BAT+", "BAT-") < 1.0
        assert bench.closed == frozenset()


def test_what_another_variant_would_not_survive_waits_for_the_look():
    with fitted("smallbms") as (bench, _):
        power_by_hand(bench)
        with pytest.raises(SafetyTrip, match="call confirm_variant"):
            bench.switch(close=contacts("CHARGER"))
        bench.apply(healthy("smallbms"), settle=2.0)
        bench.switch(close=contacts("CHARGER"))


def test_a_pre_alarm_output_is_loaded_beyond_what_the_ng_stands_only_when_it_is_none():
    with fitted("smallbms_prealarm") as (bench, _):
        power_by_hand(bench)
        bench.switch(close=("to_bus.PRE-ALARM", "bus_load"))
        load = bench.role(LoadInput, "load")
        load.set_current(0.5)
        with pytest.raises(SafetyTrip, match="confirm_variant"):
            load.set_current(1.0)
        bench.apply(healthy("smallbms_prealarm"), settle=2.0)
        bench.switch(close=("to_bus.PRE-ALARM", "bus_load"))
        load.set_current(1.0)


@pytest.mark.parametrize(
    ("device", "fault"),
    [
        ("smallbms", "outputs-swapped"),
        ("smallbms_prealarm", "outputs-swapped"),
        ("smallbms", "charger-not-high"),
        ("smallbms", "dead"),
        ("smallbms_ng", "charger-drop-0v6"),
        ("smallbms_prealarm", "supply-current-plus-20pct"),
    ],
)
def test_a_defect_is_not_taken_for_another_variant(device, fault):
    case = next(c for c in spec(device).cases() if c.test.procedure == "outputs.state")
    with fitted(device, faults=(fault,)) as (bench, _):
        assert bench.confirm_variant().mismatch == ""
        assert run_case(case, bench, Kept()).verdict is not Verdict.ERROR


@pytest.mark.parametrize(
    ("device", "terminal", "current"),
    [
        ("smallbms", "LOAD", 1.01),
        ("smallbms", "CHARGER", 0.011),
        ("smallbms_prealarm", "PRE-ALARM", 1.01),
        ("smallbms_ng", "LOAD", 1.01),
        ("smallbms_ng", "CHARGER", 0.51),
        ("smallbms_ng", "PRE-ALARM", 0.51),
    ],
)
@pytest.mark.parametrize("order", ["route first", "set first", "look away"])
def test_no_order_of_calls_draws_more_than_the_rating(device, terminal, current, order):
    with fitted(device) as (bench, _):
        bench.apply(healthy(device), settle=2.0)
        load = bench.role(LoadInput, "load")
        route = (f"to_bus.{terminal}", "bus_load")

        def attempt() -> None:
            if order == "route first":
                bench.switch(close=route)
                load.set_current(current)
                load.enable()
                return
            load.set_current(current)
            load.enable()
            if order == "look away":
                load.enabled = False  # type: ignore[attr-defined]
            bench.switch(close=route)

        with pytest.raises((SafetyTrip, AttributeError)):
            attempt()
        assert not (load.is_enabled() and f"to_bus.{terminal}" in bench.closed)
