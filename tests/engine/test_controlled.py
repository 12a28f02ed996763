"""Controlled devices behind the outputs of good and of defective units, on the simulated bench."""

import pytest
from rig import Kept, simulated_bench, spec

from bench.errors import ConfigError, SafetyTrip
from bench.execution import run_case
from bench.operating_point import OperatingPoint
from bench.procedures import controlled
from instruments.errors import InstrumentError, Rejected

SMART = {"output": "LOAD", "device": "smart_battery_protect", "returns_within": "35 s"}
CABLE = {"output": "CHARGER", "device": "non_inverting_cable"}
INVERTING = {"output": "LOAD", "device": "inverting_cable"}
PULL_LOW = {"output": "LOAD", "device": "pull_low_load"}
EXAMPLE = {
    "load": "smart_battery_protect",
    "charger": "non_inverting_cable",
    "opens_within": "5 s",
    "returns_within": "35 s",
}


def point(name="smallbms", **changes):
    base = next(iter(spec(name).cases())).point | {"vbat": 12.8, "battery": "healthy"}
    return OperatingPoint({**base, **changes})


def follow(arguments, faults=(), name="smallbms", **changes):
    """Return what ``controlled.follows`` measures, by name."""
    at = point(name, **changes)
    with simulated_bench(faults, name=name) as (bench, _):
        bench.fitting.change(controlled.fits(arguments))
        bench.apply(at, settle=2.0, owned={"battery"})
        return {m.name: m.value for m in controlled.measure(bench, at, arguments)}


def system(faults=(), name="smallbms", arguments=EXAMPLE, **changes):
    """Return which of load and charger run before, during and after an event."""
    at = point(name, **changes)
    with simulated_bench(faults, name=name) as (bench, _):
        bench.fitting.change(controlled.system_fits(arguments))
        bench.apply(at, settle=2.0, owned={"battery"})
        found = {m.name: m.value for m in controlled.measure_system(bench, at, arguments)}
    return [
        "".join("x" if found[f"{quantity}.{output}"] == "ENGAGED" else "-" for output in outputs)
        for quantity in ("running_before", "running", "running_after")
        for outputs in (("LOAD", "CHARGER"),)
    ]


def words(found):
    return [found[name] for name in ("engaged", "engaged_off", "engaged_after")]


GOOD = ["ENGAGED", "DISENGAGED", "ENGAGED"]


def test_a_lock_out_is_seen_in_the_times():
    found = follow(SMART)
    assert words(found) == GOOD
    assert found["off_time"] == pytest.approx(30.0, abs=0.02)
    assert found["release_time"] < 0.1
    assert found["engage_time"] == pytest.approx(25.0, abs=0.1)


def test_too_short_a_wait_does_not_see_it_come_back():
    found = follow({**SMART, "returns_within": "20 s"})
    assert words(found) == ["ENGAGED", "DISENGAGED", "DISENGAGED"]


def test_delay_of_a_relay_is_measured_from_the_return_of_the_output():
    arguments = {"output": "CHARGER", "device": "cyrix_li_charge", "returns_within": "10 s"}
    found = follow(arguments, vbat=13.6)
    assert words(found) == GOOD
    assert found["engage_time"] == pytest.approx(3.0, abs=0.02)


def test_a_relay_without_charging_voltage_is_no_proof():
    found = follow({"output": "CHARGER", "device": "cyrix_li_ct"}, vbat=12.8)
    assert words(found) == ["DISENGAGED"] * 3


@pytest.mark.parametrize("name", ["smallbms", "smallbms_prealarm", "smallbms_ng"])
def test_the_least_margin_of_the_family_is_enough(name):
    found = follow(CABLE, name=name, vbat=8.0)
    assert words(found) == GOOD
    assert found["level"] > 7.3


def test_events_of_the_battery_through_the_loop():
    assert words(follow(SMART, battery="undervoltage")) == GOOD
    assert words(follow(CABLE, battery="overvoltage")) == GOOD
    still = ["ENGAGED"] * 3
    assert words(follow(CABLE, battery="undervoltage")) == still


def test_a_weak_output_does_not_hold_the_input_of_a_cable():
    """10 kohm in the output and 10 kohm in the cable leave half of 8 V."""
    found = follow(INVERTING, ["load-weak"], vbat=8.0)
    assert found["level"] == pytest.approx(4.0, abs=0.1)
    assert words(found) == ["DISENGAGED"] * 3


def test_a_leaking_output_keeps_a_device_on():
    found = follow(CABLE, ["charger-leaks-50ua"])
    assert words(found) == ["ENGAGED"] * 3
    assert found["release_time"] == pytest.approx(5.0, abs=0.3)


def test_a_capacitance_lets_a_device_run_on():
    found = follow(CABLE, ["charger-capacitor"])
    assert words(found)[0] == "ENGAGED"
    assert found["release_time"] > 2.0


def test_a_loose_contact_throws_a_device_with_a_lock_out_off():
    assert words(follow(SMART, ["load-intermittent"]))[0] != "ENGAGED"


def test_a_low_output_turns_the_other_kind_of_load_on():
    assert words(follow(PULL_LOW)) == ["DISENGAGED"] * 3
    assert words(follow(PULL_LOW, ["load-pulled-low"])) == ["DISENGAGED", "ENGAGED", "DISENGAGED"]


