"""The suites of several devices side by side: a pytest process for each, one directory for all."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from types import FrameType

from bench.bench_file_reader import load_bench_file
from bench.errors import ConfigError
from reports.interrupts import ending
from reports.orphan import PARENT
from reports.request import PROJECT, SPECS
from reports.run import journals
from station.defects import device_name, is_known, no_fault

_POLL = 0.1
_GIVES_WAY = 7  # of 19, as `nice` counts
_LOG = "terminal.txt"
_INTERRUPTED = 2
_NOTHING_COLLECTED = 5
_BROKEN_OFF = tuple(-number for number in ending())

_PERCENT = re.compile(rb"\[ *(\d+)%\]")

Told = Callable[[int, int, str], None]
"""Is told how much is done, of how much, and which suites are under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """One device's suite as a process; ``directory`` is where its journal goes."""

    device: str
    directory: Path
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a suite ended: the exit code of pytest and, unless it had the terminal, what it said."""

    suite: Suite
    code: int
    output: str


def devices(bench: Path, named: Sequence[str], defects: Sequence[str]) -> tuple[str, ...]:
    """Return the devices whose suites are meant: those named, or all that can be simulated.

    Without names a defect picks the devices that can have it. Raises ConfigError for a real bench,
    which holds one unit, and for a defect that no device can have.
    """
    if not named and not load_bench_file(bench).simulated:
        raise ConfigError(f"{bench} is a real bench with one unit on it: name its kind with --dut")
    if named:
        return tuple(dict.fromkeys(map(device_name, named)))
    known = sorted(path.stem for path in SPECS.glob("*.toml") if path.stem != "discrepancies")
    fitting = tuple(name for name in known if all(is_known(name, defect) for defect in defects))
    if not fitting:
        for defect in defects:
            if not any(is_known(name, defect) for name in known):
                raise ConfigError(no_fault(defect, known))
        raise ConfigError(f"no device can have all of the defects {', '.join(defects)}")
    return fitting


def suites(
    names: Sequence[str], bench: Path, directory: Path, options: Sequence[str]
) -> tuple[Suite, ...]:
    """Return the suites of devices; one alone is recorded in ``directory`` itself.

    ``options`` go to pytest as they are.
    """
    return tuple(
        Suite(
            device=name,
            directory=own,
            command=_command(name, own, bench, directory / "allure-results", options),
        )
        for name in names
        for own in (directory if len(names) == 1 else directory / f"{directory.name}-{name}",)
    )


def make_directories(directory: Path, chosen: Sequence[Suite]) -> None:
    """Make the directories of a run; raises ConfigError where that cannot be, or has been."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for suite in chosen:
            if suite.directory != directory:  # alone, a suite finds a journal itself
                suite.directory.mkdir()
    except OSError as error:
        if directory.is_dir() and isinstance(error, FileExistsError):
            said = "holds a run already; name a new directory"
            raise ConfigError(f"--run-dir {directory}: {said}") from None
        said = f"cannot be written ({error.strerror})"
        raise ConfigError(f"--run-dir {directory}: {said}; name another") from None


def run_all(chosen: Sequence[Suite], told: Told) -> Generator[Ended]:
    """Run the suites side by side and yield each as it ends.

    All start together, however few the cores, and shorter ones give way to longer ones: a long one
    would be the last and alone. One suite alone gets the terminal. A signal that ends this process
    is passed on, and every suite is waited for: it makes its bench safe and closes its record. So
    are all that still run when nobody asks for the next one.
    """
    if len(chosen) == 1:
        (suite,) = chosen
        process = subprocess.Popen(  # noqa: S603 - our own command line
            suite.command, cwd=PROJECT, env=_environment()
        )
        with process, _patient({suite: process}):
            code = process.wait()
        yield Ended(suite=suite, code=code, output="")
        return
    running: dict[Suite, subprocess.Popen[bytes]] = {}
    with _patient(running) as broken_off:
        for rank, suite in enumerate(sorted(chosen, key=_length, reverse=True)):
            if not broken_off.is_set():
                running[suite] = _start(suite, rank)
                if broken_off.is_set():  # it may have come too late to be told
                    running[suite].terminate()
        started = tuple(running)
        while running:
            Event().wait(_POLL)
            told(
                sum(_done(suite, running) for suite in started),
                100 * len(started),
                ", ".join(suite.device for suite in running),
            )
            for suite, process in tuple(running.items()):
                if process.poll() is None:
                    continue
                del running[suite]
                said = (suite.directory / _LOG).read_text("utf-8", "replace")
                if process.returncode in _BROKEN_OFF and not journals(suite.directory):
                    said = ""  # Python's own words about an import that was broken off
                yield Ended(suite=suite, code=process.returncode, output=said)


