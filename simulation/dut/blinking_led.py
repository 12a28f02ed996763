"""An LED that can blink."""

from typing import Literal

from simulation.clock import Event, VirtualClock
from simulation.dut.led import Led
from simulation.dut.parameters import Parameters
from simulation.world import World

Pattern = Literal["dark", "lit", "blinking"]
_PATTERNS: dict[str, Pattern] = {"dark": "dark", "lit": "lit", "blinking": "blinking"}


def pattern(parameters: Parameters, name: str) -> Pattern:
    """Return the pattern that a parameter names; raise ValueError for another word."""
    return _PATTERNS[parameters.one_of(name, *_PATTERNS)]


class BlinkingLed:
    """Shows a pattern on the net ``terminal``; its parameters are those of ``section``.

    A blinking LED begins lit and is lit for half of ``<section>.blink_period``.
    """

    __slots__ = ("_clock", "_is_lit", "_led", "_next", "_pattern", "_period", "element")

    def __init__(
        self, world: World, clock: VirtualClock, parameters: Parameters, section: str, terminal: str
    ) -> None:
        self._clock = clock
        self._led = Led(world, parameters, section, terminal)
        self._period = parameters.positive(f"{section}.blink_period")
        self._pattern: Pattern = "dark"
        self._is_lit = False
        self._next: Event | None = None
        self.element = self._led.element

    def show(self, pattern: Pattern, *, powered: bool) -> None:
        """Take up a pattern; one that is already shown goes on undisturbed."""
        if pattern == self._pattern:
            self._led.show(self._is_lit, powered=powered)
            return
        self._pattern = pattern
        if self._next is not None:
            self._next.cancel()
            self._next = None
        self._is_lit = pattern != "dark"
        if pattern == "blinking":
            self._next = self._clock.every(self._period / 2.0, self._toggle)
        self._led.show(self._is_lit, powered=powered)

    def _toggle(self) -> None:
        self._is_lit = not self._is_lit
        self._led.show(self._is_lit, powered=True)
