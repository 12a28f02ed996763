"""Current that the device itself draws from BAT+."""

from collections.abc import Iterator
from typing import cast

from bench.bench import Bench
from bench.measurement import Contribution, Evidence, Measurement
from bench.operating_point import OperatingPoint
from bench.procedure import Arguments, measurement
from bench.procedures.bluetooth import connected
from bench.procedures.readings import (
    Reading,
    battery_voltage,
    conductance,
    divider_conductance,
    level_of,
    read,
)
from bench.quantity import parse_as
from bench.uncertainty import type_a
from instruments.errors import Exchange, OutOfRange
from instruments.multimeter import Multimeter
from instruments.units import Ampere, Second

HISTORIES = ("on", "off", "signals", "session")
"""What a unit has been through: it was on by its remote link; or off; or it was off and its
battery had a high and a low cell; or somebody was connected by the app."""

_SIGNALS = ("overvoltage", "undervoltage", "healthy")
_STAY: Second = 5.0
_LASTING: Second = 62.0
"""What falls asleep may take its time; what wakes up within a minute is seen."""

_INRUSH: Second = 1.0
_SAMPLE: Second = 0.17  # no divisor of a second: what comes each second is not missed each time
_OVERRANGE = 1.2
"""Part of a range up to which a meter on autorange may stay on it."""


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the current input; its bypass comes with it where it has a terminal of its own."""
    del point
    after = arguments.get("after", "")
    lived = () if not after else ("operator",) if after == "session" else ("remote_link",)
    return ("supply_current", *lived)


def conditions(arguments: Arguments) -> tuple[str, ...]:
    """Return what the battery signals in the history."""
    return _SIGNALS if arguments.get("after") == "signals" else ()


def measure(bench: Bench, point: OperatingPoint, arguments: Arguments) -> Iterator[Measurement]:
    """Yield mean, least and greatest supply current [A] over ``duration``.

    The figure of the documents excludes output current, so what the fixture's dividers take
    from BAT+ and from outputs that are high is subtracted. ``after`` is what the unit goes through
    before: one that does not fall asleep again draws more than one that never woke.
    """
    del point
    _live_through(bench, str(arguments.get("after", "")))
    duration = parse_as(cast("str", arguments.get("duration", "10 s")), "s")
    meter = bench.role(Multimeter, "supply_current")
    fixture, unknown = _fixture_current(bench)
    bypass = ("bypass",) if bench.has("bypass") else ()
    bench.switch(release=bypass)
    try:
        bench.clock.sleep(_INRUSH)
        wave = meter.record(duration, _SAMPLE)
        battery_voltage(bench)  # which raises where the unit lost its power with the bypass
    finally:
        bench.switch(close=bypass)
    samples = wave.samples - fixture
    mean = float(samples.mean())
    if mean < -3.0 * meter.uncertainty(mean):
        raise OutOfRange(
            f"less flows than the dividers take ({mean:.3g} A for the unit): the bypass is closed, "
            "or a lead of the bench is open",
            Exchange(role="supply_current"),
        )
    lines = (
        Contribution(
            name="reading of supply_current",
            standard_uncertainty=meter.uncertainty(mean),
            basis="declared accuracy of the instrument",
        ),
        type_a("repeatability of the mean", samples.tolist()),
        Contribution(
            name="current into the dividers",
            standard_uncertainty=1e-3 * fixture / 3.0**0.5,
            basis="tolerance of the dividers",
        ),
        Contribution(
            name="current from the meter's input",
            standard_uncertainty=unknown / 3.0**0.5,
            basis="range of the meter while it read the outputs",
        ),
    )
    evidence = Evidence(
        name="Supply current",
        abscissa="time",
        abscissa_unit="s",
        ordinate_unit="A",
        x=wave.times() - wave.start,
        columns={"supply_current": samples},
        levels={"mean": mean},
    )
    yield measurement(
        bench, "supply_current", mean, "A", *lines, source="supply_current", evidence=(evidence,)
    )
    for name, value in (("low", samples.min()), ("high", samples.max())):
        yield measurement(
            bench, f"supply_current_{name}", float(value), "A", *lines[:1], source="supply_current"
        )


def _live_through(bench: Bench, history: str) -> None:
    """Let the unit go through a history and come back to the point."""
    if history == "on":
        bench.switch(close=("remote_link",))
        bench.clock.sleep(_STAY)
        bench.switch(release=("remote_link",))
    elif history in ("off", "signals"):
        bench.switch(release=("remote_link",))
        bench.clock.sleep(_STAY)
        bench.switch(close=("remote_link",))
    elif history == "session":
        with connected(bench):
            bench.clock.sleep(_STAY)
    else:
        return
    for condition in conditions({"after": history}):
        bench.clock.sleep(_STAY)
        bench.battery.signal(condition)
    bench.clock.sleep(_LASTING)


def _fixture_current(bench: Bench) -> tuple[Ampere, Ampere]:
    """Return what the dividers draw from BAT+ and from the outputs, and what is unknown of it [A].

    The meter that reads an output feeds it through its own input resistance; that part is gone
    while the supply current is measured.
    """
    vbat = battery_voltage(bench)
    total, unknown = vbat.value * divider_conductance(bench, "BAT+"), 0.0
    for name in bench.device.ratings:
        divider = divider_conductance(bench, name)
        if divider > 0.0 and bench.has(f"drop.{name}"):
            drop = read(bench, f"drop.{name}")
            least, most = sorted(fed_by_meter(bench, drop))
            total += level_of(vbat, drop) * divider - (least + most) / 2.0
            unknown += (most - least) / 2.0
    return total, unknown


def fed_by_meter(bench: Bench, reading: Reading) -> tuple[Ampere, Ampere]:
    """Return what the meter of a reading fed into the circuit, on this range or the one below [A].

    On autorange a meter stays on a range up to its overrange, so which one it was is not known
    just above the end of a range.
    """
    meter, value = bench.role(Multimeter, reading.role), reading.value
    here, below = (meter.input_resistance(size) for size in (value, value / _OVERRANGE))
    return value * conductance(here), value * conductance(below)
