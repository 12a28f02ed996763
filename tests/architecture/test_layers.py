"""The rooms and who may import whom; import-linter's contracts do the work."""

import ast
import os
import subprocess
import sys
import tomllib

import pytest
from tracked import ROOMS, ROOT, files, modules, name

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def lint_imports(directory):
    """Run import-linter in ``directory`` and return exit code and output."""
    code = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=directory,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(directory), "PYTHONIOENCODING": "utf-8"},
    )
    return done.returncode, done.stdout + done.stderr


def test_contracts_are_kept():
    code, output = lint_imports(ROOT)
    assert code == 0, output


def test_contracts_cover_every_package():
    packages = {
        path.parent.name
        for path in files()
        if path.name == "__init__.py" and path.parent.parent == ROOT
    }
    assert packages <= {*PROJECT["tool"]["importlinter"]["root_packages"], "benchmarks"}


@pytest.mark.parametrize(
    ("where", "line", "contract"),
    [
        ("instruments/clock.py", "import bench", "One staircase"),
        ("bench/bench.py", "import reports", "One staircase"),
        ("reports/journal.py", "import pytest", "Only fixtures knows pytest"),
        ("bench/execution.py", "import simulation", "Only the assembly knows"),
        ("bench/bench.py", "import pyvisa", "Only transports and simulated wires"),
        ("bench/bench.py", "import pydantic", "pydantic stays at the edge"),
        ("bench/bench.py", "import allure", "Only reports knows Allure"),
    ],
)
def test_contracts_notice_a_break(tmp_path, where, line, contract):
    """A contract that keeps nothing out is worth nothing: build a small house and break it."""
    for room in ROOMS:
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").touch()
    for module in ("bench.assembly", "bench.bench_file_reader", "bench.register_file"):
        write(tmp_path, module, "")
    write(tmp_path, "bench.spec_file", "")
    write(tmp_path, "bench.spec_test_table", "")
    write(tmp_path, "instruments.transports.visa", "")
    write(tmp_path, "simulation.wires.visa", "")
    path = tmp_path / where
    path.write_text(f"{line}\n", encoding="utf-8")
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    # What the small house does not import cannot be ignored in it.
    text = text.replace("[[tool.importlinter.contracts]]\n", _LENIENT)
    text = text.replace('unmatched_ignore_imports_alerting = "none"  # the', "# the")
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    code, output = lint_imports(tmp_path)
    assert code == 1, output
    assert f"{contract}" in output.partition("Broken contracts")[2]


_LENIENT = '[[tool.importlinter.contracts]]\nunmatched_ignore_imports_alerting = "none"\n'


def write(root, module, text):
    *packages, last = module.split(".")
    folder = root.joinpath(*packages)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "__init__.py").touch()
    (folder / f"{last}.py").write_text(text, encoding="utf-8")


def test_nothing_imports_tests_or_specifications():
    offenders = [
        f"{name(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for imported in _imported(node)
        if imported.partition(".")[0] in ("tests", "test_specs", "benchmarks", "conftest")
    ]
    assert not offenders


def test_one_module_knows_that_simulation_exists():
    importers = {
        name(path)
        for path in modules()
        if path.relative_to(ROOT).parts[0] in ("bench", "reports", "fixtures")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for imported in _imported(node)
        if imported.partition(".")[0] == "simulation"
    }
    assert importers <= {"bench/assembly.py"}


def _imported(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""]
