"""Looks at a smallBMS NG, its bank and its app, for tests of its defects.

Each returns what it finds, or a function of the defects that does.
"""

import pytest
from device_rig import Rig

HIGH, FLOAT = "HIGH", "FLOAT"


def rig(faults, *conditions, after=40.0, **settings):
    """Return a unit after conditions of its bank and settings of its app, each held for a while."""
    unit = Rig(faults=faults, device="smallbms_ng")
    for name, text in settings.items():
        unit.device.app.set(name, text)
        unit.sleep(1.0)
    for condition in conditions:
        unit.device.battery.set_condition(condition)
        unit.sleep(after)
    return unit


def states(*conditions, after=40.0, **settings):
    return lambda faults: rig(faults, *conditions, after=after, **settings).states()


def shown(name, *conditions, after=40.0, **settings):
    return lambda faults: rig(faults, *conditions, after=after, **settings).device.app.read(name)


def pattern(led, *conditions, vbat=12.8, connected=False, after=40.0):
    def look(faults):
        unit = rig(faults, *conditions, after=after)
        unit.supply.set(vbat, 5.0)
        if connected:
            unit.device.app.do("connect")
        unit.sleep(1.0)
        lit = []
        for _ in range(40):
            unit.sleep(0.1)
            lit.append(unit.lit(led))
        return "lit" if all(lit) else "blinking" if any(lit) else "dark"

    return look


def pre_alarm_drop(current):
    def look(faults):
        unit = rig(faults, "prealarm")
        unit.load("PRE-ALARM", current)
        return unit.drop("PRE-ALARM")

    return look


def pre_alarm_short(faults):
    unit = rig(faults, "prealarm")
    unit.shorts["PRE-ALARM"].close()
    return unit.world.current(unit.shorts["PRE-ALARM"])


def lead(faults):
    """Return how long PRE-ALARM was high before LOAD opened, after a step [s]."""
    unit = rig(faults)
    for terminal in ("LOAD", "PRE-ALARM"):
        unit.downs[terminal].close()
    unit.device.battery.set_condition("undervoltage")
    risen = None
    for _ in range(1000):
        unit.sleep(0.05)
        now = unit.clock.now()
        if risen is None and unit.v("PRE-ALARM") > 1.0:
            risen = now
        if unit.v("LOAD") < 1.0:
            return None if risen is None else now - risen
    return None


def late_recovery(faults):
    """Recover 5 s into the pre-alarm, then wait for what must not happen."""
    unit = rig(faults, "undervoltage", after=5.0)
    unit.device.battery.set_condition("healthy")
    unit.sleep(60.0)
    return unit.states()


def charged_again(faults):
    unit = rig(faults, soc="5 %")
    unit.device.app.set("soc", "50 %")
    unit.sleep(1.0)
    return unit.state("LOAD")


def cold(faults):
    unit = rig(faults)
    unit.device.battery.set_temperatures(4.0)
    unit.sleep(1.0)
    return unit.state("CHARGER")


def low_current(faults):
    return rig(faults, "undervoltage").supply_current()


def lost(after):
    def look(faults):
        unit = rig(faults)
        unit.poles[0].open()
        unit.sleep(after)
        return unit.device.app.read("codes")

    return look


def time_remaining(faults):
    unit = rig(faults, "discharging", after=1.0, discharge_floor="20 %")
    unit.device.app.set("soc", "50 %")
    return unit.device.app.read("time_remaining")


def error_at_8v5(faults):
    unit = rig(faults)
    unit.supply.set(8.5, 5.0)
    unit.sleep(1.0)
    return unit.device.app.read("codes")


def charge_said_allowed(faults):
    said = rig(faults, "overvoltage").device.advertisement()
    return said.allow_to_charge, said.codes


def discharge_said_allowed(faults):
    said = rig(faults, soc="5 %").device.advertisement()
    return said.allow_to_discharge, said.codes


def found_after_start(after):
    def look(faults):
        unit = rig(faults, bluetooth="off")
        unit.supply.off()
        unit.sleep(1.0)
        unit.supply.on()
        unit.sleep(1.0 + after)  # the boot takes 1 s
        return unit.device.app.finds_unit

    return look


def after_reset(faults):
    unit = rig(faults, discharge_floor="33 %", soc_warning="44 %")
    unit.device.app.do("factory_reset")
    return unit.device.app.read("discharge_floor"), unit.device.app.read("soc_warning")


def advertised_voltage(faults):
    said = rig(faults).device.advertisement()
    return said and pytest.approx(said.voltage)


def updating(fails_after=None, then=0.0):
    def look(faults):
        unit = rig(faults)
        unit.device.app.do("firmware_update")
        unit.sleep(10.0)
        if fails_after is not None:
            unit.device.app.do("interrupt_update")
        unit.sleep(then)
        return unit.states()

    return look


def after_update(name):
    def look(faults):
        unit = rig(faults, **{name: "33 %"})
        unit.device.app.do("firmware_update")
        unit.sleep(200.0)
        return unit.device.app.read(name)

    return look


def heard_disabled(faults):
    """Return whether a unit whose Bluetooth is disabled is on the air, and in the app."""
    unit = rig(faults, bluetooth="off")
    return unit.device.is_on_air(), unit.device.app.finds_unit


def at_temperature(temperature):
    def look(faults):
        unit = rig(faults)
        unit.device.battery.set_temperatures(temperature)
        unit.sleep(1.0)
        return unit.state("CHARGER")

    return look


def hot_leakage(faults):
    unit = Rig(faults=faults, device="smallbms_ng", link=False)
    unit.device.set_temperature(50.0)
    unit.shorts["LOAD"].close()
    return unit.world.current(unit.shorts["LOAD"])


def raised(faults):
    """Return the state of LOAD soon after the supply has gone up by a half."""
    unit = rig(faults)
    unit.supply.set(19.2, 5.0)
    unit.sleep(0.5)
    return unit.state("LOAD")


def advertised(name):
    """Return a figure on the air while the bank is discharged, in the unit of the app."""

    def look(faults):
        return getattr(rig(faults, "discharging", soc="64 %").device.advertisement(), name)

    return look


def second_lead(faults):
    """Return how long the second pre-alarm lasts before LOAD opens [s]."""
    unit = rig(faults, "undervoltage")
    unit.device.battery.set_condition("healthy")
    unit.sleep(5.0)
    unit.device.battery.set_condition("undervoltage")
    for tenth in range(600):
        if unit.state("LOAD") == FLOAT:
            return tenth / 10
        unit.sleep(0.1)
    return None


def high_at_start(terminal):
    """Return whether an output is high 0.1 s after the power has come to a unit that is off."""

    def look(faults):
        unit = Rig(faults=faults, device="smallbms_ng", link=False, powered=False)
        unit.supply.on()
        unit.sleep(0.1)
        return unit.state(terminal) == HIGH

    return look


def flickers(faults):
    """Return whether LOAD is open shortly after CHARGER has opened."""
    unit = Rig(faults=faults, device="smallbms_ng")
    unit.device.app.do("firmware_update")
    unit.sleep(0.05)
    return unit.state("LOAD") == FLOAT


def once_off(faults):
    unit = Rig(faults=faults, device="smallbms_ng")
    unit.link.open()
    unit.sleep(1.0)
    return unit.supply_current()


def at(value):
    return pytest.approx(value, rel=2e-3)
