"""The safety envelope refuses what could hurt the device or the bench."""

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from bench.bench_file_reader import load_bench_file
from bench.controlled import controlled_devices
from bench.errors import SafetyTrip
from bench.family import tolerated_by_all
from bench.operating_point import OperatingPoint
from bench.safety import Envelope
from bench.spec import Device, Rating
from bench.wiring import FixturePart

FILE = load_bench_file(Path(__file__).parents[2] / "benches" / "reference.toml")
CONTACTS = tuple(
    role for role, row in FILE.wiring.connections.items() if row.instrument == "relays"
)


def device(
    *, charger_protected: bool = True, forbidden: tuple[str, ...] = ("short.LOAD",)
) -> Device:
    return Device(
        name="unit",
        variant="S",
        part_number="",
        title="unit",
        terminals=("BAT+", "BAT-", "LOAD", "CHARGER"),
        absolute_maximum={"vbat": 70.0},
        ratings={
            "LOAD": Rating(current=1.0, short_circuit_protected=False, clause=""),
            "CHARGER": Rating(current=0.01, short_circuit_protected=charger_protected, clause=""),
        },
        forbidden=forbidden,
    )


def envelope(unit: Device | None = None) -> Envelope:
    return Envelope(
        unit or device(),
        FILE.wiring,
        contacts=CONTACTS,
        sources=("dac.REMOTE_L", "dac.REMOTE_H"),
    )


def point(**changes: float | str) -> OperatingPoint:
    base: dict[str, float | str] = {
        "vbat": 12.8,
        "battery": "healthy",
        "remote_l": "open",
        "remote_h": "open",
        "link": "closed",
    }
    return OperatingPoint(base | changes)


@pytest.mark.parametrize("voltage", [70.01, 1e9, -0.1, float("nan"), float("inf")])
def test_voltage_beyond_the_device_is_refused(voltage):
    with pytest.raises(SafetyTrip, match="absolute maximum"):
        envelope().check_voltage(voltage)


@pytest.mark.parametrize("voltage", [0.0, 0.5, 70.0])
def test_voltage_up_to_the_maximum_is_allowed(voltage):
    envelope().check_voltage(voltage)


@pytest.mark.parametrize("axis", ["remote_l", "remote_h"])
def test_remote_input_outside_zero_to_vbat_is_refused(axis):
    for level in (13.0, -0.1):
        with pytest.raises(SafetyTrip, match=axis):
            envelope().check_point(point(**{axis: level}))
    for level in (0.0, 0.5, 12.8, "open", "vbat", "vbat/2"):
        envelope().check_point(point(**{axis: level}))


@pytest.mark.parametrize(
    "closed",
    [
        {"to_bus.LOAD", "bus_short"},
        {"to_bus.LOAD", "bus_short", "bypass"},
    ],
)
def test_shorting_load_is_refused(closed):
    with pytest.raises(SafetyTrip, match="LOAD is not short-circuit protected"):
        envelope().check_contacts(frozenset(closed))


def test_shorting_charger_is_legal_only_where_it_is_protected():
    short = frozenset({"to_bus.CHARGER", "bus_short"})
    envelope().check_contacts(short)
    with pytest.raises(SafetyTrip):
        envelope(device(charger_protected=False)).check_contacts(short)
    with pytest.raises(SafetyTrip):
        envelope(device(forbidden=("short.CHARGER",))).check_contacts(short)


def test_an_unprotected_output_sees_no_less_than_its_rating_at_the_maximum():
    # 70 V and 10 mA: 7 kohm, whatever the output next to it stands
    unit = envelope(device(charger_protected=False))
    unit.check_contacts(frozenset({"to_bus.CHARGER", "bus_resistor.4"}))  # 9.6 kohm
    with pytest.raises(SafetyTrip, match=r"4800 ohm, less than 7000 ohm"):
        unit.check_contacts(frozenset({"to_bus.CHARGER", "bus_resistor.3"}))
    with pytest.raises(SafetyTrip, match=r"6400 ohm, less than 7000 ohm"):  # 9.6 and 19.2 kohm
        unit.check_contacts(frozenset({"to_bus.CHARGER", "bus_resistor.4", "bus_resistor.5"}))
    unit.check_contacts(frozenset({"to_bus.LOAD", "bus_resistor.1"}))  # 70 ohm are enough


