"""Temperatures from volts and ohms, against published tables."""

from math import inf

import pytest

from simulation.front_panels.daq970a.temperature import (
    in_degrees,
    of_platinum,
    of_thermistor,
    of_thermocouple,
    thermocouple_voltage,
)

# NIST Monograph 175, reference tables, junction at 0 degC: type, degC, mV to 1 uV
TABLES = [
    ("B", 1000.0, 4.834), ("E", 100.0, 6.319), ("E", -100.0, -5.237), ("J", 100.0, 5.269),
    ("J", 800.0, 45.494), ("K", 100.0, 4.096), ("K", -100.0, -3.554), ("K", 1000.0, 41.276),
    ("N", 100.0, 2.774), ("N", -100.0, -2.407), ("R", 1000.0, 10.506), ("S", 1000.0, 9.587),
    ("T", 100.0, 4.279), ("T", -100.0, -3.379),
]  # fmt: skip


@pytest.mark.parametrize(("couple", "temperature", "millivolts"), TABLES)
def test_thermocouples_follow_the_reference_tables(couple, temperature, millivolts):
    assert thermocouple_voltage(couple, temperature) * 1e3 == pytest.approx(millivolts, abs=6e-4)
    assert of_thermocouple(couple, millivolts * 1e-3, 0.0) == pytest.approx(temperature, abs=0.07)


def test_a_thermocouple_without_voltage_is_as_warm_as_its_other_ends():
    assert of_thermocouple("K", 0.0, 23.0) == pytest.approx(23.0, abs=1e-6)


@pytest.mark.parametrize(("couple", "volts"), [("K", 0.06), ("K", -0.01), ("B", 0.0)])
def test_a_voltage_that_no_temperature_has_is_beyond_all(couple, volts):
    assert of_thermocouple(couple, volts, 0.0) == inf


@pytest.mark.parametrize(
    ("ohms", "nominal", "temperature"),
    [(100.0, 100.0, 0.0), (138.5055, 100.0, 100.0), (60.2558, 100.0, -100.0), (1385.055, 1e3, 100)],
)
def test_platinum_follows_iec_60751(ohms, nominal, temperature):
    assert of_platinum("+85", ohms, nominal) == pytest.approx(temperature, abs=2e-3)


@pytest.mark.parametrize("nominal", ["2252", "5000", "10000"])
def test_thermistors_have_their_nominal_resistance_at_25_degrees(nominal):
    assert of_thermistor(nominal, float(nominal)) == pytest.approx(25.0, abs=0.05)


def test_open_and_shorted_sensors_have_no_temperature():
    assert of_platinum("+85", 1e6, 100.0) == inf
    assert of_platinum("+85", 0.0, 100.0) == inf
    assert of_thermistor("5000", 0.0) == inf
    assert of_thermistor("5000", inf) == inf


def test_scales():
    assert in_degrees(100.0, "F") == pytest.approx(212.0)
    assert in_degrees(0.0, "K") == pytest.approx(273.15)
