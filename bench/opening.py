"""Opening the instruments of a bench file: for one run on this PC, and only those it names."""

import os
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from bench.bench_file import BenchFile, InstrumentEntry
from bench.errors import ConfigError
from instruments.catalogue import open_instrument, touches_nets
from instruments.errors import InstrumentError
from instruments.instrument import Identity, Instrument
from instruments.transports.wires import Wires
from instruments.units import Second

_FOR_ALL = 0o666  # another account of this PC, which has to be able to lock it as well


def check_calibrations(file: BenchFile, today: date) -> None:
    """Raise ConfigError with one line for each calibration that is overdue ``today``."""
    overdue = [
        f"{file.path}: key 'instruments.{entry.name}.calibration.due': {entry.model} serial "
        f"{entry.serial} was due on {entry.calibration.due}; calibrate it and enter the new date"
        for entry in file.instruments.values()
        if entry.calibration and entry.calibration.due < today
    ]
    if overdue:
        raise ConfigError("\n".join(overdue))


@contextmanager
def sole_owner(file: BenchFile, *, patience: Second = 0.0) -> Generator[None]:
    """Hold a lock for each resource of the bench, so that no second run on this PC can use it.

    A person and a radio are nobody's own: each terminal has its person, and all may listen. Raises
    ConfigError when another run still holds one after ``patience`` [s].
    """
    from hashlib import sha256

    from filelock import FileLock, Timeout

    with ExitStack() as stack:
        for entry in file.instruments.values():
            if not touches_nets(entry.model):
                continue
            digest = sha256(entry.resource.encode()).hexdigest()[:16]
            path = _shared_folder() / f"smallbms-bench-{digest}.lock"
            where = f"{file.path}: instrument '{entry.name}' ({entry.resource})"
            try:
                stack.enter_context(FileLock(path, mode=_FOR_ALL).acquire(timeout=patience))
            except Timeout:
                raise ConfigError(
                    f"{where} is in use by another run on this PC; wait for it or stop it"
                ) from None
            except OSError as error:
                raise ConfigError(
                    f"{where} cannot be reserved for this run: {path}: {error.strerror}; remove "
                    "that file while no run is under way"
                ) from None
        yield


def _shared_folder() -> Path:
    """Return where the runs of all accounts of this PC find each other, as far as there is one.

    A temporary folder may be one of the account, or of the session that named it in TMPDIR.
    """
    if os.name == "posix":
        return Path("/tmp")  # noqa: S108 - see above
    from tempfile import gettempdir

    return Path(gettempdir())


def open_entry(entry: InstrumentEntry, wires: Wires) -> Instrument:
    """Open one instrument of a bench file; raises InstrumentError."""
    return open_instrument(
        entry.name, entry.model, entry.resource, wires, entry.accuracies, entry.settings
    )


def open_all(stack: ExitStack, file: BenchFile, wires: Wires) -> dict[str, Instrument]:
    """Open every instrument; name all that do not answer in one ConfigError."""
    instruments: dict[str, Instrument] = {}
    dead: list[str] = []
    for entry in file.instruments.values():
        try:
            instrument = open_entry(entry, wires)
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


def identified(file: BenchFile, instruments: Mapping[str, Instrument]) -> dict[str, Identity]:
    """Return who answered; raise ConfigError where it is not whom the bench file names."""
    identities = {name: instrument.identity() for name, instrument in instruments.items()}
    wrong = [
        line
        for name, identity in identities.items()
        if (line := mismatch(file.instruments[name], identity))
    ]
    if wrong:
        raise ConfigError("\n".join(f"{file.path}: {line}" for line in wrong))
    return identities


def mismatch(entry: InstrumentEntry, identity: Identity) -> str:
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
