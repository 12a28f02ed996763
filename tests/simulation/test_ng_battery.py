"""The bank on the bus of the smallBMS NG, and the unit's outputs, LEDs and codes that follow."""

import pytest
from device_rig import Rig

from simulation.clock import VirtualClock
from simulation.dut.bus_battery import CONDITIONS, BusBattery
from simulation.dut.device import Advertises, Device, HasApp, HasBattery

HIGH, FLOAT = "HIGH", "FLOAT"
LEAD = 31.0  # assumed in the data file; at least 30 s is printed
BUS = 0.2  # a turn of the bus, assumed

# LOAD, CHARGER, PRE-ALARM, red, codes, once any delay is over (domain of the manual 004, 5.2)
SETTLED = {
    "healthy": (HIGH, HIGH, FLOAT, "dark", "none"),
    "prealarm": (HIGH, HIGH, HIGH, "blinking", "W-B01"),
    "undervoltage": (FLOAT, HIGH, FLOAT, "lit", "A-B01"),
    "overvoltage": (HIGH, FLOAT, FLOAT, "dark", "none"),
    "overtemperature": (HIGH, FLOAT, FLOAT, "lit", "A-B09"),
    "undertemperature": (HIGH, FLOAT, FLOAT, "dark", "none"),
    "undervoltage_overtemperature": (FLOAT, FLOAT, FLOAT, "lit", "A-B01 A-B09"),
    "undervoltage_overvoltage": (FLOAT, FLOAT, FLOAT, "lit", "A-B01"),
    "prealarm_overtemperature": (HIGH, FLOAT, HIGH, "lit", "W-B01 A-B09"),
    "low_bank": (FLOAT, HIGH, FLOAT, "lit", "A-B08"),
    "discharging": (HIGH, HIGH, FLOAT, "dark", "none"),
    "invalid_configuration_1": (FLOAT, FLOAT, FLOAT, "lit", "E-B01"),
    "invalid_configuration_5": (FLOAT, FLOAT, FLOAT, "lit", "E-B05"),
}


def rig(vbat=12.8, faults=(), **more):
    return Rig(vbat, faults, device="smallbms_ng", **more)


def pattern(unit, led):
    looks = []
    for _ in range(40):
        unit.sleep(0.1)
        looks.append(unit.lit(led))
    return "lit" if all(looks) else "blinking" if any(looks) else "dark"


def read(unit):
    return (*unit.states(), pattern(unit, "LED_RED"), unit.device.app.read("codes"))


def high(unit):
    """Return LOAD, CHARGER and PRE-ALARM as the pull-downs show them, without any time passing."""
    for terminal in unit.outputs:
        unit.downs[terminal].close()
    return tuple(unit.drop(terminal) < 1.0 for terminal in unit.outputs)


def test_every_condition_is_looked_at():
    assert set(SETTLED) == set(CONDITIONS)


@pytest.mark.parametrize("vbat", [9.5, 12.8, 51.2])
@pytest.mark.parametrize("condition", SETTLED)
def test_condition_and_recovery(vbat, condition):
    unit = rig(vbat)
    unit.device.battery.set_condition(condition)
    unit.sleep(40.0)
    assert read(unit) == SETTLED[condition]
    unit.device.battery.set_condition("healthy")
    unit.sleep(BUS + 1e-6)
    assert read(unit) == SETTLED["healthy"]


@pytest.mark.parametrize("first", SETTLED)
@pytest.mark.parametrize("second", SETTLED)
def test_every_condition_follows_every_other(first, second):
    unit = rig()
    for condition in (first, second):
        unit.device.battery.set_condition(condition)
        unit.sleep(40.0)
    assert read(unit) == SETTLED[second]


def test_slow_fall_opens_load_when_the_battery_says_so():
    unit = rig()
    unit.device.battery.set_cell(2, 3.0)
    unit.sleep(65.0)
    assert high(unit) == (True, True, True)
    unit.device.battery.set_cell(2, 2.7)
    unit.sleep(BUS + 1e-6)
    assert high(unit) == (False, True, False)


@pytest.mark.parametrize("gap", [0.0, 5.0, 29.0])
def test_fast_fall_and_step_keep_load_until_the_time_is_over(gap):
    unit = rig()
    battery = unit.device.battery
    if gap:
        battery.set_condition("prealarm")
        unit.sleep(gap)
    battery.set_condition("undervoltage")
    unit.sleep(BUS + LEAD - gap - 1e-6 - BUS)
    assert high(unit) == (True, True, True)
    unit.sleep(BUS + 2e-6)
    assert high(unit) == (False, True, False)
    unit.sleep(100.0)
    assert high(unit) == (False, True, False)


@pytest.mark.parametrize("recovered", [1.0, 15.0, 30.5])
def test_recovery_in_time_ends_the_alarm_and_load_never_opens(recovered):
    unit = rig()
    unit.device.battery.set_condition("undervoltage")
    unit.sleep(recovered)
    unit.device.battery.set_condition("healthy")
    unit.sleep(BUS + 1e-6)
    for _ in range(100):
        assert high(unit) == (True, True, False)
        unit.sleep(0.9)


