"""Contract of one input of an electronic load."""

from abc import ABC, abstractmethod

from instruments.units import Ampere, Volt


class LoadInput(ABC):
    """One input that sinks a constant current."""

    __slots__ = ()

    @abstractmethod
    def set_current(self, current: Ampere) -> None:
        """Set constant-current mode and its level [A]."""

    @abstractmethod
    def current_setpoint_uncertainty(self, current: Ampere) -> Ampere:
        """Return the standard uncertainty of a current set to ``current`` [A]."""

    @abstractmethod
    def enable(self) -> None:
        """Start to sink."""

    @abstractmethod
    def disable(self) -> None:
        """Stop sinking."""

    @abstractmethod
    def is_enabled(self) -> bool:
        """Return whether the input says it is on."""

    @abstractmethod
    def voltage(self) -> Volt:
        """Measure the voltage at the input [V]."""

    @abstractmethod
    def current(self) -> Ampere:
        """Measure the current into the input [A]."""

    @abstractmethod
    def voltage_uncertainty(self, voltage: Volt) -> Volt:
        """Return the standard uncertainty of a measured ``voltage`` [V]."""

    @abstractmethod
    def current_uncertainty(self, current: Ampere) -> Ampere:
        """Return the standard uncertainty of a measured ``current`` [A]."""
