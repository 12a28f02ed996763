"""The genuine ``labjack.ljm`` wrapper on the simulated library, marshalling included."""

import ctypes
import inspect
import re

import numpy as np  # noqa: TID253 - a test, imported by nobody
import pytest

from simulation.laboratory import Laboratory
from simulation.netlist import Link, Part, SimulatedInstrument
from simulation.wires.ljm.plug import wrapper


def build(serial="470000001", volts_net="A"):
    return Laboratory(
        instruments=[
            SimulatedInstrument(
                name="daq", model="labjack.T7", resource=f"id-{serial}", serial=serial
            )
        ],
        links=[
            Link(instrument="daq", terminal="DAC0", plus=volts_net, minus="BAT-"),
            Link(instrument="daq", terminal="AIN0", plus=volts_net, minus="BAT-"),
        ],
        parts=[Part(name="R", kind="resistor", plus=volts_net, minus="BAT-", value=1e6)],
    )


@pytest.fixture
def ljm():
    from contextlib import redirect_stdout
    from io import StringIO

    with redirect_stdout(StringIO()):
        from labjack import ljm as module
    return module


@pytest.fixture
def laboratory():
    found = build()
    yield found
    found.close()


@pytest.fixture
def handle(ljm, laboratory):
    return ljm.openS("T7", "ANY", "470000001")


def code_of(ljm, call):
    with pytest.raises(ljm.LJMError) as caught:
        call()
    return caught.value.errorCode


def test_wrapper_still_has_the_one_place_that_is_replaced():
    # guards the pin of labjack-ljm
    source = inspect.getsource(wrapper())
    assert "_staticLib = " in source
    assert len(re.findall(r"_staticLib\.LJM_\w+", source)) > 60


def test_every_function_the_driver_uses_exists(laboratory):
    import instruments.transports.ljm as transport
    from simulation.wires.ljm.functions import FUNCTIONS

    used = set(re.findall(r"_ljm\.(\w+)\(", inspect.getsource(transport)))
    source = inspect.getsource(wrapper())
    for name in used - {"LJMError"}:
        body = source.split(f"def {name}(")[1].split("\ndef ")[0]
        for function in re.findall(r"_staticLib\.(LJM_\w+)", body):
            assert function in FUNCTIONS


def test_functions_that_are_not_simulated_say_so(ljm, handle):
    assert code_of(ljm, lambda: ljm.lookupConstantValue("Error Codes", "NOERROR")) == 1267
    assert code_of(ljm, lambda: ljm.eReadName(handle, "SPI_GO")) == 1267


def test_closing_the_laboratory_restores_what_was_there():
    original = wrapper()._staticLib
    first, second = build("470000001"), build("470000002")
    assert wrapper()._staticLib is not original
    first.close()
    assert wrapper()._staticLib is not original
    second.close()
    assert wrapper()._staticLib is original


@pytest.mark.parametrize("identifier", ["ANY", "470000001", "id-470000001", "daq", ""])
def test_device_opens_by_serial_name_or_address(ljm, laboratory, identifier):
    handle = ljm.openS("T7", "ETHERNET", identifier)
    assert ljm.getHandleInfo(handle)[2] == 470000001
    assert ljm.open(7, 0, identifier) == handle  # "openS may return an existing handle"


def test_device_that_is_not_there_is_not_found(ljm, laboratory):
    assert code_of(ljm, lambda: ljm.openS("T7", "ANY", "470099999")) == 1227
    assert code_of(ljm, lambda: ljm.openS("T8", "ANY", "ANY")) == 1227


def test_closed_handle_is_not_open(ljm, handle):
    ljm.close(handle)
    assert code_of(ljm, lambda: ljm.eReadName(handle, "AIN0")) == 1224
    assert code_of(ljm, lambda: ljm.close(handle)) == 1224


def test_two_devices_side_by_side(ljm, laboratory):
    other = build("470000002")
    first, second = ljm.openS("T7", "ANY", "470000001"), ljm.openS("T7", "ANY", "470000002")
    ljm.eWriteName(first, "DAC0", 1.0)
    ljm.eWriteName(second, "DAC0", 2.0)
    assert ljm.eReadName(first, "AIN0") == pytest.approx(1.0, abs=0.01)
    assert ljm.eReadName(second, "AIN0") == pytest.approx(2.0, abs=0.01)
    assert ljm.listAllS("LJM_dtT7", "LJM_ctANY")[3] == [470000001, 470000002]
    other.close()
    assert code_of(ljm, lambda: ljm.eReadName(second, "AIN0")) == 1224


def test_names_and_addresses(ljm, handle):
    assert ljm.nameToAddress("AIN1") == (2, 3)
    assert ljm.nameToAddress("fio3") == (2003, 0)
    assert ljm.namesToAddresses(2, ["AIN0", "DAC1"]) == ([0, 1002], [3, 3])
    assert ljm.addressToType(60028) == 1
    assert code_of(ljm, lambda: ljm.nameToAddress("AIN999")) == 1294
    assert code_of(ljm, lambda: ljm.eReadName(handle, "BANANA")) == 1294


