"""Contract of a relay contact and of the board it sits on."""

from abc import ABC, abstractmethod
from collections.abc import Iterable

from instruments.instrument import Instrument


class Relay(ABC):
    """One contact; energised means that a normally open contact is closed."""

    __slots__ = ()

    @abstractmethod
    def energise(self) -> None:
        """Energise the coil."""

    @abstractmethod
    def release(self) -> None:
        """Release the coil."""

    @abstractmethod
    def is_energised(self) -> bool:
        """Return what the board reads back."""


class RelayBank(Instrument):
    """A board of relays that can be switched together."""

    __slots__ = ()

    @abstractmethod
    def energised(self) -> frozenset[str]:
        """Return the terminals that the board reads back as energised."""

    @abstractmethod
    def energise_only(self, terminals: Iterable[str]) -> None:
        """Energise exactly ``terminals`` in one command, release all others; verified."""
