"""Faults of the user's own: files, functions, and what is said about mistakes in them."""

import pytest
from device_rig import Rig

from simulation.dut.catalogue import build_device, device_names
from simulation.dut.parameters import DATA_FILES
from simulation.faults import describe_fault, fault_names, find_fault, load_faults

GOOD = """
[[fault]]
id = "load-soft"
title = "the LOAD switch has {magnitude}"
variants = ["S"]
clauses = ["S-LOAD-LEVEL"]
magnitude = 3
unit = "ohm"
set = { "load.resistance" = "magnitude" }

[[fault]]
id = "load-to-ground"
title = "1 kohm from LOAD to BAT-"
parts = [{ kind = "resistor", plus = "LOAD", minus = "BAT-", value = 1000 }]
"""


def _write(tmp_path, text, name="mine.toml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def test_fault_of_a_file(tmp_path):
    path = _write(tmp_path, GOOD)
    rig = Rig(faults=[f"{path}:load-soft"])
    rig.load("LOAD", 0.5)
    assert rig.drop("LOAD") == pytest.approx(0.02 + 1.5)
    rig = Rig(faults=[f"{path}:load-soft@2"])
    rig.load("LOAD", 0.5)
    assert rig.drop("LOAD") == pytest.approx(0.02 + 1.0)
    assert [fault.id for fault in load_faults(path)] == ["load-soft", "load-to-ground"]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("load-drop-0v3", "lies 0.3 V below"),
        ("load-drop-0v3@0.15", "lies 0.15 V below"),
        ("load-drop-0v3@0.015", "lies 15 mV below"),
        ("charger-leaks-50ua", "leaks 50 uA from"),
        ("load-weak", "through 10 kohm only"),
        ("supply-current-plus-20pct", "1.2 times"),
        ("dies-at-9v", "below 9 V"),
    ],
)
def test_title_states_the_magnitude(spec, words):
    assert words in find_fault("smallbms", spec).title


def test_soldered_part(tmp_path):
    rig = Rig(faults=[f"{_write(tmp_path, GOOD)}:load-to-ground"], link=False)
    assert rig.state("LOAD") == "LOW"
    assert rig.state("CHARGER") == "FLOAT"


def test_function_of_a_module(tmp_path, monkeypatch):
    _write(
        tmp_path,
        "def soft(device):\n"
        "    '''LOAD has 2 ohm.'''\n"
        "    device.elements['LOAD'].set(resistance=2.0)\n",
        "my_defects.py",
    )
    monkeypatch.syspath_prepend(tmp_path)
    for spec in ("my_defects:soft", f"{tmp_path / 'my_defects.py'}:soft"):
        rig = Rig(faults=[spec])
        rig.load("LOAD", 0.5)
        assert rig.drop("LOAD") == pytest.approx(0.02 + 1.0)
        assert rig.device.faults[0].title == "LOAD has 2 ohm."


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("load-drop-0v4", ["load-drop-0v4", "did you mean load-drop-0v3", "bench faults smallbms"]),
        ("load-drop-0v3@much", ["load-drop-0v3", "much", "V"]),
        ("load-drop-0v3@nan", ["not a number"]),
        ("charger-not-high@3", ["no magnitude"]),
        ("load-drop-0v3@-1", ["drop"]),
        ("load-resistance-high@0", ["load.resistance", "above 0"]),
        ("load-pulled-low@0", ["load.pull_down", "above 0"]),
        ("outputs-bridged@-3", ["outputs-bridged", "above 0"]),
        ("no_such_module:soft", ["no_such_module"]),
        ("json:no_such_function", ["no_such_function"]),
        ("nowhere.toml:soft", ["nowhere.toml"]),
        ("nowhere.py:soft", ["nowhere.py"]),
        ("", ["no fault ''", "bench faults smallbms"]),
    ],
)
def test_a_wrong_word_is_named_with_the_remedy(spec, words):
    with pytest.raises(ValueError, match="fault") as caught:
        Rig(faults=[spec])
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[fault", ["mine.toml", "TOML"]),
        ("faults = 3", ["mine.toml", "[[fault]]"]),
        ("fault = 3", ["mine.toml", "[[fault]]"]),
        ("fault = [3]", ["mine.toml", "[[fault]]"]),
        ("[[fault]]\ntitle = 'x'", ["id"]),
        ("[[fault]]\nid = 'x'", ["title"]),
        ("[[fault]]\nid = 'x'\ntitle = 'y'\nsett = {}", ["sett", "x", "known", "set"]),
        ("[[fault]]\nid = 'x'\ntitle = 'y'\nvariants = 'S'", ["variants", "list"]),
        ("[[fault]]\nid = 'x'\ntitle = 'y'\nset = 3", ["set", "table"]),
        ("[[fault]]\nid = 'x'\ntitle = 'y'\nmagnitude = '3 V'", ["magnitude", "number"]),
        ("[[fault]]\nid = 'x'\ntitle = 'y'\nset = {'load.drop' = 'magnitude'}", ["magnitude ="]),
        ("[[fault]]\nid = 'x'\ntitle = 'y'\nset = {'load.dorp' = 1.0}", ["load.dorp", "load.drop"]),
        ("[[fault]]\nid = 'x'\ntitle = 'y'\nset = {'load.drop' = 'big'}", ["load.drop", "number"]),
        ("[[fault]]\nid = 'x'\ntitle = 'y'\nset = {'load.drop' = nan}", ["load.drop", "number"]),
        ("[[fault]]\nid = 'x'\ntitle = 'y'\nset = {'load.stuck' = 'up'}", ["load.stuck", "on"]),
        ("[[fault]]\nid = 'x'\ntitle = 'y'\nscale = {'load.stuck' = 2}", ["load.stuck"]),
        ("[[fault]]\nid = 'x'\ntitle = 'y'\nvariants = ['N']", ["x", "N", "S"]),
        ("[[fault]]\nid = 'x'\ntitle = 'y'\nparts = [{kind = 'diode'}]", ["part"]),
        (
            "[[fault]]\nid = 'x'\ntitle = 'y'\n"
            "parts = [{kind = 'resistor', plus = 'LAOD', minus = 'BAT-', value = 1}]",
            ["LAOD", "LOAD"],
        ),
        (
            "[[fault]]\nid = 'x'\ntitle = 'y'\n"
            "parts = [{kind = 'resistor', plus = 'LOAD', minus = 'BAT-', value = 0}]",
            ["x", "above 0"],
        ),
        ("[[fault]]\nid = 'x'\ntitle = 'y'\n" * 2, ["twice", "x"]),
    ],
)
def test_a_mistake_in_a_file_is_named(tmp_path, text, words):
    path = _write(tmp_path, text)
    with pytest.raises(ValueError, match="fault") as caught:
        Rig(faults=[f"{path}:x"])
    for word in words:
        assert word in str(caught.value)


def test_unknown_device_is_named():
    for ask in (fault_names, lambda d: describe_fault(d, "x"), lambda d: find_fault(d, "x")):
        with pytest.raises(ValueError, match="smallbms"):
            ask("bigbms")
    rig = Rig()
    with pytest.raises(ValueError, match=r"bigbms.*smallbms"):
        build_device("bigbms", rig.world, rig.clock, [])
    assert set(device_names()) == set(DATA_FILES)


def test_a_fault_does_not_outlive_its_unit():
    Rig(faults=["load-drop-0v3"])
    assert Rig().drop("LOAD") == pytest.approx(0.02, rel=1e-3)
