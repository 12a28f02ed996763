"""Frozen evidence: what a case and a run leave behind, and who wants to know."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bench.limit import Judgement
from bench.measurement import Measurement
from bench.verdict import Verdict, worst
from instruments.units import Second


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One measurement and what was said of it; ``judgement`` is None for a mere report."""

    measurement: Measurement
    judgement: Judgement | None

    @property
    def verdict(self) -> Verdict:
        """Return the verdict of the judgement; INFORMATIVE without one."""
        return self.judgement.verdict if self.judgement else Verdict.INFORMATIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a case has no verdict on the product: the bench's own failure, in words."""

    kind: str
    message: str
    interrupted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """Everything one case left behind. Times are on the bench clock [s]."""

    case_id: str
    spec_id: str
    clause_id: str
    point: Mapping[str, str]
    verdict: Verdict
    checks: tuple[Check, ...]
    started: Second
    ended: Second
    reason: str = ""
    fault: Fault | None = None
    transcript: tuple[str, ...] = ()

    def raise_for_verdict(self) -> None:
        """Raise Nonconformance for a verdict against the product, CaseError and CaseNotRun."""
        if self.verdict is Verdict.ERROR:
            raise CaseError(self)
        if self.verdict.is_nonconformance:
            raise Nonconformance(self)
        if self.verdict is Verdict.NOT_RUN:
            raise CaseNotRun(self)


def verdict_of(checks: tuple[Check, ...]) -> Verdict:
    """Return the worst verdict among ``checks``; a reported value never outweighs a judged one."""
    return worst(check.verdict for check in checks)


class Nonconformance(AssertionError):
    """A judged measurement speaks against the product; raised only by ``raise_for_verdict``."""

    def __init__(self, result: CaseResult) -> None:
        checks = [check for check in result.checks if check.verdict is result.verdict]
        said = "; ".join(_sentence(check) for check in checks)
        super().__init__(f"{result.case_id}: {result.verdict.value}: {said}")
        self.result = result


def _sentence(check: Check) -> str:
    """Return a check in words: value, unit and margin."""
    measurement = check.measurement
    value = measurement.value
    shown = value if isinstance(value, str) else f"{value:.6g} {measurement.unit}"
    margin = check.judgement.margin if check.judgement else None
    beyond = "" if margin is None else f", margin {margin:.3g} {measurement.unit}"
    return f"{measurement.name} = {shown}{beyond}"


class CaseError(Exception):
    """The bench failed during a case, so nothing is said about the product."""

    def __init__(self, result: CaseResult) -> None:
        reasons = [check.judgement.reason for check in result.checks if check.judgement]
        said = "; ".join(reason for reason in reasons if reason)
        super().__init__(result.fault.message if result.fault else said)
        self.result = result


class Recorder(Protocol):
    """Whoever keeps results; called once for each case, at once."""

    def record(self, result: CaseResult) -> None:
        """Keep ``result``; must have reached the disk when this returns."""
        ...


class CaseNotRun(Exception):
    """A case was left out while it ran, so nothing is said about the product."""

    def __init__(self, result: CaseResult) -> None:
        super().__init__(result.reason)
        self.result = result
