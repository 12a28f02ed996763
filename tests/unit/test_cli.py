"""The command line: one sentence for a mistake, no traceback, exit codes that mean something."""

import os
import shutil
import signal
from pathlib import Path

import pytest
from sample_run import write_run
from typer.testing import CliRunner

from bench.assembly import open_bench
from bench.errors import ConfigError
from bench.spec_file import load_spec
from reports.interrupts import ending
from reports.journal import today
from reports.request import SPECS
from reports.run import journals
from station.cli import app, main

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
        (
            ("conformance", "--dut", "smallbms", "--run-dir", "pyproject.toml/run"),
            "--run-dir pyproject.toml/run: cannot be written",
        ),
        (("conformance", "--run-dir", "pyproject.toml"), "pyproject.toml: cannot be written"),
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


def test_a_report_says_first_how_each_run_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    write_run(tmp_path / "run" / "run-one", device="one")
    write_run(tmp_path / "run" / "run-three", device="three", end=False)
    done = _run("report", str(tmp_path / "run"))

    assert "\none    1 BENCH ERROR, 1 FAIL, 1 PASS, 1 NOT RUN\n" in f"\n{done.output}"
    assert "\nthree  1 BENCH ERROR, 1 FAIL, 1 PASS, 1 NOT RUN (broken off)\n" in done.output


def test_runs_of_one_device_are_not_one_report(tmp_path):
    for name in ("a", "b"):
        write_run(tmp_path / "runs" / name)
    done = _run("report", str(tmp_path / "runs"))

    assert done.exit_code == 2
    assert "holds several runs of smallbms, a and b: name one" in done.output
    assert {path.name for path in (tmp_path / "runs").iterdir()} == {"a", "b"}
    assert not (tmp_path / "runs" / "a" / "coverage.html").exists()


def test_the_simulated_bench_is_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = _run("plan")

    assert done.exit_code == 0
    assert "SIMULATED bench simulated" in done.output


def test_the_plan_names_what_runs_and_what_cannot():
    done = _run("plan", BENCH)

    assert done.exit_code == 0
    assert "S-LOAD-LEVEL" in done.output
    assert "This bench cannot verify:" in done.output
    assert "nothing is opened" in done.output


@pytest.mark.parametrize("bench", [BENCH, "benches/minimal-simulated.toml"])
def test_a_valid_bench_file(bench):
    done = _run("check", bench)

    assert done.exit_code == 0
    assert "is valid: it can run" in done.output


OVERDUE = '[instruments.t7]\ncalibration = { certificate = "1", due = 2026-05-01 }\n'
WRONG_WAY_ROUND = '[wiring]\nbypass = { at = "daq.118", between = ["fused", "BAT+"] }\n'
NO_ADDRESS = '[instruments.daq]\nresource = "nowhere"\n'


@pytest.mark.parametrize(
    ("base", "text"),
    [
        (BENCH, OVERDUE),
        ("benches/reference.toml", OVERDUE),
        (BENCH, WRONG_WAY_ROUND),
        ("benches/reference.toml", WRONG_WAY_ROUND),
        (BENCH, NO_ADDRESS),
    ],
)
def test_what_a_run_would_be_refused_for_is_told_in_the_same_words(tmp_path, base, text):
    path = tmp_path / "mine.toml"
    path.write_text(
        f'schema = 1\nextends = "{Path(base).absolute().as_posix()}"\n{text}', encoding="utf-8"
    )
    device = load_spec(SPECS / "smallbms.toml").device
    with (
        pytest.raises(ConfigError) as refused,
        open_bench(path, device=device, serial="HQ1", today=today()),
    ):
        pass
    done = _run("check", str(path))

    assert done.exit_code == 2
    assert done.output.strip() == str(refused.value).strip()


def test_the_cabling_sheet_has_a_row_for_each_cable():
    done = _run("wiring", BENCH)

    assert done.exit_code == 0
    assert "drop.LOAD" in done.output


@pytest.mark.parametrize("device", ["smallbms_ng", "smallbms-ng"])
def test_the_defects(device):
    done = _run("faults", device)

    assert done.exit_code == 0
    assert "load-drop-0v3" in done.output


def test_a_report_that_is_broken_off_is_a_sentence(tmp_path, monkeypatch):
    def broken_off(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("reports.html.render", broken_off)
    done = _run("report", str(write_run(tmp_path / "run")))
    assert done.exit_code == 2
    assert "interrupted; give the same command again" in done.output


@pytest.mark.skipif(os.name == "nt", reason="no such signals on Windows")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_whatever_ends_a_command_ends_it_like_ctrl_c(monkeypatch, name):
    number = getattr(signal, name)
    before = {each: signal.getsignal(each) for each in ending()}
    monkeypatch.setattr("station.cli.app", lambda: signal.raise_signal(number))
    try:
        with pytest.raises(KeyboardInterrupt):
            main()
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
