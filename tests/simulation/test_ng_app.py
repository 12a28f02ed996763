"""The smallBMS NG and its app: settings, charge levels, permissions, update, radio (manual 004)."""

import pytest
from device_rig import Rig

from simulation.dut.app import ACTIONS, READABLE, NotFound, NotPossible
from simulation.dut.readings import ALARM, WARNING
from simulation.dut.settings import RESET

HIGH, FLOAT = "HIGH", "FLOAT"
ON, OFF = (HIGH, HIGH, FLOAT), (FLOAT, FLOAT, FLOAT)


@pytest.fixture
def unit():
    return Rig(device="smallbms_ng")


def cycle(unit, off=1.0):
    unit.supply.off()
    unit.sleep(off)
    unit.supply.on()
    unit.sleep(2.0)


def pattern(unit, led):
    looks = []
    for _ in range(40):
        unit.sleep(0.1)
        looks.append(unit.lit(led))
    return "lit" if all(looks) else "blinking" if any(looks) else "dark"


def changed(app):
    """Change the five settings of a factory reset and return what the app showed before."""
    defaults = {name: app.read(name) for name in RESET}
    app.set("charged_voltage", "13.8 V")
    app.set("tail_current", "2 %")
    app.set("charge_detection_time", "5 min")
    app.set("soc_warning", "33 %")
    app.set("discharge_floor", "22.5 %")
    return defaults


# printed: 4 % and 3 minutes (004-sv:309, 310)
def test_defaults_of_the_manual(unit):
    assert unit.device.app.read("tail_current") == "4 %"
    assert unit.device.app.read("charge_detection_time") == "3 min"


def test_settings_outlast_the_power_and_end_with_a_factory_reset(unit):
    app = unit.device.app
    defaults = changed(app)
    app.set("soc", "55 %")
    app.set("mode", "off")
    cycle(unit, off=100.0)
    assert [app.read(name) for name in RESET] == ["13.8 V", "2 %", "5 min", "33 %", "22.5 %"]
    app.do("factory_reset")
    assert {name: app.read(name) for name in RESET} == defaults
    assert app.read("mode") == "off"
    assert app.read("soc") == "55.0 %"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("soc", "101 %", "soc"),
        ("soc", "half", "number in %"),
        ("discharge_floor", "-1", "discharge_floor"),
        ("tail_current", "nan", "tail_current"),
        ("mode", "standby", "on or off"),
        ("battery_capacity", "200 Ah", "no setting"),
        ("codes", "", "no setting"),
    ],
)
def test_what_cannot_be_set_is_refused_and_changes_nothing(unit, name, text, words):
    app = unit.device.app
    before = app.read(name)
    with pytest.raises(NotPossible, match=words):
        app.set(name, text)
    assert app.read(name) == before


def test_names_that_do_not_exist_are_named(unit):
    app = unit.device.app
    with pytest.raises(NotPossible, match="prealarm_level"):
        app.read("prealarm_level")
    with pytest.raises(NotPossible, match=r"explode.*factory_reset"):
        app.do("explode")


# 004-sv:302: detected, not configured
def test_bank_is_detected(unit):
    names = ("capacity", "voltage", "count", "series", "parallel")
    shown = [unit.device.app.read(f"battery_{name}") for name in names]
    assert shown == ["100 Ah", "12.8 V", "1", "1", "1"]


def test_warning_level_raises_pre_alarm_at_once(unit):
    app = unit.device.app
    app.set("soc_warning", "30 %")
    app.set("soc", "30.1 %")
    unit.sleep(1.0)
    assert unit.states() == ON
    app.set("soc", "30 %")
    assert unit.states() == (HIGH, HIGH, HIGH)
    assert app.read("codes") == "W-B07"
    assert app.read("allow_to_discharge") == "Pre-alarm"
    assert pattern(unit, "LED_RED") == "blinking"
    app.set("soc", "60 %")
    assert unit.states() == ON
    assert app.read("codes") == "none"


