"""The suite is held against known defects: what it catches, misses, and what a weak one loses."""

import csv
import json
import re
import shutil
from dataclasses import replace
from io import StringIO

import pytest
from rig import ROOT
from typer.testing import CliRunner

from bench.errors import BenchError, ConfigError
from bench.procedures.catalogue import PROCEDURES
from bench.verdict import Verdict
from reports.kill_matrix import Catch
from reports.kill_matrix_page import to_html
from reports.kill_matrix_text import summary, to_csv
from station.cli import app
from station.cores import on_cores
from station.defects import chosen
from station.ledger import Ledger, open_ledger
from station.proof import prove
from station.unit import Unit

MINE = """
[[fault]]
id = "harmless"
title = "a solder bead of {magnitude} between LOAD and BAT+"
variants = ["S"]
clauses = ["S-LOAD-LEVEL"]
magnitude = 1e9
unit = "ohm"
parts = [{ kind = "resistor", plus = "BAT+", minus = "LOAD", value = "magnitude" }]

[[fault]]
id = "mislabelled"
title = "LOAD lies {magnitude} below Vbat, recorded against the wrong clause"
clauses = ["S-CUR-OFF"]
variants = ["S"]
magnitude = 0.3
unit = "V"
set = { "load.drop" = "magnitude" }

[[fault]]
id = "of-another-device"
title = "not for S"
variants = ["N"]
set = { "load.drop" = 1.0 }
"""


def few(names, *files, specs=ROOT / "test_specs"):
    (golden,), defects = chosen(["smallbms"], names, files, specs)
    known = {case.id for case in golden.cases()}
    only = frozenset(
        case.id
        for case in golden.cases()
        if case.clause.id in ("S-LOAD-LEVEL", "S-CUR-OFF") and "12.8V" in case.id
    )
    assert only < known
    return replace(golden, only=only), defects


def proven(tmp_path, golden, defects, workers=1, seeds=()):
    told = []
    with open_ledger(tmp_path / "out") as ledger:
        (matrix,) = prove(
            [golden],
            defects,
            ledger,
            spread=on_cores(workers),
            told=lambda *news: told.append(news),
            seeds=seeds,
        )
    return matrix, [name for _, _, name in told if name]


