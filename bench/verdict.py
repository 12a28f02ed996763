"""The ordered verdicts; a group's verdict is the worst of its members."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What is said of a measurement, a case, a clause or a run; later members are worse."""

    NOT_RUN = "NOT_RUN"
    INFORMATIVE = "INFORMATIVE"
    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    CONDITIONAL_PASS = "CONDITIONAL_PASS"  # noqa: S105
    INCONCLUSIVE = "INCONCLUSIVE"
    CONDITIONAL_FAIL = "CONDITIONAL_FAIL"
    FAIL = "FAIL"
    ERROR = "ERROR"

    @property
    def rank(self) -> int:
        """Return the position in the order, worst last."""
        return _RANK[self]

    @property
    def is_pass(self) -> bool:
        """Return whether the statement is one of conformity."""
        return self in (Verdict.PASS, Verdict.CONDITIONAL_PASS)

    @property
    def is_nonconformance(self) -> bool:
        """Return whether a judged measurement speaks, or may speak, against the product."""
        return self in (Verdict.INCONCLUSIVE, Verdict.CONDITIONAL_FAIL, Verdict.FAIL)


_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of ``verdicts``; NOT_RUN when there is none."""
    return max(verdicts, key=lambda verdict: verdict.rank, default=Verdict.NOT_RUN)
