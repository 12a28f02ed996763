"""Capacitors between events, observers, coalescing, taps, many units."""

import math

import numpy as np  # noqa: TID253  a test may
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.clock import VirtualClock
from simulation.elements import Capacitor, Contact, Resistor, Signal, VoltageSource
from simulation.high_side import HighSide
from simulation.load_sink import LoadSink
from simulation.many import Units
from simulation.network import CircuitError
from simulation.supply_source import SupplySource
from simulation.world import World

G = "BAT-"


@pytest.fixture
def world():
    return World(VirtualClock())


def step(world, volts=10.0, net="IN"):
    """Add a source at 0 V, let the world rest, then step it."""
    source = world.add(VoltageSource(net, G, 0.0, 0.0))
    world.look()
    world.clock.sleep(1.0)
    source.set(volts)
    return source


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


def test_observers_see_one_state_for_all_changes_of_an_instant(world):
    source = world.add(VoltageSource("A", G, 1.0, 1.0))
    resistor = world.add(Resistor("A", G, 1.0))
    seen = []
    world.observe(lambda: seen.append((world.clock.now(), world.voltage("A", G))))
    world.clock.sleep(1.0)
    source.set(4.0)
    resistor.set(3.0)
    world.clock.sleep(1.0)
    assert seen == [(0.0, pytest.approx(0.5)), (1.0, pytest.approx(3.0))]


def test_an_observer_that_changes_something_is_asked_again(world):
    source = world.add(VoltageSource("IN", G, 0.0, 1.0))
    stage = world.add(HighSide("IN", "OUT"))
    world.add(Resistor("OUT", G, 1e3))

    def decide():
        if (world.voltage("IN", G) > 3.0) != stage.is_on:
            stage.off() if stage.is_on else stage.on()

    world.observe(decide)
    assert world.voltage("OUT", G) == 0.0
    source.set(5.0)
    assert world.voltage("OUT", G) == pytest.approx(5.0, rel=2e-3)  # 1 ohm before 1 kohm


def test_oscillating_observers_are_reported_by_name(world):
    contact = world.add(Contact("A", G, 1.0, name="K7"))
    world.add(VoltageSource("A", G, 1.0, 1.0))
    world.observe(lambda: contact.open() if contact.is_closed else contact.close())
    with pytest.raises(CircuitError, match="Contact K7"):
        world.look()


def test_a_watched_level_is_seen_when_it_is_crossed(world):
    world.add(Resistor("IN", "OUT", 1e5))
    world.add(Capacitor("OUT", G, 2e-9))
    world.watch("OUT", G, 3.5)
    seen = []
    world.observe(lambda: seen.append((world.clock.now(), world.voltage("OUT", G))))
    step(world)
    world.clock.sleep(1.0)
    crossing = 1.0 - 2e-4 * math.log(1 - 0.35)
    assert any(t == pytest.approx(crossing, abs=1e-9) for t, _ in seen)


def test_the_order_of_events_at_one_instant_does_not_matter():
    def end(order):
        world = World(VirtualClock())
        source = world.add(VoltageSource("IN", G, 0.0, 1.0))
        contact = world.add(Contact("IN", "OUT", 0.05))
        world.add(Resistor("OUT", G, 1e5))
        world.add(Capacitor("OUT", G, 1e-8))
        actions = {"set": lambda: source.set(9.0), "close": contact.close}
        for name in order:
            world.clock.schedule(1.0, actions[name])
        world.clock.sleep(1.0 + 1e-6)
        return world.voltage("OUT", G)

    assert end(["set", "close"]) == pytest.approx(end(["close", "set"]), abs=1e-12)


def test_tap_agrees_with_looking(world):
    world.add(Resistor("IN", "OUT", 1e5))
    world.add(Capacitor("OUT", G, 2e-9))
    source = world.add(VoltageSource("IN", G, 3.0, 0.0))
    tap = world.tap([("OUT", G), ("IN", "OUT")])
    for number in range(4):
        world.clock.schedule(0.25e-3 * number, lambda number=number: source.set(4.0 * number))
    times, looks = [], []
    for _ in range(40):
        world.clock.sleep(37e-6)
        times.append(world.clock.now())
        looks.append((world.voltage("OUT", G), world.voltage("IN", "OUT")))
    order = np.random.default_rng(1).permutation(40)
    samples = tap.samples(np.array(times)[order])
    assert np.max(np.abs(samples - np.array(looks)[order])) < 1e-9
    assert np.ptp(samples[:, 0]) > 1.0
    tap.close()
    source.set(50.0)
    world.clock.sleep(1.0)
    assert tap.samples(np.array([world.clock.now()]))[0, 1] < 20.0


