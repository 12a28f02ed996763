"""The coverage gate: a whole suite fails while a clause has no case, no result or no verdict."""

import pytest

WORKERS = [(), ("-p", "xdist", "-n", "2")]
LOSES = """
def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if "T-COND" not in item.name]
"""


def test_a_suite_with_a_verdict_for_each_clause_passes(project):
    ended = project.run(FAKE_ONLY="T-PASS T-COND")
    assert ended.code == 0, ended.out
    assert "COVERAGE GATE" not in ended.out


@pytest.mark.parametrize("workers", WORKERS, ids=["plain", "n2"])
@pytest.mark.parametrize(
    ("clause", "gap"),
    [
        ("T-BARE", "the specification has no case for it and gives no reason"),
        ("T-INFO", "no case came to a verdict"),
    ],
)
def test_a_clause_without_case_or_verdict_fails_it(project, clause, gap, workers):
    ended = project.run(*workers, FAKE_ONLY=f"T-PASS {clause}")
    assert ended.code == 1, ended.out
    assert "COVERAGE GATE (1)" in ended.out
    assert f"{clause}: {gap}" in ended.out
    assert "1 passed" in ended.out or "2 passed" in ended.out


def test_a_case_that_somebody_lost_fails_it(project):
    (project.path / "specs" / "conftest.py").write_text(LOSES, encoding="utf-8")
    ended = project.run(FAKE_ONLY="T-PASS T-COND")
    assert ended.code == 1, ended.out
    assert "T-COND: 1 of 1 cases left no result" in ended.out


@pytest.mark.parametrize(
    "choice",
    [
        ("-k", "T-PASS"),
        ("--deselect", "specs/test_it.py::test_clause[T-INFO[vbat=8V]]"),
        ("specs/test_it.py::test_clause[T-PASS[vbat=8V]]",),
    ],
    ids=["keyword", "deselect", "node"],
)
def test_who_chooses_has_no_gate(project, choice):
    ended = project.run(*choice, FAKE_ONLY="T-PASS T-INFO")
    assert ended.code == 0, ended.out
    assert "COVERAGE GATE" not in ended.out


def test_what_failed_last_time_has_no_gate(project):
    project.remembers = True
    assert project.run(FAKE_ONLY="T-FAIL T-PASS").code == 1
    project.run_dir = project.path / "again"
    ended = project.run("--lf", FAKE_ONLY="T-FAIL T-PASS")
    assert "1 failed" in ended.out
    assert "COVERAGE GATE" not in ended.out


def test_a_run_that_stops_at_its_first_failure_says_no_more(project):
    ended = project.run("-x", FAKE_ONLY="T-FAIL T-PASS T-INFO")
    assert ended.code == 1, ended.out
    assert "COVERAGE GATE" not in ended.out
