"""Bench files: TOML in, records out; every mistake is one sentence naming file, key and remedy.

pydantic lives and dies here. Nothing in this module touches an instrument.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from hashlib import sha256
from math import inf
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import (  # noqa: TID253 - whoever imports this module is about to read a file
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from bench.errors import ConfigError
from bench.quantity import QuantityError, parse_as
from bench.wiring import DEVICE_TERMINALS, ComputedRole, Connection, FixturePart, Wiring
from instruments.accuracy import Accuracy
from instruments.catalogue import terminals_of
from instruments.errors import InstrumentError
from instruments.units import Ampere, Second


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The certificate an instrument is used under."""

    certificate: str
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentEntry:
    """One instrument as the bench file describes it."""

    name: str
    model: str
    resource: str
    serial: str
    calibration: Calibration | None = None
    accuracies: Mapping[str, Accuracy] = field(default_factory=dict[str, Accuracy])


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryCoding:
    """Which loop roles are opened to signal each battery condition, and on what that rests."""

    basis: str
    opens: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchFile:
    """A validated bench file. ``seed`` is None for a bench in copper."""

    path: Path
    sha256: str
    name: str
    title: str
    instruments: Mapping[str, InstrumentEntry]
    wiring: Wiring
    make_safe: tuple[str, ...]
    load_floor: Ampere
    relay_settle: Second
    current_ceiling: Ampere
    battery: BatteryCoding | None
    seed: int | None

    @property
    def simulated(self) -> bool:
        """Return whether the wires of this bench end in a circuit instead of in copper."""
        return self.seed is not None


def load_bench_file(path: Path) -> BenchFile:
    """Read and validate a bench file; raises ConfigError with one line for each mistake."""
    raw = _merged(path, ())
    try:
        model = _File.model_validate(raw)
    except ValidationError as error:
        raise ConfigError("\n".join(_sentence(path, detail) for detail in error.errors())) from None
    return _Builder(path, model).bench_file(_digest(raw))


# --- the shape of the file -------------------------------------------------------------------


def _quantity(unit: str) -> BeforeValidator:
    def parse(text: object) -> float:
        if not isinstance(text, str):
            raise ValueError(f"{text!r} has no unit; write it in quotes, as in '5 {unit}'")
        try:
            return parse_as(text, unit)
        except QuantityError as error:
            raise ValueError(str(error)) from None

    return BeforeValidator(parse)


_Ampere = Annotated[float, _quantity("A")]
_Second = Annotated[float, _quantity("s")]
_Ohm = Annotated[float, _quantity("ohm")]
_Ratio = Annotated[float, _quantity("1")]
_Nets = Annotated[list[str], Field(min_length=2, max_length=2)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Bench(_Strict):
    name: str
    title: str = ""
    make_safe: list[str]
    load_floor: _Ampere = 0.02
    relay_settle: _Second = 0.02
    current_ceiling: _Ampere = 1.5


class _Calibration(_Strict):
    certificate: str
    due: date


class _Accuracy(_Strict):
    of_reading: _Ratio = 0.0
    of_full_scale: _Ratio = 0.0
    fixed: str = ""
    basis: str


class _Instrument(_Strict):
    model: str
    resource: str
    serial: str
    calibration: _Calibration | None = None
    accuracy: dict[str, _Accuracy] = Field(default_factory=dict[str, _Accuracy])


class _Part(_Strict):
    kind: Literal["resistor", "capacitor"]
    between: _Nets
    value: str
    note: str = ""


class _Row(_Strict):
    at: str
    between: _Nets
    series: _Ohm = 0.0
    tolerance: _Ratio = 0.0
    divider: float = Field(default=1.0, ge=1.0)
    divider_tolerance: _Ratio = 0.0
    input_resistance: _Ohm = inf
    note: str = ""


class _Computed(_Strict):
    difference: _Nets | None = None
    current_of: Literal["supply", "load"] | None = None
    note: str = ""


class _Battery(_Strict):
    basis: str
    prealarm: list[str] = Field(default_factory=list[str])
    undervoltage: list[str] = Field(default_factory=list[str])
    overvoltage: list[str] = Field(default_factory=list[str])
    overtemperature: list[str] = Field(default_factory=list[str])
    undertemperature: list[str] = Field(default_factory=list[str])
    cable_open: list[str] = Field(default_factory=list[str])


class _Simulation(_Strict):
    seed: int = 1


class _File(_Strict):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    schema_: Literal[1] = Field(alias="schema")
    bench: _Bench
    instruments: dict[str, _Instrument]
    wiring: dict[str, _Row]
    computed: dict[str, _Computed] = Field(default_factory=dict[str, _Computed])
    parts: dict[str, _Part] = Field(default_factory=dict[str, _Part])
    battery: _Battery | None = None
    simulation: _Simulation | None = None


# --- reading -----------------------------------------------------------------------------------


def _merged(path: Path, seen: tuple[Path, ...]) -> dict[str, Any]:
    """Read a file and lay it over the one it extends."""
    if path.resolve() in seen:
        raise ConfigError(f"{path}: extends itself; remove one of the 'extends' keys")
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such bench file; check --bench") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({error}); check --bench") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}") from None
    base = raw.pop("extends", None)
    if base is None:
        return raw
    return _overlay(_merged(path.parent / str(base), (*seen, path.resolve())), raw)


