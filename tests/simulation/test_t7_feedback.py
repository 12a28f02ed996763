"""Feedback packets made step by step and raw bytes, as LabJack's C examples use them.

Sources: labjack.ljm (addressesToMBFB, mbfbComm, updateValues, writeRaw, readRaw, listAllExtended);
LabJack's examples stepwise_feedback.c and raw_bytes.c; Modbus messaging on TCP/IP 1.0b.
"""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from t7_rig import SERIAL, Wired

UINT16, UINT32, INT32, FLOAT32 = range(4)
READ, WRITE = 0, 1
DAC0, AIN0, TEST_UINT16, TEST_INT32, TEST = 1000, 0, 55110, 55122, 55100


@pytest.fixture
def wired():
    found = Wired({"DAC0": "A", "AIN0": "A"})
    yield found
    found.close()


def exchange(wired, frames, *, size=64):
    """Make, send and take apart a packet of (address, type, write, values) frames."""
    addresses, kinds, writes, values = (list(column) for column in zip(*frames, strict=True))
    numbers = [len(part) for part in values]
    flat = [value for part in values for value in part]
    made, packet = wired.ljm.addressesToMBFB(
        size, addresses, kinds, writes, numbers, flat, len(frames)
    )
    answer = wired.ljm.mbfbComm(wired.handle, 1, packet)
    return packet, answer, wired.ljm.updateValues(answer, kinds, writes, numbers, made, flat)


def test_the_example_that_sets_an_output_and_reads_an_input(wired):
    frames = [(DAC0, FLOAT32, WRITE, [1.23]), (AIN0, FLOAT32, READ, [0.0])]
    packet, answer, values = exchange(wired, frames)
    # header with blank transaction and unit, function 76, 01 address count data, 00 address count
    expected = bytes.fromhex("0000 0000 000e 00 4c 01 03e8 02 3f9d70a4 00 0000 02")
    assert bytes(packet[: len(expected)]) == expected
    assert bytes(answer[2:8]) == bytes.fromhex("0000 0006 01 4c")
    assert bytes(answer[:2]) != b"\0\0"  # "adds its own Transaction ID"
    assert values[0] == 1.23  # what was written stays
    assert values[1] == pytest.approx(1.23, abs=0.01)


def test_types_arrays_and_signs(wired):
    frames = [
        (TEST_UINT16, UINT16, WRITE, [65535]),
        (TEST_INT32, INT32, WRITE, [-5]),
        (46000, FLOAT32, WRITE, [1.5, -2.5, 3.5]),
        (TEST_UINT16, UINT16, READ, [0]),
        (TEST_INT32, INT32, READ, [0]),
        (46000, FLOAT32, READ, [0, 0, 0]),
        (TEST, UINT32, READ, [0]),
    ]
    *_, values = exchange(wired, frames, size=200)
    assert values[5:] == [65535, -5, 1.5, -2.5, 3.5, 0x00112233]


def test_frames_that_do_not_fit_are_left_out_with_a_warning(wired):
    # LJME_FRAMES_OMITTED_DUE_TO_PACKET_SIZE is a warning, 201
    def make(size):
        return wired.ljm.addressesToMBFB(
            size, [AIN0] * 20, [FLOAT32] * 20, [READ] * 20, [1] * 20, [0.0] * 20, 20
        )

    assert wired.refusal(lambda: make(64)) == 201
    assert make(88)[0] == 20


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ((AIN0, 7, READ, [0]), 1259),  # no such type
        ((AIN0, FLOAT32, READ, []), 1291),  # no values
        ((46000, FLOAT32, READ, [0] * 128), 1291),  # more than a frame holds
    ],
)
def test_frames_that_cannot_be_made(wired, frame, code):
    assert wired.refusal(lambda: exchange(wired, [frame], size=2000)) == code


def test_the_address_that_failed_is_told(wired):
    frames = [(AIN0, FLOAT32, READ, [0]), (40000, FLOAT32, WRITE, [7.0])]
    with pytest.raises(wired.ljm.LJMError) as caught:
        exchange(wired, frames)
    assert (caught.value.errorCode, caught.value.errorAddress) == (2370, 40000)


