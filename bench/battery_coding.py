"""How the conditions of a battery are signalled to the device."""

from collections.abc import Mapping
from dataclasses import dataclass

SECTIONS = {"loop": "battery", "bus": "battery_bus"}
"""Which section says how a battery is signalled, by the battery link of the device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryCoding:
    """How each battery condition is signalled, and on what that rests.

    ``opens`` are the loop roles that are opened for a condition, ``asked`` are the conditions that
    the operator is asked for.
    """

    basis: str
    opens: Mapping[str, tuple[str, ...]]
    asked: tuple[str, ...] = ()

    def __contains__(self, condition: str) -> bool:
        """Return whether ``condition`` can be signalled."""
        return condition == "healthy" or condition in self.opens or condition in self.asked
