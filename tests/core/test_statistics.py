"""Every figure of an analysis against one worked out by hand, and what must hold for any matrix of points."""

from __future__ import annotations

import random
from array import array
from collections.abc import Sequence
from dataclasses import astuple, replace
from fractions import Fraction
from math import isfinite, sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elearn.core.statistics import analyse

# Five attempts at three items worth 1, 1 and 2 points.
#
#   attempt    1  2  3  4  5   mean  squares about the mean, /(5-1)
#   a (of 1)   0  1  0  1  1   0.6   3 - 5·0.36 = 1.2            0.3
#   b (of 1)   0  0  1  1  1   0.6   likewise                    0.3
#   c (of 2)   0  0  0  2  2   0.8   8 - 5·0.64 = 4.8            1.2
#   total      0  1  1  4  4   2     4 + 1 + 1 + 4 + 4 = 14      3.5
A, B, C = [0.0, 1.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 2.0, 2.0]
EXAMPLE = analyse([A, B, C], [1, 1, 2], [0.25, None, 0])


def close(value: float) -> Any:
    return pytest.approx(value, rel=1e-12)


def test_mean_median_and_sd_in_points_and_in_percent_of_four() -> None:
    assert (EXAMPLE.attempts, EXAMPLE.reachable) == (5, 4.0)
    assert (EXAMPLE.mean, EXAMPLE.mean_percent) == (2.0, 50.0)
    assert (EXAMPLE.median, EXAMPLE.median_percent) == (1.0, 25.0)
    assert EXAMPLE.sd == close(sqrt(3.5))
    assert EXAMPLE.sd_percent == close(100 * sqrt(3.5) / 4)


def test_an_even_number_of_attempts_has_its_median_between_two() -> None:
    assert analyse([[0, 1, 3, 10]], [10]).median == 2.0


def test_skewness() -> None:
    # Deviations -2 -1 -1 2 2; their cubes add up to -8 - 1 - 1 + 8 + 8 = 6, so m3 = 6/5.
    # k3 = n² m3 / ((n-1)(n-2)) = 25 · 1.2 / 12 = 2.5; k2 = 3.5.
    assert EXAMPLE.skewness == close(2.5 / 3.5**1.5)


def test_kurtosis() -> None:
    # m2 = 14/5 = 2.8 and m4 = (16 + 1 + 1 + 16 + 16)/5 = 10.
    # k4 = n² ((n+1) m4 - 3 (n-1) m2²) / ((n-1)(n-2)(n-3)) = 25 · (60 - 12·7.84) / 24 = 25 · (-34.08) / 24 = -35.5
    assert EXAMPLE.kurtosis == close(-35.5 / 3.5**2)


def test_internal_consistency_error_ratio_and_standard_error() -> None:
    # 100 · 3/2 · (1 - (0.3 + 0.3 + 1.2)/3.5) = 150 · 1.7/3.5 = 510/7 = 72.857…
    assert EXAMPLE.cic == close(510 / 7)
    # 1 - 510/700 = 190/700 = 19/70; times the sd: √(19/70 · 7/2) = √(19/20)
    assert EXAMPLE.error_ratio == close(100 * sqrt(19 / 70))
    assert EXAMPLE.standard_error == close(sqrt(19 / 20))
    assert EXAMPLE.standard_error_percent == close(100 * sqrt(19 / 20) / 4)


def test_facility_and_sd_of_items() -> None:
    a, _, c = EXAMPLE.items
    assert (a.attempts, a.facility, a.sd) == (5, close(60), close(100 * sqrt(0.3)))
    assert (c.facility, c.sd) == (close(40), close(100 * sqrt(1.2) / 2))


def test_intended_weight_and_guess_score() -> None:
    assert [item.intended_weight for item in EXAMPLE.items] == [25.0, 25.0, 50.0]
    assert [item.guess_score for item in EXAMPLE.items] == [25.0, None, 0.0]


def test_effective_weight() -> None:
    # Covariances with the total: a and b (1 + 4 + 4 - 5·0.6·2)/4 = 0.75, c (8 + 8 - 5·0.8·2)/4 = 2.
    roots = 2 * sqrt(0.75) + sqrt(2)
    assert [item.effective_weight for item in EXAMPLE.items] == [
        close(100 * sqrt(0.75) / roots),
        close(100 * sqrt(0.75) / roots),
        close(100 * sqrt(2) / roots),
    ]


