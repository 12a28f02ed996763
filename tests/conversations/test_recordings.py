"""Records over time: what a stream and a timed scan make of their samples and their stamps."""

# ruff: noqa: TID253 - only imported by tests that need this library

import math

import numpy as np
import pytest
from conversation_script import FOLDER, Script, accuracies, play, read_conversation
from test_conversations import PatientClock, scripted_wires

from instruments import catalogue
from instruments.daq import Daq
from instruments.errors import NoAnswer, OutOfRange, Rejected
from instruments.multimeter import Multimeter


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def clock() -> PatientClock:
    return PatientClock()


def opened(name, script, clock, monkeypatch):
    wires = scripted_wires(script, clock, monkeypatch)
    conversation = read_conversation(FOLDER / f"{name}.txt")
    header = conversation.header
    return play(
        conversation.scenes["open"],
        script,
        None,
        lambda: catalogue.open_instrument(
            "bench_name", header["model"], header["resource"], wires, accuracies(header)
        ),
    )


@pytest.fixture
def t7(script, clock, monkeypatch) -> Daq:
    return opened("labjack_t7", script, clock, monkeypatch)


@pytest.fixture
def channel(script, clock, monkeypatch) -> Multimeter:
    return opened("keysight_daq970a", script, clock, monkeypatch).terminal("101")


STREAM = (
    (">", "write STREAM_RESOLUTION_INDEX=0 STREAM_SETTLING_US=0 STREAM_TRIGGER_INDEX=0 "
          "STREAM_CLOCK_SOURCE=0 STREAM_BUFFER_SIZE_BYTES=32768"),
    (">", "stream [0, 4] 5 Hz, 5 scans a read"),
)  # fmt: skip


def expect_stream(script: Script, actual_rate: str, *blocks: str) -> None:
    script.lines.extend(STREAM)
    script.lines.append(("<", actual_rate))
    for block in blocks:
        script.lines.append((">", "stream read"))
        script.lines.append(("<", block))
    script.lines.append((">", "stream stop"))


def test_stream_is_split_by_input_and_spaced_by_the_actual_rate(t7, script, clock):
    expect_stream(script, "4", "0 10 1 11 2 12 3 13 4 14", "5 15 6 16 7 17 8 18 9 19")
    recording = t7.record(["AIN0", "AIN2"], 5.0)
    began = clock.now()
    recording.wait(2.0)
    waveforms = recording.stop()
    assert set(waveforms) == {"AIN0", "AIN2"}
    first, second = waveforms["AIN0"], waveforms["AIN2"]
    assert first.interval == pytest.approx(1 / 4)
    assert first.start == second.start == pytest.approx(began, abs=0.001)
    assert np.array_equal(first.samples, np.arange(len(first.samples)))
    assert np.array_equal(second.samples, 10 + np.arange(len(second.samples)))
    # every scan up to stop() is there, none of what came while the last block filled up
    assert len(first.samples) == math.ceil((began + 2.0 - first.start) * 4)
    assert not script.lines


def test_scans_that_were_lost_are_not_a_number(t7, script):
    expect_stream(script, "5", "0 10 -9999 -9999 2 12 3 13 4 14")
    recording = t7.record(["AIN0", "AIN2"], 5.0)
    recording.wait(0.8)
    samples = recording.stop()["AIN0"].samples
    assert np.isnan(samples[1])
    assert np.isfinite(np.delete(samples, 1)).all()


def test_input_can_be_read_again_after_a_recording(t7, script):
    expect_stream(script, "5", "0 10 1 11 2 12 3 13 4 14")
    recording = t7.record(["AIN0", "AIN2"], 5.0)
    recording.wait(0.2)
    recording.stop()
    script.lines.append((">", "read AIN0 AIN_ALL_RESOLUTION_INDEX SYSTEM_TIMER_20HZ"))
    script.lines.append(("<", "2.5 8 1010"))
    assert t7.terminal("AIN0").measure() == 2.5
    with pytest.raises(Rejected, match="over"):
        recording.stop()


def test_stream_that_breaks_is_stopped(t7, script):
    expect_stream(script, "5", "(error 1301)")
    recording = t7.record(["AIN0", "AIN2"], 5.0)
    with pytest.raises(Rejected, match="1301"):
        recording.wait(2.0)
    assert not recording.is_running()
    assert not script.lines


@pytest.mark.parametrize(("rate", "scans"), [(20.0, 20), (200.0, 200), (201.0, 100), (1e3, 500)])
def test_a_slow_stream_is_read_once_a_second_and_a_fast_one_twice(t7, script, rate, scans):
    script.lines.append(STREAM[0])
    script.lines.append((">", f"stream [0] {rate:g} Hz, {scans} scans a read"))
    script.lines.append(("<", f"{rate:g}"))
    t7.record(["AIN0"], rate)
    assert not script.lines


