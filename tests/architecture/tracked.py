"""The files of the repository, and the Python modules of its rooms."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("instruments", "simulation", "bench", "reports", "fixtures", "station")
GENERATED = {"package-lock.json", "constraints.txt"}


def files() -> list[Path]:
    """Return the files that are or would be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def texts() -> Iterator[tuple[Path, str]]:
    """Yield the path below the root and the text of every text file."""
    for path in files():
        try:
            yield path.relative_to(ROOT), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def modules() -> list[Path]:
    """Return the Python modules of the rooms."""
    return [
        path
        for path in files()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in ROOMS
    ]


def name(path: Path) -> str:
    """Return a path for a message, the same on every system."""
    return path.relative_to(ROOT).as_posix() if path.is_absolute() else path.as_posix()
