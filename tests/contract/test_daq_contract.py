"""The contract of Daq, AnalogOutput and DigitalInput, over the T7."""

import numpy as np  # noqa: TID253 - a test, imported by nobody
import pytest
from contract_rig import open_rig

from instruments.errors import InstrumentError, OutOfRange, Rejected
from instruments.transports.ljm import LjmWire


@pytest.fixture
def rig():
    with open_rig() as found:
        found.power(20.0)
        yield found


@pytest.mark.parametrize("voltage", [0.0, 0.5, 3.4, 4.9])
def test_analog_output_reaches_its_pin(rig, voltage):
    rig.daq.terminal("DAC0").set_voltage(voltage)
    assert rig.volts("D") == pytest.approx(voltage, abs=7e-3)  # 0.1 % of 5 V and half a step


def test_analog_output_beyond_its_span_is_out_of_range(rig):
    low, high = rig.daq.terminal("DAC0").span()
    for voltage in (low - 0.5, high + 0.5):
        with pytest.raises(OutOfRange):
            rig.daq.terminal("DAC0").set_voltage(voltage)


def test_digital_input_reads_a_level_without_driving_it(rig):
    line = rig.daq.terminal("EIO0")
    assert not line.is_high()
    rig.relays.terminal("0").energise()
    rig.wait(0.02)
    assert line.is_high()
    assert rig.volts("OUT") == pytest.approx(20.0, abs=0.01)


def test_recording_shows_an_edge_on_one_time_base(rig):
    recording = rig.daq.record(["AIN0", "AIN1"], 1000.0)
    recording.wait(0.2)
    rig.daq_edge = rig.lab.clock.now()
    rig.lab.panels["relays"].receive(b"relay on 0\r")
    recording.wait(0.3)
    waveforms = recording.stop()
    assert set(waveforms) == {"AIN0", "AIN1"}
    output = waveforms["AIN0"]
    assert output.interval == pytest.approx(1e-3)
    high = output.samples > 1.0
    edge = output.times()[np.argmax(high)]
    assert edge == pytest.approx(rig.daq_edge + 8e-3, abs=3e-3)  # the relay operates in 8 ms
    assert output.samples[high].mean() == pytest.approx(2.0, abs=3e-3)  # divider by ten
    assert not high[: int(0.19 / 1e-3)].any()


def test_only_one_recording_runs_at_a_time(rig):
    recording = rig.daq.record(["AIN0"], 1000.0)
    with pytest.raises(InstrumentError):
        rig.daq.record(["AIN1"], 1000.0)
    recording.stop()
    for again in (recording.stop, lambda: recording.wait(0.1)):
        with pytest.raises(Rejected, match="over"):
            again()
    rig.daq.record(["AIN1"], 1000.0).stop()


def test_a_block_of_another_length_ends_the_recording(rig, monkeypatch):
    recording = rig.daq.record(["AIN0", "AIN1"], 1000.0)
    monkeypatch.setattr(LjmWire, "read_stream", lambda wire: [0.0] * 999)
    with pytest.raises(Rejected, match="999 samples in a block of 1000"):
        recording.wait(1.0)
    assert not recording.is_running()
    assert rig.daq.terminal("AIN1").measure() == pytest.approx(0.0, abs=0.01)


def test_impossible_rate_is_refused_and_leaves_no_stream(rig):
    with pytest.raises(InstrumentError):
        rig.daq.record(["AIN0", "AIN1"], 1e6)
    assert rig.daq.terminal("AIN1").measure() == pytest.approx(0.0, abs=0.01)


def test_scans_lost_on_a_cut_cable_are_not_numbers(rig):
    recording = rig.daq.record(["AIN0"], 5000.0)
    rig.lab.cut("daq")
    rig.wait(20.0)
    rig.lab.mend("daq")
    recording.wait(0.5)
    samples = recording.stop()["AIN0"].samples
    assert np.isnan(samples).any()
    assert np.nanmin(samples) > -1.0  # -9999 never gets into a result


PWM = {
    "DIO_EF_CLOCK0_DIVISOR": 1.0,
    "DIO_EF_CLOCK0_ROLL_VALUE": 80_000.0,
    "DIO_EF_CLOCK0_ENABLE": 1.0,
    "DIO4_EF_INDEX": 0.0,
    "DIO4_EF_CONFIG_A": 40_000.0,
    "DIO4_EF_ENABLE": 1.0,
}


@pytest.mark.parametrize(
    "left",
    [
        {"AIN_ALL_RANGE": 0.1, "AIN_ALL_RESOLUTION_INDEX": 1.0, "AIN_ALL_SETTLING_US": 5000.0},
        {"AIN0_NEGATIVE_CH": 1.0},
        {"STREAM_TRIGGER_INDEX": 2000.0, "STREAM_CLOCK_SOURCE": 2.0, "STREAM_SETTLING_US": 100.0},
        {"DIO_DIRECTION": 16.0, "DIO_STATE": 16.0},
        {"DIO_INHIBIT": 8388607.0},
        PWM,
    ],
)
def test_what_an_earlier_program_has_left_is_undone(rig, left):
    for name, value in left.items():
        rig.daq.wire.write_all({name: value})
    rig.daq.close()
    rig.open("daq").make_safe()
    assert rig.daq.terminal("AIN0").measure() == pytest.approx(rig.volts("OUT") / 10.0, abs=3e-3)
    recording = rig.daq.record(["AIN0", "AIN1"], 1000.0)
    recording.wait(0.2)
    assert len(recording.stop()["AIN1"].samples) >= 200
    rig.daq.terminal("FIO4.relay").energise()
    rig.wait(0.01)
    assert rig.daq.energised() == {"FIO4.relay"}
    rig.daq.make_safe()
    rig.wait(0.01)
    assert not rig.daq.energised()


def test_a_watchdog_that_an_earlier_program_has_left_does_not_release_a_relay(rig):
    names = {"WATCHDOG_TIMEOUT_S_DEFAULT": 10.0, "WATCHDOG_DIO_ENABLE_DEFAULT": 1.0}
    for name, value in {**names, "WATCHDOG_ENABLE_DEFAULT": 1.0}.items():
        rig.daq.wire.write_all({name: value})
    rig.daq.close()
    rig.open("daq").make_safe()
    rig.daq.terminal("FIO4.relay").energise()
    rig.wait(30.0)
    assert rig.daq.energised() == {"FIO4.relay"}


def test_power_cycled_device_is_noticed(rig):
    # after a power cycle ranges, DACs and lines are at their power-up defaults
    rig.daq.terminal("DAC0").set_voltage(3.0)
    rig.lab.power_cycle("daq")
    with pytest.raises(InstrumentError):
        rig.daq.terminal("AIN1").measure()
