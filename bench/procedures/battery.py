"""Reaction of the outputs to a signal of the battery, and their release."""

from collections.abc import Iterator
from functools import partial

from bench.bench import Bench
from bench.measurement import Contribution, Measurement
from bench.procedure import Arguments, measurement, terminals
from bench.procedures.readings import battery_voltage
from bench.procedures.state import states
from bench.procedures.streams import curves, edge, streaming
from bench.quantity import parse_as
from bench.spec import OperatingPoint
from instruments.units import Hertz, Second, Volt

RATE: Hertz = 1000.0
_LEAD: Second = 0.25
_TAIL: Second = 0.25
WINDOW: Second = 5.0
"""How long a reaction is waited for; an output that has not moved by then is reported as that."""

CYCLES = ("1", "2", "3")
"""How often the battery may signal and recover; the last time is measured."""

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


def measure(bench: Bench, point: OperatingPoint, arguments: Arguments) -> Iterator[Measurement]:
    """Yield reaction times, states while the battery signals, release times and states after.

    Stimulus and response are edges in one stream: the opening of the loop is read back, so neither
    the relay's operate time nor the host's clock counts.
    """
    trips, keeps = terminals(arguments, "trips"), terminals(arguments, "keeps")
    watched = (*trips, *keeps)
    within = parse_as(str(arguments.get("within", "5 s")), "s")
    for _ in range(int(str(arguments.get("cycles", CYCLES[0]))) - 1):
        for condition in (point.battery, "healthy"):
            bench.battery.signal(condition)
            bench.clock.sleep(within)
    look = partial(_watch, bench, point, trips, watched, within=within)
    yield from look(point.battery, "reaction_time", rising=False)
    yield from states(bench, watched)
    yield from look("healthy", "release_time", rising=True)
    yield from states(bench, watched, suffix="_after")


def _watch(
    bench: Bench,
    point: OperatingPoint,
    trips: tuple[str, ...],
    watched: tuple[str, ...],
    condition: str,
    quantity: str,
    *,
    within: Second,
    rising: bool,
) -> Iterator[Measurement]:
    """Signal ``condition`` during a stream and yield the time each output takes to follow."""
    poles = bench.battery.roles(point.battery)
    threshold = battery_voltage(bench).value / 2.0
    channels = [f"stream.{name}" for name in watched] + [f"stream.{role}" for role in poles]
    with streaming(bench, channels, RATE) as stream:
        stream.wait(_LEAD)
        bench.battery.signal(condition)
        stream.wait(within)
    pole = stream.waves[f"stream.{poles[0]}"]
    stimulus = edge(pole, _POLE_THRESHOLD, rising=not rising, after=pole.start)
    start = pole.start + _LEAD if stimulus is None else stimulus
    ends = {
        name: edge(stream.waves[f"stream.{name}"], threshold, rising=rising, after=start)
        for name in trips
    }
    last = max((start + within if end is None else end for end in ends.values()), default=start)
    marks = {} if stimulus is None else {"stimulus": stimulus}
    evidence = curves(
        f"{', '.join(watched)} on {condition} ({quantity})", stream, marks, until=last + _TAIL
    )
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
            source=f"stream.{name}, stream.{poles[0]}",
            evidence=(evidence,) if name == trips[0] else (),
        )
