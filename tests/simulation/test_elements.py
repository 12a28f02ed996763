"""Each part alone, against what its description says in plain arithmetic."""

import pytest

from simulation.clock import VirtualClock
from simulation.elements import Contact, CurrentSource, Probe, Resistor, VoltageSource
from simulation.high_side import HighSide
from simulation.load_sink import LoadSink
from simulation.supply_source import SupplySource
from simulation.world import World

G = "BAT-"


@pytest.fixture
def world():
    return World(VirtualClock())


def stiff(world, net, volts):
    return world.add(VoltageSource(net, G, volts, 0.0))


def test_divider(world):
    stiff(world, "IN", 12.0)
    world.add(Resistor("IN", "OUT", 2e3))
    lower = world.add(Resistor("OUT", G, 1e3))
    assert world.voltage("OUT", G) == pytest.approx(4.0, abs=1e-7)
    assert world.voltage(G, "OUT") == pytest.approx(-4.0, abs=1e-7)
    lower.set(2e3)
    assert world.current(lower) == pytest.approx(3e-3, rel=1e-6)


def test_contact(world):
    stiff(world, "A", 10.0)
    contact = world.add(Contact("A", "B", 0.1))
    world.add(Resistor("B", G, 9.9))
    assert world.voltage("B", G) == pytest.approx(0.0, abs=1e-9)
    contact.close()
    assert world.current(contact) == pytest.approx(1.0, rel=1e-6)
    contact.open()
    assert world.current(contact) == 0.0


def test_source_delivers_and_sinks(world):
    source = world.add(VoltageSource("A", G, 5.0, 50.0))
    world.add(VoltageSource("A", G, 6.0, 50.0))
    assert world.voltage("A", G) == pytest.approx(5.5, abs=1e-9)
    assert world.current(source) == pytest.approx(-0.01, rel=1e-9)


def test_drawn_current_does_not_pull_below_ground(world):
    drain = world.add(CurrentSource("A", G, 2.7e-3, knee=0.5))
    feed = world.add(VoltageSource("A", G, 12.8, 1.0))
    assert world.current(drain) == pytest.approx(2.7e-3, rel=1e-9)
    feed.set(0.0)
    assert world.voltage("A", G) == pytest.approx(0.0, abs=1e-9)
    feed.set(0.25)
    # below the knee it is 0.5 V / 2.7 mA, in series with 1 ohm
    assert world.current(drain) == pytest.approx(0.25 / (0.5 / 2.7e-3 + 1.0), rel=1e-9)
    with pytest.raises(ValueError, match="A to BAT-"):
        drain.set(-1.0)


def test_probe_loads_and_biases(world):
    world.add(VoltageSource("A", G, 10.0, 1e6))
    probe = world.add(Probe("A", G, 10e6, 1e-7))
    # (10 - v) / 1M = v / 10M + 0.1u
    assert world.voltage("A", G) == pytest.approx((10.0 - 0.1) / 1.1, rel=1e-7)
    assert world.current(probe) == pytest.approx(0.1e-6 + 9e-7, rel=1e-6)


@pytest.mark.parametrize(
    ("ohms", "volts", "amperes", "mode"),
    [(100.0, 10.0, 0.1, "CV"), (5.0, 5.0, 1.0, "CC"), (1e-3, 1e-3, 1.0, "CC")],
)
def test_supply_crosses_over(world, ohms, volts, amperes, mode):
    supply = world.add(SupplySource("A", G, output_resistance=1e-6, bleeder=1e9))
    world.add(Resistor("A", G, ohms))
    assert world.voltage("A", G) == 0.0
    assert supply.mode() == "OFF"
    supply.set(10.0, 1.0)
    supply.on()
    assert world.voltage("A", G) == pytest.approx(volts, rel=1e-6)
    assert world.current(supply) == pytest.approx(amperes, rel=1e-6)
    assert supply.mode() == mode


def test_supply_cannot_sink_beyond_its_bleeder(world):
    supply = world.add(SupplySource("A", G, bleeder=50e3))
    supply.set(5.0, 1.0)
    supply.on()
    world.add(VoltageSource("A", G, 12.0, 1.0))
    assert world.current(supply) == pytest.approx(-12.0 / 50e3, rel=1e-3)
    supply.off()
    assert world.current(supply) == pytest.approx(-12.0 / 50e3, rel=1e-3)


