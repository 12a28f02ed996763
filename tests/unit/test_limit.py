import math
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.limit import DecisionRule, Limit
from bench.measurement import Measurement
from bench.verdict import Verdict

MILLI = 1e-3


def measured(value, u=0.0, unit="V"):
    return Measurement(name="x", value=value, unit=unit, uncertainty=u, elapsed=0.0, source="test")


def limit(low=None, high=None, **keywords):
    return Limit(low=low, high=high, unit="V", basis="test", **keywords)


def judge(bounds, value, u=0.0, rule=DecisionRule.ILAC_G8):
    return bounds.judge(measured(value, u), rule)


UPPER = limit(high=2.2 * MILLI)
DELAY = limit(low=30.0)
BAND = limit(low=2.9, high=3.5)


# Four classes with w = U = 2 u (ILAC-G8:09/2019) and conformance probabilities of a normal
# distribution (JCGM 106:2012, 7.3); the probabilities are those of the standard normal table.
@pytest.mark.parametrize(
    ("bounds", "u", "value", "verdict", "probability"),
    [
        (UPPER, 0.010 * MILLI, 2.100 * MILLI, Verdict.PASS, 1.00000),
        (UPPER, 0.010 * MILLI, 2.180 * MILLI, Verdict.PASS, 0.97725),
        (UPPER, 0.010 * MILLI, 2.185 * MILLI, Verdict.CONDITIONAL_PASS, 0.93319),
        (UPPER, 0.010 * MILLI, 2.200 * MILLI, Verdict.CONDITIONAL_PASS, 0.50000),
        (UPPER, 0.010 * MILLI, 2.210 * MILLI, Verdict.CONDITIONAL_FAIL, 0.15866),
        (UPPER, 0.010 * MILLI, 2.230 * MILLI, Verdict.FAIL, 0.00135),
        (DELAY, 0.002, 30.003, Verdict.CONDITIONAL_PASS, 0.93319),
        (DELAY, 0.002, 29.998, Verdict.CONDITIONAL_FAIL, 0.15866),
        (DELAY, 0.002, 29.995, Verdict.FAIL, 0.00621),
        (BAND, 0.050, 3.45, Verdict.CONDITIONAL_PASS, 0.84134),
        (BAND, 0.050, 3.55, Verdict.CONDITIONAL_FAIL, 0.15866),
    ],
)
def test_four_classes_and_conformance_probability(bounds, u, value, verdict, probability):
    judgement = judge(bounds, value, u)
    assert judgement.verdict is verdict
    assert judgement.conformance_probability == pytest.approx(probability, abs=6e-6)


def test_probability_of_a_two_sided_tolerance_is_the_difference_of_two_tails():
    # JCGM 106, 7.3: pc = Phi((TU - y)/u) - Phi((TL - y)/u), here one u inside and five u.
    judgement = judge(limit(low=0.0, high=6.0), 5.0, 1.0)
    normal = NormalDist()
    assert judgement.conformance_probability == pytest.approx(normal.cdf(1.0) - normal.cdf(-5.0))


def test_a_resistor_just_inside_its_tolerance():
    # JCGM 106, 7.4.2, by hand: tolerance up to 10.0, estimate 9.7, u 0.12, so z = 2.5, 99.38 %.
    judgement = judge(limit(high=10.0), 9.7, 0.12)
    assert judgement.conformance_probability == pytest.approx(0.99379, abs=1e-5)


