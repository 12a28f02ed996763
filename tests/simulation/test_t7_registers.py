"""The register-level T7, against LabJack's register map and data sheet (quoted)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from panel_rig import Bench

from simulation.front_panels.t7.errors import DeviceError
from simulation.front_panels.t7.registers import BY_ADDRESS, BY_NAME, WORDS


class Device(Bench):
    def __init__(self, links=(), **more):
        super().__init__("labjack.T7", links, **more)

    def read(self, name):
        return self.panel.read(BY_NAME[name])

    def write(self, name, value):
        self.panel.write(BY_NAME[name], value)

    def refusal(self, name, value):
        with pytest.raises(DeviceError) as caught:
            self.write(name, value)
        return caught.value.code


@pytest.fixture
def device():
    divider = {"divider": 10.0, "input_resistance": 1e6}
    inputs = [("AIN0", "A"), ("AIN1", "B"), ("AIN2", "C", divider)]
    found = Device([*inputs, ("DAC0", "D"), ("FIO0", "F"), ("FIO1", "G")])
    found.battery("A", 5.0)
    found.battery("B", 2.0)
    found.battery("C", 50.0)
    found.resistor("D", "BAT-", 10e3)
    found.resistor("F", "BAT-", 100e3)
    found.resistor("G", "BAT-", 1e3)
    return found


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("AIN0", 0), ("AIN13", 26), ("DAC0", 1000), ("DAC1", 1002), ("FIO0", 2000), ("EIO0", 2008),
        ("CIO0", 2016), ("MIO0", 2020), ("DIO22", 2022), ("FIO_STATE", 2500), ("DIO_STATE", 2800),
        ("AIN1_RANGE", 40002), ("AIN1_NEGATIVE_CH", 41001), ("AIN2_RESOLUTION_INDEX", 41502),
        ("AIN3_SETTLING_US", 42006), ("AIN_ALL_RANGE", 43900), ("SERIAL_NUMBER", 60028),
        ("CORE_TIMER", 61520), ("WAIT_US_BLOCKING", 61590), ("STREAM_ENABLE", 4990),
        ("IO_CONFIG_CURRENT_CRC32", 49020), ("WATCHDOG_DIO_STATE_DEFAULT", 61632),
    ],
)  # fmt: skip
def test_addresses_are_labjacks(name, address):
    assert BY_NAME[name].address == address


def test_registers_do_not_overlap():
    taken = {}
    for register in BY_ADDRESS.values():
        for word in range(WORDS[register.kind]):
            assert taken.setdefault(register.address + word, register.name) == register.name


def test_identity_registers(device):
    assert device.read("SERIAL_NUMBER") == 470000001
    assert device.read("PRODUCT_ID") == 7
    assert device.read("TEST") == 0x00112233


@pytest.mark.parametrize("seed", range(10))
def test_inputs_are_within_2_mv_on_the_10_v_range(seed):
    # "absolute accuracy, ranges 10 / 1 / 0.1: +-2000 / +-200 / +-20 uV"
    device = Device([("AIN0", "A")], seed=seed)
    device.battery("A", 5.0)
    for _ in range(20):
        assert abs(device.read("AIN0") - device.volts("A")) <= 2e-3


@pytest.mark.parametrize(("span", "limit"), [(1.0, 200e-6), (0.1, 20e-6)])
def test_smaller_ranges_are_better(span, limit):
    device = Device([("AIN0", "A")])
    device.battery("A", 0.05)
    device.write("AIN0_RANGE", span)
    assert abs(device.read("AIN0") - device.volts("A")) <= limit


def test_divider_divides_and_loads(device):
    assert device.read("AIN2") == pytest.approx(5.0, abs=3e-3)


def test_overrange_saturates_at_the_typical_ends(device):
    # "input range, gain 1: -10.5 .. +10.1 V typical"
    device.battery("A", 18.0)
    assert device.read("AIN0") == pytest.approx(10.1)
    device.write("AIN0_RANGE", 1.0)
    assert device.read("AIN0") == pytest.approx(1.01)


def test_differential_needs_the_next_odd_channel(device):
    # "T7: positive even 0-12, negative = positive+1"
    device.write("AIN0_NEGATIVE_CH", 1)
    assert device.read("AIN0") == pytest.approx(3.0, abs=3e-3)
    assert device.refusal("AIN0_NEGATIVE_CH", 2) == 2373
    assert device.refusal("AIN1_NEGATIVE_CH", 2) == 2373


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("AIN0_RANGE", 5.0, 2370),
        ("AIN0_SETTLING_US", 60e3, 2371),
        ("AIN0_RESOLUTION_INDEX", 9, 2375),
    ],
)
def test_bad_configuration_has_labjacks_numbers(device, name, value, code):
    assert device.refusal(name, value) == code
    assert device.read("LAST_ERR_DETAIL") == code


def test_all_reads_as_nothing_when_channels_differ(device):
    # "read gives -9999 / 0xFFFF when channels differ"
    device.write("AIN_ALL_RANGE", 10.0)
    assert device.read("AIN_ALL_RANGE") == 10.0
    device.write("AIN3_RANGE", 1.0)
    assert device.read("AIN_ALL_RANGE") == -9999.0
    device.write("AIN4_NEGATIVE_CH", 5)
    assert device.read("AIN_ALL_NEGATIVE_CH") == 0xFFFF


def test_resolution_and_settling_cost_time(device):
    def duration():
        before = device.clock.now()
        device.read("AIN0")
        return device.clock.now() - before

    slow = duration()
    device.write("AIN0_RESOLUTION_INDEX", 1)
    fast = duration()
    device.write("AIN0_SETTLING_US", 5000)
    assert duration() - fast == pytest.approx(5e-3)
    assert slow == pytest.approx(1 / 600.0)  # index 0 is 8: 600 samples per second
    assert fast == pytest.approx(1 / 100e3)


def test_dac_has_50_ohm(device):
    device.write("DAC0", 4.0)
    open_circuit = 4.0 * 10e3 / 10050.0
    assert device.volts("D") == pytest.approx(open_circuit, abs=7e-3)
    device.write("DAC0", 9.0)
    assert device.volts("D") == pytest.approx(5.0, abs=0.04)


def test_reading_a_line_turns_it_into_an_input(device):
    # "Reading FIO#/EIO#/DIO# turns that line into an input: reading back ... drops the stimulus"
    device.write("FIO0", 1)
    assert device.volts("F") == pytest.approx(3.3, rel=0.02)
    assert int(device.read("FIO_STATE")) & 1
    assert device.volts("F") == pytest.approx(3.3, rel=0.02)  # DIO_STATE and FIO_STATE do not
    device.read("FIO0")
    assert device.volts("F") == pytest.approx(1.65, rel=0.02)  # pull-up 100 kohm against 100 kohm
    assert not int(device.read("FIO_DIRECTION")) & 1


def test_state_of_an_output_is_the_level_at_the_pin(device):
    # "read of an output returns the pin's level, not what was written"
    device.write("FIO1", 1)
    device.resistor("G", "BAT-", 10.0)
    assert not int(device.read("DIO_STATE")) & 2


def test_inhibits(device):
    # "upper 8 bits are inhibits"; DIO_INHIBIT: "inhibit 1 = ignore"
    device.write("FIO_DIRECTION", 0x0003)
    device.write("FIO_STATE", 0xFE01)
    assert device.panel.digital.latch == 1
    device.write("FIO_STATE", 0x0102)
    assert device.panel.digital.latch == 3
    device.write("DIO_INHIBIT", 0x000002)
    device.write("DIO_STATE", 0)
    assert device.panel.digital.latch == 2


def test_wait_blocks_inside_a_packet(device):
    before = device.clock.now()
    device.write("WAIT_US_BLOCKING", 5000)
    assert device.clock.now() - before == pytest.approx(5e-3)
    device.refusal("WAIT_US_BLOCKING", 100_001)


def test_core_timer_runs_at_40_mhz_and_wraps(device):
    # "40 MHz ... wraps every 107 s"
    first = device.read("CORE_TIMER")
    device.clock.sleep(0.5)
    assert device.read("CORE_TIMER") - first == pytest.approx(20e6, abs=2)
    device.clock.sleep(200.0)
    assert device.read("CORE_TIMER") < 2**32


def test_the_20_hz_timer_does_not_wrap_with_the_core_timer(device):
    # "Counts at 20 Hz", 32 bit
    first = device.read("SYSTEM_TIMER_20HZ")
    device.clock.sleep(1000.0)
    assert device.read("SYSTEM_TIMER_20HZ") - first == pytest.approx(20_000, abs=1)


def test_checksum_follows_the_configuration(device):
    before = device.read("IO_CONFIG_CURRENT_CRC32")
    device.write("AIN0_RANGE", 0.1)
    changed = device.read("IO_CONFIG_CURRENT_CRC32")
    assert changed != before
    device.write("IO_CONFIG_SET_CURRENT_TO_FACTORY", 1)
    assert device.read("IO_CONFIG_CURRENT_CRC32") == before


def test_power_cycle_resets_everything(device):
    device.write("AIN0_RANGE", 1.0)
    device.write("DAC0", 4.0)
    device.write("FIO0", 1)
    device.panel.power_cycle()
    assert device.read("AIN0_RANGE") == 10.0
    assert device.read("DAC0") == 0.0
    assert device.volts("D") == pytest.approx(0.0, abs=1e-3)
    assert device.read("DIO_DIRECTION") == 0


def test_watchdog_makes_outputs_safe_when_the_host_is_silent(device):
    device.write("DAC0", 4.0)
    device.write("FIO0", 1)
    stored = {
        "TIMEOUT_S": 10,
        "DAC0_ENABLE": 1,
        "DAC0": 0,
        "DIO_ENABLE": 1,
        "DIO_STATE": 0,
        "DIO_DIRECTION": 1,
        "DIO_INHIBIT": 0x7FFFFE,
    }
    for name, value in stored.items():
        device.write(f"WATCHDOG_{name}_DEFAULT", value)
    device.write("WATCHDOG_ENABLE_DEFAULT", 1)
    for _ in range(10):
        device.clock.sleep(5.0)
        device.panel.exchange()  # "any host traffic clears it"
    assert device.volts("D") > 3.9
    device.clock.sleep(10.1)
    assert device.volts("D") == pytest.approx(0.0, abs=1e-3)
    assert device.volts("F") == pytest.approx(0.0, abs=0.1)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(BY_NAME)),
            st.one_of(st.none(), st.floats(width=32), st.integers(-2, 2**32).map(float)),
        ),
        max_size=12,
    )
)
def test_no_access_crashes_the_device(accesses):
    device = Device([("AIN0", "A"), ("FIO0", "F"), ("DAC1", "D")])
    for name, value in accesses:
        try:
            if value is None:
                device.read(name)
            else:
                device.write(name, value)
        except DeviceError:
            pass
    assert device.read("SERIAL_NUMBER") == 470000001
