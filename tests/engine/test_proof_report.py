"""A campaign as Allure results: a result for each unit, failed where the suite missed something."""

import json

from typer.testing import CliRunner

from bench.verdict import Verdict
from reports import kill_matrix_allure
from reports.kill_matrix import Cell, KillMatrix, Row
from reports.kill_matrix_text import write_matrices
from station.cli import app

PASSES = Cell(counts={Verdict.PASS: 3})
FAILS = Cell(counts={Verdict.PASS: 2, Verdict.FAIL: 1}, case="A-1[x]", said="FAIL drop = 1 V | x")
DOUBTS = Cell(counts={Verdict.INCONCLUSIVE: 1}, case="B-1", said="INCONCLUSIVE level")


def matrix(golden=PASSES):
    def row(fault, first, second, *claims, seed=None):
        cells = {"A-1": first, "B-1": second}
        return Row(device="s", fault=fault, title="x", claims=claims, cells=cells, seed=seed)

    return KillMatrix(
        device="s",
        title="device S",
        clauses={"A-1": "first", "B-1": "second"},
        golden=row("", golden, PASSES),
        others=[row("", PASSES, PASSES, seed=4)],
        rows=[
            row("caught", FAILS, DOUBTS, "A-1"),
            row("survived", PASSES, PASSES, "A-1", "C-1"),
            row("elsewhere", FAILS, PASSES, "B-1"),
            row("allowed", PASSES, PASSES),
        ],
    )


def results(tmp_path, *matrices):
    attached = write_matrices(matrices, tmp_path)
    folder = kill_matrix_allure.write_results(matrices, tmp_path, attached)
    found = [json.loads(path.read_text("utf-8")) for path in folder.glob("*-result.json")]
    assert len({result["historyId"] for result in found}) == len(found)
    return {result["name"]: result for result in found}


def test_a_defect_that_is_missed_is_a_failed_result(tmp_path):
    found = results(tmp_path, matrix())
    assert {name: result["status"] for name, result in found.items()} == {
        "conforming unit": "passed",
        "conforming unit, seed 4": "passed",
        "caught": "passed",
        "survived": "failed",
        "elsewhere": "failed",
        "allowed": "passed",
    }
    assert found["survived"]["statusDetails"]["message"] == (
        "survived: violates A-1, C-1, fails nothing"
    )
    steps = {name: {s["name"]: s["status"] for s in found[name]["steps"]} for name in found}
    assert steps["caught"] == {"A-1: FAIL": "passed", "B-1: INCONCLUSIVE": "skipped"}
    assert steps["survived"] == {"A-1: PASS": "failed", "C-1: NOT RUN": "failed"}
    assert steps["allowed"] == {}
    assert r"FAIL drop = 1 V \| x" in found["caught"]["description"]


def test_a_false_alarm_is_a_failed_result(tmp_path):
    found = results(tmp_path, matrix(golden=FAILS))
    assert found["conforming unit"]["status"] == "failed"
    assert found["conforming unit"]["statusDetails"]["message"] == "false alarm: A-1"


def test_the_matrix_is_attached_and_old_results_go(tmp_path):
    results(tmp_path, matrix())
    folder = tmp_path / kill_matrix_allure.RESULTS
    (folder / "stale-result.json").write_text("{}", encoding="utf-8")
    results(tmp_path, matrix())
    assert not (folder / "stale-result.json").exists()
    content = json.loads((folder / "proof-globals.json").read_text("utf-8"))
    assert [part["source"] for part in content["attachments"]] == [
        "proof-attachment.html",
        "proof-attachment.csv",
    ]
    page = (folder / "proof-attachment.html").read_bytes()
    assert page == (tmp_path / "kill_matrix.html").read_bytes()
    assert kill_matrix_allure.name(tmp_path) == "SIMULATED device S: proof of the suite"


def test_the_report_command_knows_a_campaign(tmp_path, monkeypatch):
    results(tmp_path, matrix())
    monkeypatch.setattr("reports.html.shutil.which", lambda program: None)
    done = CliRunner().invoke(app, ["report", str(tmp_path)], catch_exceptions=False)
    assert done.exit_code == 2
    assert "Node.js is missing" in done.output, "it got as far as rendering"
