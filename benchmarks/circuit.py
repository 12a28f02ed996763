"""The solver beside ngspice: ``python -m benchmarks.circuit``."""

import sys
from collections.abc import Callable
from itertools import cycle

from benchmarks.ngspice_library import NgspiceLibrary
from benchmarks.ratio import Ratio, main
from benchmarks.reference_circuit import reference_world
from benchmarks.timing import clock, pinned, side_by_side
from simulation.elements import Capacitor, Contact
from simulation.high_side import HighSide
from simulation.load_sink import LoadSink
from simulation.spice import netlist
from simulation.supply_source import SupplySource
from simulation.world import World

_STEPS = (12.8, 12.93)  # [V]; 1 % apart, so that each point is near the last one, but new
_OPTIONS = ".options gmin=1e-15 reltol=1e-6 vntol=1e-9 abstol=1e-13\n"
_UNITS = 10_000
_POINTS = 300


def operating_point(world: World, supply: SupplySource) -> list[Ratio]:
    """Compare set, solve and read of all nets of ``world`` with ngspice's alter, op and read.

    Warm: the supply moves by 1 %. Cold: nothing is known of regions and factors. ngspice gets the
    linear circuit of the present regions, its easiest form; for the disagreement all regions.
    """
    limit = supply.current_limit
    slot = [branch for e in world.elements for branch in e.branches].index(supply.branches[0])
    slope = supply.branches[0].slopes[1]
    nets, ground = world.nets, world.ground
    spice = NgspiceLibrary()
    vectors = [str(n).encode() for n in range(1, len(nets))]
    ours, theirs = cycle(_STEPS), cycle(_STEPS)

    def one() -> list[float]:
        supply.set(next(ours), limit)
        return [world.voltage(net, ground) for net in nets[1:]]

    def cold() -> list[float]:
        world.forget()
        return one()

    def other() -> list[float]:
        spice.command("destroy all")  # or each further op costs more than the one before
        spice.command(f"alter I{slot} dc = {-next(theirs) * slope!r}")
        spice.command("op")
        return spice.values(vectors)

    def disagreement() -> float:
        mine = one()
        spice.load(netlist(world) + _OPTIONS)
        spice.command("op")
        return max(abs(a - b) for a, b in zip(mine, spice.values(vectors), strict=True))

    worst = max(disagreement() for _ in _STEPS)
    spice.load(netlist(world, straight=True) + _OPTIONS)
    times = side_by_side({"warm": one, "cold": cold, "ngspice": other}, rounds=25, calls=50)
    size = f"{len(nets)} nets, {len(world.elements)} parts"
    return [
        Ratio(name="warm operating point, ngspice", ours=times["warm"], peer=times["ngspice"],
              goal=0.5, text=size),
        Ratio(name="cold operating point, ngspice", ours=times["cold"], peer=times["ngspice"],
              goal=2.0, text=size),
        Ratio(name="worst disagreement with ngspice", ours=worst, peer=1e-5, goal=1.0, unit="V",
              text="peer: what is allowed"),
    ]  # fmt: skip


def monte_carlo() -> list[Ratio]:
    """Time 300 points of 10 000 units as arrays; each unit has outputs of its own."""
    import numpy as np

    from simulation.many import Units

    world, supply = reference_world()
    load = next(e for e in world.elements if isinstance(e, LoadSink))
    outputs = [e for e in world.elements if isinstance(e, HighSide)]
    units = Units(world, _UNITS)
    dice = np.random.default_rng(1)
    for output in outputs:
        resistances = (output.resistance * dice.uniform(0.8, 1.2, _UNITS)).tolist()
        units.vary(output, _setter(output, resistances))
    with pinned():
        begin = clock()
        for point in range(_POINTS):
            supply.set((8.0, 12.8, 25.6, 51.2, 70.0)[point // 60], 1.5)
            load.set("CC", 1e-2 * (1 + point % 60))
            units.voltages()
        seconds = clock() - begin
    text = f"{_UNITS} units x {_POINTS} points; peer: what is allowed"
    return [Ratio(name="Monte Carlo", ours=seconds, peer=5.0, goal=1.0, unit="s", text=text)]


def recording() -> list[Ratio]:
    """Time the evaluation of a record of 60 s at 1 kHz on 8 channels, with a relay each second."""
    import numpy as np

    world, _ = reference_world()
    ground = world.ground
    for net in ("LOAD", "CHARGER", "REMOTE_L", "REMOTE_H"):
        world.add(Capacitor(net, ground, 2e-9))
    relays = cycle([e for e in world.elements if isinstance(e, Contact)])
    tap = world.tap([(net, ground) for net in world.nets[1:9]])
    for relay in (next(relays) for _ in range(60)):
        relay.open() if relay.is_closed else relay.close()
        world.clock.sleep(1.0)
    times = np.arange(60_000) * 1e-3
    cost = side_by_side({"samples": lambda: tap.samples(times)}, rounds=9)
    return [Ratio(name="60 s x 1 kHz x 8 channels", ours=cost["samples"] / 1e3, peer=50.0, goal=1.0,
                  unit="ms", text="peer: what is allowed")]  # fmt: skip


def _setter(output: HighSide, resistances: list[float]) -> Callable[[int], None]:
    return lambda unit: output.set(resistance=resistances[unit])


def run() -> list[Ratio]:
    """Return the ratios of the circuit solver."""
    return [*operating_point(*reference_world()), *monte_carlo(), *recording()]


if __name__ == "__main__":
    sys.exit(main(run()))
