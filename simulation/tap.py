"""What a recording instrument saw: kept as a few exponential pieces, evaluated as arrays afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from instruments.units import Second, Volt

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Tap:
    """Records the voltages of net pairs from its making to its closing; made by `World.tap`."""

    __slots__ = ("_amplitudes", "_close", "_look", "_rates", "_steady", "_times", "pairs")

    def __init__(
        self,
        pairs: Sequence[tuple[int, int]],
        look: Callable[[], None],
        close: Callable[[Tap], None],
    ) -> None:
        self.pairs = tuple(pairs)
        self._look = look
        self._close = close
        self._times: list[Second] = []
        self._steady: list[tuple[Volt, ...]] = []
        self._rates: list[tuple[float, ...]] = []
        self._amplitudes: list[tuple[tuple[Volt, ...], ...]] = []

    def piece(
        self,
        time: Second,
        steady: Sequence[Volt],
        rates: tuple[float, ...] = (),
        shapes: Sequence[Sequence[Volt]] = (),
    ) -> None:
        """Begin a piece at ``time`` [s]: net voltages steady + sum of shape * exp(-rate (t - time))."""
        values = tuple([steady[a] - steady[b] for a, b in self.pairs])
        amplitudes = tuple(
            [tuple([shape[a] - shape[b] for a, b in self.pairs]) for shape in shapes]
        )
        if self._times and self._times[-1] == time:
            self._times.pop()
            self._steady.pop()
            self._rates.pop()
            self._amplitudes.pop()
        self._times.append(time)
        self._steady.append(values)
        self._rates.append(rates)
        self._amplitudes.append(amplitudes)

    def samples(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the voltages [V], shape (len(times), len(pairs)), at ``times`` [s] since it was made.

        Raises ValueError for a time before the tap was made.
        """
        import numpy as np

        self._look()
        at = np.asarray(times, dtype=np.float64)
        starts = np.array(self._times)
        if at.size and (not starts.size or float(at.min()) < starts[0]):
            raise ValueError("samples are asked for before the tap was made")
        piece = np.searchsorted(starts, at, side="right") - 1
        result = np.array(self._steady)[piece]
        for number, rates in enumerate(self._rates):
            if not rates:
                continue
            rows = np.flatnonzero(piece == number)
            if rows.size:
                decay = np.exp(-np.multiply.outer(at[rows] - starts[number], np.array(rates)))
                result[rows] += decay @ np.array(self._amplitudes[number])
        return result

    def close(self) -> None:
        """Stop recording; what was recorded stays."""
        self._close(self)
