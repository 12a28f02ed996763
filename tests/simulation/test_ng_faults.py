"""Each defect of the smallBMS NG that its bank or its app brings to light, and a healthy unit.

Those that show at the terminals alone are looked at by tests/engine/test_ng.py.
"""

import pytest
from device_rig import Rig
from ng_looks import (
    FLOAT,
    HIGH,
    advertised,
    advertised_voltage,
    after_reset,
    after_update,
    at,
    at_temperature,
    charge_said_allowed,
    charged_again,
    cold,
    discharge_said_allowed,
    error_at_8v5,
    flickers,
    found_after_start,
    heard_disabled,
    high_at_start,
    hot_leakage,
    late_recovery,
    lead,
    lost,
    low_current,
    once_off,
    pattern,
    pre_alarm_drop,
    pre_alarm_short,
    raised,
    rig,
    second_lead,
    shown,
    states,
    time_remaining,
    updating,
)

from simulation.faults import fault_names

# what supply, remote inputs and the poles of the link bring to light
AT_THE_TERMINALS = {
    "load-drop-0v3",
    "load-limit-0a8",
    "load-weak",
    "charger-drop-0v6",
    "charger-limit-12ma",
    "load-pulled-low",
    "charger-leaks-50ua",
    "prealarm-pulled-low",
    "prealarm-stuck-high",
    "prealarm-leaks-50ua",
    "charger-not-high",
    "outputs-bridged",
    "supply-current-plus-20pct",
    "current-off-too-high",
    "dies-at-9v",
    "dies-at-60v",
    "dead",
    "h-vbat-not-accepted",
    "h-threshold-3v3",
    "l-threshold-2v0",
    "link-ignored",
    "remote-off-keeps-charger",
    "led-red-stuck",
    "led-blue-missing",
    "error-span-wide",
    "bluetooth-dead",
    "load-leaks-50ua",
    "load-intermittent",
    "charger-capacitor",
    "no-remote-loop",
    "six-pin-block",
    "unlike-its-sheet",
    "dies-in-the-cold",
    "dies-in-the-heat",
    "wrong-variant-fitted",
}


ON, NO_LOAD, NO_CHARGER = (HIGH, HIGH, FLOAT), (FLOAT, HIGH, FLOAT), (HIGH, FLOAT, FLOAT)
NOTHING, WARNED = (FLOAT, FLOAT, FLOAT), (HIGH, HIGH, HIGH)

