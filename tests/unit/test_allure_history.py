"""What Allure shows of earlier runs."""

import json

import pytest

from reports.allure_history import RUNS, lent


def entry(number, labels=({"name": "host", "value": "pc"},)):
    """Return a line as Allure writes it."""
    test = {"id": f"t{number}", "status": "passed", "labels": list(labels)}
    run = {"uuid": f"u{number}", "name": "run", "testResults": {"h": test}}
    return json.dumps(run, separators=(",", ":")) + "\n"


def runs(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def add(shared, number, *, keep=True):
    """Do what a report does: lend the history, let Allure add to it."""
    with lent(shared, keep=keep) as copy:
        seen = runs(copy) if copy.exists() else []
        with copy.open("a", encoding="utf-8") as file:
            file.write(entry(number))
    return [run["uuid"] for run in seen]


@pytest.fixture
def shared(tmp_path):
    return tmp_path / "history.jsonl"


def test_a_run_is_seen_by_the_next_one(shared):
    assert add(shared, 1) == []
    assert add(shared, 2) == ["u1"]
    assert [run["uuid"] for run in runs(shared)] == ["u1", "u2"]


def test_labels_are_left_out_and_all_else_is_kept(shared):
    add(shared, 1)
    (run,) = runs(shared)
    assert run == json.loads(entry(1, labels=()))


def test_a_history_that_has_labels_is_lent_without(shared):
    shared.write_text(entry(1), encoding="utf-8")
    with lent(shared, keep=False) as copy:
        assert runs(copy) == [json.loads(entry(1, labels=()))]


def test_a_report_that_is_made_again_adds_nothing(shared):
    add(shared, 1)
    assert add(shared, 1, keep=False) == ["u1"]
    assert len(runs(shared)) == 1


def test_only_the_last_runs_are_kept(shared):
    for number in range(RUNS + 3):
        add(shared, number)
    assert [run["uuid"] for run in runs(shared)] == [f"u{n}" for n in range(3, RUNS + 3)]


def test_a_line_that_was_cut_short_is_left_out(shared):
    shared.write_text(entry(1) + entry(2)[:30], encoding="utf-8")
    assert add(shared, 3) == ["u1"]
    assert [run["uuid"] for run in runs(shared)] == ["u1", "u3"]


def test_nothing_is_kept_where_allure_added_nothing(shared):
    with lent(shared, keep=True):
        pass
    assert not shared.exists()
