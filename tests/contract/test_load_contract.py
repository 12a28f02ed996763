"""The contract of LoadInput, over the load driver."""

import pytest
from contract_rig import open_rig

from instruments.errors import OutOfRange, Rejected


@pytest.fixture
def rig():
    with open_rig() as found:
        found.power(24.0, current=5.0)
        found.relays.terminal("0").energise()
        found.wait(0.1)
        yield found


@pytest.mark.parametrize("current", [0.05, 0.5, 1.0, 3.9])
def test_current_is_drawn_and_reads_back_within_its_accuracy(rig, current):
    idle = rig.lab.world.current(rig.lab.panels["supply"]._source)
    rig.input.set_current(current)
    rig.input.enable()
    rig.wait(0.01)  # a load takes its time: 3.9 A at 0.001 A/us are 3.9 ms
    drawn = rig.lab.world.current(rig.lab.panels["supply"]._source) - idle
    setting = 3.0**0.5 * rig.input.current_setpoint_uncertainty(current)
    reading = 3.0**0.5 * rig.input.current_uncertainty(current)
    assert abs(drawn - current) <= setting + 0.02 * current / 24.0 + 1e-3
    assert abs(rig.input.current() - drawn) <= reading + 2e-3


def test_voltage_reads_back(rig):
    limit_of_error = 3.0**0.5 * rig.input.voltage_uncertainty(24.0)
    assert abs(rig.input.voltage() - rig.volts("OUT")) <= limit_of_error


def test_disabled_input_draws_nothing(rig):
    rig.input.set_current(1.0)
    rig.input.enable()
    assert rig.input.is_enabled()
    rig.input.disable()
    assert not rig.input.is_enabled()
    assert rig.lab.world.current(rig.lab.panels["load"]._sink) == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize("current", [-0.1, 40.5, float("nan")])
def test_impossible_current_is_refused(rig, current):
    with pytest.raises((OutOfRange, Rejected)):
        rig.input.set_current(current)


def test_currents_beyond_the_low_range_are_set(rig):
    rig.input.set_current(10.0)
    assert rig.lab.panels["load"].settings["current"] == pytest.approx(10.0)
    assert rig.lab.panels["load"].settings["current_range"] == 40.0


@pytest.mark.parametrize(
    "left",
    [
        "CURR:VON 30",
        "CURR:ILIM 0.2",
        "CURR:VLIM 12",
        "SENS ON",
        "FUNC:MODE OCP;:OCP:ISET 1;IST 0.5;IDEL 100;VOND 200;VOCP 10;:INP ON",
        "FUNC:MODE OPP;:OPP:PSET 10;PST 10;PDEL 100;VOND 0;PMAX 35;:INP ON",
        "LIST:MODE CC;:LIST:LEV 0,2;LEV 1,2;:TRIG:SOUR BUS;:INP ON;:TRIG",
        "FUNC RES;:RES 20;:INP ON",
        "FUNC:MODE BATT;:BATT:LEV 2;:INP ON",
        "CURR:TRAN:MODE CONT;ALEV 3;BLEV 1;:TRAN ON",
    ],
)
def test_what_an_earlier_program_has_left_is_undone(rig, left):
    rig.load.close()
    rig.lab.panels["load"].receive(left)
    rig.wait(0.2)
    rig.open("load")
    rig.wait(0.1)
    sink = rig.lab.panels["load"]._sink
    assert rig.lab.world.current(sink) == pytest.approx(0.0, abs=1e-4)
    rig.input.set_current(1.0)
    rig.input.enable()
    for _ in range(5):
        rig.wait(0.3)
        assert rig.lab.world.current(sink) == pytest.approx(1.0, abs=5e-3)
    assert rig.input.voltage() == pytest.approx(rig.volts("OUT"), abs=0.1)


def test_power_cycle_behind_the_back_leaves_the_input_off(rig):
    rig.input.set_current(1.0)
    rig.input.enable()
    rig.lab.power_cycle("load")
    assert rig.volts("OUT") == pytest.approx(24.0, abs=0.1)
    assert not rig.lab.panels["load"]._sink.is_on
