"""The record of one physical defect, and the files such records stand in."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.dut.parameters import Parameters, Value

if TYPE_CHECKING:
    from simulation.dut.device import Device

MAGNITUDE = "magnitude"
"""The word that stands for a fault's magnitude among its values."""

_PREFIXES = ((1e3, "k"), (1.0, ""), (1e-3, "m"), (1e-6, "u"))


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

    ``title`` says what is wrong: ``template`` with the magnitude filled in. ``clauses`` are the
    statements that the defective unit no longer meets. ``set`` and ``scale`` change parameters of
    the device (the word ``magnitude`` stands for `magnitude`), ``parts`` are soldered on,
    ``modify`` is called with the finished device. ``source`` says where the fault came from.
    """

    id: str
    title: str
    template: str = ""
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
                parameters.change(name, self.size(value) if value == MAGNITUDE else value)
            for name, factor in self.scale.items():
                parameters.scale(name, self.size(factor))
        except ValueError as error:
            raise ValueError(f"{self.source}: fault {self.id!r}: {error}") from None

    def size(self, value: Value) -> float:
        """Return a number, or the magnitude where the word ``magnitude`` stands for it."""
        if value == MAGNITUDE and self.magnitude is not None:
            return self.magnitude
        if isinstance(value, float | int) and not isinstance(value, bool):
            return float(value)
        raise ValueError(f"expected a number, not {value!r}")

    def with_magnitude(self, magnitude: float | None) -> "Fault":
        """Return the same defect in another size, in `unit`."""
        text = "" if magnitude is None else _engineering(magnitude, self.unit)
        title = self.template.replace("{magnitude}", text)
        return replace(self, magnitude=magnitude, title=title)


_KEYS = {f.name for f in fields(Fault)} - {"modify", "source", "template"}
_PART_KEYS = {f.name for f in fields(FaultPart)}


def load_faults(path: Path) -> tuple[Fault, ...]:
    """Read a file of faults; raise ValueError naming file, fault and key if it is malformed."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"cannot read the fault file {path}: {error.strerror}") from None
    except ValueError as error:  # not TOML, or not UTF-8
        raise ValueError(f"the fault file {path} is not valid TOML: {error}") from None
    entries: list[Any] = content.get("fault", [])
    if type(entries) is not list or not entries or not all(type(e) is dict for e in entries):
        raise ValueError(f"the fault file {path}: expected at least one [[fault]] table")
    faults = tuple(_fault(path, entry) for entry in entries)
    names = [fault.id for fault in faults]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"the fault file {path}: given twice: {', '.join(twice)}")
    return faults


def _fault(path: Path, entry: Any) -> Fault:  # noqa: ANN401  a TOML value
    """Make a Fault of one table of a file, and refuse what would be misread later."""
    where = f"{path}: fault {entry.get('id', '?')!r}"
    if unknown := sorted(set(entry) - _KEYS):
        raise ValueError(f"{where}: unknown key {unknown[0]!r}; known: {', '.join(sorted(_KEYS))}")
    magnitude = entry.get("magnitude")
    if magnitude is not None and (type(magnitude) not in (int, float) or magnitude != magnitude):
        raise ValueError(f"{where}: magnitude must be a number in SI units, not {magnitude!r}")
    title = _text(where, entry, "title")
    fault = Fault(
        id=_text(where, entry, "id"),
        title=title,
        template=title,
        variants=_texts(where, entry, "variants"),
        clauses=_texts(where, entry, "clauses"),
        unit=_text(where, {"unit": "", **entry}, "unit", may_be_empty=True),
        set=_table(where, entry, "set"),
        scale=_table(where, entry, "scale"),
        parts=_parts(where, entry),
        source=path.name,
    )
    values = [*fault.set.values(), *fault.scale.values(), *(part.value for part in fault.parts)]
    if magnitude is None and MAGNITUDE in values:
        raise ValueError(f"{where}: the word 'magnitude' is used, so give magnitude = <number>")
    return fault.with_magnitude(None if magnitude is None else float(magnitude))


def _text(where: str, entry: Mapping[str, Any], key: str, *, may_be_empty: bool = False) -> str:
    text = entry.get(key)
    if not isinstance(text, str) or not (text or may_be_empty):
        raise ValueError(f"{where}: {key} is missing or not a text; give it as a text")
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


def _parts(where: str, entry: Mapping[str, Any]) -> tuple[FaultPart, ...]:
    parts: list[Any] = entry.get("parts", [])
    if type(parts) is not list or not all(type(p) is dict and set(p) == _PART_KEYS for p in parts):
        raise ValueError(f"{where}: each of parts has the keys {', '.join(sorted(_PART_KEYS))}")
    for part in parts:
        if part["kind"] not in ("resistor", "capacitor"):
            raise ValueError(f"{where}: a part is a resistor or a capacitor, not {part['kind']!r}")
    return tuple(FaultPart(**part) for part in parts)


def _engineering(value: float, unit: str) -> str:
    """Write a number as on a circuit diagram: 50 uA, 10 kohm, 0.3 V; without a unit as it is."""
    if not unit or 0.1 <= abs(value) < 1e3:
        return f"{value:g} {unit}".rstrip()
    for factor, prefix in _PREFIXES:
        if abs(value) >= factor:
            return f"{value / factor:g} {prefix}{unit}"
    return f"{value:g} {unit}"
