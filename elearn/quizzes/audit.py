"""Proof of scores: an attempt computed anew from its events and compared with what is stored."""

from __future__ import annotations

from sqlalchemy import select

from elearn.core.quiz.draw import load_layout
from elearn.core.quiz.scoring import Score
from elearn.database import db
from elearn.quizzes import grading
from elearn.quizzes.events import state_of
from elearn.quizzes.models import Attempt, ItemGrade
from elearn.quizzes.verdicts import verdicts_of


def recompute(attempt_id: int) -> list[str]:
    """What differs, a sentence each; empty when the stored score is what the events say."""
    attempt = db.session.get(Attempt, attempt_id)
    if attempt is None:
        return [f"attempt {attempt_id} is gone"]
    state = state_of(attempt.id)
    name = f"attempt {attempt.public_id}"
    if attempt.state == "open":
        return [f"{name}: open, but its events end it ({state.ended})"] if state.ended else []
    if state.ended != attempt.ended_by:
        return [f"{name}: ended by {attempt.ended_by}, its events say {state.ended}"]
    quiz = grading.quiz_of(attempt)
    items = grading.grade_items(quiz, load_layout(attempt.layout), state, verdicts_of(attempt, quiz))
    return [*_items(attempt, name, items), *_total(attempt, name, grading.total(quiz, items))]


def _items(attempt: Attempt, name: str, items: list[grading.Graded]) -> list[str]:
    stored = {
        row.question: row for row in db.session.scalars(select(ItemGrade).where(ItemGrade.attempt_id == attempt.id))
    }
    differences = []
    for graded in items:
        question, fraction = graded.item.question, grading.exact(graded.fraction)
        row = stored.pop(question, None)
        if row is None:
            differences.append(f"{name}, question {question}: no grade is stored")
        elif (row.response, row.fraction) != (graded.response, fraction):
            differences.append(f"{name}, question {question}: stored {row.fraction}, computed {fraction}")
    return differences + [f"{name}: a grade of {question}, which is not in it" for question in stored]


def _total(attempt: Attempt, name: str, result: Score | None) -> list[str]:
    stored = (attempt.points, attempt.percent, attempt.passed)
    computed = (
        (grading.exact(result.points), grading.exact(result.percent), result.passed) if result else (None, None, None)
    )
    if stored == computed:
        return []
    return [f"{name}: stored {attempt.points} points, {attempt.percent} %, computed {computed}"]
