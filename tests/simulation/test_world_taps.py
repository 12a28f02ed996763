"""Records of voltages, and signals that only their own net feels."""

import math

import numpy as np  # noqa: TID253  a test may
import pytest
from world_rig import G

from simulation.clock import VirtualClock
from simulation.elements import Capacitor, Resistor, Signal, VoltageSource
from simulation.load_sink import LoadSink
from simulation.world import World


@pytest.fixture
def world():
    return World(VirtualClock())


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
