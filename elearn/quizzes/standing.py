"""What ended attempts wait for: a marker, or the grading that failed."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_

from elearn.quizzes.models import Attempt, ItemGrade


def to_be_marked() -> ColumnElement[bool]:
    """Of a row of `ItemGrade`: it waits for a person."""
    return and_(ItemGrade.fraction.is_(None), ItemGrade.error == "")


def is_stuck() -> ColumnElement[bool]:
    """Of a row of `Attempt`: it ended and cannot be told yet, and that is not because somebody is to mark it."""
    of_it = ItemGrade.attempt_id == Attempt.id
    failed = exists().where(of_it, ItemGrade.error != "")
    waits = exists().where(of_it, to_be_marked())
    return and_(Attempt.state == "ended", or_(failed, ~waits))
