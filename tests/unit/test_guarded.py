"""What guarded roles hold for possible when a command fails, and before there was any."""

import pytest
from fake_instruments import FakeLoad, FakeSupply, Teller
from test_safety import envelope

from bench.cover import Cover
from bench.errors import SafetyTrip
from bench.guarded import GuardedLoad, GuardedSource
from bench.guarded_supply import GuardedSupply
from instruments.daq import AnalogOutput, DigitalInput
from instruments.errors import NoAnswer

CEILING = 1.5


class OpenCover(DigitalInput):
    def is_high(self):
        return True


class FakeSource(Teller, AnalogOutput):
    def set_voltage(self, voltage):
        self.take("voltage", voltage)

    def span(self):
        return 0.0, 5.0


def guarded(mute=(), cover_is_open=False, driven=0.0):
    output = FakeSupply(mute=set(mute))
    check = Cover(OpenCover).check if cover_is_open else lambda voltage: None
    supply = GuardedSupply(
        output, envelope(), CEILING, check, lambda: driven, lambda: output.take("quench")
    )
    return supply, output


def set_quietly(supply, voltage):
    with pytest.raises(NoAnswer):
        supply.set_voltage(voltage)


def test_a_supply_is_not_switched_on_at_what_an_earlier_program_has_left():
    supply, output = guarded()
    with pytest.raises(SafetyTrip, match="set one first"):
        supply.enable()
    assert output.told == []
    supply.set_voltage(12.8)
    supply.enable()
    assert output.told == [("voltage", 12.8), ("current", CEILING), ("enable", None)]


def test_a_first_voltage_that_failed_is_none():
    supply, output = guarded(mute={"voltage"})
    set_quietly(supply, 12.8)
    with pytest.raises(SafetyTrip, match="set one first"):
        supply.enable()
    assert ("enable", None) not in output.told


@pytest.mark.parametrize(("asked", "given"), [(1.0, 1.0), (1.5, 1.5), (13.5, CEILING)])
def test_the_current_limit_ends_at_the_ceiling(asked, given):
    supply, output = guarded()
    supply.set_current_limit(asked)
    supply.set_voltage(12.8)
    supply.enable()
    assert output.told == [("current", given), ("voltage", 12.8), ("enable", None)]


@pytest.mark.parametrize(("ceiling_of_ocp", "given"), [(1.0, 1.0), (1.4, 1.4), (9.0, CEILING)])
def test_the_over_current_protection_ends_at_the_ceiling(ceiling_of_ocp, given):
    supply, output = guarded()
    supply.set_overcurrent_protection(ceiling_of_ocp)
    assert output.told == [("ocp", given)]


@pytest.mark.parametrize("level", [0.0, 8.0, 70.0, 73.49])
def test_a_protection_below_105_percent_of_the_maximum_is_one(level):
    supply, output = guarded()
    supply.set_overvoltage_protection(level)
    assert output.told == [("ovp", level)]


@pytest.mark.parametrize("level", [73.6, 88.0, -0.1, float("nan"), float("inf")])
def test_a_protection_beyond_that_protects_nothing(level):
    supply, output = guarded()
    with pytest.raises(SafetyTrip, match="protects nothing"):
        supply.set_overvoltage_protection(level)
    assert output.told == []


def test_a_voltage_that_may_have_been_taken_is_not_switched_on_under_an_open_cover():
    supply, output = guarded(cover_is_open=True)
    supply.set_voltage(12.8)
    output.mute.add("voltage")
    check, supply._check_cover = supply._check_cover, lambda voltage: None
    set_quietly(supply, 65.0)
    supply._check_cover = check
    with pytest.raises(SafetyTrip, match="cover is open"):
        supply.enable()


def test_only_what_is_certain_is_a_battery_voltage_for_a_remote_input():
    supply, output = guarded()
    source = GuardedSource(FakeSource(), lambda: supply.assured_level)
    supply.set_voltage(3.0)
    with pytest.raises(SafetyTrip, match="above the battery voltage"):
        source.set_voltage(3.0)
    supply.enable()
    source.set_voltage(3.0)
    output.mute.add("voltage")
    set_quietly(supply, 12.8)
    assert (supply.assured_level, supply.level) == (3.0, 12.8)
    with pytest.raises(SafetyTrip, match="above the battery voltage"):
        source.set_voltage(5.0)
    set_quietly(supply, 2.0)
    assert (supply.assured_level, supply.level) == (2.0, 12.8)


@pytest.mark.parametrize("command", ["enable", "disable"])
def test_an_output_that_did_not_answer_may_be_on_and_may_be_off(command):
    supply, output = guarded()
    supply.set_voltage(12.8)
    if command == "disable":
        supply.enable()
    output.mute.add(command)
    with pytest.raises(NoAnswer):
        getattr(supply, command)()
    assert (supply.assured_level, supply.level) == (0.0, 12.8)
    supply.note_safe()
    assert (supply.assured_level, supply.level) == (0.0, 0.0)


def test_what_drives_an_input_goes_before_the_supply():
    supply, output = guarded(driven=3.0)
    supply.set_voltage(3.0)
    with pytest.raises(SafetyTrip, match=r"below the 3 V on a remote input"):
        supply.set_voltage(2.9)
    supply.disable()
    assert output.told == [("voltage", 3.0), ("quench", None), ("disable", None)]


@pytest.mark.parametrize(("before", "asked"), [(1.0, 5.0), (5.0, 0.0)])
def test_an_input_that_did_not_answer_may_be_driven_with_the_higher_voltage(before, asked):
    output = FakeSource()
    source = GuardedSource(output, lambda: 5.0)
    assert source.level == 0.0
    source.set_voltage(before)
    assert source.level == before
    output.mute.add("voltage")
    with pytest.raises(NoAnswer):
        source.set_voltage(asked)
    assert source.level == 5.0
    source.note_safe()
    assert source.level == 0.0


@pytest.mark.parametrize("voltage", [-0.1, 5.1, float("nan")])
def test_an_input_is_driven_neither_below_zero_nor_above_the_battery(voltage):
    output = FakeSource()
    with pytest.raises(SafetyTrip, match="above the battery voltage of 5 V"):
        GuardedSource(output, lambda: 5.0).set_voltage(voltage)
    assert output.told == []


def test_a_load_sinks_only_what_it_was_set_to():
    checked = []
    load = FakeLoad()
    guard = GuardedLoad(load, checked.append)
    with pytest.raises(SafetyTrip, match="set one first"):
        guard.enable()
    guard.set_current(0.5)
    guard.enable()
    assert checked == [0.5, 0.5]
    assert guard.enabled
    load.mute.add("disable")
    with pytest.raises(NoAnswer):
        guard.disable()
    assert guard.enabled  # it may be
    guard.note_safe()
    load.mute.add("current")
    with pytest.raises(NoAnswer):
        guard.set_current(0.01)
    with pytest.raises(SafetyTrip, match="set one first"):
        guard.enable()
    assert not guard.enabled
