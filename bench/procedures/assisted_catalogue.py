"""The procedures that keep a person busy: with a climate chamber, or with looking at the unit."""

from bench.procedure import Procedure
from bench.procedures import chamber, inspection, leds, prealarm, state, telemetry
from bench.spec import ProcedureSignature, Verify

ASSISTED_PROCEDURES = (
    Procedure(
        signature=ProcedureSignature(
            name="chamber.state",
            parameters={"terminals": "terminals", "leds": "terminals", "temperature": "degC"},
            required=("terminals", "temperature"),
            measurements={
                **{f"{name}.{{terminals}}": kind for name, kind in state.KINDS.items()},
                **{f"{name}.{{leds}}": kind for name, kind in leds.KINDS.items()},
            },
        ),
        measure=chamber.measure,
        roles=chamber.roles,
        prepare=chamber.prepare,
        assisted=Verify.CHAMBER,
    ),
    Procedure(
        signature=ProcedureSignature(
            name="chamber.sequence",
            parameters={**prealarm.PARAMETERS, "temperature": "degC"},
            required=("undervoltage", "least", "temperature"),
            measurements=prealarm.MEASUREMENTS,
        ),
        measure=prealarm.measure,
        roles=chamber.sequence_roles,
        owns=frozenset({"battery"}),
        conditions=prealarm.conditions,
        prepare=chamber.prepare,
        assisted=Verify.CHAMBER,
    ),
    Procedure(
        signature=ProcedureSignature(
            name="chamber.readout",
            parameters={"within": "s", "temperature": "degC"},
            required=("temperature",),
            measurements=telemetry.READOUT,
        ),
        measure=telemetry.measure_readout,
        roles=chamber.readout_roles,
        prepare=chamber.prepare,
        assisted=Verify.CHAMBER,
    ),
    Procedure(
        signature=ProcedureSignature(
            name="inspection.checklist",
            parameters={"item": inspection.items(), "figure": "text"},
            required=("item",),
            measurements={"finding": inspection.WORDS},
        ),
        measure=inspection.measure,
        roles=inspection.roles,
        powered=False,
        assisted=Verify.INSPECTION,
    ),
)
"""All of them."""
