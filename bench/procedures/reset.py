"""A factory reset: whether it brings back what a unit was delivered with."""

from collections.abc import Iterator, Mapping

from bench.app import NUMBERS, App, written
from bench.bench import Bench
from bench.measurement import Measurement
from bench.operating_point import OperatingPoint
from bench.power import power_cycle
from bench.procedure import Arguments, measurement
from instruments.supply import SupplyOutput
from instruments.units import Second

SETTINGS = (
    "charged_voltage",
    "tail_current",
    "charge_detection_time",
    "soc_warning",
    "discharge_floor",
)
"""What a factory reset names (004-sv:496 to 500)."""

UNITS = {name: NUMBERS[name].unit for name in SETTINGS}
RESTORED, KEPT, OTHER = "RESTORED", "KEPT", "OTHER"
WORDS = (RESTORED, KEPT, OTHER)

_RETURN: Second = 10.0

# Values that nothing is delivered with; those that are taken where the first is the default.
_CHANGED: Mapping[str, tuple[str, str]] = {
    "charged_voltage": ("13.6 V", "13.8 V"),
    "tail_current": ("7 %", "9 %"),
    "charge_detection_time": ("420 s", "540 s"),
    "soc_warning": ("33 %", "37 %"),
    "discharge_floor": ("7 %", "13 %"),
}


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the operator."""
    del arguments, point
    return ("operator",)


def measure(bench: Bench, point: OperatingPoint, arguments: Arguments) -> Iterator[Measurement]:
    """Yield for each setting its default and whether a reset brings it back.

    A first reset shows the defaults, whatever was set before; the second outlasts a loss of power.
    All settings are put back at the end.
    """
    del point, arguments
    with bench.app.changing() as app:
        for name in SETTINGS:
            app.remember(name)
        app.do("factory_reset")
        defaults = _read(app)
        for name in SETTINGS:
            app.set(name, written(name, _other(name, defaults[name])))
        changed = _read(app)
        app.do("factory_reset")
        power_cycle(bench.role(SupplyOutput, "supply"), bench.clock)
        bench.clock.sleep(_RETURN)
        found = _read(app)
    for name in SETTINGS:
        unit = NUMBERS[name].unit
        yield measurement(bench, f"default.{name}", found[name], unit, source="operator")
        if found[name] == changed[name]:
            word = KEPT
        else:
            word = RESTORED if found[name] == defaults[name] else OTHER
        yield measurement(bench, f"reset.{name}", word, source="operator")


def _other(name: str, default: float) -> str:
    first, second = _CHANGED[name]
    shown = NUMBERS[name]
    return second if shown.value(name, written(name, first)) == default else first


def _read(app: App) -> dict[str, float]:
    return {name: app.number(name, NUMBERS[name]) for name in SETTINGS}
