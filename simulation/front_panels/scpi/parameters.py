"""Read SCPI program data: numbers with units, booleans, channel lists."""

import re
from math import isinf

from simulation.front_panels.scpi.errors import DialectError

_NUMBER = re.compile(
    r"([+-]?(?:\d+\.?\d*|\.\d+))(?:\s*[eE]\s*([+-]?\d+))?(?:\s*([A-Za-z][A-Za-z0-9./-]*))?",
    re.ASCII,
)
_SECOND_NUMBER = re.compile(r"\s+[+-]?[\d.(]", re.ASCII)
_MOST_DIGITS, _GREATEST_EXPONENT, _LONGEST_SUFFIX = 255, 32_000, 12
"""IEEE 488.2, 7.7.2.4.1 and 7.7.3.4."""

_BASES = {"#H": 16, "#Q": 8, "#B": 2}
"""Non-decimal numbers (IEEE 488.2, 7.7.4)."""

_MULTIPLIERS = {
    "": 1.0,
    "N": 1e-9,
    "U": 1e-6,
    "M": 1e-3,
    "K": 1e3,
    "MA": 1e6,
}
"""IEEE 488.2, 7.7.3, as far as the models take it; M is milli, MA mega."""

_MEGA = ("MOHM", "MHZ")
"""The suffixes in which M is mega all the same (IEEE 488.2, 7.7.3)."""

_CHANNELS = re.compile(r"\(@([\d,:\s]*)\)", re.ASCII)
_MOST_CHANNELS = 1000


def split_parameters(text: str) -> list[str]:
    """Return the parameters of a unit: separated by commas outside of quotes and brackets."""
    if "(" not in text and '"' not in text and "'" not in text:
        return [part.strip() for part in text.split(",")]
    parts: list[str] = [""]
    depth, quote = 0, ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif letter == "," and depth <= 0:
            parts.append("")
            continue
        parts[-1] += letter
    if quote:
        raise DialectError(-151)
    return [part.strip() for part in parts]


def split_units(message: str) -> list[str]:
    """Return the units of a program message: separated by semicolons outside of quotes."""
    if '"' not in message and "'" not in message:
        return message.split(";")
    parts: list[str] = [""]
    quote = ""
    for letter in message:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == ";":
            parts.append("")
            continue
        parts[-1] += letter
    return parts


def number(text: str, unit: str = "") -> float:
    """Return a decimal number, with ``unit`` or a multiple of it behind it or nothing."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise _no_number(text)
    mantissa, exponent, suffix = found.groups()
    if len(text) > _MOST_DIGITS:
        _check_length(mantissa)
    if exponent is None:
        value = float(mantissa)
    else:
        size = exponent.lstrip("+-0")
        if len(size) > len(str(_GREATEST_EXPONENT)) or int(size or 0) > _GREATEST_EXPONENT:
            raise DialectError(-123)
        value = float(f"{mantissa}e{exponent}")
    if suffix:
        value *= _multiplier(suffix.upper(), unit.upper())
    if isinf(value):
        raise DialectError(-222)
    return value


def whole(text: str, low: int, high: int) -> int:
    """Return a number that is rounded; raises DialectError -222 unless it is within limits."""
    value = round(number(text))
    if not low <= value <= high:
        raise DialectError(-222)
    return value


def mask(text: str, high: int) -> int:
    """Return the value of a register, which may be told in another base (SCPI-99, volume 2, 20)."""
    base = _BASES.get(text[:2].upper())
    if base is None:
        return whole(text, 0, high)
    digits = text[2:].lower()
    if not digits or not set(digits) <= set("0123456789abcdef"[:base]):
        raise DialectError(-121)
    value = int(digits, base)
    if value > high:
        raise DialectError(-222)
    return value


def _no_number(text: str) -> DialectError:
    """Return what is wrong with a text that is no number (SCPI-99, volume 2, 21.8.9)."""
    if not text:
        return DialectError(-109)
    if text[0] not in "+-.0123456789":
        return DialectError(-104)
    first = _NUMBER.match(text)
    if first is not None and _SECOND_NUMBER.match(text, first.end()):
        return DialectError(-103)
    return DialectError(-121)


def _check_length(mantissa: str) -> None:
    """Raise DialectError -124 for a mantissa of more than 255 digits."""
    if len(mantissa.lstrip("+-0.").replace(".", "")) > _MOST_DIGITS:
        raise DialectError(-124)


def _multiplier(suffix: str, unit: str) -> float:
    """Return what a suffix multiplies by; raises DialectError -138 where none is taken, -131."""
    if len(suffix) > _LONGEST_SUFFIX:
        raise DialectError(-134)
    if not unit:
        raise DialectError(-138)
    if not suffix.endswith(unit):
        raise DialectError(-131)
    prefix = "MA" if suffix in _MEGA else suffix[: len(suffix) - len(unit)]
    if prefix not in _MULTIPLIERS:
        raise DialectError(-131)
    return _MULTIPLIERS[prefix]


def string(text: str) -> str:
    """Return what stands in quotes; a quote inside is sent twice (IEEE 488.2, 7.7.5)."""
    quote = text[:1]
    if not quote or quote not in "\"'":
        raise DialectError(-104)
    inside = text[1:-1].replace(quote + quote, "")
    if len(text) < 2 or text[-1] != quote or quote in inside:
        raise DialectError(-151)
    return text[1:-1].replace(quote + quote, quote)


def quoted(text: str) -> str:
    """Return a string as a response, with each quote inside twice."""
    return '"' + text.replace('"', '""') + '"'


def boolean(text: str) -> bool:
    """Return ON, OFF or a number, which is rounded (SCPI-99, 7.3)."""
    word = text.upper()
    if word == "ON":
        return True
    if word == "OFF":
        return False
    return round(number(text)) != 0


def channels(text: str) -> list[int]:
    """Return the channels of ``(@101,103:105)`` in the order they were written."""
    found = _CHANNELS.fullmatch(text)
    if found is None:
        raise DialectError(-104)
    numbers: list[int] = []
    for part in filter(None, (piece.strip() for piece in found[1].split(","))):
        first, colon, last = part.partition(":")
        try:
            low = int(first)
            high = int(last) if colon else low
        except ValueError:
            raise DialectError(-102) from None
        if high < low:
            low, high = high, low
        if high - low > _MOST_CHANNELS or len(numbers) > _MOST_CHANNELS:
            raise DialectError(-222)
        numbers.extend(range(low, high + 1))
    return numbers