@pytest.mark.parametrize(
    ("mode", "level", "amperes"),
    [
        ("CC", 0.5, 0.5),
        ("CR", 20.0, 10.0 / (20.0 + 1.0)),
        ("CV", 8.0, 2.0 / 1.05),
        ("CP", 9.0, 1.0),  # 9 V at 1 A behind 1 ohm
        ("CC", 50.0, 10.0 / 1.05),  # more than the source gives: the load is its minimum resistance
    ],
)
def test_load_modes(world, mode, level, amperes):
    world.add(VoltageSource("A", G, 10.0, 1.0))
    load = world.add(LoadSink("A", G, minimum_resistance=0.05, input_resistance=1e12))
    load.set(mode, level)
    assert world.current(load) == pytest.approx(0.0, abs=1e-10)
    load.on()
    assert world.current(load) == pytest.approx(amperes, rel=1e-9)
    load.off()
    assert world.voltage("A", G) == pytest.approx(10.0, rel=1e-9)


def test_load_never_sources(world):
    world.add(VoltageSource("A", G, -3.0, 1.0))
    load = world.add(LoadSink("A", G, input_resistance=1e12))
    load.set("CC", 1.0)
    load.on()
    assert world.voltage("A", G) == pytest.approx(-3.0, abs=1e-9)


def output(world, **kinds):
    stiff(world, "BAT+", 12.8)
    return world.add(HighSide("BAT+", "OUT", **kinds))


def test_output_drop_is_diode_and_resistance(world):
    stage = output(world, on=True, resistance=5.0, diode_drop=0.5, current_limit=0.01)
    load = world.add(LoadSink("OUT", G, input_resistance=1e12))
    load.set("CC", 8e-3)
    load.on()
    assert world.voltage("BAT+", "OUT") == pytest.approx(0.5 + 5.0 * 8e-3, rel=1e-6)
    assert not stage.limiting()


def test_output_limits_into_a_short_and_recovers(world):
    stage = output(world, on=True, resistance=5.0, diode_drop=0.5, current_limit=0.01)
    short = world.add(Contact("OUT", G, 0.1))
    world.add(Resistor("OUT", G, 1e5))
    short.close()
    assert world.current(stage) == pytest.approx(0.01, rel=1e-6)
    assert stage.limiting()
    short.open()
    assert world.voltage("BAT+", "OUT") == pytest.approx(0.5 + 5.0 * 12.3e-5, rel=1e-4)
    assert not stage.limiting()


def test_output_off_leaks_what_it_should_until_the_voltage_is_gone(world):
    stage = output(world, leakage=50e-6)
    pull = world.add(Resistor("OUT", G, 100e3))
    assert world.voltage("OUT", G) == pytest.approx(5.0, rel=1e-6)
    pull.set(1e9)
    assert 0.0 < world.voltage("BAT+", "OUT") < HighSide.LEAKAGE_KNEE
    stage.set(leakage=0.0)
    assert world.voltage("OUT", G) == pytest.approx(0.0, abs=1e-3)


def test_output_does_not_sink_when_fed_from_outside(world):
    stage = output(world, on=True)
    world.add(VoltageSource("OUT", G, 20.0, 1e3))
    assert world.voltage("OUT", G) == pytest.approx(20.0, rel=1e-9)
    assert world.current(stage) == pytest.approx(0.0, abs=1e-12)


def test_low_instead_of_floating(world):
    stage = output(world)
    world.add(Resistor("BAT+", "OUT", 100e3))
    assert world.voltage("OUT", G) == pytest.approx(12.8, rel=1e-6)
    stage.set(pull_low=1e-2)
    assert world.voltage("OUT", G) == pytest.approx(12.8 * 100.0 / 100100.0, rel=1e-6)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Resistor("A", "B", 0.0),
        lambda: Resistor("A", "B", float("nan")),
        lambda: Probe("A", "B", -1.0),
        lambda: CurrentSource("A", "B", float("nan")),
        lambda: SupplySource("A", "B").set(-1.0, 1.0),
        lambda: LoadSink("A", "B").set("CR", 0.0),
        lambda: HighSide("A", "B", leakage=-1.0),
    ],
    ids=["short", "nan", "probe", "current", "voltage", "load", "leakage"],
)
def test_impossible_values_are_refused_by_name(make):
    with pytest.raises(
        ValueError, match=r"^(Resistor|Probe|CurrentSource|SupplySource|LoadSink|HighSide) [AB]"
    ):
        make()
