"""The engine on a bench that misbehaves: an instrument's failure is ERROR, and nothing is lost."""

from dataclasses import replace

import pytest
from rig import ROOT, Kept, case, simulated_bench, spec

from bench import execution
from bench.errors import ConfigError, SafetyTrip
from bench.execution import run_case
from bench.identification import UNKNOWN
from bench.procedures.catalogue import PROCEDURES
from bench.results import CaseError, Nonconformance
from bench.verdict import Verdict
from instruments.errors import Exchange, NoAnswer, OutOfRange
from instruments.load import LoadInput
from instruments.relay import Relay
from instruments.supply import SupplyOutput

LEVEL = next(c.id for c in spec().cases() if c.id.startswith("S-LOAD-LEVEL"))
RANGE = "S-SUP-RANGE[vbat=12V]"


def test_a_conforming_unit_passes_and_the_bench_ends_safe():
    kept = Kept()
    with simulated_bench() as (bench, laboratory):
        result = run_case(case(RANGE), bench, kept)
        assert laboratory.world.voltage("BAT+", "BAT-") < 1.0
        assert bench.closed == frozenset()
    assert result.verdict is Verdict.PASS
    assert result.transcript == ()
    assert kept.results == [result]
    result.raise_for_verdict()


def test_a_defect_fails_with_value_and_limit_and_keeps_the_transcript():
    kept = Kept()
    with simulated_bench(["load-drop-0v3"]) as (bench, _):
        result = run_case(case(LEVEL), bench, kept)
    assert result.verdict is Verdict.FAIL
    drop = next(check for check in result.checks if check.measurement.name == "drop")
    assert drop.judgement is not None
    assert drop.judgement.margin is not None
    assert drop.judgement.margin < 0
    assert any("supply" in line for line in result.transcript)
    with pytest.raises(Nonconformance, match=r"FAIL: drop = 0\.\d+ V, margin -0\.2 V"):
        result.raise_for_verdict()


def test_a_pulled_cable_is_an_error_and_stops_the_bench():
    kept = Kept()
    with simulated_bench() as (bench, laboratory):
        laboratory.cut("daq")
        result = run_case(case(RANGE), bench, kept)
        assert result.verdict is Verdict.ERROR
        assert result.fault is not None
        assert result.fault.kind == "NoAnswer"
        assert "daq" in bench.unsafe
        with pytest.raises(CaseError):
            result.raise_for_verdict()
        second = run_case(case(RANGE), bench, kept)
        assert second.verdict is Verdict.ERROR
        assert second.fault is not None
        assert "nothing may start" in second.fault.message
        # what still answers has been made safe
        assert laboratory.world.voltage("BAT+", "BAT-") < 1.0
    assert len(kept.results) == 2


@pytest.mark.parametrize("reply", ["garbage\n", "nan\n", "9.9E+37\n", "\n", "\xff\xfe"])
def test_a_reply_that_is_no_reading_is_an_error_and_the_run_goes_on(reply):
    kept = Kept()
    with simulated_bench() as (bench, laboratory):
        bench.apply(case(RANGE).point, settle=2.0)
        laboratory.garble("supply", reply)
        result = run_case(case(RANGE), bench, kept)
        assert result.verdict is Verdict.ERROR
        assert run_case(case(RANGE), bench, kept).verdict is Verdict.PASS


@pytest.mark.parametrize("cable", ["supply", "relays"])
def test_what_could_not_be_made_safe_is_not_taken_for_safe(cable):
    point = case("S-SUP-RANGE[vbat=64V]").point
    with simulated_bench() as (bench, laboratory):
        bench.apply(point, settle=2.0)
        bench.switch(close=("to_bus.LOAD",))
        laboratory.cut(cable)
        assert bench.make_safe()
        assert (bench._roles.supply_level == 64.0) is (cable == "supply")
        assert ("to_bus.LOAD" in bench.closed) is (cable == "relays")
        laboratory.mend(cable)
        with pytest.raises(SafetyTrip, match="nothing may start"):
            bench.apply(point, settle=2.0)
        assert bench.make_safe() == ()
        assert bench._roles.supply_level == 0.0
        assert bench.closed == frozenset()
        bench.apply(point, settle=2.0)


