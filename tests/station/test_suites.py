"""Several devices in one go: which are meant, how they end, and one record for each."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.errors import ConfigError
from reports.run import members, read_runs
from station.suites import Ended, Suite, devices, exit_code, make_directories, run_all, suites

ROOT = Path(__file__).parents[2]
SIMULATED, COPPER = ROOT / "benches" / "simulated.toml", ROOT / "benches" / "reference.toml"
POSIX = pytest.mark.skipif(os.name == "nt", reason="no such signals on Windows")
ALL = ("smallbms", "smallbms_ng", "smallbms_prealarm")


def ended(code):
    return Ended(suite=Suite(device="x", directory=Path(), command=()), code=code, output="")


def test_every_device_is_meant_unless_some_are_named():
    assert devices(SIMULATED, (), ()) == ALL
    assert devices(SIMULATED, ("smallbms-ng", "smallbms_ng"), ()) == ("smallbms_ng",)


def test_a_defect_picks_the_devices_that_can_have_it():
    assert devices(SIMULATED, (), ("prealarm-inverted",)) == ("smallbms_prealarm",)
    with pytest.raises(ConfigError, match=r"no fault 'load-dorp'; did you mean load-drop-0v3"):
        devices(SIMULATED, (), ("load-drop-0v3", "load-dorp"))
    with pytest.raises(ConfigError, match=r"all of the defects prealarm-inverted, dies-at-60v"):
        devices(SIMULATED, (), ("prealarm-inverted", "dies-at-60v"))


def test_a_real_bench_holds_one_unit():
    assert devices(COPPER, ("smallbms",), ()) == ("smallbms",)
    with pytest.raises(ConfigError, match=r"reference.toml is a real bench .* with --dut"):
        devices(COPPER, (), ())


def test_one_suite_is_recorded_where_it_was_asked_and_several_beside_each_other(tmp_path):
    (alone,) = suites(("smallbms",), SIMULATED, tmp_path / "run", ())
    both = suites(("smallbms", "smallbms_ng"), SIMULATED, tmp_path / "run", ())

    assert alone.directory == tmp_path / "run"
    assert [suite.directory.name for suite in both] == ["run-smallbms", "run-smallbms_ng"]


@pytest.mark.parametrize(
    ("codes", "worst"),
    [((0, 5), 0), ((5, 5), 5), ((0, 1), 1), ((1, 2), 2), ((0, -signal.SIGTERM), 2), ((1, -11), 11)],
)
def test_the_worst_suite_decides(codes, worst):
    assert exit_code([ended(code) for code in codes]) == worst


def test_a_journal_each_and_what_pytest_said(tmp_path):
    chosen = suites(ALL, SIMULATED, tmp_path / "run", ("-k", "REM-BOTH", "--plots", "none"))
    told = []
    found = {end.suite.device: end for end in run_all(chosen, lambda *said: told.append(said))}

    assert {name: end.code for name, end in found.items()} == dict.fromkeys(ALL, 0)
    assert all("-REM-BOTH" in end.output for end in found.values())
    assert [run.header["device"] for run in read_runs(tmp_path / "run")] == list(ALL)
    assert len({run.run_id for run in read_runs(tmp_path / "run")}) == 3
    assert told[0][2].startswith("smallbms_ng")  # the largest begins first
    assert told[-1][:2] == (300, 300)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal that ends a process like this")
@pytest.mark.parametrize("measured", [False, True])
def test_what_a_killed_suite_said_is_kept_once_it_has_measured(tmp_path, measured):
    words = "import os, signal; print('said', flush=True); os.kill(os.getpid(), signal.SIGTERM)"
    chosen = tuple(
        Suite(device=name, directory=tmp_path / name, command=(sys.executable, "-c", words))
        for name in ("one", "other")
    )
    if measured:
        for suite in chosen:
            suite.directory.mkdir()
            (suite.directory / "journal.jsonl").touch()
    found = list(run_all(chosen, lambda *_: None))

    assert [end.output for end in found] == ["said\n" if measured else ""] * 2
    assert exit_code(found) == 2


def conformance(directory, *options):
    """Start ``bench conformance`` and return it once a suite has its journal."""
    command = "import sys; from station.cli import main; sys.argv[0] = 'bench'; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", command, "conformance", "--run-dir", str(directory), *options],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    while process.poll() is None and not list(directory.rglob("journal.jsonl")):
        os.sched_yield()
    return process


@POSIX
@pytest.mark.parametrize(
    ("number", "names"), [("SIGTERM", ALL), ("SIGINT", ALL[:1]), ("SIGHUP", ALL[1:])]
)
def test_a_signal_to_the_one_that_waits_ends_all_in_order(tmp_path, number, names):
    process = conformance(tmp_path / "run", *(f"--dut={name}" for name in names))
    process.send_signal(getattr(signal, number))
    output, _ = process.communicate(timeout=120)

    runs = [run for run in read_runs(tmp_path / "run") if run.results or run.end]
    assert process.returncode == 2, output.decode(errors="replace")
    assert {run.end for run in runs} == {"interrupted"}
    assert not any(run.problems for run in runs)
    assert members(tmp_path / "run")


@POSIX
def test_a_suite_does_not_outlive_the_one_that_waits_for_it(tmp_path):
    process = conformance(tmp_path / "run", "--dut=smallbms_ng")
    process.kill()
    process.communicate(timeout=120)  # the suite has the other end of the pipe as well
    (run,) = read_runs(tmp_path / "run")
    assert (run.end, run.problems) == ("interrupted", ())


@POSIX
def test_suites_that_nobody_waits_for_any_more_are_ended(tmp_path):
    waits = "import os, signal; print(os.getpid(), flush=True); signal.pause()"
    words = {"quick": "print('done')", "slow": waits}
    chosen = tuple(
        Suite(device=name, directory=tmp_path / name, command=(sys.executable, "-c", word))
        for name, word in words.items()
    )
    ends = run_all(chosen, lambda *_: None)
    assert next(ends).suite.device == "quick"
    log = tmp_path / "slow" / "terminal.txt"
    while not log.read_text("utf-8"):
        os.sched_yield()
    ends.close()
    with pytest.raises(ProcessLookupError):
        os.kill(int(log.read_text("utf-8")), 0)


def test_a_directory_is_given_to_one_set_of_suites_only(tmp_path):
    alone = suites(ALL[:1], SIMULATED, tmp_path / "one", ())
    make_directories(tmp_path / "one", alone)
    make_directories(tmp_path / "one", alone)  # one that somebody has made is as good
    chosen = suites(ALL, SIMULATED, tmp_path / "run", ())
    make_directories(tmp_path / "run", chosen)
    with pytest.raises(ConfigError, match="holds a run already; name a new directory"):
        make_directories(tmp_path / "run", chosen)


@pytest.mark.parametrize("names", [ALL[:1], ALL])
def test_continuous_integration_finds_what_each_suite_leaves_for_it(tmp_path, names):
    told = (ROOT / "docs" / "how-to" / "ci.md").read_text("utf-8")
    patterns = set(re.findall(r"reports/out/\S*junit\.xml", told))
    written = set()
    for suite in suites(names, SIMULATED, tmp_path / "reports" / "out" / "run", ()):
        (option,) = (one for one in suite.command if one.startswith("--junitxml="))
        path = Path(option.removeprefix("--junitxml="))
        path.parent.mkdir(parents=True)
        path.touch()
        written.add(path)
    assert patterns
    for pattern in patterns:
        assert {*tmp_path.glob(pattern)} == written
