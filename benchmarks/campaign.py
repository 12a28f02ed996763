"""Campaigns: units a second as arrays and through the drivers, and what a second worker is worth.

``python -m benchmarks campaign``. The speed-up counts wall time: nothing else may run meanwhile.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.ratio import Ratio, main
from benchmarks.timing import clock
from station.batch import Batch
from station.cores import on_cores
from station.defects import drawn_unit
from station.ledger import open_ledger
from station.proof import prove
from station.unit import Unit

_CASE = "S-LOAD-LEVEL.light[vbat=70V]"
_COUNT = 1000
_SINGLES = 20
_SEEDS = range(1, 40)  # with the unit of the bench file's seed 40 units, 20 for each of two workers


def run() -> Iterator[Ratio]:
    """Yield the ratios of campaigns."""
    yield _paths()
    yield _workers()


def _paths() -> Ratio:
    """Compare a unit at one case as one of an array, judged by three rules, with one by drivers."""
    unit = Unit(device="smallbms", only=frozenset({_CASE}))
    batch = Batch(unit=unit, case_id=_CASE, count=_COUNT, seed=1, kept=0)
    arrays = _spent(batch.outcome) / _COUNT

    def singles() -> None:
        for number in range(_SINGLES):
            replace(unit, defect=drawn_unit("smallbms", 1, number), seed=number).run()

    drivers = _spent(singles) / _SINGLES
    text = f"{1 / arrays:.0f} units/s as arrays, {1 / drivers:.0f} units/s through the drivers"
    return Ratio(name="unit as array, drivers", ours=arrays * 1e6, peer=drivers * 1e6, goal=0.1,
                 text=text)  # fmt: skip


def _workers() -> Ratio:
    """Compare the wall time of one campaign with two workers and with one."""
    times = {workers: _campaign(workers) for workers in (2, 1)}
    units = len(_SEEDS) + 1
    text = f"speed-up {times[1] / times[2]:.2f}; {units / times[2]:.2f} whole suites of S a second"
    return Ratio(name="two workers, one", ours=times[2], peer=times[1], goal=1 / 1.8, unit="s",
                 text=text)  # fmt: skip


def _campaign(workers: int) -> float:
    with TemporaryDirectory() as place, open_ledger(Path(place)) as ledger:
        begun = perf_counter()
        spread = on_cores(workers)
        golden = Unit(device="smallbms")
        prove([golden], {}, ledger, spread=spread, told=lambda *_: None, seeds=_SEEDS)
        return perf_counter() - begun


def _spent(work: Callable[[], object]) -> float:
    work()
    begun = clock()
    work()
    return clock() - begun


if __name__ == "__main__":
    sys.exit(main(run()))
