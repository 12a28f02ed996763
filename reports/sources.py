"""Whether the documents still say what the specifications cite from them.

A citation is a quote on a line of a document's text, and a SHA-256 ties it to one exact text. With
a new revision at hand this tells which quotes moved, which are gone, and which clauses that
touches. Documents are read where they lie and copied nowhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from bench.discrepancy import Discrepancy, Document, Source
from bench.errors import SpecError
from bench.spec import Spec

_SHOWN = 3
"""A quote that now stands on many lines is told with those nearest to where it stood."""


class State(StrEnum):
    """What became of a quote."""

    STANDS = "stands"
    MOVED = "moved"
    CHANGED = "changed"
    NOT_CHECKED = "not checked"


_TOUCHED = {
    State.MOVED: "clauses with other line numbers",
    State.CHANGED: "clauses to read again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A source with the clauses and register entries that cite it."""

    source: Source
    cited_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What became of one citation; ``lines`` are where a moved quote stands now, nearest first."""

    citation: Citation
    state: State
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentCheck:
    """What became of all citations of a document; ``path`` is None when it was not given."""

    document: Document
    path: Path | None
    digest: str
    findings: tuple[Finding, ...]

    @property
    def is_the_same(self) -> bool:
        """Return whether the text is the very one that was read."""
        return self.digest == self.document.sha256

    @property
    def is_clean(self) -> bool:
        """Return whether the text is the one that was read and every quote stands."""
        return self.is_the_same and all(f.state is State.STANDS for f in self.findings)

    def count(self, state: State) -> int:
        """Return how many citations are in ``state``."""
        return sum(finding.state is state for finding in self.findings)


def verify_sources(
    folder: Path, specs: Sequence[Spec], register: Mapping[str, Discrepancy]
) -> tuple[DocumentCheck, ...]:
    """Hold every citation of the specifications and the register against the texts in ``folder``.

    A document is found by its file name or, under another name, by its SHA-256. Raises SpecError
    when the folder is missing or a text is not UTF-8.
    """
    if not folder.is_dir():
        raise SpecError(f"{folder}: there is no such folder; give the folder of the documents")
    documents = {key: document for spec in specs for key, document in spec.documents.items()}
    citations = _citations(specs, register)
    return tuple(
        _checked(document, folder, [c for c in citations if c.source.key == key])
        for key, document in documents.items()
    )


def touched(
    checks: Sequence[DocumentCheck], referring: Mapping[str, Sequence[str]], state: State
) -> tuple[str, ...]:
    """Return the clauses with a source of their own, or of an entry they refer to, in ``state``."""
    found: dict[str, None] = {}
    for check in checks:
        for finding in check.findings:
            if finding.state is state:
                for name in finding.citation.cited_by:
                    clauses = referring.get(name, ()) if name.startswith("D-") else (name,)
                    found.update(dict.fromkeys(clauses))
    return tuple(found)


def told(checks: Sequence[DocumentCheck], referring: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the lines for a terminal: each document, what moved or changed, what that touches."""
    for check in checks:
        yield f"{_title(check.document)}: {_sentence(check)}"
        for finding in check.findings:
            if finding.state in (State.MOVED, State.CHANGED):
                yield f"  {_line(finding)}"
    for state, label in _TOUCHED.items():
        clauses = touched(checks, referring, state)
        if clauses:
            yield f"{label}: {', '.join(clauses)}"
    counts = {state: sum(check.count(state) for check in checks) for state in State}
    yield (
        f"{sum(counts.values())} citations: {counts[State.STANDS]} stand, "
        f"{counts[State.MOVED]} moved, {counts[State.CHANGED]} changed, "
        f"{counts[State.NOT_CHECKED]} not checked"
    )


def _citations(specs: Sequence[Spec], register: Mapping[str, Discrepancy]) -> list[Citation]:
    """Return every citation once, in the order of the documents, with all who make it."""
    made = [
        (source, clause.id)
        for spec in specs
        for clause in spec.clauses
        for source in clause.sources
    ]
    made += [
        (source, entry.id)
        for entry in register.values()
        for reading in entry.readings
        for source in reading.sources
    ]
    cited: dict[tuple[str, int, str], tuple[Source, dict[str, None]]] = {}
    for source, name in made:
        place = (source.key, source.line, source.quote)
        cited.setdefault(place, (source, {}))[1][name] = None
    ordered = sorted(cited.values(), key=lambda item: item[0].line)
    return [Citation(source=source, cited_by=tuple(names)) for source, names in ordered]


def _checked(document: Document, folder: Path, citations: Sequence[Citation]) -> DocumentCheck:
    path = _find(document, folder)
    if path is None:
        findings = tuple(Finding(citation=c, state=State.NOT_CHECKED) for c in citations)
        return DocumentCheck(document=document, path=None, digest="", findings=findings)
    content = path.read_bytes()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SpecError(f"{path}: is not UTF-8 ({error}); give the text of the document") from None
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    return DocumentCheck(
        document=document,
        path=path,
        digest=sha256(content).hexdigest(),
        findings=tuple(_judged(citation, lines) for citation in citations),
    )


def _find(document: Document, folder: Path) -> Path | None:
    named = folder / document.file
    if named.is_file():
        return named
    for path in sorted(folder.glob(f"*{Path(document.file).suffix}")):
        if path.is_file() and sha256(path.read_bytes()).hexdigest() == document.sha256:
            return path
    return None


def _judged(citation: Citation, lines: Sequence[str]) -> Finding:
    source = citation.source
    if source.line <= len(lines) and source.quote in lines[source.line - 1]:
        return Finding(citation=citation, state=State.STANDS)
    places = [number for number, line in enumerate(lines, start=1) if source.quote in line]
    if not places:
        return Finding(citation=citation, state=State.CHANGED)
    nearest = sorted(places, key=lambda number: abs(number - source.line))
    return Finding(citation=citation, state=State.MOVED, lines=tuple(nearest))


def _title(document: Document) -> str:
    return f"{document.title} {document.revision}".rstrip() + f" ({document.file})"


def _sentence(check: DocumentCheck) -> str:
    many = len(check.findings)
    if check.path is None:
        return f"was not given; its {many} citations were not checked"
    if check.is_clean:
        return f"all {many} citations stand"
    if check.is_the_same:
        return f"{check.count(State.STANDS)} of {many} citations stand in the text that was read"
    return (
        f"{check.path.name} is another text than the one that was read (SHA-256 "
        f"{check.digest[:12]}... instead of {check.document.sha256[:12]}...); "
        f"{check.count(State.STANDS)} of {many} citations stand"
    )


def _line(finding: Finding) -> str:
    source, by = finding.citation.source, ", ".join(finding.citation.cited_by)
    quote = source.quote.replace("\t", " ")
    place = f"{source.language} line {source.line}"
    if finding.state is State.CHANGED:
        return f'changed  {place}: "{quote}" stands nowhere now ({by})'
    now = ", ".join(str(line) for line in finding.lines[:_SHOWN])
    more = len(finding.lines) - _SHOWN
    now += f" and {more} more" if more > 0 else ""
    return f'moved    {place} -> {now}: "{quote}" ({by})'
