"""The SCPI dialect engine, against IEEE 488.2 and SCPI-99."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from panel_rig import SCPI_MODELS, Bench

from simulation.front_panels.scpi.errors import DialectError
from simulation.front_panels.scpi.headers import Headers
from simulation.front_panels.scpi.parameters import boolean, channels, number, string


@pytest.fixture
def supply():
    return Bench("gwinstek.PSW80-13.5", [("out", "V")])


@pytest.mark.parametrize(
    "header",
    [
        "VOLT", "volt", "VOLTAGE", ":VOLT", "SOUR:VOLT", ":SOURCE:VOLTAGE:LEVEL",
        "sour:volt:lev:imm:ampl", "VOLT:IMM", ":Source:Volt:Ampl",
    ],
)  # fmt: skip
def test_every_spelling_of_a_header_is_the_same_setting(supply, header):
    # SCPI-99 6.2.1: short and long form, any case; optional nodes; optional leading colon
    assert supply.tell(f"{header} 12.5") == 0
    assert supply.number(f"{header}?") == 12.5


@pytest.mark.parametrize(
    "header", ["VOLTA", "VOL", "SOU:VOLT", "VOLT:PROTE", "::VOLT", "VOLT:", ""]
)
def test_neither_short_nor_long_form_is_an_undefined_header(supply, header):
    if not header:
        assert supply.tell(header) == 0
    else:
        assert supply.tell(f"{header} 1") == -113


@pytest.mark.parametrize(
    ("spelling", "known"),
    [(":MEAS:DISCT?", True), (":MEASure:DISChargingTime?", True), (":MEAS:DISC?", False)],
)
def test_a_capital_inside_a_word_belongs_to_its_short_form(spelling, known):
    # "you must enter all the uppercase letters that exist in the command syntax"
    headers = Headers([(":MEASure:DISChargingTime?", lambda _: "0")])
    assert (headers.find(spelling) is not None) == known


def test_compound_message_follows_the_header_path(supply):
    # SCPI-99 6.2.4: a unit without a colon starts where the last node of the previous one hangs
    assert supply.tell("SOUR:VOLT 7;CURR 2") == 0
    assert supply.number("VOLT?") == 7.0
    assert supply.number("CURR?") == 2.0
    assert supply.tell(":OUTP:PROT:CLE;VOLT 30") == -113
    assert supply.tell(":SOUR:VOLT:PROT:LEV 20;*CLS;LEV 30") == 0
    assert supply.number("VOLT:PROT?") == 30.0


def test_compound_query_answers_in_one_line(supply):
    # a real 2260B: compound queries answer `a;b;c` in one line
    answer = supply.ask(":MEAS:VOLT?;:MEAS:CURR?;:OUTP?;:STAT:QUES:COND?;:SOUR:VOLT?;:SOUR:CURR?")
    assert len(answer.split(";")) == 6


def test_a_command_error_ends_the_message_an_execution_error_does_not(supply):
    supply.panel.receive("VOLT 999;CURR 1")
    assert (supply.error(), supply.number("CURR?")) == (-222, 1.0)
    supply.panel.receive("BANANA 1;:CURR 2")
    assert (supply.error(), supply.number("CURR?")) == (-113, 1.0)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("VOLT", -109), ("VOLT 1,2", -108), ("VOLT fast", -104), ("VOLT 1A", -131),
        ("VOLT 1e999", -222), ("VOLT nan", -104), ("VOLT inf", -104), ("VOLT 1_0", -121),
        ("OUTP MAYBE", -104), ("OUTP:MODE TURBO", -224), ("V\xb5LT 1", -101), ("*ESE 256", -222),
        # the examples of the PSW programming manual, page 106
        ("APPL5,1", -111), ("MEAS:VOLT:DC?:MEASCURR:DC?", -103), ("SYST:KLOC 1,0", -108),
        ("SYST:KLOC", -109),
        # IEEE 488.2, 7.6.1.4 and SCPI-99, volume 2, 21.8.9
        ("VOLTAGEANDCURRENT 1", -112), ("VOLT=1", -111), ("*ESE 4V", -138), ("*IDN??", -103),
        (":*IDN?", -113),
    ],
)  # fmt: skip
def test_errors_have_their_scpi_numbers(supply, message, code):
    assert supply.tell(message) == code


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.8", 12.8),
        ("12.8V", 12.8),
        ("12.8 V", 12.8),
        ("500MV", 0.5),
        (".5", 0.5),
        ("+1E1", 10.0),
    ],
)
def test_numbers_take_units(supply, text, value):
    assert supply.tell(f"VOLT {text}") == 0
    assert supply.number("VOLT?") == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1MOHM", "OHM", 1e6), ("1 mohm", "OHM", 1e6), ("1MAOHM", "OHM", 1e6),
        ("1KOHM", "OHM", 1e3), ("2MHZ", "HZ", 2e6), ("3MV", "V", 3e-3), ("3MAV", "V", 3e6),
        ("100MA", "A", 0.1), ("7US", "S", 7e-6),
    ],
)  # fmt: skip
def test_m_is_milli_but_in_megohm_and_megahertz(text, unit, value):
    # IEEE 488.2, 7.7.3; 34970A/72A command reference: "mV" millivolts, "MHZ" megahertz, "MOHM"
    # megohms, "MAV" megavolts
    assert number(text, unit) == pytest.approx(value)


@pytest.mark.parametrize("unit", ["V", ""])
def test_a_suffix_has_to_fit(unit):
    with pytest.raises(DialectError) as caught:
        number("1KOHM", unit)
    assert caught.value.code == (-131 if unit else -138)


@pytest.mark.parametrize(
    ("text", "value"),
    [('"WAITING..."', "WAITING..."), ("'5 V'", "5 V"), ('"say ""on"""', 'say "on"'), ("''", "")],
)
def test_a_quote_inside_a_string_is_sent_twice(text, value):
    # IEEE 488.2, 7.7.5; 34970A/72A command reference, ASCII string parameters
    assert string(text) == value


