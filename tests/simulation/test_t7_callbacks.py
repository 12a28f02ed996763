"""Streams that are read in a callback, as LabJack's example stream_callback reads them.

Source: labjack.ljm, setStreamCallback: called when the stream has collected scansPerRead scans or
an error has occurred; set after eStreamStart; None or 0 disables it.
"""

from itertools import pairwise

import pytest
from t7_rig import Wired

AIN0, FIO_STATE, CORE_TIMER, CAPTURE = 0, 2500, 61520, 4899


@pytest.fixture
def wired():
    found = Wired({"DAC0": "A", "AIN0": "A", "DAC1": "C", "FIO0": "C"})
    found.write(DAC0=2.5)
    yield found
    found.close()


class Reader:
    """Reads one block in each call and notes when it was called, or the error it got."""

    def __init__(self, wired, then=None):
        self.wired = wired
        self.then = then
        self.times, self.blocks, self.errors = [], [], []

    def __call__(self, handle):
        assert handle == self.wired.handle
        self.times.append(self.wired.clock.now())
        try:
            self.blocks.append(self.wired.ljm.eStreamRead(handle))
        except self.wired.ljm.LJMError as error:
            self.errors.append(error.errorCode)
        if self.then is not None:
            self.then()


def start(wired, reader, *, scans=100, rate=1000, addresses=(AIN0,)):
    wired.ljm.eStreamStart(wired.handle, scans, len(addresses), list(addresses), rate)
    wired.ljm.setStreamCallback(wired.handle, reader)
    return wired.clock.now()


def test_each_block_is_announced_when_it_is_complete(wired):
    reader = Reader(wired)
    begin = start(wired, reader, addresses=(AIN0, FIO_STATE, CORE_TIMER, CAPTURE))
    wired.clock.sleep(1.05)
    wired.ljm.eStreamStop(wired.handle)
    wired.clock.sleep(1.0)
    assert len(reader.blocks) == 10
    assert reader.errors == []
    expected = [begin + 0.1 * (block + 1) for block in range(10)]
    assert reader.times == pytest.approx(expected, abs=5e-3)
    for data, device, library in reader.blocks:
        assert len(data) == 400
        assert data[::4] == pytest.approx([2.5] * 100, abs=0.01)
        assert (device, library <= 2) == (0, True)
    stamps = [low + high * 65536 for data, _, _ in reader.blocks
              for low, high in zip(data[2::4], data[3::4], strict=True)]  # fmt: skip
    steps = {round(b - a) for a, b in pairwise(stamps)}
    assert steps == {40_000}  # 40 MHz at 1000 scans/s, and no scan is missing between blocks


@pytest.mark.parametrize("nothing", [None, 0])
def test_it_can_be_taken_back(wired, nothing):
    reader = Reader(wired)
    start(wired, reader)
    wired.clock.sleep(0.35)
    wired.ljm.setStreamCallback(wired.handle, nothing)
    wired.clock.sleep(1.0)
    assert len(reader.blocks) == 3
    assert len(wired.ljm.eStreamRead(wired.handle)[0]) == 100  # the stream itself goes on
    wired.ljm.eStreamStop(wired.handle)


def test_the_stream_may_be_stopped_in_the_callback(wired):
    reader = Reader(wired, lambda: wired.ljm.eStreamStop(wired.handle))
    start(wired, reader)
    wired.clock.sleep(1.0)
    assert len(reader.blocks) == 1
    assert wired.read("STREAM_ENABLE") == 0


def test_registers_are_at_hand_in_the_callback(wired):
    reader = Reader(wired, lambda: wired.write(DAC0=1.0))
    start(wired, reader)
    wired.clock.sleep(0.45)
    wired.ljm.eStreamStop(wired.handle)
    assert reader.blocks[0][0] == pytest.approx([2.5] * 100, abs=0.01)
    assert reader.blocks[2][0] == pytest.approx([1.0] * 100, abs=0.01)


def test_blocks_that_nobody_reads_stay_for_the_next_read(wired):
    calls = []
    start(wired, calls.append)
    wired.clock.sleep(0.55)
    assert calls == [wired.handle] * 5
    data, _, backlog = wired.ljm.eStreamRead(wired.handle)
    assert (len(data), backlog > 300) == (100, True)
    wired.ljm.eStreamStop(wired.handle)


def test_a_triggered_stream_calls_once_its_scans_are_there(wired):
    names = ["DIO0_EF_ENABLE", "DIO0_EF_INDEX", "DIO0_EF_ENABLE", "STREAM_TRIGGER_INDEX"]
    wired.ljm.eWriteNames(wired.handle, 4, names, [0, 3, 1, 2000])
    reader = Reader(wired)
    start(wired, reader, scans=50)
    wired.clock.sleep(1.0)
    assert reader.times == []
    wired.write(DAC1=3.3)  # an edge on FIO0
    trigger = wired.clock.now()
    wired.clock.sleep(0.22)
    wired.ljm.eStreamStop(wired.handle)
    assert reader.errors == []
    expected = [trigger + 0.05 * (block + 1) for block in range(4)]
    assert reader.times == pytest.approx(expected, abs=5e-3)


def test_an_error_is_announced_once(wired):
    reader = Reader(wired)
    start(wired, reader)
    wired.clock.sleep(0.25)
    wired.laboratory.cut("daq")
    wired.clock.sleep(2.0)
    assert len(reader.blocks) == 2
    assert reader.errors == [1263]  # no response bytes received


def test_a_device_that_lost_its_power_is_announced_once(wired):
    reader = Reader(wired)
    start(wired, reader)
    wired.clock.sleep(0.25)
    wired.laboratory.power_cycle("daq")
    wired.clock.sleep(2.0)
    assert len(reader.errors) == 1


def test_a_burst_ends_with_one_error(wired):
    wired.write(STREAM_NUM_SCANS=200)
    reader = Reader(wired)
    start(wired, reader)
    wired.clock.sleep(2.0)
    assert (len(reader.blocks), reader.errors) == (2, [2944])


def test_without_a_stream_there_is_nothing_to_call_for(wired):
    assert wired.refusal(lambda: wired.ljm.setStreamCallback(wired.handle, print)) == 1303


def test_closing_ends_the_calls(wired):
    reader = Reader(wired)
    start(wired, reader)
    wired.ljm.close(wired.handle)
    wired.clock.sleep(1.0)
    assert reader.times == []
