"""The commands of ``bench`` that run campaigns: many simulated units on many processors."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from station.terminal import err, out, print_table, sentences

if TYPE_CHECKING:
    from station.campaign import Spread, Told
    from station.ledger import Ledger

_OUT = Path("reports/out")
Devices = Annotated[list[str] | None, typer.Argument(help="devices; default: all")]
Names = Annotated[str | None, typer.Option(help="names, with commas; default: all")]
Files = Annotated[list[Path] | None, typer.Option(help="more faults: .toml or .py")]
BenchPath = Annotated[Path | None, typer.Option(help="simulated bench file")]
Workers = Annotated[int | None, typer.Option(min=1, help="processes; default: cores")]
Scheduler = Annotated[
    str, typer.Option(metavar="ADDRESS", help="a Dask cluster instead of this machine's cores")
]
Directory = Annotated[
    Path, typer.Option("--out", help="directory; goes on with what is kept there")
]


def prove(
    devices: Devices = None,
    faults: Names = None,
    fault_file: Files = None,
    golden: Annotated[bool, typer.Option("--golden", help="conforming units only")] = False,
    seeds: Annotated[int, typer.Option(min=0, help="more conforming units, seeds 1 to N")] = 0,
    workers: Workers = None,
    scheduler: Scheduler = "",
    directory: Directory = _OUT / "prove",
) -> None:
    """Run each suite against a conforming unit and against units with known defects."""
    from reports.kill_matrix_allure import write_results
    from reports.kill_matrix_text import summary, write_matrices
    from station.defects import chosen, nothing
    from station.proof import prove as run

    with sentences():
        goldens, defects = chosen(devices, faults, fault_file or [])
        if golden:
            defects = {}
        elif why := nothing(goldens, defects):
            err.print(why, style="red", markup=False)
            raise typer.Exit(1)
        with _campaign(directory, workers, scheduler) as (ledger, spread, told):
            numbers = range(1, seeds + 1)
            matrices = run(goldens, defects, ledger, spread=spread, told=told, seeds=numbers)
        written = () if golden else write_matrices(matrices, directory)
        if written:
            write_results(matrices, directory, written)
    for line in (line for matrix in matrices for line in summary(matrix)):
        out.print(line, markup=False)
    for path in written:
        out.print(f"matrix  {path}", markup=False)
    if written:
        out.print(f"for one page of all units: bench report {directory}", markup=False)
    if not all(matrix.is_clean if golden else matrix.is_proof for matrix in matrices):
        raise typer.Exit(1)


def limits(
    devices: Devices = None,
    faults: Names = None,
    fault_file: Files = None,
    bench: BenchPath = None,
    workers: Workers = None,
    scheduler: Scheduler = "",
    directory: Directory = _OUT / "limits",
) -> None:
    """Search how small each defect may get before its clauses no longer see it."""
    from reports.detection_text import HEAD, rows, summary, write_limits
    from reports.request import SIMULATED_BENCH
    from station.defects import chosen
    from station.search import find_limits, searches

    with sentences():
        goldens, defects = chosen(
            devices, faults, fault_file or [], bench_path=bench or SIMULATED_BENCH
        )
        tasks = list(searches(goldens, defects))
        if not tasks:
            err.print(
                "no defect with a magnitude violates a clause: nothing to search", style="red"
            )
            raise typer.Exit(1)
        with _campaign(directory, workers, scheduler) as (ledger, spread, told):
            found = find_limits(tasks, ledger, spread=spread, told=told)
        written = write_limits(found, directory)
    print_table(HEAD, rows(found))
    for line in summary(found):
        out.print(line, markup=False)
    for path in written:
        out.print(f"limits  {path}", markup=False)


def rates(
    devices: Devices = None,
    units: Annotated[int, typer.Option(min=100, help="units drawn, as arrays")] = 1000,
    sample: Annotated[int, typer.Option(min=0, help="of them through the drivers too")] = 10,
    seed: Annotated[int, typer.Option(help="of the draws")] = 1,
    bench: BenchPath = None,
    workers: Workers = None,
    scheduler: Scheduler = "",
    directory: Directory = _OUT / "rates",
) -> None:
    """Count false rejects and false accepts of units drawn within their tolerances."""
    from reports.rates_text import HEAD, rows, summary, write_rates, wrong
    from reports.request import SIMULATED_BENCH
    from station.defects import chosen
    from station.drawn import measure_rates

    with sentences():
        goldens, _ = chosen(devices, "", [], bench_path=bench or SIMULATED_BENCH)
        with _campaign(directory, workers, scheduler) as (ledger, spread, told):
            found = measure_rates(
                goldens, ledger, count=units, sample=sample, seed=seed, spread=spread, told=told
            )
        written = write_rates(found, directory)
    out.print("Units within 4 u of the limit:")
    print_table(HEAD, rows(found))
    for line in summary(found):
        out.print(line, markup=False)
    for path in written:
        out.print(f"rates   {path}", markup=False)
    if any(line for device in found for line in wrong(device)):
        raise typer.Exit(1)


@contextmanager
def _campaign(
    directory: Path, workers: int | None, scheduler: str
) -> "Generator[tuple[Ledger, Spread, Told]]":
    """Open the ledger and show progress; an interruption is a sentence and exit code 130."""
    from station.cluster import on_cluster
    from station.cores import cores, on_cores
    from station.ledger import open_ledger
    from station.progress import progress

    spread = on_cluster(scheduler) if scheduler else on_cores(workers or cores())
    try:
        with open_ledger(directory) as ledger, progress(err) as told:
            yield ledger, spread, told
    except KeyboardInterrupt:
        err.print(f"interrupted; {directory} keeps what was done, the same command goes on")
        raise typer.Exit(130) from None
