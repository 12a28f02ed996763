"""The accuracy an instrument declares, and the standard uncertainty that follows from it."""

from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """Limits of error of an indication: a part of the reading, a part of full scale, a fixed part.

    ``basis`` says where the figures come from (data sheet, certificate, assumption).
    """

    of_reading: float = 0.0
    of_full_scale: float = 0.0
    fixed: float = 0.0
    basis: str

    def limit_of_error(self, reading: float, full_scale: float) -> float:
        """Return the half-width of the error interval, in the unit of the reading."""
        return self.of_reading * abs(reading) + self.of_full_scale * full_scale + self.fixed

    def standard_uncertainty(self, reading: float, full_scale: float) -> float:
        """Return u for a rectangular distribution over the limits of error (JCGM 100, 4.3.7)."""
        return self.limit_of_error(reading, full_scale) / sqrt(3.0)
