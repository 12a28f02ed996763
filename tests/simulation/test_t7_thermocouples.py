"""Thermocouples on the analog inputs of a T7, read as LabJack's example reads them.

Sources: LabJack, thermocouple_example_ain_ef.py (registers and what they mean); NIST SRD 60 for the
voltages against 0 degC.
"""

import pytest
from t7_rig import Wired

COLD = 25.0  # degC; TEMPERATURE_DEVICE_K is 298.15
INDEXES = {"E": 20, "J": 21, "K": 22, "R": 23, "T": 24, "S": 25, "N": 27}
# volts at 100 degC less volts at 25 degC, in mV (NIST SRD 60)
TABLE = {"E": 6.319 - 1.495, "J": 5.269 - 1.277, "K": 4.096 - 1.000, "R": 0.647 - 0.141,
         "T": 4.279 - 0.992, "S": 0.646 - 0.143, "N": 2.774 - 0.659}  # fmt: skip


@pytest.fixture
def wired():
    found = Wired({"DAC0": "A", "AIN0": "C"}, load=1.0)
    yield found
    found.close()


def fed(millivolts):
    """Return a device whose AIN0 sees about ``millivolts`` through a divider of its DAC0."""
    wired = Wired({"DAC0": "A", "AIN0": "A"}, load=50.0 / 999.0)  # 50 ohm in DAC0: 1 in 1000
    wired.write(DAC0=millivolts)
    return wired


def configure(wired, index, unit=1, address=60052, slope=1.0, offset=0.0):
    wired.ljm.eWriteNames(
        wired.handle, 7,
        ["AIN0_RANGE", "AIN0_NEGATIVE_CH", "AIN0_EF_INDEX", "AIN0_EF_CONFIG_A", "AIN0_EF_CONFIG_B",
         "AIN0_EF_CONFIG_D", "AIN0_EF_CONFIG_E"],
        [0.01, 199, index, unit, address, slope, offset],
    )  # fmt: skip


@pytest.mark.parametrize("couple", INDEXES)
def test_100_degrees_of_each_type(couple):
    wired = fed(TABLE[couple])
    configure(wired, INDEXES[couple])
    celsius, volts, junction = wired.read("AIN0_EF_READ_A", "AIN0_EF_READ_B", "AIN0_EF_READ_C")
    assert volts == pytest.approx(wired.volts("A"), abs=25e-6)
    assert junction == pytest.approx(COLD)
    # 20 uV of the converter and as much of the DAC are up to 8 degC of the flattest types
    assert celsius == pytest.approx(100.0, abs=8.0 if couple in "RS" else 2.0)
    wired.close()


def test_units_are_those_of_config_a(wired):
    configure(wired, 22)
    told = []
    for unit in range(3):
        wired.write(AIN0_EF_CONFIG_A=unit)
        told.append(wired.read("AIN0_EF_READ_A", "AIN0_EF_READ_C"))
    (kelvin, cold_k), (celsius, cold_c), (fahrenheit, cold_f) = told
    assert kelvin == pytest.approx(celsius + 273.15, abs=0.5)
    assert fahrenheit == pytest.approx(1.8 * celsius + 32.0, abs=1.0)
    assert (cold_k, cold_c, cold_f) == pytest.approx((298.15, 25.0, 77.0))


def test_the_cold_junction_is_any_register_with_slope_and_offset(wired):
    # an LM34 on the terminal block: 55.56 K/V and 255.37 K
    wired.write(USER_RAM0_F32=0.77)
    configure(wired, 22, address=46000, slope=55.56, offset=255.37)
    celsius, _, junction = wired.read("AIN0_EF_READ_A", "AIN0_EF_READ_B", "AIN0_EF_READ_C")
    assert junction == pytest.approx(0.77 * 55.56 + 255.37 - 273.15, abs=0.01)
    assert celsius == pytest.approx(junction, abs=2.0)  # 0 V: as warm as the junction


@pytest.mark.parametrize(
    ("setting", "code"),
    [({"CONFIG_B": 5100}, 1202), ({"CONFIG_B": 7000}, 1202), ({"CONFIG_A": 3}, 1203)],
    ids=["nowhere", "itself", "unit"],
)
def test_settings_that_make_no_sense(wired, setting, code):
    configure(wired, 22)
    wired.write(**{f"AIN0_EF_{name}": value for name, value in setting.items()})
    assert wired.refusal(lambda: wired.read("AIN0_EF_READ_A")) == code


def test_outside_of_the_table_there_is_no_temperature():
    wired = fed(5000.0)
    configure(wired, 22)
    wired.write(AIN0_RANGE=10.0, AIN0_EF_CONFIG_E=5000.0)
    assert wired.read("AIN0_EF_READ_A") == -9999.0
    wired.close()


def test_during_a_stream_there_is_no_reading(wired):
    configure(wired, 22)
    wired.ljm.eStreamStart(wired.handle, 10, 1, [0], 100)
    assert wired.refusal(lambda: wired.read("AIN0_EF_READ_A")) == 2605
    wired.ljm.eStreamStop(wired.handle)
