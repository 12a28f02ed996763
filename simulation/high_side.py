"""A high-side output stage as a part of the circuit."""

from typing import ClassVar

from instruments.units import Ampere, Ohm, Volt
from simulation.branch import Branch, Siemens
from simulation.elements import MINIMUM_RESISTANCE, Element, positive


class HighSide(Element):
    """A high-side output stage from ``supply`` to ``out``; never a sink.

    On: a resistance behind a diode drop, up to the current limit. Off: a leakage that falls off
    below ``LEAKAGE_KNEE``. Above the supply it blocks. ``pull_low`` [S] to ground is not part of a
    healthy stage: it models a stage that is LOW instead of floating.
    """

    __slots__ = ("_curve", "current_limit", "diode_drop", "is_on", "leakage", "resistance")

    LEAKAGE_KNEE: ClassVar[Volt] = 0.1

    def __init__(
        self,
        supply: str,
        out: str,
        *,
        on: bool = False,
        resistance: Ohm = 0.05,
        diode_drop: Volt = 0.0,
        current_limit: Ampere | None = None,
        leakage: Ampere = 0.0,
        pull_low: Siemens = 0.0,
        ground: str = "BAT-",
        name: str = "",
    ) -> None:
        super().__init__(
            name or out, Branch(supply, out, driven=True), Branch(out, ground, driven=False)
        )
        self.is_on = on
        self.resistance = resistance
        self.diode_drop = diode_drop
        self.current_limit = current_limit
        self.leakage = leakage
        self.branches[1].conduct(pull_low)
        self.set()

    def on(self) -> None:
        """Connect the output to the supply."""
        self.is_on = True
        self._shape()

    def off(self) -> None:
        """Let the output float."""
        self.is_on = False
        self._shape()

    def set(
        self,
        *,
        resistance: Ohm | None = None,
        diode_drop: Volt | None = None,
        leakage: Ampere | None = None,
        pull_low: Siemens | None = None,
    ) -> None:
        """Change what is given; ValueError for a negative value."""
        if resistance is not None:
            self.resistance = resistance
        if diode_drop is not None:
            self.diode_drop = diode_drop
        if leakage is not None:
            self.leakage = leakage
        if pull_low is not None:
            self.branches[1].conduct(pull_low)
        if not (self.diode_drop >= 0.0 and self.leakage >= 0.0 and (pull_low or 0.0) >= 0.0):
            raise ValueError(f"{self}: drop, leakage and pull cannot be negative")
        self._shape()

    def limit_current(self, current_limit: Ampere | None) -> None:
        """Limit the output current to ``current_limit`` [A], or not at all."""
        if current_limit is not None:
            positive(self, "current limit", current_limit)
        self.current_limit = current_limit
        self._shape()

    def limiting(self) -> bool:
        """Return whether the output is at its current limit now."""
        return self.is_on and self.current_limit is not None and self.region() == 2

    def _shape(self) -> None:
        branch, knee = self.branches[0], self.LEAKAGE_KNEE
        if not self.is_on:
            branch.curve((0.0, knee), (0.0, self.leakage / knee, 0.0), (0.0, 0.0, self.leakage))
            return
        g, drop = 1.0 / max(self.resistance, MINIMUM_RESISTANCE), self.diode_drop
        if self.current_limit is None:
            branch.curve((drop,), (0.0, g), (0.0, -g * drop))
        else:
            limit = self.current_limit
            branch.curve((drop, drop + limit / g), (0.0, g, 0.0), (0.0, -g * drop, limit))
