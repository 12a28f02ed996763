"""A photo behind a finding: what a person saw, for whoever reads the record."""

from dataclasses import dataclass, field
from pathlib import Path

_SIGNATURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
_LARGEST = 20_000_000  # bytes; a report carries its photos with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A picture as it was read from its file; ``kind`` is its media type."""

    name: str
    kind: str
    data: bytes = field(repr=False)


def read_photo(path: Path) -> Photo:
    """Return the picture in a file.

    Raises OSError when it cannot be read, and ValueError when it is too large or of a kind that
    browsers may not show.
    """
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"is larger than {_LARGEST // 1_000_000} MB")
    data = path.read_bytes()
    kind = next((kind for sign, kind in _SIGNATURES.items() if data.startswith(sign)), "")
    if not kind:
        raise ValueError("is neither a JPEG nor a PNG file")
    return Photo(name=path.name, kind=kind, data=data)