# fault -> (what to look at, defective, healthy)
SEEN = {
    "prealarm-missing": (states("prealarm"), ON, WARNED),
    "prealarm-drop-0v3": (pre_alarm_drop(1e-4), at(0.3), at(0.02)),
    "prealarm-limit-0a3": (pre_alarm_short, at(0.3), at(5.0)),  # what the supply gives
    "prealarm-lead-25s": (lead, pytest.approx(25.0, abs=0.11), pytest.approx(31.0, abs=0.11)),
    "prealarm-step-opens-load": (lead, None, pytest.approx(31.0, abs=0.11)),
    "prealarm-signal-ignored": (states("prealarm"), ON, WARNED),
    "prealarm-outlasts-recovery": (states("prealarm", "healthy"), WARNED, ON),
    "prealarm-cannot-stop": (late_recovery, NO_LOAD, ON),
    "prealarm-not-in-status": (shown("allow_to_discharge", "prealarm"), "Yes", "Pre-alarm"),
    "undervoltage-ignored": (states("undervoltage"), WARNED, NO_LOAD),
    "no-release-after-undervoltage": (states("undervoltage", "healthy"), NO_LOAD, ON),
    "charger-opens-on-undervoltage": (states("undervoltage"), NOTHING, NO_LOAD),
    "overvoltage-ignored": (states("overvoltage"), ON, NO_CHARGER),
    "load-opens-on-overvoltage": (states("overvoltage"), NOTHING, NO_CHARGER),
    "cold-limit-2c": (cold, HIGH, FLOAT),
    "heat-ignored": (shown("codes", "overtemperature"), "none", "A-B09"),
    "low-bank-ignored": (states("low_bank"), ON, NO_LOAD),
    "low-bank-no-release": (states("low_bank", "healthy"), NO_LOAD, ON),
    "configuration-ignored": (states("invalid_configuration_5"), ON, NOTHING),
    "counts-a-string-too-many": (shown("battery_count"), "2", "1"),
    "current-lowcell-too-high": (low_current, at(1.6e-3), at(1.15e-3)),
    "warning-level-ignored": (states(soc="15 %"), ON, WARNED),
    "floor-ignored": (states(soc="5 %"), WARNED, NO_LOAD),
    "floor-waits-30s": (states(soc="5 %"), WARNED, NO_LOAD),
    "floor-zero-not-off": (states(discharge_floor="0 %", soc="0 %"), NO_LOAD, WARNED),
    "soc-clears-60pct-late": (charged_again, FLOAT, HIGH),
    "soc-cannot-be-set": (shown("soc", soc="42 %"), "80.0 %", "42.0 %"),
    "time-to-empty": (time_remaining, "300 min", "180 min"),
    "tail-current-6pct": (shown("tail_current"), "6 %", "4 %"),
    "detection-time-5min": (shown("charge_detection_time"), "5 min", "3 min"),
    "code-low-soc-as-8": (shown("codes", soc="5 %"), "A-B08", "A-B07"),
    "code-low-cell-missing": (shown("codes", "undervoltage"), "none", "A-B01"),
    "code-battery-lost-as-1": (lost(10.0), "A-B01", "A-B05"),
    "code-low-bank-missing": (shown("codes", "low_bank"), "none", "A-B08"),
    "code-high-temperature-missing": (shown("codes", "overtemperature"), "none", "A-B09"),
    "battery-loss-unwarned": (lost(1.0), "A-B05", "W-B05"),
    "battery-loss-stays-warning": (lost(60.0), "W-B05", "A-B05"),
    "error-span-narrow": (error_at_8v5, "none", "E-B09"),
    "charge-always-allowed": (charge_said_allowed, (True, ()), (False, ())),
    "discharge-always-allowed": (discharge_said_allowed, (True, ("A-B07",)), (False, ("A-B07",))),
    "led-alarm-blinks": (pattern("LED_RED", vbat=8.5), "blinking", "lit"),
    "led-warning-solid": (pattern("LED_RED", "prealarm"), "lit", "blinking"),
    "leds-swapped": (pattern("LED_RED"), "blinking", "dark"),
    "led-blinks-connected": (pattern("LED_BLUE", connected=True), "blinking", "lit"),
    "mode-off-ignored": (states(mode="off"), ON, NOTHING),
    "settings-lost-with-power": (found_after_start(60.0), True, False),
    "reset-forgets-floor": (after_reset, ("33 %", "20 %"), ("10 %", "20 %")),
    "bluetooth-window-5s": (found_after_start(10.0), False, True),
    "readout-mute": (advertised_voltage, None, 13.2),
    "readout-voltage-2v-low": (advertised_voltage, 11.2, 13.2),
    "load-pulse-at-start": (high_at_start("LOAD"), True, False),
    "prealarm-pulse-at-start": (high_at_start("PRE-ALARM"), True, False),
    "load-flickers-with-charger": (flickers, True, False),
    "prealarm-later-lead-10s": (
        second_lead,
        pytest.approx(10, abs=1.5),
        pytest.approx(31, abs=1.5),
    ),
    "low-cell-hides-heat": (states("undervoltage_overtemperature"), NO_LOAD, NOTHING),
    "never-asleep": (once_off, at(2.15e-3), at(1.15e-3)),
    "air-current-reversed": (advertised("current"), at(10.0), at(-10.0)),
    "air-charge-tenth": (advertised("state_of_charge"), at(6.4), at(64.0)),
    "air-consumed-tenfold": (advertised("consumed_charge"), at(-361.1), at(-36.11)),
    "air-time-in-hours": (advertised("time_to_go"), 5, 323),
    "air-temperature-without-offset": (advertised("temperature"), at(-15.0), at(25.0)),
    "high-cell-hides-low": (states("undervoltage_overvoltage"), NO_CHARGER, NOTHING),
    "cold-limit-12c": (at_temperature(10.0), FLOAT, HIGH),
    "time-to-10pct": (time_remaining, "240 min", "180 min"),
    "settings-lost-with-update": (after_update("discharge_floor"), "10 %", "33 %"),
    "update-charges-after-60s": (updating(then=51.0), ON, NO_CHARGER),
    "update-failed-30s": (updating(fails_after=10.0, then=31.0), NOTHING, NO_CHARGER),
    "radio-outlasts-disabling": (heard_disabled, (True, False), (False, False)),
    "led-blue-dark-on-alarm": (pattern("LED_BLUE", "overtemperature"), "dark", "blinking"),
    "led-warning-outshines-alarm": (
        pattern("LED_RED", "prealarm_overtemperature"),
        "blinking",
        "lit",
    ),
    "load-leaks-hot": (hot_leakage, at(50.2e-6), at(0.2e-6)),
    "system-voltage-kept": (raised, FLOAT, HIGH),
    "update-keeps-charger": (updating(), ON, NO_CHARGER),
    "update-opens-load": (updating(), NOTHING, NO_CHARGER),
    "update-failed-300s": (updating(fails_after=10.0, then=121.0), NO_CHARGER, NOTHING),
}


# what the suite is held against case by case, in tests/engine/test_between.py
IN_THE_SUITE = {
    "load-drop-33-to-35v",
    "charger-drop-53-to-59v",
    "load-drop-when-warm",
    "load-sticks-under-load",
    "load-misses-every-second",
    "h-driven-latches",
    "prealarm-lifted-by-load",
    "lead-short-in-the-cold",
    "blind-while-connected",
    "charged-voltage-ignored",
    "setting-opens-load",
    "voltage-error-latches",
    "air-temperature-unsigned",
}


def test_every_fault_is_looked_at_somewhere():
    assert set(SEEN) | AT_THE_TERMINALS | IN_THE_SUITE == set(fault_names("smallbms_ng"))


@pytest.mark.parametrize("name", SEEN)
def test_fault_shows(name):
    look, defective, healthy = SEEN[name]
    assert look([name]) == defective
    if healthy is not None:
        assert look([]) == healthy


def test_floor_that_waits_opens_after_all():
    unit = rig(["floor-waits-30s"], soc="5 %")
    unit.sleep(28.0)
    assert unit.state("LOAD") == HIGH
    unit.sleep(2.0)
    assert unit.state("LOAD") == FLOAT


def test_radio_that_is_broken_hides_the_unit():
    unit = Rig(faults=["bluetooth-dead"], device="smallbms_ng")
    assert not unit.device.app.finds_unit
    assert unit.device.advertisement() is None
