"""The supply as the bench hands it out: it cannot hurt the device, nor back-feed a remote input.

What is guarded lies behind a name with two underscores, as in `guarded`.
"""

from collections.abc import Callable
from math import inf

from bench.errors import SafetyTrip
from bench.guarded_readings import GuardedReadings
from bench.safety import Envelope
from instruments.supply import SupplyOutput
from instruments.units import Ampere, Volt

_PROTECTION_REACH = 1.05


class GuardedSupply(GuardedReadings, SupplyOutput):
    """A supply output that cannot be set beyond the device's absolute maximum.

    ``check_cover`` raises SafetyTrip for a voltage that an open cover does not allow. ``driven``
    returns the highest voltage that an analog output is set to, and ``quench`` brings them to 0 V:
    a remote input must not be left above the battery voltage.
    """

    __slots__ = (
        "__output",
        "_ceiling",
        "_check_cover",
        "_driven",
        "_envelope",
        "_highest",
        "_is_limited",
        "_is_on",
        "_lowest",
        "_may_be_on",
        "_quench",
    )

    def __init__(
        self,
        output: SupplyOutput,
        envelope: Envelope,
        ceiling: Ampere,
        check_cover: Callable[[Volt], None],
        driven: Callable[[], Volt],
        quench: Callable[[], None],
    ) -> None:
        super().__init__(output)
        self.__output = output
        self._envelope = envelope
        self._ceiling = ceiling
        self._check_cover = check_cover
        self._driven = driven
        self._quench = quench
        self._lowest: Volt = 0.0
        self._highest: Volt = inf  # nobody knows what an earlier program has left
        self._is_limited = False
        self._is_on = self._may_be_on = False

    @property
    def level(self) -> Volt:
        """Return the highest voltage that the device may be powered with [V]."""
        return self._highest if self._may_be_on else 0.0

    @property
    def assured_level(self) -> Volt:
        """Return the voltage that the device is powered with at least [V]."""
        return self._lowest if self._is_on else 0.0

    def note_safe(self) -> None:
        """Take note that the instrument was made safe."""
        self._is_on = self._may_be_on = False

    def set_voltage(self, voltage: Volt) -> None:
        """Set the regulated voltage [V].

        Raises SafetyTrip beyond the absolute maximum, and below what a remote input is driven with.
        """
        self._envelope.check_voltage(voltage)
        self._check_cover(voltage)
        if voltage < self._driven():
            raise SafetyTrip(
                f"{voltage:g} V is below the {self._driven():g} V on a remote input, which would "
                "then be above the battery voltage: lower that first"
            )
        self._lowest = min(self._lowest, voltage)  # a command that fails may have been taken
        self._highest = max(self._highest, voltage)
        self.__output.set_voltage(voltage)
        self._lowest = self._highest = voltage

    def set_current_limit(self, current: Ampere) -> None:
        """Set the current limit [A], at most the ceiling of the bench file."""
        self.__output.set_current_limit(min(current, self._ceiling))
        self._is_limited = True

    def set_overvoltage_protection(self, voltage: Volt) -> None:
        """Arm the over-voltage protection at ``voltage`` [V]; raises SafetyTrip if it is too high.

        It must trip before the device is hurt: at 5 % above the absolute maximum at the latest.
        """
        most = max(_PROTECTION_REACH * self._envelope.maximum_voltage, self._floor())
        if not 0.0 <= voltage <= most:
            raise SafetyTrip(f"an over-voltage protection at {voltage:g} V protects nothing")
        self.__output.set_overvoltage_protection(voltage)

    def set_overcurrent_protection(self, current: Ampere) -> None:
        """Arm the over-current protection at ``current`` [A], at most the ceiling.

        A supply that cannot be armed as low as the ceiling is armed as low as it can.
        """
        least = self.__output.overcurrent_protection_floor()
        self.__output.set_overcurrent_protection(min(current, max(self._ceiling, least)))

    def overvoltage_protection_floor(self) -> Volt:
        """Return the lowest level of the over-voltage protection [V]."""
        return self._floor()

    def overcurrent_protection_floor(self) -> Ampere:
        """Return the lowest level of the over-current protection [A]."""
        return self.__output.overcurrent_protection_floor()

    def enable(self) -> None:
        """Switch the output on, at the ceiling of the bench file where no current limit was set.

        Raises SafetyTrip where the cover is open and must not be, and before a voltage was set.
        """
        if self._highest == inf:
            raise SafetyTrip(
                "the supply holds a voltage that an earlier program has left: set one first"
            )
        self._check_cover(self._highest)
        if not self._is_limited:
            self.set_current_limit(self._ceiling)
        self._may_be_on = True  # first: a command that fails half way may have switched it on
        self.__output.enable()
        self._is_on = True

    def disable(self) -> None:
        """Bring what drives a remote input to 0 V, then switch the output off."""
        self._quench()
        self._is_on = False
        self.__output.disable()
        self._may_be_on = False

    def is_tripped(self) -> bool:
        """Return whether a protection has switched the output off."""
        return self.__output.is_tripped()

    def clear_trip(self) -> None:
        """Release a tripped protection; leaves the output off."""
        self.__output.clear_trip()

    def _floor(self) -> Volt:
        return self.__output.overvoltage_protection_floor()
