"""A validated bench file: which instruments there are, and which terminal plays which role."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bench.battery_coding import BatteryCoding
from bench.wiring import Wiring
from instruments.accuracy import Accuracy
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
    settings: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchFile:
    """A validated bench file. ``seed`` is None for a bench in copper.

    ``batteries`` has a coding for each kind of battery link, ``loop`` and ``bus``, that the file
    describes.
    """

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
    batteries: Mapping[str, BatteryCoding]
    seed: int | None

    @property
    def simulated(self) -> bool:
        """Return whether the wires of this bench end in a circuit instead of in copper."""
        return self.seed is not None
