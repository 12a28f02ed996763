"""Program data that a panel has to read or refuse, against IEEE 488.2 and SCPI-99.

Numbers: IEEE 488.2, 7.7.2 to 7.7.4. Error numbers: SCPI-99, volume 2, 21.8.9 and 21.8.10, and the
error list of the GW Instek PSW programming manual, page 106.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from panel_rig import SCPI_MODELS, Bench

from simulation.front_panels.scpi.errors import DialectError
from simulation.front_panels.scpi.parameters import mask, number, whole


@pytest.fixture
def supply():
    return Bench("gwinstek.PSW80-13.5", [("out", "V")])


@pytest.fixture
def meter():
    return Bench("keysight.DAQ970A", [("101", "V")])


def refusal(call, *arguments):
    with pytest.raises(DialectError) as caught:
        call(*arguments)
    return caught.value.code


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12.0), ("+12.", 12.0), ("-.5", -0.5), ("1.5E1", 15.0), ("1.5 e +1", 15.0),
        ("1.5E1 V", 15.0), ("1E-3KV", 1.0), ("00012", 12.0), ("0" * 300 + "7", 7.0),
    ],
)  # fmt: skip
def test_forms_of_a_number(text, value):
    # mantissa and exponent may have white space between them, leading zeros do not count
    assert number(text, "V") == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1 2", -103),  # "the parser was expecting a separator"
        ("5 (@101)", -103),
        ("1_0", -121), ("1..2", -121), ("--5", -121), ("+", -121), ("5V;", -121), ("0x10", -131),
        ("1E32001", -123), ("1E-40000", -123), ("1E" + "9" * 5000, -123),
        ("1E400", -222),
        ("1" * 256, -124), ("0." + "3" * 256, -124),
        ("1 VOLTSANDMOREVOLTS", -134), ("1 A", -131), ("1 V/S", -131), ("1 M2", -131),
        ("fast", -104), ('"5"', -104), ("(@101)", -104), ("#15hello", -104),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_number_has_its_own_error(text, code):
    assert refusal(number, text, "V") == code


@pytest.mark.parametrize(
    ("text", "value"),
    [("#H1F", 31), ("#hff", 255), ("#Q17", 15), ("#b101", 5), ("31", 31), ("3.1E1", 31)],
)
def test_an_enable_mask_may_come_in_another_base(text, value):
    # SCPI-99, volume 2, chapter 20: the ENABle commands take non-decimal numbers as well
    assert mask(text, 0xFFFF) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("#H", -121), ("#B102", -121), ("#Q8", -121), ("#HG", -121), ("#H1_0", -121),
        ("#B01010102", -121), ("#H10000", -222), ("-1", -222), ("#D10", -104), ("ALL", -104),
    ],
)  # fmt: skip
def test_a_wrong_mask_is_an_error(text, code):
    assert refusal(mask, text, 0xFFFF) == code


@pytest.mark.parametrize("model", SCPI_MODELS)
def test_enable_registers_of_all_models_take_masks(model):
    bench = Bench(model)
    for group in ("OPER", "QUES"):
        assert bench.tell(f"STAT:{group}:ENAB #H12") == 0
        assert bench.number(f"STAT:{group}:ENAB?") == 0x12
        assert bench.tell(f"STAT:{group}:ENAB #B12") == -121
        assert bench.tell(f"STAT:{group}:ENAB 65536") == -222
        assert bench.number(f"STAT:{group}:ENAB?") == 0x12
    assert bench.tell("*ESE #H20") != 0  # IEEE 488.2, 10.10.2: decimal numbers only


def test_whole_numbers_are_rounded():
    assert whole("2.6", 1, 3) == 3
    assert refusal(whole, "3.6", 1, 3) == -222


@pytest.mark.parametrize("message", ["APPL 5,", "APPL ,1", "VOLT ,", "APPL ,"])
def test_a_parameter_with_nothing_in_it_is_missing(supply, message):
    supply.tell("APPL 7,2")
    assert supply.tell(message) in (-109, -108)
    assert (supply.number("VOLT?"), supply.number("CURR?")) == (7.0, 2.0)


@pytest.mark.parametrize("text", ["1", "+1", "1.0", "1E0", " 1"])
def test_a_choice_by_number_takes_any_form_of_it(supply, text):
    # PSW programming manual: OUTPut:MODE {CVHS|CCHS|CVLS|CCLS|<NR1>}; IEEE 488.2, 7.7.2.4
    assert supply.tell(f"OUTP:MODE {text}") == 0
    assert supply.ask("OUTP:MODE?") == "1"


@pytest.mark.parametrize("text", ["4", "-1", "0.5", "1V", "CCHSS"])
def test_a_choice_that_there_is_not_is_refused(supply, text):
    assert supply.tell(f"OUTP:MODE {text}") in (-224, -138)
    assert supply.ask("OUTP:MODE?") == "0"


@pytest.mark.parametrize("space", ["\t", "  ", "\x0b", "\r", " \t "])
def test_white_space_is_any_of_it(supply, space):
    # IEEE 488.2, 7.4.1.2
    assert supply.tell(f"{space}VOLT{space}5{space};{space}CURR{space}2{space}") == 0
    assert (supply.number("VOLT?"), supply.number("CURR?")) == (5.0, 2.0)


@pytest.mark.parametrize("letter", ["\xa0", "\x85", "µ", "ß", "²", "\xff"])
def test_no_other_letters_than_ascii(supply, letter):
    # white space and digits of other alphabets are none here
    for message in (
        f"VOLT{letter}5",
        f"VOLT 5{letter}",
        f"{letter}VOLT 5",
        f'DISP:TEXT "{letter}"',
    ):
        assert supply.tell(message) == -101
    assert supply.number("VOLT?") == 0.0
    assert supply.ask("DISP:TEXT?") == '""'


def test_a_bad_unit_ends_the_message_where_it_stands(supply):
    supply.panel.receive("VOLT 5;CURR\xb5 1;:VOLT 9")
    assert supply.error() == -101
    assert supply.number("VOLT?") == 5.0


@pytest.mark.parametrize(
    ("header", "codes"),
    [
        ("SYSTEM:LFREQUENCY?", {0}), ("SYST:LFR? 1", {-108}), ("CAL:STR? (@101)", {-108}),
        ("SYST:LOC", {0}), ("SYST:LOC 1", {-108}), ("syst:beep:imm", {0}), ("ROUT:DONE?", {0}),
    ],
)  # fmt: skip
def test_words_with_one_answer_still_count_their_parameters(meter, header, codes):
    meter.panel.receive(header)
    assert meter.error() in codes


NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers(-(10**30), 10**30).map(str),
    st.text("0123456789.eE+- \tVAMKOHMS/#HQB()@,;'\"", max_size=30),
    st.builds("{}E{}".format, st.integers(-9, 9), st.integers(-(10**9), 10**9)),
)
HEADERS = {
    "gwinstek.PSW80-13.5": ("VOLT", "CURR:PROT", "OUTP:DEL:ON", "OUTP:MODE", "*SRE", "APPL"),
    "rigol.DL3021": ("CURR", "CURR:RANG", "LIST:LEV 1,", "CURR:TRAN:FREQ", "*ESE", "SYST:KEY"),
    "keysight.DAQ970A": (
        "TRIG:TIM",
        "TRIG:COUN",
        "ROUT:CHAN:DEL",
        "VOLT:RANG",
        "*SAV",
        "DATA:LAST?",
    ),
}


@pytest.mark.parametrize("model", HEADERS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_number_is_taken_or_refused_with_a_number_of_the_standard(model, data):
    bench = Bench(model, [("101", "V")] if "DAQ" in model else [])
    header = data.draw(st.sampled_from(HEADERS[model]))
    before = dict(bench.panel.settings)
    bench.panel.receive(f"{header} {data.draw(NUMBERS)}".replace(";", ""))
    error = bench.error()
    assert error == 0 or error > 0 or -240 < error <= -100
    if error and "APPL" not in header:
        assert bench.panel.settings == before
    assert bench.panel.receive("*IDN?").count(",") == 3