def blinks(world, more=()):
    """Let a lamp blink beside a divider; return the times of observation, looks and samples."""
    lamp = world.add(Signal("LAMP", G, 0.0, 100.0))
    world.add(Resistor("LAMP", G, 300.0))
    source = world.add(VoltageSource("IN", G, 0.0, 1.0))
    world.add(Resistor("IN", "OUT", 1e5))
    world.add(Capacitor("OUT", G, 2e-9))
    for part in more:
        world.add(part)
    told, looks = [], []
    world.observe(lambda: told.append(world.clock.now()))
    world.clock.sleep(0.05)
    tap = world.tap([("LAMP", G), ("OUT", G)])
    for number in range(1, 9):
        world.clock.schedule(0.1 * number, lambda lit=number % 2: lamp.set(4.0 * lit))
    world.clock.schedule(0.4, lambda: source.set(10.0))
    times = [0.05 + 0.1 * number + late for number in range(9) for late in (5e-5, 0.03)]
    for time in times:
        world.clock.sleep(time - world.clock.now())
        looks.append((world.voltage("LAMP", G), world.voltage("OUT", G)))
    return told, np.array(looks), tap.samples(np.array(times))


def test_a_signal_is_seen_by_whoever_looks_and_told_to_nobody(world):
    told, looks, samples = blinks(world)
    assert not any(0.1 < time < 0.44 or time > 0.47 for time in told)
    lit = np.repeat(np.arange(9) % 2, 2)
    assert looks[:, 0] == pytest.approx(3.0 * lit, abs=1e-9)  # 300 of 400 ohm
    assert looks[8, 1] == pytest.approx(10.0 * (1.0 - math.exp(-0.25)), rel=1e-4)  # of RC = 0.2 ms
    assert samples == pytest.approx(looks, abs=1e-9)


def drawing():
    load = LoadSink("LAMP", G)
    load.set("CC", 1e-3)
    load.on()
    return load


@pytest.mark.parametrize(
    "part",
    [lambda: Capacitor("LAMP", G, 1e-9), lambda: Resistor("LAMP", "OUT", 1e6), drawing],
    ids=["capacitor", "way elsewhere", "regions"],
)
def test_a_signal_that_is_felt_elsewhere_is_a_change_like_any_other(world, part):
    told, looks, samples = blinks(world, [part()])
    assert sum(0.1 < time < 0.43 for time in told) >= 3
    assert samples == pytest.approx(looks, abs=1e-9)
    assert np.ptp(looks[:, 0]) > 2.0


def test_tap_refuses_times_before_it(world):
    world.add(Resistor("A", G, 1.0))
    world.clock.sleep(1.0)
    tap = world.tap([("A", G)])
    with pytest.raises(ValueError, match="before the tap"):
        tap.samples(np.array([0.5]))


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


def test_who_ignores_is_called_no_more_and_what_is_unwatched_stops_nothing():
    clock = VirtualClock()
    world = World(clock)
    source = world.add(VoltageSource("top", "BAT-", 0.0, 1e3))
    world.add(Capacitor("top", "BAT-", 1e-3))
    seen = []

    def look():
        seen.append(world.voltage("top", "BAT-"))

    world.observe(look)
    world.watch("top", "BAT-", 5.0)
    source.set(10.0)
    clock.sleep(10.0)
    assert any(voltage == pytest.approx(5.0) for voltage in seen)
    source.set(0.0)
    world.unwatch("top", "BAT-", 5.0)
    seen.clear()
    clock.sleep(20.0)
    assert seen
    assert not any(voltage == pytest.approx(5.0) for voltage in seen)
    world.ignore(look)
    seen.clear()
    source.set(10.0)
    clock.sleep(10.0)
    assert not seen
    with pytest.raises(ValueError, match="not in list"):
        world.unwatch("top", "BAT-", 5.0)


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
