"""What programs for a real T7 do: the call sequences of LabJack's published Python examples."""

import struct

import numpy as np  # noqa: TID253 - a test, imported by nobody
import pytest
from t7_rig import SERIAL, Wired


@pytest.fixture
def wired(request):
    found = Wired(getattr(request, "param", {"DAC0": "A", "AIN0": "A", "AIN1": "B"}))
    yield found
    found.close()


def wires(**terminals):
    return pytest.mark.parametrize("wired", [terminals], indirect=True, ids=["-".join(terminals)])


# opening


def test_every_example_begins_with_the_handle_info(wired):
    kind, connection, serial, address, port, packet = wired.ljm.getHandleInfo(wired.handle)
    assert (kind, connection, serial) == (7, 3, SERIAL)
    assert wired.ljm.numberToIP(address).count(".") == 3
    assert (port, packet) == (502, 1040)  # Modbus TCP; "T7 TCP 1040, USB 64"


def test_usb_is_another_connection(wired):
    ljm = wired.ljm
    handle = ljm.openS("T7", "USB", str(SERIAL))
    assert handle != wired.handle
    assert ljm.getHandleInfo(handle)[1:6] == (1, SERIAL, 0, 0, 64)
    assert wired.refusal(lambda: ljm.openS("T7", "WIFI", "ANY")) == 1227  # a plain T7 has no radio
    assert wired.refusal(lambda: ljm.openS("T77", "ANY", "ANY")) == 1275
    assert wired.refusal(lambda: ljm.openS("T7", "SERIAL", "ANY")) == 1276


def test_resource_that_is_an_address_is_the_devices(wired):
    other = Wired({"AIN0": "A"}, resource="10.1.2.3")
    handle = wired.ljm.openS("T7", "TCP", "10.1.2.3")
    assert wired.ljm.numberToIP(wired.ljm.getHandleInfo(handle)[3]) == "10.1.2.3"
    assert wired.ljm.eReadName(handle, "ETHERNET_IP") == (10 << 24) + (1 << 16) + (2 << 8) + 3
    other.close()


def test_devices_are_listed_by_text_and_by_number(wired):
    count, kinds, connections, serials, _ = wired.ljm.listAll(0, 0)
    assert (count, kinds, connections, serials) == (1, [7], [3], [SERIAL])
    assert wired.ljm.listAllS("LJM_dtT7", "LJM_ctUSB")[2] == [1]
    assert wired.ljm.listAllS("T4", "ANY")[0] == 0


# translations


def test_addresses_of_networks_go_both_ways(wired):
    ljm = wired.ljm
    assert ljm.ipToNumber("192.168.1.207") == 0xC0A801CF
    assert ljm.numberToIP(0xC0A801CF) == "192.168.1.207"
    assert wired.refusal(lambda: ljm.ipToNumber("192.168.1")) == 1255
    assert ljm.macToNumber(ljm.numberToMAC(0x4A8988E5C578)) == 0x4A8988E5C578


def test_byte_arrays_are_big_endian(wired):
    ljm = wired.ljm
    assert bytes(ljm.float32ToByteArray([1.5, -2.0])) == struct.pack(">2f", 1.5, -2.0)
    assert ljm.byteArrayToFLOAT32(list(struct.pack(">2f", 1.5, -2.0))) == [1.5, -2.0]
    assert bytes(ljm.uint16ToByteArray([0x1234], 1)) == b"\0\0\x12\x34"
    assert ljm.byteArrayToINT32(list(struct.pack(">i", -70000))) == [-70000]


def test_mac_address_is_read_as_bytes(wired):
    raw = wired.ljm.eReadAddressByteArray(wired.handle, 60020, 8)
    (number,) = struct.unpack(">Q", bytes(int(byte) for byte in raw))
    assert len(wired.ljm.numberToMAC(number).split(":")) == 6


def test_types_of_addresses(wired):
    assert wired.ljm.addressesToTypes(3, [0, 2000, 60028]) == [3, 0, 1]


# registers


