"""Tests of somebody else are left alone, and loading the plugin costs next to nothing."""

import json
import subprocess
import sys

FOREIGN = """
import pytest

@pytest.fixture
def bench():
    return "mine"

@pytest.mark.parametrize("case", [1, 2])
def test_mine(case, bench):
    assert (case, bench) in [(1, "mine"), (2, "mine")]

def test_fails():
    assert 1 == 2
"""
HEAVY = (
    "numpy",
    "pydantic",
    "pyvisa",
    "serial",
    "labjack",
    "allure",
    "scipy",
    "rich",
)


def test_foreign_tests_run_as_without_the_plugin(project):
    (project.path / "specs" / "test_it.py").write_text(FOREIGN, encoding="utf-8")
    ended = project.run_with_allure(FAKE_LOG=str(project.path / "log"))

    assert "1 failed, 2 passed" in ended.out
    assert "assert 1 == 2" in ended.out
    assert "conformance" not in ended.out
    assert "bench" not in ended.out.replace("smallbms-bench", "").replace("smallbms_bench", "")
    assert project.log == []
    assert not project.run_dir.exists()
    names = {test["name"] for test in project.allure().values()}
    assert names == {"test_mine[1]", "test_mine[2]", "test_fails"}


def test_loading_the_plugin_imports_nothing_heavy(project):
    code = (
        "import sys, json, pytest; before = set(sys.modules); import fixtures.plugin;"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=project.environment(),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    loaded = json.loads(done.stdout)
    assert not [name for name in loaded if name.split(".")[0] in HEAVY]
    own = {name for name in loaded if name.split(".")[0] in ("bench", "reports", "instruments")}
    assert own == set()
    assert len(loaded) < 6, loaded


def test_a_foreign_session_imports_nothing_of_ours(project):
    (project.path / "specs" / "test_it.py").write_text(
        "import sys\n\ndef test_modules():\n"
        "    heavy = {'numpy', 'pydantic', 'reports', 'bench', 'instruments'}\n"
        "    assert not heavy & set(sys.modules)\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "pytest", "-p", "fixtures.plugin", "-q", "specs"]
    done = subprocess.run(
        command,
        cwd=project.path,
        env=project.environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "1 passed" in done.stdout, done.stdout
