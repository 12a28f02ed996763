"""The command line: one sentence for a mistake, no traceback, exit codes that mean something."""

import shutil

import pytest
from sample_run import write_run
from typer.testing import CliRunner

from reports.run import journals
from station.cli import app

BENCH = "benches/simulated.toml"


def _run(*arguments):
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


@pytest.fixture(autouse=True)
def _in_the_project(monkeypatch, request):
    monkeypatch.chdir(request.config.rootpath)


def test_an_intact_record(tmp_path):
    done = _run("verify-journal", str(write_run(tmp_path / "run")))

    assert done.exit_code == 0
    assert "4 results, finished, chain intact" in done.output


def test_a_changed_record(tmp_path):
    directory = write_run(tmp_path / "run")
    (path,) = journals(directory)
    path.write_text(path.read_text("utf-8").replace("0.052", "0.051", 1), encoding="utf-8")
    done = _run("verify-journal", str(directory))

    assert done.exit_code == 1
    assert "changed after it was recorded" in done.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("check", "absent.toml"), "absent.toml: there is no such bench file"),
        (("wiring", "absent.toml"), "absent.toml: there is no such bench file"),
        (("plan", "absent.toml"), "absent.toml: there is no such bench file"),
        (("plan", BENCH, "--dut", "toaster"), "--dut toaster"),
        (("check", BENCH, "--dut", "toaster"), "choose one"),
        (("faults", "toaster"), "toaster"),
        (("verify-journal", "absent"), "holds no journal"),
        (("report", "absent"), "holds no journal"),
    ],
)
def test_a_mistake_is_a_sentence(arguments, sentence):
    done = _run(*arguments)

    assert done.exit_code == 2
    assert sentence in done.output
    assert "Traceback" not in done.output


def test_a_report_without_node(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    done = _run("report", str(write_run(tmp_path / "run")))

    assert done.exit_code == 2
    assert "Node.js is missing" in done.output
    assert "the results are kept" in done.output


def test_the_plan_names_what_runs_and_what_cannot():
    done = _run("plan", BENCH)

    assert done.exit_code == 0
    assert "S-LOAD-LEVEL" in done.output
    assert "This bench cannot verify:" in done.output
    assert "nothing is opened" in done.output


def test_a_valid_bench_file():
    done = _run("check", BENCH)

    assert done.exit_code == 0
    assert "is valid: it can run" in done.output


def test_the_cabling_sheet_has_a_row_for_each_cable():
    done = _run("wiring", BENCH)

    assert done.exit_code == 0
    assert "drop.LOAD" in done.output


def test_the_defects():
    done = _run("faults", "smallbms")

    assert done.exit_code == 0
    assert "load-drop-0v3" in done.output
