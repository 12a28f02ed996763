"""What is foreseen of a case before it is run: the uncertainty of what will be judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bench.limit import COVERAGE_FACTOR, GOOD_CAPABILITY, LEAST_CAPABILITY, Limit
from bench.results import Check


class Capable(StrEnum):
    """Whether a method can decide against a limit; later members are worse."""

    YES = "yes"
    MARGINAL = "marginal"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """The uncertainty that one judged quantity of a case will have."""

    check: Check
    limit: Limit

    @property
    def quantity(self) -> str:
        """Return the name of the measurement."""
        return self.check.measurement.name

    @property
    def expanded(self) -> float:
        """Return U, in the unit of the quantity."""
        return COVERAGE_FACTOR * self.check.measurement.uncertainty

    @property
    def index(self) -> float:
        """Return the measurement capability index Cm."""
        return self.limit.capability(self.check.measurement.uncertainty)

    @property
    def capable(self) -> Capable:
        """Return whether this bench can decide at all."""
        if self.index >= GOOD_CAPABILITY:
            return Capable.YES
        return Capable.MARGINAL if self.index > LEAST_CAPABILITY else Capable.NO


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What is foreseen for each case, by id; ``unknown`` says why of what is not."""

    foreseen: Mapping[str, tuple[Foreseen, ...]]
    unknown: Mapping[str, str]
