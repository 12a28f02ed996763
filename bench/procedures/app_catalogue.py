"""The procedures that need somebody with the app, or a battery that can be brought to speak."""

from bench.procedure import Procedure
from bench.procedures import (
    bank,
    battery,
    bluetooth,
    condition,
    firmware,
    leds,
    rehearsal,
    reset,
    said,
    setting,
    state,
    telemetry,
)
from bench.spec import ProcedureSignature

_LOOKED_AT: dict[str, str | tuple[str, ...]] = {
    **{f"{name}.{{terminals}}": kind for name, kind in state.KINDS.items()},
    "state_after.{terminals}": state.WORDS,
    "exceptions.{terminals}": rehearsal.WORDS,
    **{f"{name}.{{leds}}": kind for name, kind in leds.KINDS.items()},
    "led_after.{leds_after}": leds.WORDS,
    **said.MEASUREMENTS,
}
_LOOKS: dict[str, str | tuple[str, ...]] = {
    "terminals": "terminals",
    "leds": "terminals",
    "leds_after": "terminals",
    "by": said.WAYS,
    "wait": "s",
}

APP_PROCEDURES = (
    Procedure(
        signature=ProcedureSignature(
            name="battery.condition",
            parameters={
                **_LOOKS,
                "listens": ("yes",),
                "cycles": battery.CYCLES,
                "already": battery.ALREADY,
            },
            measurements={**_LOOKED_AT, "codes_heard": ""},
        ),
        measure=condition.measure,
        roles=condition.roles,
        owns=frozenset({"battery"}),
        conditions=battery.conditions,
    ),
    Procedure(
        signature=ProcedureSignature(
            name="app.setting",
            parameters={
                **setting.PARAMETERS,
                **_LOOKS,
                "opens": "terminals",
                "keeps": "terminals",
                "synchronised": ("yes",),
                "recovers_at": "1",
                "power_cycle": ("yes",),
                "remote_cycle": ("yes",),
                "cycles": setting.CYCLES,
            },
            measurements={
                **_LOOKED_AT,
                **setting.SHOWN,
                "opening_time.{opens}": "s",
                "lapse.{keeps}": "s",
                "synchronised": "1",
            },
        ),
        measure=setting.measure,
        roles=setting.roles,
    ),
    Procedure(
        signature=ProcedureSignature(
            name="app.reset",
            measurements={
                **{f"default.{name}": unit for name, unit in reset.UNITS.items()},
                **{f"reset.{name}": reset.WORDS for name in reset.UNITS},
            },
        ),
        measure=reset.measure,
        roles=reset.roles,
    ),
    Procedure(
        signature=ProcedureSignature(
            name="app.bank",
            measurements={
                **{f"detected.{name}": bank.WORDS for name in bank.FIGURES},
                "changeable": bank.ANSWERS,
            },
        ),
        measure=bank.measure_detected,
        roles=bank.roles,
    ),
    Procedure(
        signature=ProcedureSignature(
            name="app.remaining",
            parameters={"discharge_floor": "1"},
            measurements={"remaining_time": "s", "remaining_deviation": "1"},
        ),
        measure=bank.measure_remaining,
        roles=bank.roles,
    ),
    Procedure(
        signature=ProcedureSignature(
            name="firmware.update",
            parameters={"settings": ("yes",)},
            measurements={
                **firmware.STATES,
                "update_time": "s",
                "load_gap": "s",
                "charger_pulse": "s",
                "prealarm_pulse": "s",
                **{f"shown_after.{name}": unit for name, unit in firmware.KEPT.items()},
            },
        ),
        measure=firmware.measure,
        roles=firmware.roles,
    ),
    Procedure(
        signature=ProcedureSignature(
            name="firmware.interrupted",
            parameters={"opens_after": "s"},
            required=("opens_after",),
            measurements={
                **firmware.STATES,
                **{f"state_at_once.{name}": state.WORDS for name in firmware.OUTPUTS},
                "load_delay": "s",
                "load_gap": "s",
            },
            stimuli=(firmware.INTERRUPTION,),
        ),
        measure=firmware.measure_interrupted,
        roles=firmware.roles,
    ),
    Procedure(
        signature=ProcedureSignature(
            name="bluetooth.connected",
            parameters={
                "duration": "s",
                "leds": "terminals",
                "terminals": "terminals",
                "remote": ("off",),
            },
            measurements={
                **{f"{name}.{bluetooth.LED}": kind for name, kind in leds.KINDS.items()},
                **{f"{name}.{{leds}}": kind for name, kind in leds.KINDS.items()},
                **{f"{name}.{{terminals}}": kind for name, kind in state.KINDS.items()},
                "state_off.{terminals}": state.WORDS,
                "lapse.{terminals}": "s",
                "led_after": leds.WORDS,
                "found": bluetooth.FOUND,
            },
        ),
        measure=bluetooth.measure_connected,
        roles=bluetooth.roles,
        owns=frozenset({"battery"}),
    ),
    Procedure(
        signature=ProcedureSignature(
            name="bluetooth.window",
            parameters={"active_for": "s"},
            required=("active_for",),
            measurements={
                "window": "s",
                "radio_early": bluetooth.WORDS,
                "radio_late": bluetooth.WORDS,
                "heard_late": telemetry.HEARING,
            },
        ),
        measure=bluetooth.measure_window,
        roles=bluetooth.window_roles,
    ),
)
"""All of them."""
