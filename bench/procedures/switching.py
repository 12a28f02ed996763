"""What the outputs do in time, when the power comes, and when the remote input switches.

The outputs are pulled down meanwhile, so that a floating one falls at once, and streamed: a pulse
that a device behind an output sees is seen here too.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager

from bench.bench import Bench
from bench.errors import ConfigError
from bench.measurement import Contribution, Measurement
from bench.power import power_down
from bench.procedure import Arguments, measurement, terminals
from bench.procedures import lapses
from bench.procedures.readings import battery_voltage
from bench.procedures.state import states
from bench.procedures.streams import Stream, curves, edge, streaming
from bench.quantity import parse_as
from bench.spec import OperatingPoint
from instruments.supply import SupplyOutput
from instruments.units import Second

_LEAD: Second = 0.25
_WITHIN = "5 s"


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return streams and pulls of all outputs that are watched."""
    del point
    kinds = ("stream", "pull_up", "pull_down", "drop")
    return tuple(f"{kind}.{name}" for name in _watched(arguments) for kind in kinds)


def measure_watch(
    bench: Bench, point: OperatingPoint, arguments: Arguments
) -> Iterator[Measurement]:
    """Yield how long each of ``terminals`` left its state during ``duration``, and its state."""
    del point
    names = terminals(arguments, "terminals")
    threshold = battery_voltage(bench).value / 2.0
    with _watching(bench, names) as stream:
        stream.wait(_time(arguments, "duration"))
    found = [lapses.steady(bench, stream, f"lapse.{name}", threshold) for name in names]
    yield from lapses.illustrated(found, curves("outputs", stream, {}))
    yield from states(bench, names)


def measure_start(
    bench: Bench, point: OperatingPoint, arguments: Arguments
) -> Iterator[Measurement]:
    """Yield what the outputs do when the unit gets its power, and their states then.

    Those in ``idle`` are not to be high at any time, those in ``rises`` come and stay. Raises
    ConfigError where a remote input is driven by a source: it must not outlive the power.
    """
    del point
    idle, rises = terminals(arguments, "idle"), terminals(arguments, "rises")
    if driven := sorted(role for role in bench.closed if role.endswith(".dac")):
        raise ConfigError(
            f"{bench.file.path}: '{driven[0]}' cannot stay closed while the power is off; bring "
            "the remote input to its level by contacts"
        )
    threshold = battery_voltage(bench).value / 2.0
    supply = bench.role(SupplyOutput, "supply")
    power_down(supply, bench.clock)
    with _watching(bench, (*idle, *rises)) as stream:
        stream.wait(_LEAD)
        begun = bench.clock.now()
        supply.enable()
        stream.wait(_time(arguments, "within"))
    found = list(_idle(bench, stream, idle, threshold))
    for name in rises:
        up = edge(stream.waves[f"stream.{name}"], threshold, rising=True, after=begun)
        found += [
            _delay(bench, stream, f"start_time.{name}", begun, up),
            lapses.after_edge(bench, stream, f"lapse.{name}", threshold, edge=up, rising=True),
        ]
    yield from lapses.illustrated(found, curves("outputs", stream, {"power on": begun}))
    yield from states(bench, (*idle, *rises))


def measure_toggle(
    bench: Bench, point: OperatingPoint, arguments: Arguments
) -> Iterator[Measurement]:
    """Yield what the outputs do when the remote input goes off and on again, and their states.

    Those in ``follows`` go and stay away, then come and stay; those in ``idle`` are not to be high
    at any time.
    """
    del point
    idle, follows = terminals(arguments, "idle"), terminals(arguments, "follows")
    within = _time(arguments, "within")
    threshold = battery_voltage(bench).value / 2.0
    contacts = frozenset(role for role in bench.closed if role.startswith("remote"))
    with _watching(bench, (*idle, *follows)) as stream:
        stream.wait(_LEAD)
        off = bench.clock.now()
        bench.switch(release=contacts)
        stream.wait(within)
        on = bench.clock.now()
        bench.switch(close=contacts)
        stream.wait(within)
    found = list(_idle(bench, stream, idle, threshold))
    for name in follows:
        wave = stream.waves[f"stream.{name}"]
        gone = edge(wave, threshold, rising=False, after=off)
        back = edge(wave, threshold, rising=True, after=on)
        found += [
            _delay(bench, stream, f"off_time.{name}", off, gone),
            _delay(bench, stream, f"on_time.{name}", on, back),
            lapses.after_edge(
                bench, stream, f"lapse_off.{name}", threshold, edge=gone, rising=False, until=on
            ),
            lapses.after_edge(bench, stream, f"lapse_on.{name}", threshold, edge=back, rising=True),
        ]
    events = {"remote off": off, "remote on": on}
    yield from lapses.illustrated(found, curves("outputs", stream, events))
    yield from states(bench, (*idle, *follows))


def _watched(arguments: Arguments) -> tuple[str, ...]:
    keys = ("terminals", "idle", "rises", "follows")
    return tuple(name for key in keys for name in terminals(arguments, key))


def _time(arguments: Arguments, key: str) -> Second:
    return parse_as(str(arguments.get(key, _WITHIN)), "s")


@contextmanager
def _watching(bench: Bench, names: tuple[str, ...]) -> Generator[Stream]:
    pulls = tuple(f"pull_down.{name}" for name in names)
    bench.switch(close=pulls)
    with streaming(bench, [f"stream.{name}" for name in names], lapses.RATE) as stream:
        yield stream
    bench.switch(release=pulls)


def _idle(
    bench: Bench, stream: Stream, names: tuple[str, ...], threshold: float
) -> Iterator[Measurement]:
    for name in names:
        yield lapses.above(bench, stream, f"pulse.{name}", threshold)


def _delay(
    bench: Bench, stream: Stream, quantity: str, begun: Second, edge_at: Second | None
) -> Measurement:
    """Return the time from an event to an edge [s], to the end of the stream without one.

    The event is when the host had it done, so the time is as good as the host's clock.
    """
    wave = stream.waves[f"stream.{quantity.partition('.')[2]}"]
    end = wave.start + wave.interval * len(wave.samples)
    daq, _ = bench.recorder_of(f"stream.{quantity.partition('.')[2]}")
    value = (end if edge_at is None else edge_at) - begun
    return measurement(
        bench,
        quantity,
        value,
        "s",
        Contribution(
            name="edge after the host's command",
            standard_uncertainty=daq.time_uncertainty(lapses.RATE, abs(value)),
            basis="sampling interval and clock error; reported only",
        ),
        source=f"stream.{quantity.partition('.')[2]}",
    )
