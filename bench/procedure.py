"""What a procedure is: how a quantity is measured, what it needs, what it applies itself."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from bench.bench import Bench
from bench.measurement import Contribution, Evidence, Measurement
from bench.operating_point import OperatingPoint
from bench.photo import Photo
from bench.spec import ProcedureSignature, Verify
from bench.uncertainty import combine

Arguments = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """A way to measure. It returns measurements and never judges.

    ``measure`` is called as ``measure(bench, point, arguments)``. ``roles`` tells which roles it
    needs beyond those that bring the device to its point. ``owns`` are the axes that it applies
    itself, ``conditions`` the battery conditions that it signals beyond that of the point.

    ``fits`` tells which controlled devices are to be at which outputs; at all others, and without
    it, there are none.

    ``prepare`` is called before the device is powered, for what has to be fitted or heated first;
    ``finish`` when the bench is safe again, also after an error, but not after an interruption and
    not where the bench could not be made safe: nobody is to touch it then. Where ``powered`` is
    false nothing is applied at all. ``assisted``: it keeps a person busy for clauses of this kind,
    so it runs only when somebody says that a person is there.
    """

    signature: ProcedureSignature
    measure: Callable[[Bench, OperatingPoint, Arguments], Iterator[Measurement]]
    roles: Callable[[Arguments, OperatingPoint], tuple[str, ...]]
    owns: frozenset[str] = field(default_factory=frozenset[str])
    conditions: Callable[[Arguments], tuple[str, ...]] | None = None
    fits: Callable[[Arguments], Mapping[str, str]] | None = None
    prepare: Callable[[Bench, OperatingPoint, Arguments], None] | None = None
    finish: Callable[[Bench, OperatingPoint, Arguments], None] | None = None
    powered: bool = True
    assisted: Verify | None = None


def terminals(arguments: Arguments, key: str) -> tuple[str, ...]:
    """Return the terminals under ``key`` of a procedure's arguments; none when absent."""
    value = arguments.get(key, ())
    return (value,) if isinstance(value, str) else value


def terminal(arguments: Arguments, key: str = "terminal") -> str:
    """Return the one terminal under ``key`` of a procedure's arguments."""
    (name,) = terminals(arguments, key)
    return name


def measurement(
    bench: Bench,
    name: str,
    value: float | str,
    unit: str = "",
    *budget: Contribution,
    source: str,
    evidence: tuple[Evidence, ...] = (),
    photos: tuple[Photo, ...] = (),
) -> Measurement:
    """Return a measurement whose uncertainty combines ``budget``, uncorrelated."""
    return Measurement(
        name=name,
        value=value,
        unit=unit,
        uncertainty=combine(*budget)[0],
        elapsed=bench.clock.now(),
        source=source,
        budget=budget,
        evidence=evidence,
        photos=photos,
    )
