"""What the blue LED tells of the radio: somebody connected, or the while after a start."""

from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import cast

from bench.bench import Bench
from bench.measurement import Contribution, Measurement
from bench.operating_point import OperatingPoint
from bench.power import power_cycle
from bench.procedure import Arguments, measurement, terminals
from bench.procedures import lapses, leds, state, telemetry
from bench.procedures.readings import battery_voltage
from bench.procedures.streams import curves, streaming
from bench.procedures.switching import watching
from bench.quantity import parse_as
from instruments.errors import Rejected
from instruments.supply import SupplyOutput
from instruments.telemetry import Telemetry
from instruments.units import Hertz, Second, Volt

LED = "LED_BLUE"
WORDS = ("ACTIVE", "SILENT")
FOUND = ("FOUND", "NOT FOUND")
RATE: Hertz = 50.0
_THRESHOLD: Volt = 1.0

# parts of the printed while after power on: half of it at the latest, twice of it at the earliest
_EARLY = (1.0 / 3.0, 1.0 / 2.0)
_LATE = (2.0, 2.5)
_HEARING: Second = 5.0
_BOOT: Second = 5.0
_LEAD: Second = 0.25
_REACT: Second = 5.0
_TRIES = 3


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the operator, the photodiodes and what is looked at of the outputs."""
    lights = tuple(f"light.{name}" for name in _leds(arguments))
    watched = tuple(f"stream.{name}" for name in terminals(arguments, "terminals"))
    return ("operator", *lights, *watched, *state.roles(arguments, point))


def _leds(arguments: Arguments) -> tuple[str, ...]:
    return (LED, *terminals(arguments, "leds"))


def window_roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the operator, the photodiode and the receiver."""
    del arguments, point
    return ("operator", f"light.{LED}", telemetry.ROLE)


def measure_connected(
    bench: Bench, point: OperatingPoint, arguments: Arguments
) -> Iterator[Measurement]:
    """Yield the blue LED and those in ``leds`` while the app is connected, and after it has left.

    Outputs in ``terminals`` are watched while somebody connects, and their states are looked at.
    Then, still connected, the battery comes into the condition of the point, and with ``remote``
    the remote input switches off. A unit that the app does not find is not connected to.
    """
    look = {**arguments, "leds": _leds(arguments)}
    found = bench.app.finds_unit()
    yield measurement(bench, "found", FOUND[not found], source="operator")
    with ExitStack() as session:
        yield from _connecting(bench, session, arguments, found=found)
        if point.battery != "healthy":
            bench.battery.signal(point.battery)
            bench.clock.sleep(_REACT)
        yield from leds.measure(bench, point, look)
        if names := terminals(arguments, "terminals"):
            yield from state.states(bench, names)
        if "remote" in arguments:
            bench.switch(release=frozenset(r for r in bench.closed if r.startswith("remote")))
            bench.clock.sleep(_REACT)
            yield from state.states(bench, terminals(arguments, "terminals"), suffix="_off")
    for left in leds.states(bench, (LED,), _duration(arguments), suffix="_after"):
        yield measurement(bench, "led_after", left.value, source=left.source)


def _connecting(
    bench: Bench, session: ExitStack, arguments: Arguments, *, found: bool
) -> Iterator[Measurement]:
    """Connect, and yield how long outputs were not as they are most of the time meanwhile."""
    names = terminals(arguments, "terminals")
    if not names:
        if found:
            session.enter_context(connected(bench))
        return
    threshold = battery_voltage(bench).value / 2.0
    with watching(bench, names) as stream:
        stream.wait(_LEAD)
        if found:
            session.enter_context(connected(bench))
        stream.wait(_REACT)
    steady = [lapses.steady(bench, stream, f"lapse.{name}", threshold) for name in names]
    yield from lapses.illustrated(steady, curves("Outputs while somebody connects", stream, {}))


def _duration(arguments: Arguments) -> Second:
    return parse_as(str(arguments.get("duration", "2 s")), "s")


def measure_window(
    bench: Bench, point: OperatingPoint, arguments: Arguments
) -> Iterator[Measurement]:
    """Yield how long a disabled Bluetooth is active after a start, ``active_for`` as printed.

    It stays disabled over more than one start. Bluetooth is enabled again within the while after
    one more.
    """
    del point
    app, printed = bench.app, parse_as(cast("str", arguments["active_for"]), "s")
    try:
        app.set("bluetooth", "off")
        _power_cycle(bench)
        bench.clock.sleep(_BOOT)
        begun = _power_cycle(bench)
        with streaming(bench, [f"light.{LED}"], RATE) as stream:
            stream.wait(_LATE[1] * printed)
        heard = bench.role(Telemetry, telemetry.ROLE).hears(_HEARING)
    except Exception:
        with suppress(Exception):  # what broke the block is told
            _enable(bench)
        raise
    _enable(bench)
    wave = stream.waves[f"light.{LED}"]
    times = wave.times() - begun
    lit = times[wave.samples > _THRESHOLD]
    daq, _ = bench.recorder_of(f"light.{LED}")
    window = float(lit[-1] - lit[0]) if lit.size else 0.0
    yield measurement(
        bench,
        "window",
        window,
        "s",
        Contribution(
            name="first and last light",
            standard_uncertainty=daq.time_uncertainty(RATE, window),
            basis="sampling interval and clock error; a dark half period is not seen",
        ),
        source=f"light.{LED}",
        evidence=(curves("Blue LED after a start with Bluetooth disabled", stream, {}),),
    )
    for name, (start, end) in (("early", _EARLY), ("late", _LATE)):
        active = bool(((lit >= start * printed) & (lit < end * printed)).any())
        yield measurement(bench, f"radio_{name}", WORDS[not active], source=f"light.{LED}")
    word = telemetry.HEARING[not heard]
    yield measurement(bench, "heard_late", word, source=telemetry.ROLE)


@contextmanager
def connected(bench: Bench) -> Generator[None]:
    """Have somebody connected by the app while the block runs."""
    bench.app.do("connect")
    try:
        yield
    except Exception:
        with suppress(Exception):  # what broke the block is told
            bench.app.do("disconnect")
        raise
    bench.app.do("disconnect")


def _power_cycle(bench: Bench) -> Second:
    """Switch the unit off and on and return when it got its power [s]."""
    return power_cycle(bench.role(SupplyOutput, "supply"), bench.clock)


def _enable(bench: Bench) -> None:
    """Put Bluetooth back within the while after a start; raises Rejected when it is too short."""
    for _ in range(_TRIES - 1):
        _power_cycle(bench)
        with suppress(Rejected):
            bench.app.restore()
            return
    _power_cycle(bench)
    bench.app.restore()