def test_what_is_no_feedback_packet_is_refused(wired):
    packet = list(bytes.fromhex("0000 0000 0006 00 03 0000 0002")) + [0] * 50
    assert wired.refusal(lambda: wired.ljm.mbfbComm(wired.handle, 1, packet)) == 1255


def test_raw_bytes_go_and_come_as_they_are(wired):
    wired.write(DAC0=2.0)
    request = bytes.fromhex("1234 0000 0006 00 03 0000 0002")
    wired.ljm.writeRaw(wired.handle, list(request))
    answer = bytes(wired.ljm.readRaw(wired.handle, 13))
    assert answer[:9] == bytes.fromhex("1234 0000 0007 00 03 04")
    assert struct.unpack(">f", answer[9:]) == (pytest.approx(2.0, abs=0.01),)
    assert wired.refusal(lambda: wired.ljm.readRaw(wired.handle, 1)) == 1263  # nothing is left


def test_raw_bytes_in_pieces(wired):
    request = bytes.fromhex("0001 0000 0006 01 03 d73c 0002")
    wired.ljm.writeRaw(wired.handle, list(request[:5]))
    assert wired.refusal(lambda: wired.ljm.readRaw(wired.handle, 13)) == 1263
    wired.ljm.writeRaw(wired.handle, list(request[5:]))
    assert bytes(wired.ljm.readRaw(wired.handle, 6)) == bytes.fromhex("0001 0000 0007")
    assert wired.refusal(lambda: wired.ljm.readRaw(wired.handle, 20)) == 1264  # not as many
    assert bytes(wired.ljm.readRaw(wired.handle, 7)) == bytes.fromhex("01 03 04 00112233")


@pytest.mark.parametrize(
    "call",
    [
        lambda ljm: ljm.writeRaw(99, [0]),
        lambda ljm: ljm.readRaw(99, 1),
        lambda ljm: ljm.mbfbComm(99, 1, [0, 0, 0, 0, 0, 2, 0, 76]),
    ],
    ids=["write", "read", "feedback"],
)
def test_handles_that_are_not_open(wired, call):
    assert wired.refusal(lambda: call(wired.ljm)) == 1224


def test_devices_are_found_with_what_their_registers_hold(wired):
    found = wired.ljm.listAllExtended(7, 0, 2, [60028, 60000], [2, 2], 5)
    count, kinds, _, serials, _, raw = found
    assert (count, kinds, serials) == (1, [7], [SERIAL])
    assert struct.unpack(">If", bytes(raw)) == (SERIAL, 7.0)


@settings(max_examples=150, deadline=None)
@given(frames=st.binary(max_size=40), length=st.integers(0, 0xFFFF))
def test_no_packet_crashes_the_library(frames, length):
    wired = Wired({"DAC0": "A"})
    header = struct.pack(">HHHBB", 0, 0, len(frames) + 2, 0, 76)
    for head in (header, struct.pack(">HHHBB", 0, 0, length, 0, 76)):
        packet = list(head + frames) + [0] * 1100
        code = wired.refusal(lambda packet=packet: wired.ljm.mbfbComm(wired.handle, 1, packet))
        assert code != 1221  # "unknown error" is how a crash of the simulation shows
    wired.close()


@pytest.mark.parametrize("span", [10.0, 1.0, 0.1, 0.01])
def test_ranges_arrive_in_single_precision(wired, span):
    # 0.1 and 0.01 have no exact value there; ljm_constants.json: ranges of a T7
    exchange(wired, [(40000, FLOAT32, WRITE, [span])])
    (_, _, values) = exchange(wired, [(40000, FLOAT32, READ, [0]), (AIN0, FLOAT32, READ, [0])])
    assert values == [pytest.approx(span), pytest.approx(0.0, abs=0.02)]


def test_a_number_that_single_precision_lacks_is_refused(wired):
    assert wired.refusal(lambda: wired.write(USER_RAM0_F32=1e300)) == 1203
    assert wired.read("USER_RAM0_F32") == 0.0
