"""The pre-alarm: how long PRE-ALARM warns before a low cell opens LOAD.

Stimulus and all three outputs are edges in one stream, so neither the operate time of a relay nor
the host's clock counts. A battery on a bus is not read back: what is counted from its signal counts
from when it was asked for, so only what lies between two outputs is worth a verdict.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

from bench.bench import Bench
from bench.measurement import Contribution, Evidence, Measurement
from bench.operating_point import OperatingPoint
from bench.procedure import Arguments, measurement
from bench.procedures.readings import battery_voltage
from bench.procedures.state import KINDS, WORDS, states
from bench.procedures.streams import Stream, curves, edge, longest_below, streaming, unseen
from bench.quantity import parse_as
from instruments.multimeter import Multimeter
from instruments.units import Hertz, Second, Volt

OUTPUTS = ("LOAD", "CHARGER", "PRE-ALARM")
RATE: Hertz = 1000.0
STEPS = ("prealarm", "undervoltage", "healthy")
"""What the battery signals, in this order, those for which the spec file gives a time."""

HISTORIES: Mapping[str, tuple[str, int]] = {
    "opened_before": ("undervoltage", 2),
    "warned_before": ("prealarm", 1),
}
"""What a unit has been through before a sequence, and how often.

LOAD was opened, or a pre-alarm ended early. What is true of a second time is not always of a third.
"""

_Steps = tuple[tuple[str, Second], ...]

_REST: Second = 5.0
PARAMETERS: Mapping[str, str] = {**dict.fromkeys((*STEPS, *HISTORIES), "s"), "least": "s"}
MEASUREMENTS: dict[str, str | tuple[str, ...]] = {
    **{f"{kind}.{output}": unit for output in OUTPUTS for kind, unit in KINDS.items()},
    **{f"state{when}.{output}": WORDS for output in OUTPUTS for when in ("_before", "_after")},
    "lead_time": "s",
    "prealarm_delay": "s",
    "prealarm_gap": "s",
    "prealarm_after": "s",
    "prealarm_release": "s",
    "load_delay": "s",
    "load_gap": "s",
    "charger_gap": "s",
}
"""What is measured, and in which unit."""

_LEAD: Second = 1.0
_LOOK: Second = 5.0
_RELEASE: Second = 3.0
_POLE_THRESHOLD: Volt = 1.0
_LIGHTS = ("light.LED_RED", "light.LED_BLUE")
"""The LED that tells of a low cell: red beside a battery on a bus, blue beside a loop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """What happened in the stream, as times [s] on its clock; None for what did not happen.

    ``signals`` are the conditions of the battery and when they began, ``rise`` and ``drop`` the
    edges of PRE-ALARM, ``opening`` is that of LOAD.
    """

    start: Second
    end: Second
    signals: tuple[tuple[str, Second], ...]
    rise: Second | None
    drop: Second | None
    opening: Second | None


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return streams, pulls and the loop that a sequence needs."""
    del arguments, point
    kinds = ("stream", "pull_up", "pull_down", "drop")
    return (*(f"{kind}.{name}" for name in OUTPUTS for kind in kinds), "loop.1", "stream.loop.1")


def conditions(arguments: Arguments) -> tuple[str, ...]:
    """Return what the battery signals in a sequence and before it."""
    return tuple(condition for condition, _ in (*_history(arguments), *_steps(arguments)))


def _steps(arguments: Arguments) -> _Steps:
    return tuple((step, _time_of(arguments, step)) for step in STEPS if step in arguments)


def _history(arguments: Arguments) -> _Steps:
    """Return what the battery signals before the sequence, each time until it is healthy again."""
    return tuple(
        step
        for name, (condition, times) in HISTORIES.items()
        if name in arguments
        for step in times * ((condition, _time_of(arguments, name)), ("healthy", _REST))
    )


def _time_of(arguments: Arguments, name: str) -> Second:
    return parse_as(cast("str", arguments[name]), "s")


def measure(bench: Bench, point: OperatingPoint, arguments: Arguments) -> Iterator[Measurement]:
    """Yield states before, times of a sequence, states at its end, and states once healthy.

    The outputs stay pulled down meanwhile, so that a floating one falls at once.
    """
    del point
    steps = _steps(arguments)
    for condition, duration in _history(arguments):
        bench.battery.signal(condition)
        bench.clock.sleep(duration)
    yield from _only_states(bench, "_before")
    threshold = battery_voltage(bench).value / 2.0
    poles = sorted({role for condition, _ in steps for role in bench.battery.roles(condition)})
    channels = [f"stream.{role}" for role in (*OUTPUTS, *poles)]
    if bench.has(light := _LIGHTS[bool(poles)]):
        channels.append(light)
    pulls = tuple(f"pull_down.{output}" for output in OUTPUTS)
    bench.switch(close=pulls)
    with streaming(bench, channels, RATE) as stream:
        stream.wait(_LEAD)
        told: list[Second] = []
        for condition, duration in steps:
            told.append(bench.clock.now())
            bench.battery.signal(condition)
            _await(bench, stream, condition, duration, threshold)
    bench.switch(release=pulls)
    course = _course(bench, stream, steps, told, threshold)
    evidence = _evidence(stream, course, _time_of(arguments, "least"))
    yield from _times(bench, stream, course, threshold, evidence)
    yield from states(bench, OUTPUTS)
    bench.battery.signal("healthy")
    bench.clock.sleep(_RELEASE)
    yield from _only_states(bench, "_after")


def _await(bench: Bench, stream: Stream, condition: str, duration: Second, threshold: Volt) -> None:
    """Wait for ``duration`` [s], on a low cell no longer than until LOAD is open at two looks.

    A meter of the instrument that streams cannot be read meanwhile.
    """
    wiring = bench.file.wiring
    row = wiring.connections.get("drop.LOAD")
    can_look = row is not None and row.instrument != wiring["stream.LOAD"].instrument
    if condition != "undervoltage" or not can_look:
        stream.wait(duration)
        return
    meter = bench.role(Multimeter, "drop.LOAD")
    was_open, end = False, bench.clock.now() + duration
    while (left := end - bench.clock.now()) > _LOOK:
        stream.wait(_LOOK)
        is_open = meter.measure() > threshold
        if was_open and is_open:
            return
        was_open = is_open
    stream.wait(max(left, 0.0))


def _only_states(bench: Bench, suffix: str) -> Iterator[Measurement]:
    yield from states(bench, OUTPUTS, suffix=suffix)


def _course(
    bench: Bench,
    stream: Stream,
    steps: _Steps,
    told: list[Second],
    threshold: Volt,
) -> _Course:
    """Find the edges in the stream; a signal that is not in it was given when it was ``told``."""
    load, alarm = stream.waves["stream.LOAD"], stream.waves["stream.PRE-ALARM"]
    signals: list[tuple[str, Second]] = []
    missed: list[str] = []
    after = load.start
    conditions = ["healthy", *(condition for condition, _ in steps)]
    for (before, now), (_, duration) in zip(pairwise(conditions), steps, strict=True):
        moved, seen = _signal(bench, stream, before, now, after)
        if moved and seen is None:
            missed.append(moved)
        signals.append((now, told[len(signals)] if seen is None else seen))
        after = signals[-1][1] + duration / 2.0
    rise = edge(alarm, threshold, rising=True, after=signals[0][1])
    opening = edge(load, threshold, rising=False, after=load.start)
    if missed and not (rise is None and opening is None):
        raise unseen(missed[0])
    return _Course(
        start=load.start,
        end=load.start + load.interval * len(load.samples),
        signals=tuple(signals),
        rise=rise,
        drop=None if rise is None else edge(alarm, threshold, rising=False, after=rise),
        opening=opening,
    )


def _signal(
    bench: Bench, stream: Stream, before: str, now: str, after: Second
) -> tuple[str, Second | None]:
    """Return the first pole that tells ``now`` from ``before``, if any, and when it moved."""
    was, is_ = bench.battery.roles(before), bench.battery.roles(now)
    opened = [role for role in is_ if role not in was]
    moved = opened or [role for role in was if role not in is_]
    if not moved:
        return "", None
    wave = stream.waves[f"stream.{moved[0]}"]
    return moved[0], edge(wave, _POLE_THRESHOLD, rising=bool(opened), after=after)


def _times(
    bench: Bench, stream: Stream, course: _Course, threshold: Volt, picture: Evidence
) -> Iterator[Measurement]:
    """Yield the times of the course; what did not happen counts to the end of the stream."""
    evidence = (picture,)
    waves = stream.waves
    source = "stream.LOAD, stream.PRE-ALARM"
    rise, drop, opening = course.rise, course.drop, course.opening
    warned_until = course.end if opening is None else opening
    (_, first), (_, last) = course.signals[0], course.signals[-1]
    if course.signals[-1][0] == "healthy":
        warned_until = last
        gap = longest_below(waves["stream.LOAD"], threshold, course.start, course.end)
        yield _time(bench, "load_gap", gap, "stream.LOAD", evidence)
        release = (course.end if drop is None else drop) - last
        yield _time(bench, "prealarm_release", release, "stream.PRE-ALARM")
    else:
        gap = longest_below(waves["stream.LOAD"], threshold, course.start, warned_until)
        yield _time(bench, "load_gap", gap, "stream.LOAD")
        lead = 0.0 if rise is None else warned_until - rise
        yield _time(bench, "lead_time", lead, source, evidence)
        yield _time(bench, "load_delay", warned_until - last, "stream.LOAD")
        if opening is not None:
            after = (course.end if drop is None else drop) - opening
            yield _time(bench, "prealarm_after", 0.0 if rise is None else after, source)
    begun = course.end if rise is None else rise
    yield _time(bench, "prealarm_delay", begun - first, "stream.PRE-ALARM")
    begun = first if rise is None else rise
    gap = longest_below(waves["stream.PRE-ALARM"], threshold, begun, warned_until)
    yield _time(bench, "prealarm_gap", gap, "stream.PRE-ALARM")
    gap = longest_below(waves["stream.CHARGER"], threshold, course.start, course.end)
    yield _time(bench, "charger_gap", gap, "stream.CHARGER")


def _time(
    bench: Bench, name: str, value: Second, source: str, evidence: tuple[Evidence, ...] = ()
) -> Measurement:
    daq, _ = bench.recorder_of("stream.LOAD")
    return measurement(
        bench,
        name,
        value,
        "s",
        Contribution(
            name="two edges on one clock",
            standard_uncertainty=daq.time_uncertainty(RATE, abs(value)),
            basis="sampling interval and clock error of the streaming device",
        ),
        source=source,
        evidence=evidence,
    )


def _evidence(stream: Stream, course: _Course, least: Second) -> Evidence:
    """Return the curves, with the least time between pre-alarm and opening drawn, not judged."""
    marks = {f"battery: {condition}": at for condition, at in course.signals}
    if course.rise is not None:
        marks["PRE-ALARM rises"] = course.rise
        marks[f"limit, {least:g} s after PRE-ALARM rises"] = course.rise + least
    if course.opening is not None:
        marks["LOAD opens"] = course.opening
    told = ", ".join(condition for condition, _ in course.signals)
    return curves(f"Outputs while the battery signals {told}", stream, marks)
