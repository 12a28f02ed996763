"""The procedures that spec files may name."""

from collections.abc import Mapping
from types import MappingProxyType

from bench.controlled import controlled_devices
from bench.procedure import Procedure
from bench.procedures import (
    agreement,
    battery,
    controlled,
    current_limit,
    leds,
    loading,
    prealarm,
    rehearsal,
    remote,
    state,
    supply,
    sweep,
    switching,
    telemetry,
)
from bench.procedures.app_catalogue import APP_PROCEDURES
from bench.procedures.assisted_catalogue import ASSISTED_PROCEDURES
from bench.spec import ProcedureSignature

_LOAD = ("load_current",)
_STATES = state.WORDS
_STATE = {f"{name}.{{terminals}}": kind for name, kind in state.KINDS.items()}
_LIGHTS = {f"{name}.{{leds}}": kind for name, kind in leds.KINDS.items()}


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
        "exceptions.{terminals}": rehearsal.WORDS,
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
                        "leds": "terminals",
                    },
                    required=("terminals",),
                    measurements={**_STATE, **_LIGHTS, "lapse.{terminals}": "s"},
                ),
                measure=switching.measure_watch,
                roles=switching.roles,
            ),
            Procedure(
                signature=ProcedureSignature(
                    name="outputs.sweep",
                    parameters={
                        "high": "terminals",
                        "idle": "terminals",
                        "lowest": "V",
                        "step": "V",
                    },
                    measurements={"drop.{high}": "V", "leakage.{idle}": "A"},
                ),
                measure=sweep.measure,
                roles=sweep.roles,
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
                        **_LIGHTS,
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
                        **_LIGHTS,
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
                        "idle": "terminals",
                        "restarts": ("yes",),
                        "meanwhile": loading.MEANWHILE,
                    },
                    required=("terminal",),
                    axes=_LOAD,
                    measurements={
                        "drop": "V",
                        "load_current": "A",
                        "beside.{beside}": "V",
                        "level.{idle}": "V",
                        "level_off": "V",
                    },
                    terminals_from=("terminal",),
                ),
                measure=loading.measure_rating,
                roles=loading.roles,
                owns=frozenset(_LOAD),
                conditions=loading.conditions,
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
                    parameters=prealarm.PARAMETERS,
                    required=("undervoltage", "least"),
                    measurements=prealarm.MEASUREMENTS,
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
                    measurements=_LIGHTS,
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
                    measurements=telemetry.READOUT,
                ),
                measure=telemetry.measure_readout,
                roles=telemetry.hearing_roles,
            ),
            Procedure(
                signature=ProcedureSignature(
                    name="telemetry.consistency",
                    parameters={"within": "s"},
                    measurements={
                        **telemetry.TOLD,
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
            *ASSISTED_PROCEDURES,
        )
    }
)
"""All procedures by name."""


def signatures() -> Mapping[str, ProcedureSignature]:
    """Return the signatures that spec files are checked against."""
    return {name: procedure.signature for name, procedure in PROCEDURES.items()}
