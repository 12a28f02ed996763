"""The contract of SupplyOutput, over every supply driver."""

import pytest
from contract_rig import RESISTANCE, SUPPLIES, open_rig

from instruments.errors import OutOfRange, Rejected


@pytest.fixture(params=SUPPLIES)
def rig(request):
    with open_rig(supply=request.param) as found:
        yield found


@pytest.mark.parametrize("voltage", [0.0, 8.0, 12.8, 51.2, 70.0, 84.0])
def test_voltage_is_set_and_reads_back_within_its_accuracy(rig, voltage):
    rig.power(voltage)
    assert rig.volts("V+") == pytest.approx(voltage, abs=1e-2)
    limit_of_error = 3.0**0.5 * rig.output.voltage_uncertainty(voltage)
    assert abs(rig.output.voltage() - rig.volts("V+")) <= limit_of_error + 1e-4


def test_current_reads_back_within_its_accuracy(rig):
    rig.power(50.0)
    rig.relays.terminal("0").energise()
    rig.wait(0.1)
    expected = 50.0 / RESISTANCE * 2 + 50.0 / 10e3  # R1, R2 and the bleeder, burden neglected
    limit_of_error = 3.0**0.5 * rig.output.current_uncertainty(expected)
    assert abs(rig.output.current() - expected) <= limit_of_error + 1e-3


def test_current_limit_is_constant_current(rig):
    rig.power(10.0, current=0.010)
    rig.relays.terminal("0").energise()
    rig.wait(0.1)
    assert rig.volts("OUT") == pytest.approx(0.010 * RESISTANCE / 2, rel=0.12)


@pytest.mark.parametrize(
    "left", ["OUTP:MODE 2;:VOLT:SLEW:RIS 0.5;FALL 0.5", "OUTP:DEL:ON 5;OFF 5", "RES 0.5"]
)
def test_what_an_earlier_program_has_left_is_undone(rig, left):
    rig.supply.close()
    rig.lab.panels["supply"].receive(left)
    rig.open("supply")
    rig.power(12.0)
    rig.relays.terminal("0").energise()
    rig.wait(0.1)
    assert rig.volts("V+") == pytest.approx(12.0, abs=1e-3)
    rig.supply.make_safe()
    assert rig.volts("V+") < 5.0


@pytest.mark.parametrize("voltage", [-0.1, 84.1, float("nan"), float("inf")])
def test_impossible_voltage_never_reaches_the_output(rig, voltage):
    rig.power(12.0)
    with pytest.raises((OutOfRange, Rejected)):
        rig.output.set_voltage(voltage)
    rig.wait(0.2)
    assert rig.volts("V+") == pytest.approx(12.0, abs=1e-2)


@pytest.mark.parametrize("current", [-0.1, 14.2])
def test_impossible_current_limit_is_refused(rig, current):
    with pytest.raises((OutOfRange, Rejected)):
        rig.output.set_current_limit(current)


def test_protections_have_their_floor(rig):
    floor = rig.output.overvoltage_protection_floor()
    assert floor == pytest.approx(8.0)  # 10 % of 80 V
    rig.output.set_overvoltage_protection(floor)
    with pytest.raises((OutOfRange, Rejected)):
        rig.output.set_overvoltage_protection(floor - 0.1)
    floor = rig.output.overcurrent_protection_floor()
    assert floor == pytest.approx(1.35)
    rig.output.set_overcurrent_protection(floor)
    with pytest.raises((OutOfRange, Rejected)):
        rig.output.set_overcurrent_protection(floor - 0.01)


def test_overvoltage_trips_latches_and_clears(rig):
    rig.output.set_overvoltage_protection(15.0)
    rig.power(14.0)
    assert not rig.output.is_tripped()
    rig.output.set_voltage(16.0)
    rig.wait(0.2)
    assert rig.output.is_tripped()
    assert not rig.output.is_enabled()
    rig.output.set_voltage(12.0)
    rig.output.clear_trip()
    assert not rig.output.is_tripped()
    assert not rig.output.is_enabled()
    rig.output.enable()
    rig.wait(0.2)
    assert rig.output.voltage() == pytest.approx(12.0, abs=0.1)


def test_overcurrent_trips_only_when_it_lasts(rig):
    rig.output.set_overcurrent_protection(1.35)
    rig.output.set_voltage(12.0)
    rig.output.set_current_limit(3.0)
    rig.output.enable()
    rig.wait(0.2)
    rig.relays.terminal("0").energise()
    rig.input.set_current(2.0)
    rig.input.enable()
    rig.wait(0.01)
    assert not rig.lab.panels["supply"].is_tripped
    rig.wait(0.2)
    assert rig.output.is_tripped()
    assert rig.volts("V+") < 1.0


def test_output_off_keeps_the_set_points(rig):
    rig.power(24.0)
    rig.output.disable()
    assert not rig.output.is_enabled()
    rig.output.enable()
    rig.wait(0.2)
    assert rig.output.voltage() == pytest.approx(24.0, abs=0.1)


def test_what_another_session_left_in_the_error_queue_is_not_our_error(rig):
    # the queue of a real unit survives sessions
    rig.lab.panels["supply"].receive("NONSENSE")
    rig.supply.close()
    rig.open("supply")
    rig.output.set_voltage(12.0)
