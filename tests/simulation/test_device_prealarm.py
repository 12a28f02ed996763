"""The unit with pre-alarm when the battery side speaks (poles opened by bare contacts).

Expected behaviour: data sheet 001, lines 22 to 27 and 111 to 115; that PRE-ALARM ends with the
opening of LOAD is told of a sister product; the coding of the poles is the simulation's own.
"""

import itertools

import pytest
from device_rig import Rig

from simulation.elements import Contact

OPEN = {
    "healthy": (),
    "prealarm": (3,),
    "undervoltage": (1,),
    "no charge": (2,),
    "prealarm, no charge": (2, 3),
    "undervoltage, no charge": (1, 2),
    "cable open": (1, 2, 3),
}
# LOAD, CHARGER, PRE-ALARM, blue, red once the unit has acted and any delay is over
SETTLED = {
    "healthy": ("HIGH", "HIGH", "FLOAT", True, False),
    "prealarm": ("HIGH", "HIGH", "HIGH", True, False),
    "undervoltage": ("FLOAT", "HIGH", "FLOAT", False, False),
    "no charge": ("HIGH", "FLOAT", "FLOAT", True, True),
    "prealarm, no charge": ("HIGH", "FLOAT", "HIGH", True, True),
    "undervoltage, no charge": ("FLOAT", "FLOAT", "FLOAT", False, True),
    "cable open": ("FLOAT", "FLOAT", "FLOAT", False, True),
}
REACTION = 0.2  # assumed in the data file
LEAD = 31.0  # likewise; the sheet prints at least 30 s


def unit(vbat=12.8, faults=(), **more):
    return Rig(vbat, faults, device="smallbms_prealarm", **more)


def signal(rig, condition):
    for number, pole in enumerate(rig.poles, 1):
        (pole.open if number in OPEN[condition] else pole.close)()


def read(rig):
    return (*rig.states(), rig.lit("LED_BLUE"), rig.lit("LED_RED"))


def high(rig):
    """Return LOAD, CHARGER and PRE-ALARM as the pull-downs show them, without any time passing."""
    for terminal in rig.outputs:
        rig.downs[terminal].close()
    return tuple(rig.drop(terminal) < 1.0 for terminal in rig.outputs)


@pytest.mark.parametrize("vbat", [8.0, 12.8, 25.6, 51.2, 70.0])
@pytest.mark.parametrize("condition", OPEN)
def test_condition_and_recovery(vbat, condition):
    rig = unit(vbat)
    signal(rig, condition)
    rig.sleep(40.0)
    assert read(rig) == SETTLED[condition]
    signal(rig, "healthy")
    rig.sleep(0.3)
    assert read(rig) == SETTLED["healthy"]


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(OPEN, 2)))
def test_every_condition_follows_every_other(first, second):
    rig = unit()
    for condition in (first, second):
        signal(rig, condition)
        rig.sleep(40.0)
    assert read(rig) == SETTLED[second]


def test_slow_fall_opens_load_at_once_when_the_battery_says_so():
    rig = unit()
    signal(rig, "prealarm")
    rig.sleep(65.0)
    assert high(rig) == (True, True, True)
    signal(rig, "undervoltage")
    rig.sleep(REACTION - 1e-6)
    assert high(rig) == (True, True, True)
    rig.sleep(2e-6)
    assert high(rig) == (False, True, False)


@pytest.mark.parametrize("gap", [0.0, 0.05, 5.0, 29.0])
def test_fast_fall_and_step_keep_load_until_the_time_is_over(gap):
    rig = unit()
    if gap:
        signal(rig, "prealarm")
        rig.sleep(gap)
    signal(rig, "undervoltage")
    rig.sleep(REACTION + LEAD - gap - 1e-6)
    assert high(rig) == (True, True, True)
    rig.sleep(2e-6)
    assert high(rig) == (False, True, False)
    rig.sleep(100.0)
    assert high(rig) == (False, True, False)


@pytest.mark.parametrize("recovered", [1.0, 15.0, 30.5])
def test_recovery_in_time_ends_the_alarm_and_load_never_opens(recovered):
    rig = unit()
    signal(rig, "undervoltage")
    rig.sleep(recovered)
    signal(rig, "healthy")
    rig.sleep(REACTION + 1e-6)
    for _ in range(100):
        assert high(rig) == (True, True, False)
        rig.sleep(0.9)


