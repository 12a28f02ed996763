"""What a unit does at a temperature that the operator brings a climate chamber to."""

from collections.abc import Iterator

from bench.bench import Bench
from bench.measurement import Measurement
from bench.operating_point import OperatingPoint
from bench.procedure import Arguments, terminals
from bench.procedures import leds, prealarm, state, telemetry


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the operator and what states and LEDs need."""
    return ("operator", *state.roles(arguments, point), *leds.roles(arguments, point))


def sequence_roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the operator and what a sequence needs."""
    return ("operator", *prealarm.roles(arguments, point))


def readout_roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the operator and the receiver."""
    return ("operator", *telemetry.hearing_roles(arguments, point))


def prepare(bench: Bench, point: OperatingPoint, arguments: Arguments) -> None:
    """Have the chamber brought to ``temperature`` before the device has power."""
    del point
    bench.bring_chamber(str(arguments["temperature"]))


def measure(bench: Bench, point: OperatingPoint, arguments: Arguments) -> Iterator[Measurement]:
    """Yield the states of ``terminals`` and of ``leds``."""
    yield from state.measure(bench, point, arguments)
    if terminals(arguments, "leds"):
        yield from leds.measure(bench, point, arguments)