def test_discrimination() -> None:
    a, _, c = EXAMPLE.items
    # The rest beside a: 0 0 1 3 3, mean 1.4, variance (19 - 5·1.96)/4 = 2.3; covariance (3 + 3 - 5·0.6·1.4)/4 = 0.45.
    assert a.discrimination_index == close(100 * 0.45 / sqrt(0.3 * 2.3))
    # Sorted, a is 0 0 1 1 1 and goes with 0 0 1 3 3: (1 + 3 + 3 - 4.2)/4 = 0.7 at most.
    assert a.discriminative_efficiency == close(100 * 0.45 / 0.7)
    # The rest beside c: 0 1 1 2 2, mean 1.2, variance (10 - 7.2)/4 = 0.7; covariance (4 + 4 - 5·0.8·1.2)/4 = 0.8.
    assert c.discrimination_index == close(100 * 0.8 / sqrt(1.2 * 0.7))
    assert c.discriminative_efficiency == close(100)


# With a gap: a of 1, b of 2; the fourth attempt did not meet a.
#   a      1  0  1  -   mean 2/3, variance (2 - 3·4/9)/2 = 1/3
#   b      2  0  1  2   mean 5/4, variance (9 - 4·25/16)/3 = 11/12
#   total  3  0  2  2   mean 7/4, variance (17 - 4·49/16)/3 = 19/12
GAP = analyse([[1, 0, 1, None], [2, 0, 1, 2]], [1, 2])


def test_an_attempt_that_did_not_meet_an_item_is_left_out_for_it() -> None:
    a, b = GAP.items
    assert (a.attempts, a.facility, a.sd) == (3, close(200 / 3), close(100 * sqrt(1 / 3)))
    # The rest beside a in three attempts: 2 0 1, variance 1; covariance (2 + 0 + 1 - 3·2/3·1)/2 = 1/2,
    # which is also the greatest.
    assert a.discrimination_index == close(100 * 0.5 / sqrt(1 / 3))
    assert a.discriminative_efficiency == close(100)
    # The rest beside b: 1 0 1 0, variance 1/3; covariance (2 + 1 - 4·5/4·1/2)/3 = 1/6;
    # sorted 0 1 2 2 and 0 0 1 1: (4 - 5/2)/3 = 1/2 at most.
    assert b.discrimination_index == close(100 * (1 / 6) / sqrt(11 / 12 / 3))
    assert b.discriminative_efficiency == close(100 / 3)
    # With the totals: a 1/2 + 1/3 = 5/6, b 1/6 + 11/12 = 13/12.
    assert a.effective_weight == close(100 * sqrt(5 / 6) / (sqrt(5 / 6) + sqrt(13 / 12)))


def test_with_gaps_the_test_is_measured_by_what_attempts_could_reach() -> None:
    # Three attempts could reach 3 points and one 2: 11/4 on average.
    assert (GAP.reachable, GAP.mean, GAP.mean_percent) == (2.75, 1.75, close(700 / 11))
    # 100 · 2/1 · (1 - (1/3 + 11/12) / (19/12)) = 200 · 4/19
    assert GAP.cic == close(800 / 19)


def test_an_attempt_that_met_nothing_is_none() -> None:
    padded = analyse([[1, 0, 1, None, None], [2, 0, 1, 2, None]], [1, 2])
    assert padded == GAP
    assert analyse([[None, None]], [1]).attempts == 0


def test_internal_consistency_is_over_positions_where_items_are_drawn() -> None:
    # Each attempt has two of four items; by place in the test it is a full matrix of two columns.
    places = [[1.0, 0.0, 1.0, 1.0, 0.0, 1.0], [1.0, 0.0, 1.0, 0.0, 0.0, 1.0]]
    items = [
        [1.0, 0.0, None, None, 0.0, None],
        [None, None, 1.0, 1.0, None, 1.0],
        [None, 0.0, 1.0, None, 0.0, None],
        [1.0, None, None, 0.0, None, 1.0],
    ]
    drawn, whole = analyse(items, [1] * 4, positions=places), analyse(places, [1, 1])
    assert replace(drawn, items=()) == replace(whole, items=())
    assert whole.cic == close(100 * 2 * (1 - (4 / 15 + 3 / 10) / (29 / 30)))  # totals 2 0 2 1 0 2


