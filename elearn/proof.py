"""`elearn audit scores`: everything that is stored as a result is computed anew from what happened, and compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from elearn.database import db
from elearn.people.models import Person
from elearn.quizzes import audit as quiz_audit
from elearn.quizzes.models import Attempt
from elearn.study import audit as study_audit

CHUNK = 200


@dataclass(frozen=True, slots=True)
class Proof:
    attempts: int
    people: int
    differences: list[str]
    """One sentence each, naming the row by its public id."""


def scores(progress: Callable[[int, int], None] = lambda _done, _total: None) -> Proof:
    """Compare every attempt with its events, and every enrolment, credit, year and summary with its rows."""
    attempts = db.session.scalars(select(Attempt.id).order_by(Attempt.id)).all()
    people = db.session.scalars(select(Person.id).order_by(Person.id)).all()
    differences: list[str] = []
    total = len(attempts) + len(people)
    for done, attempt_id in enumerate(attempts, start=1):
        differences += quiz_audit.recompute(attempt_id)
        if done % CHUNK == 0:
            db.session.expunge_all()
            progress(done, total)
    for done, person_id in enumerate(people, start=len(attempts) + 1):
        differences += study_audit.verify(person_id)
        if done % CHUNK == 0:
            db.session.expunge_all()
            progress(done, total)
    return Proof(len(attempts), len(people), differences)