def altered(monkeypatch, **changes):
    """Change the procedure of the case RANGE."""
    name = case(RANGE).test.procedure
    changed = {name: replace(PROCEDURES[name], **changes)}
    monkeypatch.setattr(execution, "PROCEDURES", changed)
    return PROCEDURES[name]


def test_a_limit_that_nothing_was_measured_for_is_an_error(monkeypatch):
    altered(monkeypatch, measure=lambda *_: iter(()))
    wanted = case(RANGE)
    with simulated_bench() as (bench, _):
        result = run_case(wanted, bench, Kept())
        shown = {
            name: replace(limit, informative=True) for name, limit in wanted.test.limits.items()
        }
        optional = run_case(replace(wanted, test=replace(wanted.test, limits=shown)), bench, Kept())
    assert result.verdict is Verdict.ERROR
    assert [check.measurement.name for check in result.checks] == [*wanted.test.limits]
    assert all("did not measure" in check.judgement.reason for check in result.checks)
    assert result.transcript
    with pytest.raises(CaseError, match="the procedure did not measure"):
        result.raise_for_verdict()
    assert optional.checks == ()
    assert optional.verdict is Verdict.NOT_RUN


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SafetyTrip("too high"), "too high"),
        (OutOfRange("overload", Exchange(role="daq")), "overload"),
        (ZeroDivisionError("oops"), "defect in the bench's own code: ZeroDivisionError('oops')"),
    ],
)
def test_what_was_measured_before_a_failure_is_kept_and_the_failure_is_named(
    monkeypatch, error, said
):
    def measure(*arguments):
        yield next(iter(procedure.measure(*arguments)))
        raise error

    procedure = altered(monkeypatch, measure=measure)
    with simulated_bench() as (bench, _):
        result = run_case(case(RANGE), bench, Kept())
    assert result.verdict is Verdict.ERROR
    assert len(result.checks) == 1
    assert result.fault is not None
    assert result.fault.kind == type(error).__name__
    assert result.fault.message.startswith(said)
    assert not result.fault.interrupted


@pytest.mark.parametrize("also_broken", [False, True])
def test_nobody_is_sent_to_a_bench_that_is_not_safe(monkeypatch, also_broken):
    finished = []

    def measure(*arguments):
        yield from procedure.measure(*arguments)
        laboratory.cut("relays")
        if also_broken:
            raise ValueError("broken")

    procedure = altered(monkeypatch, measure=measure, finish=lambda *_: finished.append(1))
    with simulated_bench() as (bench, laboratory):
        first = run_case(case(RANGE), bench, Kept())
        second = run_case(case(RANGE), bench, Kept())
    assert finished == []
    assert first.fault is not None
    assert "could not be made safe: no answer" in first.fault.message
    assert ("ValueError('broken')" in first.fault.message) is also_broken
    assert first.fault.kind == ("ValueError" if also_broken else "NoAnswer")
    assert second.fault is not None
    assert second.fault.kind == "SafetyTrip"


def test_a_case_that_may_not_begin_is_not_cleared_up_after(monkeypatch):
    finished = []
    altered(monkeypatch, finish=lambda *_: finished.append(1))
    with simulated_bench() as (bench, _):
        monkeypatch.setattr(bench._gate, "_known", replace(UNKNOWN, mismatch="another one"))
        result = run_case(case(RANGE), bench, Kept())
    assert result.fault is not None
    assert result.fault.message == "another one"
    assert finished == []


