"""Every door to too high a battery voltage, and to a remote input above it.

What a door is, `test_guards` says.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from guard_rig import (
    DEVICES,
    MINIMAL,
    SIMULATED,
    fitted,
    healthy,
    refused_file,
)
from rig import Kept, spec

from bench.bench import Bench
from bench.errors import SafetyTrip, SpecError
from bench.execution import run_case
from instruments.daq import AnalogOutput
from instruments.supply import SupplyOutput


def raised_at(bench: Bench, volts: float) -> None:
    supply = bench.role(SupplyOutput, "supply")
    supply.set_voltage(volts)
    supply.enable()


def by_the_supply(bench: Bench) -> None:
    raised_at(bench, 70.1)


def by_infinity(bench: Bench) -> None:
    raised_at(bench, float("inf"))


def by_not_a_number(bench: Bench) -> None:
    raised_at(bench, float("nan"))


def by_a_point(bench: Bench) -> None:
    bench.apply(healthy("smallbms", vbat=70.5), settle=2.0)


def by_a_case_above(bench: Bench) -> None:
    case = next(c for c in spec().cases() if c.test.procedure == "outputs.state")
    assert run_case(replace(case, point=case.point | {"vbat": 75.0}), bench, Kept()).fault


def by_powering_directly(bench: Bench) -> None:
    bench._power(80.0)


def by_another_maximum(bench: Bench) -> None:
    with suppress(TypeError):
        bench.device.absolute_maximum["vbat"] = 84.0  # type: ignore[index]
    raised_at(bench, 80.0)


def by_what_the_supply_hides(bench: Bench) -> None:
    bench.role(SupplyOutput, "supply")._output.set_voltage(80.0)  # type: ignore[attr-defined]


def by_disarming_its_protection(bench: Bench) -> None:
    bench.role(SupplyOutput, "supply").set_overvoltage_protection(88.0)
    raise AssertionError("a protection at 88 V was taken")


def by_driving_an_input(bench: Bench) -> None:
    bench.drive_remote("REMOTE_H", 71.0)


HIGH_DOORS: tuple[Callable[[Bench], None], ...] = (
    by_the_supply,
    by_infinity,
    by_not_a_number,
    by_a_point,
    by_a_case_above,
    by_powering_directly,
    by_another_maximum,
    by_what_the_supply_hides,
    by_disarming_its_protection,
    by_driving_an_input,
)


@pytest.mark.parametrize("door", HIGH_DOORS, ids=lambda door: door.__name__)
@pytest.mark.parametrize("bench_name", [SIMULATED, MINIMAL])
def test_no_door_leads_above_70_v(door, bench_name):
    with fitted("smallbms", bench=bench_name) as (bench, laboratory):
        bench.apply(healthy("smallbms"), settle=2.0)
        highest = [0.0]
        laboratory.world.observe(lambda: highest.append(laboratory.world.voltage("BAT+", "BAT-")))
        with suppress(SafetyTrip, AttributeError):
            door(bench)
        bench.clock.sleep(1.0)
        highest.append(laboratory.world.voltage("BAT+", "BAT-"))
        assert max(highest) <= 70.0


@pytest.mark.parametrize("device", DEVICES)
def test_no_spec_file_leads_above_70_v(device, tmp_path):
    with pytest.raises(SpecError, match="70V"):
        refused_file(device, tmp_path, '"70 V"]', '"71 V"]')


def driven(bench: Bench, volts: float) -> AnalogOutput:
    source = bench.role(AnalogOutput, "dac.REMOTE_H")
    source.set_voltage(volts)
    return source


def by_a_point_above_vbat(bench: Bench) -> None:
    bench.apply(healthy("smallbms", remote_h=13.0, link="open"), settle=2.0)


def by_driving_before_powering(bench: Bench) -> None:
    bench.role(SupplyOutput, "supply").disable()
    driven(bench, 5.0)


def by_lowering_the_supply(bench: Bench) -> None:
    driven(bench, 5.0)
    bench.role(SupplyOutput, "supply").set_voltage(3.0)


def by_lowering_first(bench: Bench) -> None:
    bench.role(SupplyOutput, "supply").set_voltage(3.0)
    driven(bench, 5.0)


def by_switching_the_supply_off(bench: Bench) -> None:
    driven(bench, 5.0)
    bench.role(SupplyOutput, "supply").disable()


def by_making_safe(bench: Bench) -> None:
    driven(bench, 5.0)
    bench.make_safe()


def by_what_the_source_hides(bench: Bench) -> None:
    bench.role(SupplyOutput, "supply").set_voltage(3.0)
    bench.role(AnalogOutput, "dac.REMOTE_H")._output.set_voltage(5.0)  # type: ignore[attr-defined]


def by_the_recorder_of_the_source(bench: Bench) -> None:
    bench.role(SupplyOutput, "supply").set_voltage(3.0)
    daq, _ = bench.recorder_of("stream.LOAD")
    daq.terminal("DAC1").set_voltage(5.0)  # type: ignore[attr-defined]


INPUT_DOORS: tuple[Callable[[Bench], None], ...] = (
    by_a_point_above_vbat,
    by_driving_before_powering,
    by_lowering_the_supply,
    by_lowering_first,
    by_switching_the_supply_off,
    by_making_safe,
    by_what_the_source_hides,
    by_the_recorder_of_the_source,
)


@pytest.mark.parametrize("door", INPUT_DOORS, ids=lambda door: door.__name__)
@pytest.mark.parametrize("bench_name", [SIMULATED, MINIMAL])
def test_no_door_leaves_h_above_vbat(door, bench_name):
    with fitted("smallbms", bench=bench_name) as (bench, laboratory):
        bench.apply(healthy("smallbms", link="open"), settle=2.0)
        bench.switch(close=("remote.REMOTE_H.dac",))
        world = laboratory.world
        worst = [0.0]
        world.observe(
            lambda: worst.append(world.voltage("REMOTE_H", "BAT-") - world.voltage("BAT+", "BAT-"))
        )
        with suppress(SafetyTrip, AttributeError):
            door(bench)
        bench.clock.sleep(1.0)
        assert max(worst) <= 0.05


def test_no_spec_file_leaves_h_above_vbat(tmp_path):
    with pytest.raises(SpecError, match="remote_h"):
        refused_file("smallbms", tmp_path, '{ remote_h = "5 V" }', '{ remote_h = "13 V" }')
