"""The system on/off input against the rows of the data sheet's use modes (000-en:50)."""

import math

import pytest
from device_rig import Rig

from simulation.dut.parameters import data_sheet
from simulation.elements import Capacitor, Resistor

BOTH_HIGH, BOTH_FLOAT = ("HIGH", "HIGH"), ("FLOAT", "FLOAT")
VBAT = "vbat"

# L, H, link, on: the rows that the documents decide
ROWS = [
    (None, None, False, False),
    (None, None, True, True),
    (0.0, None, False, True),
    (3.4, None, False, True),
    (VBAT, None, False, False),
    (None, 0.0, False, False),
    (None, 3.0, False, True),
    (None, "half", False, True),
    (None, VBAT, False, True),
    (0.0, 0.0, False, True),
    (0.0, VBAT, False, True),
    (VBAT, 0.0, False, False),
    (VBAT, VBAT, False, True),
    (0.0, 0.0, True, True),
    (VBAT, VBAT, True, True),
]


def _volts(value, vbat):
    return {VBAT: vbat, "half": vbat / 2}.get(value, value)


@pytest.mark.parametrize("vbat", [8.0, 12.8, 25.6, 51.2, 70.0])
@pytest.mark.parametrize(("low", "high", "link", "on"), ROWS)
def test_use_mode(vbat, low, high, link, on):
    rig = Rig(vbat, link=False)
    assert rig.states() == BOTH_FLOAT
    rig.drive("REMOTE_L", _volts(low, vbat))
    rig.drive("REMOTE_H", _volts(high, vbat))
    if link:
        rig.link.close()
    rig.sleep(0.3)
    assert rig.states() == (BOTH_HIGH if on else BOTH_FLOAT)


@pytest.mark.parametrize(("low", "high", "link", "on"), ROWS)
def test_use_mode_at_power_up(low, high, link, on):
    rig = Rig(25.6, link=link, powered=False)
    rig.drive("REMOTE_L", _volts(low, 25.6))
    rig.drive("REMOTE_H", _volts(high, 25.6))
    rig.supply.on()
    rig.sleep(1.1)
    assert rig.states() == (BOTH_HIGH if on else BOTH_FLOAT)


def _threshold(terminal, start, stop, step):
    """Step a source until the unit changes over, waiting three reaction times at each step."""
    rig = Rig(link=False)
    rig.drive(terminal, start)
    rig.sleep(0.6)
    before = rig.state("LOAD")
    steps = round(abs(stop - start) / step)
    for n in range(1, steps + 1):
        level = start + (stop - start) * n / steps
        rig.drive(terminal, level)
        rig.sleep(0.6)
        if rig.state("LOAD") != before:
            return level
    raise AssertionError(f"{terminal} never changed over")


@pytest.mark.parametrize(
    ("terminal", "on_from", "off_from"),
    [("REMOTE_L", (5.0, 2.0), (2.0, 5.0)), ("REMOTE_H", (1.0, 4.0), (4.0, 1.0))],
)
def test_thresholds_lie_apart_by_the_hysteresis(terminal, on_from, off_from):
    on = _threshold(terminal, *on_from, 0.01)
    off = _threshold(terminal, *off_from, 0.01)
    parameters = data_sheet("smallbms").parameters
    section = terminal.lower()
    middle = parameters[f"{section}.threshold"].value
    width = parameters[f"{section}.hysteresis"].value
    assert abs(on - off) == pytest.approx(width, abs=0.021)
    assert (on + off) / 2 == pytest.approx(middle, abs=0.011)
    # what the data sheet states: L on below 3.5 V, H on above 2.9 V, in both directions
    if terminal == "REMOTE_L":
        assert min(on, off) > 3.5
    else:
        assert max(on, off) < 2.9


@pytest.mark.parametrize("ohms", [0.1, 10e3, 499e3])
def test_link_works_up_to_500_kohm(ohms):
    rig = Rig(link=False)
    rig.world.add(Resistor("REMOTE_L", "REMOTE_H", ohms))
    rig.sleep(0.3)
    assert rig.states() == BOTH_HIGH


@pytest.mark.parametrize("on", [True, False])
def test_reaction_time_is_exact(on):
    rig = Rig(link=not on)
    rig.downs["LOAD"].close()
    rig.downs["CHARGER"].close()
    (rig.link.close if on else rig.link.open)()
    rig.sleep(0.1999999)
    assert (rig.v("LOAD") > 10.0, rig.v("CHARGER") > 10.0) == (not on, not on)
    rig.sleep(0.0000002)
    assert (rig.v("LOAD") > 10.0, rig.v("CHARGER") > 10.0) == (on, on)


def test_cable_capacitance_delays_the_reaction_exactly():
    ohms, farads = 100e3, 1e-6
    rig = Rig(link=False)
    rig.world.add(Capacitor("REMOTE_L", "BAT-", farads))
    rig.drive("REMOTE_L", 0.0)
    rig.sleep(1.0)
    assert rig.states() == BOTH_HIGH
    rig.downs["LOAD"].close()
    rig.drive("REMOTE_L", None)
    # charged from 0 V towards 5 V through the pull-up until the off level of 3.75 V
    due = ohms * farads * math.log(5.0 / (5.0 - 3.75)) + 0.2
    rig.sleep(due - 1e-6)
    assert rig.v("LOAD") > 10.0
    rig.sleep(2e-6)
    assert rig.v("LOAD") < 1.0


def test_an_input_shorter_than_the_reaction_time_is_not_believed():
    rig = Rig()
    for _ in range(5):
        rig.link.open()
        rig.sleep(0.19)
        rig.link.close()
        rig.sleep(0.19)
    assert rig.states() == BOTH_HIGH
    rig.sleep(1.0)
    assert rig.states() == BOTH_HIGH


def test_leds_are_dark_in_remote_off_whatever_the_battery_says():
    rig = Rig(link=False)
    for pole in rig.poles:
        pole.open()
    rig.sleep(1.0)
    assert not rig.lit("LED_BLUE")
    assert not rig.lit("LED_RED")