def exit_code(ended: Sequence[Ended]) -> int:
    """Return the worst exit code; a suite that had nothing to run does not count beside others."""
    # who was still starting when the signal came had no handler for it yet
    codes = [_INTERRUPTED if end.code in _BROKEN_OFF else end.code for end in ended]
    ran = [code for code in codes if code != _NOTHING_COLLECTED]
    return max((abs(code) for code in ran), default=_NOTHING_COLLECTED)


def _command(
    name: str, directory: Path, bench: Path, results: Path, options: Sequence[str]
) -> tuple[str, ...]:
    return (
        *(sys.executable, "-m", "pytest", str(SPECS), "-q"),
        *("--bench", str(bench.absolute()), "--dut", name),
        *("--run-dir", str(directory.absolute()), "--alluredir", str(results.absolute())),
        *(f"--junitxml={(directory / 'junit.xml').absolute()}", *options),
    )


def _start(suite: Suite, rank: int) -> subprocess.Popen[bytes]:
    suite.directory.mkdir(parents=True, exist_ok=True)
    colour = {"PY_COLORS": "1"} if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else {}
    with (suite.directory / _LOG).open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command line
            suite.command,
            cwd=PROJECT,
            env=_environment() | {"PYTHONIOENCODING": "utf-8"} | colour,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    if rank and hasattr(os, "setpriority"):  # Windows has none
        with suppress(OSError):  # it may have ended already
            os.setpriority(os.PRIO_PROCESS, process.pid, min(19, _GIVES_WAY + 3 * rank))
    return process


def _environment() -> dict[str, str]:
    return os.environ | {PARENT: str(os.getpid())}


def _length(suite: Suite) -> int:
    """Return how much a suite has to do, as far as can be seen: the size of its specification."""
    path = SPECS / f"{suite.device}.toml"
    return path.stat().st_size if path.exists() else 0


def _done(suite: Suite, running: Mapping[Suite, object]) -> int:
    """Return how many percent of its cases a suite has run, as pytest prints it."""
    if suite not in running:
        return 100
    said = _PERCENT.findall((suite.directory / _LOG).read_bytes())
    return int(said[-1]) if said else 0


@contextmanager
def _patient(running: Mapping[Suite, subprocess.Popen[bytes]]) -> Generator[Event]:
    """Wait for the suites whatever signal comes; they end themselves, as they must.

    The event says that a signal has come. Only a Ctrl-C at the terminal is heard by all of them; so
    every signal is passed on, but on Windows, where nothing but Ctrl-C can be without killing them.
    """
    broken_off = Event()

    def handle(number: int, frame: FrameType | None) -> None:
        del frame
        broken_off.set()
        for process in tuple(running.values()):
            if process.poll() is None and (os.name == "posix" or number == signal.SIGTERM):
                process.terminate()

    before = {number: signal.signal(number, handle) for number in ending()}
    try:
        yield broken_off
    finally:
        for process in running.values():  # nobody asks for the rest
            if process.poll() is None:
                process.terminate()
                process.wait()
        for number, handler in before.items():
            signal.signal(number, handler)
