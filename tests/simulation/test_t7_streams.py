"""Streams of a T7 as programs set them up: out, triggered, in bursts, of counters and pairs."""

import numpy as np  # noqa: TID253 - a test, imported by nobody
import pytest
from t7_rig import Wired

AIN0, AIN2, STREAM_OUT0 = 0, 4, 4800


@pytest.fixture
def wired(request):
    found = Wired(getattr(request, "param", {"DAC0": "A", "AIN0": "A", "AIN1": "B", "DAC1": "B"}))
    yield found
    found.close()


def wires(**terminals):
    return pytest.mark.parametrize("wired", [terminals], indirect=True, ids=["-".join(terminals)])


def load(wired, values, *, size=512, target=1000):
    """Fill stream-out 0, as the data sheet lists the steps."""
    ljm, handle = wired.ljm, wired.handle
    ljm.eWriteName(handle, "STREAM_OUT0_TARGET", target)
    ljm.eWriteName(handle, "STREAM_OUT0_BUFFER_SIZE", size)
    ljm.eWriteName(handle, "STREAM_OUT0_ENABLE", 1)
    ljm.eWriteName(handle, "STREAM_OUT0_LOOP_SIZE", len(values))
    ljm.eWriteNameArray(handle, "STREAM_OUT0_BUFFER_F32", len(values), values)
    ljm.eWriteName(handle, "STREAM_OUT0_SET_LOOP", 1)


def test_first_scan_comes_one_period_after_the_start(wired):
    # "the first stream scan happens 1 scan period after STREAM_ENABLE is set to 1"
    wired.ljm.eStreamStart(wired.handle, 1, 1, [AIN0], 10)
    began = wired.clock.now()
    stamp = wired.read("STREAM_START_TIME_STAMP")
    wired.ljm.eStreamRead(wired.handle)
    assert wired.clock.now() - began == pytest.approx(0.1, abs=2e-3)
    assert stamp == pytest.approx((began + 0.1) * 40e6, abs=2)


def test_stream_out_repeats_and_is_seen_by_the_input(wired):
    levels = [0.0, 1.0, 2.0, 3.0, 4.0]
    load(wired, [level for level in levels for _ in range(8)])
    rate = wired.ljm.eStreamStart(wired.handle, 120, 3, [AIN0, 2, STREAM_OUT0], 500)
    assert rate == pytest.approx(500.0)
    data = wired.ljm.eStreamRead(wired.handle)[0]
    assert len(data) == 360  # "only the first scansPerRead*NUM_IN_CHANNELS samples are valid"
    seen = np.array(data[:240]).reshape(120, 2)
    wanted = [level for _ in range(3) for level in levels for _ in range(8)]
    # the output follows the inputs in the scan list, so that each value shows in the next scan
    assert seen[1:, 0] == pytest.approx(wanted[:-1], abs=0.01)
    assert seen[:, 1] == pytest.approx([0.0] * 120, abs=0.01)
    wired.ljm.eStreamStop(wired.handle)
    level = wired.volts("A")
    wired.clock.sleep(1.0)
    assert wired.volts("A") == level


def test_buffer_of_a_stream_out_is_one_value_short(wired):
    # "The usable buffer size will be equal to the value of this register minus 2 bytes"
    load(wired, [0.0] * 15, size=32)
    assert wired.read("STREAM_OUT0_BUFFER_STATUS") == 0
    write = lambda: wired.write(STREAM_OUT0_BUFFER_F32=1.0)  # noqa: E731
    assert wired.refusal(write) == 2613


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("STREAM_OUT0_TARGET", 0, 2614),
        ("STREAM_OUT0_BUFFER_SIZE", 100, 2609),
        ("STREAM_OUT0_BUFFER_F32", 1.0, 2627),
        ("STREAM_OUT0_LOOP_SIZE", 4, 2627),
    ],
)
def test_stream_outs_refuse_with_labjacks_numbers(wired, name, value, code):
    assert wired.refusal(lambda: wired.write(**{name: value})) == code


def test_periodic_stream_out_without_any_input(wired):
    ljm, handle = wired.ljm, wired.handle
    ljm.periodicStreamOut(handle, 0, 1000, 1000, 4, [0.0, 1.0, 2.0, 3.0])
    ljm.eStreamStart(handle, 500, 1, [STREAM_OUT0], 1000)
    seen = []
    for _ in range(8):
        wired.clock.sleep(1e-3)
        seen.append(wired.volts("A"))
    assert np.sort(seen) == pytest.approx([0, 0, 1, 1, 2, 2, 3, 3], abs=0.01)
    assert wired.refusal(lambda: ljm.eStreamRead(handle)) == 1308
    assert wired.refusal(lambda: ljm.periodicStreamOut(handle, 4, 1000, 100, 1, [0.0])) == 1232


