"""Reading the events of attempts as `core.quiz.attempt` folds them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Row

from elearn.core.quiz.attempt import Event, State, fold
from elearn.database import db
from elearn.quizzes.models import AttemptEvent

EVENT_COLUMNS = (
    AttemptEvent.id,
    AttemptEvent.kind,
    AttemptEvent.question,
    AttemptEvent.data,
    AttemptEvent.at,
    AttemptEvent.late,
    AttemptEvent.queued_at,
    AttemptEvent.client_id,
)
"""What `event_of` reads."""

_EVENTS = (
    select(*EVENT_COLUMNS)
    .where(AttemptEvent.attempt_id == bindparam("attempt_id"), AttemptEvent.kind != "grade")
    .order_by(AttemptEvent.id)
)


def event_of(row: Row[Any]) -> Event:
    """The event of a row that has EVENT_COLUMNS, whatever else it has."""
    return Event(
        row.id, row.kind, row.question, row.data, row.at, row.late, queued_at=row.queued_at, client_id=row.client_id
    )


def events_of(attempt_id: int) -> list[Event]:
    """The events of an attempt that make its state, oldest first. One statement."""
    return [event_of(row) for row in db.session.execute(_EVENTS, {"attempt_id": attempt_id})]


def state_of(attempt_id: int) -> State:
    """What the events of an attempt say. One statement."""
    return fold(events_of(attempt_id))
