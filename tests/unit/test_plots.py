"""Pictures of curves, and what is left of a long one."""

import struct

import numpy  # noqa: TID253 - a test may
from sample_run import curve, measured

from bench.limit import Limit
from reports.plots import Plotter, thinned, with_limits


def _size(path):
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", data[16:24])


def test_a_picture_is_seven_by_three_inches(tmp_path):
    plotter = Plotter()
    for name in ("one.png", "two.png"):
        plotter.draw(curve(), "S-LOAD-UV: PASS", tmp_path / name)

    width, height = _size(tmp_path / "one.png")
    assert width / height == 7 / 3
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_curves_that_tell_nothing_are_drawn_too(tmp_path):
    nothing = curve(0x10)
    hole = numpy.full(16, numpy.nan)
    for name in nothing.columns:
        nothing.columns[name][:] = hole
    Plotter().draw(nothing, "only holes", tmp_path / "holes.png")

    assert _size(tmp_path / "holes.png")


def test_thinning_keeps_every_spike_and_the_ends():
    long = curve(30_000)
    short = thinned(long, points=600)

    assert len(short.x) == 600
    assert short.columns["LOAD"].max() == 40.0
    for name, column in long.columns.items():
        assert short.columns[name].min() == column.min()
        assert len(short.columns[name]) == len(short.x)
    assert short.x[0] == long.x[0]
    assert numpy.all(numpy.diff(short.x) >= 0)


def test_a_short_curve_is_left_as_it_is():
    short = curve(100)
    assert thinned(short) is short


def test_limits_are_drawn_where_they_have_a_place():
    level = measured(0.05, Limit(low=0.01, high=0.1, basis="b"))
    time = measured(0.2, Limit(high=2.0, basis="b"), name="reaction", unit="s")
    current = measured(0.2, Limit(high=2.0, basis="b"), name="draw", unit="A")
    drawn = with_limits(curve(), [level, time, current])

    assert drawn.levels == {"threshold": 6.4, "low limit, drop": 0.01, "high limit, drop": 0.1}
    assert drawn.marks == {"stimulus": 1.0, "high limit, reaction": 3.0}