def test_name_is_a_text_that_outlasts_the_power(wired):
    ljm, handle = wired.ljm, wired.handle
    ljm.eWriteNameString(handle, "DEVICE_NAME_DEFAULT", "bench 7")
    wired.laboratory.power_cycle("daq")
    assert ljm.eReadNameString(handle, "DEVICE_NAME_DEFAULT") == "bench 7"
    assert ljm.eReadAddressString(handle, 60500) == "bench 7"
    raw = ljm.eReadNameByteArray(handle, "DEVICE_NAME_DEFAULT", 49)
    assert bytes(int(byte) for byte in raw).rstrip(b"\0") == b"bench 7"
    assert ljm.openS("ANY", "ANY", "bench 7") == handle
    assert wired.refusal(lambda: ljm.eReadName(handle, "DEVICE_NAME_DEFAULT")) == 1312
    refuse = lambda: ljm.eWriteNameString(handle, "DEVICE_NAME_DEFAULT", "a.b")  # noqa: E731
    assert wired.refusal(refuse) == 2420


def test_name_that_exists_but_is_not_simulated_says_so(wired):
    assert wired.refusal(lambda: wired.read("SPI_GO")) == 1267
    assert wired.refusal(lambda: wired.read("SPY_GO")) == 1294


def test_test_registers_hold_labjacks_values(wired):
    # "Default is 0x0011 ... 0x00112233 ... 0x8899AABB ... 0xC61C3C00 or -9999.0"
    names = ("TEST_UINT16", "TEST_UINT32", "TEST_INT32", "TEST_FLOAT32")
    assert wired.read(*names) == [17, 1122867, -2003195205, -9999.0]
    raw = wired.ljm.eReadAddressByteArray(wired.handle, 55120, 8)
    assert bytes(int(byte) for byte in raw) == bytes.fromhex("001122338899AABB")


def test_sensor_in_the_device_gives_volts_and_kelvin(wired):
    # "A reading from AIN14 returns volts ... formula volts*-92.6 + 467.6"
    volts, kelvin, air = wired.read("AIN14", "TEMPERATURE_DEVICE_K", "TEMPERATURE_AIR_K")
    assert volts * -92.6 + 467.6 == pytest.approx(kelvin, abs=0.3)
    assert air == pytest.approx(kelvin - 4.3 - 0.6)


def test_device_without_a_clock_counts_from_its_start(wired):
    # "Non-pro devices do not have a real time clock, so the reported time is ... since startup"
    wired.clock.sleep(3723.5)
    assert wired.read("RTC_TIME_S") == 3723
    calendar = wired.ljm.eReadNameArray(wired.handle, "RTC_TIME_CALENDAR", 6)
    assert calendar == [1970, 1, 1, 1, 2, 3]
    assert wired.refusal(lambda: wired.write(RTC_SET_TIME_S=1e9)) == 2692


def test_power_registers(wired):
    wired.write(POWER_AIN=0)
    assert wired.refusal(lambda: wired.read("AIN0")) == 2460
    wired.write(POWER_AIN=1, POWER_LED_DEFAULT=4)
    wired.laboratory.power_cycle("daq")
    assert wired.read("POWER_LED_DEFAULT", "POWER_LED", "POWER_WIFI") == [4, 1, 0]


def test_ports_are_read_together(wired):
    # "the 12 bits of EIO-CIO ... MIO states are included in the upper nibble"
    wired.write(DIO_STATE=0x540A81, DIO_DIRECTION=0x7FFFFF)
    found = wired.read("FIO_EIO_STATE", "EIO_CIO_STATE", "CIO_MIO_STATE")
    assert found == [0x0A81, 0x540A, 0x54]
    wired.write(FIO_EIO_STATE=0x0102)
    assert wired.read("DIO_STATE") == 0x540102


def test_all_inputs_become_pairs_at_once(wired):
    # "Writing 1 will set all AINs to differential"
    wired.write(AIN_ALL_NEGATIVE_CH=1, DAC0=2.0)
    assert wired.read("AIN_ALL_NEGATIVE_CH", "AIN2_NEGATIVE_CH", "AIN3_NEGATIVE_CH") == [1, 3, 199]
    assert wired.read("AIN0") == pytest.approx(wired.volts("A") - wired.volts("B"), abs=4e-3)