def test_time_between_edges_is_no_better_than_the_sampling(t7):
    # two rectangular errors of one sample interval: triangular, half-width T, u = T / sqrt(6)
    assert t7.time_uncertainty(1000.0, 0.0) == pytest.approx(1e-3 / math.sqrt(6))
    assert t7.time_uncertainty(1000.0, 100.0) > t7.time_uncertainty(1000.0, 1.0)


OK = (("<", '+0,"No error"'),)


def expect_sets(script: Script, *commands: str) -> None:
    for command in commands:
        script.lines.append((">", command))
        script.lines.append((">", "SYST:ERR?"))
        script.lines.extend(OK)


def expect_timed_scan(script: Script, nplc: str, interval: str, count: int) -> None:
    expect_sets(
        script,
        "CONF:VOLT:DC AUTO,(@101)",
        "INP:IMP:AUTO ON,(@101)",
        "ROUT:CHAN:DEL 0.005,(@101)",
        "VOLT:DC:RANG:AUTO ON,(@101)",
        f"VOLT:DC:NPLC {nplc},(@101)",
        "TRIG:SOUR TIM",
        f"TRIG:TIM {interval}",
        f"TRIG:COUN {count}",
    )
    script.lines.append((">", "INIT"))


def expect_condition(script: Script, *conditions: str) -> None:
    for condition in conditions:
        script.lines.append((">", "STAT:OPER:COND?"))
        script.lines.append(("<", condition))


def test_timed_scan_waits_on_the_clock_and_fetches_once(channel, script, clock):
    expect_timed_scan(script, "1", "0.1", 3)
    expect_condition(script, "+16", "+0")
    script.lines.append((">", "FETC?"))
    script.lines.append(("<", "+1.0E+00,+2.0E+00,+3.0E+00"))
    expect_sets(script, "TRIG:SOUR IMM", "TRIG:COUN 1")
    began = clock.now()
    waveform = channel.record(0.3, 0.1)
    assert list(waveform.samples) == [1.0, 2.0, 3.0]
    assert (waveform.start, waveform.interval, waveform.unit) == (began, 0.1, "V")
    assert clock.now() - began >= 0.2
    assert not script.lines


def test_timed_scan_with_overload_is_out_of_range(channel, script):
    expect_timed_scan(script, "1", "0.1", 2)
    expect_condition(script, "+0")
    script.lines.append((">", "FETC?"))
    script.lines.append(("<", "+1.0E+00,+9.9E+37"))
    expect_sets(script, "TRIG:SOUR IMM", "TRIG:COUN 1")
    with pytest.raises(OutOfRange, match="FETC"):
        channel.record(0.2, 0.1)


def test_timed_scan_with_missing_readings_is_rejected(channel, script):
    expect_timed_scan(script, "1", "0.1", 2)
    expect_condition(script, "+0")
    script.lines.append((">", "FETC?"))
    script.lines.append(("<", "+1.0E+00"))
    expect_sets(script, "TRIG:SOUR IMM", "TRIG:COUN 1")
    with pytest.raises(Rejected, match="1 readings instead of 2"):
        channel.record(0.2, 0.1)


def test_scan_that_does_not_end_is_no_answer(channel, script):
    expect_timed_scan(script, "1", "0.1", 2)
    expect_condition(script, *["+16"] * 200)
    with pytest.raises(NoAnswer, match="does not end"):
        channel.record(0.2, 0.1)


def test_interval_shorter_than_any_reading_never_reaches_the_wire(channel):
    with pytest.raises(OutOfRange, match="interval"):
        channel.record(1.0, 0.001)


@pytest.mark.parametrize(
    ("reading", "limit_of_error"),
    [
        # DAQ970A data sheet, 1 year: % of reading + % of range
        (0.05, 0.05 * 50e-6 + 0.1 * 60e-6),
        (0.6, 0.6 * 35e-6 + 1.0 * 6e-6),
        (-8.0, 8.0 * 30e-6 + 10.0 * 4e-6),
        (70.0, 70.0 * 40e-6 + 100.0 * 6e-6),
        (250.0, 250.0 * 40e-6 + 300.0 * 20e-6),
    ],
)
def test_uncertainty_of_a_voltage_is_that_of_its_range(channel, reading, limit_of_error):
    assert channel.uncertainty(reading) == pytest.approx(limit_of_error / math.sqrt(3))


def test_input_is_ten_megohm_only_above_the_ten_volt_range(channel):
    assert channel.input_resistance(0.5) == math.inf
    assert channel.input_resistance(-10.0) == math.inf
    assert channel.input_resistance(12.8) == 10e6
    channel.fix_range(100.0)
    assert channel.input_resistance(0.5) == 10e6
