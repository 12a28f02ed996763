"""Current that the device itself draws from BAT+."""

from collections.abc import Iterator
from typing import cast

from bench.bench import Bench
from bench.measurement import Contribution, Evidence, Measurement
from bench.procedure import Arguments, measurement
from bench.procedures.readings import (
    battery_voltage,
    conductance,
    divider_conductance,
    level_of,
    read,
)
from bench.quantity import parse_as
from bench.spec import OperatingPoint
from bench.uncertainty import type_a
from instruments.multimeter import Multimeter
from instruments.units import Ampere, Second

_INRUSH: Second = 1.0
_SAMPLE: Second = 0.5


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the current input; its bypass comes with it where it has a terminal of its own."""
    del arguments, point
    return ("supply_current",)


def measure(bench: Bench, point: OperatingPoint, arguments: Arguments) -> Iterator[Measurement]:
    """Yield mean, least and greatest supply current [A] over ``duration``.

    The figure of the documents excludes output current, so what the fixture's dividers take
    from BAT+ and from outputs that are high is subtracted.
    """
    del point
    duration = parse_as(cast("str", arguments.get("duration", "10 s")), "s")
    meter = bench.role(Multimeter, "supply_current")
    fixture = _fixture_current(bench)
    bypass = ("bypass",) if bench.has("bypass") else ()
    bench.switch(release=bypass)
    try:
        bench.clock.sleep(_INRUSH)
        wave = meter.record(duration, _SAMPLE)
    finally:
        bench.switch(close=bypass)
    samples = wave.samples - fixture
    mean = float(samples.mean())
    lines = (
        Contribution(
            name="reading of supply_current",
            standard_uncertainty=meter.uncertainty(mean),
            basis="declared accuracy of the instrument",
        ),
        type_a("repeatability of the mean", samples.tolist()),
        Contribution(
            name="current into the dividers",
            standard_uncertainty=1e-3 * fixture / 3.0**0.5,
            basis="tolerance of the dividers",
        ),
    )
    evidence = Evidence(
        name="Supply current",
        abscissa="time",
        abscissa_unit="s",
        ordinate_unit="A",
        x=wave.times() - wave.start,
        columns={"supply_current": samples},
        levels={"mean": mean},
    )
    yield measurement(
        bench, "supply_current", mean, "A", *lines, source="supply_current", evidence=(evidence,)
    )
    for name, value in (("low", samples.min()), ("high", samples.max())):
        yield measurement(
            bench, f"supply_current_{name}", float(value), "A", *lines[:1], source="supply_current"
        )


def _fixture_current(bench: Bench) -> Ampere:
    """Return what the dividers draw from BAT+ and from the outputs [A].

    The meter that reads an output feeds it through its own input resistance; that part is gone
    while the supply current is measured.
    """
    vbat = battery_voltage(bench)
    total = vbat.value * divider_conductance(bench, "BAT+")
    for name in bench.device.ratings:
        divider = divider_conductance(bench, name)
        if divider > 0.0 and bench.has(f"drop.{name}"):
            drop = read(bench, f"drop.{name}")
            fed = drop.value * conductance(drop.input_resistance)
            total += level_of(vbat, drop) * divider - fed
    return total
