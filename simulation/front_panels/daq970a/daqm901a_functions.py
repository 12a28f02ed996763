"""What the meter behind a DAQM901A measures: functions with units, ranges and accuracy.

Sources: DAQ970A data sheet (DC volts, the 100 ohm range, AC volts at 1 V); 34970A/34972A command
reference (ranges, integration times, AC filters, overload bits); 34972A service guide (test
currents, 10 Mohm across the two highest resistance ranges). Assumed: the accuracies marked so, the
units HZ and SEC, a 1 Gohm range made as that of 100 Mohm.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from instruments.accuracy import Accuracy
from instruments.units import Ampere, Hertz, Second

VOLTAGE_RANGES = (0.1, 1.0, 10.0, 100.0, 300.0)
CURRENT_RANGES = (0.01, 0.1, 1.0)

TEST_CURRENTS: Mapping[float, Ampere] = {
    1e2: 1e-3,
    1e3: 1e-3,
    1e4: 1e-4,
    1e5: 1e-5,
    1e6: 5e-6,
    1e7: 5e-7,
    1e8: 5e-7,
    1e9: 5e-7,
}
"""Resistance range -> what the meter drives through the resistance."""

SHUNTED_FROM = 1e8
"""From this range on the input resistance lies across the unknown one, and is computed out."""

FINEST: Mapping[float, float] = {
    0.02: 1e-4,
    0.2: 1e-5,
    1.0: 3e-6,
    2.0: 2.2e-6,
    10.0: 1e-6,
    20.0: 8e-7,
    100.0: 3e-7,
    200.0: 2.2e-7,
}
"""Integration time in line periods -> resolution as a part of the range."""

AC_SETTLING: Mapping[Hertz, Second] = {3.0: 7.0, 20.0: 1.0, 200.0: 0.12}
"""AC filter -> how long it settles by itself before each reading."""

_SHEET = "DAQ970A data sheet, 1 year, 23 C +- 5 C"
_ASSUMED = "assumed, not checked with the data sheet"
VOLTAGE_ACCURACY: Mapping[float, Accuracy] = {
    0.1: Accuracy(of_reading=50e-6, of_full_scale=60e-6, basis=_SHEET),
    1.0: Accuracy(of_reading=35e-6, of_full_scale=6e-6, basis=_SHEET),
    10.0: Accuracy(of_reading=30e-6, of_full_scale=4e-6, basis=_SHEET),
    100.0: Accuracy(of_reading=40e-6, of_full_scale=6e-6, basis=_SHEET),
    300.0: Accuracy(of_reading=40e-6, of_full_scale=20e-6, basis=_SHEET),
}
CURRENT_ACCURACY = Accuracy(of_reading=5e-4, of_full_scale=5e-5, basis=_ASSUMED)
AC_ACCURACY = Accuracy(of_reading=5e-4, of_full_scale=2e-4, basis=_SHEET + ", as at 1 V and 1 kHz")
_OHMS = Accuracy(of_reading=1e-4, of_full_scale=1e-5, basis=_ASSUMED)
_HIGH_OHMS = Accuracy(of_reading=8e-3, of_full_scale=1e-4, basis=_ASSUMED)
RESISTANCE_ACCURACY: Mapping[float, Accuracy] = {
    **dict.fromkeys(TEST_CURRENTS, _OHMS),
    1e2: Accuracy(of_reading=60e-6, of_full_scale=60e-6, basis=_SHEET),
    1e8: _HIGH_OHMS,
    1e9: _HIGH_OHMS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function: the units of its readings and ranges, and the bit that tells its overload."""

    unit: str
    suffix: str
    ranges: tuple[float, ...]
    overload: int
    is_current: bool = False


_VOLTAGE, _CURRENT, _FREQUENCY, _RESISTANCE, _TEMPERATURE = 0x1, 0x2, 0x20, 0x200, 0x400

FUNCTIONS: Mapping[str, Function] = {
    "VOLT": Function(unit="VDC", suffix="V", ranges=VOLTAGE_RANGES, overload=_VOLTAGE),
    "VOLT:AC": Function(unit="VAC", suffix="V", ranges=VOLTAGE_RANGES, overload=_VOLTAGE),
    "CURR": Function(
        unit="ADC", suffix="A", ranges=CURRENT_RANGES, overload=_CURRENT, is_current=True
    ),
    "CURR:AC": Function(
        unit="AAC", suffix="A", ranges=CURRENT_RANGES, overload=_CURRENT, is_current=True
    ),
    "RES": Function(unit="OHM", suffix="OHM", ranges=tuple(TEST_CURRENTS), overload=_RESISTANCE),
    "FRES": Function(unit="OHM", suffix="OHM", ranges=tuple(TEST_CURRENTS), overload=_RESISTANCE),
    "FREQ": Function(unit="HZ", suffix="HZ", ranges=(3e5,), overload=_FREQUENCY),
    "PER": Function(unit="SEC", suffix="S", ranges=(1.0 / 3.0,), overload=_FREQUENCY),
    "TEMP": Function(unit="C", suffix="", ranges=(1.0,), overload=_TEMPERATURE),
}
"""By the short form of the name, as CONF? and FUNC? tell it."""

COUNTED = ("FREQ", "PER")
AC_COUPLED = frozenset({"VOLT:AC", "CURR:AC", "FREQ", "PER"})
