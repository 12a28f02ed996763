"""The axes of a grid, and the points on it at which a device is tested."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from bench.quantity import format_quantity, parse_as, show_quantity
from instruments.units import Ampere, Volt

AxisValue = float | str
"""A float in SI, or a word such as ``open``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One quantity of an operating point: words it may take and, with a unit, numbers too."""

    name: str
    unit: str = ""
    words: tuple[str, ...] = ()

    def parse(self, text: str) -> AxisValue:
        """Return the value written in a file; raise ValueError (QuantityError) saying why not."""
        if text in self.words:
            return text
        if self.unit:
            return parse_as(text, self.unit)
        raise ValueError(f"{text!r} is not one of {', '.join(self.words)}")

    def text(self, value: AxisValue) -> str:
        """Return the canonical text, ASCII and without spaces."""
        return value if isinstance(value, str) else format_quantity(value, self.unit)


_REMOTE = ("open", "vbat", "vbat/2")
_CONDITIONS = tuple(
    tomllib.loads(Path(__file__).with_name("conditions.toml").read_text(encoding="utf-8"))
)
AXES: Mapping[str, Axis] = MappingProxyType(
    {
        axis.name: axis
        for axis in (
            Axis(name="vbat", unit="V"),
            Axis(name="battery", words=_CONDITIONS),
            Axis(name="remote_l", unit="V", words=_REMOTE),
            Axis(name="remote_h", unit="V", words=_REMOTE),
            Axis(name="link", words=("open", "closed")),
            Axis(name="load_current", unit="A", words=("none", "light")),
        )
    }
)
"""All axes, in the order in which identifiers print them."""

BASE_AXES = ("vbat", "battery", "remote_l", "remote_h", "link")
"""Axes that the bench applies for every procedure; the others belong to procedures."""


class OperatingPoint(Mapping[str, AxisValue]):
    """Immutable mapping from axis to value (SI float or word), in the order of ``AXES``."""

    __slots__ = ("_items",)

    def __init__(self, values: Mapping[str, AxisValue]) -> None:
        unknown = values.keys() - AXES.keys()
        if unknown:
            raise KeyError(f"unknown axes {', '.join(sorted(unknown))}")
        self._items = tuple((name, values[name]) for name in AXES if name in values)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, OperatingPoint):
            return self._items == other._items
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self._items)

    def __repr__(self) -> str:
        return f"OperatingPoint({self})"

    def __getitem__(self, axis: str) -> AxisValue:
        for name, value in self._items:
            if name == axis:
                return value
        raise KeyError(axis)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __or__(self, changes: Mapping[str, AxisValue]) -> "OperatingPoint":
        return OperatingPoint(dict(self._items) | dict(changes))

    def __str__(self) -> str:
        return ",".join(f"{name}={self.text(name)}" for name in self)

    @property
    def vbat(self) -> Volt:
        """Return the battery voltage [V]."""
        return self.number("vbat")

    @property
    def battery(self) -> str:
        """Return the condition that the battery signals."""
        return self.word("battery")

    @property
    def link_closed(self) -> bool:
        """Return whether REMOTE_L and REMOTE_H are linked."""
        return self.word("link") == "closed"

    @property
    def load_current(self) -> Ampere | str:
        """Return the current [A] to draw from the output, or ``none`` or ``light``."""
        return self["load_current"]

    def remote(self, axis: str) -> Volt | None:
        """Return the level [V] applied to ``remote_l`` or ``remote_h``, None when open."""
        value = self[axis]
        if not isinstance(value, str):
            return value
        return {"open": None, "vbat": self.vbat, "vbat/2": self.vbat / 2.0}[value]

    def number(self, axis: str) -> float:
        """Return the value of an axis that must be a number here; raise TypeError for a word."""
        value = self[axis]
        if isinstance(value, str):
            raise TypeError(f"{axis} is {value!r}, not a number")
        return value

    def word(self, axis: str) -> str:
        """Return the value of an axis that must be a word here; raise TypeError for a number."""
        value = self[axis]
        if not isinstance(value, str):
            raise TypeError(f"{axis} is {self.text(axis)}, not a word")
        return value

    def text(self, axis: str) -> str:
        """Return the canonical text of one value, such as ``12.8V`` or ``open``."""
        return AXES[axis].text(self[axis])

    def shown(self) -> dict[str, str]:
        """Return axis -> text for people (``12.8 V``), as records and reports carry it."""
        return {
            name: value if isinstance(value, str) else show_quantity(value, AXES[name].unit)
            for name, value in self._items
        }
