"""The catalogue of what a person may be asked."""

import pytest

from bench.errors import ConfigError
from bench.instructions import instruction, sentences
from bench.operating_point import AXES


def test_the_value_stands_in_the_sentence_and_beside_it():
    floor = instruction("app.discharge_floor", "20 %")
    assert (floor.key, floor.value) == ("app.discharge_floor", "20 %")
    assert "20 %" in floor.text
    assert "{" not in floor.text


def test_the_key_of_a_question_is_without_its_mark():
    assert instruction("app.discharge_floor?").key == "app.discharge_floor"
    assert (
        instruction("app.discharge_floor?").text != instruction("app.discharge_floor", "1 %").text
    )


@pytest.mark.parametrize("word", [w for w in AXES["battery"].words if w != "cable_open"])
def test_every_condition_of_a_battery_has_a_sentence_of_its_own(word):
    texts = [s for key, s in sentences().items() if key.startswith("battery.condition = ")]
    assert texts.count(instruction("battery.condition", word).text) == 1


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("app.flor", "20 %", "no instruction 'app.flor' with the value '20 %'"),
        ("battery.condition", "tired", "no instruction 'battery.condition' with the value 'tired'"),
        ("battery.condition", "", "no instruction 'battery.condition'; add"),
        ("app.discharge_floor", "", "takes a value"),
        ("app.factory_reset", "now", "takes no value"),
    ],
)
def test_what_the_catalogue_does_not_have_is_an_error(key, value, said):
    with pytest.raises(ConfigError, match=r"instructions\.toml") as caught:
        instruction(key, value)
    assert said in str(caught.value)