def test_floor_opens_load_at_once_and_charging_brings_it_back(unit):
    app = unit.device.app
    app.set("discharge_floor", "20 %")
    app.set("soc", "20 %")
    assert unit.states() == (FLOAT, HIGH, FLOAT)
    assert app.read("codes") == "A-B07"
    assert (app.read("allow_to_charge"), app.read("allow_to_discharge")) == ("Yes", "No")
    assert pattern(unit, "LED_RED") == "lit"
    unit.device.battery.set_current(20.0)
    unit.sleep(3600.0)
    assert unit.states() == ON
    assert app.read("codes") == "none"


def test_floor_of_zero_is_none(unit):
    app = unit.device.app
    app.set("discharge_floor", "0 %")
    app.set("soc", "0 %")
    unit.sleep(60.0)
    assert unit.state("LOAD") == HIGH
    app.set("discharge_floor", "1 %")
    assert unit.state("LOAD") == FLOAT


def test_discharge_comes_to_the_levels_in_the_computed_time(unit):
    """100 Ah from 80 % at 10 A: 6 h to the warning at 20 %, 7 h to the floor at 10 %."""
    app = unit.device.app
    app.set("soc_warning", "20 %")
    app.set("discharge_floor", "10 %")
    unit.device.battery.set_condition("discharging")
    unit.sleep(6 * 3600.0 - 1.0)
    assert unit.states() == ON
    unit.sleep(3.0)
    assert unit.states() == (HIGH, HIGH, HIGH)
    unit.sleep(3600.0 - 4.0)
    assert unit.states() == (HIGH, HIGH, HIGH)
    unit.sleep(3.0)
    assert unit.states() == (FLOAT, HIGH, FLOAT)


# 100 Ah: (50 - 20) % at 10 A are 3 h
def test_time_remaining_counts_to_the_floor(unit):
    app = unit.device.app
    assert app.read("time_remaining") == "infinite"
    app.set("soc", "50 %")
    app.set("discharge_floor", "20 %")
    unit.device.battery.set_condition("discharging")
    unit.sleep(1.0)
    assert app.read("time_remaining") == "180 min"
    app.set("discharge_floor", "10 %")
    assert app.read("time_remaining") == "240 min"


def test_synchronisation_by_hand_and_by_a_full_bank(unit):
    app, battery = unit.device.app, unit.device.battery
    app.set("soc", "42 %")
    assert app.read("consumed_charge") == "-58.0 Ah"
    app.do("synchronise")
    assert app.read("soc") == "100.0 %"
    app.set("soc", "42 %")
    battery.set_cells(3.55)  # 14.2 V
    battery.set_current(3.9)  # below 4 % of 100 Ah
    unit.sleep(170.0)
    assert app.read("soc") == "42.2 %"
    unit.sleep(15.0)
    assert app.read("soc") == "100.0 %"


def test_tail_current_that_is_too_high_synchronises_nothing(unit):
    unit.device.battery.set_cells(3.55)
    unit.device.battery.set_current(4.1)
    unit.sleep(600.0)
    assert unit.device.app.read("soc") == "80.7 %"


def test_mode_off_floats_the_outputs_until_it_is_on(unit):
    app = unit.device.app
    app.set("mode", "off")
    assert unit.states() == OFF
    app.set("mode", "on")
    assert unit.states() == ON


def test_blue_led_is_solid_while_connected(unit):
    unit.device.app.do("connect")
    assert pattern(unit, "LED_BLUE") == "lit"
    unit.device.app.do("disconnect")
    assert pattern(unit, "LED_BLUE") == "blinking"


def test_update_opens_charger_only_and_completes(unit):
    unit.device.app.do("firmware_update")
    for _ in range(10):
        assert unit.states() == (HIGH, FLOAT, FLOAT)
        unit.sleep(17.0)
    unit.sleep(20.0)
    assert unit.states() == ON
    with pytest.raises(NotPossible, match="no update is running"):
        unit.device.app.do("interrupt_update")


