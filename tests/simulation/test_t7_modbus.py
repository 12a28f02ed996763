"""The simulated T7 over Modbus TCP, against LabJack's map and the frames of published clients."""

import socket
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from t7_rig import SERIAL, Wired

from simulation.wires.served import served

AIN0, DAC0, FIO1, DIO_STATE, LAST_ERR_DETAIL, TEST = 0, 1000, 2001, 2800, 55000, 55100


class Client:
    """Requests and answers on one connection."""

    def __init__(self, wired):
        (port,) = wired.laboratory.ports()
        self.line = port.connect()

    def ask(self, *request):
        """Return the answer to a request of numbers and byte strings, without its header."""
        pdu = b"".join(part if isinstance(part, bytes) else bytes((part,)) for part in request)
        answer = self.line.feed(struct.pack(">HHHB", 7, 0, len(pdu) + 1, 1) + pdu)
        assert answer[:2] == b"\x00\x07"
        assert len(answer) == 6 + struct.unpack(">H", answer[4:6])[0]
        return answer[7:]

    def read(self, address, words, function=3):
        answer = self.ask(function, struct.pack(">HH", address, words))
        assert answer[:2] == bytes((function, 2 * words)), answer
        return answer[2:]

    def volts(self, address):
        return struct.unpack(">f", self.read(address, 2))[0]


@pytest.fixture
def wired():
    found = Wired({"DAC0": "A", "AIN0": "A", "FIO1": "B"})
    yield found
    found.close()


@pytest.fixture
def client(wired):
    return Client(wired)


def test_bytes_on_the_wire(client):
    # ljm_constants.json: a read of TEST is always 0x00112233
    request = bytes.fromhex("0001 0000 0006 01 03 d73c 0002")
    assert client.line.feed(request) == bytes.fromhex("0001 0000 0007 01 03 04 00112233")


@pytest.mark.parametrize("function", [3, 4])
def test_any_function_reads_any_address(client, function):
    # LabJack's examples for pymodbus read holding and input registers alike
    assert struct.unpack(">f", client.read(60000, 2, function)) == (7.0,)
    assert struct.unpack(">I", client.read(60028, 2, function)) == (SERIAL,)
    assert client.read(60500, 25, function).split(b"\0")[0] == b"daq"
    assert client.read(TEST + 1, 1, function) == b"\x22\x33"  # single words of TEST are allowed


def test_the_circuit_is_read_and_driven(client, wired):
    value = struct.pack(">f", 2.5)
    wrote = client.ask(16, struct.pack(">HHB", DAC0, 2, 4), value)
    assert wrote == struct.pack(">BHH", 16, DAC0, 2)
    assert wired.volts("A") == pytest.approx(2.5, abs=0.01)
    assert client.volts(AIN0) == pytest.approx(2.5, abs=0.02)
    assert client.ask(6, struct.pack(">HH", FIO1, 1)) == struct.pack(">BHH", 6, FIO1, 1)
    assert wired.volts("B") == pytest.approx(3.3, abs=0.1)
    assert int.from_bytes(client.read(DIO_STATE, 2), "big") & 0b10
    assert wired.read("DAC0") == pytest.approx(2.5)  # LJM and Modbus see one device


def test_feedback_carries_out_its_frames_in_order(client):
    # the frames of async_labjack: 01 address count data, 00 address count
    frames = struct.pack(">BHBf", 1, DAC0, 2, 1.5) + struct.pack(">BHB", 0, AIN0, 2)
    frames += struct.pack(">BHBf", 1, DAC0, 2, 4.0) + struct.pack(">BHB", 0, DAC0, 2)
    answer = client.ask(76, frames)
    assert answer[0] == 76
    assert struct.unpack(">ff", answer[1:]) == (pytest.approx(1.5, abs=0.02), 4.0)


