"""What a unit makes of a condition of its battery, and how it recovers."""

from collections.abc import Iterator
from typing import cast

from bench.bench import Bench
from bench.measurement import Measurement
from bench.operating_point import OperatingPoint
from bench.procedure import Arguments, measurement, terminals
from bench.procedures import battery, leds, said, state
from bench.procedures.rehearsal import Rehearsal
from bench.quantity import parse_as
from instruments.units import Second

WATCH = "6 s"
"""No document states a blink rate: three periods of the slowest that is expected."""

_WAIT = "5 s"
_RELEASE: Second = 5.0


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return what is looked at and who listens."""
    lights = tuple(f"light.{name}" for name in terminals(arguments, "leds_after"))
    looked = (*state.roles(arguments, point), *leds.roles(arguments, point), *lights)
    listens = (said.ROLES["telemetry"],) if "listens" in arguments else ()
    return (*looked, *said.roles(arguments), *listens)


def measure(bench: Bench, point: OperatingPoint, arguments: Arguments) -> Iterator[Measurement]:
    """Yield outputs, LEDs and what the unit says under the condition, then once it is over.

    What the battery signals ``already`` comes before and is left then; else it is healthy.
    """
    wait = parse_as(cast("str", arguments.get("wait", _WAIT)), "s")
    (rest,) = battery.conditions(arguments) or ("healthy",)
    if rest != "healthy":
        bench.battery.signal(rest)
        bench.clock.sleep(wait)
    rehearsal = Rehearsal(bench, terminals(arguments, "terminals"))
    for _ in range(int(str(arguments.get("cycles", battery.CYCLES[0]))) - 1):
        bench.battery.signal(point.battery)
        bench.clock.sleep(wait)
        rehearsal.look()
        bench.battery.signal(rest)
        bench.clock.sleep(_RELEASE)
        rehearsal.look("_after")
    bench.battery.signal(point.battery)
    if "listens" in arguments:
        heard = said.codes_during(bench, wait)
        yield measurement(bench, "codes_heard", heard, source=said.ROLES["telemetry"])
    else:
        bench.clock.sleep(wait)
    yield from rehearsal.heard(look(bench, point, arguments))
    bench.battery.signal(rest)
    bench.clock.sleep(_RELEASE)
    yield from rehearsal.heard(look_after(bench, arguments))
    yield from rehearsal.exceptions()


def look(bench: Bench, point: OperatingPoint, arguments: Arguments) -> Iterator[Measurement]:
    """Yield the states of ``terminals`` and ``leds``, and what the unit says of itself."""
    if names := terminals(arguments, "terminals"):
        yield from state.states(bench, names)
    if terminals(arguments, "leds"):
        yield from leds.measure(bench, point, {"duration": WATCH, **arguments})
    yield from said.said(bench, said.way(arguments))


def look_after(bench: Bench, arguments: Arguments) -> Iterator[Measurement]:
    """Yield states of ``terminals`` and ``leds_after``, and what the unit says, when it is over."""
    if names := terminals(arguments, "terminals"):
        yield from state.states(bench, names, suffix="_after")
    if names := terminals(arguments, "leds_after"):
        yield from leds.states(bench, names, parse_as(WATCH, "s"), suffix="_after")
    yield from said.said(bench, said.way(arguments), suffix="_after")
