"""The inputs of controlled devices against what is printed of them, on a bare circuit."""

import pytest

from simulation.clock import VirtualClock
from simulation.controlled.device import status_net
from simulation.controlled.sheet import controlled_devices, sheet_of
from simulation.controlled.shelf import Shelf
from simulation.elements import Capacitor, Contact, Resistor, VoltageSource
from simulation.supply_source import SupplySource
from simulation.world import World

DIVIDER = 1e6  # of the status input, as on the reference bench


class Fixture:
    """One device at LOAD, driven by a stiff source behind a contact, or by nothing."""

    def __init__(self, device, vbat=12.8, level=None):
        self.clock = VirtualClock()
        self.world = World(self.clock)
        add = self.world.add
        self.supply = add(SupplySource("BAT+", "BAT-", output_resistance=1e-6, bleeder=1e9))
        self.source = add(VoltageSource("driver", "BAT-", vbat if level is None else level, 1e-3))
        self.contact = add(Contact("driver", "LOAD", 1e-3))
        add(Resistor(status_net("LOAD"), "BAT-", DIVIDER))
        add(Resistor("LOAD", "BAT-", DIVIDER))
        self.shelf = Shelf(self.world, self.clock, ("LOAD",))
        self.shelf.fit("LOAD", device)
        self.supply.set(vbat, 5.0)
        self.supply.on()
        self.clock.sleep(1.0)

    @property
    def is_on(self):
        return self.world.voltage(status_net("LOAD"), "BAT-") > 1.0

    def high(self, level=None):
        if level is not None:
            self.source.set(level)
        self.contact.close()

    def floating(self):
        self.contact.open()

    def sleep(self, duration):
        self.clock.sleep(duration)


def _until(fixture, on, most, step=0.01):
    """Return how long it takes until the device is on, or off, by looking every ``step`` [s]."""
    start = fixture.clock.now()
    while fixture.is_on != on:
        fixture.sleep(step)
        assert fixture.clock.now() - start < most
    return fixture.clock.now() - start


@pytest.mark.parametrize("device", [d for d in controlled_devices() if d != "pull_low_load"])
def test_follows_a_high_and_a_floating_output(device):
    """004-sv:152: on when pulled high, off when floating; at a voltage that charging has."""
    fixture = Fixture(device, vbat=13.8)
    assert not fixture.is_on
    fixture.high()
    _until(fixture, on=True, most=31.0)
    fixture.floating()
    fixture.sleep(0.0)
    assert not fixture.is_on  # at once


def test_a_load_of_the_other_kind_needs_the_cable():
    """004-sv:153: on when pulled to minus, off when floating."""
    fixture = Fixture("pull_low_load")
    assert not fixture.is_on
    fixture.high()
    fixture.sleep(1.0)
    assert not fixture.is_on
    fixture.high(0.0)
    fixture.sleep(1.0)
    assert fixture.is_on


@pytest.mark.parametrize(
    ("device", "on", "off"),
    [
        ("non_inverting_cable", 6.0, 1.0),
        ("mppt_direct", 3.0, 2.0),
        ("inverter", 2.9, 2.0),
        ("dcdc", 3.0, 2.0),
    ],
)
def test_thresholds(device, on, off):
    fixture = Fixture(device, level=0.0)
    fixture.high(on - 0.01)
    fixture.sleep(1.0)
    assert not fixture.is_on
    fixture.high(on + 0.01)
    fixture.sleep(1.0)
    assert fixture.is_on
    fixture.high(off + 0.01)
    fixture.sleep(1.0)
    assert fixture.is_on
    fixture.high(off - 0.01)
    fixture.sleep(1.0)
    assert not fixture.is_on


def test_cable_is_on_at_the_least_level_of_a_conforming_charger_output():
    """8 V - 0.6 V: the smallest margin of the family."""
    fixture = Fixture("non_inverting_cable", vbat=8.0, level=7.4)
    fixture.high()
    fixture.sleep(1.0)
    assert fixture.is_on


def test_smart_battery_protect_is_locked_out_for_30_s():
    fixture = Fixture("smart_battery_protect")
    fixture.high()
    fixture.sleep(0.0)
    assert fixture.is_on
    fixture.floating()
    fixture.sleep(0.2)
    assert not fixture.is_on
    fixture.high()
    assert _until(fixture, on=True, most=31.0) == pytest.approx(29.8, abs=0.02)


def test_smart_battery_protect_is_ready_once_the_lock_out_is_over():
    fixture = Fixture("smart_battery_protect")
    fixture.high()
    fixture.sleep(1.0)
    fixture.floating()
    fixture.sleep(31.0)
    fixture.high()
    fixture.sleep(0.0)
    assert fixture.is_on


def test_a_lock_out_begins_with_each_loss():
    """One gap of the output during the lock-out does not lengthen it: the device is off already."""
    fixture = Fixture("smart_battery_protect")
    fixture.high()
    fixture.sleep(1.0)
    fixture.floating()
    fixture.sleep(10.0)
    fixture.high()
    fixture.sleep(5.0)
    fixture.floating()
    fixture.sleep(5.0)
    fixture.high()
    assert _until(fixture, on=True, most=11.0) == pytest.approx(10.0, abs=0.02)


@pytest.mark.parametrize(("vbat", "scale"), [(13.6, 1.0), (27.2, 2.0)])
def test_cyrix_li_ct_wants_a_charging_voltage(vbat, scale):
    fixture = Fixture("cyrix_li_ct", vbat=vbat)
    fixture.supply.set(13.39 * scale, 5.0)
    fixture.high()
    fixture.sleep(60.0)
    assert not fixture.is_on
    fixture.supply.set(13.41 * scale, 5.0)
    fixture.sleep(0.0)
    assert fixture.is_on
    fixture.supply.set(13.21 * scale, 5.0)
    fixture.sleep(60.0)
    assert fixture.is_on
    fixture.supply.set(13.19 * scale, 5.0)
    fixture.sleep(0.0)
    assert not fixture.is_on


