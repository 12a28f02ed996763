"""Simulated serial ports, spoken to by pyserial itself."""

import pytest
import serial  # noqa: TID253 - a test, imported by nobody

from simulation.laboratory import Laboratory
from simulation.netlist import SimulatedInstrument


@pytest.fixture
def laboratory():
    found = Laboratory(
        instruments=[
            SimulatedInstrument(
                name="relays", model="numato.USBRELAY16", resource="/dev/ttyACM0", serial="00000001"
            ),
            SimulatedInstrument(
                name="supply", model="gwinstek.PSW80-13.5", resource="ASRL3::INSTR", serial="1"
            ),
        ],
        links=[],
        parts=[],
    )
    yield found
    found.close()


@pytest.fixture
def port(laboratory):
    with serial.serial_for_url(laboratory.serial_url("relays"), timeout=0.5) as found:
        yield found


def test_board_answers(port):
    port.write(b"relay read 0\r")
    assert port.in_waiting == len(b"relay read 0\n\roff\n\r>")
    assert port.read_until(b">") == b"relay read 0\n\roff\n\r>"


def test_single_bytes_can_be_read(port):
    port.write(b"ver\r")
    assert port.read(1) == b"v"
    assert port.read() == b"e"
    assert port.read(port.in_waiting).endswith(b">")


def test_a_read_that_times_out_costs_virtual_time_and_returns_what_there_is(laboratory, port):
    port.write(b"x")
    before = laboratory.clock.now()
    assert port.read(10) == b"x"
    assert laboratory.clock.now() - before == pytest.approx(0.5)


def test_non_blocking_read_returns_at_once(laboratory, port):
    port.timeout = 0
    before = laboratory.clock.now()
    assert port.read(10) == b""
    assert laboratory.clock.now() == before


def test_blocking_for_ever_is_an_error_not_a_hang(port):
    port.timeout = None
    with pytest.raises(serial.SerialException):
        port.read(1)


def test_buffers_and_lines(port):
    port.write(b"ver\r")
    port.reset_input_buffer()
    assert port.in_waiting == 0
    port.reset_output_buffer()
    port.flush()
    assert (port.out_waiting, port.cts, port.dsr, port.ri, port.cd) == (0, True, True, False, True)
    port.rts = port.dtr = False
    port.baudrate = 115200


def test_until_takes_one_answer_in_one_read(port):
    port.write(b"relay readall\r")
    before = port.reads
    assert port.read_until(b">").endswith(b">")
    assert port.reads - before == 1
    assert port.read_until(b">") == b""


def test_scpi_panel_on_a_serial_port(laboratory):
    with serial.serial_for_url(laboratory.serial_url("supply"), timeout=1.0) as port:
        port.write(b"*IDN?\n:OUTP?\n")
        assert port.readline().startswith(b"GW-INSTEK")
        assert port.readline() == b"0\n"


@pytest.mark.parametrize("url", ["sim://nowhere/relays", "sim://", "sim:///relays"])
def test_unknown_port_cannot_be_opened(laboratory, url):
    with pytest.raises(serial.SerialException):
        serial.serial_for_url(url)


def test_port_of_a_closed_laboratory_is_gone(laboratory):
    url = laboratory.serial_url("relays")
    laboratory.close()
    with pytest.raises(serial.SerialException):
        serial.serial_for_url(url)


def test_closed_port_refuses(port):
    port.close()
    for call in (lambda: port.read(1), lambda: port.write(b"x"), lambda: port.in_waiting):
        with pytest.raises(serial.SerialException):
            call()


def test_port_is_opened_once(port):
    with pytest.raises(serial.SerialException):
        port.open()


def test_power_cycle_disconnects_a_usb_port(laboratory, port):
    laboratory.power_cycle("relays")
    with pytest.raises(serial.SerialException):
        port.write(b"ver\r")
