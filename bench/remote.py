"""The remote inputs: what an operating point wants of them, and driving one to a level."""

from collections.abc import Iterator

from bench.spec import OperatingPoint
from instruments.clock import Clock
from instruments.daq import AnalogOutput
from instruments.multimeter import Multimeter
from instruments.units import Second, Volt

INPUTS = (("remote_l", "REMOTE_L"), ("remote_h", "REMOTE_H"))
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
