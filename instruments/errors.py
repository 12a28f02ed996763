"""What can go wrong between a driver and its instrument; says nothing about a product."""

from dataclasses import dataclass

from instruments.units import Second


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Where and during what an instrument failed; empty fields are unknown."""

    role: str = ""
    model: str = ""
    resource: str = ""
    command: str = ""
    reply: str = ""
    elapsed: Second | None = None

    def __str__(self) -> str:
        """Return the known fields as ``name=value`` pairs."""
        pairs = ((name, getattr(self, name)) for name in self.__slots__)
        return ", ".join(f"{name}={value!r}" for name, value in pairs if value not in ("", None))


class InstrumentError(Exception):
    """Root of all instrument failures; carries the exchange it happened in."""

    def __init__(self, message: str, exchange: Exchange | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.exchange = exchange or Exchange()

    def __str__(self) -> str:
        """Return the message followed by what is known of the exchange."""
        where = str(self.exchange)
        return f"{self.message} ({where})" if where else self.message


class NoAnswer(InstrumentError):
    """The instrument is unreachable or did not answer in time."""


class Rejected(InstrumentError):
    """The instrument answered that it will not do what it was told."""


class OutOfRange(InstrumentError):
    """A value is outside what the instrument can set or read; also overload and not-a-number."""


class NotSupported(InstrumentError):
    """The instrument or its installation lacks what was asked for."""
