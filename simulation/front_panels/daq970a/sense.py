"""SENSe words of a DAQ970A: range, resolution and integration time, function by function.

Sources: 34970A/34972A command reference (a channel takes settings of its present function only,
no resolution on automatic range, AC filters); DAQ970A programming guide (aperture). Assumed: that
a resolution asked for decides how long is integrated, and that a channel on automatic range tells
the highest one.
"""

from collections.abc import Callable, Sequence
from math import inf, isinf
from typing import TYPE_CHECKING

from simulation.front_panels.daq970a.daqm901a_channel import GATE, Channel
from simulation.front_panels.daq970a.daqm901a_functions import (
    AC_SETTLING,
    COUNTED,
    FINEST,
    FUNCTIONS,
)
from simulation.front_panels.daq970a.settings import LIMIT_WORDS, OHMS
from simulation.front_panels.scpi.errors import DialectError
from simulation.front_panels.scpi.headers import Handler
from simulation.front_panels.scpi.parameters import boolean, number

if TYPE_CHECKING:
    from simulation.front_panels.daq970a.channels import ChannelPanel

_NPLC = tuple(FINEST)
_FILTERS = tuple(AC_SETTLING)
_APERTURES = (200e-6, 1.0)
_DEFAULT_APERTURE = 0.1
_HIGHEST_FREQUENCY = 3e5
_GATES = (0.01, 0.1, 1.0)
_LIMITS: dict[str, int] = dict(zip(LIMIT_WORDS, (0, 0, 1, 1, 2, 2), strict=True))

_INTEGRATING: tuple[tuple[str, Sequence[str]], ...] = (
    ("[SENSe]:VOLTage[:DC]", ("VOLT",)),
    ("[SENSe]:CURRent[:DC]", ("CURR",)),
    ("[SENSe]:RESistance", OHMS),
    ("[SENSe]:FRESistance", OHMS),
    ("[SENSe]:TEMPerature", ("TEMP",)),
)
_RANGED: tuple[tuple[str, Sequence[str]], ...] = (
    *_INTEGRATING[:-1],
    ("[SENSe]:VOLTage:AC", ("VOLT:AC",)),
    ("[SENSe]:CURRent:AC", ("CURR:AC",)),
)
_FILTERED: tuple[tuple[str, Sequence[str]], ...] = (
    ("[SENSe]:VOLTage:AC:BANDwidth", ("VOLT:AC",)),
    ("[SENSe]:CURRent:AC:BANDwidth", ("CURR:AC",)),
    ("[SENSe]:FREQuency:RANGe:LOWer", COUNTED),
)


def span_of(function: str, text: str) -> float | None:
    """Return the range that a parameter means, None for the automatic one; raises DialectError."""
    ranges, word = FUNCTIONS[function].ranges, text.upper()
    if word in ("AUTO", "DEF", "DEFAULT") or function in COUNTED:
        return None
    if word in LIMIT_WORDS:
        return ranges[-_LIMITS[word]]
    span = fitting(abs(number(text, FUNCTIONS[function].suffix)), ranges)
    if isinf(span):
        raise DialectError(-222)
    return span


def fitting(value: float, steps: Sequence[float]) -> float:
    """Return the lowest step that holds ``value``; infinite if none does."""
    return next((step for step in steps if value <= step), inf)


def range_of(channel: Channel) -> float:
    """Return a channel's range, the highest where it chooses by itself."""
    return channel.range or FUNCTIONS[channel.function].ranges[-1]


def _input_range_of(channel: Channel) -> float:
    return channel.input_range or FUNCTIONS["VOLT:AC"].ranges[-1]


def resolution(text: str, *, fixed: bool) -> float | None:
    """Return a resolution, None for a word; raises DialectError, also unless the range is fixed."""
    if text.upper() in (*LIMIT_WORDS, "AUTO"):
        return None
    value = number(text)
    if not value > 0.0:
        raise DialectError(-222)
    if not fixed:
        raise DialectError(-221)
    return value


def resolve(record: Channel, text: str) -> None:
    """Integrate for as long as the resolution takes; DEF is 1 line period."""
    part = resolution(text, fixed=True)
    record.aperture = None
    if part is None:
        record.nplc = {0: _NPLC[-1], 1: _NPLC[0]}.get(_LIMITS.get(text.upper(), 2), 1.0)
        return
    found = [nplc for nplc, finest in FINEST.items() if range_of(record) * finest <= part]
    record.nplc = found[0] if found else _NPLC[-1]


def told_resolution(record: Channel) -> float:
    """Return the resolution that the integration time gives."""
    return range_of(record) * FINEST[record.nplc]


def sense_words() -> list[tuple[str, Handler]]:
    """Return all words of this module, each with what to call for it."""
    found: list[tuple[str, Handler]] = []
    for stem, functions in _INTEGRATING:
        found += _nplc_words(stem, functions) + _aperture_words(stem, functions)
    for stem, functions in _RANGED:
        found += _range_words(f"{stem}:RANGe", functions, like=functions[0]) + _resolution_words(
            stem, functions
        )
    for header, functions in _FILTERED:
        found += _filter_words(header, functions)
    for stem in ("[SENSe]:FREQuency", "[SENSe]:PERiod"):
        found += _gate_words(stem)
        found += _range_words(
            f"{stem}:VOLTage:RANGe",
            COUNTED,
            like="VOLT:AC",
            name="input_range",
            told=_input_range_of,
        )
    return found


def _limit(text: str, least: float, most: float, usual: float) -> str:
    """Return the answer to a query for a limit; empty if it is not one."""
    place = _LIMITS.get(text.upper())
    return "" if place is None else f"{(least, most, usual)[place]:+.8E}"


