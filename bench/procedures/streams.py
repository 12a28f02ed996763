"""Streams of several pins on one time base, and the edges in them."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from bench.bench import Bench
from bench.measurement import Evidence
from instruments.daq import Recording
from instruments.errors import Exchange, OutOfRange
from instruments.units import Hertz, Second, Volt
from instruments.waveform import Waveform

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

_SAMPLES, _MOST = 400, 8000
"""How many samples a long stream leaves as evidence: evenly spaced ones, and at most."""

_STEP: Volt = 0.1  # what less is between two samples may be noise

PERSISTENCE: Second = 0.05
"""A state must last this long to count; its edge is the first sample of it."""


@dataclass(slots=True)
class Stream:
    """A running stream of roles; ``waves`` is filled when it has stopped, in volts at the pins."""

    recording: Recording
    waves: Mapping[str, Waveform]

    def wait(self, duration: Second) -> None:
        """Let ``duration`` [s] pass while samples are collected."""
        self.recording.wait(duration)


@contextmanager
def streaming(bench: Bench, roles: Sequence[str], rate: Hertz) -> Generator[Stream]:
    """Stream ``roles`` at ``rate`` [Hz] while the block runs; they must sit on one instrument."""
    rows = [bench.file.wiring[role] for role in roles]
    daq, _ = bench.recorder_of(roles[0])
    stream = Stream(daq.record([row.terminal for row in rows], rate), {})
    try:
        yield stream
    finally:
        waves = stream.recording.stop()
    stream.waves = {
        row.role: Waveform(
            samples=waves[row.terminal].samples * row.divider,
            start=waves[row.terminal].start,
            interval=waves[row.terminal].interval,
            unit=waves[row.terminal].unit,
        )
        for row in rows
    }
    for role, wave in stream.waves.items():
        if bool((wave.samples != wave.samples).any()):
            raise OutOfRange(
                f"the stream of '{role}' has missing samples; lower the rate or free the host",
                Exchange(role=role),
            )


def unseen(pole: str) -> OutOfRange:
    """Return the failure of a bench on which outputs follow a signal that its stream lacks."""
    return OutOfRange(
        f"the unit follows a signal that 'stream.{pole}' does not show: its lead is open",
        Exchange(role=f"stream.{pole}"),
    )


def edge(wave: Waveform, threshold: Volt, *, rising: bool, after: Second) -> Second | None:
    """Return when the wave first stays beyond ``threshold`` for ``PERSISTENCE`` [s], or None.

    Only samples from ``after`` [s] on count; the edge is the first sample of the lasting state.
    """
    import numpy

    times = wave.times()
    beyond = wave.samples > threshold if rising else wave.samples < threshold
    needed = max(1, round(PERSISTENCE / wave.interval))
    turns = _turns(beyond & (times >= after))
    starts, ends = turns[::2], turns[1::2]
    lasting = numpy.flatnonzero(ends - starts >= needed)
    return float(times[starts[lasting[0]]]) if lasting.size else None


def _turns(condition: "NDArray[numpy.bool_]") -> "NDArray[numpy.intp]":
    """Return where a condition begins and ends to be met, in turn."""
    import numpy

    return numpy.flatnonzero(numpy.diff(condition, prepend=False, append=False))


def longest_below(wave: Waveform, threshold: Volt, start: Second, stop: Second) -> Second:
    """Return the longest time that the wave stays below a threshold between two times [s]."""
    return _longest(wave, wave.samples < threshold, start, stop)


def lapse(wave: Waveform, threshold: Volt, start: Second, stop: Second, *, high: bool) -> Second:
    """Return the longest time between two times [s] that a wave is not as it should be.

    It should lie above ``threshold`` if ``high``, else below.
    """
    wrong = wave.samples < threshold if high else wave.samples > threshold
    return _longest(wave, wrong, start, stop)


def _longest(
    wave: Waveform, condition: "NDArray[numpy.bool_]", start: Second, stop: Second
) -> Second:
    times = wave.times()
    turns = _turns(condition[(times >= start) & (times < stop)])
    runs = turns[1::2] - turns[::2]
    return float(runs.max()) * wave.interval if runs.size else 0.0


def curves(
    name: str,
    stream: Stream,
    marks: Mapping[str, Second],
    *,
    until: Second = inf,
) -> Evidence:
    """Return the stopped stream as evidence, its samples up to ``until`` [s] on the bench clock.

    ``marks`` are times on the bench clock; in the evidence all times count from the first sample.
    Of a long stream those samples are kept that tell its course, see `_telling`.
    """
    waves = stream.waves
    first = next(iter(waves.values()))
    count = len(first.samples)
    if until < inf:
        count = min(count, max(1, round((until - first.start) / first.interval)))
    kept = _telling([wave.samples[:count] for wave in waves.values()], count)
    return Evidence(
        name=name,
        abscissa="time",
        abscissa_unit="s",
        ordinate_unit="V",
        x=(first.times() - first.start)[kept],
        columns={_label(role): wave.samples[kept] for role, wave in waves.items()},
        marks={label: at - first.start for label, at in marks.items()},
    )


def _telling(columns: "Sequence[NDArray[numpy.float64]]", count: int) -> "NDArray[numpy.intp]":
    """Return which of ``count`` samples tell the course: some of all, and both sides of each step.

    So an edge stays where it was to the sample, and nothing is told twice of a pin that rests. A
    curve with more steps than that leaves room for has many samples instead, evenly spaced.
    """
    import numpy

    stride = -(-count // _SAMPLES) or 1
    kept = numpy.zeros(count, dtype=bool)
    kept[::stride] = True
    kept[-1:] = True
    if stride > 1:
        for column in columns:
            steps = numpy.abs(numpy.diff(column))
            large = steps > max(_STEP, 0.02 * float(numpy.ptp(column)))
            kept[:-1] |= large
            kept[1:] |= large
    if kept.sum() > _MOST:
        kept[:] = False
        kept[:: max(1, count // _MOST)] = True
    return numpy.flatnonzero(kept)


def _label(role: str) -> str:
    """Return what a curve is called: the net of a plain stream, else the role's own words."""
    family, _, net = role.partition(".")
    return net if family in ("stream", "light") else f"{family} {net}"
