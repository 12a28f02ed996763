"""The codes of the smallBMS NG: which number stands for what is wrong."""

from collections.abc import Mapping

from simulation.dut.parameters import Parameters

_NAMES = ("low_cell", "battery_lost", "low_charge", "low_bank", "high_temperature")


class Codes:
    """Numbers what is wrong; a number of 0 means that the unit does not report it."""

    __slots__ = ("_numbers",)

    def __init__(self, parameters: Parameters) -> None:
        self._numbers = {name: round(parameters.number(f"code.{name}")) for name in _NAMES}

    def numbered(self, levels: Mapping[str, str]) -> dict[int, str]:
        """Return levels by the number of their code instead of by name."""
        numbers = ((self._numbers[name], level) for name, level in levels.items())
        return {number: level for number, level in numbers if number}
