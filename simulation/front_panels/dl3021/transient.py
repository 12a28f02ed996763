"""The transient generator of a DL3021: between two currents, by itself or at a trigger.

Sources: Rigol DL3000 programming guide and user guide as quoted by their users: CONT repeats A and
B while the generator is on; PULS goes to A for its width, back to B, and switches the generator
off; TOGG goes to the other level at each trigger; before the first trigger the load sinks B.
Faster than 1 kHz the mean current flows: no instrument of a bench would see the steps, and each
costs a state of the circuit.
"""

from collections.abc import Callable

from instruments.units import Second
from simulation.clock import Event, VirtualClock
from simulation.front_panels.dl3021.settings import CONTINUOUS, PULSED

_FASTEST: Second = 1e-3


class Transient:
    """Which part of the current is level A: 0 at B, 1 at A, the duty cycle where it is too fast."""

    def __init__(self, clock: VirtualClock, changed: Callable[[], None]) -> None:
        self._clock = clock
        self._changed = changed
        self._event: Event | None = None
        self._widths: tuple[Second, Second] = (1.0, 1.0)
        self._due: Second = 0.0
        self.is_armed = False
        self.share = 0.0

    def arm(self, on: bool) -> None:
        """Switch the generator on or off; the load goes to level B."""
        self._stop()
        self.is_armed = on
        self.share = 0.0
        self._changed()

    def fire(self, mode: int, widths: tuple[Second, Second]) -> None:
        """Take a trigger; ``widths`` are the times at level A and at level B [s]."""
        if not self.is_armed or self._event is not None:
            return
        self._widths = widths
        self._due = self._clock.now()
        if mode == CONTINUOUS and sum(widths) < _FASTEST:
            self.share = widths[0] / sum(widths)
        elif mode == CONTINUOUS:
            self._high()
        elif mode == PULSED:
            self.share = 1.0
            self._event = self._clock.schedule(widths[0], self._finish)
        else:
            self.share = 1.0 - self.share
        self._changed()

    def retime(self, widths: tuple[Second, Second]) -> None:
        """Go on with other times at level A and B [s] from the next change on."""
        self._widths = widths

    def _high(self) -> None:
        self.share = 1.0
        self._wait(self._widths[0], self._low)
        self._changed()

    def _low(self) -> None:
        if self._widths[1] <= 0.0:
            self._high()
            return
        self.share = 0.0
        self._wait(self._widths[1], self._high)
        self._changed()

    def _wait(self, width: Second, callback: Callable[[], None]) -> None:
        self._due += width  # from edge to edge, so that rounding does not add up
        self._event = self._clock.schedule(self._due - self._clock.now(), callback)

    def _finish(self) -> None:
        self._event = None
        self.arm(False)

    def _stop(self) -> None:
        if self._event is not None:
            self._event.cancel()
            self._event = None
