"""Contract of one output of a programmable DC supply."""

from abc import ABC, abstractmethod

from instruments.units import Ampere, Volt


class SupplyOutput(ABC):
    """One output that regulates voltage up to a current limit."""

    __slots__ = ()

    @abstractmethod
    def set_voltage(self, voltage: Volt) -> None:
        """Set the regulated voltage [V]."""

    @abstractmethod
    def set_current_limit(self, current: Ampere) -> None:
        """Set the current limit [A]."""

    @abstractmethod
    def set_overvoltage_protection(self, voltage: Volt) -> None:
        """Arm the over-voltage protection at ``voltage`` [V]."""

    @abstractmethod
    def set_overcurrent_protection(self, current: Ampere) -> None:
        """Arm the over-current protection at ``current`` [A]."""

    @abstractmethod
    def overvoltage_protection_floor(self) -> Volt:
        """Return the lowest level the over-voltage protection can be set to [V]."""

    @abstractmethod
    def overcurrent_protection_floor(self) -> Ampere:
        """Return the lowest level the over-current protection can be set to [A]."""

    @abstractmethod
    def enable(self) -> None:
        """Switch the output on."""

    @abstractmethod
    def disable(self) -> None:
        """Switch the output off."""

    @abstractmethod
    def is_enabled(self) -> bool:
        """Return whether the output says it is on."""

    @abstractmethod
    def voltage(self) -> Volt:
        """Measure the voltage at the output [V]."""

    @abstractmethod
    def current(self) -> Ampere:
        """Measure the current out of the output [A]."""

    @abstractmethod
    def voltage_uncertainty(self, voltage: Volt) -> Volt:
        """Return the standard uncertainty of a measured ``voltage`` [V]."""

    @abstractmethod
    def current_uncertainty(self, current: Ampere) -> Ampere:
        """Return the standard uncertainty of a measured ``current`` [A]."""

    @abstractmethod
    def is_tripped(self) -> bool:
        """Return whether a protection has switched the output off."""

    @abstractmethod
    def clear_trip(self) -> None:
        """Release a tripped protection; leaves the output off."""
