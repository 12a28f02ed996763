"""The simulated smallBMS NG at its terminals: figures from the manual, behaviour as documented."""

import pytest
from device_rig import Rig

from simulation.dut.parameters import data_sheet
from simulation.faults import describe_fault, fault_names, find_fault

HIGH, FLOAT = "HIGH", "FLOAT"
ON, OFF = (HIGH, HIGH, FLOAT), (FLOAT, FLOAT, FLOAT)
P = {name: p.value for name, p in data_sheet("smallbms_ng").parameters.items()}


def rig(vbat=12.8, faults=(), **options):
    return Rig(vbat, faults, device="smallbms_ng", **options)


def seen(unit, led, duration=6.0, step=0.1):
    """Return whether an LED was lit, at each step of a while."""
    looks = []
    for _ in range(round(duration / step)):
        unit.sleep(step)
        looks.append(unit.lit(led))
    return looks


def pattern(unit, led):
    looks = seen(unit, led)
    return "lit" if all(looks) else "blinking" if any(looks) else "dark"


@pytest.mark.parametrize("vbat", [8.0, 12.8, 25.6, 51.2, 70.0])
def test_outputs_over_the_operating_range(vbat):
    assert rig(vbat).states() == ON
    assert rig(vbat, link=False).states() == OFF


@pytest.mark.parametrize(
    ("low", "high", "link", "expected"),
    [
        (None, None, False, OFF),
        (None, None, True, ON),
        (0.0, None, False, ON),
        (3.4, None, False, ON),
        (25.6, None, False, OFF),
        (None, 0.0, False, OFF),
        (None, 3.0, False, ON),
        (None, 25.6, False, ON),
        (25.6, 0.0, False, OFF),
        (25.6, 25.6, False, ON),
    ],
)
def test_remote_truth_table(low, high, link, expected):
    unit = rig(25.6, link=link)
    unit.drive("REMOTE_L", low)
    unit.drive("REMOTE_H", high)
    unit.sleep(1.0)
    assert unit.states() == expected


# Manual, section 6: 1 A and 500 mA. A golden unit holds Vbat - 0.1 V up to there.
@pytest.mark.parametrize(("terminal", "current"), [("LOAD", 1.0), ("CHARGER", 0.5)])
def test_level_at_the_rating(terminal, current):
    unit = rig()
    unit.load(terminal, current)
    assert 0.0 < unit.drop(terminal) <= 0.1


@pytest.mark.parametrize("terminal", ["LOAD", "CHARGER"])
def test_outputs_are_not_limited(terminal):
    """Not short-circuit protected: nothing in the unit ends the current of a short."""
    unit = rig()
    unit.shorts[terminal].close()
    assert unit.world.current(unit.shorts[terminal]) > 5.0 - 0.1  # what the supply can give


def test_own_consumption_stays_within_the_printed_figures():
    assert rig().supply_current() <= 3e-3
    assert rig(link=False).supply_current() <= 1.2e-3


@pytest.mark.parametrize(
    ("vbat", "expected"),
    [(8.0, "lit"), (8.5, "lit"), (9.5, "dark"), (12.8, "dark"), (59.0, "dark"), (62.0, "lit")],
)
def test_red_led_on_a_voltage_that_is_not_allowed(vbat, expected):
    unit = rig(vbat)
    assert pattern(unit, "LED_RED") == expected
    assert unit.states() == ON


def test_error_of_the_voltage_comes_and_goes_with_it():
    unit = rig(12.8)
    for vbat, expected in ((8.5, "lit"), (12.8, "dark"), (65.0, "lit"), (51.2, "dark")):
        unit.supply.set(vbat, 5.0)
        unit.sleep(1.0)
        assert pattern(unit, "LED_RED") == expected


def test_blue_led_blinks_evenly_and_goes_dark_with_the_power():
    unit = rig()
    looks = seen(unit, "LED_BLUE", 10 * P["led_blue.blink_period"])
    assert sum(looks) / len(looks) == pytest.approx(0.5, abs=0.05)
    unit.supply.off()
    unit.sleep(1.0)
    assert not any(seen(unit, "LED_BLUE"))
    unit.supply.on()
    unit.sleep(2.0)
    assert pattern(unit, "LED_BLUE") == "blinking"


@pytest.mark.parametrize("pole", [1, 2, 3])
def test_a_lost_battery_warns_then_opens_both_outputs(pole):
    unit = rig()
    unit.poles[pole - 1].open()
    unit.sleep(P["battery_link.warning_delay"] + 0.1)
    assert unit.states() == ON
    looks = seen(unit, "LED_RED", P["battery_link.alarm_delay"] - 1.0)
    assert any(looks)
    assert not all(looks)
    unit.sleep(2.0)
    assert unit.states() == OFF
    assert pattern(unit, "LED_RED") == "lit"
    unit.poles[pole - 1].close()
    unit.sleep(1.0)
    assert unit.states() == ON
    assert pattern(unit, "LED_RED") == "dark"


def test_a_battery_that_is_back_in_time_opens_nothing():
    unit = rig()
    unit.downs["LOAD"].close()
    unit.poles[0].open()
    unit.sleep(P["battery_link.alarm_delay"] - 0.5)
    unit.poles[0].close()
    for _ in range(50):
        unit.sleep(0.1)
        assert unit.v("LOAD") > 12.0


def test_outputs_float_until_the_boot_is_over():
    unit = rig(powered=False)
    unit.supply.on()
    unit.sleep(P["supply.boot_time"] / 2.0)
    assert unit.states() == OFF
    unit.sleep(P["supply.boot_time"])
    assert unit.states() == ON


@pytest.mark.parametrize("name", fault_names("smallbms_ng"))
def test_fault_record_is_complete(name):
    fault = find_fault("smallbms_ng", name)
    assert fault.set or fault.scale or fault.parts
    assert fault.clauses
    assert all(clause.startswith(("NG-", "ALL-")) for clause in fault.clauses)
    assert fault.title in describe_fault("smallbms_ng", name)
    Rig(faults=[name], device="smallbms_ng")
