"""The state of an output: HIGH, FLOAT, LOW or WEAK, by pulling it down and up.

A bare reading proves nothing: a charged cable reads as high, and the fixture's own dividers make a
floating pin read as low. Each pin is read under a known pull to BAT- and under one to BAT+.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.bench import Bench
from bench.measurement import Contribution, Measurement
from bench.operating_point import OperatingPoint
from bench.procedure import Arguments, measurement, terminals
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
from instruments.errors import Exchange, NotSupported
from instruments.units import Second, Volt

WORDS = ("HIGH", "FLOAT", "LOW", "WEAK")
KINDS: dict[str, str | tuple[str, ...]] = {
    "state": WORDS,
    "leakage": "A",
    "drop": "V",
    "pulled_up": "V",
}
"""What is measured of each output, and in which unit."""

HIGH_DROP: Volt = 1.0
"""HIGH: at most this far below Vbat under the pull-down (derived: no document says)."""

LOW_LEVEL: Volt = 1.0
"""FLOAT lifts the pull-down to at most this level by what it feeds itself, without what the meter
feeds; LOW stays there under the pull-up."""

_SETTLE: Second = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class PinState:
    """What two pulls say of one output; ``leakage`` is positive out of the output [A]."""

    terminal: str
    state: str
    drop: Reading
    pulled_up: Volt
    pulled_up_line: Contribution
    leakage: float
    leakage_budget: tuple[Contribution, ...]


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the roles that the two pulls need."""
    del point
    return tuple(
        f"{family}.{name}"
        for name in terminals(arguments, "terminals")
        for family in ("pull_up", "pull_down", "drop")
    )


def measure(bench: Bench, point: OperatingPoint, arguments: Arguments) -> Iterator[Measurement]:
    """Yield state, leakage and levels of the outputs in ``terminals``."""
    del point
    yield from states(bench, terminals(arguments, "terminals"))


def states(bench: Bench, names: tuple[str, ...], *, suffix: str = "") -> Iterator[Measurement]:
    """Yield what two pulls say of each output; ``suffix`` goes behind ``state``."""
    for pin in examine(bench, names):
        source = f"pull_up.{pin.terminal}, pull_down.{pin.terminal}, drop.{pin.terminal}"
        yield measurement(bench, f"state{suffix}.{pin.terminal}", pin.state, source=source)
        if suffix:
            continue
        yield measurement(
            bench,
            f"leakage.{pin.terminal}",
            pin.leakage,
            "A",
            *pin.leakage_budget,
            source=source,
        )
        yield measurement(
            bench,
            f"drop.{pin.terminal}",
            pin.drop.value,
            "V",
            pin.drop.line(),
            source=pin.drop.role,
        )
        yield measurement(
            bench,
            f"pulled_up.{pin.terminal}",
            pin.pulled_up,
            "V",
            pin.pulled_up_line,
            source=pin.drop.role,
        )


def examine(bench: Bench, names: tuple[str, ...]) -> tuple[PinState, ...]:
    """Pull all ``names`` down, then up, and return what each did; the contacts end released."""
    downs = tuple(f"pull_down.{name}" for name in names)
    ups = tuple(f"pull_up.{name}" for name in names)
    bench.switch(close=downs)
    vbat = battery_voltage(bench)
    pulled_down = {name: settled(bench, f"drop.{name}", _SETTLE) for name in names}
    bench.switch(close=ups, release=downs)
    pulled_up = {name: settled(bench, f"drop.{name}", _SETTLE) for name in names}
    pins = tuple(_classify(bench, name, vbat, pulled_down[name], pulled_up[name]) for name in names)
    for pin in pins:
        if pin.state in ("LOW", "WEAK"):
            _prove_pull_up(bench, pin, vbat)
    bench.switch(release=ups)
    return pins


def _classify(bench: Bench, name: str, vbat: Reading, down: Reading, up: Reading) -> PinState:
    """Classify one pin from its level under both pulls.

    Two levels under two known pulls give two linear equations: what the pin itself feeds in.
    """
    wiring = bench.file.wiring
    pull_down, pull_up = wiring[f"pull_down.{name}"], wiring[f"pull_up.{name}"]
    divider = divider_conductance(bench, name)
    level_down, level_up = level_of(vbat, down), level_of(vbat, up)
    to_minus = divider + conductance(pull_down.series)
    to_plus = conductance(pull_up.series) + conductance(up.input_resistance)
    # What the pin itself feeds into the fixture under each pull; zero for an open pin.
    fed_down = level_down * to_minus - down.value * conductance(down.input_resistance)
    fed_up = level_up * divider - up.value * to_plus
    open_up = vbat.value * to_plus / (to_plus + divider)
    if down.value <= HIGH_DROP:
        state = "HIGH"
    elif fed_down <= LOW_LEVEL * to_minus and level_up >= open_up - LOW_LEVEL:
        state = "FLOAT"
    elif level_up <= LOW_LEVEL:
        state = "LOW"
    else:
        state = "WEAK"
    leaks_up = abs(fed_up) > abs(fed_down)
    budget = (
        (
            up.line(to_plus + divider),
            vbat.line(divider),
            resistor_line(
                f"pull_up.{name}", up.value * conductance(pull_up.series), pull_up.tolerance
            ),
            resistor_line(f"stream.{name}", level_up * divider, _divider_tolerance(bench, name)),
        )
        if leaks_up
        else (
            down.line(to_minus),
            vbat.line(to_minus),
            resistor_line(
                f"pull_down.{name}", level_down * conductance(pull_down.series), pull_down.tolerance
            ),
            resistor_line(f"stream.{name}", level_down * divider, _divider_tolerance(bench, name)),
        )
    )
    return PinState(
        terminal=name,
        state=state,
        drop=down,
        pulled_up=level_up,
        pulled_up_line=up.line(),
        leakage=fed_up if leaks_up else fed_down,
        leakage_budget=budget,
    )


def _divider_tolerance(bench: Bench, name: str) -> float:
    role = f"stream.{name}"
    return bench.file.wiring[role].divider_tolerance if bench.has(role) else 0.0


def _prove_pull_up(bench: Bench, pin: PinState, vbat: Reading) -> None:
    """Prove that the pull-up conducts before a pin is called LOW or WEAK.

    A broken pull-up relay makes every pin look low. Its current comes out of BAT+ and shows in the
    current input; without that input, or with the coarse one of the supply, the relay's read-back
    must do. Raises NotSupported.
    """
    role = f"pull_up.{pin.terminal}"
    expected = (vbat.value - pin.pulled_up) / bench.file.wiring[role].series
    if not (bench.has("supply_current") and bench.has("bypass")) or expected < 20e-6:
        return
    bench.switch(release=("bypass",))
    bench.clock.sleep(_SETTLE)
    with_pull = read(bench, "supply_current").value
    bench.switch(release=(role,))
    bench.clock.sleep(_SETTLE)
    without = read(bench, "supply_current").value
    bench.switch(close=("bypass", role))
    if with_pull - without < expected / 2.0:
        raise NotSupported(
            f"the relay of '{role}' does not conduct ({with_pull - without:.3g} A instead of "
            f"{expected:.3g} A), so nothing can be said of {pin.terminal}: replace it",
            Exchange(role=role),
        )
