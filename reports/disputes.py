"""The register of discrepancies as text for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

from bench.discrepancy import Discrepancy
from bench.errors import SpecError

_LABEL = 10
_WIDTH = 100


def overview(
    register: Mapping[str, Discrepancy], referring: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """Yield each entry with its severity, what is adopted and the clauses that refer to it."""
    for entry in register.values():
        yield f"{entry.id}  [{entry.severity}]  {entry.topic}"
        yield from _field("adopted", entry.adopted)
        yield from _field("clauses", ", ".join(referring.get(entry.id, ())) or "none")
    counts = dict.fromkeys("ABC", 0)
    for entry in register.values():
        counts[entry.severity] += 1
    yield ""
    yield (
        f"{len(register)} entries: {counts['A']} change a verdict or may destroy a device (A), "
        f"{counts['B']} a step or an expected value (B), {counts['C']} are wording (C)"
    )


def detail(
    register: Mapping[str, Discrepancy], referring: Mapping[str, Sequence[str]], name: str
) -> Iterator[str]:
    """Yield everything about one entry: readings, sources, reason; raises SpecError if unknown."""
    entry = register.get(name)
    if entry is None:
        raise SpecError(f"{name}: no such entry; 'bench discrepancies' lists all of them")
    yield f"{entry.id}  [{entry.severity}]  {entry.topic}"
    for reading in entry.readings:
        yield from _field("reading", reading.text)
        for source in reading.sources:
            yield from _field("", str(source))
    yield from _field("adopted", entry.adopted)
    yield from _field("why", entry.reason)
    yield from _field("hence", entry.consequence)
    yield from _field("clauses", ", ".join(referring.get(entry.id, ())) or "none")


def _field(label: str, text: str) -> Iterator[str]:
    """Yield a labelled text, wrapped behind its label."""
    for number, line in enumerate(wrap(text, _WIDTH - _LABEL - 2, break_on_hyphens=False)):
        yield f"  {label if number == 0 else '':<{_LABEL}}{line}"
