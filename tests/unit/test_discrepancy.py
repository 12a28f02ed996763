import pytest

from bench.errors import SpecError
from bench.register_file import load_register

DOCUMENT = """
schema = 1
[documents.sheet]
title = "Data sheet"
revision = "4"
languages = ["en", "fr"]
file = "sheet.txt"
sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
"""
ENTRY = """
[[discrepancy]]
id = "D-ONE"
severity = "A"
topic = "Protected?"
adopted = "Not protected."
reason = "Seven against one."
consequence = "Never shorted."
  [[discrepancy.readings]]
  text = "Protected."
  sources = [{ document = "sheet", language = "fr", line = 119, quote = "est protégée" }]
  [[discrepancy.readings]]
  text = "Not protected."
  sources = [{ document = "sheet", language = "en", line = 11, quote = "not protected" }]
"""


@pytest.fixture
def load(tmp_path):
    def load(text):
        path = tmp_path / "register.toml"
        path.write_text(text, encoding="utf-8")
        return load_register(path).discrepancies

    return load


def test_an_entry_holds_all_readings_and_the_adopted_one(load):
    entry = load(DOCUMENT + ENTRY)["D-ONE"]
    assert entry.adopted == "Not protected."
    assert [reading.text for reading in entry.readings] == ["Protected.", "Not protected."]
    source = entry.readings[0].sources[0]
    assert str(source) == 'Data sheet 4 (fr), line 119: "est protégée"'


def test_entries_keep_the_order_of_the_file(load):
    second = ENTRY.replace("D-ONE", "D-A")
    assert list(load(DOCUMENT + ENTRY + second)) == ["D-ONE", "D-A"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('severity = "A"', 'severity = "Z"', "key severity: must be 'A', 'B' or 'C', not 'Z'"),
        ("adopted =", "adoptd =", "key adoptd: unknown key (did you mean 'adopted'?)"),
        ('document = "sheet"', 'document = "shet"', "unknown document 'shet' (did you mean"),
        ('language = "fr"', 'language = "sv"', "has no language 'sv'; it has en, fr"),
        ("line = 119", "line = 0", "key readings.0.sources.0.line: must be 1 or more, not 0"),
        ('quote = "est protégée"', 'quote = ""', "key readings.0.sources.0.quote"),
        ('id = "D-ONE"', 'id = "one"', "discrepancy one, key id"),
        ('topic = "Protected?"\n', "", "key topic: is missing; add it"),
        ('sha256 = "0', 'sha256 = "', "key documents.sheet.sha256"),
    ],
)
def test_mistakes_name_entry_and_key(load, old, new, sentence):
    with pytest.raises(SpecError) as caught:
        load((DOCUMENT + ENTRY).replace(old, new, 1))
    assert sentence in str(caught.value)
    assert "register.toml: " in str(caught.value)


def test_an_id_is_given_once(load):
    with pytest.raises(SpecError, match="discrepancy D-ONE, key id: the id is taken"):
        load(DOCUMENT + ENTRY + ENTRY)
