"""Time on a simulated bench: jumps from event to event, never waits and never goes back."""

from collections.abc import Callable
from heapq import heappop, heappush, heapreplace
from itertools import count
from math import isfinite
from typing import Any

from instruments.units import Second

_TURNS = 100_000  # events or closings at one instant before it counts as an endless loop


class ClockError(Exception):
    """The clock was used in a way that would break the order of time."""


class Event(list[Any]):
    """A callback due at a time; made by `VirtualClock.schedule` and `VirtualClock.every`.

    It is the list ``[time, number, callback, period, origin, round]``: the heap then compares
    events without running Python code, which is most of what an event costs.
    """

    __slots__ = ()

    def cancel(self) -> None:
        """Make sure that the callback is not called (again); harmless when it is over."""
        self[2] = None


class VirtualClock:
    """A `Clock` whose `sleep` runs what is due meanwhile, in order of time, then of insertion."""

    __slots__ = ("_closing", "_heap", "_now", "_number", "_running")

    def __init__(self) -> None:
        self._now: Second = 0.0
        self._heap: list[Event] = []
        self._number = count().__next__
        self._closing: list[Callable[[], None]] = []
        self._running = False

    def now(self) -> Second:
        """Return the time since this clock was made [s]."""
        return self._now

    @property
    def running(self) -> bool:
        """Whether a callback of this clock is being executed."""
        return self._running

    def sleep(self, duration: Second) -> None:
        """Move time by ``duration`` [s] and run what is due; a negative duration counts as 0.

        Raises ClockError inside a callback and ValueError for a duration that is not finite.
        """
        if self._running:
            raise ClockError("a callback of the clock may schedule and cancel, but not sleep")
        if not isfinite(duration):
            raise ValueError(f"cannot sleep {duration} s")
        end = self._now + duration if duration > 0.0 else self._now
        heap = self._heap
        if self._closing or (heap and heap[0][0] <= end):
            self._run(end)
        self._now = end

    def schedule(self, delay: Second, callback: Callable[[], None]) -> Event:
        """Call ``callback`` after ``delay`` [s]; a negative delay counts as 0."""
        now = self._now
        event = Event((now + delay if delay > 0.0 else now, self._number(), callback, 0.0, 0.0, 0))
        heappush(self._heap, event)
        return event

    def every(self, period: Second, callback: Callable[[], None]) -> Event:
        """Call ``callback`` each ``period`` [s], first after one period, until it is cancelled.

        Raises ValueError unless the period is positive and finite.
        """
        if not (isfinite(period) and period > 0.0):
            raise ValueError(f"a period must be above 0 s, not {period}")
        now = self._now
        event = Event((now + period, self._number(), callback, period, now, 1))
        heappush(self._heap, event)
        return event

    def at_end_of_instant(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` once, when nothing more is due now and before time moves on."""
        self._closing.append(callback)

    def _run(self, end: Second) -> None:
        """Run all that is due up to ``end`` and close each instant before leaving it."""
        heap = self._heap
        closing = self._closing
        number = self._number
        now = self._now
        turns = 0
        self._running = True
        try:
            while True:
                while heap:
                    event = heap[0]
                    at, _, callback, period, origin, rounds = event
                    if at > now:
                        if closing or at > end:
                            break
                        self._now = now = at
                        turns = 0
                    else:
                        turns += 1
                        if turns > _TURNS:
                            raise ClockError(f"the instant {now} s does not come to an end")
                    if callback is None:
                        heappop(heap)
                    elif period:
                        # origin + n periods, not a running sum: 3000 times 10 ms is 30 s
                        event[5] = rounds = rounds + 1
                        event[0] = origin + rounds * period
                        event[1] = number()
                        heapreplace(heap, event)
                        callback()
                    else:
                        heappop(heap)
                        callback()
                if not closing:
                    return
                self._close()
        finally:
            self._running = False

    def _close(self) -> None:
        """Run what closes this instant, until nobody asks for more or something is due now."""
        heap = self._heap
        for _ in range(_TURNS):
            callbacks = self._closing.copy()
            self._closing.clear()
            for callback in callbacks:
                callback()
            if not self._closing or (heap and heap[0][0] <= self._now):
                return
        raise ClockError(f"the instant {self._now} s does not come to an end")
