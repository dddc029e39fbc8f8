"""What a person may see of an attempt after its end, by the quiz's `review` rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from elearn.core.model import Quiz
from elearn.core.questions.base import Grade
from elearn.core.questions.shared import number_text, percent_text


@dataclass(frozen=True, slots=True)
class Rights:
    """`score`: points and pass; `feedback`: remarks on one's own answers; `key`: answers and explanations."""

    score: bool
    feedback: bool
    key: bool


def rights(quiz: Quiz, *, passed: bool, now: datetime, attempts_left: int | None) -> Rights:
    """The score is always told. `after-passing` shows the rest once passed, or when no attempt is left."""
    if quiz.review == "after-submit":
        seen = True
    elif quiz.review == "after-passing":
        seen = passed or attempts_left == 0
    elif quiz.review == "after-close":
        seen = quiz.closes is not None and now >= quiz.closes
    else:
        seen = False
    return Rights(score=True, feedback=seen, key=seen)


def explained(grade: Grade, points: Decimal) -> str:
    """Why a response scored what it did: `2 dari 3 pasangan tepat: 66,7 % dari 3 poin.`"""
    if grade.status != "scored" or not points:
        return grade.sentence
    share = percent_text(grade.fraction)
    if share in grade.sentence:
        return grade.sentence
    score = f"{share} dari {number_text(Fraction(points))} poin."
    one = grade.sentence.rstrip(".")
    return f"{grade.sentence} Nilainya {score}" if ". " in one else f"{one}: {score}"
