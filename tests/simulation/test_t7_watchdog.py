"""The watchdog of a T7 on the bench's clock, against LabJack's description of its registers."""

import pytest
from t7_rig import Wired


@pytest.fixture
def wired():
    found = Wired({"DAC0": "A", "AIN0": "A", "DAC1": "B", "FIO1": "C"})
    found.write(DAC0=4.0, DAC1=3.0, FIO1=1)
    yield found
    found.close()


def arm(wired, *, timeout=10, **settings):
    """Disable, write, enable: the sequence of LabJack's example."""
    names = {f"WATCHDOG_{name}_DEFAULT": value for name, value in settings.items()}
    wired.write(WATCHDOG_ENABLE_DEFAULT=0, WATCHDOG_TIMEOUT_S_DEFAULT=timeout, **names)
    wired.write(WATCHDOG_ENABLE_DEFAULT=1)


def test_only_what_is_enabled_is_done(wired):
    arm(wired, DAC0_ENABLE=1, DAC0=0.5, DAC1_ENABLE=0, DAC1=0.0, DIO_ENABLE=0)
    wired.clock.sleep(10.1)
    assert wired.volts("A") == pytest.approx(0.5, abs=0.01)
    assert wired.volts("B") == pytest.approx(3.0, abs=0.01)
    assert wired.volts("C") > 3.0


def test_lines_follow_state_direction_and_inhibit(wired):
    wired.write(FIO5=1)
    arm(wired, DIO_ENABLE=1, DIO_STATE=0, DIO_DIRECTION=0x02, DIO_INHIBIT=0x20)
    wired.clock.sleep(10.1)
    assert wired.volts("C") == pytest.approx(0.0, abs=0.01)
    assert wired.read("DIO_DIRECTION") == 0x22  # FIO5 is inhibited and stays an output


def test_packets_hold_it_off_and_stream_data_do_not(wired):
    # "When the device receives any communication ..., the watchdog timer is cleared"
    arm(wired, DAC0_ENABLE=1, DAC0=0.0)
    for _ in range(5):
        wired.clock.sleep(9.5)
        wired.read("SERIAL_NUMBER")
    assert wired.volts("A") > 3.9
    wired.ljm.eStreamStart(wired.handle, 1500, 1, [0], 100)
    wired.ljm.eStreamRead(wired.handle)
    assert wired.volts("A") == pytest.approx(0.0, abs=1e-3)


def test_settings_are_locked_while_it_is_enabled(wired):
    # "The watchdog must be disabled before writing any of the other watchdog registers"
    arm(wired)
    assert wired.refusal(lambda: wired.write(WATCHDOG_TIMEOUT_S_DEFAULT=20)) == 1202
    assert wired.read("WATCHDOG_TIMEOUT_S_DEFAULT") == 10
    wired.write(WATCHDOG_ENABLE_DEFAULT=0, WATCHDOG_TIMEOUT_S_DEFAULT=20)
    assert wired.read("WATCHDOG_TIMEOUT_S_DEFAULT") == 20


def test_strict_mode_wants_the_key(wired):
    # "writing the key to this register is the only way to clear the watchdog"
    arm(wired, STRICT_ENABLE=1, STRICT_KEY=71, DAC0_ENABLE=1, DAC0=0.0)
    for _ in range(4):
        wired.clock.sleep(6.0)
        wired.write(WATCHDOG_STRICT_CLEAR=71)
    assert wired.volts("A") > 3.9
    wired.clock.sleep(6.0)
    wired.write(WATCHDOG_STRICT_CLEAR=70)
    wired.read("SERIAL_NUMBER")
    wired.clock.sleep(6.0)
    assert wired.volts("A") == pytest.approx(0.0, abs=1e-3)


def test_reset_brings_the_boot_up_configuration_and_repeats(wired):
    arm(wired, timeout=60, RESET_ENABLE=1)
    wired.clock.sleep(61.0)
    assert wired.volts("A") == pytest.approx(0.0, abs=1e-3)
    assert wired.read("SYSTEM_TIMER_20HZ") == pytest.approx(20, abs=2)
    # "if nothing is talking to the device, it will reset every 60 seconds"
    wired.clock.sleep(130.0)
    assert wired.read("RTC_TIME_S") == pytest.approx(10, abs=1)


def test_it_outlasts_the_power_and_begins_with_the_start_up_delay(wired):
    # "This specifies the initial timeout period at device bootup"
    arm(wired, STARTUP_DELAY_S=100, DAC0_ENABLE=1, DAC0=2.0)
    wired.laboratory.power_cycle("daq")
    wired.clock.sleep(99.0)
    assert wired.volts("A") == pytest.approx(0.0, abs=1e-3)
    wired.clock.sleep(2.0)
    assert wired.volts("A") == pytest.approx(2.0, abs=0.01)
    wired.write(DAC0=4.0)
    wired.clock.sleep(10.5)
    assert wired.volts("A") == pytest.approx(2.0, abs=0.01)


def test_it_can_restore_the_factorys_configuration(wired):
    # "1 = IO_CONFIG_SET_CURRENT_TO_FACTORY"
    arm(wired, ADVANCED=1)
    wired.clock.sleep(10.1)
    assert wired.volts("A") == pytest.approx(0.0, abs=1e-3)
    assert wired.read("DIO_DIRECTION", "WATCHDOG_ENABLE_DEFAULT") == [0, 1]
