"""Each named defect shows at the terminals what its title says, and a healthy unit does not."""

import itertools
import math

import pytest
from device_rig import PULL, Rig

from simulation.dut.handling import Handling
from simulation.faults import describe_fault, fault_names, find_fault


def _open_poles(rig, *numbers):
    for number in numbers:
        rig.poles[number - 1].open()
    rig.sleep(1.0)
    return rig


def _drop(terminal, current, vbat=12.8):
    def look(faults):
        rig = Rig(vbat, faults)
        rig.load(terminal, current)
        return rig.drop(terminal)

    return look


def _state(terminal, *poles, link=True, vbat=12.8):
    return lambda faults: _open_poles(Rig(vbat, faults, link=link), *poles).state(terminal)


def _off_current(terminal):
    def look(faults):
        rig = Rig(faults=faults, link=False)
        rig.shorts[terminal].close()
        return rig.world.current(rig.shorts[terminal])

    return look


def _off_resistance(terminal):
    def look(faults):
        rig = Rig(faults=faults, link=False)
        rig.ups[terminal].close()
        return PULL * rig.v(terminal) / rig.drop(terminal)

    return look


def _short_current(terminal):
    def look(faults):
        rig = Rig(faults=faults)
        rig.shorts[terminal].close()
        rig.sleep(0.1)
        return rig.world.current(rig.shorts[terminal])

    return look


def _supply(*poles, link=True):
    return lambda faults: _open_poles(Rig(faults=faults, link=link), *poles).supply_current()


def _remote(low=None, high=None, link=False, vbat=25.6):
    def look(faults):
        rig = Rig(vbat, faults, link=link)
        rig.drive("REMOTE_L", low)
        rig.drive("REMOTE_H", high)
        rig.sleep(1.0)
        return rig.states()

    return look


def _lit(led, *poles, link=True):
    return lambda faults: _open_poles(Rig(faults=faults, link=link), *poles).lit(led)


def _seen(item):
    return lambda faults: Handling(Rig(faults=faults).device).inspect(f"{item}?", "")


def _reaction(pole, terminal):
    def look(faults):
        rig = Rig(faults=faults)
        rig.downs[terminal].close()
        rig.poles[pole - 1].open()
        for tenth in range(100):
            if rig.v(terminal) < 1.0:
                return tenth / 10
            rig.sleep(0.1)
        return None

    return look


def _release(faults):
    rig = _open_poles(Rig(faults=faults), 1)
    rig.poles[0].close()
    rig.sleep(30.0)
    return rig.state("LOAD")


def _after_short(faults):
    rig = Rig(faults=faults)
    rig.shorts["CHARGER"].close()
    rig.sleep(1.0)
    rig.shorts["CHARGER"].open()
    rig.sleep(5.0)
    return rig.state("CHARGER")


def _after_second_short(faults):
    rig, states = Rig(faults=faults), []
    for _ in range(2):
        rig.shorts["CHARGER"].close()
        rig.sleep(1.0)
        rig.shorts["CHARGER"].open()
        rig.sleep(5.0)
        states.append(rig.state("CHARGER"))
    return tuple(states)


def _hot_off_current(faults):
    """Return what LOAD leaks at 40 degC and at 50 degC."""
    rig, leaks = Rig(faults=faults, link=False), []
    rig.shorts["LOAD"].close()
    for temperature in (40.0, 50.0):
        Handling(rig.device).chamber("temperature", f"{temperature:g} degC")
        leaks.append(rig.world.current(rig.shorts["LOAD"]))
    return tuple(leaks)


def _raised(*voltages):
    """Return the states of LOAD soon after the supply has gone to each voltage."""

    def look(faults):
        rig, states = Rig(12.8, faults), []
        for voltage in voltages:
            rig.supply.set(voltage, 5.0)
            rig.sleep(0.5)
            states.append(rig.state("LOAD"))
        return tuple(states)

    return look


def _toggled(rig, meanwhile=lambda: None):
    """Return the unit after remote was off for a while, in which something may have happened."""
    rig.link.open()
    rig.sleep(1.0)
    meanwhile()
    rig.link.close()
    rig.sleep(2.0)
    return rig


def _changed_while_off(before, after):
    """Return the states when another pole has opened while remote was off."""

    def look(faults):
        rig = _open_poles(Rig(faults=faults), before)

        def change():
            rig.poles[before - 1].close()
            _open_poles(rig, after)

        return _toggled(rig, change).states()

    return look


