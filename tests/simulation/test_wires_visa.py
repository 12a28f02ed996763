"""The in-process VISA library, spoken to by PyVISA and by PyMeasure's own driver."""

import pytest
import pyvisa  # noqa: TID253 - a test, imported by nobody
from pyvisa import constants  # noqa: TID253
from pyvisa.rname import to_canonical_name  # noqa: TID253

from simulation.laboratory import Laboratory
from simulation.netlist import Link, Part, SimulatedInstrument

SOCKET = "TCPIP0::192.0.2.1::2268::SOCKET"
LAN = "TCPIP0::192.0.2.3::inst0::INSTR"
USB = "USB0::0x1AB1::0x0E11::DL3A000001::INSTR"
SERIAL = "ASRL7::INSTR"


@pytest.fixture
def laboratory():
    def instrument(name, model, resource):
        return SimulatedInstrument(name=name, model=model, resource=resource, serial="1408023")

    found = Laboratory(
        instruments=[
            instrument("supply", "keithley.2260B-80-13", SOCKET),
            instrument("second", "gwinstek.PSW80-13.5", SERIAL),
            instrument("meter", "keysight.DAQ970A", LAN),
            instrument("load", "rigol.DL3021", USB),
        ],
        links=[Link(instrument="supply", terminal="out", plus="V", minus="BAT-")],
        parts=[Part(name="R", kind="resistor", plus="V", minus="BAT-", value=100.0)],
    )
    yield found
    found.close()


def opened(laboratory, resource, **options):
    return laboratory.visa_manager().open_resource(resource, **options)


def lines(laboratory, resource):
    return opened(laboratory, resource, read_termination="\n", write_termination="\n")


@pytest.mark.parametrize(
    ("resource", "word"), [(SOCKET, "2260B"), (SERIAL, "PSW"), (LAN, "DAQ970A"), (USB, "DL3021")]
)
def test_every_kind_of_resource_answers(laboratory, resource, word):
    assert word in lines(laboratory, resource).query("*IDN?")


def test_resources_are_listed(laboratory):
    usb = to_canonical_name(USB)
    assert set(laboratory.visa_manager().list_resources("?*")) == {SOCKET, SERIAL, LAN, usb}
    assert set(laboratory.visa_manager().list_resources()) == {SERIAL, LAN, usb}


@pytest.mark.parametrize("resource", ["TCPIP0::192.0.2.99::INSTR", "GPIB0::1::INSTR"])
def test_unreachable_resource_is_not_found(laboratory, resource):
    with pytest.raises(pyvisa.VisaIOError) as caught:
        opened(laboratory, resource)
    assert caught.value.error_code == constants.VI_ERROR_RSRC_NFOUND


def test_short_forms_of_a_resource_are_the_same_resource(laboratory):
    short = opened(laboratory, "TCPIP::192.0.2.1::2268::SOCKET", read_termination="\n")
    assert "2260B" in short.query("*IDN?")


def test_socket_without_read_termination_times_out_as_on_a_real_one(laboratory):
    # as PyVISA-py 0.8.1 does on a real socket (pyvisa issues 98 and 518)
    bare = opened(laboratory, SOCKET, write_termination="\n")
    bare.timeout = 3000
    before = laboratory.clock.now()
    with pytest.raises(pyvisa.VisaIOError) as caught:
        bare.query("*IDN?")
    assert caught.value.error_code == constants.VI_ERROR_TMO
    assert laboratory.clock.now() - before == pytest.approx(3.0, abs=0.01)


def test_message_without_line_feed_waits_on_a_socket_but_not_on_usb(laboratory):
    socket = opened(laboratory, SOCKET, read_termination="\n", write_termination="")
    socket.timeout = 100
    with pytest.raises(pyvisa.VisaIOError):
        socket.query("*IDN?")
    socket.write_raw(b"\n")
    assert "2260B" in socket.read()
    usb = opened(laboratory, USB, read_termination="\n", write_termination="")
    assert "DL3021" in usb.query("*IDN?")  # USBTMC marks the end itself