def test_an_item_against_the_total_has_no_effective_weight() -> None:
    # a 1 1 0 0 and b 0 0 2 3; totals 1 1 2 3. Covariance of a with them: (2 - 4·1/2·7/4)/3 = -1/2.
    a, b = analyse([[1, 1, 0, 0], [0, 0, 2, 3]], [1, 3]).items
    assert a.negative_covariance and a.effective_weight is None
    assert (b.negative_covariance, b.effective_weight) == (False, 100.0)
    assert a.discrimination_index is not None and a.discrimination_index < -90


def test_what_needs_more_attempts_is_none() -> None:
    one = analyse([[1.0], [0.0]], [1, 1])
    assert (one.mean, one.median, one.sd, one.cic, one.standard_error) == (1.0, 1.0, None, None, None)
    assert (one.items[0].facility, one.items[0].sd, one.items[0].effective_weight) == (100.0, None, None)
    two = analyse([[1.0, 0.0], [1.0, 0.0]], [1, 1])
    assert (two.sd, two.skewness, two.kurtosis) == (close(sqrt(2)), None, None)
    assert (two.cic, two.error_ratio, two.standard_error) == (close(100), 0.0, 0.0)
    three = analyse([[1.0, 0.0, 0.0]], [1])
    assert (three.skewness, three.kurtosis) == (close(sqrt(3)), None)
    assert three.cic is None, "one item cannot agree with others"
    empty = analyse([], [])
    assert (empty.attempts, empty.items, empty.mean, empty.reachable) == (0, (), None, None)


@pytest.mark.parametrize("value", [0, 0.1, 1 / 3, 0.7, Fraction(1, 3), 1])
@pytest.mark.parametrize("attempts", [2, 3, 7, 30])
def test_columns_without_variation_are_undefined_and_no_correlation_of_rounding(value: float, attempts: int) -> None:
    found = analyse([[value] * attempts] * 3, [1, 1, 1])
    assert (found.sd, found.skewness, found.kurtosis, found.cic, found.error_ratio) == (0.0, None, None, None, None)
    for item in found.items:
        assert item.sd == 0.0 and not item.negative_covariance
        assert (item.effective_weight, item.discrimination_index, item.discriminative_efficiency) == (None,) * 3


def test_a_rest_that_differs_only_by_rounding_is_constant() -> None:
    # 0.1 + 0.2 - 0.1 is not 0.2 in floats; beside the first item the rest of the test is the same in every attempt.
    for first, other in (([0.1, 0.7, 0.3], 0.2), ([1e5 / 3, 1e5 / 7, 0.0], 0.001)):
        item = analyse([first, [other] * 3], [1e5, 1]).items[0]
        assert (item.discrimination_index, item.discriminative_efficiency) == (None, None)
        assert item.effective_weight == 100.0


def test_a_covariance_that_is_only_rounding_is_none() -> None:
    for low, high, other in ((0.1, 0.7, 0.3), (1 / 3, 0.9, 0.1), (0.2, 0.7, 0.6)):
        # Each of the two with each of the others: no covariance.
        apart = analyse([[low, high, low, high], [other, other, 0.9, 0.9]], [1, 1])
        assert [item.discrimination_index for item in apart.items] == [0.0, 0.0]
        # What one item gives the other takes: every total is 1, and no item goes against it.
        first = [low, high, other]
        against = analyse([first, [1 - mark for mark in first]], [1, 1])
        assert [item.negative_covariance for item in against.items] == [False, False]
        assert [item.discrimination_index for item in against.items] == [close(-100), close(-100)]
        assert against.cic is None


def test_differences_beyond_what_floats_can_square_are_none() -> None:
    found = analyse([[0.0, 1e-130, 0.0, 0.0]], [1])
    assert (found.sd, found.skewness, found.kurtosis) == (0.0, None, None)


def test_items_without_a_maximum_have_no_percentages() -> None:
    item = analyse([[0.0, 0.0], [0.0, 1.0]], [0, 1]).items[0]
    assert (item.facility, item.sd, item.intended_weight, item.effective_weight) == (None, None, 0.0, 0.0)


def test_arrays_and_fractions_are_columns_too() -> None:
    assert analyse([array("d", A), [Fraction(b) for b in B], tuple(C)], [1, 1, 2], [0.25, None, 0]) == EXAMPLE


