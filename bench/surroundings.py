"""What the operator has changed around the device, and what has to be undone before going on."""

from collections.abc import Callable

from bench.instructions import instruction
from instruments.operator import Operator

ROOM = "23 degC"
"""The temperature that a chamber is brought back to (reference temperature of ISO 554)."""


class Surroundings:
    """The condition of the battery and the temperature of the chamber, as asked of the operator.

    Both outlive ``make_safe``: a battery and a chamber stay what they are when the power goes.
    What may have been done half way counts as done.
    """

    __slots__ = ("_condition", "_operator", "_temperature", "_wanted")

    def __init__(self, operator: Callable[[], Operator]) -> None:
        self._operator = operator
        self._condition = ""
        self._temperature = ""
        self._wanted = ""

    @property
    def changed(self) -> bool:
        """Return whether anything is not as it was found."""
        return bool(self._condition or self._temperature)

    @property
    def left(self) -> tuple[str, ...]:
        """Return in words what is not as it was found."""
        battery = f"the battery is in the condition '{self._condition}'"
        chamber = f"the chamber is at {self._temperature}"
        return (battery,) * bool(self._condition) + (chamber,) * bool(self._temperature)

    def begin(self) -> None:
        """Forget the temperature that the last case wanted, not the one that the chamber has."""
        self._wanted = ""

    def bring_battery(self, condition: str) -> None:
        """Ask for a condition of the battery, empty for healthy, unless it is in it already."""
        if condition == self._condition:
            return
        self._condition = condition or self._condition
        self._operator().carry_out(instruction("battery.condition", condition or "healthy"))
        self._condition = condition

    def bring_chamber(self, temperature: str) -> None:
        """Ask for a temperature of the chamber for this case, unless it has it already."""
        self._wanted = temperature
        self._ask_chamber(temperature)

    def settle(self) -> None:
        """Undo what an earlier case has left: the battery, and a temperature no longer wanted."""
        self.bring_battery("")
        if not self._wanted and self._temperature:
            self._ask_chamber("")

    def _ask_chamber(self, temperature: str) -> None:
        if temperature == self._temperature:
            return
        self._temperature = temperature or self._temperature
        self._operator().carry_out(instruction("chamber.temperature", temperature or ROOM))
        self._temperature = temperature