def _overlay(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            merged[key] = _overlay(cast("dict[str, Any]", below), cast("dict[str, Any]", value))
        else:
            merged[key] = value
    return merged


def _digest(raw: Mapping[str, Any]) -> str:
    return sha256(repr(sorted(raw.items())).encode()).hexdigest()


def _sentence(path: Path, detail: Any) -> str:  # noqa: ANN401 - pydantic's own record
    keys = [str(key) for key in detail["loc"]]
    where = ".".join(keys)
    match detail["type"]:
        case "extra_forbidden":
            return f"{path}: unknown key '{where}'{_suggestion(keys)}; remove or correct it"
        case "missing":
            return f"{path}: key '{where}' is missing; add it"
        case "value_error":
            return f"{path}: key '{where}': {detail['ctx']['error']}"
        case _:
            return f"{path}: key '{where}': {detail['msg']}, not {detail['input']!r}"


_MODELS: dict[str, type[BaseModel]] = {
    "bench": _Bench,
    "instruments": _Instrument,
    "wiring": _Row,
    "computed": _Computed,
    "parts": _Part,
    "battery": _Battery,
    "simulation": _Simulation,
}


def _suggestion(keys: list[str]) -> str:
    model = _MODELS.get(keys[0], _File) if len(keys) > 1 else _File
    names = [field.alias or name for name, field in model.model_fields.items()]
    near = get_close_matches(keys[-1], names, n=1)
    return f" (did you mean '{near[0]}'?)" if near else ""


# --- building the records ------------------------------------------------------------------------


class _Builder:
    """Turns the parsed file into records and gathers what is wrong with it."""

    def __init__(self, path: Path, model: _File) -> None:
        self._path = path
        self._model = model
        self._mistakes: list[str] = []

    def bench_file(self, digest: str) -> BenchFile:
        model = self._model
        wiring = Wiring(
            connections=self._connections(), parts=self._parts(), computed=self._computed()
        )
        self._check_make_safe()
        result = BenchFile(
            path=self._path,
            sha256=digest,
            name=model.bench.name,
            title=model.bench.title or model.bench.name,
            instruments={name: self._instrument(name) for name in model.instruments},
            wiring=wiring,
            make_safe=tuple(model.bench.make_safe),
            load_floor=model.bench.load_floor,
            relay_settle=model.bench.relay_settle,
            current_ceiling=model.bench.current_ceiling,
            battery=self._battery(),
            seed=model.simulation.seed if model.simulation else None,
        )
        if self._mistakes:
            raise ConfigError("\n".join(self._mistakes))
        return result

    def _wrong(self, key: str, what: str) -> None:
        self._mistakes.append(f"{self._path}: key '{key}': {what}")

    def _instrument(self, name: str) -> InstrumentEntry:
        entry = self._model.instruments[name]
        calibration = entry.calibration
        return InstrumentEntry(
            name=name,
            model=entry.model,
            resource=entry.resource,
            serial=entry.serial,
            calibration=Calibration(certificate=calibration.certificate, due=calibration.due)
            if calibration
            else None,
            accuracies={
                quantity: self._accuracy(name, quantity, accuracy)
                for quantity, accuracy in entry.accuracy.items()
            },
        )

    def _accuracy(self, name: str, quantity: str, accuracy: _Accuracy) -> Accuracy:
        key = f"instruments.{name}.accuracy.{quantity}"
        unit = "V" if quantity == "voltage" else "A"
        if quantity not in ("voltage", "current", "current_setpoint"):
            self._wrong(key, "unknown quantity; use voltage, current or current_setpoint")
        fixed = self._value(f"{key}.fixed", accuracy.fixed, unit) if accuracy.fixed else 0.0
        return Accuracy(
            of_reading=accuracy.of_reading,
            of_full_scale=accuracy.of_full_scale,
            fixed=fixed,
            basis=accuracy.basis,
        )

    def _value(self, key: str, text: str, unit: str) -> float:
        try:
            return parse_as(text, unit)
        except QuantityError as error:
            self._wrong(key, str(error))
            return 1.0

    def _parts(self) -> tuple[FixturePart, ...]:
        parts: list[FixturePart] = []
        for name, part in self._model.parts.items():
            plus, minus = part.between
            self._check_nets(f"parts.{name}.between", plus, minus)
            unit = "ohm" if part.kind == "resistor" else "F"
            value = self._value(f"parts.{name}.value", part.value, unit)
            if value <= 0.0:
                self._wrong(f"parts.{name}.value", f"{part.value!r} must be above zero")
            parts.append(
                FixturePart(
                    name=name, kind=part.kind, plus=plus, minus=minus, value=value, note=part.note
                )
            )
        return tuple(parts)

    def _connections(self) -> dict[str, Connection]:
        connections: dict[str, Connection] = {}
        taken: dict[str, str] = {}
        for role, row in self._model.wiring.items():
            instrument, _, terminal = row.at.partition(".")
            self._check_terminal(role, instrument, terminal)
            pin = f"{instrument}.{terminal.partition('.')[0]}"  # EIO0.relay sits on EIO0
            if pin in taken:
                self._wrong(
                    f"wiring.{role}.at",
                    f"{pin} already plays the role '{taken[pin]}'; give one of them another "
                    "terminal",
                )
            taken[pin] = role
            plus, minus = row.between
            self._check_nets(f"wiring.{role}.between", plus, minus)
            connections[role] = Connection(
                role=role,
                instrument=instrument,
                terminal=terminal,
                plus=plus,
                minus=minus,
                series=row.series,
                tolerance=row.tolerance,
                divider=row.divider,
                divider_tolerance=row.divider_tolerance,
                input_resistance=row.input_resistance,
                note=row.note,
            )
        return connections

    def _computed(self) -> dict[str, ComputedRole]:
        computed: dict[str, ComputedRole] = {}
        for role, entry in self._model.computed.items():
            key = f"computed.{role}"
            if role in self._model.wiring:
                self._wrong(key, f"the role is wired to {self._model.wiring[role].at} already")
            if (entry.difference is None) == (entry.current_of is None):
                self._wrong(key, "write either 'difference' or 'current_of'")
                continue
            of = tuple(entry.difference or (str(entry.current_of),))
            absent = [name for name in of if name not in self._model.wiring]
            if absent:
                self._wrong(key, f"no wiring plays the role '{absent[0]}'")
            elif entry.difference and len({self._model.wiring[name].between[1] for name in of}) > 1:
                self._wrong(key, f"'{of[0]}' and '{of[1]}' are not measured against one net")
            kind = "difference" if entry.difference else "current_of"
            computed[role] = ComputedRole(role=role, kind=kind, of=of, note=entry.note)
        return computed

    def _check_terminal(self, role: str, instrument: str, terminal: str) -> None:
        key = f"wiring.{role}.at"
        entry = self._model.instruments.get(instrument)
        if entry is None:
            known = ", ".join(self._model.instruments)
            self._wrong(key, f"there is no instrument '{instrument}'; the file has {known}")
            return
        try:
            terminals = terminals_of(entry.model)
        except InstrumentError as error:
            sentence = f"{self._path}: key 'instruments.{instrument}.model': {error.message}"
            if sentence not in self._mistakes:
                self._mistakes.append(sentence)
            return
        if terminal not in terminals:
            self._wrong(
                key,
                f"{entry.model} has no terminal '{terminal}'; it has {_abridged(terminals)}",
            )

    def _check_nets(self, key: str, plus: str, minus: str) -> None:
        for net in (plus, minus):
            if net != net.lower() and net not in DEVICE_TERMINALS:
                near = get_close_matches(net, DEVICE_TERMINALS, n=1)
                hint = f"did you mean '{near[0]}'?" if near else "write nets of the fixture small"
                self._wrong(key, f"the device has no terminal '{net}'; {hint}")
        if plus == minus:
            self._wrong(key, f"both ends are '{plus}'; a connection joins two nets")

    def _check_make_safe(self) -> None:
        named = self._model.bench.make_safe
        for name in named:
            if name not in self._model.instruments:
                self._wrong("bench.make_safe", f"there is no instrument '{name}'")
        for name in self._model.instruments:
            if named.count(name) != 1:
                self._wrong("bench.make_safe", f"must name '{name}' exactly once, in order")

    def _battery(self) -> BatteryCoding | None:
        battery = self._model.battery
        if battery is None:
            return None
        opens = {
            condition: tuple(roles)
            for condition, roles in battery.model_dump(exclude={"basis"}).items()
            if roles
        }
        for condition, roles in opens.items():
            for role in roles:
                if role not in self._model.wiring:
                    self._wrong(f"battery.{condition}", f"no wiring plays the role '{role}'")
        return BatteryCoding(basis=battery.basis, opens=opens)


def _abridged(names: tuple[str, ...]) -> str:
    return ", ".join(names) if len(names) <= 8 else f"{names[0]} .. {names[-1]}"
