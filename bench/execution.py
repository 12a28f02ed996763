"""The one engine: run a case on a bench and leave its evidence with a recorder."""

from collections.abc import Iterator, Mapping, Sequence

from bench.bench import Bench
from bench.errors import BenchError, NotRun
from bench.limit import DecisionRule, Judgement, Limit
from bench.measurement import Measurement
from bench.procedures.catalogue import PROCEDURES
from bench.results import CaseResult, Check, Fault, Recorder, verdict_of
from bench.spec import Case
from bench.verdict import Verdict
from instruments.errors import InstrumentError


def run_case(case: Case, bench: Bench, recorder: Recorder) -> CaseResult:
    """Run ``case``, record its result and return it; the bench ends safe whatever happens.

    A failure of an instrument or of the bench itself makes the verdict ERROR and keeps what was
    measured so far. A case that its procedure leaves out is NOT_RUN. An interruption is recorded as
    such and raised again.
    """
    mark = bench.transcript.mark()
    started = bench.clock.now()
    checks: list[Check] = []
    fault: Fault | None = None
    interruption: BaseException | None = None
    reason = ""
    begun = False
    try:
        bench.begin(case.id)
        begun = True
        for measurement in _measure(case, bench):  # one by one: what came before a failure stays
            checks += [_check(measurement, case.test.limits, bench.rule)]
        checks += _unmeasured(case.test.limits, checks, bench)
    except NotRun as error:
        reason = str(error)
    except Exception as error:  # noqa: BLE001 - nothing that is raised may fail the product
        fault = _fault(error)
    except BaseException as error:  # noqa: BLE001 - recorded, made safe, then raised again
        fault = Fault(kind=type(error).__name__, message="interrupted", interrupted=True)
        interruption = error
    try:
        fault = _made_safe(bench, fault)
        if interruption is None and begun:
            fault = _finished(case, bench, fault)
    except BaseException as error:  # noqa: BLE001 - a second signal must not lose the record
        fault = Fault(kind=type(error).__name__, message="interrupted", interrupted=True)
        interruption = error
    verdict = Verdict.ERROR if fault else verdict_of(tuple(checks))
    result = CaseResult(
        case_id=case.id,
        spec_id=case.clause.spec_id,
        clause_id=case.clause.id,
        point=case.point.shown(),
        verdict=verdict,
        checks=tuple(checks),
        started=started,
        ended=bench.clock.now(),
        reason=reason,
        fault=fault,
        transcript=bench.transcript.since(mark) if verdict.rank > Verdict.PASS.rank else (),
    )
    recorder.record(result)
    if interruption is not None:
        bench.abandon()
        raise interruption
    return result


def _measure(case: Case, bench: Bench) -> Iterator[Measurement]:
    """Bring the device to the point and yield what the procedure measures."""
    test = case.test
    procedure = PROCEDURES[test.procedure]
    bench.fitting.change(procedure.fits(test.arguments) if procedure.fits else {})
    if procedure.prepare is not None:
        procedure.prepare(bench, case.point, test.arguments)
    if procedure.powered:
        bench.apply(case.point, settle=test.settle, owned=procedure.owns)
    yield from procedure.measure(bench, case.point, test.arguments)
    if procedure.powered:
        bench.verify_power()
        bench.battery.restore()


def _finished(case: Case, bench: Bench, fault: Fault | None) -> Fault | None:
    """Let the procedure clear up on a safe bench; return the fault, or what went wrong here."""
    procedure = PROCEDURES[case.test.procedure]
    if procedure.finish is None or bench.unsafe:
        return fault
    try:
        procedure.finish(bench, case.point, case.test.arguments)
    except Exception as error:  # noqa: BLE001 - as in the case itself
        return fault or _fault(error)
    return fault


def _check(measurement: Measurement, limits: Mapping[str, Limit], rule: DecisionRule) -> Check:
    limit = limits.get(measurement.name)
    return Check(
        measurement=measurement, judgement=limit.judge(measurement, rule) if limit else None
    )


def _unmeasured(
    limits: Mapping[str, Limit], checks: Sequence[Check], bench: Bench
) -> Iterator[Check]:
    """Yield an ERROR for each limit whose quantity the procedure did not measure."""
    measured = {check.measurement.name for check in checks}
    for name, limit in limits.items():
        if name in measured or limit.informative:
            continue
        yield Check(
            measurement=Measurement(
                name=name,
                value="not measured",
                unit=limit.unit,
                uncertainty=0.0,
                elapsed=bench.clock.now(),
                source="",
            ),
            judgement=Judgement(
                limit=limit,
                rule=bench.rule,
                verdict=Verdict.ERROR,
                margin=None,
                conformance_probability=None,
                reason=f"the procedure did not measure '{name}'",
            ),
        )


def _fault(error: Exception) -> Fault:
    """Return the failure in words; an unexpected one is called what it is, a defect."""
    if isinstance(error, InstrumentError | BenchError):
        return Fault(kind=type(error).__name__, message=str(error))
    return Fault(kind=type(error).__name__, message=f"defect in the bench's own code: {error!r}")


def _made_safe(bench: Bench, fault: Fault | None) -> Fault | None:
    """Make the bench safe and return the fault, enlarged by what could not be made safe."""
    errors = bench.make_safe()
    if not errors:
        return fault
    unsafe = f"the bench could not be made safe: {bench.unsafe}"
    if fault is None:
        return Fault(kind=type(errors[0]).__name__, message=unsafe)
    return Fault(
        kind=fault.kind, message=f"{fault.message}; {unsafe}", interrupted=fault.interrupted
    )
