"""The pages of the documentation and the fenced blocks in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One fenced block; ``line`` is that of its fence."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT).as_posix()}:{self.line}"


def pages() -> list[Path]:
    """Return README, CONTRIBUTING and everything under docs/ and changelog.d/."""
    folders = (ROOT / "docs", ROOT / "changelog.d")
    inside = [path for folder in folders for path in sorted(folder.rglob("*.md"))]
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *inside]


def blocks(*languages: str) -> list[Block]:
    """Return the blocks in one of ``languages``."""
    return [block for page in pages() for block in _blocks(page) if block.language in languages]


def _blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Block(page=page, line=line, language=match[1], text=match[2])


def prose(page: Path) -> str:
    """Return the text of a page without fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))
