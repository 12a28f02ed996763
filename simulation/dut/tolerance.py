"""What conforming units of a device differ in: distributions of its parameters, and draws."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from simulation.dut.parameters import BASES, data_sheet

_FOLDER = Path(__file__).parent
_DEVIATIONS = 3.0  # standard deviations from the middle of a normal distribution to its ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How one parameter differs from unit to unit, between ``low`` and ``high``.

    ``distribution`` is uniform, or normal with the ends three standard deviations from the middle
    and nothing beyond them. ``clauses`` judge a quantity that the parameter moves one to one.
    """

    parameter: str
    distribution: str
    low: float
    high: float
    basis: str
    note: str
    clauses: tuple[str, ...] = ()

    def draw(self, dice: Random) -> float:
        """Return a value of the parameter."""
        if self.distribution == "uniform":
            return dice.uniform(self.low, self.high)
        middle, half = (self.low + self.high) / 2.0, (self.high - self.low) / 2.0
        while abs(value := dice.gauss(middle, half / _DEVIATIONS) - middle) > half:
            pass
        return middle + value


@cache
def tolerances(device: str) -> tuple[Tolerance, ...]:
    """Return the tolerances of a device, none where no file gives any.

    Raises ValueError naming file, entry and key where the file is malformed.
    """
    sheet = data_sheet(device)
    path = _FOLDER / f"tolerances_{device}.toml"
    if not path.is_file():
        return ()
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(_tolerance(path, entry, sheet.parameters) for entry in content["tolerance"])


def drawn(device: str, seed: int, unit: int) -> Mapping[str, float]:
    """Return the parameters of one unit of the device; the same for one seed and number."""
    return {
        tolerance.parameter: tolerance.draw(Random(f"{seed}/{unit}/{tolerance.parameter}"))  # noqa: S311
        for tolerance in tolerances(device)
    }


def _tolerance(path: Path, entry: Mapping[str, Any], known: Mapping[str, object]) -> Tolerance:
    where = f"{path}: {entry.get('parameter', '?')}"
    try:
        values: dict[str, Any] = {**entry, "clauses": tuple(entry.get("clauses", ()))}
        tolerance = Tolerance(**values)
    except TypeError as error:
        raise ValueError(f"{where}: {error}") from None
    if tolerance.parameter not in known:
        raise ValueError(f"{where}: the device has no such parameter")
    if tolerance.distribution not in ("uniform", "normal"):
        raise ValueError(f"{where}: distribution must be uniform or normal")
    if tolerance.basis not in BASES:
        raise ValueError(f"{where}: basis must be one of {', '.join(BASES)}")
    if not tolerance.low < tolerance.high:
        raise ValueError(f"{where}: low must be below high")
    return tolerance
