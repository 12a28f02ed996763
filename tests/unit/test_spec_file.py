"""Every mistake in a spec file is one sentence with file, clause, key and remedy."""

import contextlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.errors import SpecError
from bench.spec import ProcedureSignature, Verify
from bench.spec_file import load_spec

PROCEDURES = {
    signature.name: signature
    for signature in (
        ProcedureSignature(
            name="outputs.drop",
            parameters={"terminal": "terminal"},
            required=("terminal",),
            axes=("load_current",),
            measurements={"drop": "V", "load_current": "A"},
            terminals_from=("terminal",),
        ),
        ProcedureSignature(
            name="outputs.rating",
            parameters={"terminal": "terminal", "duration": "s"},
            required=("terminal",),
            axes=("load_current",),
            measurements={"drop": "V"},
            terminals_from=("terminal",),
        ),
        ProcedureSignature(
            name="outputs.state",
            parameters={"terminals": "terminals"},
            required=("terminals",),
            measurements={
                "state.{terminals}": ("HIGH", "FLOAT", "LOW", "WEAK"),
                "leakage.{terminals}": "A",
            },
        ),
        ProcedureSignature(
            name="outputs.current_limit",
            parameters={"terminal": "terminal"},
            measurements={"state_after": ""},
            stimuli=("short.{terminal}",),
        ),
    )
}

GOOD = """
schema = 1
id = "thing"
title = "A thing"
register = "register.toml"
settle = "1 s"

[device]
name = "thing"
variant = "T"
title = "A thing"
terminals = ["BAT+", "BAT-", "LOAD", "CHARGER"]
absolute_maximum = { vbat = "70 V" }
forbidden = ["short.LOAD"]
[device.ratings]
LOAD = { current = "1 A", short_circuit_protected = false, clause = "T-LEVEL" }
CHARGER = { current = "10 mA", short_circuit_protected = true, clause = "T-LEVEL" }

[defaults]
vbat = "12.8 V"
battery = "healthy"
remote_l = "open"
remote_h = "open"
link = "closed"
load_current = "none"

[[clause]]
id = "T-LEVEL"
category = "load"
title = "LOAD is high"
text = "LOAD is high."
verify = "bench"
discrepancies = ["D-ONE"]
sources = [{ document = "sheet", language = "en", line = 4, quote = "Vbat" }]

  [[clause.test]]
  name = "curve"
  procedure = "outputs.drop"
  with = { terminal = "LOAD" }
  at = { vbat = ["8 V", "70 V"], load_current = ["1 mA", "1 A"] }
  settle = "50 ms"
  limits = { drop = { high = "0.1 V", basis = "stated", reading = "D-ONE" } }

  [[clause.test]]
  name = "state"
  procedure = "outputs.state"
  with = { terminals = ["LOAD", "CHARGER"] }
  at = { link = "open" }
  rows = [{ remote_l = "0 V" }, { remote_h = "vbat" }]
  limits = { "state.LOAD" = { equals = "HIGH", basis = "stated" } }

[[clause]]
id = "T-LABEL"
category = "inspection"
title = "IP20"
text = "The label says IP20."
verify = "inspection"
reason = "inspection"
sources = [{ document = "sheet", language = "en", line = 5, quote = "IP20" }]
"""

REGISTER = """
schema = 1
[documents.sheet]
title = "Data sheet"
languages = ["en"]
file = "sheet.txt"
sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

[[discrepancy]]
id = "D-ONE"
severity = "C"
topic = "One"
adopted = "This."
[[discrepancy.readings]]
text = "That."
sources = [{ document = "sheet", language = "en", line = 1, quote = "x" }]
"""

LIMIT = 'limits = { drop = { high = "0.1 V", basis = "stated", reading = "D-ONE" } }'


@pytest.fixture
def load(tmp_path):
    def load(*changes, procedures=PROCEDURES):
        text = GOOD
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / "register.toml").write_text(REGISTER, encoding="utf-8")
        path = tmp_path / "thing.toml"
        path.write_text(text, encoding="utf-8")
        return load_spec(path, procedures)

    return load


def mistakes(load, *changes, procedures=PROCEDURES):
    """Return the sentences without the path of the file, which each must begin with."""
    with pytest.raises(SpecError) as caught:
        load(*changes, procedures=procedures)
    lines = str(caught.value).split("\n")
    assert all("thing.toml: " in line for line in lines)
    return [line.partition("thing.toml: ")[2] for line in lines]


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


