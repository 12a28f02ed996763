"""The variants of the family: what tells them apart, and what all of them tolerate."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from bench.quantity import parse_as
from bench.spec import Device, Rating
from instruments.units import Ampere, Volt

OUTPUTS = ("LOAD", "CHARGER", "PRE-ALARM")
"""The outputs that a unit of the family can have; what is not one of a unit's is left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One variant: printed figures, and the current of each output that a short destroys [A]."""

    letter: str
    title: str
    charger_drop: Volt
    current_on: Ampere
    current_off: Ampere
    pre_alarm: bool
    unprotected: Mapping[str, Ampere]


@cache
def variants() -> Mapping[str, Variant]:
    """Return the variants by their letter."""
    text = files("bench").joinpath("variants.toml").read_text(encoding="utf-8")
    return MappingProxyType(
        {
            letter: Variant(
                letter=letter,
                title=table["title"],
                charger_drop=parse_as(table["charger_drop"], "V"),
                current_on=parse_as(table["current_on"], "A"),
                current_off=parse_as(table["current_off"], "A"),
                pre_alarm=table["pre_alarm"],
                unprotected={
                    name: parse_as(current, "A") for name, current in table["unprotected"].items()
                },
            )
            for letter, table in tomllib.loads(text).items()
        }
    )


def split() -> Volt:
    """Return the drop of CHARGER half way between the figures of a switch and of a diode [V]."""
    drops = [variant.charger_drop for variant in variants().values()]
    return (min(drops) + max(drops)) / 2.0


def tolerated_by_all(device: Device) -> Device:
    """Return ``device`` with nothing allowed that would hurt another variant in its place."""
    return replace(
        device,
        ratings={name: _tolerated(name, rating) for name, rating in device.ratings.items()},
    )


def _tolerated(name: str, rating: Rating) -> Rating:
    limits = [v.unprotected[name] for v in variants().values() if name in v.unprotected]
    if not limits:
        return rating
    # a protected output may be asked for more than its rating: it limits by itself
    current = min(limits) if rating.short_circuit_protected else min(rating.current, *limits)
    return replace(rating, current=current, short_circuit_protected=False)
