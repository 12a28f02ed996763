"""What the tests of the three shipped spec files share: the truth table and the documents."""

from collections.abc import Iterable
from pathlib import Path

from bench.discrepancy import Source
from bench.spec import Spec

ROOT = Path(__file__).parents[2]

# The remote truth table: L, H, link -> expected state, None where it is reported only.
TRUTH_TABLE = {
    ("open", "open", "open"): "FLOAT",
    ("open", "open", "closed"): "HIGH",
    ("0V", "open", "open"): "HIGH",
    ("3.4V", "open", "open"): "HIGH",
    ("3.5V", "open", "open"): None,
    ("3.6V", "open", "open"): None,
    ("vbat", "open", "open"): "FLOAT",
    ("open", "0V", "open"): "FLOAT",
    ("open", "2.8V", "open"): None,
    ("open", "2.9V", "open"): None,
    ("open", "3V", "open"): "HIGH",
    ("open", "vbat/2", "open"): "HIGH",
    ("open", "vbat", "open"): "HIGH",
    ("0V", "0V", "open"): "HIGH",
    ("0V", "vbat", "open"): "HIGH",
    ("vbat", "0V", "open"): "FLOAT",
    ("vbat", "vbat", "open"): "HIGH",
    ("0V", "open", "closed"): "HIGH",
    ("open", "vbat", "closed"): "HIGH",
}
"""All devices have the same remote input; None where the state is reported only."""

BASIC_ROWS = (
    ("open", "open", "open"),
    ("open", "open", "closed"),
    ("0V", "open", "open"),
    ("open", "vbat", "open"),
)
"""Rows that are run at both ends of the voltage range as well."""


def misquoted(sources: Iterable[Source], spec: Spec, documents: Path) -> list[Source]:
    """Return the sources whose quote does not stand on the cited line."""
    texts = {
        key: (documents / document.file).read_text(encoding="utf-8").split("\n")
        for key, document in spec.documents.items()
    }
    return [source for source in sources if source.quote not in texts[source.key][source.line - 1]]
