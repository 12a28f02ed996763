"""The errors that simulated instruments make: within their accuracy, the same for one seed."""

from collections.abc import Hashable, Sequence
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING

from instruments.accuracy import Accuracy

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

_SYSTEMATIC = 0.8
"""Part of the limits of error that the fixed errors may use; the rest is left to the noise."""

_NOISE = 0.2
"""Half-width of the noise, the sum of two uniform numbers: bounded, unlike a Gaussian one."""


class Noise:
    """Draws the errors of one instrument.

    A gain and an offset error per range are drawn once per seed and stay the same for the
    life of a laboratory. The noise of single readings restarts at each ``reseed``. Their sum
    never leaves the limits of error.
    """

    __slots__ = ("_draw", "_fixed", "_generator", "_name", "_random", "_seed")

    def __init__(self, seed: int, name: str) -> None:
        self._seed = seed
        self._name = name
        self._fixed: dict[Hashable, tuple[float, float]] = {}
        self._random = Random()  # noqa: S311 - not for secrets
        self.reseed("")

    def reseed(self, key: str) -> None:
        """Restart the noise of the readings from the seed, ``key`` and the instrument's name."""
        self._random.seed(f"{self._seed}/{key}/{self._name}", version=2)
        self._draw = self._random.random
        self._generator: numpy.random.Generator | None = None  # made when arrays are asked for

    def fixed_errors(self, span: Hashable) -> tuple[float, float]:
        """Return the gain and offset error of a range, each as a part of its limit of error."""
        found = self._fixed.get(span)
        if found is None:
            draw = Random(f"{self._seed}/{self._name}/{span!r}")  # noqa: S311 - not for secrets
            found = (
                draw.uniform(-_SYSTEMATIC, _SYSTEMATIC),
                draw.uniform(-_SYSTEMATIC, _SYSTEMATIC),
            )
            self._fixed[span] = found
        return found

    def indicate(
        self, true_value: float, accuracy: Accuracy, full_scale: float, span: Hashable
    ) -> float:
        """Return what the instrument indicates for ``true_value`` on the range ``span``."""
        gain, offset = self._fixed.get(span) or self.fixed_errors(span)
        floor = accuracy.of_full_scale * full_scale + accuracy.fixed
        draw = self._draw
        noise = _NOISE * (draw() + draw() - 1.0)
        return true_value * (1.0 + gain * accuracy.of_reading) + floor * (offset + noise)

    def indicate_array(
        self,
        true_values: "NDArray[numpy.float64]",
        accuracy: Accuracy,
        full_scale: float,
        span: Hashable,
    ) -> "NDArray[numpy.float64]":
        """Return what the instrument indicates for an array of values; same shape."""
        import numpy

        gain, offset = self.fixed_errors(span)
        floor = accuracy.of_full_scale * full_scale + accuracy.fixed
        generator = self._generator
        if generator is None:
            generator = numpy.random.default_rng(self._random.getrandbits(64))
            self._generator = generator
        first, second = generator.random((2, *true_values.shape))
        first += second
        first *= floor * _NOISE
        first += floor * (offset - _NOISE)
        first += true_values * (1.0 + gain * accuracy.of_reading)
        return first


class Noises:
    """Draws the errors of the same instrument on many benches: those of `Noise` for each seed.

    The noise of single readings is of the same size but drawn anew.
    """

    __slots__ = ("_fixed", "_generator", "_noises")

    def __init__(self, seeds: Sequence[int], name: str) -> None:
        import numpy

        self._noises = [Noise(seed, name) for seed in seeds]
        self._fixed: dict[Hashable, NDArray[numpy.float64]] = {}
        key = sha256(f"{name}/{list(seeds)!r}".encode()).digest()
        self._generator = numpy.random.default_rng(int.from_bytes(key[:8], "little"))

    def fixed_errors(self, span: Hashable) -> "NDArray[numpy.float64]":
        """Return gain and offset error of a range for each bench, shape (2, benches)."""
        import numpy

        found = self._fixed.get(span)
        if found is None:
            found = numpy.array([noise.fixed_errors(span) for noise in self._noises]).T
            self._fixed[span] = found
        return found

    def indicate(
        self,
        true_values: "NDArray[numpy.float64]",
        accuracy: Accuracy,
        full_scale: float,
        span: Hashable,
        *,
        readings: int = 1,
    ) -> "NDArray[numpy.float64]":
        """Return what each indicates on ``span`` for its own value, shape (readings, benches)."""
        gain, offset = self.fixed_errors(span)
        floor = accuracy.of_full_scale * full_scale + accuracy.fixed
        first, second = self._generator.random((2, readings, len(self._noises)))
        noise = _NOISE * (first + second - 1.0)
        return true_values * (1.0 + gain * accuracy.of_reading) + floor * (offset + noise)