def _nplc_words(stem: str, functions: Sequence[str]) -> list[tuple[str, Handler]]:
    def change(panel: "ChannelPanel", text: str, where: str = "") -> None:
        place = _LIMITS.get(text.upper())
        if place is None:
            wanted = number(text)
            value = fitting(wanted, _NPLC)
            if isinf(value) or wanted <= 0.0:
                raise DialectError(-222)
        else:
            value = (_NPLC[0], _NPLC[-1], 1.0)[place]
        for _, record in panel.chosen(where, functions):
            record.nplc, record.aperture = value, None

    def ask(panel: "ChannelPanel", where: str = "") -> str:
        told = _limit(where, _NPLC[0], _NPLC[-1], 1.0)
        return told or panel.tell(where, lambda record: f"{record.nplc:+.8E}")

    return [(f"{stem}:NPLCycles", change), (f"{stem}:NPLCycles?", ask)]


def _aperture_words(stem: str, functions: Sequence[str]) -> list[tuple[str, Handler]]:
    def change(panel: "ChannelPanel", text: str, where: str = "") -> None:
        place = _LIMITS.get(text.upper())
        value = number(text, "S") if place is None else (*_APERTURES, _DEFAULT_APERTURE)[place]
        if not _APERTURES[0] <= value <= _APERTURES[1]:
            raise DialectError(-222)
        for _, record in panel.chosen(where, functions):
            record.aperture = value

    def ask(panel: "ChannelPanel", where: str = "") -> str:
        told = _limit(where, *_APERTURES, _DEFAULT_APERTURE)
        return told or panel.tell(where, lambda r: f"{r.aperture or _DEFAULT_APERTURE:+.8E}")

    def enable(panel: "ChannelPanel", text: str, where: str = "") -> None:
        on = boolean(text)
        for _, record in panel.chosen(where, functions):
            record.aperture = (record.aperture or _DEFAULT_APERTURE) if on else None

    def ask_enabled(panel: "ChannelPanel", where: str = "") -> str:
        return panel.tell(where, lambda record: "0" if record.aperture is None else "1")

    return [
        (f"{stem}:APERture", change),
        (f"{stem}:APERture?", ask),
        (f"{stem}:APERture:ENABle", enable),
        (f"{stem}:APERture:ENABle?", ask_enabled),
    ]


def _range_words(
    header: str,
    functions: Sequence[str],
    *,
    like: str,
    name: str = "range",
    told: Callable[[Channel], float] = range_of,
) -> list[tuple[str, Handler]]:
    """Return the words of a range that channels keep as ``name``; its steps are those of ``like``.

    ``told`` is what a channel answers, also while it chooses by itself.
    """
    ranges = FUNCTIONS[like].ranges

    def change(panel: "ChannelPanel", text: str, where: str = "") -> None:
        span = span_of(like, text)
        for _, record in panel.chosen(where, functions):
            setattr(record, name, span)

    def ask(panel: "ChannelPanel", where: str = "") -> str:
        limit = _limit(where, ranges[0], ranges[-1], ranges[-1])
        return limit or panel.tell(where, lambda record: f"{told(record):+.8E}")

    def automate(panel: "ChannelPanel", text: str, where: str = "") -> None:
        on = boolean(text)
        for _, record in panel.chosen(where, functions):
            setattr(record, name, None if on else told(record))

    def ask_automatic(panel: "ChannelPanel", where: str = "") -> str:
        return panel.tell(where, lambda record: "1" if getattr(record, name) is None else "0")

    return [
        (header, change),
        (f"{header}?", ask),
        (f"{header}:AUTO", automate),
        (f"{header}:AUTO?", ask_automatic),
    ]


def _resolution_words(stem: str, functions: Sequence[str]) -> list[tuple[str, Handler]]:
    def change(panel: "ChannelPanel", text: str, where: str = "") -> None:
        records = [record for _, record in panel.chosen(where, functions)]
        resolution(text, fixed=all(record.range is not None for record in records))
        for record in records:
            resolve(record, text)

    def ask(panel: "ChannelPanel", where: str = "") -> str:
        return panel.tell(where, lambda record: f"{told_resolution(record):+.8E}")

    return [(f"{stem}:RESolution", change), (f"{stem}:RESolution?", ask)]


def _gate_words(stem: str) -> list[tuple[str, Handler]]:
    """Return how long a frequency or a period is counted; either sets both."""

    def change(panel: "ChannelPanel", text: str, where: str = "") -> None:
        place = _LIMITS.get(text.upper())
        gate = number(text, "S") if place is None else (_GATES[0], _GATES[-1], GATE)[place]
        if gate not in _GATES:
            raise DialectError(-222)
        for _, record in panel.chosen(where, COUNTED):
            record.aperture = gate

    def ask(panel: "ChannelPanel", where: str = "") -> str:
        told = _limit(where, _GATES[0], _GATES[-1], GATE)
        return told or panel.tell(where, lambda r: f"{r.aperture or GATE:+.8E}")

    return [(f"{stem}:APERture", change), (f"{stem}:APERture?", ask)]


def _filter_words(header: str, functions: Sequence[str]) -> list[tuple[str, Handler]]:
    def change(panel: "ChannelPanel", text: str, where: str = "") -> None:
        place = _LIMITS.get(text.upper())
        lowest = number(text, "HZ") if place is None else (3.0, 200.0, 20.0)[place]
        if not _FILTERS[0] <= lowest <= _HIGHEST_FREQUENCY:
            raise DialectError(-222)
        value = max(step for step in _FILTERS if step <= lowest)
        for _, record in panel.chosen(where, functions):
            record.filter = value

    def ask(panel: "ChannelPanel", where: str = "") -> str:
        return panel.tell(where, lambda record: f"{record.filter:g}")

    return [(header, change), (header + "?", ask)]
