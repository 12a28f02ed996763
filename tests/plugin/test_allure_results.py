"""What Allure is told: identity that outlives a move, the table, the steps, the curves."""

import shutil

import pytest

from reports.run import read_run

IDENTITY_PARAMETERS = {"vbat", "serial", "backend"}


def _identity(test):
    kept = {p["name"]: p["value"] for p in test["parameters"] if not p.get("excluded")}
    return test["testCaseId"], kept


def test_identity_outlives_a_move_and_a_rename(project):
    project.run_with_allure("-k", "T-PASS")
    before = {name: _identity(test) for name, test in project.allure().items()}
    shutil.rmtree(project.results)
    moved = project.path / "elsewhere" / "deeper"
    moved.parent.mkdir()
    (project.path / "specs").rename(moved)
    (moved / "test_it.py").rename(moved / "test_renamed.py")
    (project.path / "specs").mkdir()
    project.run_dir = project.path / "second"
    project.run_with_allure(str(moved), "-k", "T-PASS", "--rootdir", str(moved))
    after = {name: _identity(test) for name, test in project.allure().items()}

    assert before == after
    assert len(before) == 2
    assert len({str(identity) for identity in before.values()}) == 2
    for _, kept in before.values():
        assert kept.keys() == IDENTITY_PARAMETERS
        assert not any("'" in value for value in kept.values())


def test_serial_and_defects(project):
    project.run_with_allure("-k", "T-FAIL", "--serial", "HQ1", "--fault", "load-drop-0v3")
    (test,) = project.allure().values()

    _, kept = _identity(test)
    assert kept["serial"] == "HQ1"
    assert kept["backend"] == "simulated"
    defects = next(p for p in test["parameters"] if p["name"] == "defects")
    assert (defects["value"], defects["excluded"]) == ("load-drop-0v3", True)


def test_a_failed_case_shows_its_table_steps_and_transcript(project):
    project.run_with_allure("-k", "T-FAIL")
    (test,) = project.allure().values()

    labels = {label["name"]: label["value"] for label in test["labels"]}
    assert (labels["epic"], labels["feature"]) == ("smallBMS", "load")
    assert labels["clause"] == "T-FAIL"
    assert labels["layer"] == "simulation"
    assert "| drop |  | 0.3520 | 0.1 | V | 0.0020 | **FAIL** |" in test["description"]
    assert 'Sheet 1 (en), line 108: "Vbat - 0.1 V"' in test["description"]
    assert [step["name"] for step in test["steps"]] == ["FAIL drop = 0.3520 V  limits [.., 0.1] V"]
    assert test["steps"][0]["status"] == "failed"
    (wire,) = [a for a in test["attachments"] if a["name"] == "wire transcript"]
    assert "supply > VOLT 12.8" in (project.results / wire["source"]).read_text("utf-8")
    assert "trace" not in test["statusDetails"]


def test_a_passed_case_has_no_transcript(project):
    project.run_with_allure("-k", "T-PASS or T-INFO")

    assert all("attachments" not in test for test in project.allure().values())


@pytest.mark.parametrize(("plots", "pictures"), [("all", 1), ("failed", 0), ("none", 0)])
def test_curves_are_drawn(project, plots, pictures):
    ended = project.run_with_allure("-k", "T-CURVE", "--plots", plots)
    (test,) = project.allure().values()

    assert ended.code == 0, ended.out
    kinds = [attachment["type"] for attachment in test["attachments"]]
    assert kinds.count("image/svg+xml") == pictures
    assert kinds.count("text/csv") == 1
    for attachment in test["attachments"]:
        assert (project.results / attachment["source"]).stat().st_size > 100
    table = next(a for a in test["attachments"] if a["type"] == "text/csv")
    lines = (project.results / table["source"]).read_text("utf-8").splitlines()
    assert lines[0] == "time [s],LOAD [V],BAT+ [V]"
    assert len(lines) < 2000  # a report is to be opened; the journal keeps every sample
    (kept,) = (project.run_dir / "evidence").glob("*.csv")
    assert len(kept.read_text("utf-8").splitlines()) == 1 + 5000


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["plain", "n2"])
def test_surroundings(project, workers):
    project.run_with_allure("-k", "T-PASS or T-CURVE", *workers)

    environment = (project.results / "environment.properties").read_text("utf-8")
    assert "kind=SIMULATED\n" in environment
    assert "decision_rule=ilac-g8\n" in environment
    assert (project.results / "categories.json").is_file()
    assert (project.results / "executor.json").is_file()
    assert len(project.allure()) == 3
    assert len(list(project.results.glob("*.svg"))) == 1


def test_without_allure_everything_else_works(project):
    ended = project.run("-k", "T-FAIL")

    assert ended.code == 1
    assert len(read_run(project.run_dir).results) == 1
