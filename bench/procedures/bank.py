"""What the unit makes of the batteries that are connected: which they are, how long they last."""

from collections.abc import Iterator

from bench.app import NUMBERS, App, Shown, written
from bench.bench import Bench
from bench.instructions import instruction
from bench.measurement import Contribution, Measurement
from bench.operating_point import OperatingPoint
from bench.procedure import Arguments, measurement
from instruments.units import Second

FIGURES = {
    "capacity": Shown(app_unit="Ah", unit="Ah", factor=1.0),
    "voltage": Shown(app_unit="V", unit="V", factor=1.0),
    "count": Shown(app_unit="", unit="", factor=1.0),
    "series": Shown(app_unit="", unit="", factor=1.0),
    "parallel": Shown(app_unit="", unit="", factor=1.0),
}
WORDS = ("AS CONNECTED", "DIFFERENT")
ANSWERS = ("YES", "NO")

_SETTLE: Second = 5.0
_MINUTES = Shown(app_unit="min", unit="s", factor=60.0)
_CURRENT = Shown(app_unit="A", unit="A", factor=1.0)


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the operator."""
    del arguments, point
    return ("operator",)


def measure_detected(
    bench: Bench, point: OperatingPoint, arguments: Arguments
) -> Iterator[Measurement]:
    """Yield for each figure whether the app shows what is connected, and whether it can be changed.

    What is connected the operator reads from the labels and cables of the batteries.
    """
    del point, arguments
    for name, shown in FIGURES.items():
        connected = shown.value(name, bench.operator().ask(instruction(f"battery.{name}?")))
        found = bench.app.number(f"battery_{name}", shown)
        word = WORDS[abs(found - connected) > 0.02 * connected]  # a display rounds
        yield measurement(bench, f"detected.{name}", word, source="operator")
    changeable = ANSWERS[not bench.app.is_so("battery_changeable")]
    yield measurement(bench, "changeable", changeable, source="operator")


def measure_remaining(
    bench: Bench, point: OperatingPoint, arguments: Arguments
) -> Iterator[Measurement]:
    """Yield the remaining time [s] that the app shows and its relative deviation.

    It is held against state of charge, floor, capacity and current of the same display, with a
    ``discharge_floor`` that was set before.
    """
    del point
    with bench.app.changing() as app:
        if "discharge_floor" in arguments:
            app.set(
                "discharge_floor", written("discharge_floor", str(arguments["discharge_floor"]))
            )
            bench.clock.sleep(_SETTLE)
        yield from _remaining(bench, app)


def _remaining(bench: Bench, app: App) -> Iterator[Measurement]:
    current = -app.number("current", _CURRENT)
    charge = app.number("soc", NUMBERS["soc"])
    floor = app.number("discharge_floor", NUMBERS["discharge_floor"])
    capacity = app.number("battery_capacity", FIGURES["capacity"])
    shown = app.read("time_remaining")
    if current <= 0.0 or shown.casefold() == "infinite":
        yield measurement(bench, "remaining_deviation", "no current", "1", source="operator")
        return
    remaining = _MINUTES.value("time_remaining", shown)
    expected = max(0.0, charge - floor) * capacity / current * 3600.0
    yield measurement(
        bench, "remaining_time", remaining, "s", _step("minutes", 60.0), source="operator"
    )
    yield measurement(
        bench,
        "remaining_deviation",
        remaining / expected - 1.0,
        "1",
        _step("current", 0.1 / current),
        _step("state of charge", 0.001 / (charge - floor)),
        _step("minutes", 60.0 / expected),
        source="operator",
    )


def _step(name: str, step: float) -> Contribution:
    """Return the budget line of a display that shows one ``step``, relative, and no finer."""
    return Contribution(
        name=f"resolution of {name}",
        standard_uncertainty=step / 12.0**0.5,
        basis="resolution of the display",
    )
