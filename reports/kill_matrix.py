"""What a suite said of units with known defects, and what that says of the suite."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from bench.errors import SafetyTrip
from bench.results import CaseResult
from bench.verdict import Verdict, worst
from reports import wording

ACCEPTABLE = frozenset(
    {Verdict.PASS, Verdict.CONDITIONAL_PASS, Verdict.INFORMATIVE, Verdict.NOT_RUN}
)
"""Verdicts on a conforming unit that are no false alarm."""


class Catch(StrEnum):
    """What became of one defect."""

    CAUGHT = "caught"
    ELSEWHERE = "caught elsewhere"
    """No clause that it violates fails, but another one does: an accident."""
    REFUSED = "refused"
    """The bench refused every case: it saw that this is not the device that was named."""
    SURVIVED = "survived"
    BENCH_ERROR = "bench error only"
    ALLOWED = "allowed"
    """It violates no clause, and none fails."""
    UNCLAIMED = "fails unclaimed"
    """It is said to violate no clause, yet one fails."""

    @property
    def is_gap(self) -> bool:
        """Return whether the suite missed a defect that violates a clause."""
        return self in (Catch.ELSEWHERE, Catch.SURVIVED, Catch.BENCH_ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one clause said of one unit: its cases by verdict, and the worst of them in words."""

    counts: Mapping[Verdict, int]
    case: str = ""
    said: str = ""

    @property
    def verdict(self) -> Verdict:
        """Return the worst verdict."""
        return worst(self.counts)

    @property
    def is_alarm(self) -> bool:
        """Return whether it speaks against a conforming unit."""
        return not ACCEPTABLE.issuperset(self.counts)

    @property
    def fails(self) -> bool:
        """Return whether a case says FAIL; the bench's own errors and doubts do not count."""
        return Verdict.FAIL in self.counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One unit: the defect in it, the clauses that it violates, what each clause said.

    The conforming unit has no ``fault``. ``seed`` is that of the instruments' errors; None is that
    of the bench file. ``refused`` says why the bench refused to measure anything at all.
    """

    device: str
    fault: str = ""
    title: str = ""
    claims: tuple[str, ...] = ()
    cells: Mapping[str, Cell]
    seed: int | None = None
    refused: str = ""

    @property
    def failed(self) -> tuple[str, ...]:
        """Return the clauses that say FAIL."""
        return tuple(clause for clause, cell in self.cells.items() if cell.fails)

    @property
    def missed(self) -> tuple[str, ...]:
        """Return the clauses that the defect violates and that do not say FAIL."""
        return tuple(clause for clause in self.claims if clause not in self.failed)

    @property
    def catch(self) -> Catch:
        """Return what became of the defect."""
        failed = self.failed
        if self.refused:
            return Catch.REFUSED
        if not self.claims:
            return Catch.UNCLAIMED if failed else Catch.ALLOWED
        if set(self.claims) & set(failed):
            return Catch.CAUGHT
        if failed:
            return Catch.ELSEWHERE
        if any(Verdict.ERROR in cell.counts for cell in self.cells.values()):
            return Catch.BENCH_ERROR
        return Catch.SURVIVED


@dataclass(frozen=True, slots=True, kw_only=True)
class KillMatrix:
    """All units of one device. ``clauses`` maps each clause that was measured to its title.

    ``others`` are conforming units as well, measured with the errors of other instruments.
    """

    device: str
    title: str
    clauses: Mapping[str, str]
    golden: Row
    others: Sequence[Row] = ()
    rows: Sequence[Row]
    unmeasured: Sequence[str] = field(default_factory=tuple[str, ...])
    """Clauses without a test, or with none that the bench can run."""

    @property
    def violating(self) -> tuple[Row, ...]:
        """Return the units whose defect violates a clause."""
        return tuple(row for row in self.rows if row.claims)

    @property
    def alarms(self) -> Mapping[str, Cell]:
        """Return the clauses that say something against a conforming unit, and what."""
        found: dict[str, Cell] = {}
        for row in (self.golden, *self.others):
            for clause, cell in row.cells.items():
                if cell.is_alarm:
                    said = cell.said if row.seed is None else f"seed {row.seed}: {cell.said}"
                    found.setdefault(clause, replace(cell, said=said))
        return found

    @property
    def idle(self) -> tuple[str, ...]:
        """Return the clauses that judge something and that no defect makes fail.

        One that only reports values says PASS of no unit and cannot fail.
        """
        failed = {clause for row in self.rows for clause in row.failed}
        judging = (
            clause
            for clause, cell in self.golden.cells.items()
            if cell.verdict.rank > Verdict.INFORMATIVE.rank
        )
        return tuple(clause for clause in judging if clause not in failed)

    @property
    def is_clean(self) -> bool:
        """Return whether something is judged and nothing is said against a conforming unit."""
        judged = any(cell.verdict.is_pass for cell in self.golden.cells.values())
        return judged and not self.alarms

    @property
    def is_proof(self) -> bool:
        """Return whether the conforming unit is clean and every violation is caught by name."""
        caught = bool(self.rows) and not any(row.catch.is_gap for row in self.rows)
        return self.is_clean and caught

    def of(self, *catches: Catch) -> tuple[Row, ...]:
        """Return the defective units that became one of ``catches``."""
        return tuple(row for row in self.rows if row.catch in catches)


def refusal(results: Sequence[CaseResult]) -> str:
    """Return why the bench refused every case before it measured anything; empty if it did not."""
    said = {result.fault.message for result in results if result.fault and not result.checks}
    if len(said) == 1 and all(_is_refused(result) for result in results):
        return said.pop()
    return ""


def _is_refused(result: CaseResult) -> bool:
    return bool(result.fault) and result.fault.kind == SafetyTrip.__name__ and not result.checks


def cells_of(results: Iterable[CaseResult]) -> dict[str, Cell]:
    """Return clause -> cell, in the order of the results."""
    grouped: dict[str, list[CaseResult]] = {}
    for result in results:
        grouped.setdefault(result.clause_id, []).append(result)
    return {clause: _cell(group) for clause, group in grouped.items()}


def _cell(results: Sequence[CaseResult]) -> Cell:
    counts: dict[Verdict, int] = {}
    for result in results:
        counts[result.verdict] = counts.get(result.verdict, 0) + 1
    shown = max(results, key=lambda result: result.verdict.rank)
    if ACCEPTABLE.issuperset(counts):
        return Cell(counts=counts)
    return Cell(counts=counts, case=shown.case_id, said=wording.message(shown).splitlines()[0])


def dump(row: Row) -> dict[str, Any]:
    """Return a row as JSON data."""
    return {
        "device": row.device,
        "fault": row.fault,
        "title": row.title,
        "claims": list(row.claims),
        "seed": row.seed,
        "refused": row.refused,
        "cells": {
            clause: {
                "counts": {verdict.value: count for verdict, count in cell.counts.items()},
                "case": cell.case,
                "said": cell.said,
            }
            for clause, cell in row.cells.items()
        },
    }


def load(data: Mapping[str, Any]) -> Row:
    """Return the row that ``dump`` turned into ``data``; raises KeyError, TypeError, ValueError."""
    cells = {
        clause: Cell(
            counts={Verdict(verdict): int(count) for verdict, count in cell["counts"].items()},
            case=cell["case"],
            said=cell["said"],
        )
        for clause, cell in data["cells"].items()
    }
    return Row(
        device=data["device"],
        fault=data["fault"],
        title=data["title"],
        claims=tuple(data["claims"]),
        cells=cells,
        seed=data["seed"],
        refused=data["refused"],
    )
