"""The virtual clock beside SimPy: ``python -m benchmarks.clock``."""

import sys

from benchmarks.ratio import Ratio, main
from benchmarks.timing import side_by_side
from simulation.clock import VirtualClock


def ours_periodic() -> None:
    """Sleep 30 s with an event each 10 ms."""
    clock = VirtualClock()
    clock.every(0.01, _nothing)
    clock.sleep(30.0)


def ours_chain() -> None:
    """Sleep 30 s while each event schedules the next, 10 ms later."""
    clock = VirtualClock()

    def tick() -> None:
        clock.schedule(0.01, tick)

    clock.schedule(0.01, tick)
    clock.sleep(30.0)


def simpy_process() -> None:
    """Do the same with a SimPy process."""
    import simpy

    environment = simpy.Environment()

    def process():  # noqa: ANN202  a SimPy process generator
        while True:
            yield environment.timeout(0.01)

    environment.process(process())
    environment.run(30.0)


def _nothing() -> None:
    """Be an event."""


def run() -> list[Ratio]:
    """Return the ratios of the clock."""
    idle = VirtualClock()
    idle.schedule(1e12, _nothing)
    times = side_by_side(
        {"periodic": ours_periodic, "chain": ours_chain, "simpy": simpy_process}, rounds=25
    )
    quiet = side_by_side({"idle": lambda: idle.sleep(30.0)}, rounds=25, calls=1000)
    return [
        Ratio(name="30 s with 3000 periodic events, SimPy", ours=times["periodic"],
              peer=times["simpy"], goal=0.5),
        Ratio(name="the same, each event scheduling the next", ours=times["chain"],
              peer=times["simpy"]),
        Ratio(name="30 s without events", ours=quiet["idle"], peer=20.0, goal=1.0,
              text="peer: what is allowed"),
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(run()))
