"""What the smallBMS NG says of itself: to the app, and to everybody in its advertisements."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from instruments.units import Ampere, DegreeCelsius, Volt

WARNING, ALARM = "warning", "alarm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """The unit's view at one instant; None is what it does not know.

    ``error`` is the number of an error, 0 for none. ``levels`` holds the numbers of codes with
    `WARNING` or `ALARM`. ``time_to_go`` is in minutes, ``state_of_charge`` in percent,
    ``consumed_charge`` in ampere hours as on the display: negative below a full bank.
    """

    error: int = 0
    levels: Mapping[int, str] = field(default_factory=dict[int, str])
    allow_to_charge: bool = False
    allow_to_discharge: bool = False
    remote_enabled: bool = False
    time_to_go: int | None = None
    voltage: Volt | None = None
    current: Ampere | None = None
    state_of_charge: float | None = None
    consumed_charge: float | None = None
    temperature: DegreeCelsius | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes as the manual prints them: ``W-B01``, ``A-B05``, ``E-B09``."""
        letters = {WARNING: "W", ALARM: "A"}
        said = [f"{letters[level]}-B{number:02d}" for number, level in sorted(self.levels.items())]
        return (*said, *([f"E-B{self.error:02d}"] if self.error else []))
