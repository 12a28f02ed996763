"""Whether the figures on the air are those of the app.

Both come from the same unit. What the app shows of state of charge and current is held against what
was set and what flows by other procedures; here each figure of the readout is held against the app.
"""

from collections.abc import Iterator

from bench.app import NUMBERS, Shown, written
from bench.bench import Bench
from bench.measurement import Contribution, Measurement
from bench.operating_point import OperatingPoint
from bench.procedure import Arguments, measurement
from bench.procedures import telemetry
from instruments.telemetry import Readout
from instruments.units import Second

SHOWN = {
    "voltage": ("voltage", Shown(app_unit="V", unit="V", factor=1.0), 0.01),
    "current": ("current", Shown(app_unit="A", unit="A", factor=1.0), 0.1),
    "state_of_charge": ("soc", NUMBERS["soc"], 0.001),
    "temperature": ("temperature", Shown(app_unit="degC", unit="degC", factor=1.0), 1.0),
    "consumed_charge": ("consumed_charge", Shown(app_unit="Ah", unit="Ah", factor=1.0), 0.1),
    "time_to_go": ("time_remaining", Shown(app_unit="min", unit="s", factor=60.0), 60.0),
}
"""Figure of a readout -> what the app calls it, how it shows it, and its least step."""

_SETTLE: Second = 10.0


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the receiver and the person."""
    del arguments, point
    return (telemetry.ROLE, "operator")


def measure(bench: Bench, point: OperatingPoint, arguments: Arguments) -> Iterator[Measurement]:
    """Yield which items are missing on the air, and by how much each differs from the app.

    The state of charge is set to ``soc`` before, so that no figure is one that hides a mistake. A
    unit that the app does not find is not heard on the air either.
    """
    del point
    if not bench.app.finds_unit():
        yield _missing(bench, None)
        yield from _deviations(bench, None)
        return
    with bench.app.changing() as app:
        app.set("soc", written("soc", str(arguments["soc"])))
        bench.clock.sleep(_SETTLE)
        readout = telemetry.readout(bench)
        yield _missing(bench, readout)
        yield from _deviations(bench, readout)


def _missing(bench: Bench, readout: Readout | None) -> Measurement:
    items = " ".join(telemetry.missing(readout)) or "none"
    return measurement(bench, "missing", items, source=telemetry.ROLE)


def _deviations(bench: Bench, readout: Readout | None) -> Iterator[Measurement]:
    for name, (shown_as, shown, step) in SHOWN.items():
        said = telemetry.figure(readout, name)
        if said is None:
            yield measurement(
                bench, f"deviation.{name}", telemetry.UNKNOWN, shown.unit, source=telemetry.ROLE
            )
            continue
        yield measurement(
            bench,
            f"deviation.{name}",
            said - bench.app.number(shown_as, shown),
            shown.unit,
            Contribution(
                name="resolution on the air and in the app",
                standard_uncertainty=step * (2.0 / 12.0) ** 0.5,
                basis="one step of each display",
            ),
            source=f"{telemetry.ROLE}, operator",
        )
