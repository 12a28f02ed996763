"""What a recording instrument saw: exponential pieces, evaluated as arrays afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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

    __slots__ = ("_close", "_look", "_pieces", "_times", "pairs")

    def __init__(
        self,
        pairs: Sequence[tuple[str, str]],
        look: Callable[[], None],
        close: Callable[[Tap], None],
    ) -> None:
        self.pairs = tuple(pairs)
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

    def samples(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the voltages [V], shape (len(times), len(pairs)), at clock times ``times`` [s].

        Times after now continue the present state. Raises ValueError for a time before the first.
        """
        import numpy as np

        if self._look is not None:
            self._look()
        asked = np.asarray(times, dtype=np.float64)
        order = np.argsort(asked, kind="stable")
        at = asked[order]
        starts = np.array(self._times)
        if at.size and at[0] < starts[0]:
            raise ValueError("samples are asked for before the tap was made")
        rows = np.append(np.searchsorted(at, starts, side="left"), at.size)
        result = np.repeat(
            np.array([origin for _, origin, _, _ in self._pieces]), np.diff(rows), axis=0
        )
        for number, (since, _, rates, ways) in enumerate(self._pieces):
            first, end = int(rows[number]), int(rows[number + 1])
            if rates and first < end:
                gone = -np.expm1(np.multiply.outer(since - at[first:end], np.array(rates)))
                result[first:end] += gone @ np.array(ways)
        unsorted = np.empty_like(result)
        unsorted[order] = result
        return unsorted

    def close(self) -> None:
        """Stop recording; what was recorded stays. Closing twice does nothing."""
        if self._look is not None:
            self._look()
            self._look = None
            self._close(self)
