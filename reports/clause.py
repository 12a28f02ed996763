"""What a report needs to know of a clause, kept in the header of the run it was used in."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from bench.spec import Clause, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptedReading:
    """What was adopted where the documents disagree, and why."""

    id: str
    severity: str
    topic: str
    adopted: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseEntry:
    """One clause as a report shows it; ``planned`` counts the cases of its grid."""

    id: str
    spec_id: str
    category: str
    title: str
    text: str
    figure: str
    verify: str
    reason: str
    planned: int
    sources: tuple[str, ...]
    readings: tuple[AdoptedReading, ...]


def entries(spec: Spec) -> tuple[ClauseEntry, ...]:
    """Return an entry for every clause of ``spec``, in the order of its file."""
    return tuple(_entry(spec, clause) for clause in spec.clauses)


def dump(clauses: Iterable[ClauseEntry]) -> list[dict[str, Any]]:
    """Return the entries as JSON data."""
    return [asdict(clause) for clause in clauses]


def load(data: Iterable[Mapping[str, Any]]) -> tuple[ClauseEntry, ...]:
    """Return the entries that ``dump`` turned into ``data``."""
    return tuple(_load(entry) for entry in data)


def _entry(spec: Spec, clause: Clause) -> ClauseEntry:
    readings = (spec.discrepancies[name] for name in clause.discrepancies)
    return ClauseEntry(
        id=clause.id,
        spec_id=clause.spec_id,
        category=clause.category,
        title=clause.title,
        text=clause.text,
        figure=clause.figure,
        verify=clause.verify.value,
        reason=clause.reason,
        planned=clause.size,
        sources=tuple(str(source) for source in clause.sources),
        readings=tuple(
            AdoptedReading(
                id=entry.id,
                severity=entry.severity,
                topic=entry.topic,
                adopted=entry.adopted,
                reason=entry.reason,
            )
            for entry in readings
        ),
    )


def _load(data: Mapping[str, Any]) -> ClauseEntry:
    plain = {field.name: data[field.name] for field in fields(ClauseEntry)}
    plain["sources"] = tuple(data["sources"])
    plain["readings"] = tuple(AdoptedReading(**reading) for reading in data["readings"])
    return ClauseEntry(**plain)
