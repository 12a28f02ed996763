"""From a bench file to an open bench: the one module here that knows simulation exists."""

import platform
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bench.bench import Bench
from bench.bench_file import BenchFile, InstrumentEntry, load_bench_file
from bench.errors import ConfigError
from bench.limit import DecisionRule
from bench.spec import Device
from instruments.catalogue import open_instrument
from instruments.clock import WallClock
from instruments.errors import InstrumentError
from instruments.instrument import Identity, Instrument
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
    _check_calibrations(file, today)
    with ExitStack() as stack:
        if file.simulated:
            laboratory = build_laboratory(file, device, faults, seed)
            stack.callback(laboratory.close)
            wires, reseed = laboratory.wires, laboratory.reseed
        else:
            stack.enter_context(_sole_owner(file))
            clock = WallClock()
            wires, reseed = Wires(clock, Transcript(clock)), _keep
        serial = serial or SIMULATED_SERIAL
        origin = {"faults": list(faults), "seed": seed if file.simulated else None}
        yield stack.enter_context(
            assembled(file, device, wires, reseed, serial=serial, rule=rule, origin=origin)
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
) -> Generator[Bench]:
    """Open and identify every instrument over ``wires``; yield the bench, safe at both ends.

    ``origin`` goes into the provenance as it is. Raises ConfigError as ``open_bench`` does.
    """
    with ExitStack() as stack:
        instruments = _open_all(stack, file, wires)
        identities = _identified(file, instruments)
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

    Any client with sockets or a VISA of its own can use them; the T7 is not among them, because
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
        served(laboratory.cables()) as ports,
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


def _check_calibrations(file: BenchFile, today: date | None) -> None:
    overdue = [
        f"{file.path}: key 'instruments.{entry.name}.calibration.due': {entry.model} serial "
        f"{entry.serial} was due on {entry.calibration.due}; calibrate it and enter the new date"
        for entry in file.instruments.values()
        if today is not None and entry.calibration and entry.calibration.due < today
    ]
    if overdue:
        raise ConfigError("\n".join(overdue))


def _keep(key: str) -> None:
    """Do nothing: copper cannot be reseeded."""


@contextmanager
def _sole_owner(file: BenchFile) -> Generator[None]:
    """Hold a lock for each resource of the bench, so that no second run on this PC can use it."""
    from hashlib import sha256
    from tempfile import gettempdir

    from filelock import FileLock, Timeout

    with ExitStack() as stack:
        for entry in file.instruments.values():
            digest = sha256(entry.resource.encode()).hexdigest()[:16]
            lock = FileLock(Path(gettempdir()) / f"smallbms-bench-{digest}.lock")
            try:
                stack.enter_context(lock.acquire(timeout=0))
            except Timeout:
                raise ConfigError(
                    f"{file.path}: instrument '{entry.name}' ({entry.resource}) is in use by "
                    "another run on this PC; wait for it or stop it"
                ) from None
        yield


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


def _open_all(stack: ExitStack, file: BenchFile, wires: Wires) -> dict[str, Instrument]:
    """Open every instrument; name all that do not answer in one ConfigError."""
    instruments: dict[str, Instrument] = {}
    dead: list[str] = []
    for entry in file.instruments.values():
        try:
            instrument = open_instrument(
                entry.name, entry.model, entry.resource, wires, entry.accuracies, entry.settings
            )
        except InstrumentError as error:
            dead.append(f"  {entry.name} ({entry.model} at {entry.resource}): {error.message}")
        else:
            stack.callback(instrument.close)
            instruments[entry.name] = instrument
    if dead:
        raise ConfigError(
            f"{file.path}: {len(dead)} of {len(file.instruments)} instruments did not answer; "
            "check power, cables and resources:\n" + "\n".join(dead)
        )
    return instruments


def _identified(file: BenchFile, instruments: Mapping[str, Instrument]) -> dict[str, Identity]:
    """Return who answered; raise ConfigError where it is not whom the bench file names."""
    identities = {name: instrument.identity() for name, instrument in instruments.items()}
    wrong = [
        line
        for name, identity in identities.items()
        if (line := _mismatch(file.instruments[name], identity))
    ]
    if wrong:
        raise ConfigError("\n".join(f"{file.path}: {line}" for line in wrong))
    return identities


def _mismatch(entry: InstrumentEntry, identity: Identity) -> str:
    """Return the sentence for a wrong model or serial number; empty when both are right."""
    model = entry.model.partition(".")[2]
    if identity.model and model.lower() not in identity.model.lower():
        return (
            f"key 'instruments.{entry.name}.model': {entry.resource} answers as {identity.model}, "
            f"not {model}; correct the resource or the model"
        )
    if identity.serial and identity.serial != entry.serial:
        return (
            f"key 'instruments.{entry.name}.serial': {entry.resource} answers with serial "
            f"{identity.serial}, not {entry.serial}; correct the resource or the serial"
        )
    return ""


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
