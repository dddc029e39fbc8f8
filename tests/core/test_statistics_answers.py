"""Answers by strength, the distribution of scores, what was learned, and what is said of an item."""

from __future__ import annotations

import random
from dataclasses import replace
from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.core.statistics import (
    Group,
    ItemStatistics,
    LearningGain,
    histogram,
    learning_gain,
    response_table,
    verdict,
)


def close(value: float) -> Any:
    return pytest.approx(value, rel=1e-12)


def test_answers_of_the_upper_middle_and_lower_third() -> None:
    # Totals 1 … 6: the lower third are 1 and 2, the upper 5 and 6.
    a, b, c, d = response_table([(1, "b"), (6, "a"), (2, "d"), (5, "a"), (3, "a"), (4, "b")], ["a", "b", "c"])
    assert (a.label, a.overall, a.upper, a.middle, a.lower) == (
        "a",
        Group(3, 50.0),
        Group(2, 100.0),
        Group(1, 50.0),
        Group(0, 0.0),
    )
    assert (b.label, b.overall, b.lower) == ("b", Group(2, close(100 / 3)), Group(1, 50.0))
    assert (c.label, c.overall) == ("c", Group(0, 0.0)), "nobody chose it, which the trainer should see"
    assert (d.label, d.lower) == ("d", Group(1, 50.0))


def test_equal_totals_are_in_the_same_third() -> None:
    # Ranks 1–4 of six have their middle at 2/6 = 1/3, which is not below a third.
    tied = response_table([(2, "x")] * 4 + [(3, "y"), (4, "y")])
    assert [(row.label, row.lower.count, row.middle.count, row.upper.count) for row in tied] == [
        ("x", 0, 4, 0),
        ("y", 0, 0, 2),
    ]
    assert tied[0].lower.share is None, "an empty group has no share"
    assert response_table([]) == ()


@given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from("abc")), max_size=20), st.randoms(use_true_random=False))
def test_the_order_of_answers_changes_nothing(pairs: list[tuple[float, str]], chance: random.Random) -> None:
    table = response_table(pairs)
    assert sum(row.overall.count for row in table) == len(pairs)
    assert all(row.lower.count + row.middle.count + row.upper.count == row.overall.count for row in table)
    shuffled = list(pairs)
    chance.shuffle(shuffled)
    assert response_table(shuffled) == table


def test_histogram() -> None:
    assert histogram([0, 9.99, 10, 35, 79.99999999999999, 90, 100, 100]) == (2, 1, 0, 1, 0, 0, 0, 0, 1, 3)
    assert histogram([-5, 100.00000000000001]) == (1, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    assert histogram([]) == (0,) * 10


def test_learning_gain() -> None:
    # Means 40 and 70: (70 - 40)/(100 - 40) = 1/2.
    # Differences 20 30 40: mean 30, variance (100 + 0 + 100)/2 = 100, sd 10.
    assert learning_gain([(20, 40), (40, 70), (60, 100)]) == LearningGain(3, 40.0, 70.0, close(0.5), close(3.0))


def test_learning_gain_where_it_is_not_defined() -> None:
    assert learning_gain([]) == LearningGain(0, None, None, None, None)
    assert learning_gain([(50, 75)]) == LearningGain(1, 50.0, 75.0, 0.5, None)
    perfect = learning_gain([(100, 90), (100, 100)])
    assert (perfect.normalised_gain, perfect.effect_size) == (None, close(-5 / sqrt(50)))
    # 0.3 - 0.1 and 0.7 - 0.5 differ in their last digit only: no spread to divide by.
    assert learning_gain([(0.1, 0.3), (0.5, 0.7)]).effect_size is None


# Sentences.

GOOD = ItemStatistics(
    attempts=100,
    facility=60.0,
    sd=40.0,
    guess_score=25.0,
    intended_weight=10.0,
    effective_weight=11.0,
    negative_covariance=False,
    discrimination_index=45.0,
    discriminative_efficiency=60.0,
)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, []),
        ({"discrimination_index": -0.5}, ["membedakan terbalik"]),
        ({"discrimination_index": 12.34}, ["Daya beda soal ini rendah (12,3%)"]),
        ({"discrimination_index": 20.0}, []),
        ({"facility": 97.0, "discrimination_index": 5.0}, ["sangat mudah: rata-rata nilainya 97%"]),
        ({"facility": 95.0}, []),
        ({"facility": 24.0}, ["(24%) di bawah hasil menebak (25%)"]),
        ({"facility": 24.0, "guess_score": None}, []),
        ({"facility": 12.0, "guess_score": None}, ["sangat sulit"]),
        ({"facility": 12.0, "discrimination_index": -30.0}, ["membedakan terbalik", "di bawah hasil menebak"]),
        ({"sd": 0.0, "discrimination_index": None, "facility": 50.0}, ["nilai yang sama"]),
        ({"sd": 0.0, "discrimination_index": None, "facility": 100.0}, ["sangat mudah"]),
        ({"facility": None, "sd": None, "discrimination_index": None}, []),
        ({"attempts": 29, "discrimination_index": -30.0}, ["Baru 29 percobaan"]),
    ],
)
def test_verdicts(changes: dict[str, Any], words: list[str]) -> None:
    sentences = verdict(replace(GOOD, **changes))
    assert len(sentences) == len(words), sentences
    assert all(word in sentence for word, sentence in zip(words, sentences, strict=True)), sentences
