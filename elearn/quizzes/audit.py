"""Proof of scores: an attempt computed anew from its events and compared with what is stored."""

from __future__ import annotations

from sqlalchemy import select

from elearn.core.quiz.attempt import fold
from elearn.core.quiz.draw import load_layout
from elearn.database import db
from elearn.quizzes import grading
from elearn.quizzes.models import Attempt, ItemGrade


def recompute(attempt_id: int) -> list[str]:
    """What differs, a sentence each; empty when the stored score is what the events say."""
    attempt = db.session.get(Attempt, attempt_id)
    if attempt is None:
        return [f"attempt {attempt_id} is gone"]
    quiz = grading.quiz_of(attempt)
    state = fold(grading.events_of(attempt.id))
    name = f"attempt {attempt.public_id}"
    if attempt.state == "open":
        return [f"{name}: open, but its events end it ({state.ended})"] if state.ended else []
    if state.ended != attempt.ended_by:
        return [f"{name}: ended by {attempt.ended_by}, its events say {state.ended}"]
    items = grading.grade_items(quiz, load_layout(attempt.layout), state)
    stored = {
        row.question: (row.response, row.fraction)
        for row in db.session.scalars(select(ItemGrade).where(ItemGrade.attempt_id == attempt.id))
    }
    differences = []
    for graded in items:
        missing = graded.item.question not in stored
        response, fraction = stored.pop(graded.item.question, (None, None))
        kept = None if fraction is None else round(fraction * 1_000_000)
        if missing or (response, kept) != (graded.response, grading.exact(graded.fraction)):
            differences.append(
                f"{name}, question {graded.item.question}: stored {fraction}, computed {graded.fraction}"
            )
    differences += [f"{name}: a grade of {question}, which is not in it" for question in stored]
    result = grading.total(quiz, items)
    computed = (
        (grading.exact(result.points), grading.exact(result.percent), result.passed) if result else (None, None, None)
    )
    kept_score = tuple(None if v is None else round(v * 1_000_000) for v in (attempt.points, attempt.percent))
    if (*kept_score, attempt.passed) != computed:
        differences.append(f"{name}: stored {attempt.points} points, {attempt.percent} %, computed {computed}")
    return differences
