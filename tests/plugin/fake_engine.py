"""A bench without instruments behind the engine's own names, for tests of the plugin.

Loaded with ``-p fake_engine`` before the plugin. The clause's id says what its cases do.
FAKE_REAL=1 makes the bench a real one, FAKE_DEAD=1 makes it unreachable, FAKE_LOG names a file
that gets a line for each opening, closing and hang.
"""

import os
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace

from bench.errors import ConfigError
from bench.foreseen import Rehearsal
from bench.lifeline import NoLifeline
from bench.limit import DecisionRule, Limit
from bench.measurement import Evidence, Measurement
from bench.operating_point import OperatingPoint
from bench.results import CaseResult, Check, Fault, verdict_of
from bench.spec import Case, Clause, Device, Source, Spec, Test, Verify
from bench.verdict import Verdict

LIMIT = Limit(high=0.1, unit="V", basis="stated", reading="D-DROP")
UNCERTAINTY = 0.001
DROPS = {
    "T-PASS": 0.052,
    "T-FAIL": 0.352,
    "T-COND": 0.099,
    "T-CONDFAIL": 0.101,
    "T-CURVE": 0.052,
    "T-HANG": 0.052,
    "T-RAISE": 0.052,
    "T-MANY": 0.052,
}


def log(text: str) -> None:
    name = os.environ.get("FAKE_LOG")
    if name:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")


def make_clause(name: str, points: int = 1, verify: Verify = Verify.BENCH) -> Clause:
    base = OperatingPoint({"vbat": 12.8, "link": "closed"})
    test = Test(
        name="",
        procedure="outputs.drop",
        arguments={"terminal": "LOAD"},
        base=base,
        axes={"vbat": tuple(8.0 + index for index in range(points))},
        rows=(),
        settle=0.05,
        limits={"drop": LIMIT},
    )
    return Clause(
        id=name,
        spec_id="FAKE",
        category="load",
        title=f"Clause | {name}",
        text=f"The text of {name} <as written>.",
        figure="Vbat - 0.1 V",
        verify=verify,
        sources=(
            Source(
                key="a",
                document="Sheet",
                revision="1",
                language="en",
                line=108,
                section="2",
                quote="Vbat - 0.1 V",
            ),
        ),
        discrepancies=(),
        tests=() if verify is Verify.INSPECTION or name == "T-BARE" else (test,),
        reason="needs eyes" if verify is Verify.INSPECTION else "",
    )


def make_spec() -> Spec:
    count = int(os.environ.get("FAKE_CASES", "2"))
    names = ("T-FAIL", "T-COND", "T-CONDFAIL", "T-INCONCLUSIVE", "T-ERROR", "T-INFO", "T-CURVE")
    clauses = [make_clause("T-PASS", 2), *map(make_clause, names)]
    clauses += [make_clause("T-HANG"), make_clause("T-RAISE"), make_clause("T-MANY", count)]
    clauses += [
        make_clause("T-GUARD", verify=Verify.GUARD),
        make_clause("T-EYES", verify=Verify.INSPECTION),
    ]
    if only := os.environ.get("FAKE_ONLY"):
        clauses = [make_clause(name) for name in only.split()]
    device = Device(
        name="smallbms",
        variant="S",
        part_number="",
        title="smallBMS",
        terminals=("LOAD",),
        absolute_maximum={},
        ratings={},
        forbidden=(),
    )
    return Spec(
        id="FAKE",
        title="A specification",
        device=device,
        documents={},
        discrepancies={},
        clauses=tuple(clauses),
        sha256="0" * 64,
    )


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        self.time += 0.001
        return self.time


