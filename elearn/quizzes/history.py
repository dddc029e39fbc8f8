"""How the score of an attempt came to be: each time it changed, from what, to what, why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select

from elearn.core.quiz.attempt import Event
from elearn.database import db
from elearn.quizzes.events import EVENT_COLUMNS, event_of
from elearn.quizzes.models import AttemptEvent


@dataclass(frozen=True, slots=True)
class Change:
    """`before` and `after` are percents; None while something waited to be graded. `cause` is grading.Why's."""

    at: datetime
    before: Decimal | None
    after: Decimal | None
    cause: str
    reason: str


_ALL = select(*EVENT_COLUMNS).where(AttemptEvent.attempt_id == bindparam("attempt_id")).order_by(AttemptEvent.id)


def events_and_changes(attempt_id: int) -> tuple[list[Event], list[Change]]:
    """The events that make an attempt's state, and the changes of its score, both oldest first. One statement."""
    events: list[Event] = []
    changes: list[Change] = []
    for row in db.session.execute(_ALL, {"attempt_id": attempt_id}):
        if row.kind == "grade":
            before = changes[-1].after if changes else None
            changes.append(_change(row.at, before, row.data))
        else:
            events.append(event_of(row))
    return events, changes


def _change(at: datetime, before: Decimal | None, data: dict[str, Any]) -> Change:
    after = None if data["percent"] is None else Decimal(data["percent"])
    return Change(at, before, after, data.get("cause", ""), data.get("reason", ""))