def test_failed_update_opens_load_after_120_s_and_another_try_brings_it_back(unit):
    app = unit.device.app
    app.do("firmware_update")
    unit.sleep(60.0)
    app.do("interrupt_update")
    unit.sleep(119.9)
    assert unit.states() == (HIGH, FLOAT, FLOAT)
    unit.sleep(0.2)
    assert unit.states() == OFF
    app.do("firmware_update")
    unit.sleep(200.0)
    assert unit.states() == ON


@pytest.mark.parametrize("is_up_when_off", [True, False])
def test_a_unit_that_the_app_has_switched_off_can_be_switched_on_by_it(unit, is_up_when_off):
    """No document says whether the radio outlasts remote off; the app must not lock itself out."""
    unit.device.bluetooth._is_up_when_off = is_up_when_off
    app = unit.device.app
    app.set("mode", "off")
    unit.sleep(5.0)
    assert unit.states() == OFF
    app.set("mode", "on")
    unit.sleep(5.0)
    assert unit.states() == ON
    unit.link.open()
    unit.sleep(5.0)
    assert app.finds_unit is is_up_when_off


def test_disabled_radio_is_back_for_half_a_minute_after_a_start(unit):
    app = unit.device.app
    app.set("bluetooth", "off")
    assert pattern(unit, "LED_BLUE") == "dark"
    assert unit.device.advertisement() is None
    with pytest.raises(NotFound):
        app.read("soc")
    cycle(unit)
    assert pattern(unit, "LED_BLUE") == "blinking"
    assert unit.device.advertisement() is not None
    unit.sleep(23.0)  # 28 s since the end of the boot
    assert app.finds_unit
    unit.sleep(3.0)
    assert not app.finds_unit
    assert pattern(unit, "LED_BLUE") == "dark"
    cycle(unit)
    app.set("bluetooth", "on")
    unit.sleep(60.0)
    assert pattern(unit, "LED_BLUE") == "blinking"


def test_unit_without_power_is_not_found(unit):
    unit.supply.off()
    unit.sleep(1.0)
    assert unit.device.advertisement() is None
    for action in (
        lambda app: app.read("codes"),
        lambda app: app.set("soc", "50 %"),
        lambda app: app.do("connect"),
    ):
        with pytest.raises(NotFound):
            action(unit.device.app)


def test_advertisement_says_what_is_at_the_terminals(unit):
    said = unit.device.advertisement()
    assert (said.error, dict(said.levels)) == (0, {})
    assert said.voltage == pytest.approx(13.2)
    assert (said.current, said.state_of_charge, said.temperature) == (0.0, 80.0, 25.0)
    assert said.consumed_charge == pytest.approx(-20.0)
    assert said.time_to_go is None
    assert (said.allow_to_charge, said.allow_to_discharge, said.remote_enabled) == (True,) * 3
    unit.device.battery.set_condition("overtemperature")
    unit.device.app.set("soc", "15 %")
    unit.sleep(1.0)
    said = unit.device.advertisement()
    assert dict(said.levels) == {7: WARNING, 9: ALARM}
    assert said.codes == ("W-B07", "A-B09")
    assert (said.allow_to_charge, said.allow_to_discharge) == (False, True)
    assert said.temperature == 55.0
    unit.link.open()
    unit.sleep(1.0)
    said = unit.device.advertisement()
    assert (said.allow_to_charge, said.allow_to_discharge, said.remote_enabled) == (False,) * 3


def test_everything_shown_and_every_action_answers_in_each_state(unit):
    for condition in ("healthy", "discharging", "invalid_configuration_1"):
        unit.device.battery.set_condition(condition)
        unit.sleep(1.0)
        assert all(unit.device.app.read(name) for name in READABLE)
    unit.poles[0].open()
    unit.sleep(10.0)
    assert unit.device.app.read("soc") == "---"
    with pytest.raises(NotPossible, match="hear"):
        unit.device.app.do("synchronise")
    for action in set(ACTIONS) - {"synchronise", "interrupt_update"}:
        unit.device.app.do(action)
