"""Accuracy tables of data sheets, kept beside the drivers as TOML."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files

from instruments.accuracy import Accuracy


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeAccuracy:
    """The accuracy that holds on one measuring range."""

    full_scale: float
    accuracy: Accuracy


def load_ranges(file: str, quantity: str) -> tuple[RangeAccuracy, ...]:
    """Return the ranges of ``quantity`` in ``instruments/drivers/<file>``, smallest first."""
    text = files("instruments.drivers").joinpath(file).read_text(encoding="utf-8")
    sheet = tomllib.loads(text)
    ranges = (
        RangeAccuracy(
            full_scale=row["range"],
            accuracy=Accuracy(
                of_reading=row.get("of_reading", 0.0),
                of_full_scale=row.get("of_full_scale", 0.0),
                fixed=row.get("fixed", 0.0),
                basis=sheet["basis"],
            ),
        )
        for row in sheet[quantity]
    )
    return tuple(sorted(ranges, key=lambda row: row.full_scale))