@contextmanager
def open_bench(path, *, device, serial, faults, rule, seed, today):
    if os.environ.get("FAKE_DEAD"):
        raise ConfigError(
            f"{path}: 2 of 5 instruments did not answer:\n  psu: silent\n  dmm: silent"
        )
    if "nonsense" in faults:
        raise ConfigError("unknown defect 'nonsense'; known are load-drop-0v3")
    log("opened")
    if os.environ.get("FAKE_HANG_OPEN"):
        log("hanging")
        threading.Event().wait(60)
    backend = "real" if os.environ.get("FAKE_REAL") else "simulated"
    provenance = {
        "bench": "fake",
        "backend": backend,
        "device": device.name,
        "device_title": device.title,
        "serial": serial or "SIMULATED",
        "faults": list(faults),
        "decision_rule": rule.value,
        "seed": seed,
    }
    try:
        yield SimpleNamespace(
            clock=Clock(),
            rule=rule,
            provenance=lambda: provenance,
            simulated=backend != "real",
            lifeline=NoLifeline(),
            left=(),
        )
    finally:
        log("closed")


def run_case(case: Case, bench, recorder) -> CaseResult:
    started = bench.clock.now()
    name = case.clause.id
    if name == "T-HANG":
        log("hanging")
        threading.Event().wait(60)
    if name == "T-RAISE":
        raise RuntimeError("a defect in the engine")
    fault = Fault(kind="NoAnswer", message="psu did not answer") if name == "T-ERROR" else None
    left_out = "nobody has looked" if name == "T-LEFT" else ""
    checks = () if fault or left_out else tuple(make_checks(name, bench.rule))
    verdict = Verdict.ERROR if fault else verdict_of(checks)
    result = CaseResult(
        case_id=case.id,
        spec_id="FAKE",
        clause_id=name,
        point=case.point.shown(),
        verdict=verdict,
        checks=checks,
        started=started,
        ended=bench.clock.now(),
        reason=left_out,
        fault=fault,
        transcript=("0.001000 supply > VOLT 12.8",),
    )
    recorder.record(result)
    return result


def make_checks(name: str, rule: DecisionRule):
    limit, uncertainty = LIMIT, UNCERTAINTY
    if name == "T-INCONCLUSIVE":
        limit, uncertainty = Limit(low=0.0, high=0.1, unit="V", basis="stated"), 0.2
    evidence = (curve(),) if name == "T-CURVE" else ()
    measurement = Measurement(
        name="drop",
        value=DROPS.get(name, 0.05),
        unit="V",
        uncertainty=uncertainty,
        elapsed=0.5,
        source="dmm",
        evidence=evidence,
    )
    judged = name != "T-INFO"
    yield Check(
        measurement=measurement, judgement=limit.judge(measurement, rule) if judged else None
    )


def curve() -> Evidence:
    import numpy

    x = numpy.linspace(0.0, 1.0, 5000)
    return Evidence(
        name="LOAD",
        abscissa="time",
        abscissa_unit="s",
        ordinate_unit="V",
        x=x,
        columns={"LOAD": 12.8 * (x < 0.5), "BAT+": 12.8 + 0.0 * x},
        marks={"trip": 0.5},
        levels={"threshold": 6.4},
    )


def missing(case: Case, file, device, assisted=()) -> str:
    return "guard clause: refused" if case.clause.verify is Verify.GUARD else ""


def load_bench_file(path: Path):
    if path.name == "absent.toml":
        raise ConfigError(f"{path}: there is no such bench file; check its name")
    real = bool(os.environ.get("FAKE_REAL"))
    return SimpleNamespace(path=path, name="fake", simulated=not real)


def load_spec(path: Path, procedures) -> Spec:
    return make_spec()


def _install(name: str, **members) -> None:
    module = ModuleType(name)
    vars(module).update(members)
    sys.modules[name] = module


_install("bench.assembly", open_bench=open_bench)
_install("bench.rehearsal", rehearse=lambda *_: Rehearsal(foreseen={}, unknown={}))
_install("bench.execution", run_case=run_case)
_install("bench.capability", missing=missing)
_install("bench.bench_file", BenchFile=object)
_install("bench.bench_file_reader", load_bench_file=load_bench_file)
_install("bench.spec_file", load_spec=load_spec)
_install("bench.procedures.catalogue", signatures=dict, PROCEDURES={})
