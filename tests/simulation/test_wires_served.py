"""Front panels on loopback TCP, spoken to by PyVISA-py and PyMeasure over real sockets."""

import socket
from importlib import import_module

import pytest
import pyvisa  # noqa: TID253 - a test, imported by nobody

from simulation.clock import VirtualClock
from simulation.laboratory import Laboratory
from simulation.netlist import Link, Part, SimulatedInstrument
from simulation.wires.served import served


class Tenths:
    """A wall on which a tenth of a second passes from look to look."""

    def __init__(self):
        self.time = 0.0

    def now(self):
        self.time += 0.1
        return self.time

    def sleep(self, duration):
        raise AssertionError(f"nobody waits here, not even {duration} s")


@pytest.fixture
def ports():
    def instrument(name, model, resource):
        return SimulatedInstrument(name=name, model=model, resource=resource, serial="1408023")

    laboratory = Laboratory(
        instruments=[
            instrument("supply", "keithley.2260B-80-13", "TCPIP0::192.0.2.1::2268::SOCKET"),
            instrument("relays", "numato.USBRELAY16", "/dev/ttyACM0"),
            instrument("load", "rigol.DL3021", "USB0::6833::3601::DL3A::INSTR"),
        ],
        links=[
            Link(instrument="supply", terminal="out", plus="V", minus="BAT-"),
            Link(instrument="load", terminal="in", plus="V", minus="BAT-"),
        ],
        parts=[Part(name="R", kind="resistor", plus="V", minus="BAT-", value=100.0)],
    )
    with served(laboratory.ports(), wall=Tenths()) as found:
        yield found
    laboratory.close()


def test_pymeasure_over_pyvisa_py(ports):
    from pymeasure.instruments.keithley import Keithley2260B

    resource = f"TCPIP0::127.0.0.1::{ports['supply']}::SOCKET"
    supply = Keithley2260B(resource, visa_library="@py")
    assert "2260B-80-13" in supply.id
    supply.applied = (12.5, 1.5)
    assert supply.applied == [12.5, 1.5]
    supply.adapter.close()


@pytest.mark.parametrize(
    ("maker", "model"), [("keithley", "Keithley2260B"), ("texio", "TexioPSW360L30")]
)
def test_pymeasure_drivers_see_the_circuit(ports, maker, model):
    kind = getattr(import_module(f"pymeasure.instruments.{maker}"), model)
    resource = f"TCPIP0::127.0.0.1::{ports['supply']}::SOCKET"
    supply = kind(resource, visa_library="@py")
    supply.voltage_setpoint = 20
    supply.current_limit = 0.1
    supply.output_enabled = True
    assert supply.output_enabled is True
    assert supply.voltage == pytest.approx(10.0, abs=1.1)  # 0.1 A into 100 ohm, within 11 mA
    assert supply.current == pytest.approx(0.1, abs=0.011)
    assert supply.power == pytest.approx(1.0, abs=0.2)
    supply.voltage_setpoint = 85
    assert [supply.next_error[0] for _ in range(2)] == [-222, 0]
    supply.shutdown()
    assert supply.output_enabled is False
    supply.adapter.close()


def test_two_clients_at_once_reach_one_panel(ports):
    manager = pyvisa.ResourceManager("@py")
    resource = f"TCPIP0::127.0.0.1::{ports['supply']}::SOCKET"
    ends = {"read_termination": "\n", "write_termination": "\n"}
    first, second = (manager.open_resource(resource, **ends) for _ in range(2))
    first.write("VOLT 7")
    assert first.query("*OPC?") == "1"
    assert float(second.query("VOLT?")) == 7.0
    first.close()
    second.close()


def test_a_load_answers_each_query_with_one_line(ports):
    # its second line belongs to a bus that marks ends; here it would answer the next query
    manager = pyvisa.ResourceManager("@py")
    resource = f"TCPIP0::127.0.0.1::{ports['load']}::SOCKET"
    load = manager.open_resource(resource, read_termination="\n", write_termination="\n")
    for query in (":MEAS:VOLT?", "MEASure:CURRent?"):
        assert abs(float(load.query(query))) < 0.5
        assert load.query("SYST:ERR?") == '0,"No error"'
    load.close()


