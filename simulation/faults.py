"""Named defects that a simulated device can be built with.

A fault is asked for by a word, its *fault spec*:

- ``load-drop-0v3``: a fault of the device's own data files (``simulation/dut/faults_*.toml``);
- ``load-drop-0v3@0.15``: the same with another magnitude, in the unit of the fault;
- ``my_faults.toml:my-fault``: a fault of a file of your own, same format, ``@`` works too;
- ``my_module:my_function`` or ``my_faults.py:my_function``: a function of your own that takes the
  finished `Device` and changes what it likes: ``device.elements["LOAD"].set_resistance(2.0)``.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.dut.parameters import Parameters, Value, data_sheet

if TYPE_CHECKING:
    from simulation.dut.device import Device

_FOLDER = Path(__file__).parent / "dut"
_MAGNITUDE = "magnitude"
_PART_KEYS = {"kind", "plus", "minus", "value"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultPart:
    """A stray element that a fault adds: a resistor [ohm] or a capacitor [F] between two nets."""

    kind: str
    plus: str
    minus: str
    value: float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One physical defect.

    ``clauses`` are the statements that the defective unit no longer meets, ``set`` and ``scale``
    change parameters of the device (the word ``magnitude`` stands for `magnitude`), ``parts`` are
    soldered on, ``modify`` is called with the finished device. ``source`` says where it came from.
    """

    id: str
    title: str
    variants: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    magnitude: float | None = None
    unit: str = ""
    set: Mapping[str, Value] = field(default_factory=dict[str, Value])
    scale: Mapping[str, float | str] = field(default_factory=dict[str, float | str])
    parts: tuple[FaultPart, ...] = ()
    modify: "Callable[[Device], None] | None" = None
    source: str = ""

    def alter(self, parameters: Parameters) -> None:
        """Apply ``set`` and ``scale``; raise ValueError naming this fault if one does not fit."""
        try:
            for name, value in self.set.items():
                parameters.change(name, self.size(value) if value == _MAGNITUDE else value)
            for name, factor in self.scale.items():
                parameters.scale(name, self.size(factor))
        except ValueError as error:
            raise ValueError(f"{self.source}: fault {self.id!r}: {error}") from None

    def size(self, value: Value) -> float:
        """Return a number, or the magnitude where the word ``magnitude`` stands for it."""
        if value == _MAGNITUDE and self.magnitude is not None:
            return self.magnitude
        if isinstance(value, float | int) and not isinstance(value, bool):
            return float(value)
        raise ValueError(f"expected a number, not {value!r}")


def fault_names(device: str) -> tuple[str, ...]:
    """Return the names of the faults that come with a device; unknown device raises ValueError."""
    return tuple(_faults_of(data_sheet(device).variant))


def describe_fault(device: str, spec: str) -> str:
    """Return one line about a fault: name, what is physically wrong, clauses it violates."""
    fault = find_fault(device, spec)
    size = (
        "" if fault.magnitude is None else f" [{fault.magnitude:g} {fault.unit}]".replace(" ]", "]")
    )
    against = ", ".join(fault.clauses) or "no clause of the spec"
    return f"{fault.id}{size}: {fault.title} (against {against})"


def find_fault(device: str, spec: str) -> Fault:
    """Return the fault that a fault spec (see the module) means for a device.

    Raises ValueError naming the known faults, the file or the function that is missing.
    """
    text, _, size = spec.rpartition("@") if "@" in Path(spec).name else (spec, "", "")
    where, colon, name = text.rpartition(":")
    if not colon:
        known: Mapping[str, Fault] = _faults_of(data_sheet(device).variant)
        fault = _pick(known, name, f"device {device!r}")
    elif where.endswith(".toml"):
        fault = _pick({f.id: f for f in load_faults(Path(where))}, name, where)
        _check_variant(fault, device)
    else:
        fault = _from_function(spec, where, name)
    return _resized(fault, size) if size else fault


