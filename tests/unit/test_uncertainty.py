import math
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.measurement import Contribution
from bench.uncertainty import Budget, combine, coverage_factor, round_up, type_a


def line(u, *, sensitivity=1.0, dof=None):
    return Contribution(
        name="x", standard_uncertainty=u, sensitivity=sensitivity, degrees_of_freedom=dof
    )


# JCGM 100:2008, table G.2
TABLE_G2 = {
    0.9545: {1: 13.97, 2: 4.53, 3: 3.31, 4: 2.87, 5: 2.65, 10: 2.28, 20: 2.13, 50: 2.05},
    0.95: {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57, 10: 2.23, 19: 2.09, 20: 2.09, 50: 2.01},
    0.99: {1: 63.66, 2: 9.92, 3: 5.84, 4: 4.60, 5: 4.03, 10: 3.17, 16: 2.92, 20: 2.85, 50: 2.68},
    0.6827: {1: 1.84, 2: 1.32, 3: 1.20, 5: 1.11, 10: 1.05},
}


@pytest.mark.parametrize(
    ("probability", "degrees", "factor"),
    [(p, v, t) for p, column in TABLE_G2.items() for v, t in column.items()],
)
def test_coverage_factors_of_the_gum(probability, degrees, factor):
    assert round(coverage_factor(degrees, probability), 2) == factor


def test_infinite_degrees_are_the_normal_distribution():
    assert coverage_factor(math.inf) == pytest.approx(2.0, abs=1e-12)
    assert coverage_factor(math.inf, 0.95) == pytest.approx(NormalDist().inv_cdf(0.975))
    assert coverage_factor(1e7, 0.95) == pytest.approx(coverage_factor(math.inf, 0.95), rel=1e-6)


@given(st.floats(0.01, 0.999))
def test_one_and_two_degrees_have_closed_forms(probability):
    cauchy = math.tan(math.pi * probability / 2.0)
    assert coverage_factor(1.0, probability) == pytest.approx(cauchy, rel=1e-9)
    two = probability * math.sqrt(2.0 / (1.0 - probability**2))
    assert coverage_factor(2.0, probability) == pytest.approx(two, rel=1e-9)


@pytest.mark.parametrize("degrees", [0.0, -1.0, math.nan])
def test_impossible_degrees_are_refused(degrees):
    with pytest.raises(ValueError, match="make no sense"):
        coverage_factor(degrees)


@pytest.mark.parametrize("probability", [0.0, 1.0, -0.5, math.nan])
def test_impossible_probabilities_are_refused(probability):
    with pytest.raises(ValueError, match="makes no sense"):
        coverage_factor(10.0, probability)


def test_degrees_are_truncated_and_never_below_one():
    assert coverage_factor(16.7) == coverage_factor(16.0)
    assert coverage_factor(0.5) == coverage_factor(1.0)


def test_end_gauge_of_the_gum():
    # JCGM 100, H.1.5 and H.1.6: u(l_S) 25 nm (18), u(d) 9.7 nm (25.6), temperature differences of
    # coefficients 2.9 nm (50) and of gauges 16.6 nm (2); u_c = 32 nm, effective 16.7, U99 = 93 nm.
    budget = Budget(
        contributions=(
            line(25.0, dof=18),
            line(9.7, dof=25.6),
            line(2.9, dof=50),
            line(16.6, dof=2),
        )
    )
    assert round(budget.combined) == 32
    assert budget.degrees_of_freedom == pytest.approx(16.7, abs=0.6)  # the GUM rounds u_c to 32
    assert math.floor(budget.degrees_of_freedom) == 16
    assert coverage_factor(budget.degrees_of_freedom, 0.99) * 32.0 == pytest.approx(93.0, abs=0.6)


