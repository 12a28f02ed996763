"""Results and runs to report on."""

from pathlib import Path

import numpy  # noqa: TID253 - a test may

from bench.limit import DecisionRule, Limit
from bench.measurement import Contribution, Evidence, Measurement
from bench.results import CaseResult, Check, Fault, verdict_of
from bench.verdict import Verdict
from reports.clause import AdoptedReading, ClauseEntry, dump
from reports.journal import Journal

DROP = Limit(high=0.1, unit="V", basis="stated", reading="D-DROP")
FLOAT = Limit(equals="FLOAT", basis="stated")
READING = AdoptedReading(
    id="D-DROP", severity="B", topic="At | which load?", adopted="a light one", reason="sense"
)


def clause(name="S-LOAD-LEVEL", *, planned=2, category="load", reason="", verify="bench"):
    return ClauseEntry(
        id=name,
        spec_id="smallbms",
        category=category,
        title="LOAD is <normally> high",
        text="LOAD is at Vbat - 0.1 V.",
        figure="Vbat - 0.1 V",
        verify=verify,
        reason=reason,
        planned=planned,
        sources=('data sheet (en), line 48: "Vbat"',),
        readings=(READING,),
    )


def curve(samples=4000):
    x = numpy.arange(samples) / 1000.0
    wave = numpy.where(x < 1.0, 12.8, 0.1)
    wave[1500:1501] = 40.0
    return Evidence(
        name="LOAD",
        abscissa="time",
        abscissa_unit="s",
        ordinate_unit="V",
        x=x,
        columns={"LOAD": wave, "BAT+": numpy.full(samples, 12.8)},
        marks={"stimulus": 1.0},
        levels={"threshold": 6.4},
    )


def measured(value, limit=DROP, *, u=0.001, name="drop", unit="V", evidence=()):
    measurement = Measurement(
        name=name,
        value=value,
        unit="" if isinstance(value, str) else unit,
        uncertainty=0.0 if isinstance(value, str) else u,
        elapsed=1.5,
        source="daq",
        budget=(Contribution(name="range", standard_uncertainty=u, degrees_of_freedom=50.0),),
        evidence=evidence,
    )
    judgement = limit.judge(measurement, DecisionRule.ILAC_G8) if limit else None
    return Check(measurement=measurement, judgement=judgement)


def result(*checks, vbat="8", clause_id="S-LOAD-LEVEL", fault=None, verdict=None, reason=""):
    return CaseResult(
        case_id=f"{clause_id}[vbat={vbat}V]",
        spec_id="smallbms",
        clause_id=clause_id,
        point={"vbat": f"{vbat} V", "link": "closed"},
        verdict=verdict or (Verdict.ERROR if fault else verdict_of(checks)),
        checks=checks,
        started=1.0,
        ended=4.25,
        reason=reason,
        fault=fault,
        transcript=("1.0 supply > VOLT 8",),
    )


RESULTS = (
    result(measured(0.052), measured("FLOAT", FLOAT, name="state.LOAD")),
    result(measured(0.352, evidence=(curve(),)), vbat="70"),
    result(fault=Fault(kind="NoAnswer", message="daq is silent"), clause_id="S-LOAD-UV"),
    result(verdict=Verdict.NOT_RUN, reason="no role leds", clause_id="S-LED-RED"),
)
CLAUSES = (
    clause(),
    clause("S-LOAD-UV", planned=3),
    clause("S-LED-RED", category="led", planned=1),
    clause("S-ENV-IP", category="inspection", planned=0, reason="read the label"),
)


def header(**changes):
    return {
        "bench": "simulated",
        "backend": "simulated",
        "simulated": True,
        "device": "smallbms",
        "device_title": "smallBMS",
        "serial": "HQ1",
        "decision_rule": "ilac-g8",
        "seed": 1,
        "faults": [],
        "spec": {"id": "smallbms", "title": "smallBMS data sheet", "sha256": "ab"},
        "clauses": dump(CLAUSES),
        **changes,
    }


def write_run(directory: Path, results=RESULTS, *, writer="", end="finished", **changes) -> Path:
    journal = Journal(directory, header(**changes), run_id=directory.name, writer=writer)
    for one in results:
        journal.record(one)
    if end:
        journal.close(end)
    return directory
