"""Drop, level and rating of an output while a known current is drawn from it."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import cast

from bench.bench import Bench
from bench.measurement import Contribution, Evidence, Measurement
from bench.operating_point import OperatingPoint
from bench.procedure import Arguments, measurement, terminal, terminals
from bench.procedures.readings import (
    Reading,
    battery_voltage,
    conductance,
    divider_conductance,
    level_of,
    read,
    resistor_line,
    settled,
)
from bench.procedures.state import HIGH_DROP
from bench.quantity import parse_as
from instruments.errors import Exchange, OutOfRange
from instruments.load import LoadInput
from instruments.multimeter import Multimeter
from instruments.units import Ampere, Second, Volt

MEANWHILE = ("overvoltage",)
"""What the battery may begin to signal while an output is loaded."""

STRONG: Ampere = 0.1
"""Outputs rated from here up get the pull-down as light load, weaker ones only the divider."""

_SETTLE: Second = 0.05
_LOOKS = 5
_FLOW = 0.05  # by which the current of the bus may differ from what is switched on it
_START: Second = 5.0
_SAMPLE: Second = 0.15  # a contact that opens for longer does not hide between two readings


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the roles that drawing the point's current needs."""
    name = terminal(arguments)
    needed = [f"drop.{other}" for other in (name, *terminals(arguments, "beside"))]
    for other in terminals(arguments, "idle"):
        needed += [f"drop.{other}", f"pull_down.{other}"]
    current = point.get("load_current", "none")
    if current == "light":
        needed.append(f"pull_down.{name}")
    elif current != "none":
        needed += [f"to_bus.{name}", "load", "bus_current"]
    return tuple(needed)


def measure_drop(
    bench: Bench, point: OperatingPoint, arguments: Arguments
) -> Iterator[Measurement]:
    """Yield the drop from BAT+ to the output [V] at the point's load current [A]."""
    name = terminal(arguments)
    with _drop_of(bench, name, point) as drop:
        yield measurement(bench, "drop", drop.value, "V", drop.line(), source=drop.role)
        yield _drawn(bench, name, point, drop)


def measure_level(
    bench: Bench, point: OperatingPoint, arguments: Arguments
) -> Iterator[Measurement]:
    """Yield the level of the output against BAT- [V] at the point's load current [A]."""
    name = terminal(arguments)
    with _drop_of(bench, name, point) as drop:
        vbat = battery_voltage(bench)
        yield measurement(
            bench,
            "level",
            level_of(vbat, drop),
            "V",
            vbat.line(),
            drop.line(),
            source=f"{vbat.role}, {drop.role}",
        )
        yield _drawn(bench, name, point, drop)


def measure_rating(
    bench: Bench, point: OperatingPoint, arguments: Arguments
) -> Iterator[Measurement]:
    """Yield the worst drop [V] while the point's current is held for ``duration``.

    An output that gives nothing without load is not loaded, and its drop is that without load.
    Outputs in ``beside`` and those in ``idle``, which are pulled down, are looked at at the end of
    the hold. With ``restarts`` the unit is switched off and on by its remote input before, loaded
    as it is; ``level_off`` is what is left on the output while it is off. The battery signals
    ``meanwhile`` once the current flows.
    """
    name, others = terminal(arguments), terminals(arguments, "beside")
    idle = terminals(arguments, "idle")
    pulls = tuple(f"pull_down.{other}" for other in idle)
    restarts = "restarts" in arguments
    if (absent := _absent(bench, name, point)) is not None:
        yield measurement(bench, "drop", absent.value, "V", absent.line(), source=absent.role)
        yield _drawn(bench, name, point, absent)
        if restarts:
            yield _level(bench, "level_off", name)
        yield from beside(bench, others)
        bench.switch(close=pulls)
        yield from (_level(bench, f"level.{other}", other) for other in idle)
        return
    duration = parse_as(cast("str", arguments.get("duration", "10 s")), "s")
    meter = bench.role(Multimeter, f"drop.{name}")
    bench.switch(close=pulls)  # no relay switches while the load draws
    with drawing(bench, name, point):
        if restarts:
            yield _restart(bench, name)
        if "meanwhile" in arguments:
            bench.battery.signal(str(arguments["meanwhile"]))
            bench.clock.sleep(_START)
        wave = meter.record(duration, _SAMPLE)
        worst = float(wave.samples.max())
        evidence = Evidence(
            name=f"Drop of {name} during the hold",
            abscissa="time",
            abscissa_unit="s",
            ordinate_unit="V",
            x=wave.times() - wave.start,
            columns={f"drop.{name}": wave.samples},
        )
        drop = Reading(
            role=f"drop.{name}",
            value=worst,
            uncertainty=meter.uncertainty(worst),
            input_resistance=meter.input_resistance(worst),
        )
        yield measurement(
            bench, "drop", worst, "V", drop.line(), source=drop.role, evidence=(evidence,)
        )
        yield _drawn(bench, name, point, drop)
        yield from beside(bench, others)
        yield from (_level(bench, f"level.{other}", other) for other in idle)
    bench.switch(release=pulls)