def test_cyrix_li_charge_closes_after_3_s_from_13_v():
    fixture = Fixture("cyrix_li_charge", vbat=12.9)
    fixture.high(12.9)
    fixture.sleep(60.0)
    assert not fixture.is_on
    fixture.supply.set(13.05, 5.0)
    assert _until(fixture, on=True, most=4.0) == pytest.approx(3.0, abs=0.02)
    fixture.floating()
    fixture.sleep(0.0)
    assert not fixture.is_on


def test_a_gap_restarts_the_delay_of_cyrix_li_charge():
    fixture = Fixture("cyrix_li_charge", vbat=13.6)
    fixture.high()
    fixture.sleep(2.0)
    fixture.floating()
    fixture.sleep(0.1)
    fixture.high()
    assert _until(fixture, on=True, most=4.0) == pytest.approx(3.0, abs=0.02)


def _reclose(fixture):
    fixture.floating()
    fixture.sleep(1.0)
    fixture.high()
    fixture.sleep(31.0)
    return fixture.is_on


def test_cyrix_li_load_wants_a_recovered_battery_after_three_attempts():
    fixture = Fixture("cyrix_li_load", vbat=12.8)
    fixture.high()
    fixture.sleep(29.9)
    assert not fixture.is_on
    fixture.sleep(0.2)
    assert [fixture.is_on, _reclose(fixture), _reclose(fixture)] == [True] * 3
    assert not _reclose(fixture)
    fixture.sleep(600.0)
    assert not fixture.is_on
    fixture.supply.set(13.1, 5.0)
    assert _until(fixture, on=True, most=31.0) == pytest.approx(30.0, abs=0.02)
    fixture.supply.set(12.5, 5.0)  # discharged again: that alone does not open it
    fixture.sleep(60.0)
    assert fixture.is_on


@pytest.mark.parametrize("device", ["skylla_tg_cable", "skylla_i_cable"])
def test_skylla_cables_pull_about_30_ma_on_their_other_side(device):
    sheet = sheet_of(device)
    assert sheet.far_voltage / sheet.far_resistance == pytest.approx(30e-3)
    fixture = Fixture(device)
    far = "load_remote"
    assert fixture.world.voltage(far, "BAT-") == pytest.approx(sheet.far_voltage)
    fixture.high()
    fixture.sleep(0.1)
    assert fixture.world.voltage(far, "BAT-") < 0.1


def test_the_own_level_of_a_battery_protect():
    """004-sv:161: it disconnects by itself when the battery is low, whatever the output says."""
    fixture = Fixture("battery_protect", vbat=12.8)
    fixture.high()
    fixture.sleep(0.1)
    assert fixture.is_on
    fixture.supply.set(10.4, 5.0)
    fixture.sleep(0.1)
    assert not fixture.is_on


def test_without_power_a_device_forgets_its_lock_out():
    fixture = Fixture("smart_battery_protect")
    fixture.high()
    fixture.sleep(1.0)
    fixture.supply.off()
    fixture.sleep(1.0)
    assert not fixture.is_on
    fixture.supply.on()
    fixture.sleep(0.0)
    assert fixture.is_on


def test_a_capacitance_delays_the_release_by_its_discharge():
    """RC ln(V / off level), with the input and the divider in parallel."""
    from math import log

    fixture = Fixture("non_inverting_cable")
    fixture.world.add(Capacitor("LOAD", "BAT-", 10e-6))
    fixture.high()
    fixture.sleep(1.0)
    fixture.floating()
    r = 1.0 / (1.0 / sheet_of("non_inverting_cable").input_resistance + 1.0 / DIVIDER)
    expected = r * 10e-6 * log(12.8 / 1.0)
    assert _until(fixture, on=False, most=10.0, step=1e-3) == pytest.approx(expected, abs=2e-3)


def test_a_removed_device_leaves_nothing_in_the_circuit():
    fixture = Fixture("inverting_cable")
    fixture.high()
    fixture.sleep(1.0)
    assert "load_remote" in fixture.world.nets
    fixture.shelf.fit("LOAD", "nothing")
    fixture.sleep(1.0)
    assert "load_remote" not in fixture.world.nets
    assert not fixture.is_on
    assert not fixture.shelf.fitted
    assert fixture.world.current(fixture.contact) == pytest.approx(12.8 / DIVIDER, rel=1e-3)
    fixture.floating()
    fixture.sleep(1.0)


def test_fitting_replaces_what_was_there():
    fixture = Fixture("smart_battery_protect")
    fixture.high()
    fixture.sleep(1.0)
    fixture.floating()
    fixture.shelf.fit("LOAD", "inverter")
    fixture.high()
    fixture.sleep(0.1)
    assert fixture.is_on  # no lock-out is inherited
    assert list(fixture.shelf.fitted) == ["LOAD"]


def test_what_is_not_there_cannot_be_fitted():
    fixture = Fixture("inverter")
    with pytest.raises(ValueError, match="no output PRE-ALARM"):
        fixture.shelf.fit("PRE-ALARM", "inverter")
    with pytest.raises(ValueError, match="no 'toaster' to fit; there are inverter"):
        fixture.shelf.fit("LOAD", "toaster")
    assert "LOAD" in fixture.shelf.fitted


@pytest.mark.parametrize("device", controlled_devices())
def test_every_threshold_is_in_order(device):
    sheet = sheet_of(device)
    assert sheet.on_above > sheet.off_below > 0.0
    assert sheet.supply_on_above >= sheet.supply_off_below