WRONG = {
    "unknown key, nearest named": (
        ('settle = "50 ms"', 'setle = "50 ms"'),
        "clause T-LEVEL, key test.0.setle: unknown key (did you mean 'settle'?); "
        "remove or correct it",
    ),
    "unknown key in a source": (
        ('line = 5, quote = "IP20"', 'line = 5, quot = "IP20", quote = "IP20"'),
        "clause T-LABEL, key sources.0.quot: unknown key (did you mean 'quote'?); "
        "remove or correct it",
    ),
    "unknown key in a limit": (
        ('high = "0.1 V"', 'hihg = "0.1 V"'),
        "clause T-LEVEL, test 'curve', key limits.drop, key hihg: unknown key "
        "(did you mean 'high'?); remove or correct it",
    ),
    "unknown key at the top": (
        ("schema = 1", "schema = 1\ntitel = 'x'"),
        "the file, key titel: unknown key (did you mean 'title'?); remove or correct it",
    ),
    "wrong unit of a limit": (
        ('high = "0.1 V"', 'high = "0.1 A"'),
        "clause T-LEVEL, test 'curve', key limits.drop.high: '0.1 A' is a current, but a voltage "
        "is needed, such as '5 V'",
    ),
    "wrong unit on an axis": (
        ('vbat = ["8 V", "70 V"]', 'vbat = ["8 V", "70 A"]'),
        "clause T-LEVEL, test 'curve', key at.vbat: '70 A' is a current, but a voltage is needed, "
        "such as '5 V'",
    ),
    "no unit": (
        ('vbat = ["8 V", "70 V"]', 'vbat = ["8", "70 V"]'),
        "clause T-LEVEL, test 'curve', key at.vbat: '8' has no unit; "
        "write it as in '12.8 V' or '0.05 %'",
    ),
    "a bare number": (
        ('vbat = ["8 V", "70 V"]', "vbat = [8]"),
        "clause T-LEVEL, test 'curve', key at.vbat: 8 is no text; "
        "write it in quotes, with its unit",
    ),
    "wrong word": (
        ('remote_h = "vbat" }', 'remote_h = "vbatt" }'),
        "clause T-LEVEL, test 'state', key rows.remote_h: 'vbatt' is not a quantity; write a "
        "number and a unit, such as '12.8 V'; words are open, vbat, vbat/2",
    ),
    "low above high": (
        ('high = "0.1 V"', 'low = "0.2 V", high = "0.1 V"'),
        "clause T-LEVEL, test 'curve', key limits.drop: low '0.2 V' is above high '0.1 V'; "
        "swap them",
    ),
    "no bound at all": (
        ('high = "0.1 V", ', ""),
        "clause T-LEVEL, test 'curve', key limits.drop: has neither low, high nor equals; "
        "give at least one",
    ),
    "word and bounds": (
        ('equals = "HIGH"', 'equals = "HIGH", low = "1 V"'),
        "clause T-LEVEL, test 'state', key limits.state.LOAD: has equals beside low or high; "
        "a word has no bounds, keep one of them",
    ),
    "a bound on a word": (
        ('equals = "HIGH"', 'low = "1 V"'),
        "clause T-LEVEL, test 'state', key limits.state.LOAD: the measurement is a word; "
        "use equals instead of '1 V'",
    ),
    "a word on a number": (
        ('high = "0.1 V"', 'equals = "HIGH"'),
        "clause T-LEVEL, test 'curve', key limits.drop: the measurement is a number in V; "
        "use low or high, not equals",
    ),
    "a word that cannot be": (
        ('equals = "HIGH"', 'equals = "HIHG"'),
        "clause T-LEVEL, test 'state', key limits.state.LOAD.equals: unknown word 'HIHG' "
        "(did you mean 'HIGH'?); known are HIGH, FLOAT, LOW, WEAK",
    ),
    "no basis": (
        ('basis = "stated", reading', "reading"),
        "clause T-LEVEL, test 'curve', key limits.drop, key basis: is missing; add it",
    ),
    "unknown reading": (
        ('reading = "D-ONE"', 'reading = "D-TWO"'),
        "clause T-LEVEL, test 'curve', key limits.drop.reading: unknown discrepancy 'D-TWO' "
        "(did you mean 'D-ONE'?); known are D-ONE",
    ),
    "unknown procedure": (
        ('procedure = "outputs.drop"', 'procedure = "output.drop"'),
        "clause T-LEVEL, test 'curve', key procedure: unknown procedure 'output.drop' (did you "
        "mean 'outputs.drop'?); known are outputs.current_limit, outputs.drop, outputs.rating, "
        "outputs.state",
    ),
    "unknown parameter": (
        ('with = { terminal = "LOAD" }', 'with = { terminal = "LOAD", terminl = "LOAD" }'),
        "clause T-LEVEL, test 'curve', key with.terminl: unknown parameter 'terminl' "
        "(did you mean 'terminal'?); known are terminal",
    ),
    "missing parameter": (
        ('with = { terminals = ["LOAD", "CHARGER"] }\n', ""),
        "clause T-LEVEL, test 'state', key with.terminals: outputs.state needs it; add it",
    ),
    "a text where a list is due": (
        ('terminals = ["LOAD", "CHARGER"]', 'terminals = "LOAD"'),
        "clause T-LEVEL, test 'state', key with.terminals: 'LOAD' must be a list, such as ['LOAD']",
    ),
    "unknown terminal": (
        ('with = { terminal = "LOAD" }', 'with = { terminal = "LAOD" }'),
        "clause T-LEVEL, test 'curve', key with.terminal: unknown terminal 'LAOD' "
        "(did you mean 'LOAD'?); known are BAT+, BAT-, LOAD, CHARGER",
    ),
    "unknown measurement": (
        ('"state.LOAD" =', '"state.LAOD" ='),
        "clause T-LEVEL, test 'state', key limits.state.LAOD: outputs.state: unknown measurement "
        "'state.LAOD' (did you mean 'state.LOAD'?); known are state.LOAD, state.CHARGER, "
        "leakage.LOAD, leakage.CHARGER",
    ),
    "unknown axis": (
        ("at = { vbat =", 'at = { temperature = "5 degC", vbat ='),
        "clause T-LEVEL, test 'curve', key at.temperature: unknown axis 'temperature'; known are "
        "vbat, battery, remote_l, remote_h, link, load_current",
    ),
    "an axis the procedure ignores": (
        ('at = { link = "open" }', 'at = { link = "open", load_current = "1 mA" }'),
        "clause T-LEVEL, test 'state', key at.load_current: outputs.state does not use this axis; "
        "remove it",
    ),
    "an axis the procedure needs": (
        (', load_current = ["1 mA", "1 A"]', ""),
        "clause T-LEVEL, test 'curve', key at.load_current: outputs.drop needs it; add it",
    ),
    "an axis twice": (
        ('at = { link = "open" }', 'at = { link = "open", remote_l = ["3 V"] }'),
        "clause T-LEVEL, test 'state', key rows.remote_l: is also in 'at'; give it in one of them",
    ),
    "an empty list": (
        ('vbat = ["8 V", "70 V"]', "vbat = []"),
        "clause T-LEVEL, test 'curve', key at.vbat: the list is empty; give values or remove it",
    ),
    "beyond the rating": (
        ('"1 A"] }', '"1.01 A"] }'),
        "clause T-LEVEL, test 'curve', key at.load_current: 1.01A is beyond the rating of LOAD, "
        "1A; stay at or below it",
    ),
    "beyond the absolute maximum": (
        ('"70 V"], load', '"70.1 V"], load'),
        "clause T-LEVEL, test 'curve', key at.vbat: 70.1V is beyond the absolute maximum of thing, "
        "70V; stay at or below it",
    ),
    "remote above vbat": (
        ('remote_l = "0 V" }', 'remote_l = "13 V" }'),
        "clause T-LEVEL, test 'state', key at.remote_l: 13V is above vbat = 12.8V; "
        "stay at or below it",
    ),
    "remote below minus": (
        ('remote_l = "0 V" }', 'remote_l = "-1 V" }'),
        "clause T-LEVEL, test 'state', key at.remote_l: -1V is negative; give zero or more",
    ),
    "duplicate clause": (
        ('id = "T-LABEL"', 'id = "T-LEVEL"'),
        "clause T-LEVEL: the id is taken; give each clause its own",
    ),
    "duplicate case": (
        ('vbat = ["8 V", "70 V"]', 'vbat = ["8 V", "70 V", "8.0 V"]'),
        "clause T-LEVEL: the case T-LEVEL.curve[vbat=8V,load_current=1mA] occurs twice; "
        "name tests apart and repeat no point",
    ),
    "neither test nor reason": (
        ('reason = "inspection"\n', ""),
        "clause T-LABEL, key reason: is missing; say why the clause has no test",
    ),
    "unknown discrepancy": (
        ('discrepancies = ["D-ONE"]', 'discrepancies = ["D-OEN"]'),
        "clause T-LEVEL, key discrepancies: unknown discrepancy 'D-OEN' (did you mean 'D-ONE'?); "
        "known are D-ONE",
    ),
    "unknown verify class": (
        ('verify = "inspection"', 'verify = "inspect"'),
        "clause T-LABEL, key verify: must be 'bench', 'bench-with-battery', 'app', "
        "'chamber', 'inspection', 'not-here' or 'guard', not 'inspect'; correct it",
    ),
    "unknown document": (
        (
            'document = "sheet", language = "en", line = 5',
            'document = "x", language = "en", line = 5',
        ),
        "clause T-LABEL, key sources: unknown document 'x'; known are sheet",
    ),
    "unknown language": (
        ('language = "en", line = 5', 'language = "fi", line = 5'),
        "clause T-LABEL, key sources: document 'sheet' has no language 'fi'; it has en",
    ),
    "a rating without its clause": (
        ('true, clause = "T-LEVEL"', 'true, clause = "T-LEVL"'),
        "device, key ratings.CHARGER.clause: unknown clause 'T-LEVL' (did you mean 'T-LEVEL'?); "
        "known are T-LABEL, T-LEVEL",
    ),
    "an unprotected output that may be shorted": (
        ('forbidden = ["short.LOAD"]', "forbidden = []"),
        "device, key ratings.LOAD: is not short-circuit protected; add 'short.LOAD' to forbidden",
    ),
    "a missing default": (
        ('link = "closed"\n', ""),
        "defaults, key link: is missing; add it",
    ),
    "no absolute maximum": (
        ('{ vbat = "70 V" }', "{}"),
        "device, key absolute_maximum.vbat: is missing; add the greatest voltage",
    ),
    "a rating of no terminal": (
        ("CHARGER = { current", "CHARGE = { current"),
        "device, key ratings.CHARGE: unknown terminal 'CHARGE' (did you mean 'CHARGER'?); "
        "known are BAT+, BAT-, LOAD, CHARGER",
    ),
    "a rating in volts": (
        ('current = "10 mA"', 'current = "10 mV"'),
        "device, key ratings.CHARGER.current: '10 mV' is a voltage, but a current is needed, "
        "such as '5 A'",
    ),
    "a list where one terminal is due": (
        ('with = { terminal = "LOAD" }', 'with = { terminal = ["LOAD"] }'),
        "clause T-LEVEL, test 'curve', key with.terminal: ['LOAD'] must be a single text; "
        "remove the brackets",
    ),
    "settle without a unit": (
        ('settle = "50 ms"', 'settle = "50"'),
        "clause T-LEVEL, test 'curve', key settle: '50' has no unit; "
        "write it as in '12.8 V' or '0.05 %'",
    ),
    "settle of the file in volts": (
        ('settle = "1 s"', 'settle = "1 V"'),
        "key settle: '1 V' is a voltage, but a time is needed, such as '5 s'",
    ),
    "a maximum that is a word": (
        ('{ vbat = "70 V" }', '{ vbat = "70 V", link = "open" }'),
        "device, key absolute_maximum.link: 'open' is not a number",
    ),
    "a source without a line": (
        ('language = "en", line = 5', 'language = "en"'),
        "clause T-LABEL, key sources.0.line: is missing; add it",
    ),
    "a clause id with a space": (
        ('id = "T-LABEL"', 'id = "T LABEL"'),
        "clause T LABEL, key id: string should match pattern '^[A-Z0-9][A-Z0-9-]*$', "
        "not 'T LABEL'; correct it",
    ),
    "another schema": (
        ("schema = 1", "schema = 2"),
        "the file, key schema: must be 1, not 2; correct it",
    ),
    "unknown shared limit": (
        (LIMIT, 'limits = { drop = "small" }'),
        "clause T-LEVEL, test 'curve', key limits.drop: unknown shared limit 'small'; "
        "known are none",
    ),
    "unused shared limit": (
        ("[[clause]]", '[limit.spare]\nlow = "1 V"\nbasis = "stated"\n\n[[clause]]'),
        "key limit.spare: no test uses this limit; use it or remove it",
    ),
}


@pytest.mark.parametrize(("change", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_one_mistake_is_one_sentence(load, change, sentence):
    assert mistakes(load, change) == [sentence]


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
