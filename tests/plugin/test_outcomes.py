"""Verdicts become outcomes, words and records, in one process and in two."""

import json
import re
import subprocess
from xml.etree import ElementTree

import pytest

from reports.run import read_run

SELECTED = ("-k", "not HANG and not MANY and not RAISE")
WORKERS = [(), ("-p", "xdist", "-n", "2")]


@pytest.mark.parametrize("workers", WORKERS, ids=["plain", "n2"])
def test_each_verdict_has_its_outcome(project, workers):
    ended = project.run("-v", "-rA", *SELECTED, *workers)

    assert ended.code == 1, ended.out + ended.err
    # PASS twice, COND, CURVE and INFO pass; FAIL, CONDFAIL and INCONCLUSIVE fail; GUARD is skipped
    counts = dict(reversed(pair) for pair in re.findall(r"(\d+) (\w+)", ended.out.splitlines()[-1]))
    expected = {"failed": "3", "passed": "5", "skipped": "1", "error": "1"}
    assert expected.items() <= counts.items(), counts
    for words in (
        "BENCH ERROR specs/test_it.py::test_clause[T-ERROR[vbat=8V]]",
        "INCONCLUSIVE specs/test_it.py::test_clause[T-INCONCLUSIVE[vbat=8V]]",
        "CONDITIONAL PASS specs/test_it.py::test_clause[T-COND[vbat=8V]]",
        "guard clause: refused",
    ):
        assert words in ended.out
    verdicts = {
        result.case_id: result.verdict.value for result in read_run(project.run_dir).results
    }
    assert verdicts == {
        "T-PASS[vbat=8V]": "PASS",
        "T-PASS[vbat=9V]": "PASS",
        "T-FAIL[vbat=8V]": "FAIL",
        "T-COND[vbat=8V]": "CONDITIONAL_PASS",
        "T-CONDFAIL[vbat=8V]": "CONDITIONAL_FAIL",
        "T-INCONCLUSIVE[vbat=8V]": "INCONCLUSIVE",
        "T-ERROR[vbat=8V]": "ERROR",
        "T-INFO[vbat=8V]": "INFORMATIVE",
        "T-CURVE[vbat=8V]": "PASS",
        "T-GUARD[vbat=8V]": "NOT_RUN",
    }


@pytest.mark.parametrize("workers", WORKERS, ids=["plain", "n2"])
def test_a_failure_is_a_sentence_and_no_traceback(project, workers):
    ended = project.run("-k", "T-FAIL", *workers)

    assert "FAIL drop = 0.3520 V  limits [.., 0.1] V, margin -0.252 V" in ended.out
    assert "at vbat = 8 V, link = closed" in ended.out
    for trace in ("Traceback", "raise_for_verdict", "test_it.py:4"):
        assert trace not in ended.out


def test_a_conditional_pass_fails_when_asked_to(project):
    ended = project.run_with_allure("--conditional-fails", "-k", "T-COND and not FAIL")

    assert ended.code == 1
    assert "CONDITIONAL PASS drop = 0.0990 V" in ended.out
    assert project.allure()["T-COND[vbat=8V]"]["status"] == "failed"


def test_a_defect_of_the_test_says_nothing_of_the_device(project):
    ended = project.run_with_allure("-k", "RAISE")

    assert "1 error" in ended.out
    assert "1 failed" not in ended.out
    (result,) = read_run(project.run_dir).results
    assert result.verdict.value == "ERROR"
    assert "a defect in the engine" in result.fault.message
    assert project.allure()["T-RAISE[vbat=8V]"]["status"] == "broken"


@pytest.mark.parametrize("workers", WORKERS, ids=["plain", "n2"])
def test_the_summary_counts_by_clause_and_keeps_bench_errors_apart(project, workers):
    ended = project.run(*SELECTED, *workers)

    table = ended.out[ended.out.index("= conformance =") :]
    assert "SIMULATED bench fake, device smallbms" in table
    assert "BENCH ERRORS (1): these say nothing about the device" in table
    row = next(line for line in table.splitlines() if line.startswith("T-FAIL"))
    assert "-0.252 V" in row
    assert "clauses have no test on this bench" in table
    assert str(project.run_dir) in table


def test_junit_carries_the_measurements(project):
    path = project.path / "junit.xml"
    project.run("-k", "T-FAIL", "--junitxml", str(path))

    (case,) = ElementTree.parse(path).iter("testcase")  # noqa: S314 - written a moment ago
    properties = {p.get("name"): p.get("value") for p in case.iter("property")}
    assert properties["verdict"] == "FAIL"
    assert properties["clause"] == "T-FAIL"
    assert properties["drop"] == "FAIL drop = 0.3520 V  limits [.., 0.1] V U = 0.0020 V"
    assert case.find("failure").get("message").startswith("FAIL drop = 0.3520 V")


def test_the_plan_opens_nothing_and_names_what_cannot_be_verified(project):
    ended = project.run("--plan", "-k", "PASS or EYES or GUARD", FAKE_LOG=str(project.path / "log"))

    assert ended.code == 0
    assert "T-PASS[vbat=9V]" in ended.out
    assert "outputs.drop" in ended.out
    assert "drop [.., 0.1] V" in ended.out
    assert "T-EYES (inspection): needs eyes" in ended.out
    assert "T-GUARD[vbat=8V]: guard clause: refused" in ended.out
    assert project.log == []
    assert not project.run_dir.exists()


def test_selection_and_last_failed_work_as_ever(project):
    case = "specs/test_it.py::test_clause[T-PASS[vbat=9V]]"
    command = project.command(case, "--run-dir", str(project.run_dir))
    done = subprocess.run(
        command, cwd=project.path, env=project.environment(), capture_output=True, check=False
    )
    assert b"1 passed" in done.stdout


def test_the_engine_is_closed_before_the_journal_ends(project):
    project.run("-k", "T-PASS", FAKE_LOG=str(project.path / "log"))

    assert project.log == ["opened", "closed"]
    run = read_run(project.run_dir)
    assert (run.end, run.problems) == ("finished", ())
    header = json.loads((project.run_dir / "journal.jsonl").read_text("utf-8").splitlines()[0])
    assert header["run_id"] == "run"
    assert header["data"]["simulated"] is True


def test_a_case_that_is_left_out_while_it_runs_is_skipped_with_its_reason(project):
    junit = project.path / "junit.xml"
    ended = project.run_with_allure(f"--junitxml={junit}", "-rs", FAKE_ONLY="T-PASS T-LEFT")

    assert ended.code == 0, ended.out
    assert "1 passed, 1 skipped" in ended.out
    assert "nobody has looked" in ended.out
    (skipped,) = ElementTree.parse(junit).iter("skipped")  # noqa: S314 - of our own making
    assert skipped.get("message") == "nobody has looked"
    assert project.allure()["T-LEFT[vbat=8V]"]["status"] == "skipped"
    (result,) = (r for r in read_run(project.run_dir).results if r.clause_id == "T-LEFT")
    assert (result.verdict.value, result.reason) == ("NOT_RUN", "nobody has looked")
