"""What the outputs do at every battery voltage of the range, not at the points of a grid alone.

A grid sees what is wrong at its points. What goes wrong in a band between two of them shows while
the unit stays on and the supply goes through the range in steps that are smaller than such a band.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.bench import Bench
from bench.measurement import Contribution, Evidence, Measurement
from bench.operating_point import OperatingPoint
from bench.procedure import Arguments, measurement, terminals
from bench.procedures.loading import STRONG
from bench.procedures.readings import (
    Reading,
    battery_voltage,
    conductance,
    divider_conductance,
    read,
    resistor_line,
)
from bench.quantity import parse_as
from instruments.supply import SupplyOutput
from instruments.units import Ampere, Second, Volt

_STEP = "1.5 V"
_LOWEST = "8 V"
_DWELL: Second = 0.3
"""No document states a reaction time; what takes longer to follow is not seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """The drop of one output at one level of the supply [V]."""

    level: Volt
    drop: Reading


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the meters of all outputs and the pulls of those that get one."""
    del point
    names = (*terminals(arguments, "high"), *terminals(arguments, "idle"))
    return tuple(f"{kind}.{name}" for name in names for kind in ("drop", "pull_down"))


def measure(bench: Bench, point: OperatingPoint, arguments: Arguments) -> Iterator[Measurement]:
    """Yield the greatest drop of outputs in ``high`` [V] and leakage of those in ``idle`` [A].

    The supply goes from the point's voltage to ``lowest`` in steps of ``step``. An output that is
    to be high has its light load, one that is to float is pulled down. Raises OutOfRange where
    the supply does not follow.
    """
    high, idle = terminals(arguments, "high"), terminals(arguments, "idle")
    ratings = bench.device.ratings
    strong = tuple(name for name in high if ratings[name].current >= STRONG)
    pulls = tuple(f"pull_down.{name}" for name in (*strong, *idle))
    supply = bench.role(SupplyOutput, "supply")
    courses: Mapping[str, list[_Look]] = {name: [] for name in (*high, *idle)}
    bench.switch(close=pulls)
    for level in _levels(point.vbat, arguments):
        supply.set_voltage(level)
        bench.clock.sleep(_DWELL)
        for name, course in courses.items():
            course.append(_Look(level=level, drop=read(bench, f"drop.{name}")))
    battery_voltage(bench)  # which raises where the supply has not followed
    bench.switch(release=pulls)
    evidence = (_evidence(courses),)
    for name in high:
        worst = max((look.drop for look in courses[name]), key=lambda drop: drop.value)
        yield measurement(
            bench,
            f"drop.{name}",
            worst.value,
            "V",
            worst.line(),
            source=worst.role,
            evidence=evidence,
        )
    for name in idle:
        yield _greatest(bench, name, courses[name], evidence)


def _levels(start: Volt, arguments: Arguments) -> Iterator[Volt]:
    """Yield the levels from ``start`` down to the lowest, which is one of them [V]."""
    lowest = parse_as(str(arguments.get("lowest", _LOWEST)), "V")
    step = parse_as(str(arguments.get("step", _STEP)), "V")
    level = start
    while level > lowest:
        yield level
        level -= step
    yield lowest


def _greatest(
    bench: Bench, name: str, course: Sequence[_Look], evidence: tuple[Evidence, ...]
) -> Measurement:
    """Return the greatest current that an output feeds into its pull-down [A].

    Its uncertainty is that at the highest level, where it is greatest: noise decides which one of
    many that are alike is the greatest current.
    """
    highest = course[0]
    worst = max(course, key=lambda look: abs(_fed(bench, name, look)))
    row = bench.file.wiring[f"pull_down.{name}"]
    through = conductance(row.series)
    u = bench.role(SupplyOutput, "supply").voltage_uncertainty(highest.level)
    return measurement(
        bench,
        f"leakage.{name}",
        _fed(bench, name, worst),
        "A",
        highest.drop.line(through),
        Contribution(
            name="voltage of the supply",
            standard_uncertainty=u,
            sensitivity=through,
            basis="declared accuracy of the supply",
        ),
        resistor_line(row.role, (worst.level - worst.drop.value) * through, row.tolerance),
        source=f"{row.role}, {worst.drop.role}",
        evidence=evidence,
    )


def _fed(bench: Bench, name: str, look: _Look) -> Ampere:
    """Return what an output feeds into its pull-down, without what the meter feeds [A]."""
    pull = conductance(bench.file.wiring[f"pull_down.{name}"].series)
    to_minus = divider_conductance(bench, name) + pull
    by_meter = look.drop.value * conductance(look.drop.input_resistance)
    return (look.level - look.drop.value) * to_minus - by_meter


def _evidence(courses: Mapping[str, Sequence[_Look]]) -> Evidence:
    import numpy

    first = next(iter(courses.values()))
    return Evidence(
        name="Drop over the battery voltage",
        abscissa="battery voltage",
        abscissa_unit="V",
        ordinate_unit="V",
        x=numpy.array([look.level for look in first]),
        columns={
            f"drop.{name}": numpy.array([look.drop.value for look in course])
            for name, course in courses.items()
        },
    )
