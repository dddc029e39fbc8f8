"""The score of an attempt and of several, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from elearn.core.model import Quiz

Policy = Literal["highest", "latest", "average", "first"]


@dataclass(frozen=True, slots=True)
class Score:
    """`percent` is 0..100 of `maximum`. A quiz without points scores 100: there was nothing to miss.

    `pending` are the questions that wait to be marked by hand. They count as nothing so far, so that with any of them
    the score is what is certain already, and not final.
    """

    points: Fraction
    maximum: Fraction
    percent: Fraction
    passed: bool
    pending: tuple[str, ...] = ()


def score(quiz: Quiz, items: Sequence[tuple[str, Fraction | None]]) -> Score:
    """The score of these (question id, fraction of its points; None while it is pending). Passed is decided before
    rounding.

    In a survey nothing counts, whatever its questions are.
    """
    questions = quiz.questions
    if quiz.survey:
        items = ()
    maximum = sum((Fraction(questions[q].points) for q, _ in items), Fraction(0))
    points = sum((Fraction(questions[q].points) * (fraction or 0) for q, fraction in items), Fraction(0))
    points = max(points, Fraction(0))  # being sure and wrong costs marks, but not those of nothing
    percent = points * 100 / maximum if maximum else Fraction(100)
    pending = tuple(q for q, fraction in items if fraction is None)
    return Score(points, maximum, percent, percent >= Fraction(quiz.passing), pending)


def combine(policy: Policy, percents: Sequence[Fraction]) -> Fraction | None:
    """The quiz's percent from its attempts, oldest first; None without any."""
    if not percents:
        return None
    if policy == "highest":
        return max(percents)
    if policy == "latest":
        return percents[-1]
    if policy == "first":
        return percents[0]
    return sum(percents, Fraction(0)) / len(percents)


def passes(quiz: Quiz, tried: Sequence[tuple[Fraction, bool]]) -> bool:
    """Whether a quiz is passed by its graded attempts, oldest first: (percent, passed) of each. What counts is the attempt
    that the policy picks, or the average."""
    if not tried:
        return False
    if quiz.grading == "highest":
        return any(passed for _, passed in tried)
    if quiz.grading == "average":
        average = combine("average", [percent for percent, _ in tried])
        return average is not None and average >= Fraction(quiz.passing)
    return tried[0 if quiz.grading == "first" else -1][1]
