"""A result as Allure shows it: identity, labels, description, steps. Plain data in Allure 2 form.

Allure identifies a test by ``testCaseId`` and by the parameters that are not ``excluded``; it
ignores a ``historyId`` that it finds. Both are made of the specification, the clause, the check and
the operating point, so that moving a file or another root directory does not end a history.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import md5
from typing import Any

from bench.results import CaseResult, Check
from bench.verdict import Verdict
from reports import clause, wording
from reports.clause import ClauseEntry

Data = dict[str, Any]
_Scaled = Sequence[tuple[Check, wording.Scale]]

_SEVERITIES = {"load": "critical", "charger": "critical", "battery": "critical", "led": "minor"}
_LAYERS = {"simulated": "simulation", "real": "hardware", "unknown": "unknown"}
_STATUS = {
    Verdict.NOT_RUN: "skipped",
    Verdict.ERROR: "broken",
    Verdict.FAIL: "failed",
    Verdict.CONDITIONAL_FAIL: "failed",
    Verdict.INCONCLUSIVE: "failed",
}


class AllureView:
    """Turns results of one run into what Allure wants; ``strict`` fails a conditional pass."""

    def __init__(self, header: Mapping[str, Any], *, strict: bool = False) -> None:
        self._header = header
        self._strict = strict
        self._clauses = {entry.id: entry for entry in clause.load(header.get("clauses", ()))}
        self._statements: dict[str, tuple[str, ...]] = {}  # of each clause, for all its results
        self._device = str(header.get("device_title") or header.get("device") or "device")
        self._backend = wording.backend(header)

    def test(self, result: CaseResult) -> Data:
        """Return everything of a test result but its uuid, times and attachments."""
        entry = self._clauses.get(result.clause_id)
        scaled = [(check, wording.scale_of(check)) for check in result.checks]
        parameters = list(self._parameters(result))
        case = md5(_check_id(result).encode(), usedforsecurity=False).hexdigest()
        kept = sorted(f"{p['name']}={p['value']}" for p in parameters if not p.get("excluded"))
        history = md5("\n".join([case, *kept]).encode(), usedforsecurity=False).hexdigest()
        return {
            "name": result.case_id,
            "fullName": full_name(result),
            "testCaseId": case,
            "historyId": history,
            "titlePath": list(self._path(result, entry)),
            "status": self._status(result.verdict),
            "statusDetails": _details(result),
            "labels": [{"name": n, "value": v} for n, v in self._labels(result, entry)],
            "parameters": parameters,
            "description": "\n".join(
                [*_outcome(result, scaled), *self._stated(entry), *_duration(result)]
            ),
            "steps": [_step(check, scale) for check, scale in scaled],
        }

    def _stated(self, entry: ClauseEntry | None) -> tuple[str, ...]:
        """Return the lines that say what a clause states."""
        if entry is None:
            return ()
        known = self._statements.get(entry.id)
        if known is None:
            known = self._statements[entry.id] = ("", *_statement(entry))
        return known

    def _status(self, verdict: Verdict) -> str:
        refused = self._strict and verdict is Verdict.CONDITIONAL_PASS
        return "failed" if refused else status(verdict)

    def _path(self, result: CaseResult, entry: ClauseEntry | None) -> tuple[str, str, str]:
        if entry is None:
            return self._device, "other", result.clause_id
        return self._device, entry.category, f"{entry.id} {entry.title}"

    def _labels(self, result: CaseResult, entry: ClauseEntry | None) -> Iterator[tuple[str, str]]:
        path = self._path(result, entry)
        yield from zip(("epic", "feature", "story"), path, strict=True)
        yield from zip(("parentSuite", "suite", "subSuite"), path, strict=True)
        yield "clause", result.clause_id
        yield "layer", _LAYERS[self._backend]
        yield "severity", _SEVERITIES.get(path[1], "normal")
        yield "verdict", wording.words(result.verdict)
        if self._backend == "simulated":
            yield "tag", "SIMULATED"

    def _parameters(self, result: CaseResult) -> Iterator[Data]:
        varied = _varied_axes(result.case_id)
        for axis, text in result.point.items():
            yield _parameter(axis, text, identity=axis in varied)
        yield _parameter("serial", str(self._header.get("serial") or "none"), identity=True)
        yield _parameter("backend", self._backend, identity=True)
        yield _parameter(
            "decision rule", str(self._header.get("decision_rule", "")), identity=False
        )
        if self._header.get("faults"):
            yield _parameter("defects", ", ".join(self._header["faults"]), identity=False)


def full_name(result: CaseResult) -> str:
    """Return the name that tells a result from those of all specifications."""
    return f"{result.spec_id}:{result.case_id}"


def status(verdict: Verdict) -> str:
    """Return Allure's word for a verdict."""
    return _STATUS.get(verdict, "passed")


