"""A DAQ970A that switches for an external instrument, and words that go with one channel.

Sources: DAQ970A programming guide, pages 204 (advance), 207 (labels), 217 and 218 (samples); 34970A
user's guide, page 244 (trigger and advance do not share a source); Rigol M300 programming guide,
2-105 (FWIRe).
"""

import pytest
from panel_rig import Bench


@pytest.fixture
def meter():
    bench = Bench("keysight.DAQ970A", [("101", "V"), ("102", "W")])
    bench.battery("V", 12.0)
    return bench


@pytest.fixture
def switch(meter):
    """Return the same without its meter, with two channels to scan."""
    assert meter.tell("INST:DMM OFF") == 0
    assert meter.tell("ROUT:SCAN (@101,102)") == 0
    return meter


def closed(bench):
    bits = bench.ask("ROUT:CLOS? (@101:120)").split(",")
    return [101 + place for place, bit in enumerate(bits) if bit == "1"]


WORDS = ("ROUT:CHAN:ADV:SOUR BUS", "ROUT:CHAN:ADV:SOUR?", "ROUT:CHAN:FWIR ON,(@101)",
         "ROUT:CHAN:FWIR? (@101)")  # fmt: skip


@pytest.mark.parametrize("message", WORDS)
def test_the_words_are_for_the_meter_disabled_only(meter, message):
    assert meter.tell(message) == -221
    assert meter.tell("INST:DMM OFF") == 0
    meter.ask(message)
    assert meter.error() == 0


def test_a_program_that_prepares_for_an_external_instrument(switch):
    # as published: meter off, external advance, two wires
    for message in (":INSTrument:DMM 0", ":ROUTe:CHANnel:ADVance:SOURce EXTernal",
                    ":ROUTe:CHANnel:FWIRe 0,(@101)"):  # fmt: skip
        assert switch.tell(message) == 0
    assert switch.ask("ROUT:CHAN:ADV:SOUR?") == "EXT"
    assert switch.ask("ROUT:CHAN:FWIR? (@101)") == "0"


def test_each_bus_trigger_moves_on_to_the_next_channel(switch):
    switch.tell("ROUT:CHAN:ADV:SOUR BUS")
    assert closed(switch) == []
    switch.tell("INIT")
    steps = []
    for _ in range(2):
        steps.append(closed(switch))
        assert switch.tell("*TRG") == 0
        switch.clock.sleep(0.1)
    assert steps == [[101], [102]]
    assert closed(switch) == []
    assert int(switch.ask("STAT:OPER:COND?")) & 0x10 == 0  # the scan is over
    assert switch.tell("*TRG") == -211
    assert switch.ask("SYST:REL:CYCL? (@101,102)") == "+1,+1"


def test_one_trigger_that_comes_early_is_kept_and_more_are_ignored(switch):
    switch.tell("ROUT:CHAN:ADV:SOUR BUS;:TRIG:SOUR TIM;TIM 1;COUN 2;:INIT")
    for _ in range(2):
        switch.tell("*TRG")
        switch.clock.sleep(0.1)
    assert closed(switch) == []  # between the sweeps
    for _ in range(3):
        assert switch.tell("*TRG") == 0
    switch.clock.sleep(1.0)
    assert closed(switch) == [102]  # one was kept, the others not
    switch.tell("*TRG")
    assert switch.ask("*OPC?") == "1"


def test_immediate_advance_goes_through_with_the_delays_of_the_channels(switch):
    switch.tell("ROUT:CHAN:DEL 0.5,(@101,102)")
    switch.tell("ROUT:CHAN:ADV:SOUR IMM;:TRIG:COUN 3")
    before = switch.clock.now()
    switch.tell("INIT")
    switch.clock.sleep(0.75)
    assert closed(switch) == [102]
    assert switch.ask("*OPC?") == "1"
    assert switch.clock.now() - before == pytest.approx(3.0)
    assert switch.ask("SYST:REL:CYCL? (@101,102)") == "+3,+3"


def test_nobody_sends_the_pulse_of_an_external_advance(switch):
    switch.tell("INIT")
    switch.clock.sleep(60.0)
    assert closed(switch) == [101]
    assert switch.ask("*OPC?") is None
    assert switch.error() == -214
    assert switch.tell("ABOR") == 0
    assert closed(switch) == []


def test_there_are_no_readings_without_a_meter(switch):
    assert switch.ask("READ?") is None
    assert switch.error() == 225
    switch.tell("ROUT:CHAN:ADV:SOUR IMM;:INIT")
    assert switch.ask("FETC?") is None
    assert switch.error() == -230
    assert switch.tell("CONF:VOLT (@101)") == 225


