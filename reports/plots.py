"""Pictures of curves: waveforms over time and sweeps, with their marks and levels, as PNG."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.measurement import Evidence

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

_SIZE = (7.0, 3.0)  # inches
_DPI = 130
_POINTS = 1600  # more than the picture has pixels
_COLOURS = ("#0b5394", "#b45f06", "#38761d", "#741b47", "#45818e", "#7f6000")
_PREFIXES = ((1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"))


class Plotter:
    """Draws one curve after the other on one figure, which is faster than a figure each."""

    def __init__(self) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        figure: Any = Figure(figsize=_SIZE, dpi=_DPI)  # matplotlib's own types are partial
        FigureCanvasAgg(figure)
        self._figure = figure
        self._axes = figure.add_axes((0.1, 0.16, 0.71, 0.72))

    def draw(self, curve: Evidence, title: str, target: Path) -> None:
        """Draw ``curve`` into the PNG file ``target``."""
        axes = self._axes
        axes.clear()
        small = thinned(curve)
        x_factor, x_unit = _scale(small.x, small.abscissa_unit)
        y_factor, y_unit = _scale_of_columns(small)
        for index, (name, column) in enumerate(small.columns.items()):
            colour = _COLOURS[index % len(_COLOURS)]
            axes.plot(small.x / x_factor, column / y_factor, color=colour, lw=1.1, label=name)
        self._levels(small.levels, y_factor)
        self._marks(small.marks, x_factor)
        axes.set_xlabel(f"{small.abscissa} [{x_unit}]", fontsize=8)
        axes.set_ylabel(f"[{y_unit}]", fontsize=8)
        axes.set_title(title, fontsize=8, loc="left")
        axes.tick_params(labelsize=7)
        axes.grid(visible=True, color="#dddddd", lw=0.6)
        axes.margins(x=0.01, y=0.12)
        axes.legend(fontsize=6.5, loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False)
        self._figure.savefig(target, format="png", metadata={"Software": None})

    def _levels(self, levels: Mapping[str, float], factor: float) -> None:
        for name, value in levels.items():
            self._axes.axhline(value / factor, color="#c00000", lw=0.9, ls="--", label=name)

    def _marks(self, marks: Mapping[str, float], factor: float) -> None:
        for index, (name, at) in enumerate(marks.items()):
            style = ("-.", ":")[index % 2]
            self._axes.axvline(at / factor, color="#444444", lw=0.9, ls=style, label=name)


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
    return Evidence(
        name=curve.name,
        abscissa=curve.abscissa,
        abscissa_unit=curve.abscissa_unit,
        ordinate_unit=curve.ordinate_unit,
        x=starts,
        columns=columns,
        marks=curve.marks,
        levels=curve.levels,
    )


def _scale(values: "NDArray[numpy.float64]", unit: str) -> tuple[float, str]:
    """Return the factor and prefixed unit in which the largest value is 1 or more."""
    import numpy

    finite = values[numpy.isfinite(values)]
    largest = float(numpy.abs(finite).max()) if finite.size else 1.0
    if unit not in ("V", "A", "s") or largest == 0.0:
        return 1.0, unit
    fitting = ((factor, prefix + unit) for factor, prefix in _PREFIXES if largest >= factor)
    return next(fitting, (1e-9, "n" + unit))


def _scale_of_columns(curve: Evidence) -> tuple[float, str]:
    import numpy

    levels = numpy.array(list(curve.levels.values()), dtype=float)
    columns = [*curve.columns.values(), levels]
    return _scale(numpy.concatenate(columns), curve.ordinate_unit)
