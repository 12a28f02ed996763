"""Contracts of a data acquisition device: streams, slow analog outputs and digital lines."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from instruments.instrument import Instrument
from instruments.units import Hertz, Second, Volt
from instruments.waveform import Waveform


class Recording(ABC):
    """A running stream: arm it, stimulate, wait, then stop and look."""

    __slots__ = ()

    @abstractmethod
    def wait(self, duration: Second) -> None:
        """Let ``duration`` [s] pass on the bench clock while samples are collected."""

    @abstractmethod
    def stop(self) -> Mapping[str, Waveform]:
        """Stop the stream and return one waveform per terminal, all on one time base."""


class Daq(Instrument):
    """A device that streams several of its analog inputs on one clock."""

    __slots__ = ()

    @abstractmethod
    def record(self, terminals: Sequence[str], rate: Hertz) -> Recording:
        """Start to stream ``terminals`` at ``rate`` [Hz]; only one recording runs at a time."""

    @abstractmethod
    def time_uncertainty(self, rate: Hertz, duration: Second) -> Second:
        """Return the standard uncertainty of a time between two edges ``duration`` apart [s]."""


class AnalogOutput(ABC):
    """One slow voltage output (DAC)."""

    __slots__ = ()

    @abstractmethod
    def set_voltage(self, voltage: Volt) -> None:
        """Set the open-circuit voltage [V]; raises OutOfRange beyond ``span``."""

    @abstractmethod
    def span(self) -> tuple[Volt, Volt]:
        """Return the lowest and highest voltage [V]."""


class DigitalInput(ABC):
    """One logic line read without changing its direction."""

    __slots__ = ()

    @abstractmethod
    def is_high(self) -> bool:
        """Return the logic level at the pin."""
