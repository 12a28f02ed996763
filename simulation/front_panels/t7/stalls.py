"""The times in which a stream could not reach its host, and the scans that it lost by them."""

from typing import TYPE_CHECKING

from instruments.units import Second
from simulation.clock import VirtualClock

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray


class Stalls:
    """Beginnings and ends on the clock."""

    __slots__ = ("_clock", "_since", "_times")

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._times: list[tuple[Second, Second]] = []
        self._since: Second | None = None

    def __bool__(self) -> bool:
        """Whether there were any."""
        return bool(self._times)

    def forget(self) -> None:
        """Begin anew."""
        self._times = []
        self._since = None

    def begin(self) -> None:
        """Note that the host cannot be reached from now on."""
        if self._since is None:
            self._since = self._clock.now()

    def end(self) -> None:
        """Note that the host can be reached again."""
        if self._since is not None:
            self._times.append((self._since, self._clock.now()))
            self._since = None

    def lost(self, times: "NDArray[numpy.float64]", buffered: Second) -> "NDArray[numpy.bool_]":
        """Return which scans came when the device's buffer, ``buffered`` [s] long, was full."""
        import numpy

        lost = numpy.zeros(times.shape, dtype=bool)
        for begin, end in self._times:
            lost |= (times >= begin + buffered) & (times < end)
        return lost
