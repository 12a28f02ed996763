"""From a bench file to an open bench: the one module here that knows simulation exists."""

import platform
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bench.bench import Bench
from bench.bench_file import BenchFile
from bench.bench_file_reader import load_bench_file
from bench.errors import ConfigError
from bench.lifeline import Lifeline, NoLifeline, guarded
from bench.limit import DecisionRule
from bench.opening import check_calibrations, identified, open_all, sole_owner
from bench.spec import Device
from instruments.instrument import Identity
from instruments.transports.transcript import Transcript
from instruments.transports.wires import Wires

if TYPE_CHECKING:
    from simulation.laboratory import Laboratory

SIMULATED_SERIAL = "SIMULATED"


@contextmanager
def open_bench(
    path: Path | str,
    *,
    device: Device,
    serial: str | None = None,
    faults: Sequence[str] = (),
    rule: DecisionRule = DecisionRule.ILAC_G8,
    seed: int | None = None,
    today: date | None = None,
) -> Generator[Bench]:
    """Open every instrument of a bench file, check them, and make the bench safe at both ends.

    ``today`` is the date that calibrations are held against; without it they are not checked.
    Raises ConfigError for a wrong file, a missing serial number, an overdue calibration, or an
    instrument that is not the one in the file; all unreachable instruments are named at once.
    """
    file = load_bench_file(Path(path))
    if seed is None:
        seed = file.seed if file.seed is not None else 0
    _check_request(file, serial, faults)
    if today is not None:
        check_calibrations(file, today)
    lifeline: Lifeline | None = None
    with ExitStack() as stack:
        if file.simulated:
            laboratory = build_laboratory(file, device, faults, seed)
            stack.callback(laboratory.close)
            wires, reseed = laboratory.wires, laboratory.reseed
        else:
            lifeline = stack.enter_context(guarded(file.path))
            stack.enter_context(sole_owner(file))
            wires, reseed = Wires(lifeline.clock, Transcript(lifeline.clock)), _keep
        serial = serial or SIMULATED_SERIAL
        origin = {"faults": list(faults), "seed": seed if file.simulated else None}
        yield stack.enter_context(
            assembled(
                file,
                device,
                wires,
                reseed,
                serial=serial,
                rule=rule,
                origin=origin,
                lifeline=lifeline,
            )
        )


@contextmanager
def assembled(
    file: BenchFile,
    device: Device,
    wires: Wires,
    reseed: Callable[[str], None],
    *,
    serial: str,
    rule: DecisionRule = DecisionRule.ILAC_G8,
    origin: Mapping[str, object] | None = None,
    lifeline: Lifeline | None = None,
) -> Generator[Bench]:
    """Open and identify every instrument over ``wires``; yield the bench, safe at both ends.

    ``origin`` goes into the provenance as it is. Without a ``lifeline`` nobody makes the bench safe
    when this process dies. Raises ConfigError as ``open_bench`` does.
    """
    with ExitStack() as stack:
        instruments = open_all(stack, file, wires)
        identities = identified(file, instruments)
        bench = Bench(
            file=file,
            device=device,
            serial=serial,
            rule=rule,
            instruments=instruments,
            clock=wires.clock,
            transcript=wires.transcript,
            reseed=reseed,
            provenance={
                **_provenance(file, device, identities),
                "serial": serial,
                "decision_rule": rule.value,
                **(origin or {}),
            },
            lifeline=lifeline or NoLifeline(),
        )
        stack.callback(bench.make_safe)
        bench.make_safe()
        if bench.unsafe:
            raise ConfigError(f"{file.path}: the bench could not be made safe: {bench.unsafe}")
        yield bench
        bench.restore()


@contextmanager
def served_bench(
    path: Path | str, device: Device, faults: Sequence[str] = (), seed: int | None = None
) -> Generator[Mapping[str, int]]:
    """Serve the instruments of a simulated bench on loopback; yield instrument -> TCP port.

    Any client with sockets or a VISA of its own can use them, and the T7 any client of Modbus TCP;
    LabJack's library would not look there. Virtual time follows the wall meanwhile. Raises
    ConfigError for a bench in copper.
    """
    from simulation.wires.served import served

    file = load_bench_file(Path(path))
    if file.seed is None:
        raise ConfigError(f"{file.path} is a real bench: it has nothing to serve")
    seed = file.seed if seed is None else seed
    with (
        closing(build_laboratory(file, device, faults, seed)) as laboratory,
        served(laboratory.ports()) as ports,
    ):
        yield ports


def _check_request(file: BenchFile, serial: str | None, faults: Sequence[str]) -> None:
    if file.simulated:
        return
    if not serial:
        raise ConfigError(
            f"{file.path} is a real bench: say which unit is on it with --serial NUMBER"
        )
    if faults:
        raise ConfigError(
            f"{file.path} is a real bench: defects can be simulated only; drop --fault "
            f"{faults[0]} or use benches/simulated.toml"
        )


def _keep(key: str) -> None:
    """Do nothing: copper cannot be reseeded."""


def build_laboratory(
    file: BenchFile, device: Device, faults: Sequence[str], seed: int
) -> "Laboratory":
    """Build the circuit that the wires of a simulated bench end in; raises ConfigError."""
    from simulation.laboratory import Laboratory
    from simulation.netlist import Link, Part, SimulatedInstrument

    instruments = [
        SimulatedInstrument(
            name=entry.name,
            model=entry.model,
            resource=entry.resource,
            serial=entry.serial,
            accuracies=entry.accuracies,
            settings=entry.settings,
        )
        for entry in file.instruments.values()
    ]
    links = [
        Link(
            instrument=row.instrument,
            terminal=row.terminal,
            plus=row.plus,
            minus=row.minus,
            series=row.series,
            divider=row.divider,
            input_resistance=row.input_resistance if row.divider != 1.0 else None,
        )
        for row in file.wiring.connections.values()
        if row.touches_nets
    ]
    parts = [
        Part(name=part.name, kind=part.kind, plus=part.plus, minus=part.minus, value=part.value)
        for part in file.wiring.parts
    ]
    try:
        return Laboratory(
            instruments=instruments,
            links=links,
            parts=parts,
            device=device.name,
            faults=tuple(faults),
            seed=seed,
        )
    except ValueError as error:
        raise ConfigError(f"{file.path}: {error}") from None


def _provenance(
    file: BenchFile, device: Device, identities: Mapping[str, Identity]
) -> dict[str, object]:
    """Return what a run record says of the bench it was made on."""
    coding = file.batteries.get(device.battery_link)
    return {
        "bench": file.name,
        "bench_title": file.title,
        "bench_sha256": file.sha256,
        "backend": "simulated" if file.simulated else "real",
        "device": device.name,
        "device_title": device.title,
        "battery_coding": coding.basis if coding else "",
        "instruments": {
            name: {
                **asdict(identity),
                "resource": file.instruments[name].resource,
                "calibration_certificate": calibration.certificate if calibration else "",
                "calibration_due": calibration.due.isoformat() if calibration else "",
            }
            for name, identity in identities.items()
            for calibration in (file.instruments[name].calibration,)
        },
        "python": platform.python_version(),
        "system": platform.system(),
    }
