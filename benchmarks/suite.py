"""Whole test sessions beside plain pytest: the idle plugin, long runs, the S suite with reports.

Each figure is the processor time of a process and its children, which tells the same from run to
run on a machine that does other things too. Plugins are named, not found; results go to memory
where the system has a file system there; compiled files are written, as for any user.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.ratio import Ratio
from reports.run import read_run

PROJECT = Path(__file__).parent.parent
SUITE = PROJECT / "test_specs"
ONE_TEST = "def test_nothing():\n    pass\n"
EMPTY_TESTS = """
import pytest

@pytest.mark.parametrize("number", range({count}))
def test_nothing(number):
    pass
"""
_AXIS = '{{ vbat = [{values}], load_current = "light" }}'


def run() -> Iterator[Ratio]:
    """Yield the ratios of the whole process."""
    with _workplace() as place:
        yield _idle(place)
        yield _suite(place)
        yield _long_run(place)


def _idle(place: Path) -> Ratio:
    """Return what loading the plugin costs somebody who does not use it."""
    (place / "idle").mkdir()
    (place / "idle" / "test_one.py").write_text(ONE_TEST, encoding="utf-8")
    command = _pytest("idle")
    ours, peer = _pairs(place, [*command, "-p", "fixtures.plugin"], command, pairs=15)
    text = "plain pytest, one test"
    return Ratio(name="idle plugin", ours=ours, peer=peer, goal=1.15, unit="s", text=text)


def _suite(place: Path) -> Ratio:
    """Return what the S suite costs beside as many empty tests under allure-pytest."""
    count = len(read_run(_measure_once(place), curves="left").results)
    (place / "empty").mkdir()
    text = EMPTY_TESTS.format(count=count)
    (place / "empty" / "test_empty.py").write_text(text, encoding="utf-8")
    allure = ("-p", "allure_pytest", "--alluredir")
    ours, peer = _pairs(
        place,
        [*_pytest(str(SUITE)), *allure, "{fresh}/results", "--run-dir", "{fresh}", *_BENCH],
        [*_pytest("empty"), *allure, "{fresh}/results"],
        pairs=5,
    )
    text = f"{count} empty tests under allure-pytest; {_speed(place)}"
    return Ratio(name="S suite", ours=ours, peer=peer, goal=2.5, unit="s", text=text)


def _long_run(place: Path) -> Ratio:
    """Return what 3000 cases cost beside 1000 of the same."""
    commands: list[list[str]] = []
    for count in (3000, 1000):
        folder = place / f"specs{count}"
        _widened_suite(folder, count)
        selection = ("-k", "S-LOAD-LEVEL.light", "--run-dir", "{fresh}")
        commands.append([*_pytest(str(folder)), *selection, *_BENCH])
    ours, peer = _pairs(place, *commands, pairs=3)
    return Ratio(name="3000 cases", ours=ours, peer=peer, goal=3.3, unit="s", text="1000 cases")


_BENCH = ("-p", "fixtures.plugin", "--plots", "none")


def _pytest(path: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", path]


def _measure_once(place: Path) -> Path:
    """Run the suite once, which also warms the caches; return its run directory."""
    directory = place / "first"
    begun = perf_counter()
    _spend(place, [*_pytest(str(SUITE)), "--run-dir", str(directory), *_BENCH])
    (directory / "seconds").write_text(str(perf_counter() - begun), encoding="utf-8")
    return directory


def _speed(place: Path) -> str:
    """Return how much faster than the bench clock the first run was."""
    results = read_run(place / "first", curves="left").results
    bench_time = sum(result.ended - result.started for result in results)
    wall_time = float((place / "first" / "seconds").read_text(encoding="utf-8"))
    return f"bench time / wall time {bench_time / wall_time:.0f}"


def _widened_suite(folder: Path, count: int) -> None:
    """Copy the suite with ``count`` supply voltages in its first test at a light load."""
    shutil.copytree(SUITE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    path = folder / "smallbms.toml"
    text = path.read_text(encoding="utf-8")
    test = text.index('name = "light"', text.index('id = "S-LOAD-LEVEL"'))
    begin = text.index("{ vbat", test)
    end = text.index("}", begin) + 1
    voltages = (8.0 + 62.0 * index / (count - 1) for index in range(count))
    values = ", ".join(f'"{voltage:.4f} V"' for voltage in voltages)
    path.write_text(text[:begin] + _AXIS.format(values=values) + text[end:], encoding="utf-8")


def _pairs(
    place: Path, ours: Sequence[str], peer: Sequence[str], *, pairs: int
) -> tuple[float, float]:
    """Return the processor times [s] of two commands in the pair of runs with the median ratio.

    The two are run in turn: a machine that is slow for a while is slow for both of a pair.
    """
    times: list[tuple[float, float]] = []
    for _ in range(pairs + 1):
        spent: list[float] = []
        for command in (ours, peer):
            with TemporaryDirectory(dir=place) as fresh:
                parts = [part.format(fresh=f"{fresh}/run") for part in command]
                spent.append(_spend(place, parts))
        times.append((spent[0], spent[1]))
    kept = times[1:]  # the first pair fills the caches
    return sorted(kept, key=lambda pair: pair[0] / pair[1])[len(kept) // 2]


def _spend(place: Path, command: Sequence[str]) -> float:
    """Run a command and return the processor time it took, with its children [s]."""
    before, begun = _children(), perf_counter()
    done = subprocess.run(
        command, cwd=place, env=_environment(), capture_output=True, encoding="utf-8", check=False
    )
    wall = perf_counter() - begun
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr}")
    return _children() - before or wall


def _children() -> float:
    """Return the processor time of ended children [s]; Windows does not count it."""
    try:
        from resource import RUSAGE_CHILDREN, getrusage
    except ImportError:
        return 0.0
    usage = getrusage(RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _environment() -> Mapping[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(PROJECT)}


@contextmanager
def _workplace() -> Generator[Path]:
    """Give a directory, in memory where possible, that is gone afterwards."""
    memory = Path("/dev/shm")  # noqa: S108 - of Linux; any other system uses its own directory
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as place:
        (Path(place) / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        yield Path(place)
