"""Several devices at one attempt: which answer counts now, so that a page can show a newer one than its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

from sqlalchemy import bindparam, select

from elearn import clock
from elearn.core.quiz.attempt import Saved, fold
from elearn.database import db
from elearn.quizzes.events import EVENT_COLUMNS, event_of
from elearn.quizzes.models import Attempt, AttemptEvent
from elearn.quizzes.service import ClientEvent

BELATED = timedelta(seconds=1)
"""After so long on its way another device may well have given a newer answer."""

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


def belated(events: Iterable[ClientEvent]) -> set[str]:
    """The questions of answers that waited on their device before they came."""
    limit = clock.now() - BELATED
    return {event.question for event in events if event.queued_at is not None and event.queued_at < limit}


def newest(person_id: int, public_id: str, questions: Collection[str]) -> dict[str, Saved]:
    """The answer that counts of each of these questions of a person's open attempt; none of one without an answer.
    One statement, none where nothing is asked."""
    if not questions:
        return {}
    keys = {"public_id": public_id, "person_id": person_id, "questions": sorted(questions)}
    rows = db.session.connection().execute(_ANSWERS, keys)
    return fold(event_of(row) for row in rows).answers