@pytest.mark.parametrize(
    ("name", "rating", "protected", "tolerated"),
    [
        ("LOAD", 1.0, False, 1.0),
        ("LOAD", 0.2, False, 0.2),
        ("CHARGER", 0.01, True, 0.5),  # what limits by itself may be asked for what the NG stands
        ("CHARGER", 0.5, False, 0.5),
        ("PRE-ALARM", 1.0, False, 0.5),
        ("PRE-ALARM", 1.0, True, 0.5),
    ],
)
def test_what_every_variant_tolerates_is_the_least_of_them(name, rating, protected, tolerated):
    given = Rating(current=rating, short_circuit_protected=protected, clause="")
    cautious = tolerated_by_all(replace(device(), ratings={name: given})).ratings[name]
    assert cautious.current == tolerated
    assert not cautious.short_circuit_protected


def test_an_output_that_the_unit_has_not_is_not_loaded():
    envelope().check_contacts(frozenset({"to_bus.PRE-ALARM", "bus_resistor.4"}))
    with pytest.raises(SafetyTrip, match=r"has no PRE-ALARM; 4800 ohm"):
        envelope().check_contacts(frozenset({"to_bus.PRE-ALARM", "bus_resistor.3"}))


def test_a_capacitor_is_no_short():
    part = FixturePart(name="c", kind="capacitor", plus="BAT+", minus="BAT-", value=1e-6)
    resistor = replace(part, kind="resistor", value=1e-6)
    for added, refused in ((part, False), (resistor, True)):
        wiring = replace(FILE.wiring, parts=(*FILE.wiring.parts, added))
        unit = Envelope(device(), wiring, contacts=CONTACTS, sources=())
        with pytest.raises(SafetyTrip) if refused else nullcontext():
            unit.check_contacts(frozenset({"remote_link"}))


@pytest.mark.parametrize(
    ("closed", "words"),
    [
        ({"to_bus.LOAD", "to_bus.CHARGER"}, "tie"),
        ({"remote.REMOTE_L.minus", "remote.REMOTE_L.plus"}, "short BAT"),
        ({"remote.REMOTE_L.minus", "remote.REMOTE_H.plus", "remote_link"}, "short BAT"),
        ({"remote.REMOTE_L.dac", "remote.REMOTE_L.plus"}, "feed the battery voltage"),
        ({"remote.REMOTE_H.dac", "remote.REMOTE_L.plus", "remote_link"}, "feed the battery"),
    ],
)
def test_dangerous_sets_of_contacts_are_refused(closed, words):
    with pytest.raises(SafetyTrip, match=words):
        envelope().check_contacts(frozenset(closed))


@pytest.mark.parametrize(
    "closed",
    [
        {"bypass", "remote_link", "loop.1", "loop.2", "loop.3"},
        {"remote.REMOTE_L.plus", "remote.REMOTE_H.minus"},
        {"remote.REMOTE_L.plus", "remote.REMOTE_H.plus", "remote_link"},
        {"remote.REMOTE_L.half", "half_divider"},
        {"pull_up.LOAD", "pull_down.CHARGER"},
        {"pull_up.LOAD", "pull_up.CHARGER", "bypass"},
        {"to_bus.LOAD", "bus_resistor.1", "bus_resistor.2"},
    ],
)
def test_stimuli_of_the_truth_table_are_allowed(closed):
    envelope().check_contacts(frozenset(closed))


def test_a_current_beyond_the_rating_is_refused():
    closed = frozenset({"bypass", "to_bus.LOAD", "bus_load"})
    envelope().check_load(1.0, closed)
    with pytest.raises(SafetyTrip, match="beyond the rating of LOAD"):
        envelope().check_load(1.001, closed)
    with pytest.raises(SafetyTrip, match="beyond the rating of CHARGER"):
        envelope().check_load(0.05, frozenset({"bypass", "to_bus.CHARGER"}))
    with pytest.raises(SafetyTrip, match="beyond the rating of PRE-ALARM"):
        envelope().check_load(0.05, frozenset({"bypass", "to_bus.PRE-ALARM"}))


