"""Capacitors between events, many units, and what a world remembers."""

import math

import numpy as np  # noqa: TID253  a test may
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from world_rig import G, step

from simulation.clock import VirtualClock
from simulation.elements import Capacitor, Contact, Resistor, VoltageSource
from simulation.high_side import HighSide
from simulation.load_sink import LoadSink
from simulation.many import Units
from simulation.supply_source import SupplySource
from simulation.world import World


@pytest.fixture
def world():
    return World(VirtualClock())


@given(st.floats(1e3, 1e6), st.floats(1e-10, 1e-6), st.floats(0.01, 8.0))
@settings(max_examples=60, deadline=None)
def test_rc_charges_as_in_the_book(ohms, farads, taus):
    world = World(VirtualClock())
    world.add(Resistor("IN", "OUT", ohms))
    world.add(Capacitor("OUT", G, farads))
    step(world)
    assert world.voltage("OUT", G) == pytest.approx(0.0, abs=1e-9)
    world.clock.sleep(taus * ohms * farads)
    # the clock resolves 2e-16 s of 1 s, tau is 1e-7 s at least
    assert world.voltage("OUT", G) == pytest.approx(10.0 * -math.expm1(-taus), abs=1e-6)


def test_what_is_instant_is_over_at_once_and_the_rest_goes_its_way():
    """1 us of 10 kohm and 100 pF is skipped; 1 ms of 10 kohm and 100 nF is not."""
    world = World(VirtualClock(), instant=3e-6)
    for net, farads in (("FAST", 1e-10), ("SLOW", 1e-7)):
        world.add(Resistor("IN", net, 10e3))
        world.add(Capacitor(net, G, farads))
    states = []
    world.observe(lambda: states.append(world.clock.now()))
    step(world)
    states.clear()
    assert world.voltage("FAST", G) == pytest.approx(10.0, abs=1e-6)
    world.clock.sleep(1e-3)
    assert world.voltage("SLOW", G) == pytest.approx(10.0 * -math.expm1(-1.0), abs=1e-6)
    world.clock.sleep(1.0)
    assert len(states) == 2, "one where it begins, one where the slow way ends"


def test_two_coupled_rc_against_the_closed_form(world):
    r, c = 1e5, 2e-9
    for a, b in (("IN", "A"), ("A", "B")):
        world.add(Resistor(a, b, r))
        world.add(Capacitor(b, G, c))
    step(world)
    # rates (3 +- sqrt 5) / 2 RC; v_B = 1 - (s1 e^-s2t - s2 e^-s1t) / (s1 - s2),
    # v_A = v_B + RC dv_B/dt
    s1, s2 = ((3 + math.sqrt(5)) / (2 * r * c), (3 - math.sqrt(5)) / (2 * r * c))
    for delay in (1e-5, 1e-4, 3e-4, 2e-3):
        world.clock.sleep(delay)
        t = world.clock.now() - 1.0
        e1, e2 = math.exp(-s1 * t), math.exp(-s2 * t)
        v_b = 10 * (1 - (s1 * e2 - s2 * e1) / (s1 - s2))
        v_a = v_b + r * c * 10 * s1 * s2 * (e2 - e1) / (s1 - s2)
        assert world.voltage("B", G) == pytest.approx(v_b, abs=1e-6)
        assert world.voltage("A", G) == pytest.approx(v_a, abs=1e-6)


def test_charge_is_shared_when_cables_meet(world):
    for net, farads, volts in (("A", 3e-9, 12.0), ("B", 1e-9, 0.0)):
        world.add(Capacitor(net, G, farads))
        world.add(VoltageSource(f"{net}S", G, volts, 1.0))
        contact = world.add(Contact(f"{net}S", net, 0.05, closed=True))
        world.clock.sleep(1e-3)
        contact.open()
    meet = world.add(Contact("A", "B", 0.05))
    world.clock.sleep(1e-3)
    assert world.voltage("A", G) == pytest.approx(12.0, rel=1e-6)
    meet.close()
    world.clock.sleep(1e-3)
    assert world.voltage("B", G) == pytest.approx(12.0 * 3 / 4, rel=1e-5)


def test_a_series_capacitor_passes_the_edge_and_blocks_the_level(world):
    world.add(Capacitor("IN", "OUT", 1e-9))
    world.add(Resistor("OUT", G, 1e5))
    step(world)
    assert world.voltage("OUT", G) == pytest.approx(10.0, rel=1e-6)
    world.clock.sleep(1e-4)
    assert world.voltage("OUT", G) == pytest.approx(10.0 * math.exp(-1.0), rel=1e-6)


def test_regions_change_in_the_middle_of_a_transient(world):
    supply = world.add(SupplySource("V", G, output_resistance=0.5, bleeder=1e9))
    world.add(Capacitor("V", G, 1e-3))
    supply.set(10.0, 0.1)
    supply.on()
    assert supply.mode() == "CC"
    world.clock.sleep(0.05)
    assert world.voltage("V", G) == pytest.approx(5.0, rel=1e-6)
    world.clock.sleep(0.0495 - 1e-6)  # 9.95 V is reached at 99.5 ms
    assert supply.mode() == "CC"
    world.clock.sleep(2e-6 + 0.5e-3)  # then one time constant of 0.5 ohm and 1 mF
    assert supply.mode() == "CV"
    left = 0.05 * math.exp(-(world.clock.now() - 0.0995) / 0.5e-3)
    assert world.voltage("V", G) == pytest.approx(10.0 - left, abs=1e-5)


