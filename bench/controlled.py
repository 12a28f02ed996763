"""Devices that a person can fit to an output: what the bench must know of them beforehand."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bench.quantity import parse_as
from instruments.operator import Instruction
from instruments.units import Ohm, Volt

CATALOGUE = Path(__file__).with_name("controlled.toml")

NOTHING = "nothing"
"""What is fitted when nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlledDevice:
    """A device behind an output, as ``controlled.toml`` has it."""

    name: str
    title: str
    outputs: tuple[str, ...]
    maximum: Volt
    least_resistance: Ohm
    connect: str
    switches: str

    def instruction(self, output: str) -> Instruction:
        """Return what a person is to do to fit it to ``output``."""
        return Instruction(
            key=f"fit.{output}",
            value=self.name,
            text=(
                f"The power is off. Connect {self.connect.format(output=output)}. Tie "
                f"{self.switches}, so that it carries the battery voltage while the device is on, "
                f"through 10 kohm to the status line {status_net(output)}."
            ),
        )


def status_net(output: str) -> str:
    """Return the net that is high while what is fitted to ``output`` is on."""
    return f"engaged_{output.lower()}"


def removal(output: str) -> Instruction:
    """Return what a person is to do to leave ``output`` as it was."""
    return Instruction(
        key=f"fit.{output}",
        value=NOTHING,
        text=(
            f"The power is off. Disconnect what is fitted to {output}, "
            f"and its status line {status_net(output)}."
        ),
    )


@cache
def controlled_devices() -> Mapping[str, ControlledDevice]:
    """Return all devices by name."""
    content: dict[str, Any] = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))
    return {
        name: ControlledDevice(
            name=name,
            title=entry["title"],
            outputs=tuple(entry["outputs"]),
            maximum=parse_as(entry["maximum"], "V"),
            least_resistance=parse_as(entry["least_resistance"], "ohm"),
            connect=entry["connect"],
            switches=entry["switches"],
        )
        for name, entry in content["device"].items()
    }
