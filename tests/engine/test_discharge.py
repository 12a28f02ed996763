"""A supply whose output capacitors keep their charge after it was switched off."""

import pytest
from rig import Kept, case, simulated_bench

from bench.errors import SafetyTrip
from bench.execution import run_case
from bench.power import power_cycle
from bench.verdict import Verdict
from instruments.errors import OutOfRange
from instruments.supply import SupplyOutput
from simulation.elements import Capacitor

HIGH = "S-SUP-RANGE[vbat=70V]"
LOW = "S-SUP-RANGE[vbat=8V]"


def charged(farads):
    return Capacitor("BAT+", "BAT-", farads)


def test_a_bench_is_safe_when_its_terminals_are_dead_and_the_next_case_begins_there():
    kept = Kept()
    with simulated_bench() as (bench, laboratory):
        laboratory.world.add(charged(100e-6))  # a second with the bleeder
        assert run_case(case(HIGH), bench, kept).fault is None
        assert laboratory.world.voltage("BAT+", "BAT-") < 5.1
        # 70 V would trip the over-voltage protection, which is armed below 9 V
        assert run_case(case(LOW), bench, kept).fault is None
        assert not bench.unsafe


def test_terminals_that_stay_alive_are_not_safe_and_say_how_much_is_left():
    kept = Kept()
    with simulated_bench() as (bench, laboratory):
        bench.confirm_variant()
        laboratory.world.add(charged(0.1))
        result = run_case(case(HIGH), bench, kept)
        assert result.verdict is Verdict.ERROR
        assert result.checks  # what was measured stays
        assert "V at its terminals after 30 s" in bench.unsafe
        assert "switch the bleeder on" in bench.unsafe
        with pytest.raises(SafetyTrip, match="could not be made safe"):
            bench.begin("any")


def test_a_unit_that_kept_its_power_was_not_restarted():
    with simulated_bench() as (bench, laboratory):
        bench.apply(case(LOW).point, settle=1.0)
        laboratory.world.add(charged(0.1))
        bench.clock.sleep(1.0)
        with pytest.raises(OutOfRange, match=r"off and still carries .* V"):
            power_cycle(bench.role(SupplyOutput, "supply"), bench.clock)
