"""Citations against documents that moved, changed or are missing; the register in a terminal."""

from hashlib import sha256

import pytest
from typer.testing import CliRunner

from bench.errors import SpecError
from reports import disputes
from reports.sources import State, told, touched, verify_sources
from reports.specifications import referring, register, specifications
from station.cli import app

SHEET = ["A thing", "supply 8 to 70 V", "drop 0.1 V at 1 A", "weight 0.1 kg"]
LEAFLET = ["Ein Ding", "Versorgung 8 bis 70 V"]
CLAUSES = """
schema = 1
id = "thing"
title = "A thing"
register = "discrepancies.toml"
[device]
name = "thing"
variant = "T"
title = "A thing"
terminals = ["BAT+", "BAT-", "LOAD"]
absolute_maximum = { vbat = "70 V" }
ratings = {}
[defaults]
vbat = "12.8 V"
battery = "healthy"
remote_l = "open"
remote_h = "open"
link = "closed"
load_current = "none"
[[clause]]
id = "T-RANGE"
category = "supply"
title = "Range"
text = "It works from 8 V to 70 V."
verify = "inspection"
reason = "Not here."
discrepancies = ["D-ENDS"]
sources = [{ document = "sheet", language = "en", line = 2, quote = "8 to 70 V" }]
[[clause]]
id = "T-WEIGHT"
category = "inspection"
title = "Weight"
text = "It weighs 0.1 kg."
verify = "inspection"
reason = "Not here."
sources = [{ document = "sheet", language = "en", line = 4, quote = "0.1 kg" }]
"""
REGISTER = """
schema = 1
[documents.sheet]
title = "Sheet"
revision = "2"
languages = ["en"]
file = "sheet.txt"
sha256 = "{sheet}"
[documents.leaflet]
title = "Leaflet"
languages = ["de"]
file = "leaflet.txt"
sha256 = "{leaflet}"
[[discrepancy]]
id = "D-ENDS"
severity = "C"
topic = "Are the ends included?"
adopted = "Yes."
reason = "The usual meaning."
consequence = "Tested at both ends."
  [[discrepancy.readings]]
  text = "8 to 70 V."
  sources = [{{ document = "leaflet", language = "de", line = 2, quote = "8 bis 70 V" }}]
"""


def written(folder, name, lines, end="\n"):
    path = folder / name
    path.write_text(end.join(lines), encoding="utf-8", newline="")
    return sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def house(tmp_path):
    """Return the folder of documents and what the specification and register say of them."""
    documents, specs = tmp_path / "documents", tmp_path / "specs"
    documents.mkdir()
    specs.mkdir()
    text = REGISTER.format(
        sheet=written(documents, "sheet.txt", SHEET),
        leaflet=written(documents, "leaflet.txt", LEAFLET),
    )
    (specs / "discrepancies.toml").write_text(text, encoding="utf-8")
    (specs / "thing.toml").write_text(CLAUSES, encoding="utf-8")
    return documents, specifications(specs), register(specs)


def lines(house):
    documents, specs, entries = house
    return "\n".join(told(verify_sources(documents, specs, entries), referring(specs)))


def states(checks):
    return {
        name: finding.state
        for check in checks
        for finding in check.findings
        for name in finding.citation.cited_by
    }


def test_untouched_documents_are_clean(house):
    checks = verify_sources(*house)
    assert all(check.is_clean for check in checks)
    assert "3 citations: 3 stand, 0 moved, 0 changed, 0 not checked" in lines(house)


def test_a_moved_line_is_told_with_its_new_place(house):
    written(house[0], "sheet.txt", ["new", *SHEET])
    checks = verify_sources(*house)
    assert states(checks) == {
        "T-RANGE": State.MOVED,
        "T-WEIGHT": State.MOVED,
        "D-ENDS": State.STANDS,
    }
    text = lines(house)
    assert 'moved    en line 2 -> 3: "8 to 70 V" (T-RANGE)' in text
    assert "clauses with other line numbers: T-RANGE, T-WEIGHT" in text
    assert "another text than the one that was read" in text
    assert not all(check.is_clean for check in checks)


