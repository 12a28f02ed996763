"""What is known of the remote input of each controlled device, read from ``devices.toml``."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from math import inf
from pathlib import Path
from typing import Any

from instruments.units import Ohm, Second, Volt
from simulation.dut.parameters import read_parameters

_FILE = Path(__file__).with_name("devices.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The remote input of one device; `devices.toml` says on what each figure rests.

    ``supply_on_above``, ``supply_off_below`` and ``recovered_above`` are voltages of a 12 V system.
    ``far_voltage`` above 0 makes it a cable: what it pulls low on its other side is the input of
    the device behind.
    """

    title: str
    input_resistance: Ohm
    on_above: Volt
    off_below: Volt
    minimum_supply: Volt
    active_low: bool = False
    pull_up_voltage: Volt = 0.0
    engage_delay: Second = 0.0
    lock_out: Second = 0.0
    supply_on_above: Volt = -inf
    supply_off_below: Volt = -inf
    attempts: float = inf
    recovered_above: Volt = inf
    far_voltage: Volt = 0.0
    far_resistance: Ohm = inf


@cache
def _sheets() -> Mapping[str, Mapping[str, Any]]:
    """Return device -> key -> value, read once."""
    found: dict[str, dict[str, Any]] = {}
    for name, parameter in read_parameters(_FILE).items():
        device, _, key = name.partition(".")
        found.setdefault(device, {})[key] = parameter.value
    return found


def controlled_devices() -> tuple[str, ...]:
    """Return the names of the devices that can be fitted."""
    return tuple(_sheets())


@cache
def sheet_of(device: str) -> Sheet:
    """Return what is known of ``device``; raise ValueError naming the known ones."""
    known = _sheets()
    if device not in known:
        raise ValueError(f"there is no {device!r} to fit; there are {', '.join(known)}")
    values = known[device]
    if unknown := sorted(values.keys() - {field.name for field in fields(Sheet)}):
        raise ValueError(f"{_FILE}: {device}: unknown key {unknown[0]!r}")
    return Sheet(**values)
