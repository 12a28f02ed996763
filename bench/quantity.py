"""Quantities as people write them in files ("500 mA") and as the bench computes with them (0.5)."""

import re
from dataclasses import dataclass
from math import isfinite


class QuantityError(ValueError):
    """A text is no quantity, or one of another kind than asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number in SI and the symbol of its unit; percentages are ratios with the unit ``1``."""

    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class _Unit:
    kind: str
    prefixes: str
    symbol: str = ""  # how people print it, where that is not ASCII


_EXPONENTS = {"T": 12, "G": 9, "M": 6, "k": 3, "": 0, "m": -3, "u": -6, "n": -9, "p": -12}
_SYMBOLS = {3 * index: prefix for prefix, index in zip("pnum kMGT", range(-4, 5), strict=True)}
_UNITS = {
    "V": _Unit("a voltage", "kmun"),
    "A": _Unit("a current", "kmunp"),
    "W": _Unit("a power", "Mkmu"),
    "ohm": _Unit("a resistance", "GMkm"),
    "F": _Unit("a capacitance", "munp"),
    "s": _Unit("a time", "mun"),
    "Hz": _Unit("a frequency", "GMkm"),
    "degC": _Unit("a temperature", "", "°C"),
    "kg": _Unit("a mass", ""),
    "Ah": _Unit("a charge", ""),  # the one unit beside SI: every document of a battery has it
    "1": _Unit("a ratio", ""),
}
_RATIOS = {"": 0, "%": -2, "ppm": -6}
_SPELLINGS = str.maketrans({"µ": "u", "μ": "u", "\N{OHM SIGN}": "Ω", "\N{MINUS SIGN}": "-"})
_SYNONYMS = (("Ω", "ohm"), ("°C", "degC"))
_NUMBER = re.compile(r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))(?:e([+-]?[0-9]{1,3}))?\s*(.*)", re.I)
_SIGNIFICANT_DIGITS = 12


def parse_quantity(text: str) -> Quantity:
    """Parse a number with a unit, such as ``10 µA`` or ``5 degC``; raise QuantityError.

    The result is the nearest float to the decimal number written, so ``500 mA`` is exactly 0.5.
    """
    spelt = text.strip().translate(_SPELLINGS)
    match = _NUMBER.fullmatch(spelt)
    if match is None or match[3].startswith(","):
        raise QuantityError(_no_quantity(text))
    digits, exponent, suffix = match.groups()
    unit, shift = _unit(suffix, text)
    value = float(f"{digits}e{int(exponent or 0) + shift}")
    if not isfinite(value):
        raise QuantityError(f"{text!r} is too large")
    return Quantity(value=value, unit=unit)


def parse_as(text: str, unit: str) -> float:
    """Parse ``text`` as a quantity of ``unit`` and return its value in SI; raise QuantityError."""
    quantity = parse_quantity(text)
    if quantity.unit != unit:
        wanted = _UNITS[unit].kind
        example = "0.05 %" if unit == "1" else f"5 {unit}"
        raise QuantityError(
            f"{text!r} is {_UNITS[quantity.unit].kind}, but {wanted} is needed, such as {example!r}"
        )
    return quantity.value


def format_quantity(value: float, unit: str) -> str:
    """Return the canonical text for identifiers: ASCII, no space, engineering prefix: ``500mA``.

    Keeps 12 significant digits, which hides what binary floats add to decimal numbers.
    """
    digits, prefixed = _engineering(value, unit)
    return digits + prefixed


def show_quantity(value: float, unit: str) -> str:
    """Return the text for people: ``12.8 V``, ``10 µA``, ``5 °C``."""
    digits, prefixed = _engineering(value, unit)
    known = _UNITS.get(unit)
    if known is not None and known.symbol:
        prefixed = prefixed.removesuffix(unit) + known.symbol
    if len(prefixed) > 1 and prefixed.startswith("u"):
        prefixed = "µ" + prefixed[1:]
    return f"{digits} {prefixed}".rstrip()


def _unit(suffix: str, text: str) -> tuple[str, int]:
    """Return the unit in SI and the decimal exponent of a written unit such as ``mA``."""
    if suffix in _RATIOS:
        if suffix == "":
            raise QuantityError(f"{text!r} has no unit; write it as in '12.8 V' or '0.05 %'")
        return "1", _RATIOS[suffix]
    for foreign, ascii_name in _SYNONYMS:
        suffix = suffix.replace(foreign, ascii_name)
    for name, unit in _UNITS.items():
        prefix = suffix.removesuffix(name)
        if name != "1" and prefix != suffix and (prefix == "" or prefix in tuple(unit.prefixes)):
            return name, _EXPONENTS[prefix]
    known = ", ".join((*(name for name in _UNITS if name != "1"), "%", "ppm"))
    raise QuantityError(
        f"{text!r} has the unknown unit {suffix!r}; known are {known}, with the usual prefixes"
    )


def _no_quantity(text: str) -> str:
    if re.match(r"\s*[+-]?[0-9]+,[0-9]", text):
        return f"{text!r} has a decimal comma; write {text.replace(',', '.', 1)!r}"
    return f"{text!r} is not a quantity; write a number and a unit, such as '12.8 V'"


def _engineering(value: float, unit: str) -> tuple[str, str]:
    """Split into the digits to print and the unit with its prefix."""
    if unit == "1":
        return _plain(value * 100.0), "%"
    known = _UNITS.get(unit)
    if known is None or not isfinite(value) or value == 0.0:
        return _plain(value), unit
    exponent = int(f"{value:.{_SIGNIFICANT_DIGITS - 1}e}".partition("e")[2])
    step = exponent // 3 * 3
    prefix = _SYMBOLS.get(step, "").strip()
    if prefix not in tuple(known.prefixes):  # also when there is no prefix that far out
        step, prefix = 0, ""
    digits, _, power = f"{value:.{_SIGNIFICANT_DIGITS - 1}e}".partition("e")
    return _plain(float(f"{digits}e{int(power) - step}")), prefix + unit


def _plain(value: float) -> str:
    text = f"{value + 0.0:.{_SIGNIFICANT_DIGITS}g}"  # + 0.0 makes one zero of two
    return text.replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
