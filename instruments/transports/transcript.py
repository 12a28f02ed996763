"""What went over the wires, in order, for the record of a case that did not pass."""

from collections import deque
from itertools import islice

from instruments.clock import Clock
from instruments.units import Second


class Transcript:
    """The last ``keep`` lines of all wires of a bench, on the bench clock.

    Recording appends a tuple and nothing else; lines are formatted when somebody asks for them.
    """

    __slots__ = ("_lines", "_now", "_recorded")

    def __init__(self, clock: Clock, keep: int = 5000) -> None:
        self._now = clock.now
        self._lines = deque[tuple[Second, str, str, str]](maxlen=keep)
        self._recorded = 0

    def sent(self, resource: str, text: str) -> None:
        """Record what was sent to ``resource``."""
        self._recorded += 1
        self._lines.append((self._now(), resource, ">", text))

    def received(self, resource: str, text: str) -> None:
        """Record what ``resource`` answered."""
        self._recorded += 1
        self._lines.append((self._now(), resource, "<", text))

    def note(self, resource: str, text: str) -> None:
        """Record what happened to the wire itself: a timeout, a reconnection."""
        self._recorded += 1
        self._lines.append((self._now(), resource, "!", text))

    def mark(self) -> int:
        """Return a mark of the present end, to be given to ``since``."""
        return self._recorded

    def since(self, mark: int) -> tuple[str, ...]:
        """Return the lines after ``mark``; begins with a line that counts those no longer kept."""
        forgotten = self._recorded - len(self._lines)
        lines = [_format(line) for line in islice(self._lines, max(0, mark - forgotten), None)]
        if mark < forgotten:
            lines.insert(0, f"({forgotten - mark} older lines were not kept)")
        return tuple(lines)


def _format(line: tuple[Second, str, str, str]) -> str:
    moment, resource, arrow, text = line
    shown = text if text.isprintable() else text.encode("unicode_escape").decode("ascii")
    return f"{moment:.6f} {resource} {arrow} {shown}"
