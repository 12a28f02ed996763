"""The command line ``bench``: look at files and runs. Running is left to pytest."""

import signal
from contextlib import closing, suppress
from pathlib import Path
from typing import Annotated

import typer

from station.campaign_commands import limits, prove, rates
from station.terminal import err, out, print_table, sentences

app = typer.Typer(
    help="The smallBMS test bench. Tests are run by pytest; see 'pytest --help'.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_SIMULATED = Path(__file__).parent.parent / "benches" / "simulated.toml"
_SHOWN = "benches/simulated.toml"
_SHEET = ("cable", "role", "instrument", "from", "to", "through", "note")
RunDirectory = Annotated[Path | None, typer.Argument(help="run directory; default: the newest")]
BenchPath = Annotated[
    Path, typer.Argument(help="bench file", metavar="BENCH.toml", show_default=_SHOWN)
]
Device = Annotated[str, typer.Option("--dut", help="device")]
Inspection = Annotated[bool, typer.Option("--inspection", help="a person looks at the device")]
Chamber = Annotated[bool, typer.Option("--chamber", help="a person sets a climate chamber")]


def main() -> None:
    """Run the command line; what ends it otherwise ends it like Ctrl-C."""
    from reports.interrupts import ending

    for number in ending():
        signal.signal(number, signal.default_int_handler)
    app()


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def conformance(
    context: typer.Context,
    bench: Annotated[Path, typer.Option(help="bench file", show_default=_SHOWN)] = _SIMULATED,
    dut: Annotated[list[str] | None, typer.Option(help="devices; default: all")] = None,
    fault: Annotated[list[str] | None, typer.Option(help="defect of a simulated unit")] = None,
    run_dir: Annotated[Path | None, typer.Option(help="directory of the record")] = None,
) -> None:
    """Run the suites of one or several devices with pytest and make one report of them.

    All other options and arguments are pytest's, such as -k S-REM or --serial NUMBER.
    """
    from reports.journal import new_run_id
    from reports.run import OUT, journals, members
    from station.progress import progress
    from station.suites import Ended, devices, exit_code, make_directories, run_all, suites

    defects = fault or []
    ended: list[Ended] = []
    with sentences():
        directory = run_dir or OUT / new_run_id()
        options = [*(f"--fault={defect}" for defect in defects), *context.args]
        chosen = suites(devices(bench, dut or (), defects), bench, directory, options)
        make_directories(directory, chosen)
        with progress(err) as told, closing(run_all(chosen, told)) as ends:
            for end in ends:
                ended += [end]
                out.print(end.output, markup=False, end="")
    if any(journals(member) for member in members(directory)):
        with suppress(typer.Exit), sentences():  # without Node the suites' verdict stands
            _report(directory)
    raise typer.Exit(exit_code(ended))


@app.command()
def report(run: RunDirectory = None) -> None:
    """Make the HTML report and the coverage matrix of a run."""
    from reports.run import newest

    with sentences():
        _report(run or newest())


def _report(directory: Path) -> None:
    from reports import kill_matrix_allure, summary
    from reports.html import has_results, lacks_results, render, write_report
    from reports.run import read_runs

    if kill_matrix_allure.is_proof(directory):
        made = render(directory, kill_matrix_allure.name(directory))
    else:
        curves = "checked" if has_results(directory) else "loaded"
        runs = read_runs(directory, curves=curves)
        if curves == "checked" and lacks_results(runs, directory):
            runs = read_runs(directory, curves="loaded")
        for run in runs:
            _problems(run.problems)
        for line in summary.verdicts(runs):
            out.print(line, markup=False)
        made = write_report(runs, directory)
    way = "open it by a double click" if made.is_single else "serve it: npx allure open"
    out.print(f"report    {made.page}  ({way})", markup=False)
    for matrix, table in made.matrices:
        out.print(f"coverage  {matrix}\n          {table}", markup=False)


@app.command()
def plan(
    bench: BenchPath = _SIMULATED,
    dut: Device = "smallbms",
    inspection: Inspection = False,
    chamber: Chamber = False,
) -> None:
    """Print what a bench would run and what it cannot verify; nothing is opened."""
    from reports.plan import plan as lines
    from reports.request import Request, assisted

    there = assisted(inspection=inspection, chamber=chamber)
    with sentences():
        for line in lines(Request(bench_path=bench, device=dut, assisted=there)):
            out.print(line, markup=False)


@app.command()
def simulate(
    bench: BenchPath = _SIMULATED,
    dut: Device = "smallbms",
    fault: Annotated[list[str] | None, typer.Option(help="defect of the device")] = None,
) -> None:
    """Serve the simulated instruments on loopback ports until Ctrl-C, for any client."""
    from threading import Event

    from bench.assembly import served_bench
    from reports.request import Request

    with sentences():
        request = Request(bench_path=bench, device=dut)
        models = {name: entry.model for name, entry in request.bench_file().instruments.items()}
        with served_bench(bench, request.spec().device, fault or ()) as ports:
            for name, port in ports.items():
                address = f"TCPIP0::127.0.0.1::{port}::SOCKET"
                if models[name] == "labjack.T7":
                    address = f"Modbus TCP at 127.0.0.1:{port}"
                out.print(f"{name:<8} {models[name]:<22} {address}", markup=False)
            out.print("Ctrl-C ends it")
            with suppress(KeyboardInterrupt):
                while not Event().wait(1.0):
                    pass


@app.command()
def wiring(bench: BenchPath) -> None:
    """Print the cabling sheet of a bench."""
    from bench.bench_file_reader import load_bench_file
    from bench.wiring import cabling_sheet

    with sentences():
        rows = list(cabling_sheet(load_bench_file(bench).wiring))
    lines: list[tuple[str, ...]] = []
    for row in rows:
        place = f"{row.instrument} {row.terminal}"
        lines.append((str(row.cable), row.role, place, row.plus, row.minus, row.through, row.note))
    print_table(_SHEET, lines)


@app.command()
def check(
    bench: BenchPath,
    dut: Device = "smallbms",
    inspection: Inspection = False,
    chamber: Chamber = False,
) -> None:
    """Say what a run on a bench would be refused for: files, calibrations, simulated instruments.

    The instruments of a real bench are not opened.
    """
    from bench.assembly import open_bench
    from bench.opening import check_calibrations
    from reports.journal import today
    from reports.request import Request, assisted

    there = assisted(inspection=inspection, chamber=chamber)
    with sentences():
        request = Request(bench_path=bench, device=dut, assisted=there)
        cases, file = request.cases(), request.bench_file()
        check_calibrations(file, today())
        if file.simulated:
            with open_bench(bench, device=request.spec().device):
                pass
    runnable = sum(1 for _, lacking in cases if not lacking)
    out.print(f"{bench} is valid: it can run {runnable} of {len(cases)} cases of {dut}")


@app.command()
def faults(device: Annotated[str, typer.Argument()] = "smallbms") -> None:
    """List the defects that a simulated device can have."""
    from station.defects import described

    with sentences():
        for line in described(device):
            out.print(line, markup=False)


app.command()(prove)
app.command()(limits)
app.command()(rates)


@app.command("verify-journal")
def verify_journal(run: Annotated[Path, typer.Argument(help="run directory")]) -> None:
    """Check that a record is whole and unchanged since it was written."""
    from reports.run import read_runs

    with sentences():
        records = read_runs(run, curves="checked")
    for record in records:
        _problems(record.problems)
    if any(record.problems for record in records):
        raise typer.Exit(1)
    for record in records:
        said = f"{len(record.results)} results, {record.end}, chain intact"
        out.print(f"{record.directory}: {said}", markup=False)


@app.command("verify-sources")
def verify_sources(folder: Annotated[Path, typer.Argument(help="folder of the documents")]) -> None:
    """Check every quote of the specifications and the register against the documents."""
    from reports import sources
    from reports.specifications import referring, register, specifications

    with sentences():
        specs = specifications()
        checks = sources.verify_sources(folder, specs, register())
    for line in sources.told(checks, referring(specs)):
        out.print(line, markup=False)
    if not all(check.is_clean for check in checks):
        raise typer.Exit(1)


@app.command()
def discrepancies(
    entry: Annotated[str, typer.Argument(help="id of one entry; default: all")] = "",
) -> None:
    """Print where the documents disagree, what is adopted and which clauses refer to it."""
    from reports import disputes
    from reports.specifications import referring, register, specifications

    with sentences():
        entries, clauses = register(), referring(specifications())
        lines = disputes.detail(entries, clauses, entry) if entry else None
        for line in lines or disputes.overview(entries, clauses):
            out.print(line, markup=False)


def _problems(problems: tuple[str, ...]) -> None:
    for problem in problems:
        err.print(f"journal: {problem}", style="yellow", markup=False)


if __name__ == "__main__":
    main()
