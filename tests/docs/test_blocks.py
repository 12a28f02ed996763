"""What stands in fenced blocks is true: commands run, files parse, Python does what it shows."""

import ast
import doctest
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from pages import ROOT, blocks

SHELL = shutil.which("sh")
_MARK = re.compile(r"^\x1e(\d+)\n", re.MULTILINE)


def commands(text):
    """Return command -> expected output lines, from a console block."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.strip():
            found[-1][1].append(line.strip())
    return found


@pytest.mark.skipif(SHELL is None, reason="needs a POSIX shell")
@pytest.mark.parametrize("block", blocks("console"), ids=str)
def test_console_blocks_do_what_they_show(block, tmp_path):
    """Each expected line must appear in order; ``...`` stands for anything.

    A command without expected output must succeed.
    """
    shown = commands(block.text)
    script = "".join(
        f"{command}; said=$?; printf '\\n\\036%d\\n' $said; (exit $said)\n" for command, _ in shown
    )
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(
        [SHELL, "-c", script],
        cwd=ROOT,
        env={**os.environ, "PATH": path, "COLUMNS": "300", "PYTEST_ADDOPTS": addopts(tmp_path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    outputs = _MARK.split(done.stdout)
    for (command, expected), output, code in zip(shown, outputs[::2], outputs[1::2], strict=False):
        wanted = [line for line in expected if line != "..."]
        assert in_order(wanted, output), f"$ {command}\nprinted\n{output}"
        assert expected or code == "0", f"$ {command}\nfailed with\n{output}"


def addopts(tmp_path):
    """Return options that keep a run of the documentation out of the user's own folders."""
    return f"-p no:cacheprovider --run-dir={(tmp_path / 'run').as_posix()}"


def in_order(wanted, output):
    lines = iter(output.splitlines())
    return all(any(line in printed for printed in lines) for line in wanted)


@pytest.mark.parametrize("block", blocks("toml"), ids=str)
def test_toml_blocks_parse(block):
    assert tomllib.loads(block.text)


@pytest.mark.parametrize("block", blocks("yaml"), ids=str)
def test_yaml_blocks_parse_and_keep_the_results(block):
    yaml = pytest.importorskip("yaml")
    jobs = yaml.safe_load(block.text)
    assert jobs
    assert "reports/out/" in block.text
    assert "always" in block.text, "results are needed most when the suite fails"


@pytest.mark.parametrize("block", blocks("python"), ids=str)
def test_python_blocks_compile(block):
    assert ast.parse(block.text).body


@pytest.mark.parametrize("block", blocks("pycon"), ids=str)
def test_python_sessions_print_what_they_show(block):
    test = doctest.DocTestParser().get_doctest(block.text, {}, str(block), str(block), 0)
    runner = doctest.DocTestRunner(verbose=False)
    said: list[str] = []
    runner.run(test, out=said.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(said)
    assert test.examples


def test_only_known_languages_are_fenced():
    known = ("console", "sh", "powershell", "text", "toml", "yaml", "python", "pycon")
    everything = re.compile(r"^```(\w*)$", re.MULTILINE)
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        fences = everything.findall(path.read_text(encoding="utf-8"))
        assert set(fences[::2]) <= set(known), path
