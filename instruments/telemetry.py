"""Contract of what a device says of itself over the air, without being connected to."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from instruments.units import Ampere, DegreeCelsius, Second, Volt


class Severity(Enum):
    """How bad a device says that something is; the letter is that of its codes."""

    WARNING = "W"
    ALARM = "A"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readout:
    """One advertisement, decoded; None is what the device did not say.

    ``elapsed`` [s] is when it was heard on the bench clock, ``error`` the number of an error (0:
    none), ``conditions`` number -> severity of what is not well. ``state_of_charge`` is in percent,
    ``consumed_charge`` in ampere hours as on the display, ``time_to_go`` in seconds.
    """

    elapsed: Second
    error: int
    conditions: Mapping[int, Severity] = field(default_factory=dict[int, Severity])
    voltage: Volt | None = None
    current: Ampere | None = None
    state_of_charge: float | None = None
    consumed_charge: float | None = None
    temperature: DegreeCelsius | None = None
    time_to_go: Second | None = None
    allowed_to_charge: bool | None = None
    allowed_to_discharge: bool | None = None
    remote_enabled: bool | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes in the notation of the manual: ``W-B01``, ``A-B05``, ``E-B09``."""
        said = [f"{level.value}-B{number:02d}" for number, level in sorted(self.conditions.items())]
        return (*said, *([f"E-B{self.error:02d}"] if self.error else []))


class Telemetry(ABC):
    """A receiver tuned to one device."""

    __slots__ = ()

    @abstractmethod
    def read(self, within: Second) -> Readout:
        """Return the next advertisement heard from now on.

        Raises NoAnswer when there is none within ``within`` [s], Rejected when it cannot be
        deciphered: a wrong key or an unknown record type.
        """

    @abstractmethod
    def hears(self, within: Second) -> bool:
        """Return whether the device advertises at all within ``within`` [s], whatever it says."""