def _outcome(result: CaseResult, scaled: _Scaled) -> Iterator[str]:
    """Yield what was measured, in lines of Markdown."""
    yield f"**{wording.words(result.verdict)}** at {_escaped(wording.point(result))}"
    if result.fault or result.reason:
        yield ""
        yield _escaped(result.fault.message if result.fault else result.reason)
    if scaled:
        yield ""
        yield from _table(scaled)
        yield from _bases(scaled)


def _bases(scaled: _Scaled) -> Iterator[str]:
    """Yield on what each limit rests: what is printed, and what is ours to defend."""
    measured: dict[str, dict[str, None]] = {}
    for check, _ in scaled:
        if check.judgement is not None:
            limit = check.judgement.limit
            basis = f"{limit.basis} ({limit.reading})" if limit.reading else limit.basis
            measured.setdefault(basis, {})[check.measurement.name] = None
    if measured:
        yield ""
    for basis, names in measured.items():
        yield f"- Limit of {_escaped(', '.join(names))}: {_escaped(basis)}"


def _duration(result: CaseResult) -> tuple[str, str]:
    return "", f"Bench time {result.ended - result.started:.3f} s."


def _table(scaled: _Scaled) -> Iterator[str]:
    yield "| Measurement | Low | Value | High | Unit | U (k=2) | Verdict |"
    yield "|---|---:|---:|---:|---|---:|---|"
    for check, scale in scaled:
        low, high = _ends(check, scale)
        spread = wording.expanded(check, scale).removeprefix("U = ")
        cells = (
            check.measurement.name,
            low,
            scale.text(check.measurement.value),
            high,
            scale.unit,
            spread.removesuffix(scale.unit).strip(),
            f"**{wording.words(check.verdict)}**",
        )
        yield f"| {' | '.join(_escaped(cell) for cell in cells)} |"


def _ends(check: Check, scale: wording.Scale) -> tuple[str, str]:
    if check.judgement is None:
        return "", ""
    limit = check.judgement.limit
    if limit.equals is not None:
        return limit.equals, limit.equals
    low = "" if limit.low is None else scale.exact(limit.low)
    return low, "" if limit.high is None else scale.exact(limit.high)


def _statement(entry: ClauseEntry) -> Iterator[str]:
    yield f"**{_escaped(entry.id)}** {_escaped(entry.text or entry.title)}"
    if entry.figure:
        yield ""
        yield f"Stated figure: {_escaped(entry.figure)}"
    for reading in entry.readings:
        yield ""
        yield (
            f"Adopted reading {reading.id}: {_escaped(reading.adopted)} "
            f"(in dispute: {_escaped(reading.topic)}) Why: {_escaped(reading.reason)}"
        )
    if entry.sources:
        yield ""
        yield from (f"- {_escaped(source)}" for source in entry.sources)


def _step(check: Check, scale: wording.Scale) -> Data:
    reason = check.judgement.reason if check.judgement else ""
    told = reason or check.verdict.is_nonconformance
    extras = (wording.margin(check, scale), wording.expanded(check, scale), reason) if told else ()
    message = ", ".join(filter(None, extras))
    return {
        "name": wording.line(check, scale),
        "status": status(check.verdict),
        "statusDetails": {"message": message} if message else None,
    }


def _details(result: CaseResult) -> Data | None:
    if result.verdict.rank <= Verdict.PASS.rank:
        return {"message": result.reason} if result.reason else None
    return {"message": wording.message(result)}


def _parameter(name: str, value: str, *, identity: bool) -> Data:
    return {"name": name, "value": value, "excluded": None if identity else True}


def _check_id(result: CaseResult) -> str:
    """Return spec, clause and check: the case's id without its operating point."""
    return f"{result.spec_id}:{result.clause_id}:{result.case_id.partition('[')[0]}"


def _varied_axes(case_id: str) -> frozenset[str]:
    inside = case_id.partition("[")[2].removesuffix("]")
    return frozenset(item.partition("=")[0] for item in inside.split(",") if item)


def _escaped(text: str) -> str:
    flat = " ".join(text.split())
    return flat.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
