"""How small a defect may be for a clause to see it: the record of one search."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Reach(StrEnum):
    """How a search for a threshold ended."""

    FOUND = "found"
    BELOW = "at the smallest tried already"
    BEYOND = "not at the largest tried"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """The weakest defect for which something is said, or the end of what was tried."""

    reach: Reach
    magnitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionLimit:
    """What a clause sees of one defect as it grows from ``conforming`` away, in ``unit``.

    ``noticed`` is the weakest defect that is not a PASS, ``rejected`` the weakest that is a FAIL.
    The check that notices it is that of ``quantity`` in ``case``, with its ``limit`` in words and
    the expanded uncertainty (k = 2) in ``quantity_unit``, which is None for a word.
    """

    device: str
    bench: str
    fault: str
    title: str
    clause: str
    unit: str
    conforming: float
    noticed: Threshold
    rejected: Threshold
    case: str = ""
    quantity: str = ""
    quantity_unit: str = ""
    limit: str = ""
    uncertainty: float | None = None
    looks: int = 0

    @property
    def deviation(self) -> float:
        """Return how far the weakest noticed defect is from a conforming unit, in ``unit``."""
        return abs(self.noticed.magnitude - self.conforming)


def dump(limit: DetectionLimit) -> dict[str, Any]:
    """Return a record as JSON data."""
    return asdict(limit)


def load(data: Mapping[str, Any]) -> DetectionLimit:
    """Return the record that ``dump`` turned into ``data``; raises KeyError, ValueError."""
    values: dict[str, Any] = dict(data)
    for name in ("noticed", "rejected"):
        found = values[name]
        values[name] = Threshold(reach=Reach(found["reach"]), magnitude=found["magnitude"])
    return DetectionLimit(**values)
