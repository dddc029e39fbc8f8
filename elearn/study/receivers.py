"""What the features below tell this one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from elearn.catalogue import store
from elearn.catalogue.signals import learners_asked, reach_changed
from elearn.database import db
from elearn.people.signals import people_placed, person_placed
from elearn.quizzes.models import Attempt
from elearn.quizzes.signals import attempt_ended, attempt_regraded, attempt_started, pass_lost
from elearn.study import assignments, credit, enrolment, summary
from elearn.study.models import Assignee, Enrolment


def on_attempt_started(_sender: Any, attempt: Attempt) -> None:
    """Starting a quiz is being in the module, and begins it for who comes straight to the quiz."""
    session = db.session()
    begun = (
        session.connection()
        .execute(
            update(Enrolment)
            .where(Enrolment.person_id == attempt.person_id, Enrolment.module_id == attempt.module_id)
            .values(active_at=attempt.started_at, last_slug=attempt.quiz_slug)
        )
        .rowcount
    )
    if begun:
        summary.touch(session, attempt.person_id, attempt.started_at)
    else:
        new = enrolment.begin(session, attempt.person_id, store.version(attempt.version_id))
        new.last_slug = attempt.quiz_slug


def on_attempt_ended(_sender: Any, attempt: Attempt) -> None:
    session = db.session()
    row = session.execute(
        select(Enrolment.id, Enrolment.active_at).where(
            Enrolment.person_id == attempt.person_id, Enrolment.module_id == attempt.module_id
        )
    ).one_or_none()
    if row is None:
        return
    if attempt.ended_at and attempt.ended_at > row.active_at:
        session.execute(update(Enrolment).where(Enrolment.id == row.id).values(active_at=attempt.ended_at))
    enrolment.refresh(session, row.id, may_move=True)


def on_attempt_regraded(_sender: Any, attempt: Attempt) -> None:
    """The score counts anew, but nobody is moved to another version while they are studying."""
    session = db.session()
    enrolment_id = session.scalar(
        select(Enrolment.id).where(Enrolment.person_id == attempt.person_id, Enrolment.module_id == attempt.module_id)
    )
    if enrolment_id is not None:
        enrolment.refresh(session, enrolment_id)


def on_pass_lost(_sender: Any, attempt: Attempt) -> None:
    credit.keep(db.session(), attempt.person_id, attempt.module_id)


def on_person_placed(_sender: Any, person_id: int, unit_path: str) -> None:
    assignments.inherit({person_id: unit_path})


def on_people_placed(_sender: Any, people: dict[int, str]) -> None:
    assignments.inherit(people)


def on_learners_asked(_sender: Any, module_id: int) -> dict[str, int]:
    """What a new version of a module means for whom, see `catalogue.report.Published.learners`."""
    counts = {"moving": 0, "staying": 0, "completed": 0}
    rows = db.session().execute(
        select(Enrolment.version_id, Enrolment.done_slugs, Enrolment.completed_at).where(
            Enrolment.module_id == module_id
        )
    )
    for version_id, done, completed_at in rows:
        quizzes = {quiz.slug for quiz in enrolment.quizzes(store.version(version_id).module)}
        counts["completed" if completed_at else "moving" if quizzes - set(done) else "staying"] += 1
    return counts


def on_reach_changed(_sender: Any, module_id: int) -> None:
    """Nothing is due of a module that nobody can begin any more, except to who is in it."""
    session = db.session()
    waiting = select(Assignee.person_id).where(Assignee.module_id == module_id, Assignee.done_at.is_(None)).distinct()
    summary.refresh_due(session, session.scalars(waiting).all())


def connect() -> None:
    """Connect once in a process; connecting again changes nothing."""
    attempt_started.connect(on_attempt_started)
    attempt_ended.connect(on_attempt_ended)
    attempt_regraded.connect(on_attempt_regraded)
    pass_lost.connect(on_pass_lost)
    person_placed.connect(on_person_placed)
    people_placed.connect(on_people_placed)
    learners_asked.connect(on_learners_asked)
    reach_changed.connect(on_reach_changed)
