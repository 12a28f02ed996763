"""VisaWire on the real PyVISA-py backend, over loopback sockets."""

# ruff: noqa: TID253 - only imported by tests that need these libraries

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from pyvisa.constants import ResourceAttribute

from instruments.clock import WallClock
from instruments.errors import NoAnswer, NotSupported, OutOfRange, Rejected
from instruments.transports.transcript import Transcript
from instruments.transports.visa import VisaWire
from instruments.transports.wires import Wires


class Responder:
    """Serves one connection after the other; ``answer`` maps a line to the bytes sent back."""

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self.answer = answer
        self.connection: socket.socket | None = None
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                self.connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with self.connection, self.connection.makefile("rb") as lines:
                try:
                    for line in lines:
                        self.connection.sendall(self.answer(line.rstrip(b"\n")))
                except OSError:
                    continue

    def close(self) -> None:
        # closing alone does not wake a thread that waits in accept
        with socket.create_connection(("127.0.0.1", self.port)):
            self._listener.close()
        if self.connection is not None:
            self.connection.close()


ANSWERS = {
    b"MEAS:VOLT?": b"+12.800\n",
    b"MEAS:CURR?": b"+0.500\n",
    b"SILENCE?": b"",
    b"GARBAGE?": b"\xff\xfe\x80\n",
    b"OVERLOAD?": b"9.9E+37\n",
    b"LONG?": b",".join([b"+1.00000E+00"] * 20_000) + b"\n",
    b"VOLT 1": b"",
}


@pytest.fixture
def responder() -> Iterator[Responder]:
    responder = Responder(lambda line: ANSWERS[line])
    yield responder
    responder.close()


@pytest.fixture
def transcript() -> Transcript:
    return Transcript(WallClock())


def connect(port: int, transcript: Transcript) -> VisaWire:
    wires = Wires(WallClock(), transcript)
    return wires.visa(
        "supply",
        f"TCPIP0::127.0.0.1::{port}::SOCKET",
        read_termination="\n",
        write_termination="\n",
        timeout=0.1,
    )


@pytest.fixture
def wire(responder, transcript) -> Iterator[VisaWire]:
    wire = connect(responder.port, transcript)
    yield wire
    wire.close()


def test_question_and_answer(wire, transcript):
    assert wire.query("MEAS:VOLT?") == "+12.800"
    assert wire.query_number("MEAS:CURR?") == 0.5
    assert [line.split(" ", 1)[1] for line in transcript.since(0)] == [
        "supply > MEAS:VOLT?",
        "supply < +12.800",
        "supply > MEAS:CURR?",
        "supply < +0.500",
    ]


def test_small_messages_are_sent_at_once(wire):
    assert wire._resource.get_visa_attribute(ResourceAttribute.tcpip_nodelay)


def test_silence_is_no_answer_and_names_the_exchange(wire):
    with pytest.raises(NoAnswer) as caught:
        wire.query("SILENCE?")
    exchange = caught.value.exchange
    assert (exchange.role, exchange.command) == ("supply", "SILENCE?")
    assert exchange.resource.startswith("TCPIP0::127.0.0.1")
    assert exchange.elapsed is not None


def test_late_answer_is_not_given_to_the_next_question(wire, responder, transcript):
    with pytest.raises(NoAnswer):
        wire.query("SILENCE?")
    responder.connection.sendall(b"+99.000\n")
    assert wire.query("MEAS:VOLT?") == "+12.800"
    assert responder.connections == 2
    assert any("reconnect" in line for line in transcript.since(0))


def test_garbage_is_rejected_and_the_wire_recovers(wire):
    with pytest.raises(Rejected, match="not text"):
        wire.query("GARBAGE?")
    assert wire.query("MEAS:VOLT?") == "+12.800"


def test_overload_is_out_of_range_and_needs_no_recovery(wire, responder):
    with pytest.raises(OutOfRange, match="OVERLOAD"):
        wire.query_number("OVERLOAD?")
    assert wire.query("MEAS:VOLT?") == "+12.800"
    assert responder.connections == 1


def test_answer_longer_than_one_chunk_comes_whole_and_without_a_warning(wire):
    reply = wire.query("LONG?")
    assert len(reply.split(",")) == 20_000


def test_instrument_that_went_away_is_no_answer_until_it_is_back(wire, responder):
    wire.query("MEAS:VOLT?")
    responder.connection.shutdown(socket.SHUT_RDWR)
    with pytest.raises(NoAnswer):
        wire.query("MEAS:VOLT?")
    assert wire.query("MEAS:VOLT?") == "+12.800"


def test_address_where_nobody_listens_is_no_answer(transcript):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    wire = connect(port, transcript)  # PyVISA-py 0.8.1 notices only when something is sent
    with pytest.raises(NoAnswer):
        wire.query("*IDN?")
    wire.close()


def test_resource_that_is_none_is_no_answer(transcript):
    wires = Wires(WallClock(), transcript)
    with pytest.raises((NoAnswer, NotSupported), match="nonsense"):
        wires.visa("supply", "nonsense", read_termination="\n", write_termination="\n", timeout=0.1)


def test_write_is_recorded(wire, transcript):
    wire.write("VOLT 1")
    assert transcript.since(0)[-1].endswith("supply > VOLT 1")