def test_what_the_nets_of_the_fixture_are_called_does_not_matter(tmp_path):
    text = (Path(__file__).parents[2] / "benches" / "reference.toml").read_text("utf-8")
    path = tmp_path / "renamed.toml"
    path.write_text(
        text.replace('"fused"', '"behind_fuse"').replace('"supply_plus"', '"psu"'), "utf-8"
    )
    renamed = Envelope(
        device(), load_bench_file(path).wiring, contacts=CONTACTS, sources=("dac.REMOTE_L",)
    )
    for closed in (
        {"remote.REMOTE_L.minus", "remote.REMOTE_L.plus"},
        {"remote.REMOTE_L.dac", "remote.REMOTE_L.plus"},
        {"to_bus.LOAD", "bus_short"},
    ):
        with pytest.raises(SafetyTrip):
            renamed.check_contacts(frozenset(closed))
    renamed.check_contacts(frozenset({"bypass", "remote_link", "loop.1"}))
    renamed.check_contacts(frozenset({"remote.REMOTE_L.half", "half_divider"}))


@pytest.mark.parametrize(("net", "named"), [("psu", "psu"), ("fused", r"BAT\+")])
def test_an_output_is_not_fed_from_either_side_of_the_fuse(net, named, tmp_path):
    reference = (Path(__file__).parents[2] / "benches" / "reference.toml").as_posix()
    path = tmp_path / "feed.toml"
    path.write_text(
        f'schema = 1\nextends = "{reference}"\n[wiring]\n'
        'bypass = { at = "relays.0", between = ["psu", "BAT+"] }\n'
        'supply = { at = "supply.out", between = ["psu", "BAT-"] }\n'
        f'bus_short = {{ at = "relays.5", between = ["{net}", "LOAD"] }}\n',
        "utf-8",
    )
    unit = Envelope(device(), load_bench_file(path).wiring, contacts=CONTACTS, sources=())
    with pytest.raises(SafetyTrip, match=f"tie LOAD to {named}"):
        unit.check_contacts(frozenset({"bus_short"}))


@pytest.mark.parametrize("current", [-1.0, float("nan")])
def test_a_current_that_is_none_is_refused(current):
    with pytest.raises(SafetyTrip):
        envelope().check_load(current, frozenset({"bypass"}))


def test_no_output_is_loaded_through_the_current_input():
    with pytest.raises(SafetyTrip, match="bypass"):
        envelope().check_load(0.5, frozenset({"to_bus.LOAD", "bus_load"}))


def test_no_relay_switches_hot():
    before = frozenset({"bypass", "to_bus.LOAD", "bus_load"})
    for after in (before - {"bypass"}, before - {"to_bus.LOAD"}, before | {"bus_short"}):
        with pytest.raises(SafetyTrip, match="switch hot"):
            envelope().check_switching(before, after)
    envelope().check_switching(before, before | {"loop.1"})


def test_a_fitted_device_is_no_short_but_what_could_be_one_is_refused():
    inverter = controlled_devices()["inverter"]
    box = envelope()
    box.fit("LOAD", inverter)
    box.check_contacts(frozenset({"pull_down.LOAD", "bypass"}))
    box.fit("LOAD", replace(inverter, least_resistance=10.0))
    with pytest.raises(SafetyTrip, match=r"LOAD is not .* would see 9\.999 ohm"):
        box.check_contacts(frozenset({"pull_down.LOAD", "bypass"}))
    box.fit("LOAD", None)
    box.check_contacts(frozenset({"pull_down.LOAD", "bypass"}))


def test_nothing_is_fitted_where_it_does_not_belong():
    inverter = replace(controlled_devices()["inverter"], outputs=("LOAD",))
    for output, words in (("CHARGER", "belongs at LOAD"), ("PRE-ALARM", "has no output")):
        box = envelope()
        with pytest.raises(SafetyTrip, match=words):
            box.fit(output, inverter)
        box.check_load(0.01, frozenset({"bypass", "to_bus.CHARGER"}))


def test_an_output_with_a_device_is_not_loaded_as_well():
    box = envelope()
    closed = frozenset({"to_bus.LOAD", "bus_load", "bypass"})
    box.check_load(0.5, closed)
    box.fit("LOAD", controlled_devices()["inverter"])
    with pytest.raises(SafetyTrip, match="is fitted to LOAD"):
        box.check_load(0.5, closed)


def test_a_fitted_device_narrows_the_voltage():
    box = envelope()
    box.fit("LOAD", controlled_devices()["smart_battery_protect"])
    box.check_voltage(35.0)
    with pytest.raises(SafetyTrip, match="beyond the 35 V that what is fitted to LOAD may see"):
        box.check_voltage(35.1)
