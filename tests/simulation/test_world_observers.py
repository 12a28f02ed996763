"""Who is told of a new state of a world, and when."""

import math

import pytest
from world_rig import G, step

from simulation.clock import VirtualClock
from simulation.elements import Capacitor, Contact, Resistor, VoltageSource
from simulation.high_side import HighSide
from simulation.network import CircuitError
from simulation.world import World


@pytest.fixture
def world():
    return World(VirtualClock())


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