def test_time_starts_anew_after_a_recovery():
    rig = unit()
    signal(rig, "undervoltage")
    rig.sleep(20.0)
    signal(rig, "healthy")
    rig.sleep(1.0)
    signal(rig, "undervoltage")
    rig.sleep(30.0)
    assert high(rig) == (True, True, True)
    rig.sleep(2.0)
    assert high(rig) == (False, True, False)


def test_cells_between_the_two_levels_keep_the_alarm_and_the_running_time():
    rig = unit()
    signal(rig, "undervoltage")
    rig.sleep(10.0)
    signal(rig, "prealarm")
    rig.sleep(10.0)
    assert high(rig) == (True, True, True)
    signal(rig, "undervoltage")
    rig.sleep(REACTION + LEAD - 20.0 - 1e-6)
    assert high(rig) == (True, True, True)
    rig.sleep(2e-6)
    assert high(rig) == (False, True, False)


def test_switching_the_poles_one_after_the_other_makes_no_gap():
    rig = unit()
    signal(rig, "prealarm")
    rig.sleep(5.0)
    rig.poles[0].open()
    rig.sleep(0.02)
    rig.poles[2].close()
    for _ in range(250):
        rig.sleep(0.1)
        assert high(rig) == (True, True, True)


@pytest.mark.parametrize("condition", ["prealarm", "undervoltage"])
def test_remote_off_floats_everything_and_forgets_the_time(condition):
    rig = unit()
    signal(rig, condition)
    rig.sleep(10.0)
    rig.link.open()
    rig.sleep(REACTION + 1e-6)
    assert read(rig) == ("FLOAT", "FLOAT", "FLOAT", False, False)
    rig.sleep(60.0)
    assert read(rig) == ("FLOAT", "FLOAT", "FLOAT", False, False)
    rig.link.close()
    rig.sleep(1.0)
    assert read(rig) == SETTLED[condition]


@pytest.mark.parametrize("condition", OPEN)
def test_unit_that_starts_into_a_condition(condition):
    rig = unit(powered=False)
    signal(rig, condition)
    rig.supply.on()
    rig.sleep(2.0)
    assert read(rig) == SETTLED[condition]


def test_power_cycle_in_the_alarm_leaves_nothing_behind():
    rig = unit()
    signal(rig, "undervoltage")
    rig.sleep(10.0)
    rig.supply.off()
    rig.sleep(60.0)
    assert all(rig.v(terminal) < 0.01 for terminal in rig.outputs)
    signal(rig, "healthy")
    rig.supply.on()
    rig.sleep(2.0)
    assert high(rig) == (True, True, False)


def test_a_fast_plug_of_an_empty_battery_never_lifts_load():
    rig = unit()
    signal(rig, "cable open")
    rig.sleep(1.0)
    rig.downs["LOAD"].close()
    seen = []
    rig.world.observe(lambda: seen.append(rig.v("LOAD") > 1.0))
    signal(rig, "undervoltage")
    rig.sleep(40.0)
    assert not any(seen)


@pytest.mark.parametrize("vbat", [8.0, 25.6, 70.0])
def test_pre_alarm_is_a_high_side_of_a_tenth_of_a_volt(vbat):
    rig = unit(vbat)
    signal(rig, "prealarm")
    rig.sleep(1.0)
    rig.load("PRE-ALARM", 1.0)
    assert rig.drop("PRE-ALARM") == pytest.approx(0.08, rel=1e-3)
    rig.unload("PRE-ALARM")
    rig.load("PRE-ALARM", 1e-3)
    assert rig.drop("PRE-ALARM") == pytest.approx(0.02, rel=0.01)


def test_pre_alarm_is_not_protected_and_cannot_sink():
    rig = unit()
    rig.world.add(Contact("PRE-ALARM", "BAT+", 1e-3, closed=True))
    assert abs(rig.supply_current() - 2.12e-3) < 1e-6
    rig = unit()
    signal(rig, "prealarm")
    rig.sleep(1.0)
    rig.shorts["PRE-ALARM"].close()
    # all that the supply gives
    assert rig.world.current(rig.shorts["PRE-ALARM"]) == pytest.approx(5.0, rel=1e-3)


# printed: 2.2, 1.2 and 1.2 mA (001-nl:91, 95, 97)
@pytest.mark.parametrize(
    ("condition", "link", "printed"),
    [("healthy", True, 2.2e-3), ("undervoltage", True, 1.2e-3), ("healthy", False, 1.2e-3)],
)
def test_consumption_lies_a_little_below_the_printed_one(condition, link, printed):
    rig = unit(link=link)
    signal(rig, condition)
    rig.sleep(40.0)
    assert 0.9 * printed < rig.supply_current() < printed
