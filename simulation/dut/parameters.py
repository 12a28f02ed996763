"""What a simulated device is made of: named values with unit and grade, read from its data file."""

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

Value = float | bool | str
BASES = ("stated", "inferred", "assumption")
DATA_FILES = {
    name: Path(__file__).with_name(f"{name}.toml")
    for name in ("smallbms", "smallbms_prealarm", "smallbms_ng")
}
_KINDS: dict[type, str] = {float: "number", bool: "true or false", str: "word"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One property of a device; ``basis`` grades it: stated, inferred or assumption."""

    name: str
    value: Value
    unit: str
    basis: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSheet:
    """The data file of one device: who it is and its parameters by name (``load.resistance``)."""

    name: str
    variant: str
    title: str
    terminals: tuple[str, ...]
    parameters: Mapping[str, Parameter]


class Parameters:
    """The values one unit is built with: those of its data sheet, then changed by its defects."""

    __slots__ = ("_values",)

    def __init__(self, sheet: DataSheet) -> None:
        self._values: dict[str, Value] = {n: p.value for n, p in sheet.parameters.items()}

    def __iter__(self) -> Iterator[str]:
        """Return the names."""
        return iter(self._values)

    def number(self, name: str) -> float:
        """Return a number in the SI unit of its data sheet."""
        value = self._known(name)
        if isinstance(value, float):
            return value
        raise ValueError(f"parameter {name!r} is not a number but {value!r}")

    def positive(self, name: str) -> float:
        """Return a number above 0; raise ValueError otherwise."""
        value = self.number(name)
        if value > 0.0:
            return value
        raise ValueError(f"parameter {name!r} must be above 0, not {value:g}")

    def switch(self, name: str) -> bool:
        """Return a yes or no."""
        value = self._known(name)
        if isinstance(value, bool):
            return value
        raise ValueError(f"parameter {name!r} is not true or false but {value!r}")

    def word(self, name: str) -> str:
        """Return a word."""
        value = self._known(name)
        if isinstance(value, str):
            return value
        raise ValueError(f"parameter {name!r} is not a word but {value!r}")

    def one_of(self, name: str, *choices: str) -> str:
        """Return a word; raise ValueError unless it is one of ``choices``."""
        word = self.word(name)
        if word not in choices:
            raise ValueError(f"parameter {name!r} must be one of {choices}, not {word!r}")
        return word

    def change(self, name: str, value: Value) -> None:
        """Give a parameter another value of the same kind; raise ValueError if it does not fit."""
        old = self._known(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if type(value) is not type(old) or value != value:
            raise ValueError(f"parameter {name!r} takes a {_KINDS[type(old)]}, not {value!r}")
        self._values[name] = value

    def scale(self, name: str, factor: float) -> None:
        """Multiply a number; raise ValueError if the parameter is not a number."""
        self.change(name, self.number(name) * factor)

    def _known(self, name: str) -> Value:
        try:
            return self._values[name]
        except KeyError:
            near = get_close_matches(name, self._values, n=3, cutoff=0.4) or sorted(self._values)
            raise ValueError(
                f"this device has no parameter {name!r}; near names: {', '.join(near)}"
            ) from None


def data_sheet(device: str) -> DataSheet:
    """Return the data of a device by its name; raise ValueError naming the known devices."""
    if device not in DATA_FILES:
        raise ValueError(f"no simulated device {device!r}; known: {', '.join(sorted(DATA_FILES))}")
    return load_data_sheet(DATA_FILES[device])


@cache
def load_data_sheet(path: Path) -> DataSheet:
    """Read a device's data file; raise ValueError naming file and key if it is malformed."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return DataSheet(
        name=content["name"],
        variant=content["variant"],
        title=content["title"],
        terminals=tuple(content["terminals"]),
        parameters=read_parameters(path),
    )


@cache
def read_parameters(path: Path) -> Mapping[str, Parameter]:
    """Read the parameters of a data file, named ``section.key``; raise ValueError if malformed."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        f"{section}.{key}": _parameter(path, f"{section}.{key}", entry)
        for section, entries in content.items()
        if isinstance(entries, dict)
        for key, entry in entries.items()  # pyright: ignore[reportUnknownVariableType]
    }


def read_numbers(path: Path) -> dict[str, float]:
    """Read those parameters of a data file that are numbers; raise ValueError if malformed."""
    found = {name: parameter.value for name, parameter in read_parameters(path).items()}
    return {name: value for name, value in found.items() if isinstance(value, float)}


def _parameter(path: Path, name: str, entry: Any) -> Parameter:  # noqa: ANN401  a TOML value
    try:
        parameter = Parameter(name=name, **entry)
    except TypeError as error:
        raise ValueError(f"{path}: {name}: expected value, unit, basis and note: {error}") from None
    value = parameter.value
    if parameter.basis not in BASES:
        raise ValueError(f"{path}: {name}: basis must be one of {', '.join(BASES)}")
    if type(value) not in _KINDS or (isinstance(value, float) and math.isnan(value)):
        raise ValueError(f"{path}: {name}: value must be a number like 1.0, a word, true or false")
    return parameter
