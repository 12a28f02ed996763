"""One axis of a picture: which values it spans, where they lie, and its round numbers."""

from collections.abc import Iterable
from math import ceil, floor, isfinite, log10

_ROUND = (1.0, 2.0, 5.0, 10.0)


class Axis:
    """Maps values between the lowest and highest of ``values`` to pixels from ``start`` to ``end``.

    ``margin`` is left free on both sides, as a part of the span.
    """

    __slots__ = ("_end", "_start", "high", "low")

    def __init__(self, start: float, end: float, values: Iterable[float], margin: float) -> None:
        known = [value for value in values if isfinite(value)] or [0.0, 1.0]
        low, high = min(known), max(known)
        if high - low <= 1e-9 * max(abs(low), abs(high)):  # flat: show it in the middle
            half = 0.05 * abs(high) or 0.5
            low, high = low - half, high + half
        else:
            low, high = low - margin * (high - low), high + margin * (high - low)
        self._start, self._end = start, end
        self.low, self.high = low, high

    @property
    def scale(self) -> float:
        """Return the pixels for one unit; negative where the axis runs against the pixels."""
        return (self._end - self._start) / (self.high - self.low)

    @property
    def origin(self) -> float:
        """Return the pixel at which 0 lies, or would lie."""
        return self._start - self.low * self.scale

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        return self.origin + value * self.scale

    def ticks(self, most: int) -> list[tuple[float, str]]:
        """Return at most ``most`` round values in the span, each with its label."""
        raw = (self.high - self.low) / most
        decade = 10.0 ** floor(log10(raw))
        step = next(part * decade for part in _ROUND if part * decade >= raw * (1.0 - 1e-9))
        decimals = max(0, -floor(log10(step) + 1e-9))
        first, last = ceil(self.low / step - 1e-9), floor(self.high / step + 1e-9)
        return [(n * step, f"{n * step + 0.0:.{decimals}f}") for n in range(first, last + 1)]