def test_reading_and_writing_in_all_its_forms(ljm, handle):
    ljm.eWriteNames(handle, 2, ["DAC0", "AIN0_RANGE"], [3.0, 10.0])
    by_name, serial = ljm.eReadNames(handle, 2, ["AIN0", "SERIAL_NUMBER"])
    assert (by_name, serial) == (pytest.approx(3.0, abs=0.01), 470000001)
    assert ljm.eReadAddress(handle, 0, 3) == pytest.approx(3.0, abs=0.01)
    ljm.eWriteAddress(handle, 1000, 3, 1.0)
    assert ljm.eReadAddresses(handle, 1, [1000], [3]) == [1.0]
    ljm.eWriteAddresses(handle, 1, [1000], [3], [2.0])
    names, writes = ["DAC0", "WAIT_US_BLOCKING", "AIN0"], [1, 1, 0]
    values = ljm.eNames(handle, 3, names, writes, [1, 1, 1], [4.0, 1000, 0.0])
    assert values[2] == pytest.approx(4.0, abs=0.01)
    assert ljm.eReadNameArray(handle, "AIN0_RANGE", 3) == [10.0, 10.0, 10.0]
    assert ljm.eReadNameString(handle, "DEVICE_NAME_DEFAULT") == "daq"


def test_refusals_carry_number_address_and_text(ljm, handle):
    with pytest.raises(ljm.LJMError) as caught:
        ljm.eWriteNames(handle, 2, ["DAC0", "AIN0_RANGE"], [1.0, 7.0])
    assert caught.value.errorCode == 2370
    assert caught.value.errorAddress == 40000
    assert caught.value.errorString == "AIN_RANGE_INVALID"
    assert ljm.eReadName(handle, "LAST_ERR_DETAIL") == 2370


def test_library_configuration(ljm, laboratory):
    assert ljm.readLibraryConfigS("LJM_LIBRARY_VERSION") >= 1.2
    ljm.writeLibraryConfigS("LJM_SEND_RECEIVE_TIMEOUT_MS", 500)
    assert ljm.readLibraryConfigS("ljm_send_receive_timeout_ms") == 500
    assert ljm.readLibraryConfigStringS("LJM_CONSTANTS_FILE").endswith("ljm_constants.json")
    ljm.writeLibraryConfigStringS("LJM_CONSTANTS_FILE", "mine.json")
    assert ljm.readLibraryConfigStringS("LJM_CONSTANTS_FILE") == "mine.json"
    assert code_of(ljm, lambda: ljm.readLibraryConfigStringS("LJM_NOTHING")) == 1299


def test_wrong_argument_types_do_not_get_through(ljm, handle):
    with pytest.raises(ctypes.ArgumentError):
        wrapper()._staticLib.LJM_eReadName(handle, 5, ctypes.byref(ctypes.c_double()))


def test_cut_device_costs_the_timeout_and_comes_back(ljm, laboratory, handle):
    ljm.writeLibraryConfigS("LJM_SEND_RECEIVE_TIMEOUT_MS", 700)
    laboratory.cut("daq")
    before = laboratory.clock.now()
    assert code_of(ljm, lambda: ljm.eReadName(handle, "AIN0")) == 1263
    assert laboratory.clock.now() - before == pytest.approx(0.7)
    laboratory.mend("daq")
    assert ljm.eReadName(handle, "SERIAL_NUMBER") == 470000001


def test_power_cycle_heals_by_itself_with_the_configuration_lost(ljm, laboratory, handle):
    # LJM reconnects by itself; ranges, DACs and lines are at power-up defaults
    heard = []
    ljm.registerDeviceReconnectCallback(handle, heard.append)
    ljm.eWriteName(handle, "AIN0_RANGE", 1.0)
    laboratory.power_cycle("daq")
    assert ljm.eReadName(handle, "AIN0_RANGE") == 10.0
    assert heard == [handle]
    ljm.registerDeviceReconnectCallback(handle, None)


def test_stream_returns_scans_on_its_own_time(ljm, laboratory, handle):
    ljm.eWriteName(handle, "DAC0", 2.0)
    rate = ljm.eStreamStart(handle, 100, 2, [0, 61520], 1000)
    assert rate == pytest.approx(1000.0)
    before = laboratory.clock.now()
    data, _, _ = ljm.eStreamRead(handle)
    assert laboratory.clock.now() - before == pytest.approx(0.1, abs=2e-3)
    assert len(data) == 200
    assert data[0::2] == pytest.approx([2.0] * 100, abs=0.01)
    ticks = np.diff(np.array(data[1::2]))
    assert np.all(ticks % 65536 == 40_000 % 65536)  # 40 MHz, low 16 bits
    assert code_of(ljm, lambda: ljm.eReadName(handle, "AIN0")) == 2605
    assert code_of(ljm, lambda: ljm.eStreamStart(handle, 10, 1, [0], 100)) == 2605
    ljm.eStreamStop(handle)
    assert ljm.eReadName(handle, "AIN0") == pytest.approx(2.0, abs=0.01)


