"""What a long stream leaves as evidence: its course, with every edge where it was."""

import numpy as np  # noqa: TID253  a test may
import pytest

from bench.procedures.streams import Stream, curves
from instruments.waveform import Waveform

RATE = 1000.0


def evidence(*columns, until=np.inf):
    """Return the evidence of columns that were streamed from 100 s on."""
    waves = {
        f"stream.{number}": Waveform(
            samples=np.asarray(column, dtype=float), start=100.0, interval=1.0 / RATE, unit="V"
        )
        for number, column in enumerate(columns)
    }
    return curves("course", Stream(None, waves), {"begin": 101.0}, until=until)


def stepped(count, *edges, high=51.2, noise=0.01):
    dice = np.random.default_rng(3)
    level = np.zeros(count)
    for edge in edges:
        level[edge:] = high - level[edge - 1]
    return level + dice.uniform(-noise, noise, count)


def test_a_short_stream_is_kept_whole():
    kept = evidence(stepped(400, 300))
    assert len(kept.x) == 400
    assert kept.marks == {"begin": 1.0}


def test_a_stream_without_samples_is_evidence_too():
    assert len(evidence([]).x) == 0


def test_both_sides_of_every_step_are_kept_to_the_sample():
    pin, lamp = stepped(60_000, 31_007), stepped(60_000, *range(5_000, 55_000, 497), high=2.5)
    kept = evidence(pin, lamp)
    assert len(kept.x) < 1000
    for column, full in ((kept.columns["0"], pin), (kept.columns["1"], lamp)):
        edges = np.flatnonzero(np.abs(np.diff(full)) > 1.0)
        places = np.round(kept.x * RATE).astype(int)
        assert np.isin(edges, places).all()
        assert np.isin(edges + 1, places).all()
        assert np.array_equal(column, full[places])


@pytest.mark.parametrize("noise", [0.0, 0.04])
def test_a_pin_that_rests_is_told_by_few_samples_and_to_its_end(noise):
    kept = evidence(stepped(60_000, noise=noise))
    assert 400 <= len(kept.x) <= 402
    assert kept.x[-1] == pytest.approx(59.999)


def test_a_spike_of_one_sample_is_kept():
    pin = stepped(60_000)
    pin[12_345] += 5.0
    assert evidence(pin).columns["0"].max() == pytest.approx(5.0, abs=0.02)


def test_a_pin_that_never_rests_has_more_samples_but_not_all():
    kept = evidence(np.random.default_rng(1).uniform(0.0, 50.0, 60_000))
    assert 8000 <= len(kept.x) <= 9000
    assert np.ptp(np.diff(kept.x)) < 1e-9


def test_what_comes_after_until_is_left_out():
    kept = evidence(stepped(60_000, 31_007), until=110.0)
    assert kept.x[-1] == pytest.approx(9.999)
