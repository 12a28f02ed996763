import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.quantity import (
    Quantity,
    QuantityError,
    format_quantity,
    parse_as,
    parse_quantity,
    show_quantity,
)

UNITS = ("V", "A", "W", "ohm", "F", "s", "Hz", "degC", "kg", "Ah", "1")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("12.8 V", 12.8, "V"),
        ("12.8V", 12.8, "V"),
        (" 8 V ", 8.0, "V"),
        ("500 mA", 0.5, "A"),
        ("10 uA", 1e-05, "A"),
        ("10 µA", 1e-05, "A"),  # MICRO SIGN
        ("10 \N{GREEK SMALL LETTER MU}A", 1e-05, "A"),
        ("50 ms", 0.05, "s"),
        ("1 kohm", 1000.0, "ohm"),
        ("100 k\N{GREEK CAPITAL LETTER OMEGA}", 1e5, "ohm"),
        ("1 M\N{OHM SIGN}", 1e6, "ohm"),
        ("5 degC", 5.0, "degC"),
        ("100 Ah", 100.0, "Ah"),
        ("-20 °C", -20.0, "degC"),
        ("\N{MINUS SIGN}20 °C", -20.0, "degC"),
        ("0.05 %", 0.0005, "1"),
        ("40 ppm", 4e-05, "1"),
        ("2 nF", 2e-09, "F"),
        (".5 V", 0.5, "V"),
        ("5. V", 5.0, "V"),
        ("1e-3 V", 0.001, "V"),
        ("2.5E3 mV", 2.5, "V"),
        ("+3 V", 3.0, "V"),
    ],
)
def test_what_people_write_is_the_nearest_float(text, value, unit):
    assert parse_quantity(text) == Quantity(value=value, unit=unit)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("12.8", "'12.8' has no unit; write it as in '12.8 V' or '0.05 %'"),
        ("1,5 mA", "'1,5 mA' has a decimal comma; write '1.5 mA'"),
        ("abc", "'abc' is not a quantity; write a number and a unit, such as '12.8 V'"),
        ("", "'' is not a quantity; write a number and a unit, such as '12.8 V'"),
        ("V", "'V' is not a quantity; write a number and a unit, such as '12.8 V'"),
        ("nan V", "'nan V' is not a quantity; write a number and a unit, such as '12.8 V'"),
        (
            "5 X",
            "'5 X' has the unknown unit 'X'; known are V, A, W, ohm, F, s, Hz, degC, kg, Ah, %, "
            "ppm, with the usual prefixes",
        ),
        ("1e999 V", "'1e999 V' is too large"),
    ],
)
def test_what_is_no_quantity_is_told_in_one_sentence(text, sentence):
    with pytest.raises(QuantityError) as caught:
        parse_quantity(text)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    "text", ["5 MV", "5 mAh", "5 V V", "5 v", "5 Ks", "5 hours", "5 1", "12 8 V"]
)
def test_near_misses_are_not_guessed(text):
    with pytest.raises(QuantityError):
        parse_quantity(text)


def test_another_kind_of_quantity_is_refused_with_an_example():
    with pytest.raises(QuantityError) as caught:
        parse_as("500 mA", "V")
    assert str(caught.value) == "'500 mA' is a current, but a voltage is needed, such as '5 V'"
    with pytest.raises(QuantityError, match=r"but a ratio is needed, such as '0.05 %'"):
        parse_as("5 V", "1")


@pytest.mark.parametrize(
    ("value", "unit", "canonical", "shown"),
    [
        (12.8, "V", "12.8V", "12.8 V"),
        (0.5, "A", "500mA", "500 mA"),
        (1e-05, "A", "10uA", "10 µA"),
        (0.1 + 0.2, "V", "300mV", "300 mV"),
        (1000.0, "s", "1000s", "1000 s"),
        (0.0, "V", "0V", "0 V"),
        (-0.0, "A", "0A", "0 A"),
        (5.0, "degC", "5degC", "5 °C"),
        (0.0005, "1", "0.05%", "0.05 %"),
        (100e3, "ohm", "100kohm", "100 kohm"),
        (0.9999999999999, "V", "1V", "1 V"),
        (999.9999999999999, "Hz", "1kHz", "1 kHz"),
        (0.1, "kg", "0.1kg", "0.1 kg"),
        (2.0, "", "2", "2"),
        (math.nan, "V", "nanV", "nan V"),
        (math.inf, "A", "infA", "inf A"),
    ],
)
def test_canonical_and_shown_text(value, unit, canonical, shown):
    assert format_quantity(value, unit) == canonical
    assert show_quantity(value, unit) == shown


@given(st.integers(-(10**11), 10**11), st.integers(-14, 3), st.sampled_from(UNITS))
def test_every_decimal_of_eleven_digits_survives_the_round_trip(digits, exponent, unit):
    value = float(f"{digits}e{exponent}")
    text = format_quantity(value, unit)
    assert text.isascii()
    assert " " not in text
    assert parse_as(text, unit) == pytest.approx(value, rel=1e-15, abs=0.0)
    assert parse_as(show_quantity(value, unit), unit) == pytest.approx(value, rel=1e-15, abs=0.0)


@given(
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e250, max_value=1e250),
    st.sampled_from(UNITS),
)
def test_any_float_survives_to_twelve_digits(value, unit):
    parsed = parse_as(format_quantity(value, unit), unit)
    assert parsed == pytest.approx(value, rel=1e-11, abs=1e-300)
    assert format_quantity(parsed, unit) == format_quantity(value, unit)


@given(st.text(max_size=30))
def test_any_text_is_a_quantity_or_a_quantity_error(text):
    try:
        parsed = parse_quantity(text)
    except QuantityError:
        return
    assert math.isfinite(parsed.value)
    assert parsed.unit in UNITS
