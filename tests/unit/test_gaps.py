"""The coverage gate over runs that are written down: what is a gap, and what is none."""

import pytest
from sample_run import clause, measured, result, write_run

from bench.verdict import Verdict
from reports.clause import dump
from reports.coverage_gate import gaps
from reports.run import read_run

PASSED = result(measured(0.052))
REPORTED = result(measured(0.052, limit=None))
LEFT_OUT = result(verdict=Verdict.NOT_RUN, reason="no role leds")
LEFT_OUT_SILENTLY = result(verdict=Verdict.NOT_RUN)


@pytest.mark.parametrize(
    ("entry", "results", "gap"),
    [
        (clause(planned=1), [PASSED], ""),
        (clause(planned=2), [PASSED], "1 of 2 cases left no result"),
        (clause(planned=1), [], "1 of 1 cases left no result"),
        (clause(planned=0, reason="read the label"), [], ""),
        (clause(planned=0), [], "the specification has no case for it and gives no reason"),
        (clause(planned=1), [REPORTED], "no case came to a verdict"),
        (clause(planned=1), [LEFT_OUT], ""),
        (clause(planned=1), [LEFT_OUT_SILENTLY], "cases were not run and no reason is given"),
        (clause(planned=2), [REPORTED, LEFT_OUT], ""),
        (clause(planned=2), [PASSED, LEFT_OUT], ""),
        (clause(planned=2), [PASSED, REPORTED], ""),
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_each_clause_has_a_case_a_result_and_a_verdict_or_a_reason(
    entry, results, gap, whole, tmp_path
):
    run = read_run(write_run(tmp_path / "run", results, whole=whole, clauses=dump((entry,))))
    assert gaps(run) == ((f"{entry.id}: {gap}",) if gap and whole else ())


def test_a_run_that_does_not_say_that_it_was_whole_has_no_gate(tmp_path):
    run = read_run(write_run(tmp_path / "run", [], clauses=dump((clause(planned=1),))))
    assert gaps(run) == ()
