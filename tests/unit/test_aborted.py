"""The end of a journal whose run has died."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from sample_run import RESULTS, measured, result

from bench.procedures.catalogue import signatures
from bench.spec_file import load_spec
from bench.verdict import Verdict
from reports.aborted import close, running
from reports.journal import Journal
from reports.recording import Recording
from reports.run import read_run

ROOT = Path(__file__).parents[2]
TOLD = {"why": "it died", "safe": ["supply"], "unsafe": {"load": "silent"}, "case": None}


@pytest.fixture
def died(tmp_path):
    """Return the journal of a run that has died after two cases."""
    journal = Journal(tmp_path, {"simulated": False}, run_id="R")
    for case in RESULTS[:2]:
        journal.record(case)
    return journal.path


@pytest.fixture
def case():
    spec = load_spec(ROOT / "test_specs" / "smallbms.toml", signatures())
    return spec.cases()[0]


def test_the_journal_of_a_dead_run_gets_an_end_that_fits(died):
    close(died, TOLD)
    run = read_run(died.parent)
    assert (run.end, run.problems) == ("aborted", ())
    assert len(run.results) == 2
    end = json.loads(died.read_text("utf-8").splitlines()[-1])["data"]
    assert end["guardian"] == {"why": "it died", "safe": ["supply"], "unsafe": {"load": "silent"}}
    assert end["cases"] == 2


def test_the_case_that_was_running_is_an_error(died, case):
    close(died, TOLD | {"case": json.loads(json.dumps(running(case, 12.5)))})
    run = read_run(died.parent, curves="checked")
    assert run.problems == ()
    last = run.results[-1]
    assert (last.case_id, last.verdict, last.started) == (case.id, Verdict.ERROR, 12.5)
    assert last.fault is not None
    assert last.fault.interrupted


def test_a_case_that_was_recorded_is_not_recorded_again(died, case):
    running_last = dict(running(case, 0.0)) | {"case_id": RESULTS[1].case_id}
    close(died, TOLD | {"case": running_last})
    assert len(read_run(died.parent).results) == 2


def test_a_line_that_was_cut_short_is_cut_off(died):
    whole = died.read_bytes()
    died.write_bytes(whole + b'{"data":{"case_id":"torn')
    close(died, TOLD)
    assert died.read_bytes().startswith(whole)
    assert read_run(died.parent).problems == ()


@pytest.mark.parametrize("text", ["", '{"data":{"torn'])
def test_a_journal_without_a_line_is_left_alone(tmp_path, text):
    path = tmp_path / "journal.jsonl"
    path.write_text(text, encoding="utf-8")
    close(path, TOLD)
    assert path.read_text("utf-8") == text


def test_a_journal_that_has_its_end_is_left_alone(died):
    close(died, TOLD)
    before = died.read_bytes()
    close(died, TOLD | {"why": "again"})
    assert died.read_bytes() == before


def test_the_end_counts_verdicts_as_if_nothing_had_happened(died, tmp_path):
    more = replace(result(measured(0.05)), case_id="another")
    kept = Journal.reopened(died)
    assert kept is not None
    kept.record(more)
    kept.close()
    straight = Journal(tmp_path / "straight", {"simulated": False}, run_id="R")
    for each in (*RESULTS[:2], more):
        straight.record(each)
    straight.close()
    ends = [json.loads(path.read_text("utf-8").splitlines()[-1]) for path in (died, straight.path)]
    assert ends[0]["data"] == ends[1]["data"]
    assert ends[0]["fingerprint"] == ends[1]["fingerprint"]


def test_it_is_a_command_that_reads_what_the_guardian_says(died):
    command = [sys.executable, "-m", "reports.aborted", str(died)]
    subprocess.run(command, input=json.dumps(TOLD), encoding="utf-8", cwd=ROOT, check=True)
    assert read_run(died.parent).end == "aborted"


def test_a_case_that_is_over_is_forgotten_when_the_next_one_is_left_out(tmp_path, case):
    told = []
    recording = Recording(None, tmp_path)
    recording._journal = Journal(tmp_path, {"simulated": False}, run_id="R")
    recording.bench = SimpleNamespace(
        clock=SimpleNamespace(now=lambda: 1.0),
        lifeline=SimpleNamespace(follow=lambda running: told.append(running())),
    )
    recording.begin(case)
    recording.begin(case, lacking="no chamber")
    recording.begin(None)
    assert [one and one["case_id"] for one in told] == [case.id, None, None]
