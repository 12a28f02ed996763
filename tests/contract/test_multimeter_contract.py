"""The contract of Multimeter, over the DAQ970A's and the T7's inputs."""

import numpy as np  # noqa: TID253 - a test, imported by nobody
import pytest
from contract_rig import RESISTANCE, RESOURCES, open_rig

from instruments.accuracy import Accuracy
from instruments.catalogue import open_instrument
from instruments.errors import OutOfRange


@pytest.fixture
def rig():
    with open_rig() as found:
        found.power(12.8)
        found.relays.terminal("0").energise()
        found.wait(0.1)
        yield found


@pytest.mark.parametrize(("name", "terminal", "net"), [
    ("meter", "101", "V+"), ("meter", "102", "OUT"), ("daq", "AIN1", "D"),
])  # fmt: skip
def test_voltage_within_the_limits_of_error(rig, name, terminal, net):
    rig.daq.terminal("DAC0").set_voltage(3.4)
    meter = rig.drivers[name].terminal(terminal)
    assert meter.unit == "V"
    reading = meter.measure()
    limit_of_error = 3.0**0.5 * meter.uncertainty(reading)
    assert abs(reading - rig.volts(net)) <= limit_of_error + 1e-9


@pytest.mark.parametrize(
    "left",
    [
        "ROUT:MON (@103);:ROUT:MON:STAT ON",
        "ROUT:SCAN (@101:103);:TRIG:SOUR TIM;:TRIG:TIM 1;:TRIG:COUN 100;:INIT",
        "TRIG:SOUR BUS;:TRIG:COUN 5",
        "CALC:SCAL:GAIN 2,(@101);STAT ON,(@101)",
        "CALC:LIM:UPP 1,(@101);UPP:STAT ON,(@101)",
        "FORM:READ:CHAN ON;TIME ON;UNIT ON;ALAR ON",
        "CONF:TEMP (@101)",
        "VOLT:NPLC 0.02,(@101);:SENS:ZERO:AUTO OFF,(@101);:VOLT:RANG 0.1,(@101)",
        "INST:DMM OFF",
    ],
)
def test_what_an_earlier_program_has_left_is_undone(rig, left):
    meter = rig.meter.terminal("101")
    limit_of_error = 3.0**0.5 * meter.uncertainty(meter.measure())
    rig.meter.close()
    rig.lab.panels["meter"].receive(left)
    rig.wait(0.2)
    meter = rig.open("meter").terminal("101")
    rig.meter.make_safe()
    assert abs(meter.measure() - rig.volts("V+")) <= limit_of_error
    assert len(meter.record(0.5, 0.1).samples) == 5


def test_current_channel_reads_what_flows(rig):
    meter = rig.meter.terminal("121")
    assert meter.unit == "A"
    reading = meter.measure()
    expected = (rig.volts("OUT") - rig.volts("BAT-")) / (RESISTANCE + 5.0)
    assert abs(reading - expected) <= 3.0**0.5 * meter.uncertainty(reading) + 1e-6


def test_current_overload_is_out_of_range(rig):
    # 1 A range, 120 %: 9.9E+37 is an overload
    rig.output.set_current_limit(5.0)
    rig.lab.world.add(_resistor("SINK", "BAT-", 5.0))
    with pytest.raises(OutOfRange):
        rig.meter.terminal("121").measure()


@pytest.mark.parametrize(("name", "terminal", "net"), [
    ("meter", "102", "OUT"), ("daq", "AIN1", "D"),
])  # fmt: skip
def test_record_has_the_spacing_and_number_that_was_asked_for(rig, name, terminal, net):
    rig.daq.terminal("DAC0").set_voltage(3.4)
    start = rig.lab.clock.now()
    waveform = rig.drivers[name].terminal(terminal).record(1.0, 0.1)
    assert len(waveform.samples) in (10, 11)
    assert waveform.interval == pytest.approx(0.1)
    assert waveform.start == pytest.approx(start, abs=0.1)
    assert waveform.unit == "V"
    assert np.allclose(waveform.samples, rig.volts(net), atol=5e-3)


def test_a_record_that_leaves_the_range_is_none(rig):
    rig.lab.world.add(_resistor("V+", "D", 1e-3))  # 12.8 V at the pin
    with pytest.raises(OutOfRange, match="-10 to 10 V"):
        rig.daq.terminal("AIN1").record(0.1, 0.01)


@pytest.mark.parametrize(("name", "terminal"), [("meter", "101"), ("daq", "AIN1")])
def test_what_the_bench_file_states_goes_before_the_data_sheet(rig, name, terminal):
    model = rig.models[name]
    stated = {"voltage": Accuracy(fixed=0.3, basis="certificate")}
    rig.drivers[name].close()
    rig.drivers[name] = open_instrument(name, model, RESOURCES[model], rig.lab.wires, stated)
    assert rig.drivers[name].terminal(terminal).uncertainty(1.0) == pytest.approx(0.3 / 3.0**0.5)


def test_record_sees_a_change_at_its_time(rig):
    rig.lab.clock.schedule(0.55, lambda: rig.lab.panels["relays"].receive(b"relay off 0\r"))
    waveform = rig.meter.terminal("102").record(1.0, 0.1)
    times = waveform.times()
    assert waveform.samples[0] == pytest.approx(12.8, abs=0.1)
    assert waveform.samples[-1] == pytest.approx(0.0, abs=0.1)
    fallen = times[np.argmax(waveform.samples < 6.0)]
    assert fallen - waveform.start == pytest.approx(0.6, abs=0.11)


def test_unlinked_channel_reads_nothing_much(rig):
    assert rig.meter.terminal("110").measure() == pytest.approx(0.0, abs=1e-3)


def test_input_resistance_is_what_the_circuit_sees(rig):
    assert rig.daq.terminal("AIN1").input_resistance(5.0) == pytest.approx(1e9)
    meter = rig.meter.terminal("101")
    assert meter.input_resistance(5.0) > 1e9
    assert meter.input_resistance(51.2) == pytest.approx(10e6)


def _resistor(plus, minus, ohms):
    from simulation.elements import Resistor

    return Resistor(plus, minus, ohms)
