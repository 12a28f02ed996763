"""Meters without a terminal of their own: a difference of two readings, a built-in ammeter."""

from abc import abstractmethod

from instruments.clock import Clock
from instruments.load import LoadInput
from instruments.multimeter import Multimeter
from instruments.supply import SupplyOutput
from instruments.units import Ohm, Second
from instruments.waveform import Waveform


class _PolledMeter(Multimeter):
    """A meter that records by reading again and again."""

    __slots__ = ("_clock",)

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    @abstractmethod
    def measure(self) -> float:
        """Take one reading."""

    def record(self, duration: Second, interval: Second) -> Waveform:
        """Take readings every ``interval`` for ``duration`` [s], at least one."""
        import numpy

        start = self._clock.now()
        samples: list[float] = []
        for number in range(max(1, round(duration / interval))):
            self._clock.sleep(max(0.0, start + number * interval - self._clock.now()))
            samples.append(self.measure())
        return Waveform(
            samples=numpy.array(samples), start=start, interval=interval, unit=self.unit
        )


class DifferenceMeter(_PolledMeter):
    """The voltage between two points, each measured against a third.

    Its uncertainty is that of two large readings, not of their small difference. Errors that both
    have in common, such as those of one converter, would cancel in part; they are taken as
    uncorrelated, which states too much rather than too little.
    """

    __slots__ = ("_level", "_minus", "_plus")

    def __init__(self, plus: Multimeter, minus: Multimeter, clock: Clock) -> None:
        super().__init__(clock)
        self._plus = plus
        self._minus = minus
        self._level: float | None = None

    @property
    def unit(self) -> str:
        """Return the unit of both readings."""
        return self._plus.unit

    def measure(self) -> float:
        """Read both, the one right after the other, and return the difference."""
        self._level = self._plus.measure()
        return self._level - self._minus.measure()

    def uncertainty(self, reading: float) -> float:
        """Return the standard uncertainty of the difference ``reading`` at the level last read."""
        level = self._plus.measure() if self._level is None else self._level
        plus, minus = self._plus.uncertainty(level), self._minus.uncertainty(level - reading)
        return (plus * plus + minus * minus) ** 0.5

    def input_resistance(self, reading: float) -> Ohm:
        """Return infinity: nothing lies between the two; each loads its own point."""
        del reading
        return float("inf")


class BuiltInAmmeter(_PolledMeter):
    """The ammeter inside a supply or an electronic load."""

    __slots__ = ("_source",)

    def __init__(self, source: SupplyOutput | LoadInput, clock: Clock) -> None:
        super().__init__(clock)
        self._source = source

    @property
    def unit(self) -> str:
        """Return ``A``."""
        return "A"

    def measure(self) -> float:
        """Take one reading [A]."""
        return self._source.current()

    def uncertainty(self, reading: float) -> float:
        """Return the standard uncertainty of ``reading`` [A], as the instrument declares it."""
        return self._source.current_uncertainty(reading)

    def input_resistance(self, reading: float) -> Ohm:
        """Return 0: it is part of what regulates."""
        del reading
        return 0.0
