"""What the outputs do in time, when the power comes, and when the remote input switches.

The outputs are pulled down meanwhile, so that a floating one falls at once, and streamed: a pulse
that a device behind an output sees is seen here too.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager

from bench import remote
from bench.bench import Bench
from bench.errors import ConfigError
from bench.measurement import Contribution, Measurement
from bench.operating_point import OperatingPoint
from bench.power import move, power_down, protect
from bench.procedure import Arguments, measurement, terminals
from bench.procedures import lapses, leds
from bench.procedures.readings import battery_voltage
from bench.procedures.state import states
from bench.procedures.streams import Stream, curves, edge, streaming
from bench.quantity import parse_as
from instruments.supply import SupplyOutput
from instruments.units import Second

MEANWHILE = ("healthy", "overvoltage", "undervoltage_overtemperature")
"""What the battery may come to signal while a unit is off."""

_LEAD: Second = 0.25
_ENDS = ("lowest", "highest")
_STAY: Second = 2.0
_LOOK: Second = 2.0
_OFF: Second = 5.0
_WITHIN = "5 s"


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return streams and pulls of all outputs that are watched, and what sees the LEDs."""
    kinds = ("stream", "pull_up", "pull_down", "drop")
    outputs = tuple(f"{kind}.{name}" for name in _watched(arguments) for kind in kinds)
    return (*outputs, *leds.roles(arguments, point))


def toggle_roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the roles of what is watched, and the link that switches a unit on."""
    is_off = not any(remote.contacts(point))
    return (*roles(arguments, point), *(("remote_link",) if is_off else ()))


def measure_watch(
    bench: Bench, point: OperatingPoint, arguments: Arguments
) -> Iterator[Measurement]:
    """Yield how long each of ``terminals`` left its state during ``duration``, and its state.

    Meanwhile the supply goes to its ``lowest`` and to its ``highest`` voltage, where they are
    given, and back. LEDs in ``leds`` are looked at in the end.
    """
    names = terminals(arguments, "terminals")
    levels = [parse_as(str(arguments[key]), "V") for key in _ENDS if key in arguments]
    threshold = min([battery_voltage(bench).value, *levels]) / 2.0
    if levels:
        levels.append(point.vbat)
        protect(bench.role(SupplyOutput, "supply"), max(levels))
    with watching(bench, names) as stream:
        for level in levels:
            stream.wait(_STAY)
            move(bench.role(SupplyOutput, "supply"), level, bench.clock)
        stream.wait(_time(arguments, "duration"))
    found = [lapses.steady(bench, stream, f"lapse.{name}", threshold) for name in names]
    yield from lapses.illustrated(found, curves("outputs", stream, {}))
    yield from states(bench, names)
    yield from _lights(bench, arguments)


def measure_start(
    bench: Bench, point: OperatingPoint, arguments: Arguments
) -> Iterator[Measurement]:
    """Yield what the outputs do when the unit gets its power, and their states then.

    Those in ``idle`` are not to be high at any time, those in ``rises`` come and stay. LEDs in
    ``leds`` are looked at in the end. Raises ConfigError where a remote input is driven by a
    source: it must not outlive the power.
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
    with watching(bench, (*idle, *rises)) as stream:
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
    yield from _lights(bench, arguments)


def measure_toggle(
    bench: Bench, point: OperatingPoint, arguments: Arguments
) -> Iterator[Measurement]:
    """Yield what the outputs do when the remote input goes off and on again, and their states.

    A unit that is off at the point is switched on by its link first, then off. Those in ``follows``
    go and stay away, and come and stay; one that does not move within the time lapses for all of
    it. Those in ``idle`` are not to be high at any time. The battery begins to signal ``meanwhile``
    soon after the remote input has changed once. LEDs in ``leds`` are looked at in the end.
    """
    del point
    idle, follows = terminals(arguments, "idle"), terminals(arguments, "follows")
    within = _time(arguments, "within")
    threshold = battery_voltage(bench).value / 2.0
    contacts = frozenset(role for role in bench.closed if role.startswith("remote"))
    waits = (_OFF, within) if contacts else (within, _OFF)
    with watching(bench, (*idle, *follows)) as stream:
        stream.wait(_LEAD)
        first = bench.clock.now()
        _toggle(bench, contacts)
        if "meanwhile" in arguments:
            stream.wait(_STAY)  # until the unit has taken note of the remote input
            bench.battery.signal(str(arguments["meanwhile"]))
        stream.wait(waits[0])
        second = bench.clock.now()
        _toggle(bench, contacts)
        stream.wait(waits[1])
    on, off = (second, first) if contacts else (first, second)
    ends = {first: second, second: second + waits[1]}
    found = list(_idle(bench, stream, idle, threshold))
    for name in follows:
        wave = stream.waves[f"stream.{name}"]
        for word, begun, rising in (("off", off, False), ("on", on, True)):
            moved = edge(wave, threshold, rising=rising, after=begun)
            if moved is not None and moved >= ends[begun]:
                moved = None
            found += [
                _delay(bench, stream, f"{word}_time.{name}", begun, moved),
                lapses.after_edge(
                    bench,
                    stream,
                    f"lapse_{word}.{name}",
                    threshold,
                    edge=begun if moved is None else moved,
                    rising=rising,
                    until=ends[begun],
                ),
            ]
    events = {"remote off": off, "remote on": on}
    yield from lapses.illustrated(found, curves("outputs", stream, events))
    yield from states(bench, (*idle, *follows))
    yield from _lights(bench, arguments)


def conditions(arguments: Arguments) -> tuple[str, ...]:
    """Return what the battery signals beyond the condition of the point."""
    return (str(arguments["meanwhile"]),) if "meanwhile" in arguments else ()


def _toggle(bench: Bench, contacts: frozenset[str]) -> None:
    """Open the contacts that keep the unit on, or close them again; without any, its link."""
    roles = contacts or frozenset({"remote_link"})
    if roles & bench.closed:
        bench.switch(release=roles)
    else:
        bench.switch(close=roles)


def _lights(bench: Bench, arguments: Arguments) -> Iterator[Measurement]:
    if names := terminals(arguments, "leds"):
        yield from leds.states(bench, names, _LOOK)


def _watched(arguments: Arguments) -> tuple[str, ...]:
    keys = ("terminals", "idle", "rises", "follows")
    return tuple(name for key in keys for name in terminals(arguments, key))


def _time(arguments: Arguments, key: str) -> Second:
    return parse_as(str(arguments.get(key, _WITHIN)), "s")


@contextmanager
def watching(bench: Bench, names: tuple[str, ...]) -> Generator[Stream]:
    """Stream outputs while the block runs, pulled down so that a floating one falls at once."""
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
