"""What a T7 keeps of what was written to its registers."""

from collections.abc import Callable

from simulation.front_panels.t7_registers import BY_NAME


class Memory:
    """Values by register name; a register that was never written holds its default."""

    __slots__ = ("_values",)

    def __init__(self) -> None:
        self._values: dict[str, float] = {}

    def get(self, name: str) -> float:
        """Return the value of a register."""
        value = self._values.get(name)
        return BY_NAME[name].default if value is None else value

    def set(self, name: str, value: float) -> None:
        """Keep the value of a register."""
        self._values[name] = value

    def forget(self, which: Callable[[str], bool]) -> None:
        """Bring the registers that ``which`` names back to their defaults."""
        self._values = {name: value for name, value in self._values.items() if not which(name)}

    def written(self, which: Callable[[str], bool]) -> dict[str, float]:
        """Return what was written to the registers that ``which`` names."""
        return {name: value for name, value in self._values.items() if which(name)}

    def load(self, values: dict[str, float]) -> None:
        """Take over what `written` returned."""
        self._values.update(values)
