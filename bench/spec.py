"""The specification as records: clauses, their tests, and the cases at the points of a grid."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from math import prod

from bench.discrepancy import Discrepancy, Document, Source
from bench.limit import Limit
from bench.operating_point import AxisValue, OperatingPoint
from instruments.units import Ampere, DegreeCelsius, Second

__all__ = [
    "Arguments",
    "Case",
    "Clause",
    "Device",
    "Document",
    "ProcedureSignature",
    "Rating",
    "Source",
    "Spec",
    "Test",
    "Verify",
]

Arguments = Mapping[str, str | tuple[str, ...]]
"""Keyword arguments of a procedure as the file writes them: text, or several texts."""


class Verify(StrEnum):
    """Where and how a clause can be verified."""

    BENCH = "bench"
    BENCH_WITH_BATTERY = "bench-with-battery"
    APP = "app"
    CHAMBER = "chamber"
    INSPECTION = "inspection"
    NOT_HERE = "not-here"
    GUARD = "guard"
    """Destructive on a real device: the bench refuses the stimulus."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """What one output may be asked for; ``clause`` is where the figure comes from."""

    current: Ampere
    short_circuit_protected: bool
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """The kind of device a spec speaks of: identity, terminals, and what must never reach it.

    ``absolute_maximum`` maps an axis to its greatest value in SI; ``forbidden`` names stimuli that
    destroy, such as ``short.LOAD``. An empty part number is one that no document prints.
    ``battery_link`` is how the battery speaks to the device: ``loop`` or ``bus``.
    ``temperatures`` are the least and the greatest that it may be brought to [degC], None where
    the file names none.
    """

    name: str
    variant: str
    part_number: str
    title: str
    terminals: tuple[str, ...]
    absolute_maximum: Mapping[str, float]
    ratings: Mapping[str, Rating]
    forbidden: tuple[str, ...]
    battery_link: str = "loop"
    temperatures: tuple[DegreeCelsius, DegreeCelsius] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureSignature:
    """What the spec file may ask of a procedure; procedures publish these, the loader checks.

    ``parameters`` maps each ``with`` key to its kind: ``terminal``, ``terminals``, the unit of
    a quantity, ``text``, or the words it may be. ``measurements`` maps a name to its unit, or for
    a nominal property to the words it may be (empty text: any); ``{parameter}`` in a name stands
    for each terminal that parameter names. ``axes`` are those beyond ``BASE_AXES``.
    ``terminals_from`` names the parameters whose terminals the ``load_current`` axis is drawn from.
    ``stimuli`` are what a device may forbid, in the same notation: ``short.{terminal}``.
    """

    name: str
    parameters: Mapping[str, str | tuple[str, ...]] = field(
        default_factory=dict[str, str | tuple[str, ...]]
    )
    required: tuple[str, ...] = ()
    axes: tuple[str, ...] = ()
    measurements: Mapping[str, str | tuple[str, ...]]
    terminals_from: tuple[str, ...] = ()
    stimuli: tuple[str, ...] = ()

    def terminals(self, arguments: Arguments, parameter: str) -> tuple[str, ...]:
        """Return the terminals that one argument names; none when it is absent."""
        value = arguments.get(parameter, ())
        return (value,) if isinstance(value, str) else value

    def produces(self, arguments: Arguments) -> dict[str, str | tuple[str, ...]]:
        """Return measurement name -> unit or words for these arguments."""
        return {
            name: unit
            for pattern, unit in self.measurements.items()
            for name in self._expand(pattern, arguments)
        }

    def stimulates(self, arguments: Arguments) -> tuple[str, ...]:
        """Return the names of the stimuli that a device may forbid."""
        return tuple(name for pattern in self.stimuli for name in self._expand(pattern, arguments))

    def _expand(self, pattern: str, arguments: Arguments) -> tuple[str, ...]:
        head, brace, rest = pattern.partition("{")
        if not brace:
            return (pattern,)
        parameter, _, tail = rest.partition("}")
        return tuple(f"{head}{name}{tail}" for name in self.terminals(arguments, parameter))


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """How one aspect of a clause is measured: a procedure over a grid, and its limits.

    ``arguments`` are the keyword arguments of the procedure (``with`` in the file), as text.
    The grid is every row times the product of ``axes``; ``base`` holds all other axes.
    """

    __test__ = False  # not a test class for pytest to collect

    name: str
    procedure: str
    arguments: Arguments
    base: OperatingPoint
    axes: Mapping[str, tuple[AxisValue, ...]]
    rows: tuple[Mapping[str, AxisValue], ...]
    settle: Second
    limits: Mapping[str, Limit]
    note: str = ""
    tags: tuple[str, ...] = ()

    def variations(self) -> Iterator[OperatingPoint]:
        """Yield what each point of the grid changes in ``base``."""
        for row in self.rows or ({},):
            for values in product(*self.axes.values()):
                yield OperatingPoint({**row, **dict(zip(self.axes, values, strict=True))})


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One testable statement of a document; without tests ``reason`` says why there are none."""

    id: str
    spec_id: str
    category: str
    title: str
    text: str
    figure: str
    verify: Verify
    sources: tuple[Source, ...]
    discrepancies: tuple[str, ...]
    tests: tuple[Test, ...]
    reason: str = ""

    @property
    def size(self) -> int:
        """Return the number of its cases."""
        return sum(
            prod(len(values) for values in test.axes.values()) * max(1, len(test.rows))
            for test in self.tests
        )

    def cases(self) -> "tuple[Case, ...]":
        """Return every test at every point of its grid, in the order of the file."""
        return tuple(
            Case(clause=self, test=test, point=test.base | varied, id=self._case_id(test, varied))
            for test in self.tests
            for varied in test.variations()
        )

    def _case_id(self, test: Test, varied: OperatingPoint) -> str:
        """Return an id that does not change when a grid grows or a default is reworded."""
        name = f".{test.name}" if test.name and len(self.tests) > 1 else ""
        point = f"[{varied}]" if varied else ""
        return f"{self.id}{name}{point}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Case:
    """A clause's test at one operating point; ``id`` is stable and names it everywhere."""

    clause: Clause
    test: Test
    point: OperatingPoint
    id: str

    def __repr__(self) -> str:
        """Return the id, which is what test runners print."""
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A device's specification; ``sha256`` is that of its file's text with newlines as LF."""

    id: str
    title: str
    device: Device
    documents: Mapping[str, Document]
    discrepancies: Mapping[str, Discrepancy]
    clauses: tuple[Clause, ...]
    sha256: str

    def cases(self) -> tuple[Case, ...]:
        """Return the cases of all clauses, in the order of the file."""
        return tuple(case for clause in self.clauses for case in clause.cases())
