"""What the unit does when the battery side speaks (poles opened by bare contacts)."""

import itertools

import pytest
from device_rig import Rig

# poles open -> LOAD, CHARGER, blue, red: data sheet 000-en:11, 21, 41, 42; cable off is inferred
TABLE = {
    (): ("HIGH", "HIGH", True, False),
    (1,): ("FLOAT", "HIGH", False, False),
    (2,): ("HIGH", "FLOAT", True, True),
    (1, 2): ("FLOAT", "FLOAT", False, True),
    (3,): ("FLOAT", "FLOAT", False, True),
    (1, 2, 3): ("FLOAT", "FLOAT", False, True),
}


def _read(rig):
    return (*rig.states(), rig.lit("LED_BLUE"), rig.lit("LED_RED"))


@pytest.mark.parametrize("vbat", [12.8, 25.6, 51.2])
@pytest.mark.parametrize("poles", TABLE)
def test_trip_and_release(vbat, poles):
    rig = Rig(vbat)
    for number in poles:
        rig.poles[number - 1].open()
    rig.sleep(0.3)
    assert _read(rig) == TABLE[poles]
    for pole in rig.poles:
        pole.close()
    rig.sleep(0.3)
    assert _read(rig) == TABLE[()]


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(TABLE, 2)))
def test_every_condition_follows_every_other(first, second):
    rig = Rig()
    for poles in (first, second):
        for number, pole in enumerate(rig.poles, 1):
            (pole.open if number in poles else pole.close)()
        rig.sleep(0.3)
    assert _read(rig) == TABLE[second]


@pytest.mark.parametrize(("pole", "terminal"), [(1, "LOAD"), (2, "CHARGER")])
def test_trip_and_release_take_the_reaction_time(pole, terminal):
    rig = Rig()
    rig.downs[terminal].close()
    rig.poles[pole - 1].open()
    rig.sleep(0.1999999)
    assert rig.v(terminal) > 10.0
    rig.sleep(0.0000002)
    assert rig.v(terminal) < 1.0
    rig.poles[pole - 1].close()
    rig.sleep(0.1999999)
    assert rig.v(terminal) < 1.0
    rig.sleep(0.0000002)
    assert rig.v(terminal) > 10.0


def test_a_condition_that_outlasts_a_power_cycle_still_holds():
    rig = Rig()
    rig.poles[0].open()
    rig.sleep(1.0)
    rig.supply.off()
    rig.sleep(60.0)
    rig.supply.on()
    rig.sleep(1.1)
    assert _read(rig) == TABLE[1,]


def test_poles_show_the_assumed_levels():
    rig = Rig()
    assert rig.v("BATTERY_LINK.1") < 0.01
    rig.poles[0].open()
    assert rig.v("BATTERY_LINK.1") == pytest.approx(3.3, rel=1e-6)