@pytest.mark.parametrize(
    ("rule", "distance", "verdict"),
    [
        (DecisionRule.SIMPLE, 0.0, Verdict.PASS),
        (DecisionRule.SIMPLE, -1e-6, Verdict.FAIL),
        (DecisionRule.ISO_14253, 1.645, Verdict.PASS),
        (DecisionRule.ISO_14253, 1.64, Verdict.INCONCLUSIVE),
        (DecisionRule.ISO_14253, -1.64, Verdict.INCONCLUSIVE),
        (DecisionRule.ISO_14253, -1.65, Verdict.FAIL),
        (DecisionRule.ISO_14253, -NormalDist().inv_cdf(0.95), Verdict.INCONCLUSIVE),
        (DecisionRule.ILAC_G8, 2.0, Verdict.PASS),
        (DecisionRule.ILAC_G8, 1.999, Verdict.CONDITIONAL_PASS),
        (DecisionRule.ILAC_G8, 0.0, Verdict.CONDITIONAL_PASS),
        (DecisionRule.ILAC_G8, -0.001, Verdict.CONDITIONAL_FAIL),
        (DecisionRule.ILAC_G8, -2.0, Verdict.CONDITIONAL_FAIL),
        (DecisionRule.ILAC_G8, -2.001, Verdict.FAIL),
    ],
)
@pytest.mark.parametrize("side", ["upper", "lower"])
def test_rules_at_their_borders(rule, distance, verdict, side):
    bounds = limit(high=100.0) if side == "upper" else limit(low=100.0)
    value = 100.0 - distance if side == "upper" else 100.0 + distance
    assert judge(bounds, value, 1.0, rule).verdict is verdict


@pytest.mark.parametrize("rule", list(DecisionRule))
@pytest.mark.parametrize("bounds", [limit(high=0.1 + 0.2), limit(low=0.3)])
def test_equality_belongs_to_the_better_class_despite_binary_rounding(rule, bounds):
    assert judge(bounds, 0.3, 0.0, rule).verdict is Verdict.PASS


@pytest.mark.parametrize("rule", list(DecisionRule))
@pytest.mark.parametrize(
    ("value", "u"),
    [
        (math.nan, 0.1),
        (math.inf, 0.1),
        (-math.inf, 0.1),
        (1.0, math.nan),
        (1.0, math.inf),
        (1.0, -0.1),
        (9.9e37, math.nan),
    ],
)
@pytest.mark.parametrize("informative", [False, True])
def test_what_is_no_measurement_is_an_error(rule, value, u, informative):
    judgement = judge(limit(low=0.0, high=2.0, informative=informative), value, u, rule)
    assert judgement.verdict is Verdict.ERROR
    assert judgement.reason
    assert judgement.margin is None


@pytest.mark.parametrize("rule", list(DecisionRule))
def test_a_word_where_a_number_is_due_decides_nothing(rule):
    judgement = judge(limit(low=0.0, high=2.0), "NOT_SHORTED", 0.0, rule)
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert "NOT_SHORTED" in judgement.reason


def test_guard_bands_that_meet_only_up_to_binary_rounding_leave_nothing_to_decide():
    assert judge(limit(low=2.9, high=3.5), 3.2, 0.15).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("rule", list(DecisionRule))
def test_a_tolerance_that_the_uncertainty_fills_leaves_nothing_to_decide(rule):
    bounds = limit(low=0.0, high=1.0)
    judgement = judge(bounds, 0.5, 0.25, rule)  # U = 0.5 on either side: Cm = 1
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert "U = 0.5 V for a tolerance of 1 V" in judgement.reason
    assert judge(bounds, 0.5, 0.249, rule).verdict is Verdict.PASS


# 0.1 V, the printed drop, with two readings behind dividers: U = 0.086 V at 8 V, 0.24 V at 70 V.
@pytest.mark.parametrize("rule", list(DecisionRule))
@pytest.mark.parametrize("u", [0.043, 0.12])
@pytest.mark.parametrize("value", [-0.05, 0.0, 0.02, 0.0999, 0.1, 0.15])
def test_no_value_within_reach_of_the_limit_passes_or_fails_by_an_incapable_method(rule, u, value):
    judgement = judge(limit(high=0.1), value, u, rule)
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert "not capable" in judgement.reason
    assert judgement.conformance_probability is not None


@pytest.mark.parametrize("rule", list(DecisionRule))
def test_an_incapable_method_still_proves_what_lies_far_outside(rule):
    assert judge(limit(high=0.1), 0.35, 0.12, rule).verdict is Verdict.FAIL
    assert judge(limit(high=0.1), 0.34, 0.12, rule).verdict is Verdict.INCONCLUSIVE
    assert judge(limit(low=0.0, high=1.0), 5.0, 0.5, rule).verdict is Verdict.FAIL
    assert judge(limit(low=6.0), -1.0, 2.0, rule).verdict is Verdict.FAIL


