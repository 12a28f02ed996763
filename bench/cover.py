"""The cover over the terminals, and the voltage above which it must be shut."""

from collections.abc import Callable

from bench.errors import SafetyTrip
from instruments.daq import DigitalInput
from instruments.units import Volt

TOUCH_SAFE: Volt = 60.0
"""Above this DC voltage terminals must be behind a closed cover (ES1 limit of EN 62368-1)."""


class Cover:
    """Its switch is looked at before there is more than `TOUCH_SAFE`, and now and then after."""

    __slots__ = ("_switch",)

    def __init__(self, switch: Callable[[], DigitalInput]) -> None:
        self._switch = switch

    def check(self, voltage: Volt) -> None:
        """Raise SafetyTrip where ``voltage`` [V] is not safe to touch and the cover is open."""
        if voltage > TOUCH_SAFE and self._switch().is_high():
            raise SafetyTrip(
                f"the cover is open: {voltage:g} V is above the {TOUCH_SAFE:g} V that may be "
                "touched; shut it"
            )
