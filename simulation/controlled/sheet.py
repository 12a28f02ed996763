"""What is known of the remote input of each controlled device, read from ``devices.toml``."""

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from math import inf
from pathlib import Path

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


def controlled_devices() -> tuple[str, ...]:
    """Return the names of the devices that can be fitted."""
    return tuple(tomllib.loads(_FILE.read_text(encoding="utf-8")))


@cache
def sheet_of(device: str) -> Sheet:
    """Return what is known of ``device``; raise ValueError naming the known ones."""
    known = controlled_devices()
    if device not in known:
        raise ValueError(f"there is no {device!r} to fit; there are {', '.join(known)}")
    names = {field.name for field in fields(Sheet)}
    values = {
        name.partition(".")[2]: parameter.value
        for name, parameter in read_parameters(_FILE).items()
        if name.startswith(f"{device}.")
    }
    if unknown := sorted(values.keys() - names):
        raise ValueError(f"{_FILE}: {device}: unknown key {unknown[0]!r}")
    return Sheet(**values)  # pyright: ignore[reportArgumentType]
