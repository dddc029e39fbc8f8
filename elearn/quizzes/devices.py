"""Several devices at one attempt: which answer counts now, so that a page can show a newer one than its own."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select

from elearn.core.quiz.attempt import Saved, fold
from elearn.database import db
from elearn.quizzes.events import EVENT_COLUMNS, event_of
from elearn.quizzes.models import Attempt, AttemptEvent

_ANSWERS = (
    select(*EVENT_COLUMNS)
    .join(Attempt, Attempt.id == AttemptEvent.attempt_id)
    .where(
        Attempt.public_id == bindparam("public_id"),
        Attempt.person_id == bindparam("person_id"),
        AttemptEvent.kind == "answer",
        AttemptEvent.question.in_(bindparam("questions", expanding=True)),
    )
)


def newest(person_id: int, public_id: str, questions: Collection[str]) -> dict[str, Saved]:
    """The answer that counts of each of these questions of a person's open attempt; none of one without an answer.
    One statement, none where nothing is asked."""
    if not questions:
        return {}
    keys = {"public_id": public_id, "person_id": person_id, "questions": sorted(questions)}
    rows = db.session.connection().execute(_ANSWERS, keys)
    return fold(event_of(row) for row in rows).answers
