"""Whether a bench will be able to decide, as a table for people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isinf

from bench.foreseen import Capable, Foreseen, Rehearsal
from bench.limit import GOOD_CAPABILITY, LEAST_CAPABILITY, Limit
from bench.quantity import show_quantity
from bench.spec import Case
from bench.uncertainty import round_up
from reports.wording import Scale

_WORDS = {Capable.YES: "yes", Capable.MARGINAL: "marginal", Capable.NO: "NO"}
_ORDER = (Capable.NO, Capable.MARGINAL, Capable.YES)
_LEGEND = (
    "U     expanded uncertainty (k = 2) of the quantity at the case where it is most harmful",
    "Cm    width of the limit / 2U: how much room U leaves; one limit counts from zero",
    f"yes       Cm of {GOOD_CAPABILITY:g} or more: a value is decided unless it is close to "
    "the limit",
    "marginal  Cm below that: many values are too close, CONDITIONAL PASS or CONDITIONAL FAIL",
    f"NO        Cm of {LEAST_CAPABILITY:g} or less: never a PASS; INCONCLUSIVE, or FAIL where "
    "far outside",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One judged quantity of one test over all its points; ``worst`` is where U harms most."""

    test: str
    quantity: str
    at: str
    worst: Foreseen
    incapable: int
    cases: int


def rows(cases: Sequence[Case], foreseen: Mapping[str, Sequence[Foreseen]]) -> list[Row]:
    """Return a row for each judged quantity of each test, those that cannot be decided first."""
    grouped: dict[tuple[str, str], list[tuple[Case, Foreseen]]] = {}
    for case in cases:
        for one in foreseen.get(case.id, ()):
            grouped.setdefault((_test(case), one.quantity), []).append((case, one))
    found = [_row(test, quantity, group) for (test, quantity), group in grouped.items()]
    return sorted(found, key=lambda row: _ORDER.index(row.worst.capable))


def word(ones: Sequence[Foreseen]) -> str:
    """Return whether one case can be decided, by its worst quantity; a dash for words only."""
    capable = {one.capable for one in ones}
    return next((_WORDS[kind] for kind in _ORDER if kind in capable), "-")


def table(cases: Sequence[Case], rehearsal: Rehearsal) -> Iterator[str]:
    """Yield the lines of the table; none where no number is judged."""
    found = rows(cases, rehearsal.foreseen)
    if not found and not rehearsal.unknown:
        return
    yield "Can this bench decide? From its wiring and the declared accuracies, nothing measured:"
    yield ""
    if found:
        yield from _aligned([_HEAD, *(_cells(row) for row in found)])
        yield ""
        yield from _LEGEND
    incapable = sum(word(ones) == _WORDS[Capable.NO] for ones in rehearsal.foreseen.values())
    total = len(cases)
    yield ""
    if incapable:
        yield (
            f"{incapable} of {total} cases cannot be decided on this bench. They will end as "
            "INCONCLUSIVE, so the run will not pass."
        )
    elif found and not rehearsal.unknown:
        yield "Every case that judges a number can be decided on this bench."
    for why in dict.fromkeys(rehearsal.unknown.values()):
        concerned = [name for name, said in rehearsal.unknown.items() if said == why]
        yield f"Not foreseen for {len(concerned)} cases, {concerned[0]} first: {why}"


_HEAD = ("test", "quantity", "limit", "U", "at", "Cm", "capable")


def _row(test: str, quantity: str, group: list[tuple[Case, Foreseen]]) -> Row:
    case, worst = min(group, key=lambda pair: (pair[1].index, -pair[1].expanded))
    return Row(
        test=test,
        quantity=quantity,
        at=case.id.partition("[")[2].rstrip("]"),
        worst=worst,
        incapable=sum(one.capable is Capable.NO for _, one in group),
        cases=len(group),
    )


def _cells(row: Row) -> tuple[str, ...]:
    one = row.worst
    scale = Scale(one.check.measurement, one.limit)
    cm = "-" if isinf(one.index) else f"{one.index:.2g}" if one.index < 100 else "> 100"
    capable = _WORDS[one.capable]
    if one.capable is Capable.NO and row.incapable < row.cases:
        capable += f", at {row.incapable} of {row.cases} points"
    if one.index < 100:  # comparable at a glance; a tiny U gets a prefix of its own
        spread = f"{scale.spread(one.expanded)} {scale.unit}"
    else:
        spread = show_quantity(round_up(one.expanded), one.check.measurement.unit)
    return row.test, row.quantity, _limit(one.limit, scale), spread, row.at, cm, capable


def _limit(limit: Limit, scale: Scale) -> str:
    if limit.low is None and limit.high is not None:
        return f"at most {scale.exact(limit.high)} {scale.unit}"
    if limit.high is None and limit.low is not None:
        return f"at least {scale.exact(limit.low)} {scale.unit}"
    ends = (scale.exact(end) for end in (limit.low, limit.high) if end is not None)
    return f"{' to '.join(ends)} {scale.unit}"


def _test(case: Case) -> str:
    return f"{case.clause.id}.{case.test.name}" if case.test.name else case.clause.id


def _aligned(lines: Sequence[Sequence[str]]) -> Iterator[str]:
    wide = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (text.ljust(width) for text, width in zip(line, wide, strict=True))
        yield "  ".join(cells).rstrip()