def load_faults(path: Path) -> tuple[Fault, ...]:
    """Read a file of faults; raise ValueError naming file, fault and key if it is malformed."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"cannot read the fault file {path}: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"the fault file {path} is not valid TOML: {error}") from None
    entries: list[Any] = content.get("fault", [])
    if type(entries) is not list or not entries or not all(type(e) is dict for e in entries):
        raise ValueError(f"the fault file {path}: expected at least one [[fault]] table")
    faults = tuple(_fault(path, entry) for entry in entries)
    names = [fault.id for fault in faults]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{path}: these faults stand there twice: {', '.join(twice)}")
    return faults


_KEYS = {f.name for f in fields(Fault)} - {"modify", "source"}


def _fault(path: Path, entry: Any) -> Fault:  # noqa: ANN401  a TOML value
    """Make a Fault of one table of a file, and refuse what would be misread later."""
    where = f"{path}: fault {entry.get('id', '?')!r}"
    if unknown := sorted(set(entry) - _KEYS):
        raise ValueError(f"{where}: unknown key {unknown[0]!r}; known: {', '.join(sorted(_KEYS))}")
    magnitude = entry.get("magnitude")
    if magnitude is not None and type(magnitude) not in (int, float):
        raise ValueError(f"{where}: magnitude must be a number in SI units, not {magnitude!r}")
    fault = Fault(
        id=_text(where, entry, "id"),
        title=_text(where, entry, "title"),
        variants=_texts(where, entry, "variants"),
        clauses=_texts(where, entry, "clauses"),
        magnitude=None if magnitude is None else float(magnitude),
        unit=str(entry.get("unit", "")),
        set=_table(where, entry, "set"),
        scale=_table(where, entry, "scale"),
        parts=tuple(_part(where, part) for part in entry.get("parts", ())),
        source=path.name,
    )
    values = [*fault.set.values(), *fault.scale.values(), *(part.value for part in fault.parts)]
    if magnitude is None and _MAGNITUDE in values:
        raise ValueError(f"{where}: the word 'magnitude' is used, so give magnitude = <number>")
    return fault


def _text(where: str, entry: Mapping[str, Any], key: str) -> str:
    text = entry.get(key)
    if not isinstance(text, str) or not text:
        raise ValueError(f"{where}: {key} is missing; give it as a text")
    return text


def _texts(where: str, entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    texts: list[Any] = entry.get(key, [])
    if type(texts) is not list or not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{where}: {key} must be a list of texts, not {texts!r}")
    return tuple(texts)


def _table(where: str, entry: Mapping[str, Any], key: str) -> dict[str, Any]:
    table: dict[str, Any] = entry.get(key, {})
    if type(table) is not dict:
        raise ValueError(f"{where}: {key} must be a table of parameters, not {table!r}")
    return table


def _part(where: str, entry: dict[str, Any]) -> FaultPart:
    if set(entry) != _PART_KEYS:
        raise ValueError(f"{where}: a part has the keys {', '.join(sorted(_PART_KEYS))}")
    if entry["kind"] not in ("resistor", "capacitor"):
        raise ValueError(f"{where}: a part is a resistor or a capacitor, not {entry['kind']!r}")
    return FaultPart(**entry)


@cache
def _faults_of(variant: str) -> dict[str, Fault]:
    """Return the faults of the data files that can be built into a variant, by name."""
    faults = (
        fault for path in sorted(_FOLDER.glob("faults_*.toml")) for fault in load_faults(path)
    )
    return {fault.id: fault for fault in faults if variant in fault.variants}


def _pick(known: Mapping[str, Fault], name: str, where: str) -> Fault:
    if name not in known:
        raise ValueError(f"{where} has no fault {name!r}; known: {', '.join(sorted(known))}")
    return known[name]


def _check_variant(fault: Fault, device: str) -> None:
    variant = data_sheet(device).variant
    if fault.variants and variant not in fault.variants:
        fits = ", ".join(fault.variants)
        raise ValueError(f"fault {fault.id!r} fits variants {fits}, device {device!r} is {variant}")


def _resized(fault: Fault, size: str) -> Fault:
    if fault.magnitude is None:
        raise ValueError(f"fault {fault.id!r} has no magnitude: leave '@{size}' out")
    try:
        magnitude = float(size)
    except ValueError:
        magnitude = float("nan")
    if isnan(magnitude):
        unit = f" in {fault.unit}" if fault.unit else ""
        raise ValueError(f"fault {fault.id!r}: '@{size}' is not a number{unit}")
    return replace(fault, id=f"{fault.id}@{size}", magnitude=magnitude)


def _from_function(spec: str, where: str, name: str) -> Fault:
    """Return a Fault around a function of the user's own."""
    try:
        module = _load_file(Path(where)) if where.endswith(".py") else import_module(where)
    except (ImportError, OSError) as error:
        raise ValueError(f"fault {spec!r}: cannot import {where!r}: {error}") from None
    function: Any = getattr(module, name, None)
    modify: Callable[[Device], None] = function
    if not callable(function):
        raise ValueError(f"fault {spec!r}: {where!r} has no function {name!r}")
    summary = (function.__doc__ or name).strip().splitlines()[0]
    return Fault(id=spec, title=summary, modify=modify, source=where)


def _load_file(path: Path) -> Any:  # noqa: ANN401  a module's attributes are anything
    spec = spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
