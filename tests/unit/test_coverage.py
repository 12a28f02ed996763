"""A row of the coverage matrix: the counts, and the one check that is shown for a clause."""

import pytest
from sample_run import FLOAT, clause, measured, result

from bench.limit import Limit
from bench.results import Fault
from bench.verdict import Verdict
from reports.coverage import coverage

WIDE = Limit(high=10.0, unit="V", basis="stated")
BELOW = Limit(low=10.0, unit="V", basis="stated")
NARROW = measured(0.352)  # 2.5 times the limit beyond it
FAR = measured(15.0, WIDE)  # half the limit beyond it
PASSED = measured(0.052)
SHUT = measured("LOW", FLOAT, name="state.LOAD")
FAULT = Fault(kind="NoAnswer", message="daq is silent\nfor long")


def row(*results, planned=None):
    (found,) = coverage([clause(planned=len(results) if planned is None else planned)], results)
    return found


@pytest.mark.parametrize(
    ("results", "case", "said"),
    [
        ([result(PASSED), result(NARROW, vbat="70")], "70V", "0.352"),
        ([result(FAR), result(NARROW, vbat="70")], "70V", "0.352"),
        ([result(NARROW, FAR)], "8V", "0.352"),
        ([result(measured(5.0, BELOW)), result(measured(0.11), vbat="70")], "8V", "= 5.0"),
        ([result(SHUT), result(FAR, vbat="70")], "70V", "= 15.0"),  # a word has no margin
        ([result(SHUT, PASSED)], "8V", "LOW"),  # what passes does not stand for what fails
        ([result(PASSED), result(measured(0.09), vbat="70")], "70V", "0.09"),
        ([result(NARROW), result(fault=FAULT, vbat="70")], "70V", "daq is silent"),
    ],
)
def test_the_worst_check_is_that_of_the_worst_verdict_with_the_least_margin(results, case, said):
    for order in (results, results[::-1]):
        found = row(*order)
        assert case in found.worst_case
        assert said in found.worst_check
        assert "\n" not in found.worst_check


@pytest.mark.parametrize(
    "results",
    [
        [],
        [result(measured(0.5, limit=None))],
        [result(verdict=Verdict.NOT_RUN, reason="no role")],
    ],
)
def test_where_nothing_was_judged_there_is_no_worst_check(results):
    found = row(*results)
    assert (found.worst_case, found.worst_check, found.worst_margin) == ("", "", "")


def test_cases_are_counted_by_verdict_and_what_was_left_out_is_not_judged():
    left_out = result(verdict=Verdict.NOT_RUN, reason="no role leds", vbat="12")
    found = row(result(PASSED), left_out, result(fault=FAULT, vbat="70"), planned=5)
    assert found.counts == {Verdict.ERROR: 1, Verdict.PASS: 1, Verdict.NOT_RUN: 1}
    assert found.judged == 2
    assert found.unreached == 2
    assert found.verdict is Verdict.ERROR
    assert found.why_not == "no role leds; 2 of 5 cases were not selected or not reached"
