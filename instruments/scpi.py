"""SCPI text without input or output: numbers, error queue answers, identities."""

import re
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

from instruments.errors import Exchange, OutOfRange, Rejected
from instruments.instrument import Identity

OVERLOAD = 9.9e37
"""Magnitude that SCPI instruments answer for a reading beyond the range (SCPI-99, 7.2.1.4: INF)."""

_ERROR = re.compile(r'\s*([+-]?\d+)\s*(?:,\s*"?(.*?)"?\s*)?')


@dataclass(frozen=True, slots=True, kw_only=True)
class ScpiError:
    """One entry of an instrument's error queue."""

    number: int
    message: str

    def __str__(self) -> str:
        """Return number and message as the instrument words them."""
        return f"{self.number}, {self.message}" if self.message else str(self.number)


def format_number(value: float) -> str:
    """Return ``value`` in NR2 or NR3 form with all digits an instrument can use.

    Raises OutOfRange for not-a-number and infinities.
    """
    if not isfinite(value):
        raise OutOfRange(f"{value!r} cannot be sent to an instrument")
    return f"{value:.9g}"


def parse_number(reply: str) -> float:
    """Return the number in ``reply``; raises Rejected for text, OutOfRange for overload and NaN."""
    try:
        value = float(reply)
    except ValueError:
        raise Rejected("the answer is not a number", Exchange(reply=reply)) from None
    if -OVERLOAD < value < OVERLOAD:
        return value
    meaning = "overload" if value == value else "not-a-number"
    raise OutOfRange(f"the instrument reports {meaning}", Exchange(reply=reply))


def parse_numbers(reply: str) -> list[float]:
    """Return the comma-separated numbers in ``reply``; raises as ``parse_number``."""
    return [parse_number(part) for part in reply.split(",")]


def parse_bool(reply: str) -> bool:
    """Return whether ``reply`` says on; raises Rejected for anything but 0, 1, OFF and ON."""
    word = reply.strip().upper()
    if word in ("1", "ON"):
        return True
    if word in ("0", "OFF"):
        return False
    raise Rejected("the answer is neither 0 nor 1", Exchange(reply=reply))


def first_line(reply: str) -> str:
    """Return ``reply`` up to its first line end."""
    return reply.partition("\n")[0].rstrip("\r")


@lru_cache(maxsize=64)  # nearly all answers are one and the same
def parse_error(reply: str) -> ScpiError | None:
    """Return the entry in a ``SYST:ERR?`` answer, None for the empty queue.

    Accepts the forms ``0``, ``+0,"No error"`` and ``-222,"Data out of range"``; raises Rejected
    for anything else.
    """
    match = _ERROR.fullmatch(reply)
    if match is None:
        raise Rejected("the answer is not an error queue entry", Exchange(reply=reply))
    number = int(match[1])
    return ScpiError(number=number, message=match[2] or "") if number else None


def parse_identity(reply: str) -> Identity:
    """Return the four fields of an ``*IDN?`` answer; raises Rejected unless there are four.

    Keithley writes ``Model`` before the model number (2260B, DAQ6510); it is not part of the name.
    """
    fields = [field.strip() for field in reply.split(",")]
    if len(fields) != 4 or not all(fields):
        raise Rejected("the answer to *IDN? does not have four fields", Exchange(reply=reply))
    manufacturer, model, serial, firmware = fields
    return Identity(
        manufacturer=manufacturer,
        model=re.sub(r"(?i)^model\s+", "", model),
        serial=serial,
        firmware=firmware,
    )