@pytest.mark.parametrize(("text", "code"), [("on", -104), ("", -104), ('"', -151), ('"a"b"', -151)])
def test_what_is_no_string_is_a_dialect_error(text, code):
    with pytest.raises(DialectError) as caught:
        string(text)
    assert caught.value.code == code


def test_minimum_maximum_default(supply):
    assert supply.number("VOLT? MIN") == 0.0
    assert supply.number("VOLT? MAXIMUM") == 84.0
    assert supply.tell("VOLT MAX") == 0
    assert supply.number("VOLT?") == 84.0


def test_status_registers(supply):
    supply.panel.receive("*CLS")
    supply.panel.receive("*ESE 32")
    supply.panel.receive("*SRE 32")
    assert supply.ask("*STB?") == "0"
    supply.panel.receive("NONSENSE")
    assert int(supply.ask("*STB?")) == 0x40 | 0x20 | 0x04
    assert supply.ask("*ESR?") == "32"  # IEEE 488.2 11.5.1: bit 5 is a command error
    assert supply.ask("*ESR?") == "0"
    assert supply.ask("*OPC?") == "1"


def test_full_queue_ends_with_queue_overflow():
    # Keysight: 20 entries, then -350
    meter = Bench("keysight.DAQ970A")
    for _ in range(30):
        meter.panel.receive("NONSENSE")
    codes = [meter.error() for _ in range(21)]
    assert codes == [-113] * 19 + [-350, 0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(@101)", [101]), ("(@101,103:105)", [101, 103, 104, 105]), ("(@ 101 , 102 )", [101, 102]),
        ("(@105:103)", [103, 104, 105]), ("(@)", []),
    ],
)  # fmt: skip
def test_channel_lists(text, expected):
    assert channels(text) == expected


@pytest.mark.parametrize("text", ["101", "(101)", "(@101", "(@1:2:3)", "(@101:)", "(@1:999999)"])
def test_bad_channel_lists_are_dialect_errors(text):
    with pytest.raises(DialectError):
        channels(text)


@pytest.mark.parametrize(
    ("text", "value"), [("ON", True), ("off", False), ("1", True), ("0.4", False)]
)
def test_booleans(text, value):
    assert boolean(text) is value


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_every_decimal_number_is_read_as_python_reads_it(value):
    assert number(repr(value)) == value


SPELLINGS = st.sampled_from(
    ["VOLT", ":SOUR:CURR", "OUTP", "MEAS:VOLT?", "*IDN?", "(@101)", "(@121,122)", "ON", "MAX", ";",
     ":", ",", "?", " ", "1e9", "-3", "NPLC", "CONF:VOLT:DC", "AUTO", "READ?", "FETC?", "\"", "'",
     "ROUT:SCAN", "TRIG:COUN", "INF", "TRIG:SOUR", "BUS", "INIT", "*TRG", "SYST:KEY 33", "FUNC",
     "RES", "DATA:REM?", "FORM:READ:CHAN", "SYST:ERR?", "APPL", "*RST", "(@", "#", "\x00", "é"],
)  # fmt: skip


@pytest.mark.parametrize("model", SCPI_MODELS)
@settings(max_examples=150, deadline=None)
@given(message=st.one_of(st.text(max_size=40), st.lists(SPELLINGS, max_size=8).map("".join),
                         st.lists(SPELLINGS, max_size=8).map(" ".join)))  # fmt: skip
def test_no_message_crashes_a_panel(model, message):
    bench = Bench(model, [("101", "V")] if "DAQ" in model else [])
    answer = bench.panel.receive(message)
    assert answer is None or isinstance(answer, str)
    assert bench.panel.receive("*IDN?").count(",") == 3
