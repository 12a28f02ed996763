"""What the user can get wrong costs one sentence and exit code 4, in one process and in two."""

import pytest

CASES = [
    ({}, ("--bench", "absent.toml"), "absent.toml: there is no such bench file; check its name"),
    ({}, ("--dut", "toaster"), "--dut toaster"),
    ({}, ("--fault", "nonsense"), "unknown defect 'nonsense'"),
    ({"FAKE_DEAD": "1"}, (), "2 of 5 instruments did not answer"),
]


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["plain", "n2"])
@pytest.mark.parametrize(("variables", "options", "sentence"), CASES)
def test_a_mistake_is_a_sentence(project, workers, variables, options, sentence):
    ended = project.run(*options, *workers, **variables)

    assert ended.code == 4, ended.out + ended.err
    assert sentence in ended.err
    for noise in ("Traceback", "INTERNALERROR", "assert "):
        assert noise not in ended.out + ended.err


@pytest.mark.parametrize("option", ["--run-dir", "--alluredir"])
def test_a_directory_that_cannot_be_written(project, option):
    (project.path / "file").write_text("in the way", encoding="utf-8")
    ended = project.run("-p", "allure_pytest", option, str(project.path / "file" / "below"))

    assert ended.code == 4, ended.out + ended.err
    assert f"{option} " in ended.err
    assert "cannot be written" in ended.err
    assert "Traceback" not in ended.out + ended.err


def test_a_run_is_never_written_over(project):
    project.run("-k", "T-PASS")
    before = (project.run_dir / "journal.jsonl").read_bytes()
    ended = project.run("-k", "T-PASS")

    assert ended.code == 4
    assert "holds a run already" in ended.err
    assert (project.run_dir / "journal.jsonl").read_bytes() == before


def test_a_real_bench_serves_one_process(project):
    ended = project.run("-p", "xdist", "-n", "2", FAKE_REAL="1")

    assert ended.code == 4, ended.out + ended.err
    assert "is one real bench and serves one process; drop -n" in ended.err


def test_results_are_not_wiped_by_a_worker(project):
    ended = project.run_with_allure("-p", "xdist", "-n", "2", "--clean-alluredir")

    assert ended.code == 4, ended.out + ended.err
    assert "drop -n or --clean-alluredir" in ended.err


def test_a_plan_needs_no_workers(project):
    ended = project.run("--plan", "-p", "xdist", "-n", "2")

    assert ended.code == 4
    assert "leave out -n" in ended.err