@pytest.fixture
def mine(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(MINE, encoding="utf-8")
    return path


def test_a_defect_is_caught_by_the_clause_it_violates(tmp_path):
    matrix, _ = proven(tmp_path, *few("load-drop-0v3,current-off-too-high"))
    assert matrix.alarms == {}
    assert {row.fault: row.failed for row in matrix.rows} == {
        "load-drop-0v3": ("S-LOAD-LEVEL",),
        "current-off-too-high": ("S-CUR-OFF",),
    }
    assert {row.catch for row in matrix.rows} == {Catch.CAUGHT}
    assert matrix.idle == ()
    assert matrix.is_proof


def test_survivor_accident_and_allowed_are_told_apart(tmp_path, mine):
    golden, defects = few("harmless,mislabelled,cable-open-ignored", mine)
    matrix, _ = proven(tmp_path, golden, defects)
    assert {row.fault: row.catch for row in matrix.rows} == {
        "harmless": Catch.SURVIVED,
        "mislabelled": Catch.ELSEWHERE,
        "cable-open-ignored": Catch.ALLOWED,
    }
    assert not matrix.is_proof
    told = "\n".join(summary(matrix))
    assert "survived: harmless: a solder bead of 1e+06 kohm" in told
    assert "caught by accident: mislabelled" in told
    page = to_html([matrix])
    assert "NOT PROVEN" in page
    lines = list(csv.DictReader(StringIO(to_csv([matrix]))))
    claimed = {(line["defect"], line["clause"]) for line in lines if line["violated"]}
    assert claimed == {("harmless", "S-LOAD-LEVEL"), ("mislabelled", "S-CUR-OFF")}
    # as many lines as units times clauses
    assert len(lines) == 4 * 2


def test_another_device_is_refused_and_not_caught_by_accident(tmp_path):
    golden, defects = few("wrong-variant-fitted,load-drop-0v3")
    matrix, _ = proven(tmp_path, golden, defects)
    assert {row.fault: row.catch for row in matrix.rows} == {
        "wrong-variant-fitted": Catch.REFUSED,
        "load-drop-0v3": Catch.CAUGHT,
    }
    assert "is no smallBMS, it looks like smallBMS NG" in matrix.rows[0].refused
    assert matrix.is_proof
    told = "\n".join(summary(matrix))
    assert "1 of 2 that violate a clause are caught by it, 1 refused as another device" in told
    assert "is no smallBMS, it looks like smallBMS NG" in to_html([matrix])


def limiting_off_current(folder, limit):
    """Return a copy of the specifications in which S-CUR-OFF has another limit."""
    shutil.copytree(ROOT / "test_specs", folder, ignore=shutil.ignore_patterns("__pycache__"))
    path = folder / "smallbms.toml"
    before, clause, after = path.read_text(encoding="utf-8").partition('id = "S-CUR-OFF"')
    assert 'high = "1.5 mA"' in after
    after = after.replace('high = "1.5 mA"', f'high = "{limit}"', 1)
    path.write_text(before + clause + after, encoding="utf-8")
    return folder


def test_a_weakened_clause_loses_its_kill(tmp_path):
    strong, _ = proven(tmp_path, *few("current-off-too-high"))
    specs = limiting_off_current(tmp_path / "weak", "3 mA")
    weak, told = proven(tmp_path, *few("current-off-too-high", specs=specs))
    assert strong.is_proof
    assert told, "a changed specification is run again"
    assert weak.rows[0].catch is Catch.SURVIVED
    assert not weak.is_proof


def test_a_procedure_that_returns_the_limit_loses_its_kills(tmp_path, monkeypatch):
    asked = "load-drop-0v3,current-off-too-high"
    golden, defects = few(asked)
    honest, _ = proven(tmp_path / "honest", golden, defects)
    procedure = PROCEDURES["outputs.drop"]

    def lazy(bench, point, arguments):
        for found in procedure.measure(bench, point, arguments):
            yield replace(found, value=0.1, uncertainty=0.0) if found.name == "drop" else found

    weakened = {**PROCEDURES, "outputs.drop": replace(procedure, measure=lazy)}
    monkeypatch.setattr("bench.execution.PROCEDURES", weakened)
    weak, _ = proven(tmp_path / "weak", golden, defects)
    assert honest.is_proof
    assert {row.fault: row.catch for row in weak.rows} == {
        "load-drop-0v3": Catch.SURVIVED,
        "current-off-too-high": Catch.CAUGHT,
    }
    assert weak.alarms == {}, "no conforming unit betrays such a procedure: only defects do"
    assert weak.idle == ("S-LOAD-LEVEL",)
    assert not weak.is_proof


def test_conforming_units_are_measured_by_other_instruments_as_well(tmp_path):
    golden, _ = few("load-drop-0v3")
    matrix, told = proven(tmp_path, golden, {}, seeds=[1, 2])
    assert told[1:] == ["smallbms: conforming unit, seed 1", "smallbms: conforming unit, seed 2"]
    assert [row.seed for row in matrix.others] == [1, 2]
    assert matrix.is_clean
    assert not matrix.is_proof, "no defect was built in"
    specs = limiting_off_current(tmp_path / "strict", "1.43 mA")  # the very current it draws
    golden, _ = few("load-drop-0v3", specs=specs)
    matrix, _ = proven(tmp_path, golden, {}, seeds=range(1, 9))
    said = matrix.alarms["S-CUR-OFF"].said
    assert "supply_current" in said
    assert not matrix.is_clean


def test_a_false_alarm_is_no_proof(tmp_path):
    specs = limiting_off_current(tmp_path / "strict", "0.5 mA")
    matrix, _ = proven(tmp_path, *few("load-drop-0v3", specs=specs))
    assert list(matrix.alarms) == ["S-CUR-OFF"]
    assert matrix.golden.cells["S-CUR-OFF"].verdict is Verdict.FAIL
    assert matrix.rows[0].catch is Catch.CAUGHT
    assert not matrix.is_proof


def test_a_second_start_goes_on_where_the_first_was_interrupted(tmp_path, monkeypatch):
    golden, defects = few("load-drop-0v3,current-off-too-high")
    run = Unit.run

    def interrupted(unit):
        if unit.defect and unit.defect.name == "current-off-too-high":
            raise KeyboardInterrupt
        return run(unit)

    monkeypatch.setattr(Unit, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        proven(tmp_path, golden, defects)
    monkeypatch.undo()
    with (tmp_path / "out" / Ledger.NAME).open("a", encoding="utf-8") as file:
        file.write('{"fingerprint": "torn')  # killed in the middle of a line
    matrix, told = proven(tmp_path, golden, defects)
    assert told == ["smallbms: current-off-too-high"]
    assert matrix.is_proof
    again, told = proven(tmp_path, golden, defects)
    assert told == []
    assert again == matrix
    lines = (tmp_path / "out" / Ledger.NAME).read_text(encoding="utf-8").splitlines()
    assert len([json.loads(line) for line in lines]) == 3


def test_a_changed_defect_is_run_again(tmp_path, mine):
    proven(tmp_path, *few("harmless", mine))
    mine.write_text(MINE.replace("1e9", "2e9"), encoding="utf-8")
    _, told = proven(tmp_path, *few("harmless", mine))
    assert told == ["smallbms: harmless"]


def test_processes_say_what_one_process_says(tmp_path):
    golden, defects = few("load-drop-0v3")
    one, _ = proven(tmp_path / "one", golden, defects)
    two, _ = proven(tmp_path / "two", golden, defects, workers=2)
    assert one == two


def test_conforming_units_alone_write_no_matrix(tmp_path, monkeypatch):
    golden, _ = few("load-drop-0v3")
    cases = golden.cases()
    monkeypatch.setattr(Unit, "cases", lambda unit: cases)
    done = command("smallbms", "--golden", "--seeds", "2", "--out", str(tmp_path), "--workers", "1")
    assert done.exit_code == 0
    assert "no defect built in; 0 false alarms on 3 conforming units" in done.output
    assert not (tmp_path / "kill_matrix.html").exists()


def test_a_damaged_or_busy_ledger_is_a_sentence(tmp_path):
    with (
        open_ledger(tmp_path / "out"),
        pytest.raises(ConfigError, match="another campaign"),
        open_ledger(tmp_path / "out"),
    ):
        pass
    (tmp_path / "out" / Ledger.NAME).write_text("{}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="remove the file"):
        Ledger(tmp_path / "out")


def test_a_function_is_a_defect(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(
        "from math import sqrt\n\n\n"
        "def worn(device):\n    '''LOAD has 10 kohm.'''\n"
        "    device.elements['LOAD'].set(resistance=10e3)\n\n\n"
        "worn.clauses = ('S-LOAD-LEVEL',)\n",
        encoding="utf-8",
    )
    matrix, _ = proven(tmp_path, *few("worn", path))
    assert [(row.fault, row.title, row.catch) for row in matrix.rows] == [
        ("worn", "LOAD has 10 kohm.", Catch.CAUGHT)
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("S-LOAD-LEVEL", "S-LOAD-LEVLE"), "S-LOAD-LEVLE"),
        (('id = "harmless"', 'id = "load-weak"'), "rename yours"),
        (("[[fault]]", "[[fautl]]"), "mine.toml"),
    ],
)
def test_a_mistake_in_a_file_is_a_sentence(mine, change, sentence):
    mine.write_text(MINE.replace(*change), encoding="utf-8")
    with pytest.raises(BenchError, match=sentence):
        chosen(["smallbms"], None, [mine])


def test_magnitudes_can_be_asked_for(tmp_path):
    _, defects = few("load-drop-0v3@0.2")
    assert [defect.title for defect in defects["smallbms"]] == [
        "LOAD lies 0.2 V below Vbat even without load"
    ]


def test_devices_are_those_that_a_chosen_defect_fits():
    goldens, _ = chosen(None, "prealarm-inverted", [])
    assert [golden.device for golden in goldens] == ["smallbms_prealarm"]


def command(*arguments):
    return CliRunner().invoke(app, ["prove", *arguments], catch_exceptions=False)


@pytest.mark.parametrize(
    "arguments", [["--faults", ""], ["smallbms", "--faults", ","]], ids=["devices", "device"]
)
def test_no_defect_is_red(arguments, tmp_path):
    done = command(*arguments, "--out", str(tmp_path))
    assert done.exit_code == 1
    assert "a suite that meets no defect is not proven" in done.output


def test_a_directory_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = command("smallbms", "--golden", "--out", str(tmp_path / "file" / "out"))
    assert done.exit_code == 2
    assert "give another --out" in done.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["toaster"], "toaster"),
        (["--faults", "nothing-such"], "nothing-such"),
        (["--faults", "load-drop"], "did you mean load-drop-0v3"),
        (["--fault-file", "absent.toml"], "absent.toml"),
    ],
)
def test_a_mistake_is_a_sentence(arguments, sentence, tmp_path):
    done = command(*arguments, "--out", str(tmp_path))
    assert done.exit_code == 2
    assert sentence in done.output


