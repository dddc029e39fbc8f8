"""From the events of an attempt to its grades and its score. Always from all events, so it may be done again at any time."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from elearn import clock
from elearn.catalogue import store
from elearn.core.model import Quiz
from elearn.core.questions import type_of
from elearn.core.quiz.attempt import Event, State, fold
from elearn.core.quiz.draw import LayoutItem, load_layout
from elearn.core.quiz.scoring import Score, score
from elearn.database import Exact, db
from elearn.people import audit
from elearn.quizzes.models import Attempt, AttemptEvent, ItemGrade
from elearn.quizzes.signals import attempt_ended

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Graded:
    """One item. `fraction` is None where grading raised: `error` says what, and the item waits."""

    item: LayoutItem
    response: Any
    fraction: Fraction | None
    error: str


def quiz_of(attempt: Attempt) -> Quiz:
    """The quiz as the attempt saw it."""
    quiz = store.version(attempt.version_id).module.part(attempt.quiz_slug)
    if not isinstance(quiz, Quiz):
        raise LookupError(f"attempt {attempt.public_id}: no quiz {attempt.quiz_slug} in its version")
    return quiz


_EVENTS = (
    select(
        AttemptEvent.id,
        AttemptEvent.kind,
        AttemptEvent.question,
        AttemptEvent.data,
        AttemptEvent.at,
        AttemptEvent.late,
    )
    .where(AttemptEvent.attempt_id == bindparam("attempt_id"), AttemptEvent.kind != "grade")
    .order_by(AttemptEvent.id)
)


def events_of(attempt_id: int) -> list[Event]:
    """The events of an attempt, oldest first. One statement."""
    rows = db.session.execute(_EVENTS, {"attempt_id": attempt_id})
    return [Event(row.id, row.kind, row.question, row.data, row.at, row.late) for row in rows]


def grade_items(quiz: Quiz, layout: Sequence[LayoutItem], state: State) -> list[Graded]:
    """Grade every item. What raises is noted and left ungraded: an error must never become zero points."""
    questions = quiz.questions
    graded = []
    for item in layout:
        response = state.response(item.question)
        try:
            question = questions[item.question]
            graded.append(Graded(item, response, type_of(question).grade(question.body, response).fraction, ""))
        except Exception as trouble:
            log.exception("grading of question %s failed", item.question)
            graded.append(Graded(item, response, None, f"{type(trouble).__name__}: {trouble}"[:500]))
    return graded


def total(quiz: Quiz, items: Sequence[Graded]) -> Score | None:
    """The score; None while an item waits."""
    fractions = [(g.item.question, g.fraction) for g in items if g.fraction is not None]
    return score(quiz, fractions) if len(fractions) == len(items) else None


def grade(session: Session, attempt: Attempt) -> None:
    """Grade an ended attempt from its events, store what came out, and tell. Inside the caller's transaction."""
    quiz = quiz_of(attempt)
    state = fold(events_of(attempt.id))
    items = grade_items(quiz, load_layout(attempt.layout), state)
    _keep(session, attempt, quiz, items)
    before = {"percent": _text(attempt.percent), "passed": attempt.passed}
    result = total(quiz, items)
    attempt.state = "graded" if result else "ended"
    attempt.points = result.points if result else None  # type: ignore[assignment]
    attempt.percent = result.percent if result else None  # type: ignore[assignment]
    attempt.passed = result.passed if result else None
    session.flush()
    session.refresh(attempt, ["points", "percent"])
    after = {"percent": _text(attempt.percent), "passed": attempt.passed}
    audit.record("attempt.graded", person_id=attempt.person_id, subject=attempt.public_id, before=before, after=after)
    attempt_ended.send(None, attempt=attempt)


def _text(value: Any) -> str | None:
    return None if value is None else format(value, "f")


def _keep(session: Session, attempt: Attempt, quiz: Quiz, items: Sequence[Graded]) -> None:
    now = clock.now()
    questions = quiz.questions
    session.execute(delete(ItemGrade).where(ItemGrade.attempt_id == attempt.id))
    rows = []
    for position, graded in enumerate(items, start=1):
        question = questions.get(graded.item.question)
        maximum = question.points if question else 0
        points = None if graded.fraction is None else graded.fraction * Fraction(maximum)
        rows.append(
            {
                "attempt_id": attempt.id,
                "position": position,
                "question": graded.item.question,
                "response": graded.response,
                "fraction": graded.fraction,
                "points": points,
                "maximum": maximum,
                "error": graded.error,
                "graded_at": None if graded.fraction is None else now,
            }
        )
    session.execute(insert(ItemGrade), rows)


def exact(value: Fraction | None) -> int | None:
    """A number as the database keeps it, for comparison."""
    return None if value is None else round(value * Exact.SCALE)
