"""Samples of one quantity, evenly spaced on the bench clock."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from instruments.units import Second

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Waveform:
    """Samples (shape ``(n,)``) taken at ``start + k * interval`` [s] on the bench clock.

    Samples that the instrument reports as missing are NaN, never a number.
    """

    samples: "NDArray[numpy.float64]"
    start: Second
    interval: Second
    unit: str

    def times(self) -> "NDArray[numpy.float64]":
        """Return the bench-clock time of each sample [s], shape ``(n,)``."""
        import numpy

        return self.start + self.interval * numpy.arange(len(self.samples), dtype=numpy.float64)