def _fall(faults):
    """Return how long CHARGER takes to 1/e through the pull-down, once remote is off."""
    rig = Rig(faults=faults)
    rig.downs["CHARGER"].close()
    high = rig.v("CHARGER")
    rig.link.open()
    rig.sleep(0.2)  # the reaction time of the unit
    for millisecond in range(0, 10_000, 10):
        if rig.v("CHARGER") < high / math.e:
            return millisecond / 1000
        rig.sleep(0.01)
    return None


def _interruptions(faults):
    rig = Rig(faults=faults)
    rig.downs["LOAD"].close()
    low = 0
    for _ in range(1000):
        rig.sleep(0.01)
        low += rig.v("LOAD") < 1.0
    return low / 100


def _again(pole, terminal):
    """Return the states of an output while a signal lasts, when that is over, and with the next."""

    def look(faults):
        rig, states = Rig(faults=faults), []
        for contact in ("open", "close", "open"):
            getattr(rig.poles[pole - 1], contact)()
            rig.sleep(2.0)
            states.append(rig.state(terminal))
        return tuple(states)

    return look


def _time(rig, duration, *, high):
    """Return how long LOAD is high, or low, within a time, to 10 ms."""
    rig.downs["LOAD"].close()
    found = 0
    for _ in range(round(duration / 0.01)):
        rig.sleep(0.01)
        found += (rig.v("LOAD") > 1.0) == high
    return found / 100


def _pulse_at_start(faults):
    rig = Rig(faults=faults, link=False, powered=False)
    rig.supply.on()
    return _time(rig, 3.0, high=True)


def _pulses_when_off(faults):
    return _time(Rig(faults=faults, link=False), 10.0, high=True)


def _flicker(faults):
    rig = Rig(faults=faults)
    rig.poles[1].open()
    return _time(rig, 2.0, high=False)


def _signalled_at_start(pole, terminal):
    def look(faults):
        rig = Rig(faults=faults, powered=False)
        rig.poles[pole - 1].open()
        rig.supply.on()
        rig.sleep(3.0)
        return rig.state(terminal)

    return look


def _signalled_while_toggled(pole, terminal):
    return lambda faults: _toggled(_open_poles(Rig(faults=faults), pole)).state(terminal)


def _current_once_off(faults):
    rig = Rig(faults=faults)
    rig.link.open()
    rig.sleep(1.0)
    return rig.supply_current()


def _at_temperature(*temperatures):
    """Return whether LOAD is high at each temperature, one after the other."""

    def look(faults):
        rig, high = Rig(faults=faults), []
        for temperature in temperatures:
            Handling(rig.device).chamber("temperature", f"{temperature:g} degC")
            rig.sleep(2.0)
            high.append(rig.state("LOAD") == "HIGH")
        return tuple(high)

    return look


def _chatter(faults):
    rig = Rig(faults=faults, link=False)
    rig.downs["LOAD"].close()
    rig.drive("REMOTE_L", 3.7)
    states = []
    for _ in range(50):
        rig.sleep(0.1)
        states.append(rig.v("LOAD") > 1.0)
    return sum(a != b for a, b in itertools.pairwise(states))


def _at(value, rel=1e-3):
    return pytest.approx(value, rel=rel)


HH, FF = ("HIGH", "HIGH"), ("FLOAT", "FLOAT")
AGAIN = ("FLOAT", "HIGH", "HIGH"), ("FLOAT", "HIGH", "FLOAT")