def test_constant_power_discharge(world):
    source = world.add(VoltageSource("S", G, 10.0, 0.001))
    feed = world.add(Contact("S", "V", 0.001, closed=True))
    load = world.add(LoadSink("V", G, input_resistance=1e12))
    world.add(Capacitor("V", G, 1e-3))
    world.look()
    world.clock.sleep(1.0)
    load.set("CP", 5.0)
    load.on()
    feed.open()
    world.clock.sleep(5e-3)
    # C v^2 / 2 falls by P t
    assert world.voltage("V", G) == pytest.approx(math.sqrt(100 - 2 * 5 * 5e-3 / 1e-3), rel=1e-4)
    del source


def test_a_settled_circuit_leaves_no_work(world):
    world.add(Resistor("IN", "OUT", 1e5))
    world.add(Capacitor("OUT", G, 2e-9))
    calls = []
    world.observe(lambda: calls.append(world.clock.now()))
    step(world)
    world.clock.sleep(0.02)  # 100 time constants
    before = len(calls)
    world.clock.sleep(30.0)
    assert len(calls) == before
    assert world.voltage("OUT", G) == pytest.approx(10.0, rel=1e-8)


def test_many_units_agree_with_one_at_a_time():
    dice = np.random.default_rng(7)
    count = 40
    ohms = dice.uniform(0.05, 40.0, count).tolist()
    limits = dice.uniform(0.005, 0.6, count).tolist()

    def make():
        world = World(VirtualClock())
        supply = world.add(SupplySource("BAT+", G))
        supply.on()
        stage = world.add(HighSide("BAT+", "OUT", on=True, diode_drop=0.5, current_limit=1.0))
        load = world.add(LoadSink("OUT", G))
        load.on()
        world.add(Resistor("OUT", G, 1e5))
        return world, supply, stage, load

    def vary(stage):
        def change(unit):
            stage.set(resistance=ohms[unit])
            stage.limit_current(limits[unit])

        return change

    world, supply, stage, load = make()
    units = Units(world, count)
    units.vary(stage, vary(stage))
    single, supply_1, stage_1, load_1 = make()
    worst = 0.0
    limited = set()
    for volts, amperes in ((8.0, 0.01), (12.8, 0.3), (70.0, 0.3), (70.0, 1.2), (12.8, 0.0)):
        for s, i in ((supply, load), (supply_1, load_1)):
            s.set(volts, 0.5)
            i.set("CC", amperes)
        columns = units.voltages()
        for unit in range(count):
            vary(stage_1)(unit)
            limited.add(stage_1.limiting())
            for net in ("BAT+", "OUT"):
                worst = max(worst, abs(columns[net][unit] - single.voltage(net, G)))
    assert worst < 1e-9
    assert limited == {True, False}


def test_a_removed_part_is_gone_and_capacitors_keep_their_charge():
    clock = VirtualClock()
    world = World(clock)
    source = world.add(VoltageSource("top", "BAT-", 10.0, 1.0))
    feed = world.add(Resistor("top", "out", 1e3))
    world.add(Capacitor("out", "BAT-", 1e-6))
    clock.sleep(1.0)
    assert world.voltage("out", "BAT-") == pytest.approx(10.0)
    world.remove(feed)
    clock.sleep(1.0)
    assert world.voltage("out", "BAT-") == pytest.approx(10.0)
    assert feed not in world.elements
    source.set(0.0)
    world.add(feed)
    clock.sleep(1e-3)
    assert world.voltage("out", "BAT-") == pytest.approx(10.0 * math.exp(-1.0 / 1.001), rel=1e-4)
    with pytest.raises(ValueError, match="not in this circuit"):
        world.remove(Resistor("a", "b", 1.0))


def charging(limit):
    """Return the world, its supply and the contact that charges a capacitor from it."""
    world = World(VirtualClock())
    supply = world.add(SupplySource("V", G, output_resistance=0.5, bleeder=1e9))
    supply.set(10.0, limit)
    supply.on()
    contact = world.add(Contact("V", "OUT", 0.05))
    world.add(Capacitor("OUT", G, 1e-3))
    world.add(Resistor("OUT", G, 10.0))
    return world, supply, contact


def charge(world, contact):
    """Charge and discharge once; return the voltages on the way."""
    seen = []
    contact.close()
    for _ in range(4):
        world.clock.sleep(7e-3)
        seen.append(world.voltage("OUT", G))
    contact.open()
    world.clock.sleep(1.0)
    return [*seen, world.voltage("OUT", G)]


def test_the_same_switching_takes_the_same_way_again():
    world, supply, contact = charging(1.2)
    first = charge(world, contact)
    assert first[0] == pytest.approx(12.0 * (1.0 - math.exp(-0.7)), rel=1e-6)  # in CC
    assert charge(world, contact) == pytest.approx(first, abs=1e-9)
    contact.close()
    assert supply.mode() == "CC"


def test_what_was_changed_out_of_sight_is_not_taken_for_the_same():
    world, supply, contact = charging(1.2)
    charge(world, contact)
    supply.set(10.0, 0.6)  # no current flows: the circuit is as it was, until the contact closes
    assert supply.mode() == "CV"
    other, _, same = charging(0.6)
    assert charge(world, contact) == pytest.approx(charge(other, same), abs=1e-9)
