"""The simulated battery's alarm electronics, and the unit behind its link."""

import pytest
from device_rig import Rig

from simulation.clock import VirtualClock
from simulation.dut.battery import Battery
from simulation.world import World


def _poles(battery):
    return tuple(contact.is_closed for contact in battery.contacts)


HEALTHY, LOW_CELL, NO_CHARGE, UNPLUGGED = (
    (True, True, True),
    (False, True, True),
    (True, False, True),
    (False, False, False),
)


@pytest.fixture
def battery():
    return Battery(World(VirtualClock()), cells=4)


def test_new_battery_is_healthy(battery):
    assert _poles(battery) == HEALTHY
    assert battery.voltage == pytest.approx(13.2)


# levels: 2.8 V (000-en:41), release at 3.2 V by all cells
def test_undervoltage_needs_one_cell_and_clears_with_all(battery):
    battery.set_cell(2, 2.81)
    assert _poles(battery) == HEALTHY
    battery.set_cell(2, 2.79)
    assert _poles(battery) == LOW_CELL
    battery.set_cells(3.19)
    assert _poles(battery) == LOW_CELL
    battery.set_cells(3.2)
    assert _poles(battery) == HEALTHY


def test_undervoltage_level_is_adjustable():
    battery = Battery(World(VirtualClock()), undervoltage=2.6)
    battery.set_cells(2.65)
    assert _poles(battery) == HEALTHY
    battery.set_cells(2.59)
    assert _poles(battery) == LOW_CELL


# 3.75 V, release below 3.6 V by all cells
def test_overvoltage_needs_one_cell_and_clears_with_all(battery):
    battery.set_cell(0, 3.74)
    assert _poles(battery) == HEALTHY
    battery.set_cell(0, 3.75)
    assert _poles(battery) == NO_CHARGE
    battery.set_cell(0, 3.61)
    assert _poles(battery) == NO_CHARGE
    battery.set_cell(0, 3.59)
    assert _poles(battery) == HEALTHY


# 5 to 50 degC (000-en:42)
@pytest.mark.parametrize(
    ("inside", "outside", "recovered"), [(5.0, 4.9, 8.0), (50.0, 50.1, 47.0), (6.0, -20.0, 20.0)]
)
def test_temperature(battery, inside, outside, recovered):
    battery.set_temperature(1, inside)
    assert _poles(battery) == HEALTHY
    battery.set_temperature(1, outside)
    assert _poles(battery) == NO_CHARGE
    battery.set_temperature(1, recovered)
    assert _poles(battery) == HEALTHY


def test_alarms_are_independent(battery):
    battery.set_cell(0, 2.5)
    battery.set_cell(1, 3.8)
    assert _poles(battery) == (False, False, True)
    battery.set_cell(0, 3.3)
    assert _poles(battery) == NO_CHARGE


def test_cable(battery):
    battery.unplug()
    assert _poles(battery) == UNPLUGGED
    battery.set_cells(3.3)
    assert _poles(battery) == UNPLUGGED
    battery.set_cells(2.5)
    battery.plug()
    assert _poles(battery) == LOW_CELL


def test_unit_follows_the_cells():
    rig = Rig()
    for pole in rig.poles:
        pole.open()
    battery = Battery(rig.world)
    rig.sleep(1.0)
    assert rig.states() == ("HIGH", "HIGH")
    for cell, expected in [
        (2.7, ("FLOAT", "HIGH")),
        (3.0, ("FLOAT", "HIGH")),
        (3.3, ("HIGH", "HIGH")),
        (3.8, ("HIGH", "FLOAT")),
        (3.5, ("HIGH", "HIGH")),
    ]:
        battery.set_cells(cell)
        rig.sleep(0.3)
        assert rig.states() == expected
    battery.unplug()
    rig.sleep(0.3)
    assert rig.states() == ("FLOAT", "FLOAT")