# fault -> (what to look at, defective, healthy): figures from the title, the data sheet or Ohm
SEEN = {
    "load-drop-0v3": (_drop("LOAD", 0.0001), _at(0.3), _at(0.02)),
    "load-resistance-high": (_drop("LOAD", 1.0), _at(1.02), _at(0.08)),
    "load-weak": (_drop("LOAD", 1e-3), _at(10.02), _at(0.02, 0.01)),
    "load-limit-0a8": (_short_current("LOAD"), _at(0.8), None),
    "only-at-51v-drop": (_drop("LOAD", 0.0001, 51.2), _at(0.22), _at(0.02)),
    "load-intermittent": (_interruptions, _at(0.6, 0.1), 0.0),
    "charger-drop-0v8": (_drop("CHARGER", 0.0001), _at(0.8005), _at(0.5205)),
    "charger-limit-30ma": (_short_current("CHARGER"), _at(30e-3), _at(12e-3)),
    "charger-limit-4ma": (_short_current("CHARGER"), _at(4e-3), _at(12e-3)),
    "charger-limit-missing": (_short_current("CHARGER"), _at((12.8 - 0.52) / 5.0), _at(12e-3)),
    "charger-latches-off": (_after_short, "FLOAT", "HIGH"),
    "load-pulled-low": (_off_resistance("LOAD"), _at(1e3, 0.005), None),
    "charger-pulled-low": (_off_resistance("CHARGER"), _at(1e3, 0.005), None),
    "charger-leaks-50ua": (_off_current("CHARGER"), _at(50e-6), _at(0.2e-6)),
    "charger-capacitor": (_fall, _at(4.7, 0.02), 0.0),
    "load-leaks-50ua": (_off_current("LOAD"), _at(50e-6), _at(0.2e-6)),
    "load-stuck-high": (_state("LOAD", link=False), "HIGH", "FLOAT"),
    "charger-not-high": (_state("CHARGER"), "FLOAT", "HIGH"),
    "outputs-swapped": (_drop("LOAD", 0.0001), _at(0.5205), _at(0.02)),
    "outputs-bridged": (_state("LOAD", 1), "WEAK", "FLOAT"),
    "supply-current-plus-20pct": (_supply(), _at(1.2 * 2.6e-3), _at(2.6e-3)),
    "current-off-too-high": (_supply(link=False), _at(1.8e-3), _at(1.43e-3)),
    "current-lowcell-too-high": (_supply(1), _at(2.3e-3), _at(1.92e-3)),
    "dies-at-9v": (_state("LOAD", vbat=8.9), "FLOAT", "HIGH"),
    "dies-at-65v": (_state("LOAD", vbat=66.0), "FLOAT", "HIGH"),
    "dead": (_state("LOAD"), "FLOAT", "HIGH"),
    "h-vbat-not-accepted": (_remote(high=25.6), FF, HH),
    "h-threshold-3v3": (_remote(high=3.0), FF, HH),
    "l-threshold-2v0": (_remote(low=3.4), FF, HH),
    "link-ignored": (_remote(link=True), FF, HH),
    "hysteresis-missing": (_chatter, _at(25, 0.1), 0),
    "remote-off-keeps-charger": (_remote(), ("FLOAT", "HIGH"), FF),
    "charger-floats-in-undervoltage": (_state("CHARGER", 1), "FLOAT", "HIGH"),
    "load-opens-on-overvoltage": (_state("LOAD", 2), "FLOAT", "HIGH"),
    "no-release-after-undervoltage": (_release, "FLOAT", "HIGH"),
    "undervoltage-ignored": (_state("LOAD", 1), "HIGH", "FLOAT"),
    "overvoltage-ignored": (_state("CHARGER", 2), "HIGH", "FLOAT"),
    "cable-open-ignored": (_state("LOAD", 3), "HIGH", "FLOAT"),
    "slow-reaction-5s": (_reaction(1, "LOAD"), _at(5.0, 0.05), _at(0.2, 0.5)),
    "undervoltage-seen-once": (_again(1, "LOAD"), *AGAIN),
    "undervoltage-resets": (_state("CHARGER", 1), "FLOAT", "HIGH"),
    "leds-swapped": (_lit("LED_RED"), True, False),
    "dies-in-the-cold": (_at_temperature(-11.0, -9.0, 25.0), (False, True, True), (True,) * 3),
    "dies-in-the-heat": (_at_temperature(50.0, 46.0, 25.0), (False, True, True), (True,) * 3),
    "wrong-variant-fitted": (_drop("CHARGER", 0.0001), _at(0.02), _at(0.5205)),
    "led-red-stuck": (_lit("LED_RED"), True, False),
    "led-red-missing": (_lit("LED_RED", 2), False, True),
    "led-blue-missing": (_lit("LED_BLUE"), False, True),
    "led-blue-stuck": (_lit("LED_BLUE", 1), True, False),
    "glossy-enclosure": (_seen("enclosure"), "does not conform", "conforms"),
    "unlike-its-sheet": (_seen("weight"), "does not conform", "conforms"),
    "load-drop-38-to-50v": (_drop("LOAD", 0.0001, 44.0), _at(0.32), _at(0.02)),
    "load-drop-33-to-35v": (_drop("LOAD", 0.0001, 34.0), _at(0.32), _at(0.02)),
    "charger-drop-53-to-59v": (_drop("CHARGER", 0.0001, 56.0), _at(0.8205), _at(0.5205)),
    "load-pulse-at-start": (_pulse_at_start, _at(0.2, 0.06), 0.0),
    "load-retries": (_pulses_when_off, _at(0.4, 0.06), 0.0),
    "load-flickers-with-charger": (_flicker, _at(0.1, 0.11), 0.0),
    "start-ignored": (_signalled_at_start(1, "LOAD"), "HIGH", "FLOAT"),
    "remote-clears": (_signalled_while_toggled(2, "CHARGER"), "HIGH", "FLOAT"),
    "overvoltage-seen-once": (_again(2, "CHARGER"), *AGAIN),
    "low-cell-hides-heat": (_state("CHARGER", 1, 2), "HIGH", "FLOAT"),
    "never-asleep": (_current_once_off, _at(2.43e-3), _at(1.43e-3)),
    "h-threshold-follows-vbat": (_remote(high=3.0, vbat=70.0), FF, HH),
    "load-leaks-hot": (_hot_off_current, (_at(0.2e-6), _at(50.2e-6)), (_at(0.2e-6),) * 2),
    "system-voltage-kept": (_raised(17.0, 19.0), ("HIGH", "FLOAT"), ("HIGH", "HIGH")),
    "signals-while-off-missed": (_changed_while_off(2, 1), HH, ("FLOAT", "HIGH")),
    "charger-second-short": (_after_second_short, ("HIGH", "FLOAT"), ("HIGH", "HIGH")),
    "no-protection-class": (_seen("protection_class"), "does not conform", "conforms"),
}


