"""SCPI text: what instruments write and how it is understood."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments import scpi
from instruments.errors import OutOfRange, Rejected


@pytest.mark.parametrize(
    ("reply", "entry"),
    [
        ("0", None),
        ('+0,"No error"', None),
        ('0,"No error;0;0 0"', None),
        ('-222,"Data out of range"', (-222, "Data out of range")),
        ('-113, "Undefined header"', (-113, "Undefined header")),
        ("-350", (-350, "")),
        ('+550,"Command; with, comma"', (550, "Command; with, comma")),
    ],
)
def test_error_queue_answers(reply, entry):
    error = scpi.parse_error(reply)
    assert (error and (error.number, error.message)) == entry


@pytest.mark.parametrize("reply", ["", "No error", '"-222"', "12.5", "0x10"])
def test_other_answers_are_no_error_queue_entry(reply):
    with pytest.raises(Rejected):
        scpi.parse_error(reply)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-9.8e37, max_value=9.8e37))
def test_number_survives_the_wire(value):
    assert scpi.parse_number(scpi.format_number(value)) == pytest.approx(value, rel=1e-8, abs=0)


@given(st.text())
def test_any_text_is_a_number_or_a_named_error(text):
    try:
        value = scpi.parse_number(text)
    except (Rejected, OutOfRange):
        return
    assert math.isfinite(value)


@pytest.mark.parametrize("reply", ["9.9E37", "-9.9e+37", "+9.91E+37", "nan", "NAN", "inf", "-INF"])
def test_overload_and_nan_are_out_of_range(reply):
    with pytest.raises(OutOfRange):
        scpi.parse_number(reply)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_never_sent(value):
    with pytest.raises(OutOfRange):
        scpi.format_number(value)


def test_list_with_one_overload_is_out_of_range():
    assert scpi.parse_numbers("+1.0E+00,-2.0E+00") == [1.0, -2.0]
    with pytest.raises(OutOfRange):
        scpi.parse_numbers("+1.0E+00,+9.9E+37")
    with pytest.raises(Rejected):
        scpi.parse_numbers("+1.0E+00,")


def test_only_the_first_line_counts():
    assert scpi.first_line("0.000067\n0") == "0.000067"
    assert scpi.first_line("0.000067\r\n0") == "0.000067"
    assert scpi.first_line("12") == "12"


def test_identity_drops_the_word_model_and_spaces():
    identity = scpi.parse_identity("THURLBY THANDAR, CPX400DP, 599542, 2.03-4.12")
    assert (identity.model, identity.serial) == ("CPX400DP", "599542")
    keithley = "Keithley Instruments Inc.,Model 2260B-80-13,1408023,01.72.20150702"
    assert scpi.parse_identity(keithley).model == "2260B-80-13"


@pytest.mark.parametrize("reply", ["", "a,b,c", "a,b,c,d,e", "a,,c,d", "a,b,c, "])
def test_identity_needs_four_fields(reply):
    with pytest.raises(Rejected):
        scpi.parse_identity(reply)


@pytest.mark.parametrize(
    ("reply", "value"), [("1", True), ("0", False), ("ON", True), (" off", False)]
)
def test_yes_and_no(reply, value):
    assert scpi.parse_bool(reply) is value


@pytest.mark.parametrize("reply", ["", "2", "TRUE", "1.0", "-1"])
def test_neither_yes_nor_no(reply):
    with pytest.raises(Rejected):
        scpi.parse_bool(reply)
