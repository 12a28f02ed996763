"""Contract of an input that measures one DC quantity."""

from abc import ABC, abstractmethod

from instruments.units import Ohm, Second
from instruments.waveform import Waveform


class Multimeter(ABC):
    """One input that measures a DC voltage or a DC current, as ``unit`` says."""

    __slots__ = ()

    @property
    @abstractmethod
    def unit(self) -> str:
        """Return the unit of the readings: ``V`` or ``A``."""

    @abstractmethod
    def measure(self) -> float:
        """Take one reading; raises OutOfRange on overload."""

    @abstractmethod
    def record(self, duration: Second, interval: Second) -> Waveform:
        """Take readings every ``interval`` for ``duration`` [s]; raises OutOfRange on overload."""

    @abstractmethod
    def uncertainty(self, reading: float) -> float:
        """Return the standard uncertainty of ``reading``, in its unit."""

    @abstractmethod
    def input_resistance(self, reading: float) -> Ohm:
        """Return what the input puts into the circuit at ``reading`` [ohm].

        A voltage input loads the circuit with it (infinite where the sheet says more than
        1 Gohm); a current input adds it in series.
        """
