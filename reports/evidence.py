"""Curves on disk: one CSV for each evidence, named by the SHA-256 of its bytes."""

import os
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from bench.measurement import Evidence

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

FOLDER = "evidence"


@lru_cache(maxsize=8)  # the journal and Allure ask for the same curves one after the other
def to_csv(evidence: Evidence, digits: int = 9) -> bytes:
    """Return the curve as CSV, abscissa first, one header line; ``digits`` are significant."""
    import numpy

    curves = [numpy.asarray(column, dtype=float) for column in evidence.columns.values()]
    table = numpy.column_stack([numpy.asarray(evidence.x, dtype=float), *curves])
    names = [f"{evidence.abscissa} [{evidence.abscissa_unit}]"]
    names += [f"{name} [{evidence.ordinate_unit}]" for name in evidence.columns]
    row = ",".join([f"%.{digits}g"] * len(names)) + "\n"
    body = (row * len(table)) % tuple(table.ravel().tolist())
    return (",".join(_cell(name) for name in names) + "\n" + body).encode()


def write(directory: Path, evidence: Evidence) -> str:
    """Write the curve below ``directory`` unless it is there; return the SHA-256 of the file."""
    data = to_csv(evidence)
    digest = sha256(data).hexdigest()
    store(directory, f"{digest}.csv", data)
    return digest


def store(directory: Path, name: str, data: bytes) -> None:
    """Write ``data`` as evidence ``name`` below ``directory`` unless it is there; it is on disk."""
    folder = directory / FOLDER
    path = folder / name
    if path.exists():
        return
    folder.mkdir(exist_ok=True)
    partial = folder / f"{name}.{os.getpid()}.part"  # two writers may hold equal curves
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def checked(directory: Path, digest: str) -> bytes:
    """Return the bytes of a stored curve.

    Raises OSError when the file is missing and ValueError when its bytes are not those recorded.
    """
    data = (directory / FOLDER / f"{digest}.csv").read_bytes()
    if sha256(data).hexdigest() != digest:
        raise ValueError(f"evidence {digest[:12]} was changed after it was recorded")
    return data


def read(
    directory: Path, digest: str
) -> "tuple[NDArray[numpy.float64], list[NDArray[numpy.float64]]]":
    """Return abscissa and columns of a stored curve, each of shape (samples,).

    Raises as ``checked``, and ValueError for a curve without samples.
    """
    import numpy

    lines = checked(directory, digest).decode().splitlines()[1:]
    if not lines:
        raise ValueError(f"evidence {digest[:12]} holds no samples")
    table = numpy.loadtxt(lines, delimiter=",", ndmin=2)
    return table[:, 0], [table[:, index] for index in range(1, table.shape[1])]


def describe(evidence: Evidence, digest: str) -> Mapping[str, object]:
    """Return what a record keeps of the curve besides its samples."""
    return {
        "name": evidence.name,
        "sha256": digest,
        "samples": len(evidence.x),
        "abscissa": evidence.abscissa,
        "abscissa_unit": evidence.abscissa_unit,
        "ordinate_unit": evidence.ordinate_unit,
        "columns": list(evidence.columns),
        "marks": dict(evidence.marks),
        "levels": dict(evidence.levels),
    }


def _cell(text: str) -> str:
    if any(sign in text for sign in ',"\n'):
        return '"' + text.replace('"', '""') + '"'
    return text
