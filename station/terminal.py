"""What the command line prints on, and how a mistake reads there."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager

import typer
from rich.console import Console

from bench.errors import BenchError
from instruments.errors import InstrumentError

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def print_table(head: Iterable[str], rows: Iterable[Sequence[str]]) -> None:
    """Print columns; a file has no edge to wrap at."""
    from rich.table import Table

    table = Table(*head, box=None)
    for row in rows:
        table.add_row(*row)
    Console(width=None if out.is_terminal else 180, highlight=False).print(table, markup=False)


@contextmanager
def sentences() -> Generator[None]:
    """Turn a user's mistake, and an interruption, into one sentence and exit code 2."""
    from reports.html import ReportError

    try:
        yield
    except (BenchError, InstrumentError, ReportError, OSError) as error:
        err.print(str(error), style="red", markup=False)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        err.print("interrupted; give the same command again")
        raise typer.Exit(2) from None
