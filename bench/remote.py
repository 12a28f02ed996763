"""The remote inputs: what an operating point wants of them, and driving one to a level."""

from collections.abc import Iterator

from bench.operating_point import OperatingPoint
from instruments.clock import Clock
from instruments.daq import AnalogOutput
from instruments.errors import Exchange, OutOfRange
from instruments.multimeter import Multimeter
from instruments.units import Second, Volt

INPUTS = (("remote_l", "REMOTE_L"), ("remote_h", "REMOTE_H"))
_NEAR = 0.2  # of Vbat; a unit may draw current through a contact, an open lead is further off
_AT_MINUS: Volt = 1.0  # that is what 1 mA leaves across the resistor of the contact
_REACHED: Volt = 0.25  # what a DAC drives is corrected until it is there
_TURNS = 4  # of correcting the set point; the source impedance is nearly linear


def contacts(point: OperatingPoint) -> Iterator[str]:
    """Yield the roles of the contacts that bring the remote inputs to ``point``."""
    if point.link_closed:
        yield "remote_link"
    for axis, terminal in INPUTS:
        match point[axis]:
            case "open":
                continue
            case "vbat":
                way = "plus"
            case "vbat/2":
                way = "half"
                yield "half_divider"
            case 0.0:
                way = "minus"
            case _:
                way = "dac"
        yield f"remote.{terminal}.{way}"


def levels(point: OperatingPoint) -> Iterator[tuple[str, Volt]]:
    """Yield each terminal that a DAC drives at ``point``, with its level [V]."""
    for axis, terminal in INPUTS:
        level = point[axis]
        if isinstance(level, float) and level != 0.0:
            yield terminal, level


def switched_levels(point: OperatingPoint) -> Iterator[tuple[str, Volt]]:
    """Yield each terminal that a contact brings to a level at ``point``, with that level [V].

    While the link ties both inputs together neither has a level of its own.
    """
    if point.link_closed:
        return
    parts = {"vbat": 1.0, "vbat/2": 0.5, 0.0: 0.0}
    for axis, terminal in INPUTS:
        part = parts.get(point[axis])
        if part is not None:
            yield terminal, part * point.vbat


def confirm(point: OperatingPoint, terminal: str, measured: Volt, level: Volt) -> None:
    """Raise OutOfRange where ``measured`` [V] is not the level that was brought about [V]."""
    if (terminal, level) in levels(point):
        near = _REACHED
    else:
        near = _NEAR * point.vbat if level else min(_AT_MINUS, _NEAR * point.vbat)
    if abs(measured - level) > near:
        raise OutOfRange(
            f"{terminal} is at {measured:.3g} V instead of {level:.3g} V: a lead or a contact of "
            "the bench is open",
            Exchange(role=f"remote_voltage.{terminal}"),
        )


def drive(
    source: AnalogOutput,
    meter: Multimeter,
    level: Volt,
    *,
    within: Volt,
    clock: Clock,
    wait: Second,
) -> Volt:
    """Bring what ``source`` drives to ``level`` [V] and return the measured level [V].

    The set point is corrected by what is measured at the pin, because the source impedance and
    the device's own input network shift it. ``wait`` [s] passes between setting and measuring.
    """
    low, high = source.span()
    setting = measured = level
    for _ in range(_TURNS):
        setting = min(max(setting, low), high)
        source.set_voltage(setting)
        clock.sleep(wait)
        measured = meter.measure()
        if abs(measured - level) <= within or setting in (low, high):
            break
        setting += level - measured
    return measured
