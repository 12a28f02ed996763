"""The solver beside ngspice, which knows nothing of it."""

import math
import random
import re
import shutil
import subprocess

import pytest

from benchmarks.reference_circuit import reference_world
from simulation.clock import VirtualClock
from simulation.elements import Capacitor, Contact, CurrentSource, Resistor, VoltageSource
from simulation.high_side import HighSide
from simulation.load_sink import LoadSink
from simulation.spice import netlist
from simulation.supply_source import SupplySource
from simulation.world import World

NGSPICE = shutil.which("ngspice")
pytestmark = pytest.mark.skipif(
    NGSPICE is None, reason="ngspice is not installed (Debian package ngspice)"
)
G = "BAT-"
ALLOWED = 1e-5  # V
OPTIONS = ".options gmin=1e-15 reltol=1e-7 vntol=1e-10 abstol=1e-14\n"


def ngspice(text, commands, folder):
    """Return what ngspice prints as ``name = value``."""
    path = folder / "circuit.cir"
    control = "\n".join([".control", "set numdgt=12", *commands, ".endc", ".end", ""])
    path.write_text(text + OPTIONS + control, encoding="utf-8", newline="\n")
    done = subprocess.run(
        [NGSPICE, "-b", str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    found = dict(re.findall(r"^(\S+) = (\S+)$", done.stdout, re.MULTILINE))
    assert found, done.stdout + done.stderr
    return {name.lower(): float(value) for name, value in found.items()}


def disagreement(world, folder):
    """Return the largest difference of a net voltage from ngspice's operating point [V]."""
    nets = world.nets
    prints = [f"print V({n})" for n in range(1, len(nets))]
    found = ngspice(netlist(world), ["op", *prints], folder)
    return max(abs(world.voltage(net, G) - found[f"v({n})"]) for n, net in enumerate(nets) if n)


@pytest.mark.parametrize("seed", range(5))
def test_random_resistor_networks(seed, tmp_path):
    dice = random.Random(seed)  # noqa: S311
    world = World(VirtualClock())
    nets = [G, *(f"N{n}" for n in range(12))]
    for _ in range(40):
        a, b = dice.sample(nets, 2)
        world.add(Resistor(a, b, 10 ** dice.uniform(0, 6)))
    for net in nets[1:5]:
        world.add(VoltageSource(net, G, dice.uniform(-70, 70), 10 ** dice.uniform(0, 3)))
    assert disagreement(world, tmp_path) < ALLOWED


def test_the_comparison_can_fail(tmp_path):
    world = World(VirtualClock())
    world.add(VoltageSource("A", G, 10.0, 1.0))
    wrong = world.add(Resistor("A", G, 1e3))
    text = netlist(world)
    wrong.set(1001.0)
    found = ngspice(text, ["op", "print V(1)"], tmp_path)
    assert 5e-6 < abs(world.voltage("A", G) - found["v(1)"]) < 2e-5


def supply(ohms):
    made = SupplySource("A", G)
    made.set(12.8, 1.0)
    made.on()
    return [made, Resistor("A", G, ohms)]


def load(mode, level):
    made = LoadSink("A", G)
    made.set(mode, level)
    made.on()
    return [made, VoltageSource("A", G, 12.8, 0.5)]


def output(ohms, **kinds):
    return [
        VoltageSource("B", G, 12.8, 0.01),
        HighSide("B", "A", **kinds),
        Resistor("A", G, ohms),
    ]


STAGE = {"on": True, "resistance": 5.0, "diode_drop": 0.5, "current_limit": 0.01}


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(lambda: supply(100.0), id="supply-cv"),
        pytest.param(lambda: supply(5.0), id="supply-cc"),
        pytest.param(lambda: [*supply(1e3), VoltageSource("A", G, 20.0, 10.0)], id="supply-fed"),
        pytest.param(lambda: load("CC", 2.0), id="load-cc"),
        pytest.param(lambda: load("CC", 30.0), id="load-at-its-minimum-resistance"),
        pytest.param(lambda: load("CR", 8.0), id="load-cr"),
        pytest.param(lambda: load("CV", 7.0), id="load-cv"),
        pytest.param(lambda: load("CP", 20.0), id="load-cp"),
        pytest.param(lambda: output(1e4, **STAGE), id="output-on"),
        pytest.param(lambda: output(50.0, **STAGE), id="output-limiting"),
        pytest.param(lambda: output(1e5, leakage=50e-6), id="output-leaking"),
        pytest.param(lambda: output(1e5, pull_low=1e-3), id="output-low"),
        pytest.param(
            lambda: [CurrentSource("A", G, 1e-3), VoltageSource("A", G, 0.3, 1e3)], id="drain-knee"
        ),
    ],
)
def test_each_part_with_regions(parts, tmp_path):
    world = World(VirtualClock())
    for made in parts():
        world.add(made)
    assert disagreement(world, tmp_path) < ALLOWED