def conditions(arguments: Arguments) -> tuple[str, ...]:
    """Return what the battery signals beyond the condition of the point."""
    return (str(arguments["meanwhile"]),) if "meanwhile" in arguments else ()


def _restart(bench: Bench, name: str) -> Measurement:
    """Switch the unit off and on by its remote input, and give it the time of `_START` each time.

    Returns what was left on the output while it was off.
    """
    contacts = frozenset(role for role in bench.closed if role.startswith("remote"))
    bench.switch(release=contacts)
    bench.clock.sleep(_START)
    left = _level(bench, "level_off", name)
    bench.switch(close=contacts)
    bench.clock.sleep(_START)
    return left


def _level(bench: Bench, quantity: str, name: str) -> Measurement:
    """Return the level of an output against BAT- [V]."""
    vbat, drop = battery_voltage(bench), read(bench, f"drop.{name}")
    return measurement(
        bench,
        quantity,
        level_of(vbat, drop),
        "V",
        vbat.line(),
        drop.line(),
        source=f"{vbat.role}, {drop.role}",
    )


def beside(bench: Bench, names: tuple[str, ...]) -> Iterator[Measurement]:
    """Yield the drops of outputs [V] that are to stay high whatever is done to another one."""
    for name in names:
        drop = read(bench, f"drop.{name}")
        yield measurement(bench, f"beside.{name}", drop.value, "V", drop.line(), source=drop.role)


@contextmanager
def drawing(bench: Bench, name: str, point: OperatingPoint) -> Generator[None]:
    """Draw the point's load current from output ``name`` while the block runs.

    The electronic load is too coarse below the bench file's load floor; switched resistors draw
    smaller currents, the nearest combination that stays below the current asked for.
    """
    contacts = _contacts(bench, name, point)
    by_load = _by_load(bench, point)
    bench.switch(close=contacts)
    try:
        if by_load:
            load = bench.role(LoadInput, "load")
            load.set_current(point.number("load_current"))
            load.enable()
        bench.clock.sleep(_SETTLE)
        yield
    finally:
        if by_load:
            bench.role(LoadInput, "load").disable()
        bench.switch(release=contacts)


@contextmanager
def _drop_of(bench: Bench, name: str, point: OperatingPoint) -> Generator[Reading]:
    """Give the drop of an output under the point's load, or without where it gives nothing."""
    if (absent := _absent(bench, name, point)) is not None:
        yield absent
        return
    with drawing(bench, name, point):
        yield settled(bench, f"drop.{name}", _SETTLE)


def _absent(bench: Bench, name: str, point: OperatingPoint) -> Reading | None:
    """Return the drop of an output that is to be loaded, yet lies below half of Vbat without load.

    A load would say no more about it, and a unit that is dead cannot be told from another variant,
    which the load might hurt.
    """
    if point.get("load_current", "none") in ("none", "light"):
        return None
    drop = read(bench, f"drop.{name}")
    return drop if drop.value > point.vbat / 2.0 else None


