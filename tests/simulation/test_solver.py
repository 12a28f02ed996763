"""The solver on random circuits: balance of currents and energy, order, extremes, errors."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.branch import Branch
from simulation.clock import VirtualClock
from simulation.elements import Capacitor, Contact, CurrentSource, Probe, Resistor, VoltageSource
from simulation.high_side import HighSide
from simulation.load_sink import LoadSink
from simulation.network import Network, NoConsistentState, SingularCircuit
from simulation.supply_source import SupplySource
from simulation.world import World

G = "BAT-"
NETS = [G, "A", "B", "C", "D", "E"]
ROUNDING = 5e-6  # V; 70 kA behind 1 mohm, off by 1e-16, on a net of 10 uS, and some such in a row


@st.composite
def part(draw):
    a, b = draw(st.lists(st.sampled_from(NETS), min_size=2, max_size=2, unique=True))
    kind = draw(st.sampled_from("RRRCVIPSLH"))
    x = draw(st.floats(0.01, 1.0))
    return {
        "R": lambda: Resistor(a, b, 10.0 ** (6 * x)),
        "C": lambda: Contact(a, b, 0.05, closed=x > 0.5),
        "V": lambda: VoltageSource(a, b, 60 * x, 1.0),
        "I": lambda: CurrentSource(a, b, x),
        "P": lambda: Probe(a, b, 1e7, 1e-8 * x),
        "S": lambda: supply(a, b, 70 * x),
        "L": lambda: load(a, b, x),
        "H": lambda: HighSide(a, b, on=True, diode_drop=0.5, current_limit=0.1 * x),
    }[kind]


def supply(a, b, volts):
    made = SupplySource(a, b)
    made.set(volts, 0.5)
    made.on()
    return made


def load(a, b, amperes):
    made = LoadSink(a, b)
    made.set("CC", amperes)
    made.on()
    return made


def built(parts):
    world = World(VirtualClock())
    world.add(VoltageSource("A", G, 12.8, 0.1))
    for net in NETS[1:]:
        world.add(Resistor(net, G, 1e5))
    return world, [world.add(make()) for make in parts]


@given(st.lists(part(), max_size=14))
@settings(max_examples=150, deadline=None)
def test_currents_into_each_net_add_up_to_nothing(parts):
    world, _ = built(parts)
    into = dict.fromkeys(world.nets, 0.0)
    scale = dict.fromkeys(world.nets, 1e-9)
    for element in world.elements:
        current = element.sign * world.current(element)
        for branch in element.branches[:1]:
            into[branch.a] -= current
            into[branch.b] += current
            for net in (branch.a, branch.b):
                scale[net] = max(scale[net], abs(current))
    for (
        element
    ) in world.elements:  # the second branch of an output goes to ground, and carries 0 here
        if isinstance(element, HighSide):
            assert element.branches[1].slopes == (0.0,)
    for net in world.nets[1:]:
        assert abs(into[net]) <= 1e-8 * scale[net] + 1e-8


@given(st.lists(part(), max_size=14))
@settings(max_examples=100, deadline=None)
def test_energy_is_balanced(parts):
    world, _ = built(parts)
    power = [
        e.sign * world.current(e) * world.voltage(e.branches[0].a, e.branches[0].b)
        for e in world.elements
    ]
    assert abs(sum(power)) <= 1e-8 * sum(map(abs, power)) + 1e-7


@given(st.lists(part(), max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_the_order_of_parts_does_not_matter(parts, random):
    first, _ = built(parts)
    mixed = list(parts)
    random.shuffle(mixed)
    second, _ = built(mixed)
    for net in NETS[1:]:
        assert first.voltage(net, G) == pytest.approx(second.voltage(net, G), abs=ROUNDING)


@given(st.lists(part(), min_size=1, max_size=12), st.lists(st.booleans(), max_size=6))
@settings(max_examples=80, deadline=None)
def test_the_way_to_a_state_does_not_matter(parts, toggles):
    world, made = built(parts)
    fresh, others = built(parts)
    contact, twin = (w.add(Contact("B", G, 0.05)) for w in (world, fresh))
    for closed in toggles:
        contact.close() if closed else contact.open()
        world.look()
        if closed:
            twin.close()
        else:
            twin.open()
    for net in NETS[1:]:
        assert world.voltage(net, G) == pytest.approx(fresh.voltage(net, G), abs=ROUNDING)
    del made, others


@given(st.lists(part(), max_size=12), st.lists(st.sampled_from(NETS[1:]), min_size=1, unique=True))
@settings(max_examples=150, deadline=None)
def test_cables_change_nothing_in_the_end(parts, cabled):
    plain, _ = built(parts)
    world, _ = built(parts)
    for net in cabled:
        world.add(Capacitor(net, G, 2e-9))
    states = []
    world.observe(lambda: states.append(world.clock.now()))
    world.clock.sleep(1.0)
    for net in NETS[1:]:
        # equal supplies in parallel share as they like within 1 nA, that is 0.1 mV on 100 kohm
        assert world.voltage(net, G) == pytest.approx(plain.voltage(net, G), abs=1e-4)
    assert len(states) < 300


def test_a_stiff_source_does_not_blur_a_net_on_a_teraohm():
    world = World(VirtualClock())
    world.add(VoltageSource("A", G, 70.0, 0.0))
    world.add(Resistor("A", "B", 1e12))
    world.add(Resistor("B", G, 1e12))
    # both, and the 100 Tohm to ground that each net has
    assert world.voltage("B", G) == pytest.approx(70.0 / (2.0 + 0.01), rel=1e-12)


def test_a_net_without_anything_rests_at_ground():
    world = World(VirtualClock())
    world.add(Contact("A", "B", 0.05, closed=True))
    assert world.voltage("A", G) == 0.0


def test_a_current_without_way_out_is_singular():
    branch = Branch("A", G, driven=True)
    branch.curve((), (0.0,), (-1.0,))
    network = Network([branch], G)
    with pytest.raises(SingularCircuit, match="net A"):
        network.consistent(network.steady)


def test_a_part_that_contradicts_itself_is_named():
    branch = Branch("FLAP", G, driven=True)
    branch.curve((1.0,), (1.0, 1.0), (-2.0, 0.0))  # 2 V in the lower region, 0 V in the upper one
    network = Network([branch], G)
    with pytest.raises(NoConsistentState, match="FLAP to BAT-"):
        network.consistent(network.steady)


def test_unknown_nets_and_foreign_parts_are_errors():
    world = World(VirtualClock())
    world.add(Resistor("A", G, 1.0))
    with pytest.raises(KeyError, match="NOWHERE"):
        world.voltage("NOWHERE", G)
    with pytest.raises(ValueError, match="not known here"):
        world.current(Resistor("A", G, 1.0))