def test_stream_out_to_a_port_leaves_inhibited_lines(wired):
    # "The above listed digital IO registers use the higher byte as an inhibit mask"
    wired.write(FIO_DIRECTION=0xFF, FIO_STATE=0)
    ljm, handle = wired.ljm, wired.handle
    ljm.eWriteNames(handle, 3, ["STREAM_OUT1_TARGET", "STREAM_OUT1_BUFFER_SIZE",
                                "STREAM_OUT1_ENABLE"], [2500, 64, 1])  # fmt: skip
    ljm.eWriteName(handle, "STREAM_OUT1_BUFFER_U16", 0xF0FF)
    ljm.eStreamStart(handle, 1, 1, [4801], 1000)
    wired.clock.sleep(5e-3)
    assert wired.read("FIO_STATE") == 0x0F


@wires(FIO0="A", AIN0="A", FIO2="A")
def test_triggered_stream_waits_for_an_edge(wired):
    ljm, handle = wired.ljm, wired.handle
    wired.write(FIO2=0, STREAM_TRIGGER_INDEX=2000, DIO0_EF_INDEX=5)
    wired.write(DIO0_EF_ENABLE=1)
    ljm.writeLibraryConfigS("LJM_STREAM_SCANS_RETURN", 2)
    ljm.eStreamStart(handle, 100, 1, [AIN0], 1000)
    wired.clock.sleep(2.0)
    assert wired.refusal(lambda: ljm.eStreamRead(handle)) == 1309
    wired.write(FIO2=1)
    edge = wired.clock.now()
    wired.clock.sleep(0.05)
    assert wired.refusal(lambda: ljm.eStreamRead(handle)) == 1309
    wired.clock.sleep(0.06)
    data, _, backlog = ljm.eStreamRead(handle)
    assert np.array(data) == pytest.approx(3.3, abs=0.1)  # none was taken before the edge
    assert backlog == pytest.approx((wired.clock.now() - edge) * 1000 - 100, abs=2)


def test_without_all_or_none_an_untriggered_stream_times_out(wired):
    wired.write(STREAM_TRIGGER_INDEX=2000)
    wired.ljm.eStreamStart(wired.handle, 10, 1, [AIN0], 100)
    assert wired.refusal(lambda: wired.ljm.eStreamRead(wired.handle)) == 1306


def test_burst_ends_by_itself(wired):
    # STREAM_NUM_SCANS: "the number of scans to run before automatically stopping"
    wired.write(STREAM_NUM_SCANS=50)
    wired.ljm.eStreamStart(wired.handle, 25, 1, [AIN0], 1000)
    wired.ljm.eStreamRead(wired.handle)
    wired.ljm.eStreamRead(wired.handle)
    assert wired.refusal(lambda: wired.ljm.eStreamRead(wired.handle)) == 2944


@wires(AIN2="A", AIN3="B", DAC0="A", DAC1="B")
def test_differential_inputs_are_so_in_a_stream(wired):
    wired.write(DAC0=3.0, DAC1=1.25, AIN2_NEGATIVE_CH=3)
    _, samples = wired.ljm.streamBurst(wired.handle, 2, [AIN2, 6], 1000, 20)
    assert samples[0::2] == pytest.approx([1.75] * 20, abs=0.02)
    assert samples[1::2] == pytest.approx([1.25] * 20, abs=0.02)


@wires(DAC1="A", FIO0="A")
def test_counter_in_a_scan_list_with_its_upper_half(wired):
    ljm, handle = wired.ljm, wired.handle
    names = ["DIO0_EF_READ_A", "STREAM_DATA_CAPTURE_16", "CORE_TIMER", "STREAM_DATA_CAPTURE_16"]
    wired.write(DIO0_EF_INDEX=8, DIO0_EF_ENABLE=1, DAC1_FREQUENCY_OUT_ENABLE=1)
    wired.clock.sleep(10.0)
    addresses = ljm.namesToAddresses(4, names)[0]
    ljm.eStreamStart(handle, 1000, 4, addresses, 1000)
    scans = np.array(ljm.eStreamRead(handle)[0]).reshape(1000, 4)
    counts = scans[:, 0] + 65536 * scans[:, 1]
    ticks = scans[:, 2] + 65536 * scans[:, 3]
    assert counts[0] == pytest.approx(100, abs=2)
    assert counts[-1] - counts[0] == pytest.approx(10, abs=1)
    assert np.all(np.diff(ticks) == 40_000)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"STREAM_SETTLING_US": 5000}, 2621),
        ({"STREAM_RESOLUTION_INDEX": 9}, 2606),
        ({"STREAM_BUFFER_SIZE_BYTES": 5000}, 2615),
        ({"STREAM_BUFFER_SIZE_BYTES": 65536}, 2615),
        ({"STREAM_TRIGGER_INDEX": 7}, 2630),
        ({"STREAM_CLOCK_SOURCE": 2}, 1267),  # an external clock is not simulated
    ],
)
def test_settings_that_no_stream_takes(wired, values, code):
    wired.write(**values)
    start = lambda: wired.ljm.eStreamStart(wired.handle, 10, 1, [AIN0], 100)  # noqa: E731
    assert wired.refusal(start) == code