def test_boot_up_configuration_is_kept(wired):
    wired.write(DAC0=3.0, AIN0_RANGE=1.0, FIO2=1)
    assert wired.read("IO_CONFIG_CHECK_FOR_FACTORY", "IO_CONFIG_CHECK_FOR_BOOTUP") == [1, 0]
    wired.write(IO_CONFIG_SET_BOOTUP_TO_CURRENT=1)
    assert wired.read("IO_CONFIG_CHECK_FOR_FACTORY", "IO_CONFIG_CHECK_FOR_BOOTUP") == [0, 1]
    wired.write(DAC0=0.0)
    wired.laboratory.power_cycle("daq")
    assert wired.volts("A") == pytest.approx(3.0, abs=0.01)
    assert wired.read("AIN0_RANGE", "DIO_DIRECTION") == [1.0, 4]
    wired.write(IO_CONFIG_SET_CURRENT_TO_FACTORY=1)
    assert wired.volts("A") == pytest.approx(0.0, abs=1e-3)


# intervals


def test_intervals_keep_their_pace_and_count_what_they_miss(wired):
    # "the loop will always take the specified number of milliseconds - or else
    # LJM_WaitForNextInterval will report skipped intervals"
    ljm, clock = wired.ljm, wired.clock
    begin = clock.now()
    ljm.startInterval(1, 10_000)
    for turn in range(1, 6):
        wired.read("AIN0")
        assert ljm.waitForNextInterval(1) == 0
        assert clock.now() - begin == pytest.approx(turn * 10e-3)
    clock.sleep(0.0345)
    assert ljm.waitForNextInterval(1) == 3
    assert clock.now() - begin == pytest.approx(90e-3)
    ljm.cleanInterval(1)
    assert wired.refusal(lambda: ljm.waitForNextInterval(1)) == 1318
    assert wired.refusal(lambda: ljm.cleanInterval(1)) == 1318


def test_host_tick_counts_microseconds(wired):
    before = wired.ljm.getHostTick()
    wired.clock.sleep(5000.0)
    assert wired.ljm.getHostTick() - before == 5_000_000_000
    upper, lower = wired.ljm.getHostTick32Bit()
    assert (upper << 32) + lower == wired.ljm.getHostTick()


# analog features


def test_maximum_minimum_and_average_of_a_burst(wired):
    wired.write(AIN0_EF_INDEX=3, AIN0_EF_CONFIG_A=100, AIN0_EF_CONFIG_D=1000, DAC0=1.0)
    # DAC0 changes after 51 of the 100 samples, the first of which comes after 1 ms
    wired.clock.schedule(1e-3 + 51.5e-3, lambda: wired.laboratory.panels["daq"]._pins.set_dac(0, 3))
    average = wired.read("AIN0_EF_READ_A")
    highest, lowest = wired.read("AIN0_EF_READ_B", "AIN0_EF_READ_C")
    assert average == pytest.approx((51 * 1.0 + 49 * 3.0) / 100, abs=0.03)
    assert (lowest, highest) == (pytest.approx(1.0, abs=0.01), pytest.approx(3.0, abs=0.01))


def test_slope_and_offset(wired):
    wired.write(DAC0=2.0, AIN0_EF_INDEX=1, AIN0_EF_CONFIG_D=10.0, AIN0_EF_CONFIG_E=-5.0)
    assert wired.read("AIN0_EF_READ_A") == pytest.approx(10 * wired.volts("A") - 5, abs=0.03)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, 2583),
        ({"AIN0_EF_INDEX": 2}, 2580),
        ({"AIN0_EF_INDEX": 3, "AIN0_EF_CONFIG_A": 20_000}, 2581),
        ({"AIN0_EF_INDEX": 3, "AIN0_EF_CONFIG_A": 200, "AIN0_EF_CONFIG_D": 1000}, 2590),
        ({"AIN0_EF_INDEX": 30}, 1267),  # type C is not simulated
    ],
)
def test_features_of_inputs_that_cannot_be_read(wired, values, code):
    def attempt():
        if values:
            wired.write(**values)
        wired.read("AIN0_EF_READ_A")

    assert wired.refusal(attempt) == code


# features of digital lines