def test_carriage_returns_are_white_space(laboratory):
    wire = opened(laboratory, SOCKET, read_termination="\n", write_termination="\r\n")
    assert "2260B" in wire.query("*IDN?")


def test_an_answer_is_read_in_chunks_and_bytes(laboratory):
    wire = lines(laboratory, LAN)
    wire.write("*IDN?")
    head = wire.read_bytes(8)
    assert head == b"Keysight"
    assert wire.read().startswith(" Technologies")
    wire.chunk_size = 7
    assert "DAQ970A" in wire.query("*IDN?")


def test_unread_response_is_lost_and_noted_on_a_message_based_bus(laboratory):
    wire = lines(laboratory, LAN)
    wire.write("*IDN?")
    wire.write("*CLS")
    assert wire.query("*OPC?") == "1"
    wire.write("*IDN?")
    assert "-410" not in wire.query("SYST:CTYP? 100")
    assert wire.query("SYST:ERR?").startswith("-410")


def test_reading_what_nobody_asked_for_is_a_query_error_on_a_message_based_bus(laboratory):
    # IEEE 488.2, 6.3.2.2; 34970A/72A command reference: bit 2 of the event register
    for resource, code in ((LAN, "-420"), (USB, "-420"), (SOCKET, "+0")):
        wire = lines(laboratory, resource)
        wire.timeout = 10
        with pytest.raises(pyvisa.VisaIOError):
            wire.read()
        assert wire.query("SYST:ERR?").startswith(code)


def test_device_clear_aborts_a_scan_and_leaves_status_and_settings(laboratory):
    # 34970A/72A command reference, "Using Device Clear"
    wire = lines(laboratory, LAN)
    wire.write("*CLS;:CONF:VOLT:DC 10,(@101);:TRIG:COUN INF;TIM 1;SOUR TIM;:INIT;*OPC;NONSENSE")
    assert int(wire.query("STAT:OPER:COND?")) & 0x10
    wire.write("VOLT:DC:RANG? (@101)")
    wire.clear()
    assert not int(wire.query("STAT:OPER:COND?")) & 0x10
    assert wire.query("TRIG:SOUR?;:SYST:ERR?") == 'TIM;-113,"Undefined header"'
    assert not int(wire.query("*ESR?")) & 1  # an overlapped command ends without a word


@pytest.mark.parametrize("resource", [SOCKET, USB])
def test_a_message_without_end_is_lost_as_a_whole(laboratory, resource):
    wire = opened(laboratory, resource, read_termination="\n", write_termination="")
    wire.write("OUTP 1;" * 50_000 + "\nVOLT 5\n")
    assert wire.query("SYST:ERR?\n").split(",")[0] == "-363"
    assert wire.query("SYST:ERR?\n").startswith(("+0", "0"))
    assert float(wire.query("VOLT?\n")) == 5.0


def test_stale_answer_stays_on_a_socket(laboratory):
    # as on a real socket: the late answer goes to the next query
    wire = lines(laboratory, SOCKET)
    wire.write("*IDN?")
    assert "2260B" in wire.query("OUTP?")
    wire.clear()
    assert wire.query("OUTP?") == "0"


def test_panel_slower_than_the_timeout_answers_late(laboratory):
    wire = lines(laboratory, LAN)
    wire.timeout = 1000
    wire.write("CONF:VOLT:DC (@101)")
    wire.write("VOLT:DC:NPLC 100,(@101)")
    with pytest.raises(pyvisa.VisaIOError) as caught:
        wire.query("READ?")
    assert caught.value.error_code == constants.VI_ERROR_TMO
    wire.timeout = 10_000
    assert abs(float(wire.query("READ?"))) < 1.0


