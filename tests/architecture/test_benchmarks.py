"""The command that prints the performance figures; what it measures is no matter of a test."""

import subprocess
import sys

from tracked import ROOT


def _benchmarks(*arguments):
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_help_names_all_benchmarks_and_runs_none():
    said = _benchmarks("--help")
    assert said.returncode == 0
    for name in ("campaign", "circuit", "clock", "query", "suite"):
        assert name in said.stdout


def test_an_unknown_benchmark_is_a_sentence():
    said = _benchmarks("nonsense")
    assert said.returncode == 2
    assert "there is no benchmark 'nonsense'" in said.stderr
    assert "Traceback" not in said.stderr
