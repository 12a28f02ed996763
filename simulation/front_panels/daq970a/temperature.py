"""What a meter makes of volts and ohms: the temperature of a thermocouple, an RTD, a thermistor.

Sources: NIST SRD 60 (thermocouples, ITS-90); IEC 60751 (platinum, alpha 0.00385); Steinhart-Hart
coefficients of the YSI 44004, 44007 and 44006 series as their maker's tables give them. Assumed:
alpha 0.00391 as that curve with the older coefficients of the United States (3.9692E-3,
-5.8495E-7, -4.2325E-12); the
spans of RTDs and thermistors.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, inf, log
from pathlib import Path
from typing import Any

from instruments.units import DegreeCelsius, Ohm, Volt

_COUPLES = Path(__file__).with_name("thermocouples.toml")
_ABSOLUTE_ZERO: DegreeCelsius = -273.15
_STEPS = 60  # halvings of a temperature range
_LOWEST_OF_B: DegreeCelsius = 50.0  # below, two temperatures have one voltage

_PLATINUM: Mapping[str, tuple[float, float, float]] = {
    "+85": (3.9083e-3, -5.775e-7, -4.183e-12),
    "+91": (3.9692e-3, -5.8495e-7, -4.2325e-12),
}
_PLATINUM_SPAN: tuple[DegreeCelsius, DegreeCelsius] = (-200.0, 600.0)
_THERMISTORS: Mapping[str, tuple[float, float, float]] = {
    "2252": (1.468e-3, 2.383e-4, 1.007e-7),
    "5000": (1.285e-3, 2.362e-4, 9.285e-8),
    "10000": (1.032e-3, 2.387e-4, 1.580e-7),
}
_THERMISTOR_SPAN: tuple[DegreeCelsius, DegreeCelsius] = (-80.0, 150.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """The reference function of a thermocouple over a part of its range."""

    low: DegreeCelsius
    high: DegreeCelsius
    coefficients: tuple[float, ...]
    exponential: tuple[float, ...] = ()


@cache
def _pieces(couple: str) -> tuple[_Piece, ...]:
    content = tomllib.loads(_COUPLES.read_text(encoding="utf-8"))
    return tuple(_piece(entry) for entry in content[couple])


def _piece(entry: Mapping[str, Any]) -> _Piece:
    return _Piece(
        low=entry["low"],
        high=entry["high"],
        coefficients=tuple(entry["coefficients"]),
        exponential=tuple(entry.get("exponential", ())),
    )


def thermocouple_voltage(couple: str, temperature: DegreeCelsius) -> Volt:
    """Return the voltage of ``couple`` between ``temperature`` and 0 degC [V]."""
    pieces = _pieces(couple)
    piece = next((piece for piece in pieces if temperature <= piece.high), pieces[-1])
    millivolts = 0.0
    for coefficient in reversed(piece.coefficients):
        millivolts = millivolts * temperature + coefficient
    if piece.exponential:
        a0, a1, a2 = piece.exponential
        millivolts += a0 * exp(a1 * (temperature - a2) ** 2)
    return millivolts * 1e-3


def in_span(couple: str, temperature: DegreeCelsius) -> bool:
    """Return whether the reference function of ``couple`` goes to ``temperature``."""
    pieces = _pieces(couple)
    return pieces[0].low <= temperature <= pieces[-1].high


def of_thermocouple(couple: str, volts: Volt, junction: DegreeCelsius) -> DegreeCelsius:
    """Return the temperature of a couple whose other ends are at ``junction``; infinite outside."""
    pieces = _pieces(couple)
    wanted = volts + thermocouple_voltage(couple, junction)
    low, high = pieces[0].low, pieces[-1].high
    low = max(low, _LOWEST_OF_B) if couple == "B" else low
    if not thermocouple_voltage(couple, low) <= wanted <= thermocouple_voltage(couple, high):
        return inf
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        if thermocouple_voltage(couple, middle) < wanted:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def of_platinum(kind: str, ohms: Ohm, nominal: Ohm) -> DegreeCelsius:
    """Return the temperature of an RTD of ``nominal`` [ohm] at 0 degC; infinite outside."""
    a, b, c = _PLATINUM[kind]

    def ratio(t: DegreeCelsius) -> float:
        more = c * (t - 100.0) * t**3 if t < 0.0 else 0.0
        return 1.0 + a * t + b * t * t + more

    low, high = _PLATINUM_SPAN
    wanted = ohms / nominal
    if not ratio(low) <= wanted <= ratio(high):
        return inf
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        if ratio(middle) < wanted:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def of_thermistor(kind: str, ohms: Ohm) -> DegreeCelsius:
    """Return the temperature of a thermistor of ``kind`` [ohm at 25 degC]; infinite outside."""
    if not ohms > 0.0 or ohms == inf:
        return inf
    a, b, c = _THERMISTORS[kind]
    logarithm = log(ohms)
    found = 1.0 / (a + b * logarithm + c * logarithm**3) + _ABSOLUTE_ZERO
    low, high = _THERMISTOR_SPAN
    return found if low <= found <= high else inf


def in_degrees(temperature: DegreeCelsius, degrees: str) -> float:
    """Return a temperature in ``C``, ``F`` or ``K``."""
    if degrees == "F":
        return 1.8 * temperature + 32.0
    return temperature - _ABSOLUTE_ZERO if degrees == "K" else temperature