def test_a_low_cell_clears_only_when_all_are_charged():
    unit = rig()
    battery = unit.device.battery
    battery.set_cells(2.7)
    unit.sleep(40.0)
    battery.set_cells(3.19)
    unit.sleep(1.0)
    assert read(unit) == SETTLED["undervoltage"]
    battery.set_cells(3.2)
    unit.sleep(1.0)
    assert read(unit) == SETTLED["healthy"]


# 5 degC is printed (004-sv:392); 50 degC is that of the Smart line
@pytest.mark.parametrize(
    ("inside", "outside", "codes"),
    [(5.0, 4.9, "none"), (50.0, 50.1, "A-B09"), (6.0, -20.0, "none")],
)
def test_temperature_of_one_cell_opens_charger_only(inside, outside, codes):
    unit = rig()
    unit.device.battery.set_temperature(1, inside)
    unit.sleep(1.0)
    assert unit.states() == (HIGH, HIGH, FLOAT)
    unit.device.battery.set_temperature(1, outside)
    unit.sleep(1.0)
    assert unit.states() == (HIGH, FLOAT, FLOAT)
    assert unit.device.app.read("codes") == codes


def test_supply_current_of_a_unit_with_a_low_cell():
    unit = rig()
    unit.device.battery.set_condition("undervoltage")
    unit.sleep(40.0)
    assert 0.9 * 1.2e-3 < unit.supply_current() <= 1.2e-3  # 004-sv:557


@pytest.mark.parametrize("condition", ["prealarm", "undervoltage", "overtemperature"])
def test_remote_off_floats_everything_and_has_nothing_to_say(condition):
    unit = rig()
    unit.device.battery.set_condition(condition)
    unit.sleep(5.0)
    unit.link.open()
    unit.sleep(1.0)
    assert read(unit) == (FLOAT, FLOAT, FLOAT, "dark", "none")
    unit.link.close()
    unit.sleep(40.0)
    assert read(unit) == SETTLED[condition]


def test_what_a_bank_says_behind_a_cable_that_is_off_is_not_heard():
    unit = rig()
    unit.poles[1].open()
    unit.device.battery.set_condition("overvoltage")
    unit.sleep(1.0)
    assert unit.states() == (HIGH, HIGH, FLOAT)
    assert unit.device.app.read("codes") == "W-B05"
    unit.sleep(5.0)
    assert read(unit) == (FLOAT, FLOAT, FLOAT, "lit", "A-B05")
    assert unit.device.advertisement().voltage is None
    unit.poles[1].close()
    unit.sleep(1.0)
    assert read(unit) == SETTLED["overvoltage"]


@pytest.mark.parametrize("condition", SETTLED)
def test_unit_that_starts_into_a_condition(condition):
    unit = rig(powered=False)
    unit.device.battery.set_condition(condition)
    unit.supply.on()
    unit.sleep(2.0)
    assert read(unit) == SETTLED[condition]


def test_a_word_that_is_no_condition_is_named():
    with pytest.raises(ValueError, match=r"empty.*healthy"):
        BusBattery(VirtualClock()).set_condition("empty")


# 2 batteries of 25.6 V in series, 3 strings: 48 V system
def test_bank_adds_up():
    bank = BusBattery(VirtualClock(), nominal_voltage=25.6, capacity=200.0, series=2, parallel=3)
    assert bank.report.nominal_voltage == pytest.approx(51.2)
    assert len(bank.report.cells) == 16
    assert bank.report.voltage == pytest.approx(16 * 3.3)
    assert bank.report.capacity == pytest.approx(600.0)


def test_charge_follows_the_current():
    clock = VirtualClock()
    bank = BusBattery(clock)  # 100 Ah, 80 %
    bank.set_current(-10.0)
    clock.sleep(3600.0)
    assert bank.state_of_charge == pytest.approx(70.0)
    bank.set_current(50.0)
    clock.sleep(1800.0)
    assert bank.state_of_charge == pytest.approx(95.0)
    clock.sleep(3600.0)
    assert bank.state_of_charge == pytest.approx(100.0)


def test_a_quiet_bank_costs_no_events():
    clock = VirtualClock()
    bank = BusBattery(clock)
    told = []
    bank.listener = lambda: told.append(clock.now())
    clock.sleep(1000.0)
    assert not told
    bank.set_condition("undervoltage")
    clock.sleep(1000.0)
    assert told == [pytest.approx(1000.0 + BUS)]


def test_the_unit_offers_what_a_person_and_a_receiver_need():
    device: Device = rig().device
    assert isinstance(device, HasBattery)
    assert isinstance(device, HasApp)
    assert isinstance(device, Advertises)
    for ability in (HasBattery, HasApp, Advertises):
        assert not isinstance(Rig().device, ability)