IN_A_SUITE = {
    "load-drop-when-warm",
    "load-sticks-under-load",
    "load-misses-every-second",
    "h-driven-latches",
}
"""What takes a history to show is looked at with the procedures that make one: test_between.py."""


def test_every_named_fault_is_looked_at():
    assert set(SEEN) | IN_A_SUITE == set(fault_names("smallbms"))


@pytest.mark.parametrize("name", SEEN)
def test_fault_shows_at_the_terminal(name):
    look, defective, healthy = SEEN[name]
    assert look([name]) == defective
    if healthy is not None:
        assert look([]) == healthy


# what still works although the fault is in: the defect is where the title says, nowhere else
@pytest.mark.parametrize(
    ("name", "look", "expected"),
    [
        ("load-resistance-high", _drop("LOAD", 1e-4), _at(0.02, 0.02)),
        ("only-at-51v-drop", _drop("LOAD", 1e-4, 25.6), _at(0.02, 0.02)),
        ("load-drop-38-to-50v", _drop("LOAD", 1e-4, 51.2), _at(0.02, 0.02)),
        ("start-ignored", _state("LOAD", 1), "FLOAT"),
        ("remote-clears", _state("CHARGER", 2), "FLOAT"),
        ("low-cell-hides-heat", _state("CHARGER", 2), "FLOAT"),
        ("h-threshold-follows-vbat", _remote(high=3.0), HH),
        ("h-vbat-not-accepted", _remote(high=12.8), HH),
        ("h-vbat-not-accepted", _remote(link=True), HH),
        ("link-ignored", _remote(high=25.6), HH),
        ("link-ignored", _remote(low=0.0), HH),
        ("l-threshold-2v0", _remote(low=0.0), HH),
        ("l-threshold-2v0", _remote(link=True), HH),
        ("dies-at-9v", _state("LOAD", vbat=9.6), "HIGH"),
        ("dies-at-65v", _state("LOAD", vbat=64.0), "HIGH"),
        ("charger-leaks-50ua", _drop("CHARGER", 1e-4), _at(0.5205)),
        ("charger-floats-in-undervoltage", _state("LOAD", 2), "HIGH"),
        ("led-blue-stuck", _lit("LED_RED", 2), True),
        ("slow-reaction-5s", _remote(low=0.0), HH),
        ("charger-limit-30ma", _drop("CHARGER", 10e-3), _at(0.57)),
    ],
)
def test_the_rest_of_a_defective_unit_is_healthy(name, look, expected):
    assert look([name]) == expected


def test_latched_unit_recovers_with_a_power_cycle():
    rig = _open_poles(Rig(faults=["no-release-after-undervoltage"]), 1)
    rig.poles[0].close()
    rig.supply.off()
    rig.sleep(1.0)
    rig.supply.on()
    rig.sleep(2.0)
    assert rig.state("LOAD") == "HIGH"


def test_two_faults_at_once():
    rig = Rig(faults=["load-drop-0v3", "charger-not-high"])
    assert rig.drop("LOAD") == _at(0.3)
    assert rig.state("CHARGER") == "FLOAT"


@pytest.mark.parametrize("name", fault_names("smallbms"))
def test_fault_record_is_complete(name):
    fault = find_fault("smallbms", name)
    assert fault.id == name
    assert "\n" not in fault.title
    assert fault.set or fault.scale or fault.parts
    assert all(clause.startswith(("S-", "ALL-")) for clause in fault.clauses)
    assert fault.title in describe_fault("smallbms", name)


@pytest.mark.parametrize(("size", "drop"), [("0.11", 0.11), ("0.5", 0.5), ("1e-1", 0.1)])
def test_magnitude_can_be_chosen(size, drop):
    rig = Rig(faults=[f"load-drop-0v3@{size}"])
    rig.load("LOAD", 1e-4)
    assert rig.drop("LOAD") == _at(drop)
