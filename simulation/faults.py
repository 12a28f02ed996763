"""Named defects that a simulated device can be built with.

A fault is asked for by a word, its *fault spec*:

- ``load-drop-0v3``: a fault of the device's own data files (``simulation/dut/faults_*.toml``);
- ``load-drop-0v3@0.15``: the same with another magnitude, in the unit of the fault;
- ``my_faults.toml:my-fault``: a fault of a file of your own, same format, ``@`` works too;
- ``drawn:SEED:NUMBER``: no defect but a conforming unit, drawn within the device's tolerances
  (``simulation/dut/tolerances_*.toml``);
- ``my_module:my_function`` or ``my_faults.py:my_function``: a function of your own that takes the
  finished `Device` and changes what it likes: ``device.elements["LOAD"].set(resistance=2.0)``.
  ``my_function.clauses = ("S-LOAD-IMAX",)`` says what such a unit violates.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from inspect import getmembers, getsourcefile, isfunction
from math import inf, isnan
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from simulation.dut.fault import MAGNITUDE, Fault, FaultPart, load_faults
from simulation.dut.parameters import Parameters, data_sheet
from simulation.dut.tolerance import drawn

if TYPE_CHECKING:
    from simulation.dut.device import Device

__all__ = [
    "Fault",
    "FaultPart",
    "alike",
    "conforming_magnitude",
    "definition",
    "describe_fault",
    "fault_names",
    "file_specs",
    "find_fault",
    "fits",
    "load_faults",
]

_FOLDER = Path(__file__).parent / "dut"
_ABSENT = {"resistor": inf, "capacitor": 0.0}
"""What a part that is not there would measure [ohm], [F]."""


def fault_names(device: str) -> tuple[str, ...]:
    """Return the names of the faults that come with a device; unknown device raises ValueError."""
    return tuple(_faults_of(data_sheet(device).variant))


def describe_fault(device: str, spec: str) -> str:
    """Return one line about a fault: name, what is physically wrong, clauses it violates."""
    fault = find_fault(device, spec)
    against = ", ".join(fault.clauses) or "no clause named"
    return f"{fault.id}: {fault.title} (against {against})"


def find_fault(device: str, spec: str) -> Fault:
    """Return the fault that a fault spec (see the module) means for a device.

    Raises ValueError naming the nearest faults, the file or the function that is missing.
    """
    variant = data_sheet(device).variant
    text, _, size = spec.rpartition("@") if "@" in Path(spec).name else (spec, "", "")
    where, colon, name = text.rpartition(":")
    if not colon:
        remedy = f"'bench faults {device}' lists them"
        fault = _pick(_faults_of(variant), name, f"device {device!r}", remedy)
    elif where.startswith("drawn:"):
        fault = _drawn(device, text, where.removeprefix("drawn:"), name)
    elif where.lower().endswith(".toml"):
        known = {fault.id: fault for fault in load_faults(Path(where))}
        fault = _pick(known, name, where, f"it holds {', '.join(known)}")
        if fault.variants and variant not in fault.variants:
            fits = ", ".join(fault.variants)
            raise ValueError(f"fault {name!r} fits variants {fits}, but {device!r} is {variant}")
    else:
        fault = _from_function(text, where, name)
    return _resized(fault, size) if size else fault


def conforming_magnitude(device: str, fault: Fault) -> float | None:
    """Return the magnitude at which a fault is none: what it sets is as in a conforming unit.

    None where nothing has the size of the magnitude. Of several things that have, the nearest
    counts. Raises ValueError for an unknown parameter.
    """
    if fault.magnitude is None:
        return None
    parameters = Parameters(data_sheet(device))
    sized = [name for name, value in fault.set.items() if value == MAGNITUDE]
    found = [parameters.number(name) for name in sized]
    found += [1.0 for factor in fault.scale.values() if factor == MAGNITUDE]
    found += [_ABSENT[part.kind] for part in fault.parts if part.value == MAGNITUDE]
    magnitude = fault.magnitude
    return min(found, key=lambda value: abs(value - magnitude), default=None)


def file_specs(path: Path) -> tuple[str, ...]:
    """Return the fault specs of all faults in a file of the user's own, TOML or Python.

    Raises ValueError naming the file where it cannot be read or holds none.
    """
    if path.suffix.lower() != ".py":
        return tuple(f"{path}:{fault.id}" for fault in load_faults(path))
    names = _functions(path)
    if not names:
        raise ValueError(f"the fault file {path} defines no public function")
    return tuple(f"{path}:{name}" for name in names)


def alike(word: str, names: Iterable[str]) -> str:
    """Return which of ``names`` a word was perhaps meant to be, as a question, or nothing."""
    near = get_close_matches(word.partition("@")[0], tuple(names), n=3)
    return f"did you mean {' or '.join(near)}? " if near else ""


def fits(device: str, spec: str) -> bool:
    """Return whether a fault can be built into a device: it names no other variants."""
    where, _, name = spec.rpartition(":")
    if not where.lower().endswith(".toml"):
        return True
    variants = next((f.variants for f in load_faults(Path(where)) if f.id == name), ())
    return not variants or data_sheet(device).variant in variants


def definition(fault: Fault) -> str:
    """Return everything that a fault consists of as text; that of a function is its file."""
    text = repr(replace(fault, modify=None))
    if fault.modify is None:
        return text
    source = getsourcefile(fault.modify)
    return text + (Path(source).read_text(encoding="utf-8") if source else "")


@cache
def _faults_of(variant: str) -> dict[str, Fault]:
    """Return the faults of the data files that can be built into a variant, by name."""
    files = sorted(_FOLDER.glob("faults_*.toml"))
    faults = (fault for path in files for fault in load_faults(path))
    return {fault.id: fault for fault in faults if variant in fault.variants}


def _pick(known: Mapping[str, Fault], name: str, where: str, remedy: str) -> Fault:
    if name not in known:
        raise ValueError(f"{where} has no fault {name!r}; {alike(name, known)}{remedy}")
    return known[name]


def _resized(fault: Fault, size: str) -> Fault:
    """Return a fault in the size that stands behind the @."""
    if fault.magnitude is None:
        raise ValueError(f"fault {fault.id!r} has no magnitude: leave '@{size}' out")
    try:
        magnitude = float(size)
    except ValueError:
        magnitude = float("nan")
    if isnan(magnitude):
        unit = f" in {fault.unit}" if fault.unit else ""
        raise ValueError(f"fault {fault.id!r}: '@{size}' is not a number{unit}")
    return fault.with_magnitude(magnitude)


def _drawn(device: str, spec: str, seed: str, number: str) -> Fault:
    """Return a conforming unit as what it sets."""
    try:
        parameters = drawn(device, int(seed), int(number))
    except ValueError as error:
        raise ValueError(f"fault {spec!r}: expected drawn:SEED:NUMBER: {error}") from None
    title = f"conforming unit {number} of those drawn with seed {seed}"
    return Fault(id=spec, title=title, set=parameters, source="tolerances")


def _from_function(spec: str, where: str, name: str) -> Fault:
    """Return a Fault around a function of the user's own."""
    try:
        module = _load_file(Path(where)) if where.endswith(".py") else import_module(where)
    except Exception as error:
        raise ValueError(f"fault {spec!r}: cannot import {where!r}: {error}") from error
    function: Any = getattr(module, name, None)
    modify: Callable[[Device], None] = function
    if not callable(function):
        raise ValueError(f"fault {spec!r}: {where!r} has no function {name!r}")
    summary = (function.__doc__ or name).strip().splitlines()[0]
    clauses = tuple(getattr(function, "clauses", ()))
    return Fault(id=spec, title=summary, clauses=clauses, modify=modify, source=where)


def _functions(path: Path) -> tuple[str, ...]:
    """Return the names of the public functions that a Python file defines, sorted."""
    try:
        module = _load_file(path)
    except Exception as error:
        raise ValueError(f"the fault file {path} cannot be imported: {error}") from error
    functions = getmembers(module, isfunction)
    own = (name for name, function in functions if function.__module__ == module.__name__)
    return tuple(name for name in own if not name.startswith("_"))


def _load_file(path: Path) -> ModuleType:
    spec = spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