def test_the_command_says_what_it_found(tmp_path, mine, monkeypatch):
    golden, _ = few("load-drop-0v3")
    cases = golden.cases()
    monkeypatch.setattr(Unit, "cases", lambda unit: cases)  # the whole suite takes its time
    out = ["--out", str(tmp_path / "out"), "--workers", "1"]
    done = command("smallbms", "--faults", "load-drop-0v3", *out)
    assert done.exit_code == 0
    assert (
        "1 of 1 that violate a clause are caught by it; 0 false alarms on a conforming unit"
        in done.output
    )
    done = command("smallbms", "--fault-file", str(mine), "--faults", "harmless", *out)
    assert done.exit_code == 1
    assert "survived: harmless" in done.output
    assert (tmp_path / "out" / "kill_matrix.html").is_file()
    assert (tmp_path / "out" / "kill_matrix.csv").is_file()


def test_the_defects_of_the_how_to_are_caught_as_it_says(tmp_path):
    page = (ROOT / "docs" / "how-to" / "describe-a-faulty-device.md").read_text(encoding="utf-8")
    (told,) = re.findall(r"^```toml\n(.*?)^```$", page, re.M | re.S)
    path = tmp_path / "mine.toml"
    path.write_text(told, encoding="utf-8")
    (golden,), defects = chosen(["smallbms"], "load-contact-worn,flux-residue", [path])
    claims = {defect.name: defect.claims for defect in defects["smallbms"]}
    assert set(claims) == {"load-contact-worn", "flux-residue"}
    near = [case for case in golden.cases() if "12.8V" in case.id or "20V" in case.id]
    meant = {clause for clauses in claims.values() for clause in clauses}
    only = frozenset(case.id for case in near if case.clause.id in meant)
    matrix, _ = proven(tmp_path, replace(golden, only=only), defects)
    assert {row.fault: set(row.failed) for row in matrix.rows} == {
        name: set(clauses) for name, clauses in claims.items()
    }