@pytest.mark.parametrize(
    ("changes", "during"),
    [
        ({"battery": "undervoltage"}, "-x"),
        ({"battery": "overvoltage"}, "x-"),
        ({"battery": "overtemperature"}, "x-"),
        ({"battery": "undertemperature"}, "x-"),
        ({"battery": "cable_open"}, "--"),
        ({}, "--"),  # remote off
        ({"link": "open", "remote_h": "vbat"}, "--"),  # the switch of the examples
    ],
)
def test_a_system_stops_what_must_stop_and_comes_back(changes, during):
    assert system(**changes) == ["xx", during, "xx"]


@pytest.mark.parametrize("battery", ["undervoltage", "overvoltage", "cable_open"])
def test_a_system_with_a_battery_that_a_person_handles(battery):
    during = {"undervoltage": "-x", "overvoltage": "x-", "cable_open": "--"}[battery]
    arguments = {**EXAMPLE, "opens_within": "60 s"}
    assert system(name="smallbms_ng", arguments=arguments, battery=battery) == ["xx", during, "xx"]


@pytest.mark.parametrize(
    ("fault", "changes", "expected"),
    [
        ("undervoltage-ignored", {"battery": "undervoltage"}, ["xx", "xx", "xx"]),
        ("overvoltage-ignored", {"battery": "overvoltage"}, ["xx", "xx", "xx"]),
        ("remote-off-keeps-charger", {}, ["xx", "-x", "xx"]),
        ("no-release-after-undervoltage", {"battery": "undervoltage"}, ["xx", "-x", "-x"]),
    ],
)
def test_a_defective_unit_lets_the_wrong_things_run(fault, changes, expected):
    assert system([fault], **changes) == expected


def test_an_event_of_a_person_has_no_place_in_a_stream():
    with pytest.raises(
        ConfigError, match=r"a person is asked for 'overvoltage'.*controlled.system"
    ):
        follow(CABLE, name="smallbms_ng", battery="overvoltage")


# --- fitting --------------------------------------------------------------------------------------


def asked(bench):
    """Return what the person was asked to fit, from the transcript."""
    return [
        line.partition("[fit.")[2].partition("]")[0]
        for line in bench.transcript.since(0)
        if "[fit." in line
    ]


def test_what_is_fitted_stays_until_something_else_is_wanted():
    with simulated_bench() as (bench, laboratory):
        bench.fitting.change({"LOAD": "inverter"})
        bench.fitting.change({"LOAD": "inverter"})
        bench.fitting.change({"LOAD": "inverter", "CHARGER": "mppt_direct"})
        bench.fitting.change({"LOAD": "dcdc"})
        assert asked(bench) == [
            "LOAD = inverter",
            "CHARGER = mppt_direct",
            "CHARGER = nothing",
            "LOAD = dcdc",
        ]
        assert list(laboratory.shelf.fitted) == ["LOAD"]
    assert asked(bench)[-1] == "LOAD = nothing"  # at the end of the run
    assert not laboratory.shelf.fitted


def test_other_cases_run_without_it():
    case = next(c for c in spec().cases() if c.test.procedure == "outputs.state")
    with simulated_bench() as (bench, laboratory):
        bench.fitting.change({"LOAD": "inverter"})
        assert run_case(case, bench, Kept()).fault is None
        assert not laboratory.shelf.fitted


def test_nothing_is_fitted_under_power():
    with simulated_bench() as (bench, laboratory):
        bench.apply(point(), settle=2.0)
        with pytest.raises(SafetyTrip, match="while the device has power"):
            bench.fitting.change({"LOAD": "inverter"})
        assert asked(bench) == []
        assert not laboratory.shelf.fitted


def test_a_device_that_is_not_for_the_output_is_refused_before_anybody_is_asked():
    with simulated_bench() as (bench, _):
        with pytest.raises(SafetyTrip, match="belongs at LOAD, not at CHARGER"):
            bench.fitting.change({"CHARGER": "inverter"})
        with pytest.raises(ConfigError, match="no device 'toaster'"):
            bench.fitting.change({"LOAD": "toaster"})
        with pytest.raises(SafetyTrip, match="no output PRE-ALARM"):
            bench.fitting.change({"PRE-ALARM": "inverter"})
        assert asked(bench) == []


def test_a_fitted_device_is_not_fed_beyond_its_maximum():
    with simulated_bench() as (bench, laboratory):
        bench.fitting.change({"LOAD": "smart_battery_protect"})
        with pytest.raises(SafetyTrip, match="beyond the 35 V that what is fitted to LOAD may see"):
            bench.apply(point(vbat=51.2), settle=2.0)
        assert laboratory.world.voltage("BAT+", "BAT-") < 1.0
        bench.fitting.change({})
        bench.apply(point(vbat=51.2), settle=2.0)


def test_a_person_who_cannot_fit_it_makes_an_error_and_nothing_counts_as_fitted():
    def refuse(key, value):
        raise ValueError(f"there is no {value} on the shelf")

    with simulated_bench() as (bench, laboratory):
        laboratory.teach("fit", refuse)
        with pytest.raises(Rejected, match="no inverter on the shelf"):
            bench.fitting.change({"LOAD": "inverter"})
        assert bench.fitting.fitted == {}
        laboratory.cut("operator")
        with pytest.raises(InstrumentError):
            bench.fitting.change({"LOAD": "inverter"})


def test_an_interrupted_run_asks_for_nothing_more():
    with simulated_bench() as (bench, laboratory):
        bench.fitting.change({"LOAD": "inverter"})
        bench.abandon()
    assert asked(bench) == ["LOAD = inverter"]
    assert list(laboratory.shelf.fitted) == ["LOAD"]