def test_actual_settings_are_told(wired):
    wired.write(STREAM_SETTLING_US=100.0)
    rate = wired.ljm.eStreamStart(wired.handle, 10, 2, [0, 2], 3000)
    assert wired.read("STREAM_SETTLING_US_ACTUAL") == pytest.approx(100.0)
    assert wired.read("STREAM_SCANRATE_HZ_ACTUAL") == rate


def test_a_set_goes_out_whole_before_the_next_begins(wired):
    # "that set of values will continue to be output in order and will not be interrupted until
    # their loop is complete"
    ljm, handle = wired.ljm, wired.handle
    load(wired, [0.5, 1.0, 1.5, 2.0])
    ljm.eStreamStart(handle, 10, 2, [STREAM_OUT0, AIN0], 1000)
    wired.clock.sleep(2.5e-3)  # two values have gone out
    ljm.eWriteNameArray(handle, "STREAM_OUT0_BUFFER_F32", 2, [3.0, 4.0])
    ljm.eWriteName(handle, "STREAM_OUT0_LOOP_SIZE", 1)
    ljm.eWriteNameArray(handle, "STREAM_OUT0_BUFFER_F32", 1, [4.5])
    ljm.eWriteName(handle, "STREAM_OUT0_SET_LOOP", 1)
    seen = np.array(ljm.eStreamRead(handle)[0][:10])
    turns = [0.5, 1.0, 1.5, 2.0]
    switch = list(np.round(seen, 1)).index(3.0)
    assert switch % 4 == 0
    assert seen[:switch] == pytest.approx((turns * 3)[:switch], abs=0.01)
    assert seen[switch:] == pytest.approx([3.0, 4.0, *[4.5] * 8][: 10 - switch], abs=0.01)


def test_outs_that_wait_for_each_other_begin_together(wired):
    # "2=Wait for synch ... 3=Synch"
    ljm, handle = wired.ljm, wired.handle
    for number, target in ((0, 1000), (1, 1002)):
        names = [f"STREAM_OUT{number}_{what}" for what in ("TARGET", "BUFFER_SIZE", "ENABLE")]
        ljm.eWriteNames(handle, 3, names, [target, 64, 1])
        ljm.eWriteName(handle, f"STREAM_OUT{number}_LOOP_SIZE", 1)
        ljm.eWriteName(handle, f"STREAM_OUT{number}_BUFFER_F32", 2.0 + number)
    wired.write(STREAM_OUT0_SET_LOOP=2)
    ljm.eStreamStart(handle, 10, 2, [STREAM_OUT0, 4801], 1000)
    wired.clock.sleep(0.01)
    assert wired.volts("A") == pytest.approx(0.0, abs=1e-3)
    wired.write(STREAM_OUT1_SET_LOOP=3)
    wired.clock.sleep(0.01)
    assert wired.volts("A") == pytest.approx(2.0, abs=0.01)
    assert wired.volts("B") == pytest.approx(3.0, abs=0.01)


def test_aperiodic_stream_out_takes_values_while_it_runs(wired):
    ljm, handle = wired.ljm, wired.handle
    append = lambda values: ljm.writeAperiodicStreamOut(handle, 0, len(values), values)  # noqa: E731
    assert wired.refusal(lambda: append([1.0])) == 1228
    ljm.initializeAperiodicStreamOut(handle, 0, 1000, 1000)
    room = append([1.0] * 500)
    assert append([2.0] * 500) == room - 500
    ljm.eStreamStart(handle, 1, 1, [STREAM_OUT0], 1000)
    wired.clock.sleep(0.4)
    assert wired.volts("A") == pytest.approx(1.0, abs=0.01)
    assert append([3.0] * 100) == pytest.approx(room - 500 + 400 - 100, abs=3)
    wired.clock.sleep(0.4)
    assert wired.volts("A") == pytest.approx(2.0, abs=0.01)
    wired.clock.sleep(0.25)
    assert wired.volts("A") == pytest.approx(3.0, abs=0.01)
    wired.clock.sleep(1.0)
    assert wired.volts("A") == pytest.approx(3.0, abs=0.01)


def test_no_stream_out_takes_a_value_that_is_no_number(wired):
    ljm, handle = wired.ljm, wired.handle
    nan = [1.0, float("nan")]
    assert wired.refusal(lambda: ljm.periodicStreamOut(handle, 0, 1000, 100, 2, nan)) == 1203
    ljm.initializeAperiodicStreamOut(handle, 1, 1002, 100)
    assert wired.refusal(lambda: ljm.writeAperiodicStreamOut(handle, 1, 2, nan)) == 1203
