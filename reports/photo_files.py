"""Photos on disk beside the curves: one file each, named by the SHA-256 of its bytes."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from bench.photo import Photo
from reports.evidence import FOLDER, store

KIND = "photo"
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png"}


def file_name(photo: Photo) -> str:
    """Return the name that the photo has on disk."""
    return f"{sha256(photo.data).hexdigest()}.{_ENDINGS[photo.kind]}"


def write(directory: Path, photo: Photo) -> Mapping[str, object]:
    """Write the photo below ``directory`` unless it is there; return what a record keeps of it."""
    store(directory, file_name(photo), photo.data)
    digest = sha256(photo.data).hexdigest()
    return {"kind": KIND, "name": photo.name, "sha256": digest, "media_type": photo.kind}


def read(directory: Path, kept: Mapping[str, str]) -> Photo:
    """Return the photo that a record refers to.

    Raises OSError when the file is missing, ValueError when its bytes are not those recorded, and
    KeyError for what is no photo.
    """
    digest, kind = kept["sha256"], kept["media_type"]
    data = (directory / FOLDER / f"{digest}.{_ENDINGS[kind]}").read_bytes()
    if sha256(data).hexdigest() != digest:
        raise ValueError(f"photo {digest[:12]} was changed after it was recorded")
    return Photo(name=kept["name"], kind=kind, data=data)
