"""Every door to a stimulus that destroys: spec file, procedure, prompt, tables, private names.

A door is something that somebody may do, knowingly or not. Whatever it raises, and even if it
raises nothing, the unit must not have seen the stimulus afterwards.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from guard_rig import fitted, healthy, power_by_hand
from rig import ROOT, Kept, spec

from bench.bench import Bench
from bench.errors import SafetyTrip, SpecError
from bench.execution import run_case
from bench.procedures import current_limit
from bench.procedures.catalogue import signatures
from bench.spec import Rating
from bench.spec_file import load_spec
from bench.verdict import Verdict
from instruments.daq import AnalogOutput
from instruments.load import LoadInput
from instruments.relay import Relay
from instruments.supply import SupplyOutput

DEVICES = ("smallbms", "smallbms_prealarm", "smallbms_ng")
SIMULATED = "simulated"
MINIMAL = "minimal-simulated"


def refused_file(device: str, tmp_path, old: str, new: str) -> None:
    """Load the specification with a change; raises SpecError if it is refused."""
    text = (ROOT / "test_specs" / f"{device}.toml").read_text("utf-8")
    assert old in text
    path = tmp_path / f"{device}.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    register = ROOT / "test_specs" / "discrepancies.toml"
    (tmp_path / register.name).write_text(register.read_text("utf-8"), "utf-8")
    load_spec(path, signatures())


# --- a short of an output

SHORTS = (
    ("smallbms", "smallbms", "LOAD"),
    ("smallbms", "smallbms", "PRE-ALARM"),
    ("smallbms_prealarm", "smallbms_prealarm", "LOAD"),
    ("smallbms_prealarm", "smallbms_prealarm", "PRE-ALARM"),
    ("smallbms_ng", "smallbms_ng", "LOAD"),
    ("smallbms_ng", "smallbms_ng", "CHARGER"),
    ("smallbms_ng", "smallbms_ng", "PRE-ALARM"),
    # the wrong unit behind the connector: legal for what was named, fatal for what is there
    ("smallbms", "smallbms_ng", "CHARGER"),
    ("smallbms_prealarm", "smallbms_ng", "CHARGER"),
)


def contacts(terminal: str) -> tuple[str, str]:
    return f"to_bus.{terminal}", "bus_short"


def by_switch(bench: Bench, terminal: str) -> None:
    bench.switch(close=contacts(terminal))


def by_switch_to(bench: Bench, terminal: str) -> None:
    bench.switch_to({"bypass", *contacts(terminal)})


def by_relays(bench: Bench, terminal: str) -> None:
    for role in contacts(terminal):
        bench.role(Relay, role).energise()


def by_relays_the_other_way_round(bench: Bench, terminal: str) -> None:
    for role in reversed(contacts(terminal)):
        bench.role(Relay, role).energise()


def by_a_procedure_that_does_not_ask(bench: Bench, terminal: str) -> None:
    list(current_limit._short(bench, terminal))


def by_a_case_of_ones_own(bench: Bench, terminal: str) -> None:
    case = next(c for c in spec(bench.device.name).cases() if c.test.procedure == "outputs.state")
    arguments = {"terminal": terminal}
    test = replace(case.test, procedure="outputs.current_limit", arguments=arguments, limits={})
    run_case(replace(case, test=test), bench, Kept())


def by_another_rating(bench: Bench, terminal: str) -> None:
    strong = Rating(current=99.0, short_circuit_protected=True, clause="")
    with suppress(TypeError):
        bench.device.ratings[terminal] = strong  # type: ignore[index]
    with suppress(AttributeError):
        bench.device = replace(bench.device, forbidden=())  # type: ignore[misc]
    by_switch(bench, terminal)


def by_another_wiring(bench: Bench, terminal: str) -> None:
    rows = bench.file.wiring.connections
    with suppress(TypeError):
        rows["bus_short"] = replace(rows["bus_short"], series=1e6)  # type: ignore[index]
    by_switch(bench, terminal)


def by_moving_contacts_directly(bench: Bench, terminal: str) -> None:
    bench._contacts._energise(frozenset(contacts(terminal)))


def by_what_a_relay_hides(bench: Bench, terminal: str) -> None:
    for role in contacts(terminal):
        bench.role(Relay, role)._relay.energise()  # type: ignore[attr-defined]


def by_the_instruments(bench: Bench, terminal: str) -> None:
    rows = [bench.file.wiring[role].terminal for role in contacts(terminal)]
    bench._instruments["relays"].energise_only(rows)  # type: ignore[attr-defined]


def by_the_banks(bench: Bench, terminal: str) -> None:
    rows = [bench.file.wiring[role].terminal for role in contacts(terminal)]
    bench._contacts._banks["relays"].energise_only(rows)  # type: ignore[attr-defined]


def by_the_recorder(bench: Bench, terminal: str) -> None:
    daq, _ = bench.recorder_of(f"stream.{terminal}")
    daq.energise_only([])  # type: ignore[attr-defined]


def by_forgetting_what_is_closed(bench: Bench, terminal: str) -> None:
    first, second = contacts(terminal)
    bench.switch(close=(first,))
    bench._contacts._closed = frozenset()
    bench.switch(close=(second,))


SHORT_DOORS: tuple[Callable[[Bench, str], None], ...] = (
    by_switch,
    by_switch_to,
    by_relays,
    by_relays_the_other_way_round,
    by_a_procedure_that_does_not_ask,
    by_a_case_of_ones_own,
    by_another_rating,
    by_another_wiring,
    by_moving_contacts_directly,
    by_what_a_relay_hides,
    by_the_instruments,
    by_the_banks,
    by_the_recorder,
    by_forgetting_what_is_closed,
)


@pytest.mark.parametrize("door", SHORT_DOORS, ids=lambda door: door.__name__)
@pytest.mark.parametrize(("named", "real", "terminal"), SHORTS)
@pytest.mark.parametrize("looked", [False, True], ids=["at once", "after looking"])
def test_no_door_leads_to_a_short(named, real, terminal, door, looked):
    with fitted(named, real) as (bench, laboratory):
        if looked:
            with suppress(SafetyTrip):
                bench.apply(healthy(named), settle=2.0)
        power_by_hand(bench)
        seen: list[frozenset[int]] = []
        coils = {int(bench.file.wiring[role].terminal) for role in contacts(terminal)}
        board = laboratory.panels["relays"]
        laboratory.world.observe(lambda: seen.append(board.energised))
        with suppress(SafetyTrip, AttributeError):
            door(bench, terminal)
        bench.clock.sleep(0.1)
        assert not any(coils <= energised for energised in [*seen, board.energised])


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("terminal", ["LOAD", "CHARGER", "PRE-ALARM"])
def test_no_spec_file_leads_to_a_short(device, terminal, tmp_path):
    protected = device != "smallbms_ng" and terminal == "CHARGER"
    old = 'procedure = "outputs.state"\n'
    text = (ROOT / "test_specs" / f"{device}.toml").read_text("utf-8")
    rest = text[text.index(old) :].split("\n\n", 1)[0]
    new = f'procedure = "outputs.current_limit"\n  with = {{ terminal = "{terminal}" }}\n'
    new += '  limits.limiting = { equals = "LIMITED", basis = "made up" }\n'
    if protected:
        refused_file(device, tmp_path, rest, new)
        return
    with pytest.raises(SpecError, match=terminal):
        refused_file(device, tmp_path, rest, new)


# --- the wrong unit


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


# --- too high a battery voltage


def raised_at(bench: Bench, volts: float) -> None:
    supply = bench.role(SupplyOutput, "supply")
    supply.set_voltage(volts)
    supply.enable()


def by_the_supply(bench: Bench) -> None:
    raised_at(bench, 70.1)


def by_infinity(bench: Bench) -> None:
    raised_at(bench, float("inf"))


def by_not_a_number(bench: Bench) -> None:
    raised_at(bench, float("nan"))


def by_a_point(bench: Bench) -> None:
    bench.apply(healthy("smallbms", vbat=70.5), settle=2.0)


def by_a_case_above(bench: Bench) -> None:
    case = next(c for c in spec().cases() if c.test.procedure == "outputs.state")
    assert run_case(replace(case, point=case.point | {"vbat": 75.0}), bench, Kept()).fault


def by_powering_directly(bench: Bench) -> None:
    bench._power(80.0)


def by_another_maximum(bench: Bench) -> None:
    with suppress(TypeError):
        bench.device.absolute_maximum["vbat"] = 84.0  # type: ignore[index]
    raised_at(bench, 80.0)


def by_what_the_supply_hides(bench: Bench) -> None:
    bench.role(SupplyOutput, "supply")._output.set_voltage(80.0)  # type: ignore[attr-defined]


def by_disarming_its_protection(bench: Bench) -> None:
    bench.role(SupplyOutput, "supply").set_overvoltage_protection(88.0)
    raise AssertionError("a protection at 88 V was taken")


def by_driving_an_input(bench: Bench) -> None:
    bench.drive_remote("REMOTE_H", 71.0)


HIGH_DOORS: tuple[Callable[[Bench], None], ...] = (
    by_the_supply,
    by_infinity,
    by_not_a_number,
    by_a_point,
    by_a_case_above,
    by_powering_directly,
    by_another_maximum,
    by_what_the_supply_hides,
    by_disarming_its_protection,
    by_driving_an_input,
)


@pytest.mark.parametrize("door", HIGH_DOORS, ids=lambda door: door.__name__)
@pytest.mark.parametrize("bench_name", [SIMULATED, MINIMAL])
def test_no_door_leads_above_70_v(door, bench_name):
    with fitted("smallbms", bench=bench_name) as (bench, laboratory):
        bench.apply(healthy("smallbms"), settle=2.0)
        highest = [0.0]
        laboratory.world.observe(lambda: highest.append(laboratory.world.voltage("BAT+", "BAT-")))
        with suppress(SafetyTrip, AttributeError):
            door(bench)
        bench.clock.sleep(1.0)
        highest.append(laboratory.world.voltage("BAT+", "BAT-"))
        assert max(highest) <= 70.0


@pytest.mark.parametrize("device", DEVICES)
def test_no_spec_file_leads_above_70_v(device, tmp_path):
    with pytest.raises(SpecError, match="70V"):
        refused_file(device, tmp_path, '"70 V"]', '"71 V"]')


# --- a remote input above the battery voltage


def driven(bench: Bench, volts: float) -> AnalogOutput:
    source = bench.role(AnalogOutput, "dac.REMOTE_H")
    source.set_voltage(volts)
    return source


def by_a_point_above_vbat(bench: Bench) -> None:
    bench.apply(healthy("smallbms", remote_h=13.0, link="open"), settle=2.0)


def by_driving_before_powering(bench: Bench) -> None:
    bench.role(SupplyOutput, "supply").disable()
    driven(bench, 5.0)


def by_lowering_the_supply(bench: Bench) -> None:
    driven(bench, 5.0)
    bench.role(SupplyOutput, "supply").set_voltage(3.0)


def by_lowering_first(bench: Bench) -> None:
    bench.role(SupplyOutput, "supply").set_voltage(3.0)
    driven(bench, 5.0)


def by_switching_the_supply_off(bench: Bench) -> None:
    driven(bench, 5.0)
    bench.role(SupplyOutput, "supply").disable()


def by_making_safe(bench: Bench) -> None:
    driven(bench, 5.0)
    bench.make_safe()


def by_what_the_source_hides(bench: Bench) -> None:
    bench.role(SupplyOutput, "supply").set_voltage(3.0)
    bench.role(AnalogOutput, "dac.REMOTE_H")._output.set_voltage(5.0)  # type: ignore[attr-defined]


def by_the_recorder_of_the_source(bench: Bench) -> None:
    bench.role(SupplyOutput, "supply").set_voltage(3.0)
    daq, _ = bench.recorder_of("stream.LOAD")
    daq.terminal("DAC1").set_voltage(5.0)  # type: ignore[attr-defined]


INPUT_DOORS: tuple[Callable[[Bench], None], ...] = (
    by_a_point_above_vbat,
    by_driving_before_powering,
    by_lowering_the_supply,
    by_lowering_first,
    by_switching_the_supply_off,
    by_making_safe,
    by_what_the_source_hides,
    by_the_recorder_of_the_source,
)


@pytest.mark.parametrize("door", INPUT_DOORS, ids=lambda door: door.__name__)
@pytest.mark.parametrize("bench_name", [SIMULATED, MINIMAL])
def test_no_door_leaves_h_above_vbat(door, bench_name):
    with fitted("smallbms", bench=bench_name) as (bench, laboratory):
        bench.apply(healthy("smallbms", link="open"), settle=2.0)
        bench.switch(close=("remote.REMOTE_H.dac",))
        world = laboratory.world
        worst = [0.0]
        world.observe(
            lambda: worst.append(world.voltage("REMOTE_H", "BAT-") - world.voltage("BAT+", "BAT-"))
        )
        with suppress(SafetyTrip, AttributeError):
            door(bench)
        bench.clock.sleep(1.0)
        assert max(worst) <= 0.05


def test_no_spec_file_leaves_h_above_vbat(tmp_path):
    with pytest.raises(SpecError, match="remote_h"):
        refused_file("smallbms", tmp_path, '{ remote_h = "5 V" }', '{ remote_h = "13 V" }')


# --- more current than an output is rated for


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
