"""States of the outputs at a temperature that the operator brings a climate chamber to."""

from bench.bench import Bench
from bench.procedure import Arguments
from bench.procedures import state
from bench.spec import OperatingPoint

measure = state.measure


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the operator and what states need."""
    return ("operator", *state.roles(arguments, point))


def prepare(bench: Bench, point: OperatingPoint, arguments: Arguments) -> None:
    """Have the chamber brought to ``temperature`` before the device has power."""
    del point
    bench.bring_chamber(str(arguments["temperature"]))
