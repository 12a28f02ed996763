"""Cases that need a person: the battery brought back, preparing and finishing, interruption."""

from dataclasses import replace

import pytest
from rig import ROOT, Kept, simulated_bench, spec

from bench import execution
from bench.bench_file_reader import load_bench_file
from bench.capability import missing
from bench.execution import run_case
from bench.instructions import instruction
from bench.procedures.catalogue import PROCEDURES
from bench.verdict import Verdict
from instruments.supply import SupplyOutput
from simulation.wires.console import SimulatedConsole


def on_a_bus(name="smallbms"):
    return replace(spec(name).device, battery_link="bus")


def some_case(battery="healthy"):
    case = next(c for c in spec().cases() if c.test.procedure == "outputs.state")
    return replace(case, point=case.point | {"battery": battery})


@pytest.fixture
def rig(request):
    """Give a bench whose battery speaks on a bus, the laboratory, and what the battery was told."""
    told = []
    with simulated_bench(taken_for=on_a_bus()) as (bench, laboratory):

        def battery(key, value):
            supply = bench.role(SupplyOutput, "supply")
            told.append((value, supply.is_enabled()))
            return ""

        laboratory.teach("battery", battery)
        yield bench, laboratory, told


def test_a_condition_is_asked_for_under_power_and_undone_in_the_same_case(rig):
    bench, _, told = rig
    assert run_case(some_case("prealarm"), bench, Kept()).fault is None
    assert told == [("prealarm", True), ("healthy", True)]


def test_a_healthy_case_asks_nothing(rig):
    bench, laboratory, told = rig
    run_case(some_case(), bench, Kept())
    assert told == []
    assert not any("operator" in line for line in laboratory.transcript.since(0))


def test_a_condition_left_by_a_broken_case_is_undone_before_the_next_has_power(rig, procedure):
    bench, _, told = rig
    procedure(measure=broken, prepare=None, finish=None)
    assert run_case(some_case("undervoltage"), bench, Kept()).verdict is Verdict.ERROR
    procedure(prepare=None, finish=None)
    assert told == [("undervoltage", True)]
    run_case(some_case(), bench, Kept())
    assert told[1:] == [("healthy", False)]
    run_case(some_case(), bench, Kept())
    assert len(told) == 2


def test_a_refusal_is_an_error_and_the_battery_is_not_trusted(rig):
    bench, laboratory, told = rig

    def refuse(key, value):
        told.append(value)
        raise ValueError("it smokes")

    laboratory.teach("battery", refuse)
    result = run_case(some_case("overvoltage"), bench, Kept())
    assert result.verdict is Verdict.ERROR
    assert result.fault is not None
    assert "it smokes" in result.fault.message
    run_case(some_case(), bench, Kept())
    assert told == ["overvoltage", "healthy"]


def test_a_cable_on_a_bus_is_parted_by_the_loop(rig):
    bench, _, told = rig
    run_case(some_case("cable_open"), bench, Kept())
    assert told == []
    assert bench.battery.roles("cable_open") == ("loop.1", "loop.2", "loop.3")
    assert bench.battery.roles("prealarm") == ()


def test_capability_asks_the_coding_of_the_battery_link():
    reference = load_bench_file(ROOT / "benches" / "reference.toml")
    case = some_case("overvoltage")
    assert missing(case, reference, spec().device) == ""
    assert "does not say in [battery_bus] how to signal 'overvoltage'" in missing(
        case, reference, on_a_bus()
    )
    assert missing(some_case("prealarm"), reference, on_a_bus()) == ""


def test_ctrl_c_at_a_prompt_is_recorded_and_leaves_the_bench_safe(rig, monkeypatch):
    bench, laboratory, _ = rig

    def interrupt(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(SimulatedConsole, "read_line", interrupt)
    kept = Kept()
    with pytest.raises(KeyboardInterrupt):
        run_case(some_case("prealarm"), bench, kept)
    (result,) = kept.results
    assert result.fault is not None
    assert result.fault.interrupted
    assert not bench.unsafe
    assert abs(laboratory.world.voltage("BAT+", "BAT-")) < 1.0


# --- prepare, finish, powered --------------------------------------------------------------------


@pytest.fixture
def procedure(monkeypatch):
    """Let a test change the procedure of ``some_case``; give what its hooks saw of the power."""
    seen = []

    def note(word):
        def hook(bench, point, arguments):
            seen.append((word, bench.role(SupplyOutput, "supply").is_enabled()))

        return hook

    def change(**changes):
        altered = replace(
            PROCEDURES["outputs.state"], prepare=note("prepare"), finish=note("finish")
        )
        altered = replace(altered, **changes)
        monkeypatch.setattr(execution, "PROCEDURES", {"outputs.state": altered})
        return seen

    return change


def broken(bench, point, arguments):
    raise ValueError("broken")
    yield


def test_fitting_is_done_without_power_before_and_after(rig, procedure):
    bench, _, _ = rig
    seen = procedure()
    assert run_case(some_case(), bench, Kept()).fault is None
    assert seen == [("prepare", False), ("finish", False)]


def test_finishing_comes_after_an_error_too(rig, procedure):
    bench, _, _ = rig
    seen = procedure(measure=broken)
    assert run_case(some_case(), bench, Kept()).verdict is Verdict.ERROR
    assert seen[-1] == ("finish", False)


def test_a_finish_that_fails_is_an_error_of_the_case(rig, procedure):
    bench, _, _ = rig

    def refuse(bench, point, arguments):
        bench.operator().carry_out(instruction("app.factory_reset"))

    procedure(finish=refuse)
    result = run_case(some_case(), bench, Kept())
    assert result.verdict is Verdict.ERROR
    assert result.fault is not None
    assert "no app" in result.fault.message


def test_nobody_touches_a_bench_that_is_not_safe(rig, procedure):
    bench, laboratory, _ = rig

    def cut(bench, point, arguments):
        laboratory.cut("supply")
        yield from ()

    seen = procedure(measure=cut)
    run_case(some_case(), bench, Kept())
    assert bench.unsafe
    assert ("finish", False) not in seen
    laboratory.mend("supply")
    bench.make_safe()


def test_nobody_is_asked_after_an_interruption(rig, procedure):
    bench, _, _ = rig

    def interrupt(bench, point, arguments):
        raise KeyboardInterrupt
        yield

    seen = procedure(measure=interrupt)
    with pytest.raises(KeyboardInterrupt):
        run_case(some_case(), bench, Kept())
    assert seen == [("prepare", False)]


def test_an_inspection_applies_nothing(rig, procedure):
    bench, laboratory, _ = rig
    mark = []

    def look(bench, point, arguments):
        mark.append(bench.role(SupplyOutput, "supply").is_enabled())
        yield from ()

    procedure(measure=look, powered=False)
    run_case(some_case(), bench, Kept())
    assert mark == [False]
    assert not any("OUTP 1" in line or "OUTP ON" in line for line in laboratory.transcript.since(0))
