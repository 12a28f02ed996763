"""Plain records of what a simulated bench is built of; the assembly fills them in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from instruments.accuracy import Accuracy
from instruments.units import Ohm


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedInstrument:
    """One instrument of the bench file, as the simulation needs to know it.

    ``accuracies`` bounds the simulated errors of indication by quantity (``voltage``, ...);
    quantities that are not named keep the data sheet figure of the front panel, or none.
    ``settings`` are those of the bench file.
    """

    name: str
    model: str
    resource: str
    serial: str
    accuracies: Mapping[str, Accuracy] = field(default_factory=dict[str, Accuracy])
    settings: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One cable: an instrument terminal between two nets.

    A relay terminal is a contact between ``plus`` and ``minus`` with ``series`` [ohm] in its
    path. For an analog input ``divider`` n means that the input sees 1/n of the voltage and
    that the divider loads the pin with ``input_resistance`` [ohm].
    """

    instrument: str
    terminal: str
    plus: str
    minus: str
    series: Ohm = 0.0
    divider: float = 1.0
    input_resistance: Ohm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One fixed part of the cabling: a resistor [ohm] or a capacitor [F]."""

    name: str
    kind: Literal["resistor", "capacitor"]
    plus: str
    minus: str
    value: float
