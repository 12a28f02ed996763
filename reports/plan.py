"""What a run would do and what this bench cannot verify, said without opening anything."""

from collections.abc import Collection, Iterator

from bench.foreseen import Rehearsal
from bench.quantity import parse_as
from bench.spec import Case, Spec
from reports import foresight, wording
from reports.request import Request

TYPICAL = {
    "outputs.state": 5.0,
    "outputs.drop": 3.0,
    "outputs.level": 3.0,
    "outputs.rating": 2.5,
    "outputs.current_limit": 9.0,
    "supply.current": 4.5,
    "remote.threshold": 65.0,
    "battery.reaction": 18.0,
    "leds.lit": 6.0,
    "inspection.checklist": 10.0,
    "chamber.state": 12.0,
}
"""Bench time of one case [s] without its holding time, as the simulated bench takes it."""

_HOLD = {"outputs.rating": "10 s", "supply.current": "10 s"}  # where the file names no duration


def plan(request: Request, chosen: Collection[str] | None = None) -> Iterator[str]:
    """Yield the lines of the plan for the cases in ``chosen`` (ids; None: all)."""
    from bench.rehearsal import rehearse

    spec, file = request.spec(), request.bench_file()
    lacking = {case.id: why for case, why in request.cases()}
    cases = [case for case in spec.cases() if chosen is None or case.id in chosen]
    runnable = [case for case in cases if not lacking[case.id]]
    kind = "SIMULATED bench" if file.simulated else "bench"
    yield f"Plan for {spec.device.title} on {kind} {file.name}: nothing is opened"
    yield ""
    rehearsal = rehearse(runnable, file, spec.device)
    yield from _table(runnable, rehearsal)
    total = sum(duration(case) for case in runnable)
    yield f"{len(runnable)} cases, about {_clock(total)} of bench time"
    yield ""
    yield from foresight.table(runnable, rehearsal)
    yield from _cannot(spec, cases, lacking)


def duration(case: Case) -> float:
    """Return the expected bench time of ``case`` [s]."""
    procedure = case.test.procedure
    hold = case.test.arguments.get("duration", _HOLD.get(procedure, ""))
    held = parse_as(hold, "s") if isinstance(hold, str) and hold else 0.0
    return TYPICAL.get(procedure, 5.0) + held


def limits(case: Case) -> str:
    """Return the limits of a case in one line."""
    told = (
        f"{name} {wording.stated(limit).removeprefix('limits ')}"
        for name, limit in case.test.limits.items()
    )
    return "; ".join(told) or "reported only"


def _table(cases: list[Case], rehearsal: Rehearsal) -> Iterator[str]:
    wide = max((len(case.id) for case in cases), default=4)
    deep = max((len(case.test.procedure) for case in cases), default=9)
    if cases:
        yield f"{'case':<{wide}}  {'procedure':<{deep}}  {'about':>6}  {'decides':<8}  limits"
    for case in cases:
        told = f"{duration(case):.0f} s"
        decides = foresight.word(rehearsal.foreseen.get(case.id, ()))
        yield (
            f"{case.id:<{wide}}  {case.test.procedure:<{deep}}  {told:>6}  {decides:<8}  "
            f"{limits(case)}"
        )


def _cannot(spec: Spec, cases: list[Case], lacking: dict[str, str]) -> Iterator[str]:
    untested = [clause for clause in spec.clauses if not clause.tests]
    blocked = [case for case in cases if lacking[case.id]]
    if untested or blocked:
        yield ""
        yield "This bench cannot verify:"
    for clause in untested:
        yield f"  {clause.id} ({clause.verify}): {clause.reason}"
    for case in blocked:
        yield f"  {case.id}: {lacking[case.id]}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