def test_product_of_three_of_the_gum():
    # JCGM 100, G.4.1, example: relative 0.25 % (9), 0.57 % (4), 0.82 % (14): u_c 1.03 %, 19.0
    # effective degrees, U95 = 2.2 %.
    budget = Budget(contributions=(line(0.25, dof=9), line(0.57, dof=4), line(0.82, dof=14)))
    assert round(budget.combined, 2) == 1.03
    assert round(budget.degrees_of_freedom) == 19
    assert coverage_factor(budget.degrees_of_freedom, 0.95) * 1.03 == pytest.approx(2.2, abs=0.05)


def test_twenty_temperatures_of_the_gum():
    # JCGM 100, 4.4.3 and table 1: s = 1.49 degC, s of the mean 0.33 degC.
    readings = [
        *(96.90, 98.18, 98.25, 98.61, 99.03, 99.49, 99.56, 99.74, 99.89, 100.07),
        *(100.33, 100.42, 100.68, 100.95, 101.11, 101.20, 101.57, 101.84, 102.36, 102.72),
    ]
    contribution = type_a("temperature", readings)
    assert round(contribution.standard_uncertainty, 2) == 0.33
    assert contribution.degrees_of_freedom == 19
    assert "100.145" in contribution.basis


def test_sensitivities_are_signed_but_add_in_squares():
    u, lines = combine(line(3.0, sensitivity=-1.0), line(2.0, sensitivity=2.0))
    assert u == pytest.approx(5.0)
    assert [entry.contribution for entry in lines] == [3.0, 4.0]


def test_an_empty_budget_and_one_of_zeros_are_certain():
    for budget in (Budget(contributions=()), Budget(contributions=(line(0.0, dof=3),))):
        assert budget.combined == 0.0
        assert budget.degrees_of_freedom == math.inf
        assert budget.expanded == 0.0


def test_contributions_without_degrees_count_as_well_known():
    # JCGM 100, G.4.2, note 1: a type B with reliable limits has infinite degrees of freedom.
    assert Budget(contributions=(line(1.0), line(1.0))).degrees_of_freedom == math.inf
    mixed = Budget(contributions=(line(1.0, dof=4), line(1.0)))
    assert mixed.degrees_of_freedom == pytest.approx(16.0)


def test_expanded_is_rounded_up_to_two_digits():
    assert Budget(contributions=(line(0.0511),)).expanded == 0.11
    assert Budget(contributions=(line(0.05),)).expanded == 0.1


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (0.1, 0.1),
        (0.101, 0.11),
        (92.48, 93.0),
        (0.3 - 0.1, 0.2),
        (9.95, 10.0),
        (99.01, 100.0),
        (1e-5, 1e-5),
        (1.001e-5, 1.1e-5),
        (0.0, 0.0),
        (math.inf, math.inf),
    ],
)
def test_rounding_up(value, rounded):
    assert round_up(value) == rounded


@given(st.floats(1e-30, 1e30))
def test_rounding_up_never_flatters(value):
    rounded = round_up(value)
    assert rounded >= value * (1.0 - 1e-9)
    assert rounded <= value * 1.1000001


@pytest.mark.parametrize("readings", [[], [1.0]])
def test_one_reading_has_no_spread(readings):
    with pytest.raises(ValueError, match="take at least two"):
        type_a("drop", readings)


def test_readings_must_be_finite():
    with pytest.raises(ValueError, match="not a finite number"):
        type_a("drop", [1.0, math.nan])


@given(st.lists(st.tuples(st.floats(1e-6, 1e3), st.floats(1.0, 200.0)), min_size=1, max_size=8))
def test_effective_degrees_lie_between_the_least_and_the_sum(pairs):
    # JCGM 100, G.4.1: v_eff is at least the least v_i and at most their sum.
    budget = Budget(contributions=tuple(line(u, dof=dof) for u, dof in pairs))
    assert budget.degrees_of_freedom <= sum(dof for _, dof in pairs) * (1.0 + 1e-9)
    assert budget.degrees_of_freedom >= min(dof for _, dof in pairs) * (1.0 - 1e-9)
