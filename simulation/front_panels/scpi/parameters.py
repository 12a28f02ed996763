"""Read SCPI program data: numbers with units, booleans, channel lists."""

import re
from math import isinf

from simulation.front_panels.scpi.errors import DialectError

_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([A-Za-z]*)", re.ASCII)
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
    try:
        found = _NUMBER.fullmatch(text)
    except TypeError as error:  # pragma: no cover - parameters are always text
        raise DialectError(-104) from error
    if found is None:
        raise DialectError(-109 if not text else -104)
    digits, suffix = found.groups()
    value = float(digits)
    if suffix:
        value *= _multiplier(suffix.upper(), unit.upper())
    if isinf(value):
        raise DialectError(-222)
    return value


def _multiplier(suffix: str, unit: str) -> float:
    """Return what a suffix multiplies by; raises DialectError -138 where none is taken, -131."""
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
