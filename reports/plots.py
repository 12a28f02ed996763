"""Pictures of curves: waveforms over time and sweeps, with their marks and levels, as SVG."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from textwrap import fill
from typing import TYPE_CHECKING

from bench.measurement import Evidence
from bench.results import Check
from reports import svg
from reports.axis import Axis

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Columns = Mapping[str, NDArray[numpy.float64]]

_WIDTH, _HEIGHT = 840, 360
_TOP, _BOTTOM, _RIGHT = 40.0, 306.0, 622.0  # of the frame; its left side depends on the labels
_POINTS = 1600  # more than the picture has pixels
_LEGEND = 24  # characters in a line of the legend
_SPARSE = 100  # points up to which each is shown as a dot
_TOGETHER = 4  # more curves than these hide each other
_FLAT = 0.02  # part of the greatest curve below which a curve counts as flat; a lamp is above
_COLOURS = ("#0b5394", "#b45f06", "#38761d", "#741b47", "#45818e", "#7f6000")
_QUANTITIES = {"V": "voltage", "A": "current"}
_PREFIXES = ((1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"))
_GRID, _INK = "#dddddd", "#444444"
_LIMIT = ("#c00000", "6 3")
_PATTERNS = ("8 3 1.5 3", "1.5 3")


def picture(curve: Evidence, title: str) -> str:
    """Return the picture of ``curve`` below ``title``, as an SVG document."""
    return svg.document(_WIDTH, _HEIGHT, _Picture(thinned(curve), title).parts())


class _Picture:
    """Curves in one frame: on one ordinate, or one above the other where they hide each other."""

    def __init__(self, curve: Evidence, title: str) -> None:
        x_factor, self._x_unit = _scale(curve.x, curve.abscissa_unit)
        y_factor, self._y_unit = _scale_of_columns(curve)
        self._curve = curve
        self._title = title
        self._apart = _hide_each_other(curve)
        self._left = (0.145 if self._apart else 0.09) * _WIDTH
        self._x = curve.x / x_factor
        self._marks = {name: at / x_factor for name, at in curve.marks.items()}
        self._columns = {name: column / y_factor for name, column in curve.columns.items()}
        self._levels = {name: level / y_factor for name, level in curve.levels.items()}
        self._strips: list[tuple[float, str]] = []
        if self._apart:
            self._levels = {}
            self._columns = self._in_strips(self._columns)
        across = [*self._x.tolist(), *self._marks.values()]
        self._across = Axis(self._left, _RIGHT, across, 0.01)
        self._up = Axis(_BOTTOM, _TOP, self._heights(), 0.0 if self._apart else 0.12)
        self._legend_line = _TOP + 8.0

    def parts(self) -> Iterator[str]:
        """Yield the pieces of the picture, those behind first."""
        yield from self._frame()
        for index, (name, column) in enumerate(self._columns.items()):
            colour = _COLOURS[index % len(_COLOURS)]
            x = self._across.origin + self._across.scale * self._x
            y = self._up.origin + self._up.scale * column
            yield svg.curve(x, y, colour, dots=len(x) <= _SPARSE)
            if not self._apart:
                yield from self._legend(name, colour, "")
        for index, (name, level) in enumerate(self._levels.items()):
            y = self._up.at(level)
            yield from self._ruled(name, index, (self._left, y), (_RIGHT, y))
        for index, (name, mark) in enumerate(self._marks.items()):
            x = self._across.at(mark)
            yield from self._ruled(name, index, (x, _BOTTOM), (x, _TOP))

    def _heights(self) -> Iterator[float]:
        if self._apart:
            yield from (-0.2, len(self._columns) - 0.05)
            return
        yield from self._levels.values()
        for column in self._columns.values():
            yield from column.tolist()

    def _frame(self) -> Iterator[str]:
        """Yield title, grid, numbers, the sides and what the axes show."""
        left, middle = self._left, 0.5 * (self._left + _RIGHT)
        yield svg.text(0.09 * _WIDTH, 22.0, self._title, size=12)
        for value, label in self._across.ticks(7):
            x = self._across.at(value)
            yield svg.line((x, _TOP), (x, _BOTTOM), _GRID)
            yield svg.text(x, _BOTTOM + 15.0, label, size=11, anchor="middle")
        for value, label in self._strips or self._up.ticks(5):
            y = self._up.at(value)
            yield svg.line((left, y), (_RIGHT, y), _GRID)
            yield svg.text(left - 5.0, y + 4.0, label, size=11, anchor="end")
        for end in ((left, _TOP), (_RIGHT, _BOTTOM)):
            yield svg.line((left, _BOTTOM), end, _INK)
        abscissa = f"{self._curve.abscissa} [{self._x_unit}]"
        yield svg.text(middle, _BOTTOM + 35.0, abscissa, size=12, anchor="middle")
        quantity = _QUANTITIES.get(self._curve.ordinate_unit, "")
        if self._y_unit not in ("", "1") and not self._apart:
            ordinate = f"{quantity} [{self._y_unit}]"
            y = 0.5 * (_TOP + _BOTTOM)
            yield svg.text(18.0, y, ordinate, size=12, anchor="middle", turned=True)

    def _in_strips(self, columns: "Columns") -> "dict[str, NDArray[numpy.float64]]":
        """Return the curves one above the other, and label each strip with name and span.

        A flat curve keeps the scale of the greatest: its noise is not blown up.
        """
        peaks = [float(abs(column).max()) for column in columns.values()]
        placed: dict[str, NDArray[numpy.float64]] = {}
        for index, ((name, column), peak) in enumerate(zip(columns.items(), peaks, strict=True)):
            base = float(len(columns) - 1 - index)
            flat = peak <= _FLAT * max(peaks)
            placed[name] = base + 0.75 * column / ((max(peaks) if flat else peak) or 1.0)
            label = name if flat else f"{name}\n0 to {peak:.3g} {self._y_unit}"
            self._strips.append((base if flat else base + 0.375, label))
        return placed

    def _ruled(
        self, name: str, index: int, start: tuple[float, float], end: tuple[float, float]
    ) -> Iterator[str]:
        """Yield a limit, level or mark and its entry in the legend."""
        colour, dashes = _LIMIT if "limit," in name else (_INK, _PATTERNS[index % 2])
        yield svg.line(start, end, colour, width=1.3, dashes=dashes)
        yield from self._legend(name, colour, dashes)

    def _legend(self, name: str, colour: str, dashes: str) -> Iterator[str]:
        y = self._legend_line
        lines = fill(name, _LEGEND)
        yield svg.line((634.0, y - 4.0), (656.0, y - 4.0), colour, width=1.5, dashes=dashes)
        yield svg.text(662.0, y, lines, size=11)
        self._legend_line += 13.2 * (lines.count("\n") + 1) + 3.0


def _hide_each_other(curve: Evidence) -> bool:
    """Return whether each curve needs a strip: many do, and pins of like levels against time."""
    count = len(curve.columns)
    return count > _TOGETHER or (count > 1 and curve.abscissa == "time" and not curve.levels)


def thinned(curve: Evidence, points: int = _POINTS) -> Evidence:
    """Return the curve with the lowest and highest sample of each of ``points`` / 2 stretches.

    No spike is lost, which is what a picture of a waveform must not do.
    """
    import numpy

    count = len(curve.x)
    if count <= points:
        return curve
    edges = numpy.linspace(0, count, points // 2 + 1).astype(int)[:-1]
    starts = numpy.repeat(curve.x[edges], 2)
    columns: dict[str, NDArray[numpy.float64]] = {}
    for name, column in curve.columns.items():
        low = numpy.minimum.reduceat(column, edges)
        high = numpy.maximum.reduceat(column, edges)
        columns[name] = numpy.column_stack([low, high]).ravel()
    return replace(curve, x=starts, columns=columns)


def with_limits(curve: Evidence, checks: Iterable[Check]) -> Evidence:
    """Return the curve with the limits of the checks that rest on it, where they can be drawn.

    A limit in the unit of the ordinate is a level. A time is counted from the mark ``stimulus``.
    """
    levels, marks = dict(curve.levels), dict(curve.marks)
    for check in checks:
        limit = check.judgement.limit if check.judgement else None
        ends = {"low": limit.low, "high": limit.high} if limit else {}
        for side, end in ends.items():
            if end is None:
                continue
            name = f"{side} limit, {check.measurement.name}"
            if check.measurement.unit == curve.ordinate_unit:
                levels[name] = end
            elif check.measurement.unit == curve.abscissa_unit != "s":
                marks[name] = end
            elif check.measurement.unit == "s" and "stimulus" in marks:
                marks[name] = marks["stimulus"] + end
    return replace(curve, levels=levels, marks=marks)


def _scale(values: "NDArray[numpy.float64]", unit: str) -> tuple[float, str]:
    """Return the factor and prefixed unit in which the largest value is 1 or more."""
    import numpy

    finite = values[numpy.isfinite(values)]
    largest = float(numpy.abs(finite).max()) if finite.size else 1.0
    if unit not in ("V", "A", "s") or largest == 0.0:
        return 1.0, unit
    fitting = ((factor, prefix + unit) for factor, prefix in _PREFIXES if largest > 0.99 * factor)
    return next(fitting, (1e-9, "n" + unit))


def _scale_of_columns(curve: Evidence) -> tuple[float, str]:
    import numpy

    levels = numpy.array(list(curve.levels.values()), dtype=float)
    columns = [*curve.columns.values(), levels]
    return _scale(numpy.concatenate(columns), curve.ordinate_unit)