def test_an_interruption_while_the_bench_is_made_safe_is_recorded_too(monkeypatch):
    kept = Kept()
    with simulated_bench() as (bench, _):
        make_safe = bench.make_safe

        def interrupted():
            monkeypatch.setattr(bench, "make_safe", make_safe)
            make_safe()
            raise KeyboardInterrupt

        bench.confirm_variant()
        monkeypatch.setattr(bench, "make_safe", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run_case(case(RANGE), bench, kept)
    (result,) = kept.results
    assert result.checks  # what was measured is kept
    assert result.verdict is Verdict.ERROR
    assert result.fault is not None
    assert result.fault.interrupted


def test_no_load_is_put_on_contacts_that_nobody_is_sure_of():
    with simulated_bench() as (bench, laboratory):
        bench.apply(case(RANGE).point, settle=2.0)
        bench.switch(close=("to_bus.LOAD", "bus_load"))
        load = bench.role(LoadInput, "load")
        load.set_current(0.5)
        laboratory.cut("relays")
        with pytest.raises(NoAnswer):
            bench.switch(release=("to_bus.LOAD",))
        with pytest.raises(SafetyTrip, match="nobody knows which are closed"):
            load.enable()
        with pytest.raises(SafetyTrip, match="nobody knows which are closed"):
            load.set_current(0.1)
        laboratory.mend("relays")
        bench.switch(release=("to_bus.LOAD",))
        assert not bench.role(Relay, "to_bus.LOAD").is_energised()
        load.set_current(0.1)


def test_a_protection_that_trips_under_way_is_an_error_of_the_bench():
    with simulated_bench() as (bench, _):
        bench.apply(case(RANGE).point, settle=2.0)
        bench.verify_power()
        bench.role(SupplyOutput, "supply").set_overvoltage_protection(8.0)
        bench.clock.sleep(0.5)
        with pytest.raises(OutOfRange, match="tripped during the case"):
            bench.verify_power()


def test_an_interruption_is_recorded_and_raised_again(monkeypatch):
    kept = Kept()
    with simulated_bench() as (bench, laboratory):

        def interrupted(*args: object, **kwargs: object) -> None:
            bench.role(SupplyOutput, "supply").set_voltage(12.0)
            bench.role(SupplyOutput, "supply").enable()
            raise KeyboardInterrupt

        monkeypatch.setattr(bench, "apply", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run_case(case(RANGE), bench, kept)
        assert laboratory.world.voltage("BAT+", "BAT-") < 1.0
    (result,) = kept.results
    assert result.verdict is Verdict.ERROR
    assert result.fault is not None
    assert result.fault.interrupted


def test_a_case_does_not_depend_on_what_ran_before():
    first, second = Kept(), Kept()
    with simulated_bench() as (bench, _):
        run_case(case(LEVEL), bench, first)
    with simulated_bench() as (bench, _):
        run_case(case(RANGE), bench, Kept())
        run_case(case(LEVEL), bench, second)
    before, after = first.results[0], second.results[0]
    assert [check.measurement.value for check in before.checks] == [
        check.measurement.value for check in after.checks
    ]


def test_a_role_is_what_was_asked_for_or_nothing():
    with simulated_bench() as (bench, _):
        assert bench.role(SupplyOutput, "supply") is bench.role(SupplyOutput, "supply")
        with pytest.raises(
            ConfigError, match=r"'supply' is played by supply\.out, .* no LoadInput"
        ):
            bench.role(LoadInput, "supply")
        with pytest.raises(ConfigError, match="nobody plays the role 'sink'"):
            bench.role(LoadInput, "sink")
        with pytest.raises(ConfigError, match=r"'supply': supply\.out cannot stream"):
            bench.recorder_of("supply")
        assert bench.recorder_of("stream.vbat")[1] == "AIN3"


def test_only_instruments_with_a_wired_contact_are_switched():
    with simulated_bench() as (bench, _):  # its T7 could carry relays, and carries none
        mark = bench.transcript.mark()
        bench.switch(close=("to_bus.LOAD",))
        spoken_to = {line.split()[1] for line in bench.transcript.since(mark)}
        assert bench.role(Relay, "to_bus.LOAD").is_energised()
    assert spoken_to == {"relays"}


def test_every_door_to_a_short_of_load_is_shut():
    with simulated_bench() as (bench, laboratory):
        bench.apply(case(RANGE).point, settle=2.0)
        with pytest.raises(SafetyTrip):
            bench.switch(close=("to_bus.LOAD", "bus_short"))
        bench.role(Relay, "to_bus.LOAD").energise()
        with pytest.raises(SafetyTrip):
            bench.role(Relay, "bus_short").energise()
        bench.role(Relay, "to_bus.LOAD").release()
        bench.role(Relay, "bus_short").energise()
        with pytest.raises(SafetyTrip):
            bench.role(Relay, "to_bus.LOAD").energise()
        assert laboratory.world.voltage("LOAD", "BAT-") > 11.0


def test_above_sixty_volts_the_cover_must_be_shut(tmp_path):
    text = 'schema = 1\nextends = "{}"\n[parts]\ncover_switch = {{ value = "10 Mohm" }}\n'
    path = tmp_path / "open_cover.toml"
    path.write_text(text.format((ROOT / "benches" / "simulated.toml").as_posix()), "utf-8")
    kept = Kept()
    with simulated_bench(path=path) as (bench, _):
        result = run_case(case("S-SUP-RANGE[vbat=64V]"), bench, kept)
        assert run_case(case("S-SUP-RANGE[vbat=60V]"), bench, kept).verdict is Verdict.PASS
    assert result.verdict is Verdict.ERROR
    assert result.fault is not None
    assert "cover is open" in result.fault.message


@pytest.mark.parametrize(
    ("case_id", "opened_at", "met"),
    [
        ("S-SUP-RANGE[vbat=64V]", "the contacts", True),
        ("S-LED-BLUE.lit[vbat=70V]", "its end", True),
        ("S-LED-BLUE.lit[vbat=51.2V]", "its end", False),
    ],
)
def test_a_cover_that_is_opened_meanwhile_ends_a_case_above_sixty_volts(case_id, opened_at, met):
    with simulated_bench() as (bench, laboratory):
        (switch,) = (part for part in laboratory.world.elements if part.name == "cover_switch")
        # 1.5 s after power-on: the switching that follows, or else the end, is to notice
        bench.confirm_variant()
        level = laboratory.panels["supply"]

        def look():
            if level._is_on:
                laboratory.world.ignore(look)
                laboratory.clock.schedule(1.5, lambda: switch.set(10e6))

        laboratory.world.observe(look)
        result = run_case(case(case_id), bench, Kept())
        assert laboratory.world.voltage("BAT+", "BAT-") < 60.0
    if not met:
        assert result.verdict is Verdict.PASS
        return
    assert result.verdict is Verdict.ERROR, opened_at
    assert result.fault is not None
    assert "cover is open" in result.fault.message


def test_a_ceiling_below_what_the_supply_can_be_armed_at_still_runs(tmp_path):
    text = 'schema = 1\nextends = "{}"\n[bench]\ncurrent_ceiling = "1.1 A"\n'
    path = tmp_path / "low_ceiling.toml"
    path.write_text(text.format((ROOT / "benches" / "simulated.toml").as_posix()), "utf-8")
    with simulated_bench(path=path) as (bench, _):
        assert run_case(case(RANGE), bench, Kept()).verdict is Verdict.PASS


def test_no_door_leads_beyond_the_maximum_or_a_rating():
    with simulated_bench() as (bench, _):
        supply = bench.role(SupplyOutput, "supply")
        with pytest.raises(SafetyTrip):
            supply.set_voltage(70.1)
        bench.apply(case(RANGE).point, settle=2.0)
        bench.switch(close=("to_bus.LOAD", "bus_load"))
        load = bench.role(LoadInput, "load")
        with pytest.raises(SafetyTrip):
            load.set_current(1.2)
        load.set_current(0.5)
        load.enable()
        with pytest.raises(SafetyTrip, match="hot"):
            bench.switch(release=("bypass",))


def test_no_contact_moves_while_the_supply_may_still_be_on_from_looking_at_the_variant(monkeypatch):
    with simulated_bench() as (bench, laboratory):

        def looked(*_):
            laboratory.garble("supply", "1\n")  # the answer to whether it is off
            return UNKNOWN

        monkeypatch.setattr("bench.bench.identify", looked)
        moved = []
        monkeypatch.setattr("bench.contacts.Contacts.switch_to", lambda *_: moved.append(1))
        result = run_case(case(RANGE), bench, Kept())
        assert result.verdict is Verdict.ERROR
        assert result.fault is not None
        assert result.fault.kind == "SafetyTrip"
        assert "the output is still on" in result.fault.message
        assert not moved
