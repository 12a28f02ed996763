"""Every door to a short of an output: spec file, procedure, prompt, tables, private names.

A door is something that somebody may do, knowingly or not. Whatever it raises, and even if it
raises nothing, the unit must not have seen the stimulus afterwards.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from guard_rig import (
    DEVICES,
    contacts,
    fitted,
    healthy,
    power_by_hand,
    refused_file,
)
from rig import ROOT, Kept, spec

from bench.bench import Bench
from bench.errors import SafetyTrip, SpecError
from bench.execution import run_case
from bench.procedures import current_limit
from bench.spec import Rating
from instruments.relay import Relay

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
