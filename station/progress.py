"""How far a campaign is, on a terminal and nowhere else."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console


@contextmanager
def progress(console: Console) -> Generator[Callable[[int, int, str], None]]:
    """Give a function that is told how many are done, of how many, and the name of the last."""
    if not console.is_terminal:
        yield _silent
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console, transient=True) as line:
        task = line.add_task("", total=None)
        yield lambda done, total, name: line.update(
            task, completed=done, total=total, description=name
        )


def _silent(done: int, total: int, name: str) -> None:
    """Say nothing: a file has no use for a moving line."""
