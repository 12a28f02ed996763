"""Status bytes, service requests and ends of messages over VISA, against IEEE 488.2."""

import pytest
import pyvisa  # noqa: TID253 - a test, imported by nobody
from pyvisa import constants  # noqa: TID253

from simulation.laboratory import Laboratory
from simulation.netlist import SimulatedInstrument

LAN = "TCPIP0::192.0.2.3::inst0::INSTR"
MAV, ESB, MSS = 0x10, 0x20, 0x40


@pytest.fixture
def laboratory():
    found = Laboratory(
        instruments=[
            SimulatedInstrument(
                name="meter", model="keysight.DAQ970A", resource=LAN, serial="1408023"
            )
        ],
        links=[],
        parts=[],
    )
    yield found
    found.close()


@pytest.fixture
def wire(laboratory):
    return laboratory.visa_manager().open_resource(
        LAN, read_termination="\n", write_termination="\n"
    )


def test_an_answer_that_waits_asks_for_service_when_enabled(laboratory, wire):
    # IEEE 488.2, 11.2.1.2 (MAV is bit 4) and 11.3.3 (it takes part in the master summary)
    wire.write("*CLS;*SRE 16")
    assert wire.read_stb() == 0
    wire.write("*IDN?")
    assert wire.read_stb() == MAV | MSS
    event, queue = constants.EventType.service_request, constants.EventMechanism.queue
    wire.enable_event(event, queue)
    before = laboratory.clock.now()
    assert not wire.wait_on_event(event, 5000).timed_out
    assert laboratory.clock.now() == before
    wire.read()
    assert wire.read_stb() == 0
    wire.write("*SRE 0;*IDN?")
    assert wire.read_stb() == MAV


def test_bit_6_of_the_service_enable_register_is_always_0(wire):
    # IEEE 488.2, 11.3.2.3
    wire.write("*SRE 255")
    assert int(wire.query("*SRE?")) == 255 - MSS


def test_cls_forgets_that_an_end_was_awaited(laboratory, wire):
    # IEEE 488.2, 10.3.2: *CLS puts the device into the operation complete command idle state
    for forgotten in ("*CLS", "*RST"):
        wire.write("*CLS;:CONF:VOLT (@101);:TRIG:SOUR TIM;TIM 1;COUN 3;:INIT;*OPC")
        wire.write(forgotten)
        laboratory.clock.sleep(5.0)
        assert int(wire.query("*ESR?")) & 1 == 0
    wire.write("CONF:VOLT (@101);:TRIG:SOUR TIM;TIM 1;COUN 3;:INIT;*OPC")
    laboratory.clock.sleep(5.0)
    assert int(wire.query("*ESR?")) & 1 == 1


@pytest.mark.parametrize(("flag", "kept"), [("*PSC 0", True), ("*PSC 1", False)])
def test_power_on_status_clear_decides_what_outlasts_the_power(laboratory, wire, flag, kept):
    # IEEE 488.2, 10.25: with the flag false the enable registers keep their values
    wire.write(f"{flag};*ESE 36;*SRE 32;*RST")
    assert wire.query("*PSC?") == flag[-1]  # 10.32: *RST leaves the flag and the registers alone
    assert (int(wire.query("*ESE?")), int(wire.query("*SRE?"))) == (36, 32)
    laboratory.power_cycle("meter")
    again = laboratory.visa_manager().open_resource(
        LAN, read_termination="\n", write_termination="\n"
    )
    assert again.query("*PSC?") == flag[-1]
    assert int(again.query("*ESE?")) == (36 if kept else 0)
    assert int(again.query("*SRE?")) == (32 if kept else 0)
    assert int(again.query("*ESR?")) & 0x80  # power on


def test_a_message_may_come_in_pieces_until_its_end_is_marked(wire):
    # VPP-4.3, VI_ATTR_SEND_END_EN: without END the device waits for the rest
    wire.send_end = False
    wire.write_raw(b"TRIG:TI")
    wire.write_raw(b"M 2.5")
    wire.send_end = True
    wire.write_raw(b";TIM?")
    assert float(wire.read()) == 2.5
    assert wire.query("SYST:ERR?").startswith("+0")


def test_a_read_before_the_message_has_ended_is_unterminated(wire):
    # IEEE 488.2, 6.3.2.2
    wire.send_end = False
    wire.write_raw(b"*IDN?")
    with pytest.raises(pyvisa.VisaIOError) as caught:
        wire.read()
    assert caught.value.error_code == constants.VI_ERROR_TMO
    wire.clear()
    wire.send_end = True
    assert wire.query("SYST:ERR?").startswith("-420")


def test_errors_of_all_classes_set_their_event_bit(wire):
    # IEEE 488.2, 11.5.1: query 4, device 8, execution 16, command error 32
    wire.write("*CLS;*ESE 60;*SRE 32")
    for message, bit in (("BANANA", 32), ("TRIG:TIM -1", 16), ("ROUT:MON (@101,102)", 8)):
        wire.write(message)
        assert wire.read_stb() & (ESB | MSS) == ESB | MSS
        assert int(wire.query("*ESR?")) == bit
    wire.write("*IDN?")
    wire.write("*IDN?")
    wire.read()
    assert int(wire.query("*ESR?")) == 4
