"""Lapses: how long, at a stretch, an output was not as it should be.

Two states under two pulls say what an output is before and after an event. What it does between,
and whether it stays so, only a stream can tell.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bench.bench import Bench
from bench.measurement import Contribution, Evidence, Measurement
from bench.procedure import measurement
from bench.procedures.streams import Stream, lapse
from instruments.units import Hertz, Second, Volt
from instruments.waveform import Waveform

RATE: Hertz = 1000.0


def after_edge(
    bench: Bench,
    stream: Stream,
    quantity: str,
    threshold: Volt,
    *,
    edge: Second | None,
    rising: bool,
    until: Second | None = None,
) -> Measurement:
    """Return how long an output left its new level again after an ``edge`` [s].

    ``quantity`` ends with the name of the output. Without an edge there is nothing to leave: the
    state tells.
    """
    wave = _wave(stream, quantity)
    stop = _end(wave) if until is None else until
    value = 0.0 if edge is None else lapse(wave, threshold, edge, stop, high=rising)
    return _measured(bench, quantity, value)


def steady(bench: Bench, stream: Stream, quantity: str, threshold: Volt) -> Measurement:
    """Return how long an output was on another side than it is most of the time."""
    wave = _wave(stream, quantity)
    high = bool((wave.samples > threshold).mean() > 0.5)
    return _measured(bench, quantity, lapse(wave, threshold, wave.start, _end(wave), high=high))


def above(bench: Bench, stream: Stream, quantity: str, threshold: Volt) -> Measurement:
    """Return how long an output that is to float was high."""
    wave = _wave(stream, quantity)
    return _measured(bench, quantity, lapse(wave, threshold, wave.start, _end(wave), high=False))


def illustrated(found: Iterable[Measurement], evidence: Evidence) -> Iterator[Measurement]:
    """Yield what one stream told, each with the curves of that stream."""
    for told in found:
        yield replace(told, evidence=(evidence,))


def _wave(stream: Stream, quantity: str) -> Waveform:
    return stream.waves[f"stream.{_output(quantity)}"]


def _output(quantity: str) -> str:
    return quantity.partition(".")[2]


def _end(wave: Waveform) -> Second:
    return wave.start + wave.interval * len(wave.samples)


def _measured(bench: Bench, quantity: str, value: Second) -> Measurement:
    role = f"stream.{_output(quantity)}"
    daq, _ = bench.recorder_of(role)
    return measurement(
        bench,
        quantity,
        value,
        "s",
        Contribution(
            name="two edges on one clock",
            standard_uncertainty=daq.time_uncertainty(RATE, value),
            basis="sampling interval and clock error of the streaming device",
        ),
        source=role,
    )