def resistors_for(bench: Bench, conductance_wanted: float) -> tuple[str, ...]:
    """Return the bus resistors that together come nearest below ``conductance_wanted`` [S]."""
    chosen: list[str] = []
    left = conductance_wanted
    rows = bench.file.wiring.family("bus_resistor")
    for row in sorted(rows, key=lambda row: row.series):
        if 1.0 / row.series <= left:
            chosen.append(row.role)
            left -= 1.0 / row.series
    return tuple(chosen)


def _by_load(bench: Bench, point: OperatingPoint) -> bool:
    """Return whether the electronic load draws the point's current."""
    current = point.get("load_current", "none")
    return not isinstance(current, str) and current >= bench.file.load_floor


def _contacts(bench: Bench, name: str, point: OperatingPoint) -> tuple[str, ...]:
    current = point.get("load_current", "none")
    if current == "none":
        return ()
    if current == "light":
        rating = bench.device.ratings.get(name)
        strong = rating is not None and rating.current >= STRONG
        return (f"pull_down.{name}",) if strong else ()
    wanted = point.number("load_current")
    if _by_load(bench, point):
        return (f"to_bus.{name}", *(role for role in ("bus_load",) if bench.has(role)))
    resistors = resistors_for(bench, wanted / point.vbat)
    if not resistors:
        raise OutOfRange(
            f"no bus resistor draws as little as {wanted:g} A at {point.vbat:g} V",
            Exchange(role="bus_resistor"),
        )
    return (f"to_bus.{name}", *resistors)


def check_flow(
    bench: Bench, name: str, current: Reading, drop: Reading, vbat: Volt, drawn: Ampere = 0.0
) -> None:
    """Raise OutOfRange where an output holds its level and what is switched on it does not flow.

    That is ``drawn`` [A] by the load, and by the resistors of the bus what they take at the level:
    a bus with an open lead would say that every output holds its level under load. An output that
    opens by itself may have done so between two readings: it is looked at again.
    """
    rows = bench.file.wiring.family("bus_resistor")
    conductance = sum(1.0 / row.series for row in rows if row.role in bench.closed)
    u = bench.role(LoadInput, "load").current_setpoint_uncertainty(drawn) if drawn else 0.0
    expected = drawn
    for _ in range(_LOOKS):
        expected = drawn + (vbat - drop.value) * conductance
        apart = abs(current.value - expected)
        if drop.value > HIGH_DROP or apart <= _FLOW * expected + 3.0 * (current.uncertainty + u):
            return
        bench.clock.sleep(_SETTLE)
        current, drop = read(bench, current.role), read(bench, drop.role)
    raise OutOfRange(
        f"{current.value:.3g} A instead of {expected:.3g} A on the load bus, and {name} holds its "
        "level: a lead, a contact or a fuse of the bench is open, or the load does not draw",
        Exchange(role=current.role),
    )


def _drawn(bench: Bench, name: str, point: OperatingPoint, drop: Reading) -> Measurement:
    """Return the current out of the output: on the bus, plus what the fixture takes.

    Raises as `check_flow`.
    """
    level = battery_voltage(bench).value - drop.value
    fixture = level * divider_conductance(bench, name) - drop.value * conductance(
        drop.input_resistance
    )
    lines: list[Contribution] = [resistor_line("divider", fixture, 1e-3)]
    current = fixture
    source = "fixture"
    if f"to_bus.{name}" in bench.closed:
        bus = read(bench, "bus_current")
        by_load = point.number("load_current") if _by_load(bench, point) else 0.0
        check_flow(bench, name, bus, drop, level + drop.value, by_load)
        current += bus.value
        lines.append(bus.line())
        source = bus.role
    pull = f"pull_down.{name}"
    if pull in bench.closed:
        row = bench.file.wiring[pull]
        current += level / row.series
        lines.append(resistor_line(pull, level / row.series, row.tolerance))
        source = pull
    return measurement(bench, "load_current", current, "A", *lines, source=source)