def asked(wire, message):
    wire.sendall(message)
    return wire.makefile("rb").readline()


def test_rubbish_and_clients_that_leave_harm_nobody(ports):
    rubbish = bytes(range(256)) * 16
    for name, word in (("supply", b"2260B"), ("load", b"DL3021")):
        address = ("127.0.0.1", ports[name])
        with socket.create_connection(address, timeout=10) as other:
            for burst in (rubbish, b"A" * (1 << 20), b"*IDN?\n" * 20_000):
                with socket.create_connection(address, timeout=10) as wire:
                    wire.sendall(burst)  # leaves without an end, or without its answers
            assert word in asked(other, b"*IDN?\n")
            with socket.create_connection(address, timeout=10) as wire:
                asked(wire, b"\n*CLS;*IDN?\n")
                wire.sendall(b"A" * (1 << 20))
                assert asked(wire, b"\nSYST:ERR?\n").startswith(b"-363")
                assert word in asked(wire, b"*IDN?\n")


def test_a_client_that_does_not_read_holds_up_nobody(ports):
    address = ("127.0.0.1", ports["supply"])
    with socket.create_connection(address, timeout=10) as slow:
        slow.settimeout(0.05)
        with pytest.raises(TimeoutError):
            slow.sendall(b"*IDN?\n" * 10_000_000)
        with socket.create_connection(address, timeout=10) as other:
            assert b"2260B" in asked(other, b"*IDN?\n")


def test_messages_of_two_clients_do_not_mix(ports):
    address = ("127.0.0.1", ports["supply"])
    with (
        socket.create_connection(address, timeout=10) as first,
        socket.create_connection(address, timeout=10) as second,
    ):
        first.sendall(b"VOLT")
        assert asked(second, b"*CLS;*OPC?\n") == b"1\n"
        first.sendall(b" 9;*OPC")
        assert asked(second, b"SYST:ERR?\n").startswith(b"+0")
        assert asked(first, b"?;:SYST:ERR?\n") == b'1;+0,"No error"\n'
        assert float(asked(second, b"VOLT?\n")) == 9.0


def test_relay_board_takes_bytes(ports):
    with socket.create_connection(("127.0.0.1", ports["relays"]), timeout=10) as wire:
        wire.sendall(b"relay re")
        wire.sendall(b"ad 0\r")
        answer = b""
        while not answer.endswith(b">"):
            answer += wire.recv(100)
    assert answer == b"relay read 0\n\roff\n\r>"


def test_time_on_the_wall_passes_also_after_a_long_measurement():
    wall = VirtualClock()
    laboratory = Laboratory(
        instruments=[
            SimulatedInstrument(
                name="daq",
                model="keysight.DAQ970A",
                resource="TCPIP0::192.0.2.1::5025::SOCKET",
                serial="MY1",
            )
        ],
        links=[Link(instrument="daq", terminal="101", plus="V", minus="BAT-")],
        parts=[Part(name="R", kind="resistor", plus="V", minus="BAT-", value=100.0)],
    )

    def ask(message):
        wire.sendall(message.encode() + b"\n")
        return wire.makefile("rb").readline().decode().strip()

    with (
        served(laboratory.ports(), wall=wall) as ports,
        socket.create_connection(("127.0.0.1", ports["daq"]), timeout=10) as wire,
    ):
        ask("CONF:VOLT:DC (@101);:VOLT:DC:NPLC 200,(@101);:READ?")  # takes 4 s
        ask("VOLT:DC:NPLC 1,(@101);:TRIG:SOUR TIM;TIM 0.5;COUN 10;:INIT;:ROUT:SCAN?")
        wall.sleep(1.2)
        assert ask("DATA:POIN?") == "+3"
    laboratory.close()


def test_taken_port_is_an_error(ports):
    laboratory = Laboratory(
        instruments=[
            SimulatedInstrument(name="x", model="rigol.DL3021", resource="ASRL1::INSTR", serial="1")
        ],
        links=[],
        parts=[],
    )
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(OSError, match=r"."),
        served(laboratory.ports(), ports={"x": taken.getsockname()[1]}),
    ):
        pass
    laboratory.close()
