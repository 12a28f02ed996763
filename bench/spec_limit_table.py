"""Limits as a spec file writes them, within a test or shared by name, checked and built."""

from collections.abc import Collection, Mapping

from pydantic import (  # noqa: TID253 - whoever imports this module is about to read a file
    Field,
    StrictBool,
)

from bench.limit import Limit
from bench.quantity import QuantityError, parse_as, parse_quantity
from bench.register_file import Mistakes, Strict, unknown

Kind = str | tuple[str, ...]
"""What a measurement is: the unit of a number, or the words that it may be (``""``: any)."""


def read_quantity(mistakes: Mistakes, where: str, text: str, unit: str) -> float:
    """Return the value in SI; keep the mistake and return 0 where ``text`` is not of ``unit``."""
    try:
        return parse_as(text, unit)
    except QuantityError as error:
        mistakes.add(where, str(error))
        return 0.0


class LimitTable(Strict):
    """A limit, within a test or shared under ``[limit.<name>]``."""

    low: str | None = None
    high: str | None = None
    equals: str | None = None
    basis: str = Field(min_length=1)
    reading: str = ""
    informative: StrictBool = False


class LimitReader:
    """Turns limits into records; gathers what is wrong with them, and which shared ones are used.

    ``discrepancies`` are the entries that a limit may name as its reading.
    """

    def __init__(
        self,
        shared: Mapping[str, LimitTable],
        discrepancies: Collection[str],
        mistakes: Mistakes,
    ) -> None:
        self._shared = shared
        self._discrepancies = discrepancies
        self._mistakes = mistakes
        self._used: set[str] = set()

    def unused(self) -> tuple[str, ...]:
        """Return the shared limits that no test read so far has used."""
        return tuple(name for name in self._shared if name not in self._used)

    def read(
        self,
        where: str,
        procedure: str,
        written: Mapping[str, object],
        produced: Mapping[str, Kind] | None,
    ) -> dict[str, Limit]:
        """Return the limits of one test by the name of the measurement.

        ``produced`` are the measurements of ``procedure``, None where nothing is known of them.
        """
        limits: dict[str, Limit] = {}
        for name, raw in written.items():
            key = f"{where}, key limits.{name}"
            if produced is not None and name not in produced:
                self._wrong(key, f"{procedure}: {unknown('measurement', name, produced)}")
                continue
            table = self._written(key, raw)
            if table is not None:
                kind = produced[name] if produced is not None else None
                limits[name] = self._build(key, table, kind)
        return limits

    def _wrong(self, where: str, sentence: str) -> None:
        self._mistakes.add(where, sentence)

    def _written(self, key: str, raw: object) -> LimitTable | None:
        if not isinstance(raw, str):
            return self._mistakes.validate(LimitTable, raw, key)
        self._used.add(raw)
        shared = self._shared.get(raw)
        if shared is None:
            self._wrong(key, unknown("shared limit", raw, self._shared))
        return shared

    def _build(self, key: str, table: LimitTable, kind: Kind | None) -> Limit:
        """Build a limit; ``kind`` is the unit, the words, or None where nothing is known."""
        if table.reading and table.reading not in self._discrepancies:
            self._wrong(
                f"{key}.reading", unknown("discrepancy", table.reading, self._discrepancies)
            )
        unit = ""
        low: float | None = None
        high: float | None = None
        if table.equals is None:
            unit = self._unit(key, table, kind)
            if unit:
                low = self._bound(f"{key}.low", table.low, unit)
                high = self._bound(f"{key}.high", table.high, unit)
                if low is not None and high is not None and low > high:
                    self._wrong(key, f"low {table.low!r} is above high {table.high!r}; swap them")
        else:
            self._check_word(key, table, kind)
        return Limit(
            low=low,
            high=high,
            equals=table.equals,
            unit=unit,
            basis=table.basis,
            reading=table.reading,
            informative=table.informative,
        )

    def _unit(self, key: str, table: LimitTable, kind: Kind | None) -> str:
        written = table.low if table.low is not None else table.high
        if written is None:
            self._wrong(key, "has neither low, high nor equals; give at least one")
            return ""
        if isinstance(kind, tuple) or kind == "":
            self._wrong(key, f"the measurement is a word; use equals instead of {written!r}")
            return ""
        if kind is not None:
            return kind
        try:
            return parse_quantity(written).unit
        except QuantityError as error:
            self._wrong(key, str(error))
            return ""

    def _check_word(self, key: str, table: LimitTable, kind: Kind | None) -> None:
        if table.low is not None or table.high is not None:
            self._wrong(
                key, "has equals beside low or high; a word has no bounds, keep one of them"
            )
        if isinstance(kind, tuple) and table.equals not in kind:
            self._wrong(f"{key}.equals", unknown("word", str(table.equals), kind))
        elif isinstance(kind, str) and kind:
            self._wrong(key, f"the measurement is a number in {kind}; use low or high, not equals")

    def _bound(self, key: str, text: str | None, unit: str) -> float | None:
        return None if text is None else read_quantity(self._mistakes, key, text, unit)
