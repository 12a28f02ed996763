"""The end of a run on a terminal."""

import pytest
from sample_run import RESULTS, header

from reports.journal import Journal
from reports.run import read_run
from reports.summary import summary

LEFT = ["the chamber is at 50 degC", "'inverter' is fitted to LOAD"]


@pytest.mark.parametrize(("simulated", "said"), [(False, True), (True, False)])
def test_what_was_left_changed_is_to_be_put_back_by_hand(tmp_path, simulated, said):
    journal = Journal(tmp_path, header(simulated=simulated))
    journal.record(RESULTS[0])
    journal.close("interrupted", {"left": LEFT})
    run = read_run(tmp_path)
    assert run.left == tuple(LEFT)
    text = "\n".join(line for line, _ in summary(run))
    assert ("put it back by hand:\n  the chamber is at 50 degC" in text) is said


def test_nothing_is_said_of_a_run_that_left_nothing(tmp_path):
    journal = Journal(tmp_path, header(simulated=False))
    journal.close()
    assert "by hand" not in "\n".join(line for line, _ in summary(read_run(tmp_path)))
