"""All spec files of a folder, and who refers to what in the register beside them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.discrepancy import Discrepancy
from bench.errors import SpecError
from bench.register_file import load_register
from bench.spec import Spec
from bench.spec_file import load_spec
from reports.request import SPECS

REGISTER = "discrepancies.toml"


def specifications(folder: Path = SPECS) -> tuple[Spec, ...]:
    """Return the specifications in ``folder``, by name; raises SpecError when there is none."""
    paths = sorted(path for path in folder.glob("*.toml") if path.name != REGISTER)
    if not paths:
        raise SpecError(f"{folder}: holds no spec file; give the folder of the specifications")
    return tuple(load_spec(path) for path in paths)


def register(folder: Path = SPECS) -> Mapping[str, Discrepancy]:
    """Return the register in ``folder`` by id; raises SpecError."""
    return load_register(folder / REGISTER).discrepancies


def referring(specs: Sequence[Spec]) -> Mapping[str, tuple[str, ...]]:
    """Return discrepancy id -> the clauses that refer to it, each once, in the order of files."""
    found: dict[str, dict[str, None]] = {}
    for spec in specs:
        for clause in spec.clauses:
            for entry in clause.discrepancies:
                found.setdefault(entry, {})[clause.id] = None
    return {entry: tuple(clauses) for entry, clauses in found.items()}