def square_wave(wired, line, *, frequency, high, clock=0):
    """Put a PWM on a line; ``high`` is the part of a period."""
    roll = 80e6 / 8 / frequency
    wired.write(
        **{
            f"DIO_EF_CLOCK{clock}_ENABLE": 0,
            f"DIO_EF_CLOCK{clock}_DIVISOR": 8,
            f"DIO_EF_CLOCK{clock}_ROLL_VALUE": roll,
            f"DIO{line}_EF_ENABLE": 0,
            f"DIO{line}_EF_INDEX": 0,
            f"DIO{line}_EF_OPTIONS": clock,
            f"DIO{line}_EF_CONFIG_A": roll * high,
        }
    )
    wired.write(**{f"DIO{line}_EF_ENABLE": 1, f"DIO_EF_CLOCK{clock}_ENABLE": 1})


@wires(FIO2="A", CIO2="A", AIN0="A")
def test_pwm_is_counted_and_seen(wired):
    square_wave(wired, 2, frequency=500, high=0.25)
    wired.write(DIO18_EF_INDEX=7, DIO18_EF_ENABLE=1)
    before = wired.read("DIO18_EF_READ_A")
    wired.clock.sleep(1.0)
    assert wired.read("DIO18_EF_READ_A") - before == pytest.approx(500, abs=1)
    _, samples = wired.ljm.streamBurst(wired.handle, 1, [0], 20_000, 4000)
    high = np.array(samples) > 1.65
    assert np.mean(high) == pytest.approx(0.25, abs=1 / 40)  # a sample of the 40 in a period
    assert np.count_nonzero(np.diff(high.astype(int)) == 1) == pytest.approx(100, abs=1)


@wires(FIO2="A", FIO0="A", FIO3="B", FIO1="B")
def test_two_clocks_measured_by_interrupts(wired):
    square_wave(wired, 2, frequency=200, high=0.5, clock=1)
    square_wave(wired, 3, frequency=1000, high=0.1, clock=2)
    wired.write(DIO0_EF_INDEX=11, DIO0_EF_CONFIG_A=3, DIO0_EF_ENABLE=1)
    wired.write(DIO1_EF_INDEX=11, DIO1_EF_CONFIG_A=3, DIO1_EF_ENABLE=1)
    wired.clock.sleep(0.1)
    assert wired.read("DIO0_EF_READ_A_F", "DIO0_EF_READ_B_F") == pytest.approx([5e-3, 200.0])
    assert wired.read("DIO1_EF_READ_A_F", "DIO1_EF_READ_B_F") == pytest.approx([1e-3, 1000.0])
    refused = wired.refusal(lambda: wired.write(DIO_EF_CLOCK0_ENABLE=1))
    assert refused == 2558  # "Both Clock_Source 1 and Clock_Source 2 must be disabled"


@wires(DAC1="A", FIO0="A")
def test_period_of_the_10_hz_wave_of_dac1(wired):
    # "output 10 Hz signal on DAC1 ... a square wave with peaks of 0 and 3.3V"
    wired.write(DIO0_EF_INDEX=3, DIO0_EF_CONFIG_A=0, DIO0_EF_ENABLE=1, DIO_EF_CLOCK0_ENABLE=1)
    wired.write(DAC1_FREQUENCY_OUT_ENABLE=1)
    assert wired.read("DIO0_EF_READ_A") == 0  # "if a full period has not yet been observed"
    wired.clock.sleep(1.0)
    names = ("DIO0_EF_READ_A", "DIO0_EF_READ_A_F", "DIO0_EF_READ_B_F")
    assert wired.read(*names) == pytest.approx([8e6, 0.1, 10.0])
    assert wired.read("DIO0_EF_READ_A_AND_RESET") == pytest.approx(8e6)
    assert wired.read("DIO0_EF_READ_A") == 0
    wired.write(DAC1=1.0)  # "writing to DAC1 ... will disable this feature"
    wired.clock.sleep(1.0)
    assert wired.volts("A") == pytest.approx(1.0, abs=0.02)


@wires(DAC1="A", FIO0="A")
def test_interrupt_counter_counts_rising_edges_and_resets(wired):
    wired.write(DIO0_EF_INDEX=8, DAC1_FREQUENCY_OUT_ENABLE=1, DIO0_EF_ENABLE=1)
    wired.clock.sleep(3.0)
    assert wired.read("DIO0_EF_READ_A_AND_RESET") == pytest.approx(30, abs=1)
    wired.clock.sleep(1.0)
    assert wired.read("DIO0_EF_READ_A") == pytest.approx(10, abs=1)