def test_a_single_limit_has_the_tolerance_from_zero_and_one_at_zero_has_none():
    assert limit(high=0.1).capability(0.05 / 2.0) == pytest.approx(1.0)
    assert limit(low=30.0).capability(0.002) == pytest.approx(3750.0)
    assert BAND.capability(0.05) == pytest.approx(3.0)
    assert limit(low=0.0).capability(1e9) == math.inf
    assert limit(high=0.1).capability(0.0) == math.inf


def test_margin_is_the_distance_to_the_nearest_limit():
    assert judge(BAND, 3.0).margin == pytest.approx(0.1)
    assert judge(BAND, 3.6).margin == pytest.approx(-0.1)
    assert judge(limit(low=1.0), 4.0).margin == pytest.approx(3.0)


@pytest.mark.parametrize("rule", list(DecisionRule))
def test_a_nominal_property_is_the_word_or_it_is_not(rule):
    high = Limit(equals="HIGH", basis="test")
    assert high.judge(measured("HIGH", unit=""), rule).verdict is Verdict.PASS
    for other in ("FLOAT", "high", "", "LOW"):
        judgement = high.judge(measured(other, unit=""), rule)
        assert judgement.verdict is Verdict.FAIL
        assert judgement.margin is None
        assert judgement.conformance_probability is None


def test_a_number_is_never_a_word():
    assert (
        Limit(equals="HIGH", basis="test").judge(measured(1.0), DecisionRule.ILAC_G8).verdict
        is Verdict.FAIL
    )


def test_informative_limits_are_evaluated_but_give_no_verdict():
    judgement = judge(limit(high=1.0, informative=True), 5.0, 0.1)
    assert judgement.verdict is Verdict.INFORMATIVE
    assert judgement.margin == pytest.approx(-4.0)
    word = Limit(equals="LIT", basis="test", informative=True)
    assert word.judge(measured("DARK", unit=""), DecisionRule.ILAC_G8).verdict is (
        Verdict.INFORMATIVE
    )


def test_certain_values_have_certain_probabilities():
    assert judge(UPPER, 2.2 * MILLI).conformance_probability == 1.0
    assert judge(UPPER, 2.3 * MILLI).conformance_probability == 0.0


finite = st.floats(-1e3, 1e3)
positive = st.floats(1e-6, 10.0)


@given(
    st.sampled_from(DecisionRule),
    finite,
    st.floats(0.0, 1e3),
    positive,
    finite,
    st.floats(0.0, 1.0),
)
def test_moving_inwards_is_never_worse(rule, low, width, u, value, part):
    bounds = limit(low=low, high=low + width)
    centre = low + width / 2.0
    inwards = value + part * (centre - value)
    outer, inner = judge(bounds, value, u, rule), judge(bounds, inwards, u, rule)
    assert inner.verdict.rank <= outer.verdict.rank
    assert inner.conformance_probability >= outer.conformance_probability - 1e-12


@given(st.sampled_from(DecisionRule), finite, positive, finite, st.floats(0.0, 1e3))
def test_moving_away_from_one_limit_is_never_worse(rule, high, u, value, step):
    bounds = limit(high=high)
    outer, inner = judge(bounds, value, u, rule), judge(bounds, value - step, u, rule)
    assert inner.verdict.rank <= outer.verdict.rank


@given(finite, finite, positive)
def test_lower_and_upper_limits_are_mirror_images(bound, value, u):
    for rule in DecisionRule:
        upper = judge(limit(high=bound), value, u, rule)
        lower = judge(limit(low=-bound), -value, u, rule)
        assert upper.verdict is lower.verdict


@given(st.sampled_from(DecisionRule), finite, positive, finite)
def test_more_uncertainty_never_makes_a_pass(rule, high, u, value):
    bounds = limit(high=high)
    if judge(bounds, value, u, rule).verdict is not Verdict.PASS:
        assert judge(bounds, value, 2.0 * u, rule).verdict is not Verdict.PASS


@given(st.floats(allow_nan=True, allow_infinity=True), st.floats(allow_nan=True))
def test_every_float_gets_a_verdict_and_a_probability_in_range(value, u):
    judgement = judge(BAND, value, u)
    probability = judgement.conformance_probability
    assert probability is None or 0.0 <= probability <= 1.0
    if not math.isfinite(value):
        assert judgement.verdict is Verdict.ERROR