def test_status_byte_trigger_and_attributes(laboratory):
    wire = lines(laboratory, LAN)
    wire.write("NONSENSE")
    assert wire.read_stb() & 0x04
    wire.write("*IDN?")
    assert wire.read_stb() & 0x10
    wire.read()
    wire.write("CONF:VOLT:DC (@101)")
    wire.write("TRIG:SOUR BUS")
    wire.write("INIT")
    wire.assert_trigger()
    assert abs(float(wire.query("FETC?"))) < 1.0
    kind = wire.get_visa_attribute(constants.ResourceAttribute.interface_type)
    assert kind == constants.InterfaceType.tcpip
    with pytest.raises(pyvisa.VisaIOError):
        wire.get_visa_attribute(constants.ResourceAttribute.usb_serial_number)


def test_an_exclusive_lock_keeps_others_out(laboratory):
    # VPP-4.3, 3.6; PyVISA's lock_context is how frameworks share an instrument
    first, second = lines(laboratory, SOCKET), lines(laboratory, SOCKET)
    assert first.lock_state == constants.AccessModes.no_lock
    with first.lock_context():
        assert second.lock_state == constants.AccessModes.exclusive_lock
        with first.lock_context():
            assert "2260B" in first.query("*IDN?")
        before = laboratory.clock.now()
        for call in (lambda: second.query("*IDN?"), second.clear, lambda: second.lock(timeout=500)):
            with pytest.raises(pyvisa.VisaIOError) as caught:
                call()
            assert caught.value.error_code == constants.VI_ERROR_RSRC_LOCKED
        assert laboratory.clock.now() - before == pytest.approx(0.5)
    assert "2260B" in second.query("*IDN?")
    with pytest.raises(pyvisa.VisaIOError) as caught:
        first.unlock()
    assert caught.value.error_code == constants.VI_ERROR_SESN_NLOCKED


def test_a_shared_lock_is_for_those_who_know_its_key(laboratory):
    first, second, third = (lines(laboratory, USB) for _ in range(3))
    key = first.lock()
    assert second.lock(requested_key=key) == key
    assert "DL3021" in second.query("*IDN?")
    with pytest.raises(pyvisa.VisaIOError):
        third.query("*IDN?")
    with pytest.raises(pyvisa.VisaIOError):
        third.lock(timeout=0, requested_key="another")
    first.unlock()
    second.close()  # gives its lock back
    assert "DL3021" in third.query("*IDN?")


def test_service_requests_are_waited_for(laboratory):
    # IEEE 488.2, 11.3: the end of a scan sets OPC, ESB and with *SRE 32 the request
    wire = lines(laboratory, LAN)
    wire.write("*CLS;*ESE 1;*SRE 32;:CONF:VOLT:DC 10,(@101);:TRIG:SOUR TIM;TIM 2;COUN 3;:INIT;*OPC")
    event, queue = constants.EventType.service_request, constants.EventMechanism.queue
    wire.enable_event(event, queue)
    assert wire.wait_on_event(event, 1000, capture_timeout=True).timed_out
    before = laboratory.clock.now()
    assert not wire.wait_on_event(event, 10_000).timed_out
    assert 2.5 < laboratory.clock.now() - before < 3.5
    assert wire.read_stb() & 0x60 == 0x60
    wire.disable_event(event, queue)
    assert int(wire.query("*ESR?")) & 1
    with pytest.raises(pyvisa.VisaIOError):
        wire.enable_event(event, constants.EventMechanism.handler)