def test_the_reference_circuit(tmp_path):
    world, _ = reference_world()
    assert disagreement(world, tmp_path) < ALLOWED


def test_transient_of_cables_pulls_and_a_relay(tmp_path):
    world = World(VirtualClock())
    source = world.add(VoltageSource("IN", G, 0.0, 1e3))
    for a, b, ohms, farads in (
        ("IN", "X", 1e5, 2e-9),
        ("X", "Y", 4.7e4, 1e-9),
        ("Y", "Z", 1e5, 5e-10),
    ):
        world.add(Resistor(a, b, ohms))
        world.add(Capacitor(b, G, farads))
    world.add(Capacitor("X", "Z", 3e-10))
    world.add(Resistor("Z", G, 1e6))
    text = netlist(world)
    # the source is the Norton pair of part 0: its current steps from 0 to 10 V / 1 kohm
    text = re.sub(
        r"^I0 (\d+) (\d+) DC .*$", r"I0 \1 \2 PWL(0 0 1p -0.01)", text, flags=re.MULTILINE
    )
    text = re.sub(r"^\.nodeset.*\n", "", text, flags=re.MULTILINE)
    source.set(10.0)
    world.look()
    times = (5e-5, 2e-4, 6e-4, 2e-3)
    commands = ["tran 200n 2.1m 0 200n"]
    numbers = {net: n for n, net in enumerate(world.nets)}
    for k, time in enumerate(times):
        for net in "XYZ":
            commands += [f"meas tran m{k}{net} FIND V({numbers[net]}) AT={time}"]
            commands += [f"print m{k}{net}"]
    found = ngspice(text, commands, tmp_path)
    for k, time in enumerate(times):
        world.clock.sleep(time - world.clock.now())
        for net in "XYZ":
            assert world.voltage(net, G) == pytest.approx(found[f"m{k}{net}".lower()], abs=ALLOWED)
    assert math.isclose(world.clock.now(), times[-1])


def test_a_closed_relay_merges_cables(tmp_path):
    world = World(VirtualClock())
    world.add(VoltageSource("IN", G, 10.0, 1e5))
    world.add(Capacitor("IN", G, 1e-9))
    contact = world.add(Contact("IN", "OUT", 0.05))
    world.add(Capacitor("OUT", G, 1e-9))
    world.add(Resistor("OUT", G, 1e6))
    world.look()
    world.clock.sleep(0.1)
    before = {net: world.voltage(net, G) for net in world.nets}
    contact.close()
    text = netlist(world)
    text = re.sub(r"^\.nodeset.*\n", "", text, flags=re.MULTILINE)
    numbers = {net: n for n, net in enumerate(world.nets)}
    text += "".join(f".ic V({numbers[net]})={before[net]!r}\n" for net in ("IN", "OUT"))
    commands = ["tran 50n 0.31m 0 50n uic", "meas tran m FIND V(1) AT=0.1m", "print m"]
    found = ngspice(text, commands, tmp_path)
    world.clock.sleep(1e-4)
    assert world.voltage(world.nets[1], G) == pytest.approx(found["m"], abs=1e-4)
