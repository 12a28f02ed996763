"""Whether LEDs are lit, dark or blinking, from a photodiode stream."""

from collections.abc import Iterator
from typing import cast

from bench.bench import Bench
from bench.measurement import Contribution, Measurement
from bench.procedure import Arguments, measurement, terminals
from bench.procedures.streams import streaming
from bench.quantity import parse_as
from bench.spec import OperatingPoint
from instruments.multimeter import Multimeter
from instruments.units import Hertz, Second, Volt

RATE: Hertz = 100.0
"""At least 50 Hz: the documents do not state a blink rate."""

WORDS = ("LIT", "DARK", "BLINKING")
KINDS: dict[str, str | tuple[str, ...]] = {"led": WORDS, "light": "V"}
"""What is measured of each LED, and in which unit."""

_THRESHOLD: Volt = 1.0
_STEADY = 0.98


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the photodiodes."""
    del point
    return tuple(f"light.{name}" for name in terminals(arguments, "leds"))


def measure(bench: Bench, point: OperatingPoint, arguments: Arguments) -> Iterator[Measurement]:
    """Yield the state of each LED over ``duration`` and its mean light [V at the photodiode]."""
    del point
    duration = parse_as(cast("str", arguments.get("duration", "2 s")), "s")
    yield from states(bench, terminals(arguments, "leds"), duration)


def states(
    bench: Bench, names: tuple[str, ...], duration: Second, *, suffix: str = ""
) -> Iterator[Measurement]:
    """Yield the state of each LED over ``duration`` [s]; ``suffix`` goes behind ``led``."""
    with streaming(bench, [f"light.{name}" for name in names], RATE) as stream:
        stream.wait(duration)
    for name in names:
        role = f"light.{name}"
        samples = stream.waves[role].samples
        lit = float((samples > _THRESHOLD).mean())
        state = "LIT" if lit >= _STEADY else "DARK" if lit <= 1.0 - _STEADY else "BLINKING"
        mean = float(samples.mean())
        yield measurement(bench, f"led{suffix}.{name}", state, source=role)
        if suffix:
            continue
        yield measurement(
            bench,
            f"light.{name}",
            mean,
            "V",
            Contribution(
                name=f"reading of {role}",
                standard_uncertainty=bench.role(Multimeter, role).uncertainty(mean),
                basis="declared accuracy of the instrument",
            ),
            source=role,
        )
