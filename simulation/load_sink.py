"""The input of an electronic load as a part of the circuit."""

from typing import Literal

from instruments.units import Ampere, Ohm
from simulation.branch import Branch, Siemens
from simulation.elements import Element, positive


class LoadSink(Element):
    """An electronic load. At low voltage it is its own minimum resistance; it never sources."""

    __slots__ = ("_floor", "_leakage", "_maximum", "is_on", "level", "mode")

    def __init__(
        self,
        plus: str,
        minus: str,
        *,
        minimum_resistance: Ohm = 0.05,
        maximum_current: Ampere = 40.0,
        input_resistance: Ohm = 1e6,
        name: str = "",
    ) -> None:
        super().__init__(
            name or f"{plus} to {minus}",
            Branch(plus, minus, driven=True),
            Branch(plus, minus, driven=False),
        )
        self._floor: Siemens = 1.0 / positive(self, "minimum resistance", minimum_resistance)
        self._maximum = positive(self, "maximum current", maximum_current)
        self.branches[1].conduct(1.0 / positive(self, "input resistance", input_resistance))
        self.mode: Literal["CC", "CR", "CV", "CP"] = "CC"
        self.level = 0.0
        self.is_on = False

    def set(self, mode: Literal["CC", "CR", "CV", "CP"], level: float) -> None:
        """Regulate current [A], resistance [ohm], voltage [V] or power [W]; ValueError below 0."""
        if not level >= 0.0 or (mode == "CR" and level == 0.0):
            raise ValueError(f"{self} cannot be set to {mode} {level}")
        self.mode = mode
        self.level = level
        self._shape()

    def on(self) -> None:
        """Turn the input on."""
        self.is_on = True
        self._shape()

    def off(self) -> None:
        """Turn the input off."""
        self.is_on = False
        self._shape()

    def _shape(self) -> None:
        branch, g, level, most = self.branches[0], self._floor, self.level, self._maximum
        if not self.is_on or (level == 0.0 and self.mode in ("CC", "CP")):
            branch.curve((), (0.0,), (0.0,))
        elif self.mode == "CC":
            amps = min(level, most)
            branch.curve((0.0, amps / g), (0.0, g, 0.0), (0.0, 0.0, amps))
        elif self.mode == "CR":
            g = min(1.0 / level, g)
            branch.curve((0.0, most / g), (0.0, g, 0.0), (0.0, 0.0, most))
        elif self.mode == "CV":
            branch.curve((level, level + most / g), (0.0, g, 0.0), (0.0, -g * level, most))
        else:
            branch.curve((0.0, (level / g) ** 0.5), (0.0, g, 0.0), (0.0, 0.0, 0.0), level)
