"""What is read from a spec file, and what is refused in it."""

import contextlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from spec_file_rig import GOOD, LIMIT, PROCEDURES, loader, mistakes

from bench.errors import SpecError
from bench.spec import Verify
from bench.spec_file import load_spec


@pytest.fixture
def load(tmp_path):
    return loader(tmp_path)


def test_a_good_file_becomes_records(load):
    spec = load()
    level, label = spec.clauses
    curve, state = level.tests
    assert [case.id for case in level.cases()] == [
        "T-LEVEL.curve[vbat=8V,load_current=1mA]",
        "T-LEVEL.curve[vbat=8V,load_current=1A]",
        "T-LEVEL.curve[vbat=70V,load_current=1mA]",
        "T-LEVEL.curve[vbat=70V,load_current=1A]",
        "T-LEVEL.state[remote_l=0V]",
        "T-LEVEL.state[remote_h=vbat]",
    ]
    assert curve.settle == 0.05
    assert state.settle == 1.0
    assert curve.arguments == {"terminal": "LOAD"}
    assert state.arguments == {"terminals": ("LOAD", "CHARGER")}
    limit = curve.limits["drop"]
    assert (limit.low, limit.high, limit.unit, limit.reading) == (None, 0.1, "V", "D-ONE")
    assert state.limits["state.LOAD"].equals == "HIGH"
    assert level.cases()[-1].point.vbat == 12.8
    assert not level.cases()[-1].point.link_closed
    assert level.sources[0].document == "Data sheet"
    assert (label.verify, label.cases()) == (Verify.INSPECTION, ())
    assert spec.device.ratings["CHARGER"].current == 0.01
    assert spec.discrepancies["D-ONE"].adopted == "This."


def test_a_stimulus_that_destroys_is_refused(load):
    at = 'at = { vbat = ["8 V", "70 V"], load_current = ["1 mA", "1 A"] }'
    changes = (
        ('procedure = "outputs.drop"', 'procedure = "outputs.current_limit"'),
        (at, 'at = { vbat = ["8 V", "70 V"] }'),
        (LIMIT, 'limits = { state_after = { equals = "HIGH", basis = "stated" } }'),
    )
    assert mistakes(load, *changes) == [
        "clause T-LEVEL, test 'curve', key procedure: outputs.current_limit applies short.LOAD, "
        "which destroys thing; choose another procedure or terminal"
    ]
    protected = ('with = { terminal = "LOAD" }', 'with = { terminal = "CHARGER" }')
    assert load(*changes, protected)


def test_the_rating_is_that_of_the_output_in_question(load):
    change = ('with = { terminal = "LOAD" }', 'with = { terminal = "CHARGER" }')
    assert mistakes(load, change) == [
        "clause T-LEVEL, test 'curve', key at.load_current: 1A is beyond the rating of CHARGER, "
        "10mA; stay at or below it"
    ]


def test_a_parameter_that_is_a_quantity_is_checked(load):
    changes = (
        ('procedure = "outputs.drop"', 'procedure = "outputs.rating"'),
        ('with = { terminal = "LOAD" }', 'with = { terminal = "LOAD", duration = "10 V" }'),
    )
    assert mistakes(load, *changes) == [
        "clause T-LEVEL, test 'curve', key with.duration: '10 V' is a voltage, "
        "but a time is needed, such as '5 s'"
    ]


def test_the_hash_does_not_depend_on_line_ends(load, tmp_path):
    spec = load()
    path = tmp_path / "thing.toml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_spec(path, PROCEDURES).sha256 == spec.sha256
    assert load(("LOAD is high.", "LOAD is up.")).sha256 != spec.sha256


def test_limits_below_zero_and_equal_bounds_are_possible(load):
    change = ('high = "0.1 V"', 'low = "-0.1 V", high = "-0.1 V"')
    limit = load(change).clauses[0].tests[0].limits["drop"]
    assert (limit.low, limit.high) == (-0.1, -0.1)


def test_shared_limits_are_the_same_limit(load):
    shared = '[limit.small]\nhigh = "100 mV"\nbasis = "stated"\n\n[[clause]]'
    spec = load(("[[clause]]", shared), (LIMIT, 'limits = { drop = "small" }'))
    assert spec.clauses[0].tests[0].limits["drop"].high == 0.1


def test_all_mistakes_are_told_at_once(load):
    found = mistakes(
        load,
        ('settle = "50 ms"', 'setle = "50 ms"'),
        ('reason = "inspection"\n', ""),
        ('link = "closed"\n', ""),
        ('forbidden = ["short.LOAD"]', "forbidden = []"),
    )
    assert len(found) == 4
    assert {line.partition(":")[0] for line in found} == {
        "clause T-LEVEL, key test.0.setle",
        "clause T-LABEL, key reason",
        "defaults, key link",
        "device, key ratings.LOAD",
    }


def test_a_mistake_in_one_clause_does_not_hide_the_next(load):
    found = mistakes(
        load,
        ('"70 V"], load', '"71 V"], load'),
        ('verify = "inspection"', 'verify = "inspect"'),
    )
    assert [re.match(r"clause (\S+),", line)[1] for line in found] == ["T-LABEL", "T-LEVEL"]


def test_without_procedures_their_words_are_taken_as_they_are(load):
    spec = load(('procedure = "outputs.drop"', 'procedure = "later.drop"'), procedures=None)
    assert spec.clauses[0].tests[0].procedure == "later.drop"
    assert spec.clauses[0].tests[0].limits["drop"].unit == "V"


def test_without_procedures_ratings_still_hold(load):
    assert mistakes(load, ('"1 A"] }', '"2 A"] }'), procedures=None) == [
        "clause T-LEVEL, test 'curve', key at.load_current: 2A is beyond the rating of LOAD, 1A; "
        "stay at or below it"
    ]


def test_broken_toml_names_the_line(tmp_path):
    path = tmp_path / "thing.toml"
    path.write_text('schema = 1\nid = "thing\n', encoding="utf-8")
    with pytest.raises(SpecError, match=r"thing\.toml: is not valid TOML: .*line 2.*correct"):
        load_spec(path)


def test_a_file_that_is_not_there_or_not_text(tmp_path):
    with pytest.raises(SpecError, match=r"nowhere\.toml: there is no such file"):
        load_spec(tmp_path / "nowhere.toml")
    (tmp_path / "latin.toml").write_bytes(b'title = "\xe9"')
    with pytest.raises(SpecError, match=r"latin\.toml: is not UTF-8 .*save it as UTF-8"):
        load_spec(tmp_path / "latin.toml")
    with pytest.raises(SpecError, match="cannot be read"):
        load_spec(tmp_path)


def test_a_byte_order_mark_before_the_text_is_no_mistake(load):
    assert load((GOOD, "\ufeff" + GOOD)).id == "thing"


def test_a_register_that_is_not_there_is_named(load, tmp_path):
    with pytest.raises(SpecError, match=r"other\.toml: there is no such file"):
        load(('register = "register.toml"', 'register = "other.toml"'))


def test_nothing_but_a_spec_error_leaves_the_loader_for_mangled_files(load):
    lines = GOOD.split("\n")
    for number in range(len(lines)):
        for mangled in ("", lines[number][: len(lines[number]) // 2], lines[number] * 2):
            text = "\n".join([*lines[:number], mangled, *lines[number + 1 :]])
            with contextlib.suppress(SpecError):
                load((GOOD, text))


def test_loading_the_library_is_left_to_those_who_read_a_file():
    code = "import sys, bench.spec, bench.discrepancy; sys.exit('pydantic' in sys.modules)"
    finished = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False
    )
    assert finished.returncode == 0
