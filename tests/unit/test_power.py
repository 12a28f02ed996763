"""Powering the device: protections first, never beyond the maximum, only a voltage that comes."""

import pytest
from fake_instruments import FakeSupply

from bench.power import move, power_cycle, power_up
from instruments.errors import OutOfRange
from simulation.clock import VirtualClock

MAXIMUM = 70.0
ERROR = 0.1  # the expanded uncertainty of the fake


def powered(vbat, ceiling=1.5, readings=()):
    supply = FakeSupply()
    supply.readings = list(readings) or [vbat]
    power_up(supply, vbat, maximum=MAXIMUM, ceiling=ceiling, clock=VirtualClock())
    return supply


def test_protections_are_armed_before_there_is_a_voltage():
    told = [command for command, _ in powered(12.8).told]
    assert sorted(told[:2]) == ["ocp", "ovp"]
    assert sorted(told[2:4]) == ["current", "voltage"]
    assert told[4:] == ["enable"]


@pytest.mark.parametrize("vbat", [0.0, 2.0, 8.0, 12.8, 60.0, 69.9, 69.95, 70.0])
def test_neither_the_supply_nor_its_protection_errs_beyond_the_device(vbat):
    told = dict(powered(vbat).told)
    assert told["voltage"] + ERROR <= MAXIMUM
    assert told["voltage"] == pytest.approx(min(vbat, MAXIMUM - ERROR))
    assert told["ovp"] > told["voltage"] + ERROR  # what is regulated must not trip it
    assert told["ovp"] >= 8.0  # the supply's floor
    assert told["ovp"] <= max(8.0, 1.03 * told["voltage"] + 0.6)


@pytest.mark.parametrize(("ceiling", "armed"), [(1.1, 1.35), (1.35, 1.35), (2.0, 2.0)])
def test_the_current_ends_at_the_ceiling_and_trips_there_or_as_low_as_it_can(ceiling, armed):
    told = dict(powered(12.8, ceiling).told)
    assert told["current"] == ceiling
    assert told["ocp"] == armed


def test_a_slow_supply_is_waited_for():
    assert powered(12.8, readings=[0.0, 4.0, 8.0, 12.0, 12.75]).readings == [12.75]


@pytest.mark.parametrize("stays", [0.0, 12.5, 13.1])
@pytest.mark.parametrize("tripped", [False, True])
def test_a_voltage_that_does_not_come_is_no_power(stays, tripped):
    supply, clock = FakeSupply(), VirtualClock()
    supply.readings, supply.tripped = [stays], tripped
    with pytest.raises(OutOfRange, match=f"stays at {stays:.3g} V instead of 12.8 V") as caught:
        power_up(supply, 12.8, maximum=MAXIMUM, ceiling=1.5, clock=clock)
    assert ("protection has tripped" in str(caught.value)) is tripped
    assert 5.0 <= clock.now() < 6.0


def test_a_power_cycle_is_off_for_five_seconds_and_says_when_it_was_on_again():
    supply, clock = FakeSupply(), VirtualClock()
    supply.readings = [0.9]
    assert power_cycle(supply, clock) == 5.0
    assert [command for command, _ in supply.told] == ["disable", "enable"]


def test_a_power_cycle_waits_for_the_voltage_to_go_and_not_for_ever():
    supply, clock = FakeSupply(), VirtualClock()
    supply.readings = [3.0, 1.1, 0.9]
    assert power_cycle(supply, clock) == pytest.approx(5.1)
    supply, supply.readings = FakeSupply(), [1.1]
    with pytest.raises(OutOfRange, match=r"still carries 1\.1 V"):
        power_cycle(supply, clock)
    assert "enable" not in [command for command, _ in supply.told]


def test_a_move_is_over_when_the_voltage_is_there():
    supply = FakeSupply()
    supply.readings = [12.8, 10.0, 8.2, 8.1]
    move(supply, 8.0, VirtualClock())
    assert supply.told == [("voltage", 8.0)]
    assert supply.readings == [8.1]
    supply.readings = [12.8]
    with pytest.raises(OutOfRange, match=r"stays at 12\.8 V instead of 8 V"):
        move(supply, 8.0, VirtualClock())


@pytest.mark.parametrize(("vbat", "headroom"), [(12.8, 0.5), (60.0, 0.6)])
def test_the_protection_is_as_near_as_the_supply_errs(vbat, headroom):
    told = dict(powered(vbat).told)
    assert told["ovp"] == pytest.approx(vbat + headroom + ERROR)
