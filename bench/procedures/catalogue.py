"""The procedures that spec files may name."""

from collections.abc import Mapping
from types import MappingProxyType

from bench.controlled import controlled_devices
from bench.procedure import Procedure
from bench.procedures import (
    agreement,
    battery,
    chamber,
    controlled,
    current_limit,
    inspection,
    leds,
    loading,
    prealarm,
    remote,
    state,
    supply,
    switching,
    telemetry,
)
from bench.procedures.app_catalogue import APP_PROCEDURES
from bench.spec import ProcedureSignature, Verify

_LOAD = ("load_current",)
_STATES = state.WORDS
_STATE = {f"{name}.{{terminals}}": kind for name, kind in state.KINDS.items()}


def _states_of(*parameters: str) -> dict[str, str | tuple[str, ...]]:
    """Return what is measured of the state of each output in these parameters."""
    return {
        f"{name}.{{{parameter}}}": kind
        for parameter in parameters
        for name, kind in state.KINDS.items()
    }


_WATCHED = {
    name.replace("{terminals}", f"{{{parameter}}}"): unit
    for parameter in ("trips", "keeps")
    for name, unit in {
        **_STATE,
        "state_after.{terminals}": _STATES,
        "lapse.{terminals}": "s",
        "lapse_after.{terminals}": "s",
    }.items()
}
_CONTROLLED: dict[str, str | tuple[str, ...]] = {
    "level": "V",
    "engaged": controlled.WORDS,
    "engaged_off": controlled.WORDS,
    "engaged_after": controlled.WORDS,
    "release_time": "s",
    "engage_time": "s",
    "off_time": "s",
}
_SYSTEM: dict[str, str | tuple[str, ...]] = {
    f"{quantity}.{output}": controlled.WORDS
    for quantity in ("running_before", "running", "running_after")
    for output in controlled.OUTPUTS
}
_SEQUENCE: dict[str, str | tuple[str, ...]] = {
    **{
        name.format(terminals=terminal): unit
        for terminal in prealarm.OUTPUTS
        for name, unit in {
            "state_before.{terminals}": _STATES,
            **_STATE,
            "state_after.{terminals}": _STATES,
        }.items()
    },
    "lead_time": "s",
    "prealarm_delay": "s",
    "prealarm_gap": "s",
    "prealarm_after": "s",
    "prealarm_release": "s",
    "load_delay": "s",
    "load_gap": "s",
    "charger_gap": "s",
}

_TOLD: dict[str, str | tuple[str, ...]] = {
    "radio": telemetry.HEARING,
    "codes": "",
    "allow_to_charge": telemetry.ANSWERS,
    "allow_to_discharge": telemetry.ANSWERS,
    "remote_enabled": telemetry.ANSWERS,
}

