"""A meter that sees its pin through a divider."""

from instruments.multimeter import Multimeter
from instruments.units import Ohm, Second
from instruments.waveform import Waveform


class ScaledMeter(Multimeter):
    """A meter behind a divider: readings and uncertainties are those at the pin."""

    __slots__ = ("_input_resistance", "_meter", "_ratio", "_tolerance")

    def __init__(
        self, meter: Multimeter, ratio: float, tolerance: float, input_resistance: Ohm
    ) -> None:
        self._meter = meter
        self._ratio = ratio
        self._tolerance = tolerance
        self._input_resistance = input_resistance

    @property
    def unit(self) -> str:
        """Return the unit of the readings."""
        return self._meter.unit

    def measure(self) -> float:
        """Take one reading [V at the pin]."""
        return self._meter.measure() * self._ratio

    def record(self, duration: Second, interval: Second) -> Waveform:
        """Take readings every ``interval`` for ``duration`` [s], [V at the pin]."""
        raw = self._meter.record(duration, interval)
        return Waveform(
            samples=raw.samples * self._ratio,
            start=raw.start,
            interval=raw.interval,
            unit=raw.unit,
        )

    def uncertainty(self, reading: float) -> float:
        """Return the standard uncertainty of ``reading``: meter and divider together [V]."""
        meter = self._meter.uncertainty(reading / self._ratio) * self._ratio
        divider = abs(reading) * self._tolerance / 3.0**0.5
        return (meter * meter + divider * divider) ** 0.5

    def input_resistance(self, reading: float) -> Ohm:
        """Return what the divider puts across the pin [ohm]."""
        del reading
        return self._input_resistance
