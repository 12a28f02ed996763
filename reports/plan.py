"""What a run would do and what this bench cannot verify, said without opening anything."""

from collections.abc import Collection, Iterator

from bench.foreseen import Rehearsal
from bench.quantity import parse_as
from bench.spec import Case, Spec
from reports import foresight, wording
from reports.request import Request

TYPICAL = {
    "app.bank": 55.0,
    "app.remaining": 35.0,
    "app.reset": 160.0,
    "app.setting": 60.0,
    "battery.condition": 43.0,
    "battery.reaction": 24.0,
    "bluetooth.connected": 27.0,
    "bluetooth.window": 100.0,
    "chamber.state": 12.0,
    "controlled.follows": 24.0,
    "controlled.system": 78.0,
    "firmware.interrupted": 420.0,
    "firmware.update": 230.0,
    "inspection.checklist": 10.0,
    "leds.lit": 4.0,
    "outputs.current_limit": 7.0,
    "outputs.drop": 2.5,
    "outputs.level": 1.5,
    "outputs.rating": 3.5,
    "outputs.state": 2.0,
    "outputs.watch": 4.0,
    "prealarm.sequence": 100.0,
    "remote.threshold": 108.0,
    "remote.toggle": 30.0,
    "supply.current": 4.0,
    "supply.start": 21.0,
    "telemetry.agreement": 72.0,
    "telemetry.consistency": 4.0,
    "telemetry.hearing": 1.0,
    "telemetry.readout": 1.5,
}
"""Bench time of one case [s] without holding and settling, the mean of the simulated benches."""

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
    return TYPICAL.get(procedure, 5.0) + held + _settles(case) * case.test.settle


def _settles(case: Case) -> int:
    """Return how often the bench waits for the device to settle on the way to the point."""
    from bench.procedures.catalogue import PROCEDURES
    from bench.remote import levels

    procedure = PROCEDURES.get(case.test.procedure)
    if procedure is None or not procedure.powered:
        return 0
    signalled = case.point.battery != "healthy" and "battery" not in procedure.owns
    return 1 + len([*levels(case.point)]) + signalled


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