@pytest.mark.parametrize(
    ("columns", "maxima", "guess"),
    [
        ([[1.0], [1.0, 2.0]], [1, 1], None),
        ([[1.0]], [1, 1], None),
        ([[1.0]], [1], [0.5, 0.5]),
        ([[1.0]], [1], [25]),
        ([[1.0]], [-1], None),
        ([[1.0]], [float("inf")], None),
        ([[float("nan"), 1.0]], [1], None),
        ([[float("inf"), None]], [1], None),
        ([[1e300, -1e300]], [1], None),
    ],
)
def test_what_cannot_be_analysed_is_refused(columns: Any, maxima: Any, guess: Any) -> None:
    with pytest.raises(ValueError, match=r"columns|maximum|guess|points"):
        analyse(columns, maxima, guess)


# What holds for every matrix.

MARKS = st.one_of(st.none(), st.sampled_from([0.0, 0.1, 0.3, 1 / 3, 0.5, 0.7, 0.9, 1.0]))


@st.composite
def matrices(draw: st.DrawFn, marks: st.SearchStrategy[float | None] = MARKS) -> list[list[float | None]]:
    attempts = draw(st.integers(0, 9))
    return draw(st.lists(st.lists(marks, min_size=attempts, max_size=attempts), min_size=1, max_size=5))


def figures(values: Sequence[Any]) -> list[Any]:
    return [value if value is None else pytest.approx(value, rel=1e-7, abs=1e-7) for value in values]


@given(matrices(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_order_of_attempts_changes_nothing(columns: list[list[float | None]], chance: random.Random) -> None:
    order = list(range(len(columns[0])))
    chance.shuffle(order)
    shuffled = [[column[i] for i in order] for column in columns]
    assert analyse(shuffled, [1] * len(columns)) == analyse(columns, [1] * len(columns))


@given(matrices(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_order_of_items_changes_nothing(columns: list[list[float | None]], chance: random.Random) -> None:
    maxima = [1 + i for i in range(len(columns))]
    order = list(range(len(columns)))
    chance.shuffle(order)
    found = analyse(columns, maxima)
    shuffled = analyse([columns[i] for i in order], [maxima[i] for i in order])
    assert shuffled == replace(found, items=tuple(found.items[i] for i in order))


@given(matrices(), st.sampled_from([0.1, 0.3, 2.0, 7.0, 100.0]))
@settings(max_examples=150, deadline=None)
def test_another_scale_of_all_points_changes_no_percentage(columns: list[list[float | None]], factor: float) -> None:
    plain = analyse(columns, [1] * len(columns))
    scaled = analyse([[m if m is None else m * factor for m in c] for c in columns], [factor] * len(columns))
    for one, other in zip(plain.items, scaled.items, strict=True):
        assert list(astuple(other)) == figures(astuple(one))
    percents = ("skewness", "kurtosis", "cic", "error_ratio", "mean_percent", "sd_percent", "standard_error_percent")
    # error_ratio is a root, which makes of a last digit beside 0 a seventh.
    for name in percents:
        value = getattr(plain, name)
        assert getattr(scaled, name) == (value if value is None else pytest.approx(value, rel=1e-6, abs=1e-4)), name


@given(matrices(), st.sampled_from([0.1, 0.3, 2.0, 7.0, 100.0]))
@settings(max_examples=150, deadline=None)
def test_another_scale_of_one_item_does_not_change_that_item(columns: list[list[float | None]], factor: float) -> None:
    plain = analyse(columns, [1] * len(columns)).items[0]
    first = [mark if mark is None else mark * factor for mark in columns[0]]
    scaled = analyse([first, *columns[1:]], [factor] + [1] * (len(columns) - 1)).items[0]
    names = ("attempts", "facility", "sd", "discrimination_index", "discriminative_efficiency")
    assert [getattr(scaled, name) for name in names] == figures([getattr(plain, name) for name in names])


@given(matrices(st.one_of(st.none(), st.floats(-1e6, 1e6))))
@settings(max_examples=300, deadline=None)
def test_any_points_give_numbers_or_none(columns: list[list[float | None]]) -> None:
    found = analyse(columns, [1] * len(columns))
    for values in (astuple(replace(found, items=())), *map(astuple, found.items)):
        assert all(value is None or value == () or isfinite(value) for value in values), values
    for item in found.items:
        assert item.discrimination_index is None or -100 <= item.discrimination_index <= 100


def test_a_drawn_items_intended_weight_is_of_what_an_attempt_can_reach() -> None:
    # Everybody meets the first item, worth 1, and one of the other two, worth 3: 4 points in all.
    found = analyse([[1, 0, 1, 0], [3, 0, None, None], [None, None, 3, 3]], [1, 3, 3])
    assert [item.intended_weight for item in found.items] == [25, 75, 75]
