"""Bringing the supply to a voltage, its protections first."""

from instruments.clock import Clock
from instruments.errors import Exchange, OutOfRange
from instruments.supply import SupplyOutput
from instruments.units import Ampere, Second, Volt

_TIMEOUT: Second = 5.0
_POLL: Second = 0.05
_HEADROOM: Volt = 0.5
_UNPOWERED: Second = 5.0
_FORGOTTEN: Volt = 1.0


def power_up(
    supply: SupplyOutput, vbat: Volt, *, maximum: Volt, ceiling: Ampere, clock: Clock
) -> None:
    """Power the device with ``vbat`` [V]: over-voltage and over-current protection, then the rest.

    The supply stays below ``maximum`` [V] by its own uncertainty. Its current limit is ``ceiling``
    [A], and its over-current protection is armed there or as low as it can be. Raises OutOfRange
    when the voltage does not come, and InstrumentError.
    """
    error = 2.0 * supply.voltage_uncertainty(vbat)
    target = min(vbat, maximum - error)
    protect(supply, target)
    supply.set_overcurrent_protection(max(ceiling, supply.overcurrent_protection_floor()))
    supply.set_voltage(target)
    supply.set_current_limit(ceiling)
    supply.enable()
    _await(supply, target, 2.0 * error + 0.02, clock)


def protect(supply: SupplyOutput, vbat: Volt) -> None:
    """Arm the over-voltage protection as near above ``vbat`` [V] as the supply allows."""
    error = 2.0 * supply.voltage_uncertainty(vbat)
    protection = vbat + max(_HEADROOM, 0.01 * vbat) + error
    supply.set_overvoltage_protection(max(protection, supply.overvoltage_protection_floor()))


def move(supply: SupplyOutput, vbat: Volt, clock: Clock) -> None:
    """Bring a supply that is on, and protected above it, to ``vbat`` [V]; raises OutOfRange."""
    supply.set_voltage(vbat)
    _await(supply, vbat, 2.0 * supply.voltage_uncertainty(vbat) + 0.02, clock)


def power_down(supply: SupplyOutput, clock: Clock) -> None:
    """Take the power away for long enough to be forgotten.

    Raises OutOfRange when the voltage does not go: the unit has not been without power then.
    """
    supply.disable()
    clock.sleep(_UNPOWERED)
    deadline = clock.now() + _TIMEOUT
    while (left := supply.voltage()) > _FORGOTTEN:
        if clock.now() > deadline:
            raise OutOfRange(
                f"the supply is off and still carries {left:.3g} V: switch its bleeder on",
                Exchange(role="supply"),
            )
        clock.sleep(_POLL)


def power_cycle(supply: SupplyOutput, clock: Clock) -> Second:
    """Take the power away for long enough to be forgotten, and return when it came back [s]."""
    power_down(supply, clock)
    supply.enable()
    return clock.now()


def _await(supply: SupplyOutput, target: Volt, within: Volt, clock: Clock) -> None:
    deadline = clock.now() + _TIMEOUT
    while abs((measured := supply.voltage()) - target) > within:
        if clock.now() > deadline:
            tripped = (
                "; its protection has tripped: find out why, then release it at the supply"
                if supply.is_tripped()
                else ""
            )
            raise OutOfRange(
                f"the supply stays at {measured:.3g} V instead of {target:.3g} V{tripped}",
                Exchange(role="supply"),
            )
        clock.sleep(_POLL)
