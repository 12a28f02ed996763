"""SerialWire over ports that behave and ports that do not."""

# ruff: noqa: TID253 - only imported by tests that need this library

import pytest
import serial

from instruments.errors import NoAnswer, Rejected
from instruments.transports.serial import SerialWire
from instruments.transports.transcript import Transcript


class _Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, duration: float) -> None:
        self.time += duration


class _Port:
    """Answers every write with ``answer``; an endless one is repeated for ever."""

    def __init__(self, clock: _Clock, answer: bytes, *, endless: bool = False) -> None:
        self.timeout = 1.0
        self.reads = 0
        self._clock = clock
        self._answer = answer
        self._endless = endless
        self._input = b""

    @property
    def in_waiting(self) -> int:
        return len(self._input)

    def write(self, data: bytes) -> int:
        self._input += self._answer
        return len(data)

    def read(self, size: int = 1) -> bytes:
        self.reads += 1
        if not self._input:
            self._clock.sleep(self.timeout)
            return b""
        data, self._input = self._input[:size], self._input[size:]
        if self._endless:
            self._input += self._answer
        return data

    def reset_input_buffer(self) -> None:
        self._input = b""

    def close(self) -> None:
        raise serial.SerialException("device disconnected")


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


def wire_to(port: object, clock: _Clock, monkeypatch: pytest.MonkeyPatch) -> SerialWire:
    monkeypatch.setattr(serial, "serial_for_url", lambda url, **_: port)
    return SerialWire(
        "relays", "COM7", baudrate=9600, timeout=1.0, clock=clock, transcript=Transcript(clock)
    )


def test_thousand_bytes_take_two_reads(clock, monkeypatch):
    port = _Port(clock, b"x" * 1000 + b"\n\r>")
    wire = wire_to(port, clock, monkeypatch)
    assert len(wire.query("relay readall", terminator="\r", prompt=">")) == 1002
    assert port.reads == 2


def test_missing_prompt_is_no_answer_and_shows_what_came(clock, monkeypatch):
    wire = wire_to(_Port(clock, b"relay on 0\n\r"), clock, monkeypatch)
    with pytest.raises(NoAnswer, match="prompt") as caught:
        wire.query("relay on 0", terminator="\r", prompt=">")
    assert "relay on 0" in caught.value.exchange.reply
    assert caught.value.exchange.elapsed == 1.0


def test_endless_talk_is_rejected(clock, monkeypatch):
    wire = wire_to(_Port(clock, b"babble" * 100, endless=True), clock, monkeypatch)
    with pytest.raises(Rejected, match="does not end"):
        wire.query("ver", terminator="\r", prompt=">")
    with pytest.raises(Rejected, match="does not stop"):
        wire.query("ver", terminator="\r", prompt=">")


def test_unplugged_port_is_no_answer_and_can_be_closed(clock, monkeypatch):
    port = _Port(clock, b"")

    def gone(data: bytes) -> int:
        raise serial.SerialException("device disconnected")

    port.write = gone
    wire = wire_to(port, clock, monkeypatch)
    with pytest.raises(NoAnswer, match="disconnected"):
        wire.query("ver", terminator="\r", prompt=">")
    with pytest.raises(NoAnswer, match="disconnected"):
        wire.write("", terminator="\r")
    wire.close()


def test_port_that_does_not_exist_is_no_answer(clock):
    with pytest.raises(NoAnswer, match="no-such-port"):
        SerialWire(
            "relays",
            "no-such-port",
            baudrate=9600,
            timeout=1.0,
            clock=clock,
            transcript=Transcript(clock),
        )


def test_pyserial_urls_are_understood(clock):
    wire = SerialWire(
        "relays", "loop://", baudrate=9600, timeout=1.0, clock=clock, transcript=Transcript(clock)
    )
    assert wire.query("echo", terminator="\r>", prompt=">") == "echo\r"
    wire.close()