@wires(FIO2="A", FIO0="A")
def test_width_of_pulses(wired):
    square_wave(wired, 2, frequency=100, high=0.3)
    wired.write(DIO0_EF_INDEX=5, DIO0_EF_ENABLE=1)
    wired.clock.sleep(0.1)
    assert wired.read("DIO0_EF_READ_A_F", "DIO0_EF_READ_B_F") == pytest.approx([3e-3, 7e-3])


@wires(FIO3="A", FIO0="A")
def test_a_number_of_pulses(wired):
    wired.write(DIO0_EF_INDEX=8, DIO0_EF_ENABLE=1)
    wired.write(DIO_EF_CLOCK0_DIVISOR=8, DIO_EF_CLOCK0_ROLL_VALUE=10_000, DIO_EF_CLOCK0_ENABLE=1)
    wired.write(DIO3_EF_INDEX=2, DIO3_EF_CONFIG_A=5000, DIO3_EF_CONFIG_C=37, DIO3_EF_ENABLE=1)
    wired.clock.sleep(1.0)
    assert wired.read("DIO0_EF_READ_A") == 37


def test_features_are_bound_to_lines(wired):
    wired.write(DIO7_EF_INDEX=0)
    assert wired.refusal(lambda: wired.write(DIO7_EF_ENABLE=1)) == 2553
    wired.write(DIO0_EF_INDEX=99)
    assert wired.refusal(lambda: wired.write(DIO0_EF_ENABLE=1)) == 2551


def test_dac_takes_binary_values(wired):
    # "Binary values are 16-bit"
    wired.write(DAC0_BINARY=32768)
    assert wired.volts("A") == pytest.approx(2.5, abs=0.01)


@wires(FIO2="A", FIO0="A")
def test_clock_that_is_changed_while_it_runs(wired):
    square_wave(wired, 2, frequency=100, high=0.5)
    wired.write(DIO0_EF_INDEX=11, DIO0_EF_CONFIG_A=3, DIO0_EF_ENABLE=1)
    wired.write(DIO_EF_CLOCK0_ROLL_VALUE=50_000, DIO2_EF_CONFIG_A=10_000)
    wired.clock.sleep(0.1)
    assert wired.read("DIO0_EF_READ_A_F", "DIO0_EF_READ_B_F") == pytest.approx([5e-3, 200.0])


@wires(FIO2="A", FIO0="A")
def test_pwm_starts_by_itself_after_power_up_when_it_was_kept(wired):
    # "Systems affected: AIN, DIO, DAC, AIN_EF, DIO_EF"
    square_wave(wired, 2, frequency=100, high=0.5)
    wired.write(DIO0_EF_INDEX=8, DIO0_EF_ENABLE=1)
    wired.write(IO_CONFIG_SET_BOOTUP_TO_CURRENT=1)
    wired.laboratory.power_cycle("daq")
    wired.clock.sleep(1.0)
    assert wired.read("DIO0_EF_READ_A") == pytest.approx(100, abs=1)
    wired.write(IO_CONFIG_SET_CURRENT_TO_FACTORY=1)
    wired.clock.sleep(1.0)
    assert wired.read("DIO2_EF_ENABLE", "DIO_EF_CLOCK0_ENABLE", "DIO0_EF_READ_A") == [0, 0, 0]


@wires(FIO4="A", FIO2="A", FIO5="B", FIO3="B")
def test_quadrature_counts_up_and_down(wired):
    wired.write(FIO4=0, FIO5=0, DIO2_EF_INDEX=10, DIO3_EF_INDEX=10)
    wired.write(DIO2_EF_ENABLE=1, DIO3_EF_ENABLE=1)
    ahead = [(1, 0), (1, 1), (0, 1), (0, 0)]
    for a, b in ahead * 3:
        wired.write(FIO4=a, FIO5=b)
    assert wired.read("DIO2_EF_READ_A", "DIO2_EF_READ_A_F") == [12, 12]
    for a, b in [*ahead[-2::-1], (0, 0)] * 4:
        wired.write(FIO4=a, FIO5=b)
    assert wired.read("DIO2_EF_READ_A", "DIO2_EF_READ_A_F_AND_RESET") == [2**32 - 4, -4]
    assert wired.read("DIO2_EF_READ_A_F") == 0
