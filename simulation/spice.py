"""A circuit as a SPICE netlist, so that an independent simulator can be asked the same question."""

from collections.abc import Iterator
from math import inf

from simulation.branch import Branch
from simulation.elements import Capacitor
from simulation.network import GROUND_CONDUCTANCE
from simulation.world import World


def netlist(world: World, *, title: str = "world", straight: bool = False) -> str:
    """Return the netlist of ``world`` without analysis commands; net k of ``world.nets`` is node k.

    Parts with regions become B sources over all their regions, or with ``straight`` the resistor
    and current source of their present one; branch k is ``B<k>``, or ``R<k>`` and ``I<k>``. SPICE
    starts near the world's voltages (to 0.1 mV): from 0 V it gets lost among many kinks. Monotone
    parts have one solution, so that this cannot lead it to a wrong one.
    """
    world.look()
    index = {net: number for number, net in enumerate(world.nets)}
    lines = [title]
    number = 0
    for element in world.elements:
        for branch in element.branches:
            nodes = f"{index[branch.a]} {index[branch.b]}"
            if isinstance(element, Capacitor):
                lines.append(f"C{number} {nodes} {element.farads!r}")
            else:
                lines += _lines(branch, number, nodes, straight=straight)
            number += 1
    lines += [f"Rg{net} {net} 0 {1.0 / GROUND_CONDUCTANCE!r}" for net in range(1, len(index))]
    near = () if straight else world.nets[1:]
    lines += [f".nodeset V({index[net]})={world.voltage(net, world.ground):.4f}" for net in near]
    return "\n".join([*lines, ""])


def _lines(branch: Branch, number: int, nodes: str, *, straight: bool) -> Iterator[str]:
    region = branch.region if straight else 0
    if straight or not branch.bounds:
        slope, offset = branch.slopes[region], branch.offsets[region]
        if slope:
            yield f"R{number} {nodes} {1.0 / slope!r}"
        if branch.driven:
            yield f"I{number} {nodes} DC {offset!r}"
        return
    yield f"B{number} {nodes} I = {_characteristic(branch, nodes.replace(' ', ','))}"


def _characteristic(branch: Branch, pair: str) -> str:
    """Return the current as an expression of the voltage: a first line and a kink at each bound."""
    v = f"V({pair})"
    terms = [f"({branch.slopes[0]!r})*{v}", f"({branch.offsets[0]!r})"]
    for bound, before, after in zip(branch.bounds, branch.slopes, branch.slopes[1:], strict=False):
        if after != before and bound < inf:
            terms.append(f"({after - before!r})*max({v}-({bound!r}),0)")
    straight = " + ".join(terms)
    if branch.power:
        return f"{v} > {branch.bounds[-1]!r} ? {branch.power!r}/{v} : {straight}"
    return straight
