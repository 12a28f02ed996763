"""Whether LEDs are lit, dark or blinking, from a photodiode stream."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from bench.bench import Bench
from bench.measurement import Contribution, Measurement
from bench.operating_point import OperatingPoint
from bench.procedure import Arguments, measurement, terminals
from bench.procedures.streams import curves, streaming
from bench.quantity import parse_as
from instruments.multimeter import Multimeter
from instruments.units import Hertz, Second, Volt
from instruments.waveform import Waveform

if TYPE_CHECKING:
    import numpy

RATE: Hertz = 1111.0
"""No round figure: pulses that dim an LED, of 100 Hz to 1 kHz as a rule, must not beat with it."""

WORDS = ("LIT", "DARK", "BLINKING")
KINDS: dict[str, str | tuple[str, ...]] = {"led": WORDS, "light": "V"}
"""What is measured of each LED, and in which unit."""

_THRESHOLD: Volt = 1.0
_SEEN: Second = (
    0.025  # dark for less, again and again, is dimmed to an eye; no blink rate is stated
)
_FLASH: Second = 0.004  # light for less is taken for a disturbance of the photodiode


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
    words = {name: seen(stream.waves[f"light.{name}"]) for name in names}
    blinks = "BLINKING" in words.values()  # a level that never changes needs no picture
    evidence = (curves("Light of the LEDs", stream, {}),) if blinks else ()
    for name, word in words.items():
        role = f"light.{name}"
        mean = float(stream.waves[role].samples.mean())
        yield measurement(bench, f"led{suffix}.{name}", word, source=role, evidence=evidence)
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


def seen(wave: Waveform) -> str:
    """Return what an eye sees of an LED: one of `WORDS`.

    Each dark while that can be seen counts, and each flash. An LED that is dimmed by fast pulses is
    lit.
    """
    import numpy

    lit = wave.samples > _THRESHOLD
    bounds = numpy.flatnonzero(numpy.diff(lit, prepend=not lit[0], append=not lit[-1]))
    lengths = numpy.diff(bounds) * wave.interval
    is_dark = ~lit[bounds[:-1]] & (lengths >= _SEEN)
    if not is_dark.any():
        return "LIT" if lit.any() else "DARK"
    return "BLINKING" if _longest_light(bounds, is_dark) * wave.interval >= _FLASH else "DARK"


def _longest_light(
    bounds: "numpy.typing.NDArray[numpy.intp]", is_dark: "numpy.typing.NDArray[numpy.bool_]"
) -> int:
    """Return the number of samples between two dark whiles, or beside one, at the most."""
    import numpy

    starts, ends = bounds[:-1][is_dark], bounds[1:][is_dark]
    return int(numpy.max(numpy.append(starts, bounds[-1]) - numpy.insert(ends, 0, bounds[0])))
