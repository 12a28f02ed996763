"""Pictures of curves: waveforms over time and sweeps, with their marks and levels, as PNG."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

from bench.measurement import Evidence
from bench.results import Check

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

_SIZE = (7.0, 3.0)  # inches
_DPI = 120
_POINTS = 1600  # more than the picture has pixels
_LEGEND = 24  # characters in a line of the legend
_SPARSE = 100  # points up to which each is shown as a dot
_TOGETHER = 4  # more curves than these hide each other: each gets a strip of its own
_FLAT = 0.05  # part of the greatest curve below which a curve counts as flat
_COLOURS = ("#0b5394", "#b45f06", "#38761d", "#741b47", "#45818e", "#7f6000")
_QUANTITIES = {"V": "voltage", "A": "current"}
_PREFIXES = ((1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"))


class Plotter:
    """Draws one curve after the other on one pair of axes, which is faster than new ones each."""

    def __init__(self) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        figure: Any = Figure(figsize=_SIZE, dpi=_DPI)  # matplotlib's own types are partial
        FigureCanvasAgg(figure)
        self._figure = figure
        self._title = figure.text(0.09, 0.93, "", fontsize=8)
        self._together = axes = self._new_axes("together", left=0.09)
        axes.ticklabel_format(useOffset=False)
        axes.locator_params(axis="y", nbins=5)
        self._strips = self._new_axes("strips", left=0.13)
        self._axes = axes

    def _new_axes(self, label: str, *, left: float) -> Any:  # noqa: ANN401  types are partial
        axes = self._figure.add_axes((left, 0.15, 0.74 - left, 0.74), label=label)
        axes.tick_params(labelsize=7)
        axes.grid(visible=True, color="#dddddd", lw=0.6)
        axes.margins(x=0.01, y=0.12)
        axes.locator_params(axis="x", nbins=7)  # every label costs half a millisecond
        return axes

    def draw(self, curve: Evidence, title: str, target: Path) -> None:
        """Draw ``curve`` into the PNG file ``target``."""
        apart = len(curve.columns) > _TOGETHER
        self._axes = axes = self._strips if apart else self._together
        self._strips.set_visible(apart)
        self._together.set_visible(not apart)
        while axes.lines:
            axes.lines[0].remove()
        small = thinned(curve)
        x_factor, x_unit = _scale(small.x, small.abscissa_unit)
        y_factor, y_unit = _scale_of_columns(small)
        columns = {name: column / y_factor for name, column in small.columns.items()}
        if apart:
            columns = self._in_strips(columns, y_unit)
        for index, (name, y) in enumerate(columns.items()):
            colour = _COLOURS[index % len(_COLOURS)]
            dots = "." if len(y) <= _SPARSE else ""
            x, label = small.x / x_factor, "" if apart else fill(name, _LEGEND)
            axes.plot(x, y, color=colour, lw=1.1, marker=dots, ms=3.5, label=label)
        if not apart:
            self._levels(small.levels, y_factor)
        self._marks(small.marks, x_factor)
        axes.relim()
        axes.autoscale()
        if apart:
            axes.set_ylim(-0.2, len(columns) - 0.05)
        axes.set_xlabel(f"{small.abscissa} [{x_unit}]", fontsize=8)
        quantity = _QUANTITIES.get(small.ordinate_unit, "")
        shown = y_unit not in ("", "1") and not apart
        axes.set_ylabel(f"{quantity} [{y_unit}]" if shown else "", fontsize=8)
        self._title.set_text(title)
        axes.legend(fontsize=6.5, loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False)
        fast = {"compress_level": 1}  # a third larger, four times as fast
        self._figure.savefig(target, format="png", metadata={"Software": None}, pil_kwargs=fast)

    def _in_strips(
        self, columns: "Mapping[str, NDArray[numpy.float64]]", unit: str
    ) -> "dict[str, NDArray[numpy.float64]]":
        """Return the curves one above the other, and label each strip with name and span.

        A flat curve keeps the scale of the greatest: its noise is not blown up.
        """
        peaks = [float(abs(column).max()) for column in columns.values()]
        ticks: list[float] = []
        labels: list[str] = []
        placed: dict[str, NDArray[numpy.float64]] = {}
        for index, ((name, column), peak) in enumerate(zip(columns.items(), peaks, strict=True)):
            base = float(len(columns) - 1 - index)
            flat = peak <= _FLAT * max(peaks)
            placed[name] = base + 0.75 * column / ((max(peaks) if flat else peak) or 1.0)
            ticks.append(base if flat else base + 0.375)
            labels.append(name if flat else f"{name}\n0 to {peak:.3g} {unit}")
        self._strips.set_yticks(ticks, labels)
        return placed

    def _levels(self, levels: Mapping[str, float], factor: float) -> None:
        for index, (name, value) in enumerate(levels.items()):
            self._axes.axhline(value / factor, **_line(name, index))

    def _marks(self, marks: Mapping[str, float], factor: float) -> None:
        for index, (name, at) in enumerate(marks.items()):
            self._axes.axvline(at / factor, **_line(name, index))


def _line(name: str, index: int) -> dict[str, Any]:
    is_limit = "limit," in name
    colour, style = ("#c00000", "--") if is_limit else ("#444444", ("-.", ":")[index % 2])
    return {"color": colour, "ls": style, "lw": 0.9, "label": fill(name, _LEGEND)}


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
