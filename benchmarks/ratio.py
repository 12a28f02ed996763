"""A cost of ours beside a peer's, and the goal for their ratio."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """Our cost and the peer's in the same unit, and the highest ratio that we accept.

    ``goal`` is None for a figure that is only shown. ``unit`` and ``text`` are for the reader.
    """

    name: str
    ours: float
    peer: float
    goal: float | None = None
    unit: str = "us"
    text: str = ""

    @property
    def value(self) -> float:
        """Return ours / peer; infinite when the peer costs nothing."""
        return self.ours / self.peer if self.peer else float("inf")

    @property
    def met(self) -> bool:
        """Return whether the ratio is within its goal."""
        return self.goal is None or self.value <= self.goal


def table(ratios: Iterable[Ratio]) -> str:
    """Return the ratios as lines of text."""
    rows = [("", "ours", "peer", "unit", "ratio", "goal", "")]
    for ratio in ratios:
        goal = "" if ratio.goal is None else f"<= {ratio.goal:g}"
        flag = "" if ratio.goal is None else ("met" if ratio.met else "MISSED")
        rows.append(
            (
                ratio.name,
                f"{ratio.ours:.4g}",
                f"{ratio.peer:.4g}",
                ratio.unit,
                f"{ratio.value:.3g}",
                goal,
                f"{flag} {ratio.text}".strip(),
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in (0, 3, 6) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def main(ratios: Iterable[Ratio]) -> int:
    """Print the ratios as a table; return 1 if a goal is missed, else 0."""
    listed = list(ratios)
    print(table(listed))
    return 0 if all(ratio.met for ratio in listed) else 1