def test_stopping_when_nothing_runs_is_2620(ljm, handle):
    # a real T7 answers device error 2620, not 1303
    assert code_of(ljm, lambda: ljm.eStreamStop(handle)) == 2620


@pytest.mark.parametrize(
    ("addresses", "rate", "code"), [([0, 2], 60e3, 2608), ([3], 100, 2607), ([1000], 100, 2607)]
)
def test_bad_streams_do_not_start(ljm, handle, addresses, rate, code):
    start = lambda: ljm.eStreamStart(handle, 10, len(addresses), addresses, rate)  # noqa: E731
    assert code_of(ljm, start) == code
    assert ljm.eReadName(handle, "AIN0") == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(("asked", "actual"), [(1000, 1000.0), (3000, 1e7 / 3333), (7, 7.0)])
def test_actual_rate_is_a_multiple_of_100_ns(ljm, handle, asked, actual):
    rate = ljm.eStreamStart(handle, 10, 1, [0], asked)
    assert rate == pytest.approx(actual, rel=1e-4)
    assert (1e7 / rate) == pytest.approx(round(1e7 / rate), abs=1e-6)
    ljm.eStreamStop(handle)


def test_overflow_while_the_host_is_away_is_marked_minus_9999(ljm, laboratory, handle):
    # LJM user's guide: -9999 marks scans skipped by auto-recovery
    ljm.eWriteName(handle, "STREAM_BUFFER_SIZE_BYTES", 4096)
    ljm.eStreamStart(handle, 5000, 1, [0], 1000)
    laboratory.clock.sleep(0.5)
    laboratory.cut("daq")
    laboratory.clock.sleep(3.0)
    laboratory.mend("daq")
    data = np.array(ljm.eStreamRead(handle)[0])
    lost = np.flatnonzero(data == -9999.0)
    buffered = 4096 // 2
    assert lost[0] == pytest.approx(500 + buffered, abs=3)
    assert lost[-1] == pytest.approx(3500, abs=3)
    assert len(lost) == pytest.approx(3000 - buffered, abs=4)
    ljm.eStreamStop(handle)


def test_reading_a_stream_from_a_cut_device_stops_it(ljm, laboratory, handle):
    ljm.eStreamStart(handle, 100, 1, [0], 1000)
    laboratory.cut("daq")
    assert code_of(ljm, lambda: ljm.eStreamRead(handle)) == 1263
    laboratory.mend("daq")
    assert code_of(ljm, lambda: ljm.eStreamRead(handle)) == 1303


@pytest.mark.parametrize(
    ("couple", "millivolts", "celsius"),
    [
        ("ttK", 4.096, 100.0),
        ("ttJ", 10.779, 200.0),
        ("ttT", -3.379, -100.0),
        ("ttS", 9.587, 1000.0),
    ],
)
@pytest.mark.usefixtures("laboratory")
def test_thermocouples_are_those_of_the_tables(ljm, couple, millivolts, celsius):
    # NIST SRD 60, reference junctions at 0 degC, told to 1 uV
    kind = getattr(ljm.constants, couple)
    found = ljm.tcVoltsToTemp(kind, millivolts * 1e-3, 273.15)
    assert found - 273.15 == pytest.approx(celsius, abs=0.1)
    # a couple that is as warm as its junction gives nothing
    assert ljm.tcVoltsToTemp(kind, 0.0, 298.15) == pytest.approx(298.15, abs=1e-6)


@pytest.mark.usefixtures("laboratory")
def test_thermocouples_outside_of_the_tables(ljm):
    # ljm_constants.json: 1310 for the junction, 1311 for the voltage
    assert code_of(ljm, lambda: ljm.tcVoltsToTemp(ljm.constants.ttK, 0.0, 3000.0)) == 1310
    assert code_of(ljm, lambda: ljm.tcVoltsToTemp(ljm.constants.ttK, 2.5, 298.15)) == 1311
    assert code_of(ljm, lambda: ljm.tcVoltsToTemp(7000, 0.0, 298.15)) == 1255


def test_burst(ljm, handle):
    ljm.eWriteName(handle, "DAC0", 1.0)
    rate, data = ljm.streamBurst(handle, 1, [0], 1000, 50)
    assert rate == pytest.approx(1000.0)
    assert data == pytest.approx([1.0] * 50, abs=0.01)


def test_stream_sees_a_change_where_it_happened(ljm, laboratory, handle):
    ljm.eStreamStart(handle, 200, 1, [0], 1000)
    device = laboratory.panels["daq"]
    laboratory.clock.schedule(0.1, lambda: device._pins.set_dac(0, 4.0))
    data = np.array(ljm.eStreamRead(handle)[0])
    assert np.argmax(data > 2.0) == pytest.approx(100, abs=1)
    ljm.eStreamStop(handle)
