"""What a recording instrument saw: exponential pieces, evaluated as arrays afterwards."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import TYPE_CHECKING

from instruments.units import Second, Volt
from simulation.transient import Transient

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Piece = tuple[Second, tuple[Volt, ...], tuple[float, ...], tuple[tuple[Volt, ...], ...]]
"""When it began, the voltages then, and the rates and ways of the modes; columns are pairs."""


class Tap:
    """Records the voltages of net pairs from its making to its closing; made by `World.tap`."""

    __slots__ = ("_close", "_look", "_pieces", "_times", "nets", "pairs")

    def __init__(
        self,
        pairs: Sequence[tuple[str, str]],
        look: Callable[[], None],
        close: Callable[[Tap], None],
    ) -> None:
        self.pairs = tuple(pairs)
        self.nets = frozenset(net for pair in self.pairs for net in pair)
        self._look: Callable[[], None] | None = look
        self._close = close
        self._times: list[Second] = []
        self._pieces: list[Piece] = []

    def piece(self, time: Second, state: Transient, index: Mapping[str, int]) -> None:
        """Go on with ``state`` from ``time`` [s]; replaces what began at the same time."""
        origin = state.origin
        spots = [(index[plus], index[minus]) for plus, minus in self.pairs]
        if self._times and self._times[-1] >= time:
            self._times.pop()
            self._pieces.pop()
        self._times.append(time)
        self._pieces.append(
            (
                state.since,
                tuple([origin[a] - origin[b] for a, b in spots]),
                state.rates,
                tuple(
                    [
                        tuple([way * (shape[a] - shape[b]) for a, b in spots])
                        for way, shape in zip(state.ways, state.shapes, strict=True)
                    ]
                ),
            )
        )

    def samples(
        self, times: NDArray[np.float64], delays: Sequence[Second] = ()
    ) -> NDArray[np.float64]:
        """Return the voltages [V], shape (len(times), len(pairs)), at clock times ``times`` [s].

        ``delays`` [s], one a pair, are for a converter that looks at one pair after the other.
        Times after now continue the present state. Raises ValueError for a time before the first.
        """
        import numpy as np

        if self._look is not None:
            self._look()
        times = np.asarray(times, dtype=np.float64)
        if not times.size:
            return np.zeros((0, len(self.pairs)))
        starts = self._times
        earliest = float(times.min()) + min(delays, default=0.0)
        if earliest < starts[0]:
            raise ValueError("samples are asked for before the tap was made")
        if len(times) > 1 and bool((times[1:] < times[:-1]).any()):
            order = np.argsort(times)
            result = np.empty((len(times), len(self.pairs)))
            result[order] = self.samples(times[order], delays)
            return result
        first = bisect_right(starts, earliest) - 1
        end = bisect_right(starts, float(times[-1]) + max(delays, default=0.0))
        result = np.empty((len(times), len(self.pairs)))
        result[:] = self._pieces[first][1]
        if end == first + 1 and not self._pieces[first][2]:
            return result
        at = times[:, np.newaxis]
        if len(delays):
            at = at + np.asarray(delays)
        changes = np.asarray([*starts[first + 1 : end], inf])
        # rows that may lie in a piece, and one more on either side for rounding
        lows = np.searchsorted(times, changes - max(delays, default=0.0)) - 1
        highs = np.searchsorted(times, changes - min(delays, default=0.0)) + 1
        low = 0
        for number, (since, origin, rates, ways) in enumerate(self._pieces[first:end]):
            rows = slice(low, int(highs[number]))
            low = max(int(lows[number]), 0)
            part, values = at[rows], result[rows]
            inside = part < changes[number]
            if number:
                begun = part >= changes[number - 1]
                np.copyto(values, origin, where=begun)
                inside &= begun
            if rates:
                values += _gone(part, since, rates, ways) * inside
        return result

    def close(self) -> None:
        """Stop recording; what was recorded stays. Closing twice does nothing."""
        if self._look is not None:
            self._look()
            self._look = None
            self._close(self)


def _gone(
    at: NDArray[np.float64],
    since: Second,
    rates: tuple[float, ...],
    ways: tuple[tuple[Volt, ...], ...],
) -> NDArray[np.float64]:
    """Return how far the ways have been gone at the times ``at``; none before ``since``."""
    import numpy as np

    past = np.minimum(since - at, 0.0)
    total = np.zeros((len(at), len(ways[0])))
    for rate, way in zip(rates, ways, strict=True):
        total -= np.expm1(rate * past) * way
    return total
