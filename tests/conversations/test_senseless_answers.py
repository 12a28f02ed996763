"""Whatever an instrument answers, a driver gives a number or a named error, nothing else."""

# ruff: noqa: TID253 - only imported by tests that need these libraries

import itertools
import math

import pytest
import pyvisa
from conversation_script import FOLDER, PatientClock, read_conversation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scripted_wires import ScriptedVisa

from instruments import catalogue
from instruments.errors import InstrumentError
from instruments.transports.transcript import Transcript
from instruments.transports.wires import Wires

_numbers = itertools.count()

SENSELESS = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [b"", b"0", b"1", b"+0", b"-222", b"nan", b"9.9E37", b"1e400", b"CC", b"4", b"\n0", b"1,2"]
    ),
)
USES = {
    "gwinstek_psw80": [
        ("out", "voltage"),
        ("out", "is_enabled"),
        ("out", "is_tripped"),
        ("out", "clear_trip"),
        ("-", "make_safe"),
    ],
    "rigol_dl3021": [("in", "voltage"), ("in", "enable"), ("in", "is_enabled"), ("-", "make_safe")],
    "keysight_daq970a": [("101", "measure"), ("121", "measure"), ("-", "make_safe")],
}


class Answering:
    """Answers as the opening needs it, then with whatever it is given."""

    def __init__(self, opening: list[str]) -> None:
        self.opening = opening
        self.then: list[bytes] = []

    def sent(self, text: str) -> None:
        pass

    def answer(self) -> str | None:
        if self.opening:
            return self.opening.pop(0)
        return "(hex) " + self.then.pop(0).hex() if self.then else None


@pytest.mark.parametrize("name", USES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answers=st.lists(SENSELESS, max_size=12), data=st.data())
def test_driver_gives_a_value_or_an_instrument_error(name, answers, data):
    conversation = read_conversation(FOLDER / f"{name}.txt")
    opening = [text for kind, text in conversation.scenes["open"][0].lines if kind == "<"]
    clock = PatientClock()
    library = ScriptedVisa(f"senseless {next(_numbers)}")
    library.clock = clock
    library.script = script = Answering(opening)
    wires = Wires(clock, Transcript(clock), visa_manager=lambda: pyvisa.ResourceManager(library))
    header = conversation.header
    instrument = catalogue.open_instrument("it", header["model"], header["resource"], wires, {})
    script.then = list(answers)
    for target, method in data.draw(st.permutations(USES[name])):
        view = instrument if target == "-" else instrument.terminal(target)
        try:
            value = getattr(view, method)()
        except InstrumentError as error:
            exchange = error.exchange
            assert exchange.role == "it"
        else:
            assert value is None or math.isfinite(value)
