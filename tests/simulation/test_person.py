"""The simulated person: reads what is printed, does it, and refuses in words."""

from types import SimpleNamespace

import pytest

from bench.instructions import instruction, sentences
from instruments.catalogue import open_instrument
from instruments.errors import NoAnswer, Rejected
from instruments.operator import Instruction
from simulation.dut.handling import Handling
from simulation.laboratory import Laboratory
from simulation.netlist import SimulatedInstrument


class Listed:
    """Stands for an app and a battery: keeps what was done to it."""

    def __init__(self):
        self.done = []

    def set(self, name, text):
        self.done.append(("set", name, text))

    def read(self, name):
        self.done.append(("read", name))
        return f"seen {name}"

    def do(self, action):
        self.done.append(("do", action))

    finds_unit = True

    def label(self, name):
        return f"printed {name}"

    def word(self, name):
        return f"seen {name}"

    def set_condition(self, word):
        self.done.append(("condition", word))

    def set_temperatures(self, temperature):
        self.done.append(("temperature", temperature))


@pytest.fixture
def laboratory():
    person = SimulatedInstrument(
        name="operator", model="person.operator", resource="terminal", serial="none"
    )
    laboratory = Laboratory(instruments=[person], links=[], parts=[], device="smallbms")
    yield laboratory
    laboratory.close()


@pytest.fixture
def operator(laboratory):
    driver = open_instrument("operator", "person.operator", "terminal", laboratory.wires, {})
    return driver.terminal("person")


@pytest.fixture
def unit(laboratory):
    """Give the unit an app and a battery, and the person hands for them."""
    thing = Listed()
    handling = Handling(SimpleNamespace(app=thing, battery=thing, parameters=thing))
    laboratory.teach("app", handling.app)
    laboratory.teach("battery", handling.battery)
    laboratory.teach("chamber", handling.chamber)
    laboratory.teach("inspect", handling.inspect)
    return thing


def test_who_is_asked_once_and_recorded(laboratory, operator):
    assert operator.who() == operator.who() == "Sim"
    asked = [line for line in laboratory.transcript.since(0) if "Who is there" in line]
    assert len(asked) == 1
    assert any(line.endswith("operator < Sim") for line in laboratory.transcript.since(0))


def test_opening_and_identity_ask_nobody(laboratory):
    driver = open_instrument("operator", "person.operator", "terminal", laboratory.wires, {})
    driver.identity()
    driver.make_safe()
    assert laboratory.transcript.since(0) == ()


def test_a_person_does_what_is_printed_and_takes_time(laboratory, operator, unit):
    before = laboratory.clock.now()
    operator.carry_out(instruction("app.discharge_floor", "20 %"))
    operator.carry_out(instruction("app.factory_reset"))
    operator.carry_out(instruction("battery.condition", "low_bank"))
    operator.carry_out(instruction("chamber.temperature", "-20 degC"))
    assert operator.ask(instruction("app.codes?")) == "seen codes"
    assert unit.done == [
        ("set", "discharge_floor", "20 %"),
        ("do", "factory_reset"),
        ("condition", "low_bank"),
        ("temperature", -20.0),
        ("read", "codes"),
    ]
    assert laboratory.clock.now() - before > 10.0


@pytest.mark.parametrize("key", sentences())
def test_the_person_understands_every_instruction_of_the_catalogue(operator, unit, key):
    bare, _, value = key.partition(" = ")
    if not value and "{value}" in sentences()[key]:
        value = "4 degC"
    asked = instruction(bare, value)
    if bare.endswith("?"):
        assert operator.ask(asked)
    else:
        operator.carry_out(asked)


def test_what_a_person_cannot_do_is_refused_in_words(operator):
    with pytest.raises(Rejected, match="Sim cannot do it: cannot: this unit has no app"):
        operator.carry_out(instruction("app.discharge_floor", "20 %"))
    with pytest.raises(Rejected, match="no battery here"):
        operator.carry_out(instruction("battery.condition", "low_bank"))
    with pytest.raises(Rejected, match="do not know how to do 'dance = tango'"):
        operator.carry_out(Instruction(key="dance", value="tango", text="Dance."))


def test_a_question_that_cannot_be_answered_is_refused_too(operator):
    with pytest.raises(Rejected, match="this unit has no app"):
        operator.ask(instruction("app.soc?"))
    with pytest.raises(Rejected, match="this unit has no app"):
        operator.ask(instruction("app.soc?"), ("yes", "no"))


def test_other_hands_can_be_taught(laboratory, operator):
    done = []
    laboratory.teach("fit", lambda key, value: done.append((key, value)) or "")
    laboratory.teach("unfit", lambda key, value: done.append((key, value)) or "")
    operator.carry_out(Instruction(key="fit.LOAD", value="lamp", text="Fit a lamp."))
    operator.carry_out(Instruction(key="unfit", text="Take it off."))
    assert done == [("LOAD", "lamp"), ("", "")]


def test_an_answer_that_is_none_of_the_words_is_asked_for_again(laboratory, operator):
    answers = iter(["", "maybe", "2"])
    laboratory.teach("see", lambda key, value: next(answers))
    question = Instruction(key="see.lamp", text="Is it lit?")
    assert operator.ask(question, ("lit", "dark")) == "dark"
    assert sum("none of these" in line for line in laboratory.transcript.since(0)) == 2


def test_words_are_taken_whatever_their_case(laboratory, operator):
    laboratory.teach("see", lambda key, value: "LIT")
    assert operator.ask(Instruction(key="see.lamp", text="Is it lit?"), ("lit", "dark")) == "lit"


def test_a_person_who_has_left_is_no_answer(laboratory, operator):
    operator.who()
    laboratory.cut("operator")
    with pytest.raises(NoAnswer, match="nobody can be asked"):
        operator.carry_out(instruction("app.factory_reset"))
