"""Results as plain data for a line of the journal, and back again."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import isfinite
from typing import Any, TypeVar

from bench.limit import DecisionRule, Judgement, Limit
from bench.measurement import Contribution, Evidence, Measurement
from bench.photo import Photo
from bench.results import CaseResult, Check, Fault
from bench.verdict import Verdict

Data = dict[str, Any]
Kind = TypeVar("Kind", Evidence, Photo)
Keep = Callable[[Evidence | Photo], Mapping[str, object]]
Fetch = Callable[[Data], Evidence | Photo | None]

_NOT_FINITE = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


def dump(result: CaseResult, keep: Keep) -> Data:
    """Return ``result`` as JSON data; ``keep`` stores a curve or photo and refers to it."""
    fault = result.fault
    return {
        "case_id": result.case_id,
        "spec_id": result.spec_id,
        "clause_id": result.clause_id,
        "point": dict(result.point),
        "verdict": result.verdict.value,
        "reason": result.reason,
        "fault": fault
        and {"kind": fault.kind, "message": fault.message, "interrupted": fault.interrupted},
        "started_s": number(result.started),
        "ended_s": number(result.ended),
        "checks": [_dump_check(check, keep) for check in result.checks],
        "transcript": list(result.transcript),
    }


def load(data: Data, fetch: Fetch) -> CaseResult:
    """Return the result that ``dump`` made ``data`` of; ``fetch`` finds curve or photo, or None."""
    fault = data["fault"]
    return CaseResult(
        case_id=data["case_id"],
        spec_id=data["spec_id"],
        clause_id=data["clause_id"],
        point=data["point"],
        verdict=Verdict(data["verdict"]),
        reason=data["reason"],
        fault=Fault(**fault) if fault else None,
        started=float(data["started_s"]),
        ended=float(data["ended_s"]),
        checks=tuple(_load_check(check, fetch) for check in data["checks"]),
        transcript=tuple(data["transcript"]),
    )


def number(value: float) -> float | str:
    """Return a finite number as it is and any other as the word JSON lacks."""
    if isfinite(value):
        return float(value)
    if value != value:
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _optional(value: float | None) -> float | str | None:
    return None if value is None else number(value)


def _value(value: float | str) -> float | str:
    return _NOT_FINITE.get(value, value) if isinstance(value, str) else value


def _float(value: float | str | None) -> float | None:
    return None if value is None else float(value)


def _dump_check(check: Check, keep: Keep) -> Data:
    measurement = check.measurement
    value, photos = measurement.value, measurement.photos
    return {
        "name": measurement.name,
        "value": value if isinstance(value, str) else number(value),
        "unit": measurement.unit,
        "uncertainty": number(measurement.uncertainty),
        "elapsed_s": number(measurement.elapsed),
        "source": measurement.source,
        "budget": [_dump_contribution(line) for line in measurement.budget],
        "evidence": [dict(keep(evidence)) for evidence in measurement.evidence],
        "judgement": check.judgement and _dump_judgement(check.judgement),
        **({"photos": [dict(keep(photo)) for photo in photos]} if photos else {}),
    }


def _dump_contribution(line: Contribution) -> Data:
    return {
        "name": line.name,
        "standard_uncertainty": number(line.standard_uncertainty),
        "sensitivity": number(line.sensitivity),
        "distribution": line.distribution,
        "degrees_of_freedom": _optional(line.degrees_of_freedom),
        "basis": line.basis,
    }


def _dump_judgement(judgement: Judgement) -> Data:
    limit = judgement.limit
    return {
        "limit": {
            "low": _optional(limit.low),
            "high": _optional(limit.high),
            "equals": limit.equals,
            "unit": limit.unit,
            "basis": limit.basis,
            "reading": limit.reading,
            "informative": limit.informative,
        },
        "rule": judgement.rule.value,
        "verdict": judgement.verdict.value,
        "margin": _optional(judgement.margin),
        "conformance_probability": _optional(judgement.conformance_probability),
        "reason": judgement.reason,
    }


def _load_check(data: Data, fetch: Fetch) -> Check:
    measurement = Measurement(
        name=data["name"],
        value=_value(data["value"]),
        unit=data["unit"],
        uncertainty=float(data["uncertainty"]),
        elapsed=float(data["elapsed_s"]),
        source=data["source"],
        budget=_load_budget(data["budget"]),
        evidence=tuple(_fetched(Evidence, data["evidence"], fetch)),
        photos=tuple(_fetched(Photo, data.get("photos", ()), fetch)),
    )
    judgement = data["judgement"]
    return Check(
        measurement=measurement, judgement=_load_judgement(judgement) if judgement else None
    )


def _fetched(kind: type[Kind], kept: Iterable[Data], fetch: Fetch) -> Iterator[Kind]:
    for data in kept:
        found = fetch(data)
        if isinstance(found, kind):
            yield found


def _load_budget(lines: Iterable[Data]) -> tuple[Contribution, ...]:
    return tuple(
        Contribution(
            name=line["name"],
            standard_uncertainty=float(line["standard_uncertainty"]),
            sensitivity=float(line["sensitivity"]),
            distribution=line["distribution"],
            degrees_of_freedom=_float(line["degrees_of_freedom"]),
            basis=line["basis"],
        )
        for line in lines
    )


def _load_judgement(data: Data) -> Judgement:
    limit = data["limit"] | {key: _float(data["limit"][key]) for key in ("low", "high")}
    return Judgement(
        limit=Limit(**limit),
        rule=DecisionRule(data["rule"]),
        verdict=Verdict(data["verdict"]),
        margin=_float(data["margin"]),
        conformance_probability=_float(data["conformance_probability"]),
        reason=data["reason"],
    )
