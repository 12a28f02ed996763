"""What an eye sees of an LED, from a photodiode's stream."""

import pytest

from bench.procedures.leds import RATE, seen
from instruments.waveform import Waveform


def light(pattern, *, duration=2.0):
    """Return the stream of an LED that is lit where ``pattern`` of the time [s] says so."""
    import numpy

    times = numpy.arange(0.0, duration, 1.0 / RATE)
    samples = numpy.array([2.5 if pattern(time) else 0.02 for time in times])
    return Waveform(samples=samples, start=3.0, interval=1.0 / RATE, unit="V")


def pulses(frequency, duty):
    return lambda time: (time * frequency + 0.3) % 1.0 < duty


@pytest.mark.parametrize(
    ("pattern", "word"),
    [
        (lambda _: True, "LIT"),
        (lambda _: False, "DARK"),
        (pulses(1.0, 0.5), "BLINKING"),
        (pulses(4.0, 0.1), "BLINKING"),
        (pulses(15.0, 0.5), "BLINKING"),
        (lambda time: time > 1.9, "BLINKING"),
        (lambda time: time < 1.9, "BLINKING"),
        (lambda time: not 1.0 < time < 1.03, "BLINKING"),
        (lambda time: 1.0 < time < 1.03, "BLINKING"),
        (lambda time: pulses(250.0, 0.4)(time) and time % 1.0 < 0.5, "BLINKING"),
        (lambda time: 1.0 < time < 1.001, "DARK"),
    ],
    ids=[
        "on", "off", "1 Hz", "4 Hz flashes", "15 Hz", "late", "early", "30 ms dark", "30 ms light",
        "dimmed and blinking", "a disturbance",
    ],
)  # fmt: skip
def test_whiles_that_can_be_seen_make_an_led_blink(pattern, word):
    assert seen(light(pattern)) == word


@pytest.mark.parametrize("error", [-0.01, 0.0, 0.01])
@pytest.mark.parametrize("duty", [0.25, 0.5, 0.9])
@pytest.mark.parametrize("frequency", [100.0, 120.0, 200.0, 244.1, 490.0, 500.0, 976.6, 1000.0])
def test_an_led_that_is_dimmed_by_fast_pulses_is_lit(frequency, duty, error):
    assert seen(light(pulses(frequency * (1.0 + error), duty))) == "LIT"
