"""What LJM calls by itself: a function for each block of scans that a stream has collected.

Source: labjack.ljm, setStreamCallback (called with each block and on an error; it is to read the
block itself). Assumed: one call for an error, after which there are none.
"""

from collections.abc import Callable
from math import inf

from simulation.clock import Event
from simulation.front_panels.t7.panel import T7


class StreamCallbacks:
    """At most one function a handle; the real library has a thread where this has the clock."""

    def __init__(self) -> None:
        self._events: dict[int, Event] = {}

    def set(self, handle: int, device: T7, scans: int, call: Callable[[], None]) -> None:
        """Call a function whenever the stream has ``scans`` more, from those not read yet on."""
        self.forget(handle)
        stream = device.stream
        block = stream.taken // scans

        def look() -> None:
            nonlocal block
            due = stream.ready_at((block + 1) * scans) if stream.running else device.now()
            if due > device.now():
                wait(due)
                return
            block += 1
            wait(stream.ready_at((block + 1) * scans))
            call()  # may end the stream, or ask for no more calls
            if not stream.running:
                self.forget(handle)

        def wait(due: float) -> None:
            # a stream that waits for its trigger is looked at once in the time of a block
            delay = scans / stream.rate if due == inf else due - device.now()
            self._events[handle] = device.after(delay, look)

        wait(stream.ready_at((block + 1) * scans))

    def forget(self, handle: int) -> None:
        """Call nothing any more."""
        event = self._events.pop(handle, None)
        if event is not None:
            event.cancel()

    def clear(self) -> None:
        """Call nothing any more for any handle."""
        for handle in tuple(self._events):
            self.forget(handle)
