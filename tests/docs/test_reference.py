"""The reference pages name everything that there is, by the names it has."""

import argparse
import re
import subprocess
import sys

import pytest
from pages import ROOT

from bench.bench_file_reader import _MODELS
from bench.limit import DecisionRule
from bench.operating_point import AXES
from bench.procedures.catalogue import signatures
from bench.role_catalogue import ROLES
from bench.verdict import Verdict
from bench.wiring import DEVICE_TERMINALS
from instruments.catalogue import models, terminals_of
from simulation.faults import fault_names, find_fault

REFERENCE = ROOT / "docs" / "reference"


def page(*parts):
    return ROOT.joinpath("docs", *parts).read_text(encoding="utf-8")


def section(text, heading):
    """Return what stands below a heading of level 2."""
    _, found, rest = text.partition(f"\n## {heading}\n")
    assert found, f"no section {heading}"
    return rest.partition("\n## ")[0]


@pytest.mark.parametrize("name", signatures())
def test_procedure_is_described_with_its_arguments_and_measurements(name):
    signature = signatures()[name]
    told = section(page("reference", "procedures.md"), name)
    names = {*signature.parameters, *signature.measurements, *signature.axes, *signature.stimuli}
    missing = {word for word in names if f"`{word}`" not in told and not _covered(word, told)}
    assert not missing


def _covered(name, told):
    """Measurements that another procedure also makes may be named for one parameter only."""
    return name.endswith("{keeps}") and "and for `keeps`" in told


def test_no_procedure_is_described_that_does_not_exist():
    headings = re.findall(r"^## ([a-z]+\.[a-z_]+)$", page("reference", "procedures.md"), re.M)
    assert set(headings) == set(signatures())


def test_axes_and_their_words_are_described():
    told = section(page("reference", "procedures.md"), "Axes of an operating point")
    for axis in AXES.values():
        assert f"`{axis.name}`" in told
        assert all(f"`{word}`" in told for word in axis.words)


@pytest.mark.parametrize("table", _MODELS)
def test_keys_of_bench_files_are_described(table):
    told = page("reference", "bench-file.md")
    missing = {key for key in _MODELS[table].model_fields if f"`{key}`" not in told}
    assert not missing


def test_roles_that_procedures_and_benches_use_are_described():
    from bench.bench_file_reader import load_bench_file

    told = section(page("reference", "bench-file.md"), "`[wiring]`")
    named = set(re.findall(r"`([a-z_]+)(?:\.[^`]*)?`", told))
    wiring = load_bench_file(ROOT / "benches" / "reference.toml").wiring
    assert {role.partition(".")[0] for role in wiring.connections} <= named
    assert all(f"`{t.partition('.')[0]}" in told for t in DEVICE_TERMINALS)


def test_roles_are_described_with_the_ability_they_ask_for():
    rows = section(page("reference", "bench-file.md"), "`[wiring]`").partition("### Roles")[2]
    told: dict[str, str] = {}
    for names, ability in re.findall(r"^\| (`.+?) \| (\w+)", rows, re.M):
        first, *rest = re.findall(r"`([^`]+)`", names)
        stem = first.rpartition(".")[0]
        for name in (first, *(f"{stem}{one}" if one.startswith(".") else one for one in rest)):
            told[name] = ability
    assert told == {role: ability.__name__ for role, ability in ROLES.items()}


@pytest.mark.parametrize("model", models())
def test_model_is_described_with_its_terminals(model):
    told = page("reference", "instruments.md")
    (row,) = [line for line in told.splitlines() if line.startswith(f"| `{model}` |")]
    terminals = [*terminals_of(model)]
    assert f"`{terminals[0]}`" in row
    assert f"`{terminals[-1]}`" in row


def test_verdicts_and_rules_are_described():
    told = page("explanations", "measurement-and-verdicts.md")
    assert all(f"| {verdict} |" in told for verdict in Verdict)
    assert all(f"`{rule}`" in told for rule in DecisionRule)
    order = " < ".join(Verdict)
    assert order in page("glossary.md")


def test_defects_are_listed_with_what_they_violate():
    told = section(
        page("how-to", "describe-a-faulty-device.md"),
        "Defects that come with the simulated smallBMS",
    )
    rows = re.findall(r"^\| `([\w-]+)` \| .* \| (.*) \|$", told, re.M)
    have = {name: find_fault("smallbms", name).clauses for name in fault_names("smallbms")}
    assert dict(rows) == {name: ", ".join(clauses) or "none" for name, clauses in have.items()}


def test_options_of_the_plugin_are_described():
    from fixtures import plugin

    group = argparse.ArgumentParser()
    parser = _Parser(group)
    plugin.pytest_addoption(parser)
    told = page("reference", "command-line.md")
    assert parser.names
    assert all(f"`{name}" in told for name in parser.names)


class _Parser:
    """Takes down the options that a plugin adds."""

    def __init__(self, group):
        self.names = []

    def getgroup(self, *names):
        return self

    def addoption(self, *names, **details):
        self.names += names


def test_commands_are_described():
    from station.cli import app

    told = page("reference", "command-line.md")
    for command in app.registered_commands:
        name = command.name or command.callback.__name__
        assert f"`bench {name}" in told


def test_make_targets_are_described():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.M)[1].split()
    told = page("reference", "command-line.md")
    internal = {"report-tool"}
    assert all(f"`make {target}`" in told for target in phony if target not in internal)


@pytest.mark.skipif(sys.platform == "win32", reason="make is a POSIX tool")
def test_make_hands_its_variables_on():
    arguments = ["FAULT=one two", "BENCH=b.toml", "DUT=d", "SERIAL=7", "ARGS=-x"]
    said = subprocess.run(
        ["make", "--dry-run", "conformance", *arguments],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    for option in ('--fault "one"', '--fault "two"', '--bench "b.toml"', '--dut "d"', " -x"):
        assert option in said
    assert '--serial "7"' in said


def test_dependencies_are_described_with_their_pinned_versions():
    import tomllib

    told = page("reference", "dependencies.md").lower()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = dict(
        line.lower().split("==")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    )
    wanted = [*project["dependencies"]]
    wanted += [line for extra in project["optional-dependencies"].values() for line in extra]
    for requirement in wanted:
        name = re.match(r"[\w.-]+", requirement)[0].lower()
        assert f"| {name} | {pins[name]} |" in told