PROCEDURES: Mapping[str, Procedure] = MappingProxyType(
    {
        procedure.signature.name: procedure
        for procedure in (
            Procedure(
                signature=ProcedureSignature(
                    name="outputs.state",
                    parameters={"terminals": "terminals"},
                    required=("terminals",),
                    measurements=_STATE,
                ),
                measure=state.measure,
                roles=state.roles,
            ),
            Procedure(
                signature=ProcedureSignature(
                    name="outputs.watch",
                    parameters={
                        "terminals": "terminals",
                        "duration": "s",
                        "lowest": "V",
                        "highest": "V",
                    },
                    required=("terminals",),
                    measurements={**_STATE, "lapse.{terminals}": "s"},
                ),
                measure=switching.measure_watch,
                roles=switching.roles,
            ),
            Procedure(
                signature=ProcedureSignature(
                    name="supply.start",
                    parameters={
                        "idle": "terminals",
                        "rises": "terminals",
                        "within": "s",
                        "leds": "terminals",
                    },
                    measurements={
                        **_states_of("idle", "rises"),
                        "led.{leds}": leds.WORDS,
                        "light.{leds}": "V",
                        "pulse.{idle}": "s",
                        "start_time.{rises}": "s",
                        "lapse.{rises}": "s",
                    },
                ),
                measure=switching.measure_start,
                roles=switching.roles,
            ),
            Procedure(
                signature=ProcedureSignature(
                    name="remote.toggle",
                    parameters={
                        "idle": "terminals",
                        "follows": "terminals",
                        "within": "s",
                        "meanwhile": switching.MEANWHILE,
                        "leds": "terminals",
                    },
                    measurements={
                        **_states_of("idle", "follows"),
                        "led.{leds}": leds.WORDS,
                        "light.{leds}": "V",
                        "pulse.{idle}": "s",
                        "off_time.{follows}": "s",
                        "on_time.{follows}": "s",
                        "lapse_off.{follows}": "s",
                        "lapse_on.{follows}": "s",
                    },
                ),
                measure=switching.measure_toggle,
                roles=switching.toggle_roles,
                conditions=switching.conditions,
            ),
            Procedure(
                signature=ProcedureSignature(
                    name="chamber.state",
                    parameters={"terminals": "terminals", "temperature": "degC"},
                    required=("terminals", "temperature"),
                    measurements=_STATE,
                ),
                measure=chamber.measure,
                roles=chamber.roles,
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
            Procedure(
                signature=ProcedureSignature(
                    name="outputs.drop",
                    parameters={"terminal": "terminal"},
                    required=("terminal",),
                    axes=_LOAD,
                    measurements={"drop": "V", "load_current": "A"},
                    terminals_from=("terminal",),
                ),
                measure=loading.measure_drop,
                roles=loading.roles,
                owns=frozenset(_LOAD),
            ),
            Procedure(
                signature=ProcedureSignature(
                    name="outputs.level",
                    parameters={"terminal": "terminal"},
                    required=("terminal",),
                    axes=_LOAD,
                    measurements={"level": "V", "load_current": "A"},
                    terminals_from=("terminal",),
                ),
                measure=loading.measure_level,
                roles=loading.roles,
                owns=frozenset(_LOAD),
            ),
            Procedure(
                signature=ProcedureSignature(
                    name="outputs.rating",
                    parameters={
                        "terminal": "terminal",
                        "duration": "s",
                        "beside": "terminals",
                        "restarts": ("yes",),
                    },
                    required=("terminal",),
                    axes=_LOAD,
                    measurements={"drop": "V", "load_current": "A", "beside.{beside}": "V"},
                    terminals_from=("terminal",),
                ),
                measure=loading.measure_rating,
                roles=loading.roles,
                owns=frozenset(_LOAD),
            ),
            Procedure(
                signature=ProcedureSignature(
                    name="outputs.current_limit",
                    parameters={"terminal": "terminal", "beside": "terminals"},
                    required=("terminal",),
                    measurements={
                        "limiting": current_limit.WORDS,
                        "short_current": "A",
                        "current_at_half": "A",
                        "voltage_at_half": "V",
                        "state_after": (*_STATES, current_limit.NOT_SHORTED),
                        "recovery_time": "s",
                        "drop_after": "V",
                        "beside.{beside}": "V",
                    },
                    stimuli=("short.{terminal}",),
                ),
                measure=current_limit.measure,
                roles=current_limit.roles,
            ),
            Procedure(
                signature=ProcedureSignature(
                    name="supply.current",
                    parameters={"duration": "s", "after": tuple(supply.HISTORIES)},
                    measurements={
                        "supply_current": "A",
                        "supply_current_low": "A",
                        "supply_current_high": "A",
                    },
                ),
                measure=supply.measure,
                roles=supply.roles,
                conditions=supply.conditions,
            ),
            Procedure(
                signature=ProcedureSignature(
                    name="remote.threshold",
                    parameters={"terminal": "terminal", "step": "V", "output": remote.OUTPUTS},
                    required=("terminal",),
                    measurements={"threshold_on": "V", "threshold_off": "V", "hysteresis": "V"},
                ),
                measure=remote.measure,
                roles=remote.roles,
            ),
            Procedure(
                signature=ProcedureSignature(
                    name="battery.reaction",
                    parameters={
                        "trips": "terminals",
                        "keeps": "terminals",
                        "within": "s",
                        "cycles": battery.CYCLES,
                        "already": battery.ALREADY,
                    },
                    required=("trips",),
                    measurements={
                        "reaction_time.{trips}": "s",
                        "release_time.{trips}": "s",
                        **_WATCHED,
                    },
                ),
                measure=battery.measure,
                roles=battery.roles,
                owns=frozenset({"battery"}),
                conditions=battery.conditions,
            ),
            Procedure(
                signature=ProcedureSignature(
                    name="prealarm.sequence",
                    parameters={
                        **dict.fromkeys((*prealarm.STEPS, *prealarm.HISTORIES), "s"),
                        "least": "s",
                    },
                    required=("undervoltage", "least"),
                    measurements=_SEQUENCE,
                ),
                measure=prealarm.measure,
                roles=prealarm.roles,
                owns=frozenset({"battery"}),
                conditions=prealarm.conditions,
            ),
            Procedure(
                signature=ProcedureSignature(
                    name="controlled.follows",
                    parameters={
                        "output": controlled.OUTPUTS,
                        "device": tuple(controlled_devices()),
                        "opens_within": "s",
                        "returns_within": "s",
                    },
                    required=("output", "device"),
                    measurements=_CONTROLLED,
                ),
                measure=controlled.measure,
                roles=controlled.roles,
                owns=frozenset({"battery"}),
                fits=controlled.fits,
            ),
            Procedure(
                signature=ProcedureSignature(
                    name="controlled.system",
                    parameters={
                        "load": controlled.names("LOAD"),
                        "charger": controlled.names("CHARGER"),
                        "opens_within": "s",
                        "returns_within": "s",
                    },
                    required=("load", "charger"),
                    measurements=_SYSTEM,
                ),
                measure=controlled.measure_system,
                roles=controlled.system_roles,
                owns=frozenset({"battery"}),
                fits=controlled.system_fits,
            ),
            Procedure(
                signature=ProcedureSignature(
                    name="leds.lit",
                    parameters={"leds": "terminals", "duration": "s"},
                    required=("leds",),
                    measurements={f"{name}.{{leds}}": kind for name, kind in leds.KINDS.items()},
                ),
                measure=leds.measure,
                roles=leds.roles,
            ),
            Procedure(
                signature=ProcedureSignature(
                    name="telemetry.hearing",
                    parameters={"within": "s"},
                    measurements={"radio": telemetry.HEARING},
                ),
                measure=telemetry.measure_hearing,
                roles=telemetry.hearing_roles,
            ),
            Procedure(
                signature=ProcedureSignature(
                    name="telemetry.readout",
                    parameters={"within": "s"},
                    measurements={
                        **_TOLD,
                        "missing": "",
                        **telemetry.UNITS,
                        "voltage_difference": "V",
                    },
                ),
                measure=telemetry.measure_readout,
                roles=telemetry.hearing_roles,
            ),
            Procedure(
                signature=ProcedureSignature(
                    name="telemetry.consistency",
                    parameters={"within": "s"},
                    measurements={
                        **_TOLD,
                        "state.LOAD": _STATES,
                        "state.CHARGER": _STATES,
                        "consistency.LOAD": telemetry.AGREEMENTS,
                        "consistency.CHARGER": telemetry.AGREEMENTS,
                    },
                ),
                measure=telemetry.measure_consistency,
                roles=telemetry.consistency_roles,
            ),
            Procedure(
                signature=ProcedureSignature(
                    name="telemetry.agreement",
                    parameters={"soc": "1"},
                    required=("soc",),
                    measurements={
                        "missing": "",
                        **{
                            f"deviation.{n}": shown.unit
                            for n, (_, shown, _) in agreement.SHOWN.items()
                        },
                    },
                ),
                measure=agreement.measure,
                roles=agreement.roles,
            ),
            *APP_PROCEDURES,
        )
    }
)
"""All procedures by name."""


def signatures() -> Mapping[str, ProcedureSignature]:
    """Return the signatures that spec files are checked against."""
    return {name: procedure.signature for name, procedure in PROCEDURES.items()}
