"""What the files of the repository may not contain, and what must agree across them."""

import re
import tomllib

import pytest
from tracked import GENERATED, ROOT, name, texts

from bench.procedures.catalogue import signatures
from bench.spec_file import load_spec

# Written in pieces, so that this file does not find itself.
_HOME = "(?:ho" + "me|Us" + "ers|ro" + "ot|wo" + "rk|tm" + "p|op" + "t)"
MACHINE_PATH = re.compile(rf"(?<![\w.\-/$}}<>*\]\)])/{_HOME}/[\w.-]+")
REGISTRY = re.compile(
    "|".join(("py" + r"pi\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.(org|com)"))
)
ELSEWHERE = re.compile(
    r"(?<![\w/])(?:domain|labjack|style|performance|allure|instruments|DESIGN)\.md"
)
SPECS = sorted(
    path for path in (ROOT / "test_specs").glob("*.toml") if path.stem != "discrepancies"
)


def found(pattern, *, but=()):
    return [
        f"{name(path)}:{number}: {line.strip()[:80]}"
        for path, text in texts()
        if path.name not in GENERATED and name(path) not in but
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_path_of_somebodys_machine():
    assert not found(MACHINE_PATH)


def test_no_host_of_a_package_registry():
    offenders = [
        name(path)
        for path, text in texts()
        if REGISTRY.search(text)  # lock files too: who installs decides where from
    ]
    assert not offenders


def test_comments_refer_to_what_a_reader_can_open():
    """A source is a manual, a standard, a document of the maker, or a page under docs/."""
    own = ("docs/", "tests/docs/")  # pages of this name among them
    code = [line for line in found(ELSEWHERE) if not line.startswith(own)]
    assert not code


@pytest.mark.parametrize(
    "line", ["/ho" + "me/jane/x.py", "see /tm" + "p/file", "(/wo" + "rk/main)"]
)
def test_the_search_for_machine_paths_finds_them(line):
    assert MACHINE_PATH.search(line)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_specification_is_valid_and_names_procedures_that_exist(path):
    spec = load_spec(path, signatures())
    used = {case.test.procedure for case in spec.cases()}
    assert used <= signatures().keys()
    assert used, "a specification without a single test"


def test_text_files_end_lines_the_same_way():
    offenders = [name(path) for path, text in texts() if text and not text.endswith("\n")]
    crlf = [name(path) for path, _ in texts() if b"\r\n" in (ROOT / path).read_bytes()]
    assert not offenders
    assert not crlf


def test_pinned_versions_satisfy_what_the_project_asks_for():
    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.lower().split("==") for line in lines if line and not line.startswith("#"))
    wanted = [*project["dependencies"]]
    wanted += [line for extra in project["optional-dependencies"].values() for line in extra]
    for requirement in map(Requirement, wanted):
        assert requirement.name.lower() in pins, f"{requirement} is not pinned in constraints.txt"
        assert requirement.specifier.contains(pins[requirement.name.lower()])
