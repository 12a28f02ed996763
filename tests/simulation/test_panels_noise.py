"""The errors of simulated readings: bounded by the accuracy, repeatable, independent of history."""

import numpy as np  # noqa: TID253 - a test, imported by nobody
import pytest
from hypothesis import given
from hypothesis import strategies as st
from panel_rig import KINDS, Bench

from instruments.accuracy import Accuracy
from simulation.noise import Noise
from simulation.wires.cable import Cable, Line

PARTS = st.floats(0.0, 0.01)


@given(
    value=st.floats(-100.0, 100.0), of_reading=PARTS, of_full_scale=PARTS, fixed=PARTS,
    seed=st.integers(0, 1000),
)  # fmt: skip
def test_errors_never_leave_the_limits_of_error(value, of_reading, of_full_scale, fixed, seed):
    accuracy = Accuracy(
        of_reading=of_reading, of_full_scale=of_full_scale, fixed=fixed, basis="test"
    )
    noise = Noise(seed, "unit")
    limit = accuracy.limit_of_error(value, 100.0) + 1e-12
    for _ in range(5):
        assert abs(noise.indicate(value, accuracy, 100.0, "span") - value) <= limit
    readings = noise.indicate_array(np.full(50, value), accuracy, 100.0, "span")
    assert np.all(np.abs(readings - value) <= limit)


def test_single_readings_and_arrays_have_the_same_mean():
    accuracy = Accuracy(fixed=1.0, basis="test")
    noise = Noise(7, "unit")
    single = np.mean([noise.indicate(0.0, accuracy, 1.0, "span") for _ in range(4000)])
    array = noise.indicate_array(np.zeros(4000), accuracy, 1.0, "span").mean()
    assert single == pytest.approx(array, abs=0.01)  # sigma of a mean: 0.2 / sqrt(6) / sqrt(4000)


def test_fixed_errors_fill_the_interval_over_many_seeds():
    errors = [Noise(seed, "unit").fixed_errors("span")[1] for seed in range(400)]
    assert min(errors) < -0.7
    assert max(errors) > 0.7
    assert abs(np.mean(errors)) < 0.1


@pytest.mark.parametrize("model", [model for model in KINDS if model != "labjack.T7"])
@given(blocks=st.lists(st.binary(max_size=30), max_size=6))
def test_no_bytes_on_a_wire_crash_what_is_behind_it(model, blocks):
    bench = Bench(model)
    line = Line(Cable("unit", "SIM", bench.panel, bench.clock))
    for place, block in enumerate(blocks):
        assert isinstance(line.feed(block, end=bool(place % 2)), bytes)
    assert line.feed(b"\n*IDN?\n\r")