@pytest.mark.parametrize(
    ("request_", "exception", "detail"),
    [
        (bytes((1, 0, 0, 0, 1)), 1, 1201),  # coils: an illegal function
        (struct.pack(">BHH", 3, 5100, 2), 2, 1202),  # a register that the simulated T7 lacks
        (struct.pack(">BHH", 3, AIN0, 1), 4, 2315),  # half a value
        (struct.pack(">BHH", 3, AIN0, 126), 3, 1203),  # more than a packet of Modbus takes
        (struct.pack(">BHHBI", 16, TEST, 2, 4, 1), 2, 1202),  # TEST cannot be written
        (struct.pack(">BHHBf", 16, 40000, 2, 4, 7.0), 4, 2370),  # no such range
        (struct.pack(">BHHBH", 16, FIO1, 2, 4, 1), 3, 1203),  # fewer data than announced
        (struct.pack(">BBHB", 76, 2, AIN0, 2), 3, 1203),  # neither a read nor a write frame
        (struct.pack(">BBHB", 76, 0, AIN0, 1), 4, 2315),
        (b"\x03\x00", 3, 1203),
    ],
)
def test_refusals_are_exceptions_with_details(client, request_, exception, detail):
    assert client.ask(request_) == bytes((request_[0] | 0x80, exception))
    found = struct.unpack(">4H", client.read(LAST_ERR_DETAIL, 4))
    assert found == (detail, exception, 0, 7)


def test_the_frame_that_failed_is_told(client):
    frames = struct.pack(">BHB", 0, AIN0, 2) + struct.pack(">BHB", 0, 5100, 2)
    assert client.ask(76, frames) == bytes((0xCC, 2))
    assert struct.unpack(">H", client.read(LAST_ERR_DETAIL + 2, 1)) == (1,)


def test_an_answer_longer_than_a_packet_is_refused(client):
    # "Response packet greater than max packet size", 1040 bytes on Ethernet
    assert len(client.ask(76, struct.pack(">BHB", 0, AIN0, 2) * 258)) + 7 == 1040
    assert client.ask(76, struct.pack(">BHB", 0, AIN0, 4) * 130) == bytes((0xCC, 4))


def test_packets_arrive_in_pieces_and_in_rows(client):
    request = bytes.fromhex("0001 0000 0006 01 03 d73c 0002")
    for place in range(len(request) - 1):
        assert client.line.feed(request[place : place + 1]) == b""
    assert client.line.feed(request[-1:]).endswith(b"\x00\x11\x22\x33")
    assert client.line.feed(request * 3).count(b"\x00\x11\x22\x33") == 3


@pytest.mark.parametrize("rubbish", [b"*IDN?\r\n", b"\xff" * 2000, bytes(8), b"GET / HTTP/1.1\r\n"])
def test_what_is_not_modbus_ends_the_connection(wired, rubbish):
    first, second = Client(wired), Client(wired)
    assert first.line.feed(rubbish) == b""
    assert first.line.is_lost
    assert second.volts(60000) == 7.0


@settings(max_examples=100, deadline=None)
@given(request_=st.binary(min_size=1, max_size=60))
def test_no_request_crashes_the_device(request_):
    wired = Wired({"DAC0": "A"})
    client = Client(wired)
    assert client.ask(request_)[0] & 0x7F == request_[0] & 0x7F
    wired.close()


def test_a_cut_cable_is_silent_and_a_restart_ends_the_connection(client, wired):
    request = bytes.fromhex("0001 0000 0006 01 03 d73c 0002")
    wired.laboratory.cut("daq")
    assert client.line.feed(request) == b""
    wired.laboratory.mend("daq")
    assert client.volts(60000) == 7.0
    wired.laboratory.power_cycle("daq")
    assert client.line.is_lost


def test_clients_on_sockets(wired):
    request = bytes.fromhex("0001 0000 0006 01 03 d73c 0002")
    with served(wired.laboratory.ports()) as ports:
        wires = [socket.create_connection(("127.0.0.1", ports["daq"]), 10) for _ in range(2)]
        for wire in wires:
            wire.sendall(request)
            assert wire.recv(100).endswith(b"\x00\x11\x22\x33")
        wires[0].sendall(b"no Modbus")
        assert wires[0].recv(100) == b""
        wires[1].sendall(request)
        assert wires[1].recv(100).endswith(b"\x00\x11\x22\x33")
        for wire in wires:
            wire.close()
