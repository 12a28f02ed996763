"""An LED of the unit, as the light a photodiode amplifier of the bench makes a voltage of."""

from instruments.units import Ohm
from simulation.dut.parameters import Parameters
from simulation.elements import Signal
from simulation.world import World

_AMPLIFIER_OUTPUT: Ohm = 100.0


class Led:
    """Lights the net ``terminal``; its parameters are those of ``section``."""

    __slots__ = ("_is_lit", "_light", "_stuck", "element")

    def __init__(self, world: World, parameters: Parameters, section: str, terminal: str) -> None:
        self._light = parameters.number(f"{section}.light")
        self._stuck = parameters.one_of(f"{section}.stuck", "", "lit", "dark")
        self._is_lit = False
        self.element = Signal(terminal, "BAT-", 0.0, _AMPLIFIER_OUTPUT)
        world.add(self.element)

    def show(self, lit: bool, *, powered: bool) -> None:
        """Light up, or go dark; without power nothing lights."""
        if self._stuck:
            lit = self._stuck == "lit"
        lit = lit and powered
        if lit != self._is_lit:
            self._is_lit = lit
            self.element.set(self._light if lit else 0.0)
