"""A small project of its own, with the plugin and an engine without instruments."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TEST = """
def test_clause(case, bench, recorder):
    from bench.execution import run_case
    run_case(case, bench, recorder).raise_for_verdict()
"""


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


class Project:
    """A directory with ``specs/smallbms.toml`` and one conformance test."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.remembers = False
        self.run_dir = path / "run"
        self.results = path / "allure"
        specs = path / "specs"
        specs.mkdir(parents=True)
        (path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", encoding="utf-8")
        (specs / "smallbms.toml").write_text("", encoding="utf-8")
        (specs / "test_it.py").write_text(TEST, encoding="utf-8")

    def command(self, *arguments: str) -> list[str]:
        plugins = ("-p", "fake_engine", "-p", "fixtures.plugin")
        cache = () if self.remembers else ("-p", "no:cacheprovider")
        return [sys.executable, "-m", "pytest", *plugins, *cache, *arguments]

    def environment(self, **variables: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "FAKE", "CI"))}
        path = os.pathsep.join((str(HERE), str(ROOT)))
        return kept | {
            "PYTHONPATH": path,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "COLUMNS": "160",
            **variables,
        }

    def run(self, *arguments: str, **variables: str) -> Ended:
        """Run pytest on the project, writing to ``run`` and, with Allure loaded, to ``allure``."""
        all_of_it = () if any("::" in argument for argument in arguments) else ("specs",)
        options = [*all_of_it, "--run-dir", str(self.run_dir), *arguments]
        done = subprocess.run(
            self.command(*options),
            cwd=self.path,
            env=self.environment(**variables),
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def run_with_allure(self, *arguments: str, **variables: str) -> Ended:
        allure = ("-p", "allure_pytest", "--alluredir", str(self.results))
        return self.run(*allure, *arguments, **variables)

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """Start pytest with Allure; ``log`` tells when the fake engine hangs."""
        allure = ("-p", "allure_pytest", "--alluredir", str(self.results))
        return subprocess.Popen(
            self.command("specs", "--run-dir", str(self.run_dir), *allure, *arguments),
            cwd=self.path,
            env=self.environment(FAKE_LOG=str(self.path / "log"), **variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )

    @property
    def log(self) -> list[str]:
        path = self.path / "log"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def allure(self) -> dict[str, dict[str, object]]:
        """Return Allure's results by name."""
        tests = (json.loads(p.read_bytes()) for p in self.results.glob("*-result.json"))
        return {test["name"]: test for test in tests}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")