def test_a_changed_text_is_told_with_the_clauses_to_read_again(house):
    written(house[0], "sheet.txt", [*SHEET[:3], "weight 0.2 kg"])
    checks = verify_sources(*house)
    assert states(checks)["T-WEIGHT"] is State.CHANGED
    assert states(checks)["T-RANGE"] is State.STANDS
    assert 'changed  en line 4: "0.1 kg" stands nowhere now (T-WEIGHT)' in lines(house)
    assert touched(checks, referring(house[1]), State.CHANGED) == ("T-WEIGHT",)


def test_an_entry_of_the_register_touches_the_clauses_that_refer_to_it(house):
    written(house[0], "leaflet.txt", ["Ein Ding", "Versorgung 9 bis 60 V"])
    checks = verify_sources(*house)
    assert touched(checks, referring(house[1]), State.CHANGED) == ("T-RANGE",)
    assert "(D-ENDS)" in lines(house)


def test_a_text_that_shrank_below_the_line_is_no_crash(house):
    written(house[0], "sheet.txt", ["A thing"])
    assert states(verify_sources(*house))["T-WEIGHT"] is State.CHANGED


def test_another_text_with_all_quotes_is_not_clean(house):
    written(house[0], "sheet.txt", [*SHEET, "more"])
    (check, _) = verify_sources(*house)
    assert check.count(State.STANDS) == 2
    assert not check.is_the_same
    assert not check.is_clean


def test_ends_of_lines_do_not_move_a_quote(house):
    written(house[0], "sheet.txt", SHEET, end="\r\n")
    (check, _) = verify_sources(*house)
    assert check.count(State.STANDS) == 2


def test_a_document_that_was_not_given_is_named(house):
    (house[0] / "leaflet.txt").unlink()
    text = lines(house)
    assert "Leaflet (leaflet.txt): was not given; its 1 citations were not checked" in text
    assert "1 not checked" in text
    assert not all(check.is_clean for check in verify_sources(*house))


def test_a_document_under_another_name_is_known_by_its_text(house):
    (house[0] / "sheet.txt").rename(house[0] / "renamed.txt")
    assert all(check.is_clean for check in verify_sources(*house))


def test_a_missing_folder_and_a_text_that_is_none_are_sentences(house):
    with pytest.raises(SpecError, match="there is no such folder"):
        verify_sources(house[0] / "nowhere", *house[1:])
    (house[0] / "sheet.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SpecError, match="is not UTF-8"):
        verify_sources(*house)


def test_the_documents_are_left_alone(house):
    before = {path: path.read_bytes() for path in house[0].iterdir()}
    verify_sources(*house)
    assert {path: path.read_bytes() for path in house[0].iterdir()} == before


def test_the_register_is_listed_with_clauses(house):
    _, specs, entries = house
    text = "\n".join(disputes.overview(entries, referring(specs)))
    for words in ("D-ENDS  [C]  Are the ends included?", "adopted   Yes.", "T-RANGE", "1 entries"):
        assert words in text
    told_all = "\n".join(disputes.detail(entries, referring(specs), "D-ENDS"))
    assert 'Leaflet (de), line 2: "8 bis 70 V"' in told_all
    with pytest.raises(SpecError, match="D-NOWHERE: no such entry"):
        list(disputes.detail(entries, {}, "D-NOWHERE"))


def test_commands_and_exit_codes(tmp_path):
    runner = CliRunner()
    empty = runner.invoke(app, ["verify-sources", str(tmp_path)])
    assert empty.exit_code == 1
    assert empty.output.count("was not given") == 5
    assert runner.invoke(app, ["verify-sources", str(tmp_path / "none")]).exit_code == 2
    listed = runner.invoke(app, ["discrepancies"])
    assert listed.exit_code == 0
    assert all(entry in listed.output for entry in register())
    assert "NG-CODE-EB09" in runner.invoke(app, ["discrepancies", "D-EB09"]).output
    assert runner.invoke(app, ["discrepancies", "D-NONE"]).exit_code == 2


def test_the_shipped_specifications_agree_with_the_documents(documents):
    result = CliRunner().invoke(app, ["verify-sources", str(documents)])
    assert result.exit_code == 0, result.output
