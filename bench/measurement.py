"""What a procedure hands over: a named value with its standard uncertainty and its evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.photo import Photo
from instruments.units import Second

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One line of an uncertainty budget (JCGM 100, 8): an input quantity and what it adds."""

    name: str
    standard_uncertainty: float
    sensitivity: float = 1.0
    distribution: str = "rectangular"
    degrees_of_freedom: float | None = None
    basis: str = ""

    @property
    def contribution(self) -> float:
        """Return sensitivity times standard uncertainty, in the unit of the result."""
        return abs(self.sensitivity) * self.standard_uncertainty


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """Curves behind a measurement: columns of equal length over one abscissa, and marks to draw.

    ``marks`` are vertical lines (name -> abscissa), ``levels`` horizontal ones (name -> ordinate).
    """

    name: str
    abscissa: str
    abscissa_unit: str
    ordinate_unit: str
    x: "NDArray[numpy.float64]"
    columns: "Mapping[str, NDArray[numpy.float64]]"
    marks: Mapping[str, float] = field(default_factory=dict[str, float])
    levels: Mapping[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One result: a number with unit and standard uncertainty, or a nominal property.

    A nominal property (JCGM 200, 1.30), such as the state of an output, is a word; its unit is
    empty and its uncertainty 0. ``elapsed`` is the time on the bench clock [s].
    """

    name: str
    value: float | str
    unit: str
    uncertainty: float
    elapsed: Second
    source: str
    budget: tuple[Contribution, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    photos: tuple[Photo, ...] = ()
