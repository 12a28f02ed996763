"""Which defects a campaign builds in: those of the catalogue, and those of the user's own files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bench.errors import ConfigError
from reports.request import SIMULATED_BENCH, SPECS
from reports.specifications import specifications
from simulation import faults
from simulation.dut import tolerance
from station.unit import Defect, Unit


def device_name(written: str) -> str:
    """Return the name of a device as its files have it; people write ``smallbms-ng`` as well."""
    return written.replace("-", "_")


def described(device: str) -> tuple[str, ...]:
    """Return a line about each defect of the catalogue; raises ConfigError."""
    name = device_name(device)
    try:
        return tuple(faults.describe_fault(name, fault) for fault in faults.fault_names(name))
    except ValueError as error:
        raise ConfigError(str(error)) from None


def is_known(device: str, word: str) -> bool:
    """Return whether a device can have the defect that a word asks for."""
    try:
        faults.find_fault(device, word)
    except (ValueError, OSError):
        return False
    return True


def no_fault(word: str, devices: Iterable[str]) -> str:
    """Return that no device can have a defect, with those that may have been meant."""
    hint = faults.alike(word, {name for device in devices for name in faults.fault_names(device)})
    return f"there is no fault {word!r}; {hint}'bench faults DEVICE' lists those of a device"


def chosen(
    devices: Sequence[str] | None,
    names: str | None,
    files: Sequence[Path],
    specs: Path = SPECS,
    bench_path: Path = SIMULATED_BENCH,
) -> tuple[tuple[Unit, ...], dict[str, tuple[Defect, ...]]]:
    """Return the conforming units and, by device, the defects that are asked for.

    ``names`` are separated by commas, None is all. ``files`` add defects of the user's own. Raises
    ConfigError for a device, a defect or a clause that does not exist.
    """
    titles = {
        spec.device.name: {clause.id for clause in spec.clauses} for spec in specifications(specs)
    }
    asked = tuple(dict.fromkeys(map(device_name, devices or titles)))
    if unknown := [device for device in asked if device not in titles]:
        raise ConfigError(f"{specs} has no specification {unknown[0]}; known: {', '.join(titles)}")
    wanted = None if names is None else _words(names)
    try:
        known = {device: dict(_known(device, files, wanted, titles)) for device in asked}
    except (ValueError, OSError) as error:
        raise ConfigError(str(error)) from None
    picked = known if wanted is None else _picked(known, wanted)
    kept = {device: tuple(found.values()) for device, found in picked.items()}
    wide = names is None or devices
    reached = [device for device in asked if wide or kept[device]]
    goldens = (Unit(device=device, specs=specs, bench_path=bench_path) for device in reached)
    return tuple(goldens), kept


def drawn_unit(device: str, seed: int, number: int) -> Defect:
    """Return a conforming unit, drawn within the tolerances, as what is built in."""
    word = f"drawn:{seed}:{number}"
    return _defect(device, word, word, set(), set())


def drawn_parameters(device: str, seed: int, number: int) -> Mapping[str, float]:
    """Return what `drawn_unit` sets."""
    return tolerance.drawn(device, seed, number)


def moving_parameter(device: str, clause: str) -> str:
    """Return the parameter that moves what a clause judges one to one; empty where none does."""
    entries = tolerance.tolerances(device)
    return next((entry.parameter for entry in entries if clause in entry.clauses), "")


def nothing(goldens: Sequence[Unit], defects: Mapping[str, Sequence[Defect]]) -> str:
    """Return why a campaign would prove nothing, in a sentence; empty when it can."""
    without = [unit.device for unit in goldens if not defects[unit.device]]
    if goldens and not without:
        return ""
    where = ", ".join(without) or "any device"
    return f"no defect is built into {where}: a suite that meets no defect is not proven"


def _words(names: str) -> list[str]:
    return [word for name in names.split(",") if (word := name.strip())]


def _known(
    device: str, files: Sequence[Path], wanted: Sequence[str] | None, titles: Mapping[str, set[str]]
) -> Iterator[tuple[str, Defect]]:
    """Yield name -> defect of everything that can be built into a device."""
    everywhere = {clause for clauses in titles.values() for clause in clauses}
    catalogue = faults.fault_names(device)
    sized = [word for word in wanted or () if word.partition("@")[0] in catalogue and "@" in word]
    for name in (*catalogue, *sized):
        yield name, _defect(device, name, name, titles[device], everywhere)
    for path in files:
        for spec in faults.file_specs(path.resolve()):
            name = spec.rpartition(":")[2]
            if not faults.fits(device, spec):
                continue
            if name in catalogue:
                raise ValueError(f"{path}: fault {name!r} is one of the catalogue's; rename yours")
            defect = _defect(device, spec, name, titles[device], everywhere)
            if defect.claims or not faults.find_fault(device, spec).clauses:
                yield name, defect


def _defect(device: str, word: str, name: str, clauses: set[str], everywhere: set[str]) -> Defect:
    """Return a fault as a campaign needs it, with the clauses that are of this device."""
    fault = faults.find_fault(device, word)
    for clause in fault.clauses:
        if clause not in everywhere:
            raise ValueError(
                f"{fault.source}: fault {name!r}: no specification has a clause {clause!r}"
            )
    return Defect(
        word=word,
        name=name,
        title=fault.title,
        claims=tuple(clause for clause in fault.clauses if clause in clauses),
        definition=faults.definition(fault),
        magnitude=fault.magnitude,
        conforming=faults.conforming_magnitude(device, fault),
        unit=fault.unit,
    )


def _picked(
    known: Mapping[str, Mapping[str, Defect]], wanted: Sequence[str]
) -> dict[str, dict[str, Defect]]:
    names = {name for found in known.values() for name in found}
    if unknown := [word for word in wanted if word not in names]:
        raise ConfigError(no_fault(unknown[0], known))
    return {
        device: {word: found[word] for word in wanted if word in found}
        for device, found in known.items()
    }
