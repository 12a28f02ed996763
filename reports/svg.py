"""Text, lines and curves as pieces of an SVG document; coordinates in pixels from the top left."""

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

Anchor = Literal["start", "middle", "end"]

_FONT = "DejaVu Sans, Verdana, sans-serif"
_LEADING = 1.2


def document(width: int, height: int, parts: Iterable[str]) -> str:
    """Return the document: ``parts`` on white, one a line."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="{_FONT}">'
    )
    paper = f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
    return "\n".join([head, paper, *parts, "</svg>", ""])


def text(
    x: float, y: float, said: str, *, size: float, anchor: Anchor = "start", turned: bool = False
) -> str:
    """Return lines of text whose first one stands on ``y``; ``turned`` runs them upwards."""
    lines = said.split("\n")
    body = escape(lines[0], quote=False) + "".join(
        f'<tspan x="{x:.1f}" dy="{_LEADING * size:.1f}">{escape(line, quote=False)}</tspan>'
        for line in lines[1:]
    )
    turn = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turned else ""
    at = f'x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}"'
    return f"<text {at}{turn}>{body}</text>"


def line(
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str,
    *,
    width: float = 1.0,
    dashes: str = "",
) -> str:
    """Return a straight line; ``dashes`` are the lengths of strokes and gaps."""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" '
        f'stroke="{colour}" stroke-width="{width:g}"{dashed}/>'
    )


def curve(
    x: "NDArray[numpy.float64]", y: "NDArray[numpy.float64]", colour: str, *, dots: bool
) -> str:
    """Return a line through the points, with a gap where one is not finite; ``dots`` marks each."""
    import numpy

    known = numpy.isfinite(x) & numpy.isfinite(y)
    points = numpy.column_stack([x, y])
    pieces: list[str] = []
    for run in numpy.split(points, numpy.flatnonzero(~known)):
        inside = run[numpy.isfinite(run).all(axis=1)]
        if len(inside):
            inside = _bends(inside)
            pieces.append("M" + ("%.1f %.1fL" * len(inside) % tuple(inside.ravel().tolist()))[:-1])
    shape = 'fill="none" stroke-linejoin="round" stroke-linecap="round"'
    drawn = f'<path d="{"".join(pieces)}" {shape} stroke="{colour}" stroke-width="1.5"/>'
    if not dots:
        return drawn
    spots = "".join(f"M{a:.1f} {b:.1f}h0" for a, b in points[known].tolist())
    return drawn + f'<path d="{spots}" {shape} stroke="{colour}" stroke-width="4"/>'


def _bends(points: "NDArray[numpy.float64]") -> "NDArray[numpy.float64]":
    """Return the points, of shape (n, 2), without those on a level that goes on on both sides."""
    import numpy

    heights = numpy.round(points[:, 1], 1)  # as they are written
    steps = numpy.diff(heights) != 0.0
    return points[numpy.concatenate([[True], steps]) | numpy.concatenate([steps, [True]])]