@pytest.mark.parametrize(
    "messages",
    [("TRIG:SOUR BUS", "ROUT:CHAN:ADV:SOUR BUS"), ("ROUT:CHAN:ADV:SOUR BUS", "TRIG:SOUR BUS"),
     ("TRIG:SOUR IMM", "TRIG:SOUR EXT")],
    ids=["advance", "trigger", "as-it-is"],
)  # fmt: skip
def test_trigger_and_advance_do_not_share_a_source(switch, messages):
    # "an error is generated and the TRIG:SOUR is reset to IMMediate"
    first, second = messages
    assert switch.tell(first) == 0
    assert switch.tell(second) == -221
    assert switch.ask("TRIG:SOUR?") == "IMM"
    assert switch.tell("ROUT:CHAN:ADV:SOUR IMM;:TRIG:SOUR IMM") == 0  # "except IMMediate"


def test_four_wires_close_the_channel_of_the_other_bank_too(switch):
    assert switch.tell("ROUT:CHAN:FWIR ON,(@101)") == 0
    assert switch.ask("ROUT:CHAN:FWIR? (@101,102)") == "1,0"
    assert switch.tell("ROUT:CHAN:FWIR ON,(@111)") == 306
    assert switch.tell("ROUT:SCAN (@101,111)") == 306
    switch.tell("ROUT:CHAN:ADV:SOUR BUS;:INIT")
    assert closed(switch) == [101, 111]
    switch.tell("*TRG")
    switch.clock.sleep(0.1)
    assert closed(switch) == [102]


def test_enabling_the_meter_and_a_reset_forget_all_of_it(switch):
    switch.tell("ROUT:CHAN:ADV:SOUR BUS;:ROUT:CHAN:FWIR ON,(@101)")
    switch.tell("INST:DMM ON")
    switch.tell("CONF:VOLT:DC 100,(@101)")
    assert switch.number("READ?") == pytest.approx(12.0, abs=0.01)
    switch.tell("INST:DMM OFF")
    assert switch.ask("ROUT:CHAN:ADV:SOUR?") == "EXT"
    assert switch.ask("ROUT:CHAN:FWIR? (@101)") == "0"


def test_a_stored_state_has_it(switch):
    switch.tell("ROUT:CHAN:ADV:SOUR BUS;:ROUT:CHAN:FWIR ON,(@102);*SAV 2")
    switch.tell("ROUT:CHAN:ADV:SOUR IMM;:ROUT:CHAN:FWIR OFF,(@102)")
    assert switch.tell("*RCL 2") == 0
    assert switch.ask("ROUT:CHAN:ADV:SOUR?") == "BUS"
    assert switch.ask("ROUT:CHAN:FWIR? (@102)") == "1"


# samples of one channel


def test_samples_are_told_as_the_guide_shows(meter):
    answers = [meter.ask(f"SAMP:{word}?") for word in ("COUN", "COUN:PRET", "TIM")]
    assert answers == ["+1", "+0", "+1.00000000E+00"]
    assert meter.tell("SAMP:COUN 1000") == 0
    assert meter.tell("SAMP:COUN:PRET 999") == 0
    assert meter.tell("SAMP:TIM 20E-6") == 0
    assert meter.ask("SAMP:COUN?") == "+1000"
    assert meter.ask("SAMP:COUN? MAX") == "+50331648"
    assert meter.ask("SAMP:COUN:PRET? MAX") == "+999999"
    assert meter.tell("*RST") == 0
    assert meter.ask("SAMP:COUN?") == "+1"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("SAMP:COUN 0", -222), ("SAMP:COUN 50331649", -222), ("SAMP:COUN:PRET 1000000", -222),
        ("SAMP:TIM 19E-6", -222), ("SAMP:TIM 3601", -222),
        ("SAMP:COUN:PRET 10", -221),  # "must be less than the sample count"
        ("SAMP:COUN 5", -221),
    ],
)  # fmt: skip
def test_samples_that_do_not_go_together(meter, message, code):
    meter.tell("SAMP:COUN 10;COUN:PRET 5")
    assert meter.tell(message) == code
    assert (meter.ask("SAMP:COUN?"), meter.ask("SAMP:COUN:PRET?")) == ("+10", "+5")


# labels


def test_labels_are_quoted_cut_and_cleared(meter):
    assert meter.tell("ROUT:CHAN:LAB 'TEST', (@103,105)") == 0
    assert meter.tell(f'ROUT:CHAN:LAB "{"x" * 40}",(@104)') == 0
    assert meter.ask("ROUT:CHAN:LAB? (@103:105)") == f'"TEST","{"x" * 30}","TEST"'
    assert meter.ask("ROUT:CHAN:LAB? USER,(@103)") == '"TEST"'
    assert meter.ask("ROUT:CHAN:LAB? FACT,(@103)") == '"Armature relay MUX Channel"'
    assert meter.tell('ROUT:CHAN:LAB "",(@103)') == 0
    assert meter.tell("ROUT:CHAN:LAB:CLE:MOD 2") == 0
    assert meter.ask("ROUT:CHAN:LAB? (@103,105)") == '"","TEST"'
    assert meter.tell("ROUT:CHAN:LAB:CLE:MOD ALL") == 0
    assert meter.ask("ROUT:CHAN:LAB? (@105)") == '""'
    assert meter.tell("ROUT:CHAN:LAB TEST,(@103)") == -104
    assert meter.tell("ROUT:CHAN:LAB:CLE:MOD 4") == -224
