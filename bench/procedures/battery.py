"""Reaction of the outputs to a signal of the battery, and their release.

All outputs are watched all the time: one that is to stay as it is must not flicker either, and one
that has opened must not try again.
"""

from collections.abc import Iterator
from functools import partial
from math import inf

from bench.bench import Bench
from bench.measurement import Contribution, Measurement
from bench.operating_point import OperatingPoint
from bench.procedure import Arguments, measurement, terminals
from bench.procedures import lapses
from bench.procedures.readings import battery_voltage
from bench.procedures.rehearsal import Rehearsal
from bench.procedures.state import states
from bench.procedures.streams import Stream, curves, edge, streaming, unseen
from bench.quantity import parse_as
from instruments.units import Hertz, Second, Volt

RATE: Hertz = lapses.RATE
_LEAD: Second = 0.25
_TAIL: Second = 0.25
WINDOW: Second = 5.0
"""How long a reaction is waited for; an output that has not moved by then is reported as that."""

CYCLES = ("1", "2", "3", "5")
"""How often the battery may signal and recover; the last time is measured, the others compared."""

ALREADY = ("undervoltage", "overtemperature")
"""What the battery may signal before the condition of the point, and go on signalling after it."""

_POLE_THRESHOLD: Volt = 1.0


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return streams, pulls and the loop that a reaction needs."""
    del point
    names = (*terminals(arguments, "trips"), *terminals(arguments, "keeps"))
    return (
        *(
            f"{kind}.{name}"
            for name in names
            for kind in ("stream", "pull_up", "pull_down", "drop")
        ),
        "loop.1",
        "stream.loop.1",
    )


def conditions(arguments: Arguments) -> tuple[str, ...]:
    """Return what the battery signals beyond the condition of the point."""
    return (str(arguments["already"]),) if "already" in arguments else ()


def measure(bench: Bench, point: OperatingPoint, arguments: Arguments) -> Iterator[Measurement]:
    """Yield reaction times, states while the battery signals, release times and states after.

    What the battery signals ``already`` it signals before and after too: the condition of the point
    comes on top of it, and ends alone.

    Stimulus and response are edges in one stream: the opening of the loop is read back, so neither
    the relay's operate time nor the host's clock counts. A condition that a person brings about
    counts from when it was asked for: only what lies between outputs is worth a verdict then.
    """
    trips, keeps = terminals(arguments, "trips"), terminals(arguments, "keeps")
    watched = (*trips, *keeps)
    within = parse_as(str(arguments.get("within", "5 s")), "s")
    (rest,) = conditions(arguments) or ("healthy",)
    if rest != "healthy":
        bench.battery.signal(rest)
        bench.clock.sleep(within)
    rehearsal = Rehearsal(bench, watched)
    for _ in range(int(str(arguments.get("cycles", CYCLES[0]))) - 1):
        for condition, suffix in ((point.battery, ""), (rest, "_after")):
            bench.battery.signal(condition)
            bench.clock.sleep(within)
            rehearsal.look(suffix)
    still_open = bench.battery.roles(rest)
    poles = tuple(role for role in bench.battery.roles(point.battery) if role not in still_open)
    look = partial(_watch, bench, poles, trips, watched, within=within)
    yield from look(point.battery, "reaction_time", rising=False)
    yield from rehearsal.heard(states(bench, watched))
    yield from look(rest, "release_time", rising=True, suffix="_after")
    yield from rehearsal.heard(states(bench, watched, suffix="_after"))
    yield from rehearsal.exceptions()


def _watch(
    bench: Bench,
    poles: tuple[str, ...],
    trips: tuple[str, ...],
    watched: tuple[str, ...],
    condition: str,
    quantity: str,
    *,
    within: Second,
    rising: bool,
    suffix: str = "",
) -> Iterator[Measurement]:
    """Signal ``condition`` during a stream and yield the time each output takes to follow.

    Then yield how long each was not as it should be: at all where it is to stay as it was, after
    its edge where it is to follow; ``suffix`` goes behind ``lapse``. The signal is told by
    ``poles``.
    """
    threshold = battery_voltage(bench).value / 2.0
    channels = [f"stream.{name}" for name in watched] + [f"stream.{role}" for role in poles]
    with streaming(bench, channels, RATE) as stream:
        stream.wait(_LEAD)
        told = bench.clock.now()
        bench.battery.signal(condition)
        stream.wait(within)
    stimulus = _stimulus(stream, poles, rising=not rising)
    start = told if stimulus is None else stimulus
    ends = {
        name: edge(stream.waves[f"stream.{name}"], threshold, rising=rising, after=start)
        for name in trips
    }
    if poles and stimulus is None and any(end is not None for end in ends.values()):
        raise unseen(poles[0])
    lapsed = [
        lapses.after_edge(
            bench, stream, f"lapse{suffix}.{name}", threshold, edge=end, rising=rising
        )
        for name, end in ends.items()
    ]
    lapsed += [
        lapses.steady(bench, stream, f"lapse{suffix}.{name}", threshold)
        for name in watched[len(trips) :]
    ]
    last = max((start + within if end is None else end for end in ends.values()), default=start)
    marks = {} if stimulus is None else {"stimulus": stimulus}
    until = inf if any(lapse.value for lapse in lapsed) else last + _TAIL
    title = f"{', '.join(watched)} on {condition} ({quantity})"
    evidence = curves(title, stream, marks, until=until)
    daq, _ = bench.recorder_of(channels[0])
    for name, end in ends.items():
        elapsed = within if end is None else end - start
        yield measurement(
            bench,
            f"{quantity}.{name}",
            elapsed,
            "s",
            Contribution(
                name="two edges on one clock",
                standard_uncertainty=daq.time_uncertainty(RATE, elapsed),
                basis="sampling interval and clock error of the streaming device",
            ),
            source=", ".join(f"stream.{role}" for role in (name, *poles[:1])),
            evidence=(evidence,),
        )
    yield from lapses.illustrated(lapsed, evidence)


def _stimulus(stream: Stream, poles: tuple[str, ...], *, rising: bool) -> Second | None:
    """Return when the first pole moved; None where the condition has none, or it did not move."""
    if not poles:
        return None
    pole = stream.waves[f"stream.{poles[0]}"]
    return edge(pole, _POLE_THRESHOLD, rising=rising, after=pole.start)