def test_attributes_that_programs_ask_for(laboratory):
    port = lines(laboratory, SERIAL)
    assert (port.baud_rate, port.data_bits, port.parity) == (9600, 8, constants.Parity.none)
    assert (port.stop_bits, port.flow_control) == (constants.StopBits.one, 0)
    port.baud_rate, port.data_bits = 115200, 7
    assert (port.baud_rate, port.data_bits) == (115200, 7)
    port.write("*OPC?")
    assert port.bytes_in_buffer == 2
    usb = lines(laboratory, USB)
    assert (usb.manufacturer_id, usb.model_code) == (0x1AB1, 0x0E11)
    assert (usb.serial_number, usb.is_4882_compliant) == ("DL3A000001", True)
    assert usb.control_ren(constants.RENLineOperation.address_gtl) == 0
    socket = lines(laboratory, SOCKET)
    attribute = constants.ResourceAttribute
    assert socket.get_visa_attribute(attribute.tcpip_address) == "192.0.2.1"
    assert socket.get_visa_attribute(attribute.tcpip_port) == 2268


def test_a_read_without_a_timeout_does_not_wait_for_ever(laboratory):
    wire = lines(laboratory, SOCKET)
    wire.timeout = None
    assert wire.query("*OPC?") == "1"
    with pytest.raises(pyvisa.VisaIOError):
        wire.read()


def test_cut_cable_times_out_and_cannot_be_opened(laboratory):
    wire = lines(laboratory, SOCKET)
    laboratory.cut("supply")
    with pytest.raises(pyvisa.VisaIOError) as caught:
        wire.query("*IDN?")
    assert caught.value.error_code == constants.VI_ERROR_TMO
    with pytest.raises(pyvisa.VisaIOError):
        opened(laboratory, SOCKET)
    assert SOCKET not in laboratory.visa_manager().list_resources("?*")
    laboratory.mend("supply")
    assert "2260B" in wire.query("*IDN?")


def test_garbled_answer_comes_once(laboratory):
    wire = lines(laboratory, SOCKET)
    laboratory.garble("supply", "###\n")
    assert wire.query("OUTP?") == "###"
    assert wire.query("OUTP?") == "0"


def test_power_cycle_loses_open_connections(laboratory):
    wire = lines(laboratory, SOCKET)
    laboratory.power_cycle("supply")
    with pytest.raises(pyvisa.VisaIOError) as caught:
        wire.query("*IDN?")
    assert caught.value.error_code == constants.VI_ERROR_CONN_LOST
    assert "2260B" in lines(laboratory, SOCKET).query("*IDN?")


def test_error_queue_survives_sessions(laboratory):
    wire = lines(laboratory, SOCKET)
    wire.write("NONSENSE")
    wire.close()
    assert lines(laboratory, SOCKET).query("SYST:ERR?").startswith("-113")


def test_every_exchange_costs_virtual_time(laboratory):
    wire = lines(laboratory, SOCKET)
    before = laboratory.clock.now()
    for _ in range(10):
        wire.query("OUTP?")
    assert laboratory.clock.now() - before == pytest.approx(10e-3)


def test_closed_sessions_are_invalid(laboratory):
    wire = lines(laboratory, SOCKET)
    wire.close()
    with pytest.raises(pyvisa.errors.InvalidSession):
        wire.query("*IDN?")


def test_pymeasures_own_driver_works_unchanged(laboratory):
    from pymeasure.instruments.keithley import Keithley2260B

    supply = Keithley2260B(SOCKET, visa_library=laboratory.visa_manager().visalib)
    assert "2260B-80-13" in supply.id
    supply.applied = (12.5, 1.5)
    assert supply.voltage_setpoint == 12.5
    assert supply.current_limit == 1.5
    assert supply.applied == [12.5, 1.5]
    supply.output_enabled = True
    assert supply.output_enabled
    laboratory.clock.sleep(0.2)
    assert supply.voltage == pytest.approx(12.5, abs=0.03)
    assert supply.current == pytest.approx(0.125, abs=0.02)
    assert supply.power == pytest.approx(12.5 * 0.125, abs=0.3)
    supply.voltage_setpoint = 100
    assert supply.check_errors() != []
    supply.shutdown()
    laboratory.clock.sleep(0.2)
    assert laboratory.world.voltage("V", "BAT-") == pytest.approx(0.0, abs=1e-3)
