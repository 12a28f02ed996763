"""What a T7 keeps of what was written to its registers."""

from collections.abc import Callable, Mapping

from simulation.front_panels.t7.registers import BY_NAME


class _Values(dict[str, float]):
    """Values by register name, with the default of each that was asked for."""

    __slots__ = ()

    def __missing__(self, name: str) -> float:
        value = self[name] = BY_NAME[name].default
        return value


class Memory:
    """Values by register name; a register that was never written holds its default."""

    __slots__ = ("_values", "get")

    def __init__(self) -> None:
        self._values = _Values()
        self.get: Callable[[str], float] = self._values.__getitem__
        """Returns the value of a register; the dictionary's own method, as it is asked often."""

    def set(self, name: str, value: float) -> None:
        """Keep the value of a register."""
        self._values[name] = value

    def forget(self, which: Callable[[str], bool]) -> None:
        """Bring the registers that ``which`` names back to their defaults."""
        for name in [name for name in self._values if which(name)]:
            del self._values[name]

    def changed(self, which: Callable[[str], bool]) -> dict[str, float]:
        """Return the registers that ``which`` names and that do not hold their default."""
        return {
            name: value
            for name, value in self._values.items()
            if which(name) and value != BY_NAME[name].default
        }

    def load(self, values: Mapping[str, float]) -> None:
        """Take over what `changed` returned."""
        self._values.update(values)
