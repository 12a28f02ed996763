"""Current limit of a short-circuit protected output: ramp, half voltage, short, recovery."""

from collections.abc import Iterator

from bench.bench import Bench
from bench.measurement import Contribution, Evidence, Measurement
from bench.operating_point import OperatingPoint
from bench.procedure import Arguments, measurement, terminal, terminals
from bench.procedures.loading import beside, check_flow, resistors_for
from bench.procedures.readings import Reading, battery_voltage, level_of, read
from bench.procedures.state import HIGH_DROP, examine
from instruments.errors import Exchange, OutOfRange
from instruments.units import Ampere, Second, Volt

RAMP = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
"""Steps of the ramp, in parts of the rated current."""

_SETTLE: Second = 0.05
_SHORT: Second = 0.5
_SHORTED: Volt = 1.0  # some 12 mA through contacts and a shunt leave far less
_RECOVERY_POLL: Second = 0.02
_RECOVERY_WINDOW: Second = 5.0
NOT_SHORTED = "NOT_SHORTED"
LIMITED = "LIMITED"
UNLIMITED = "UNLIMITED"
NOT_DELIVERING = "NOT_DELIVERING"
WORDS = (LIMITED, UNLIMITED, NOT_DELIVERING)


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the roles that ramp, short and recovery need."""
    del point
    name = terminal(arguments)
    return (
        f"drop.{name}",
        f"to_bus.{name}",
        f"pull_up.{name}",
        f"pull_down.{name}",
        "bus_short",
        "bus_current",
        "bus_resistor.1",
        *(f"drop.{other}" for other in terminals(arguments, "beside")),
    )


def measure(bench: Bench, point: OperatingPoint, arguments: Arguments) -> Iterator[Measurement]:
    """Yield what limits the current, then short the output twice and yield how it recovers.

    An output that still holds its level at twice its rating is not limited, and one that lost it
    at the first step delivers nothing to limit: neither is shorted, and what depends on the short
    says so instead of a number. Outputs in ``beside`` are looked at during the short and after it.
    """
    name = terminal(arguments)
    rating = bench.device.ratings[name].current
    ramp = tuple(_ramp(bench, name, point, rating))
    limiting = _limiting(ramp)
    evidence = _curve(name, ramp)
    yield measurement(bench, "limiting", limiting, source="bus_current", evidence=(evidence,))
    yield from _half(bench, ramp)
    if limiting != LIMITED:
        others = (f"beside.{other}" for other in terminals(arguments, "beside"))
        for quantity in ("short_current", "recovery_time", "state_after", "drop_after", *others):
            yield measurement(bench, quantity, NOT_SHORTED, source="bus_current")
        return
    yield from _short(bench, name, terminals(arguments, "beside"))


def _ramp(
    bench: Bench, name: str, point: OperatingPoint, rating: Ampere
) -> Iterator[tuple[Reading, Reading]]:
    """Load the output harder step by step until its voltage collapses."""
    for part in RAMP:
        contacts = (f"to_bus.{name}", *resistors_for(bench, part * rating / point.vbat))
        if len(contacts) == 1:
            continue
        bench.switch(close=contacts)
        bench.clock.sleep(_SETTLE)
        current, drop = read(bench, "bus_current"), read(bench, f"drop.{name}")
        check_flow(bench, name, current, drop, point.vbat)
        bench.switch(release=contacts)
        yield current, drop
        if drop.value > point.vbat / 2.0:
            return


def _limiting(ramp: tuple[tuple[Reading, Reading], ...]) -> str:
    """Return what the ramp says of the current limit."""
    held = [drop.value <= HIGH_DROP for _, drop in ramp]
    if not held[0]:
        return NOT_DELIVERING
    return UNLIMITED if all(held) else LIMITED


def _curve(name: str, ramp: tuple[tuple[Reading, Reading], ...]) -> Evidence:
    import numpy

    return Evidence(
        name=f"Drop of {name} against its current",
        abscissa="current",
        abscissa_unit="A",
        ordinate_unit="V",
        x=numpy.array([current.value for current, _ in ramp]),
        columns={f"drop.{name}": numpy.array([drop.value for _, drop in ramp])},
    )


def _half(bench: Bench, ramp: tuple[tuple[Reading, Reading], ...]) -> Iterator[Measurement]:
    """Yield current and level of the ramp's step that came nearest to half the battery voltage."""
    vbat = battery_voltage(bench)
    current, drop = min(ramp, key=lambda step: abs(step[1].value - vbat.value / 2.0))
    yield measurement(
        bench, "current_at_half", current.value, "A", current.line(), source=current.role
    )
    yield measurement(
        bench,
        "voltage_at_half",
        level_of(vbat, drop),
        "V",
        vbat.line(),
        drop.line(),
        source=drop.role,
    )


def _check_short(bench: Bench, name: str) -> None:
    """Raise OutOfRange where the output is not shorted: its current would say nothing."""
    level = level_of(battery_voltage(bench), read(bench, f"drop.{name}"))
    if level > _SHORTED:
        raise OutOfRange(
            f"{name} is at {level:.3g} V while it is shorted: a lead or a contact of the bench is "
            "open",
            Exchange(role="bus_short"),
        )


def _shorted(
    bench: Bench, name: str, others: tuple[str, ...]
) -> tuple[Reading, tuple[Measurement, ...], Second, Reading]:
    """Short the output once and wait until it is back.

    Returns the short's current, what was ``others`` meanwhile and right after it, how long the
    output took to come back [s] and its drop then.
    """
    contacts = (f"to_bus.{name}", "bus_short")
    bench.switch(close=contacts)
    bench.clock.sleep(_SHORT)
    current = read(bench, "bus_current")
    _check_short(bench, name)
    during = tuple(beside(bench, others))
    bench.switch(release=contacts)
    released = bench.clock.now()
    drop = read(bench, f"drop.{name}")
    seen = tuple(zip(during, tuple(beside(bench, others)), strict=True))
    while drop.value > HIGH_DROP and bench.clock.now() - released < _RECOVERY_WINDOW:
        bench.clock.sleep(_RECOVERY_POLL)
        drop = read(bench, f"drop.{name}")
    worst = tuple(max(pair, key=lambda told: float(told.value)) for pair in seen)
    return current, worst, bench.clock.now() - released, drop


def _short(bench: Bench, name: str, others: tuple[str, ...] = ()) -> Iterator[Measurement]:
    """Yield what a second short shows: the first may have left its mark."""
    _shorted(bench, name, others)
    current, undisturbed, elapsed, drop = _shorted(bench, name, others)
    yield measurement(
        bench, "short_current", current.value, "A", current.line(), source=current.role
    )
    yield from undisturbed
    yield measurement(
        bench,
        "recovery_time",
        elapsed,
        "s",
        Contribution(
            name="poll interval",
            standard_uncertainty=(_RECOVERY_POLL + bench.file.relay_settle) / 3.0**0.5,
            basis="polled by the host",
        ),
        source=drop.role,
    )
    (pin,) = examine(bench, (name,))
    yield measurement(bench, "state_after", pin.state, source=pin.drop.role)
    yield measurement(
        bench, "drop_after", pin.drop.value, "V", pin.drop.line(), source=pin.drop.role
    )
