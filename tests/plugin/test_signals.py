"""A run that is broken off: the bench is made safe and nothing interrupted is called passed."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from reports.run import read_run

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals to a process are POSIX")


def _wait_until_hanging(project, process: subprocess.Popen[str]) -> None:
    pause = threading.Event()
    for _ in range(600):
        if "hanging" in project.log:
            return
        assert process.poll() is None, process.communicate()[0]
        pause.wait(0.05)
    raise AssertionError("the fake engine did not get to its hanging case")


def _alone(project, code) -> subprocess.CompletedProcess[str]:
    """Run ``code`` in a Python of its own."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env=project.environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_the_body(project, number):
    process = project.start("-k", "T-PASS or HANG")
    _wait_until_hanging(project, process)
    process.send_signal(number)
    out, _ = process.communicate(timeout=60)

    assert process.returncode == 2, out
    assert project.log == ["opened", "hanging", "closed"]
    run = read_run(project.run_dir)
    assert (run.end, run.problems) == ("interrupted", ())
    by_id = {result.case_id: result for result in run.results}
    broken = by_id["T-HANG[vbat=8V]"]
    assert (broken.verdict.value, broken.fault.interrupted) == ("ERROR", True)
    tests = project.allure()
    assert tests["T-HANG[vbat=8V]"]["status"] == "broken"
    assert "interrupted" in tests["T-HANG[vbat=8V]"]["statusDetails"]["message"]
    assert tests["T-PASS[vbat=8V]"]["status"] == "passed"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_the_bench_opens(project, number):
    process = project.start("-k", "T-PASS", FAKE_HANG_OPEN="1")
    _wait_until_hanging(project, process)
    process.send_signal(number)
    out, _ = process.communicate(timeout=60)

    assert process.returncode == 2, out
    assert "INTERNALERROR" not in out
    assert not (project.run_dir / "journal.jsonl").exists()
    assert project.allure() == {}


