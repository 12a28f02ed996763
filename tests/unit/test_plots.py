"""Pictures of curves, and what is left of a long one."""

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import numpy  # noqa: TID253 - a test may
import pytest
from sample_run import curve, measured

from bench.limit import Limit
from reports.axis import Axis
from reports.plots import picture, thinned, with_limits

_SVG = "{http://www.w3.org/2000/svg}"


def _parsed(document):
    return ElementTree.fromstring(document)  # noqa: S314  of our own making


def _texts(root):
    return ["".join(text.itertext()) for text in root.iter(f"{_SVG}text")]


def _points(root, number):
    path = list(root.iter(f"{_SVG}path"))[number].get("d")
    return [tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)]


def _rules(root):
    """Return where the dashed lines lie."""
    lines = (line for line in root.iter(f"{_SVG}line") if line.get("stroke-dasharray"))
    ends = ("x1", "y1", "x2", "y2")
    return [tuple(float(line.get(end)) for end in ends) for line in lines]


def test_a_picture_is_seven_by_three_and_always_the_same():
    one, two = (picture(curve(), "S-LOAD-UV: PASS") for _ in range(2))
    root = _parsed(one)

    assert one == two
    assert float(root.get("width")) / float(root.get("height")) == 7 / 3
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"


def test_a_picture_says_what_it_shows():
    root = _parsed(picture(curve(), "a < b & c: PASS"))

    said = _texts(root)
    assert said[0] == "a < b & c: PASS"
    for words in ("time [s]", "voltage [V]", "LOAD", "BAT+", "stimulus", "threshold"):
        assert words in said
    assert {"0", "1", "2", "3", "4"} <= set(said)  # the seconds of the curve


def test_curves_and_rules_lie_where_the_numbers_say():
    root = _parsed(picture(curve(), "t"))
    load = _points(root, 0)

    level, _, mark, _ = _rules(root)
    assert mark[0] == mark[2]
    assert level[1] == level[3]
    highest = min(load, key=lambda point: point[1])
    before, after = load[0], load[-1]
    assert before[0] < mark[0] < highest[0] < after[0]
    # 12.8 V before, 40 V in the spike, 0.1 V after; the threshold at 6.4 V
    volt = (before[1] - highest[1]) / (40.0 - 12.8)
    assert after[1] == pytest.approx(before[1] + 12.7 * volt, abs=0.2)
    assert level[1] == pytest.approx(before[1] + 6.4 * volt, abs=0.2)
    second = (after[0] - before[0]) / 3.999
    assert mark[0] == pytest.approx(before[0] + second, abs=0.6)


def test_many_curves_get_a_strip_each():
    many = curve(50)
    for number in range(4):
        many.columns[f"pole.{number}"] = numpy.linspace(0.0, 3.3, 50)
    root = _parsed(picture(many, "t"))

    paths = [_points(root, 2 * number) for number in range(6)]  # after each come its dots
    spans = [(min(y for _, y in path), max(y for _, y in path)) for path in paths]
    assert all(low[1] < high[0] for low, high in pairwise(spans))
    assert "pole.10 to 3.3 V" in _texts(root)  # two lines of one label


def test_two_pins_of_like_levels_do_not_hide_each_other():
    pins = curve(50)
    alike = replace(pins, levels={}, columns={"LOAD": pins.columns["LOAD"]})
    alike.columns["engaged LOAD"] = alike.columns["LOAD"]
    together, apart = (_parsed(picture(each, "t")) for each in (pins, alike))

    first, second = (_points(apart, number) for number in (0, 2))
    assert max(y for _, y in first) < min(y for _, y in second)
    assert "voltage [V]" in _texts(together)
    assert "voltage [V]" not in _texts(apart)


@pytest.mark.parametrize(("peak", "label"), [(2.5, "LED0 to 2.5 V"), (0.5, "LED")])
def test_a_lamp_beside_a_pin_has_its_own_scale_and_noise_has_not(peak, label):
    pin = numpy.tile([0.0, 51.2], 25)
    both = replace(curve(50), levels={}, columns={"LOAD": pin, "LED": pin * peak / 51.2})
    root = _parsed(picture(both, "t"))

    heights = [y for _, y in _points(root, 2)]  # after each curve come its dots
    assert label in _texts(root)
    assert (max(heights) - min(heights) > 50.0) is (peak == 2.5)


def test_a_hole_is_a_gap_and_nothing_else_is_lost():
    holed = curve(0x10)
    holed.columns["LOAD"][:] = numpy.arange(16.0)
    holed.columns["LOAD"][5] = numpy.nan
    root = _parsed(picture(holed, "hole"))

    line = next(root.iter(f"{_SVG}path")).get("d")
    assert line.count("M") == 2
    assert len(_points(root, 0)) == 15


def test_a_level_is_drawn_by_its_ends():
    root = _parsed(picture(curve(), "t"))
    load = _points(root, 0)

    before, after = load[0][1], load[-1][1]
    assert [y for _, y in load[:3]] == [before, before, after]
    assert load[1][0] == pytest.approx(load[2][0], abs=0.7)
    assert [y for _, y in load[-2:]] == [after, after]
    assert len(load) < 12  # two levels and a spike


def test_curves_that_tell_nothing_are_drawn_too():
    nothing = curve(0x10)
    hole = numpy.full(16, numpy.nan)
    for name in nothing.columns:
        nothing.columns[name][:] = hole

    assert "nan" not in picture(nothing, "only holes")


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ((0.0, 10.0), ["0", "2", "4", "6", "8", "10"]),
        ((-0.3, 0.3), ["-0.2", "0.0", "0.2"]),
        ((2.6, 2.7), ["2.60", "2.62", "2.64", "2.66", "2.68", "2.70"]),
        ((5.0, 5.0), ["4.8", "4.9", "5.0", "5.1", "5.2"]),
        ((0.0, 0.0), ["-0.4", "-0.2", "0.0", "0.2", "0.4"]),
        ((0.0, 1e4), ["0", "2000", "4000", "6000", "8000", "10000"]),
    ],
)
def test_an_axis_has_round_numbers(values, labels):
    axis = Axis(0.0, 100.0, values, 0.0)
    ticks = axis.ticks(5)

    assert [label for _, label in ticks] == labels
    assert all(axis.low <= value + 1e-9 and value - 1e-9 <= axis.high for value, _ in ticks)


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
