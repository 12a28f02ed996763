from itertools import pairwise

import pytest

from bench.verdict import Verdict, worst

ORDER = (
    Verdict.NOT_RUN,
    Verdict.INFORMATIVE,
    Verdict.PASS,
    Verdict.CONDITIONAL_PASS,
    Verdict.INCONCLUSIVE,
    Verdict.CONDITIONAL_FAIL,
    Verdict.FAIL,
    Verdict.ERROR,
)


def test_the_order_is_complete_and_strict():
    assert tuple(Verdict) == ORDER
    assert all(better.rank < worse.rank for better, worse in pairwise(ORDER))


@pytest.mark.parametrize(("better", "worse"), list(pairwise(ORDER)))
def test_the_worst_wins_in_any_order(better, worse):
    assert worst([better, worse]) is worse
    assert worst([worse, better]) is worse


def test_nothing_judged_is_not_run():
    assert worst([]) is Verdict.NOT_RUN
    assert worst(iter([Verdict.PASS])) is Verdict.PASS


def test_only_statements_of_conformity_are_passes():
    assert {v for v in Verdict if v.is_pass} == {Verdict.PASS, Verdict.CONDITIONAL_PASS}


def test_only_judged_measurements_speak_against_the_product():
    against = {v for v in Verdict if v.is_nonconformance}
    assert against == {Verdict.INCONCLUSIVE, Verdict.CONDITIONAL_FAIL, Verdict.FAIL}
    assert not Verdict.ERROR.is_nonconformance
    assert not Verdict.NOT_RUN.is_pass
