"""Readings that several procedures take: settled, with their budget lines."""

from dataclasses import dataclass
from math import isinf

from bench.bench import Bench
from bench.leads import check_supply
from bench.measurement import Contribution
from instruments.multimeter import Multimeter
from instruments.supply import SupplyOutput
from instruments.units import Ohm, Second, Volt

_AGREEMENT = 4.0
"""Two readings agree within this many standard uncertainties, or within 1 mV."""

_RETRIES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading of a role with its standard uncertainty, in the unit of the role."""

    role: str
    value: float
    uncertainty: float
    input_resistance: Ohm

    def line(self, sensitivity: float = 1.0) -> Contribution:
        """Return the budget line of this reading."""
        return Contribution(
            name=f"reading of {self.role}",
            standard_uncertainty=self.uncertainty,
            sensitivity=sensitivity,
            basis="declared accuracy of the instrument",
        )


def read(bench: Bench, role: str) -> Reading:
    """Take one reading of ``role``; raises InstrumentError."""
    meter = bench.role(Multimeter, role)
    value = meter.measure()
    return _reading(role, meter, value)


def settled(bench: Bench, role: str, wait: Second) -> Reading:
    """Read ``role`` every ``wait`` [s] until two successive readings agree, at most ten times.

    An output with a capacitor of its own settles slower than the fixture knows.
    """
    meter = bench.role(Multimeter, role)
    value = meter.measure()
    for _ in range(_RETRIES):
        bench.clock.sleep(wait)
        before, value = value, meter.measure()
        if abs(value - before) <= max(_AGREEMENT * meter.uncertainty(value), 1e-3):
            break
    return _reading(role, meter, value)


def battery_voltage(bench: Bench) -> Reading:
    """Read the battery voltage at the device [V], by the supply where no meter is wired to it.

    Raises OutOfRange where it is not what the supply was set to: the device is not at its point.
    """
    if bench.has("vbat"):
        found = read(bench, "vbat")
        check_supply(found.value, bench.supplied)
        return found
    supply = bench.role(SupplyOutput, "supply")
    value = supply.voltage()
    return Reading(
        role="supply",
        value=value,
        uncertainty=supply.voltage_uncertainty(value),
        input_resistance=float("inf"),
    )


def conductance(resistance: Ohm) -> float:
    """Return 1/resistance, zero for an infinite one [S]."""
    return 0.0 if isinf(resistance) else 1.0 / resistance


def divider_conductance(bench: Bench, terminal: str) -> float:
    """Return what the fixture leaves permanently between an output and BAT- [S]."""
    return conductance(bench.file.wiring.resistance_across(terminal, "BAT-"))


def resistor_line(name: str, current: float, tolerance: float) -> Contribution:
    """Return the budget line of a resistor known to ``tolerance`` that carries ``current`` [A]."""
    return Contribution(
        name=name,
        standard_uncertainty=tolerance / 3.0**0.5,
        sensitivity=current,
        basis="tolerance in the bench file",
    )


def level_of(vbat: Reading, drop: Reading) -> Volt:
    """Return the voltage of an output against BAT- [V]."""
    return vbat.value - drop.value


def _reading(role: str, meter: Multimeter, value: float) -> Reading:
    return Reading(
        role=role,
        value=value,
        uncertainty=meter.uncertainty(value),
        input_resistance=meter.input_resistance(value),
    )