def test_a_run_that_shall_outlive_its_terminal_does(project):
    ignoring = "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); "
    ignoring += "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    command = [sys.executable, "-c", ignoring, *project.command()[1:], "specs", "-k", "T-PASS"]
    (project.path / "conftest.py").write_text(LATE.replace("SIGINT", "SIGHUP"), encoding="utf-8")
    done = subprocess.run(
        [*command, "--run-dir", str(project.run_dir)],
        cwd=project.path,
        env=project.environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "please wait" not in done.stderr
    assert read_run(project.run_dir).end == "finished"


def test_a_kill_leaves_what_was_measured(project):
    process = project.start("-k", "T-PASS or HANG")
    _wait_until_hanging(project, process)
    process.kill()
    process.communicate(timeout=60)

    run = read_run(project.run_dir)
    assert [result.case_id for result in run.results] == ["T-PASS[vbat=8V]", "T-PASS[vbat=9V]"]
    assert run.end == "broken off"
    assert any("no end of run" in problem for problem in run.problems)


LATE = """
import signal

def pytest_terminal_summary():
    signal.raise_signal(signal.SIGINT)
"""


def test_a_signal_does_not_break_off_the_summary(project):
    (project.path / "conftest.py").write_text(LATE, encoding="utf-8")
    ended = project.run("-k", "T-PASS")
    assert ended.code == 0, ended.out + ended.err
    assert "2 passed" in ended.out
    assert "please wait" in ended.err
    assert "Traceback" not in ended.out + ended.err
    assert read_run(project.run_dir).end == "finished"


REPORTING = """
import signal
import allure_commons

class Late:
    sent = False

    @allure_commons.hookimpl(tryfirst=True)
    def report_result(self, result):
        if not self.sent:
            self.sent = True
            signal.raise_signal(signal.SIGINT)

def pytest_configure():
    allure_commons.plugin_manager.register(Late())
"""


def test_a_signal_waits_until_the_case_before_is_reported(project):
    (project.path / "conftest.py").write_text(REPORTING, encoding="utf-8")
    ended = project.run_with_allure("-k", "T-PASS")
    assert ended.code == 2, ended.out + ended.err
    assert "warning" not in ended.out
    run = read_run(project.run_dir)
    assert run.end == "interrupted"
    tests = project.allure()
    assert [*tests] == [result.case_id for result in run.results] == ["T-PASS[vbat=8V]"]
    assert tests["T-PASS[vbat=8V]"]["status"] == "passed"


NOWHERE = """
import signal

def interrupted():
    signal.raise_signal(signal.SIGINT)

code = interrupted.__code__
units = len(code.co_code) // 2
blank = [0x80 | 15 << 3 | min(8, units - start) - 1 for start in range(0, units, 8)]
interrupted.__code__ = code.replace(co_linetable=bytes(blank))  # as generated code has it

def pytest_runtest_setup():
    interrupted()
"""


def test_a_signal_between_two_lines_ends_the_run_like_any_other(project):
    (project.path / "conftest.py").write_text(NOWHERE, encoding="utf-8")
    ended = project.run("-k", "T-PASS")
    assert ended.code == 2, ended.out + ended.err
    assert "KeyboardInterrupt: SIGINT" in ended.out
    assert "Traceback" not in ended.out + ended.err
    assert read_run(project.run_dir).end == "interrupted"


STUBBORN = """
import signal, sys, threading
from reports.interrupts import Interrupts

interrupts = Interrupts()
interrupts.install()
seen = []
try:
    try:
        signal.raise_signal(signal.SIGTERM)
    finally:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
        seen.append("torn down")
except KeyboardInterrupt as error:
    seen.append(str(error))
interrupts.restore()
print(seen, interrupts.name, signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)
"""


def test_a_second_signal_waits_for_the_safe_state(project):
    done = _alone(project, STUBBORN)
    assert done.stdout.strip() == "['torn down', 'SIGTERM'] SIGTERM True"
    assert "please wait" in done.stderr


PASSED_ON = """
import signal
from reports.interrupts import Interrupts

interrupts = Interrupts()
interrupts.install()
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    signal.raise_signal(signal.SIGTERM)
"""


def test_nobody_is_asked_for_patience_by_a_parent_that_passes_on_what_was_heard(project):
    done = _alone(project, PASSED_ON)
    assert (done.returncode, done.stderr) == (0, "")


SHIELDED = """
import signal
from reports.interrupts import Interrupts

interrupts = Interrupts()
interrupts.install()
seen = []
try:
    with interrupts.shield():
        signal.raise_signal(signal.SIGINT)
        seen.append("whole")
    seen.append("never")
except KeyboardInterrupt:
    seen.append("then broken off")
print(seen)
"""


def test_a_line_is_written_whole_before_a_signal_acts(project):
    done = _alone(project, SHIELDED)
    assert done.stdout.strip() == "['whole', 'then broken off']"


SWALLOWED = """
import ctypes, signal, sys
from reports.interrupts import Interrupts

interrupts = Interrupts()
interrupts.install()
sys.unraisablehook = lambda unraisable: None
callback = ctypes.CFUNCTYPE(None)(lambda: signal.raise_signal(signal.SIGTERM))
seen = []
try:
    callback()
    seen.append("lost in the callback")
    with interrupts.shield():
        seen.append("result kept")
    seen.append("never")
except KeyboardInterrupt:
    seen.append("then broken off")
print(seen)
"""


def test_a_signal_inside_a_callback_of_a_library_is_not_lost(project):
    done = _alone(project, SWALLOWED)
    assert done.stdout.strip() == "['lost in the callback', 'result kept', 'then broken off']"


LOST = """
import ctypes, signal, sys

execution = sys.modules["bench.execution"]
callback = ctypes.CFUNCTYPE(None)(lambda: signal.raise_signal(signal.SIGTERM))
engine = execution.run_case

def run_case(case, bench, recorder):
    if case.id == "T-PASS[vbat=9V]":
        sys.unraisablehook = lambda unraisable: None
        callback()
    return engine(case, bench, recorder)

execution.run_case = run_case
"""


def test_a_case_in_which_a_library_lost_the_signal_is_not_passed(project):
    (project.path / "conftest.py").write_text(LOST, encoding="utf-8")
    ended = project.run_with_allure("-k", "T-PASS")
    assert ended.code == 2, ended.out + ended.err
    first, second = read_run(project.run_dir).results
    assert first.verdict.value == "PASS"
    assert (second.verdict.value, second.fault.interrupted) == ("ERROR", True)
    assert second.checks, "what was measured is kept"
    assert project.allure()["T-PASS[vbat=9V]"]["status"] == "broken"


AROUND = """
import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logstart(nodeid):
    if "vbat=9V" in nodeid:
        raise OSError("cannot send")
"""


def test_what_breaks_around_a_test_is_not_called_a_defect_of_the_test(project):
    (project.path / "conftest.py").write_text(AROUND, encoding="utf-8")
    project.run("-k", "T-PASS")
    _, second = read_run(project.run_dir).results
    assert second.fault.interrupted
    assert second.fault.message == "interrupted: OSError('cannot send')"


FULL = """
import errno, os

real, full = os.write, []

def write(file, data):
    if b'"T-FAIL[' in data or full and {lasting}:
        full.append(file)
        raise OSError(errno.ENOSPC, "No space left on device")
    return real(file, data)

os.write = write
"""


@pytest.mark.parametrize(("lasting", "end"), [(False, "interrupted"), (True, "broken off")])
def test_a_full_disk_ends_the_run_with_a_sentence(project, lasting, end):
    (project.path / "conftest.py").write_text(FULL.format(lasting=lasting), encoding="utf-8")
    ended = project.run_with_allure("-k", "T-PASS or T-FAIL")
    assert ended.code == 2, ended.out + ended.err
    said = "journal.jsonl: the record cannot be written (No space left on device)"
    assert said in ended.out
    assert "2 passed, " in ended.out
    assert "1 error" in ended.out
    assert "Traceback" not in ended.out + ended.err
    run = read_run(project.run_dir)
    assert run.end == end
    assert [result.clause_id for result in run.results] == ["T-PASS", "T-PASS"]


CRASH = """
import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logfinish():
    raise RuntimeError("some plugin's own defect")
"""


def test_a_run_that_a_plugin_broke_is_not_called_finished(project):
    (project.path / "conftest.py").write_text(CRASH, encoding="utf-8")
    ended = project.run("-k", "T-PASS")
    assert ended.code == 3, ended.out
    run = read_run(project.run_dir)
    assert (run.end, len(run.results)) == ("interrupted", 1)


def test_what_allure_cannot_keep_does_not_end_a_run(project):
    full = FULL.replace("os.write = write", "")
    (project.path / "conftest.py").write_text(
        full + "import reports.allure_files, reports.allure_writer\n"
        "def nowhere(*_, **__):\n    raise OSError(errno.ENOSPC, 'No space left on device')\n"
        "reports.allure_writer.open = nowhere\n"
        "reports.allure_files._write = nowhere\n",
        encoding="utf-8",
    )
    ended = project.run_with_allure("-k", "T-PASS")
    assert ended.code == 0, ended.out + ended.err
    assert "cannot be written (No space left on device); the record has everything" in ended.out
    assert len(read_run(project.run_dir).results) == 2
    assert project.allure() == {}


WORKERS = ("-p", "xdist", "-n", "2", "-k", "T-MANY")
BROKEN_OFF = """
import os, signal

def pytest_runtest_logreport(report):
    if "PYTEST_XDIST_WORKER" not in os.environ and report.when == "call":
        signal.raise_signal(signal.{name})
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_workers_end_with_a_controller_that_was_interrupted(project, name):
    pytest.importorskip("xdist")
    (project.path / "conftest.py").write_text(BROKEN_OFF.format(name=name), encoding="utf-8")
    ended = project.run(*WORKERS, FAKE_CASES="4000")
    assert ended.code == 2, ended.out + ended.err
    assert f"KeyboardInterrupt: {name}" in ended.out
    assert "Traceback" not in ended.out + ended.err
    run = read_run(project.run_dir)
    assert (run.end, run.problems) == ("interrupted", ())
    assert len(run.results) < 4000
    assert not any(result.fault for result in run.results)


def test_workers_end_with_a_controller_that_broke(project):
    pytest.importorskip("xdist")
    broken = BROKEN_OFF.replace("signal.raise_signal(signal.{name})", "raise BrokenPipeError")
    (project.path / "conftest.py").write_text(broken, encoding="utf-8")
    project.run(*WORKERS, FAKE_CASES="4000")
    run = read_run(project.run_dir)
    assert (run.end, run.problems) == ("interrupted", ())
    assert len(run.results) < 4000


def test_workers_whose_record_cannot_be_written_do_not_call_it_finished(project):
    pytest.importorskip("xdist")
    full = FULL.format(lasting=False).replace("T-FAIL[", "T-MANY[vbat=12V]")
    (project.path / "conftest.py").write_text(full, encoding="utf-8")
    ended = project.run(*WORKERS, FAKE_CASES="20")
    assert ended.code == 2, ended.out + ended.err
    assert read_run(project.run_dir).end == "interrupted"


NO_ROOM = """
import errno

def pytest_sessionfinish(session):
    if not hasattr(session.config, "workerinput"):
        raise OSError(errno.ENOSPC, "No space left on device")
"""


@pytest.mark.parametrize(
    ("options", "code"),
    [(("-k", "T-PASS"), 2), (("-k", "T-FAIL"), 1), (("-p", "xdist", "-n", "1", "-k", "T-PASS"), 2)],
)
def test_a_report_of_pytest_that_cannot_be_written_is_a_sentence(project, options, code):
    if "xdist" in options:
        pytest.importorskip("xdist")
    (project.path / "conftest.py").write_text(NO_ROOM, encoding="utf-8")
    ended = project.run(*options)
    assert ended.code == code, ended.out + ended.err
    assert "a report of pytest cannot be written (No space left on device)" in ended.out
    assert "Traceback" not in ended.out + ended.err
    assert read_run(project.run_dir).end == "finished"
