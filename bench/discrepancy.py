"""The register of points where documents or their languages disagree, and what was adopted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that figures come from; ``sha256`` is that of its text ``file``."""

    key: str
    title: str
    revision: str
    languages: tuple[str, ...]
    file: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a statement stands: a line of a document's text, with a few of its words."""

    key: str
    document: str
    revision: str
    language: str
    line: int
    section: str
    quote: str

    def __str__(self) -> str:
        """Return a citation for people."""
        document = f"{self.document} {self.revision}".rstrip()
        return f'{document} ({self.language}), line {self.line}: "{self.quote}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way the documents can be read, and where they say so."""

    text: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """All readings of a disputed point, the adopted one, why, and what follows for the bench.

    ``severity``: A changes a verdict or may destroy a device, B a step or an expected value,
    C is a matter of wording.
    """

    id: str
    severity: str
    topic: str
    readings: tuple[Reading, ...]
    adopted: str
    reason: str
    consequence: str
