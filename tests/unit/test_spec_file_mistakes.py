"""Every mistake in a spec file is one sentence with file, clause, key and remedy."""

import pytest
from spec_file_rig import LIMIT, loader, mistakes


@pytest.fixture
def load(tmp_path):
    return loader(tmp_path)


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
        "clause T LABEL, key id: must have the form ^[A-Z0-9][A-Z0-9-]*$, "
        "not 'T LABEL'; correct it",
    ),
    "a negative settle": (
        ('settle = "50 ms"', 'settle = "-50 ms"'),
        "clause T-LEVEL, test 'curve', key settle: '-50 ms' is negative; give zero or more",
    ),
    "a negative settle of the file": (
        ('settle = "1 s"', 'settle = "-1 s"'),
        "key settle: '-1 s' is negative; give zero or more",
    ),
    "an argument that is a number": (
        ('with = { terminal = "LOAD" }', 'with = { terminal = "LOAD", load = 3 }'),
        "clause T-LEVEL, test 'curve', key with.load: must be a text in quotes or a list of "
        "such, not 3; correct it",
    ),
    "a limit that is a number": (
        ('high = "0.1 V"', "high = 0.1"),
        "clause T-LEVEL, test 'curve', key limits.drop, key high: must be a text in quotes, "
        "not 0.1; correct it",
    ),
    "a switch in quotes": (
        ('high = "0.1 V"', 'high = "0.1 V", informative = "yes"'),
        "clause T-LEVEL, test 'curve', key limits.drop, key informative: must be true or false, "
        "without quotes, not 'yes'; correct it",
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


def test_a_negative_duration_is_refused(load):
    change = (
        'procedure = "outputs.drop"\n  with = { terminal = "LOAD" }',
        'procedure = "outputs.rating"\n  with = { terminal = "LOAD", duration = "-10 s" }',
    )
    assert mistakes(load, change) == [
        "clause T-LEVEL, test 'curve', key with.duration: '-10 s' is negative; give zero or more"
    ]
