"""What every instrument has: an identity, named terminals, a safe state."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What an instrument says it is (IEEE 488.2 ``*IDN?`` order)."""

    manufacturer: str
    model: str
    serial: str
    firmware: str


class Instrument(ABC):
    """A thing with a plug that answers questions; one driver class per model family."""

    __slots__ = ()

    @abstractmethod
    def identity(self) -> Identity:
        """Return what the instrument said it is when it was opened."""

    @abstractmethod
    def terminals(self) -> tuple[str, ...]:
        """Return the names that ``terminal`` accepts."""

    @abstractmethod
    def terminal(self, name: str) -> object:
        """Return the ability behind one terminal: a SupplyOutput, Multimeter, Relay and so on.

        Raises NotSupported for a name that is not in ``terminals``.
        """

    @abstractmethod
    def make_safe(self) -> None:
        """Put the instrument into the state that can do no harm and verify it by read-back."""

    @abstractmethod
    def close(self) -> None:
        """Release the wire; does not change the state of the instrument."""

    def __enter__(self) -> Self:
        """Return the instrument itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Make the instrument safe, then release the wire even if that failed."""
        try:
            self.make_safe()
        finally:
            self.close()
