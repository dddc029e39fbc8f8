"""A person's summary and years: always made anew from their rows, in the transaction of each change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from elearn.catalogue.models import CatalogueModule
from elearn.database import Instant, chunks, db, insert_new, upsert
from elearn.people.models import Person
from elearn.study.models import Assignee, Assignment, Credit, Enrolment, LearnerSummary, LearnerYear

FAILING = 2
"""Attempts of a module that did not pass, from which somebody may need help with it."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What LearnerSummary holds of a person."""

    active_at: datetime | None
    started: int
    completed: int
    nearly_done: int
    failing: int
    due_at: datetime | None
    first_tries: int
    first_passes: int
    gain_sum: Decimal
    gain_count: int


def hold(session: Session, person_id: int) -> None:
    """Let one change of a person's results happen at a time: summaries are made from rows that others may be writing."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def hold_all(session: Session, people: Iterable[int]) -> None:
    """Hold many at once, in one order, so that two cannot wait for each other."""
    for some in chunks(sorted(people)):
        session.execute(
            select(Person.id).where(Person.id.in_(some)).order_by(Person.id).with_for_update(key_share=True)
        )


_TOUCH = (
    update(LearnerSummary)
    .where(LearnerSummary.person_id == bindparam("person"))
    .values(active_at=bindparam("now", type_=Instant))
)


def touch(session: Session, person_id: int, now: datetime) -> None:
    """Note that a person was active: the one figure that changes without anything else."""
    session.connection().execute(_TOUCH, {"person": person_id, "now": now})


def compute(session: Session, person_id: int) -> Figures:
    """The figures from the person's rows. Two statements."""
    rows = session.execute(
        select(
            Enrolment.active_at,
            Enrolment.completed_at,
            Enrolment.parts_done,
            Enrolment.parts_total,
            Enrolment.first_passed,
            Enrolment.pretest,
            Enrolment.posttest,
            Enrolment.failed,
        ).where(Enrolment.person_id == person_id)
    ).all()
    due_at = session.scalar(
        select(func.min(Assignee.due_at))
        .join(Assignment, Assignment.id == Assignee.assignment_id)
        .where(Assignee.person_id == person_id, is_due())
    )
    tried = [row for row in rows if row.first_passed is not None]
    gains = [row.posttest - row.pretest for row in rows if row.pretest is not None and row.posttest is not None]
    return Figures(
        active_at=max((row.active_at for row in rows), default=None),
        started=len(rows),
        completed=sum(1 for row in rows if row.completed_at),
        nearly_done=sum(1 for row in rows if not row.completed_at and 3 * row.parts_done >= 2 * row.parts_total > 0),
        failing=sum(1 for row in rows if not row.completed_at and row.failed >= FAILING),
        due_at=due_at,
        first_tries=len(tried),
        first_passes=sum(1 for row in tried if row.first_passed),
        gain_sum=sum(gains, Decimal(0)),
        gain_count=len(gains),
    )


def is_due() -> ColumnElement[bool]:
    """Of an Assignee and its Assignment: it is to be done, and can be. Nobody can begin a module that was taken down."""
    open_module = exists().where(
        CatalogueModule.id == Assignee.module_id, CatalogueModule.current_version_id.is_not(None)
    )
    begun = exists().where(Enrolment.person_id == Assignee.person_id, Enrolment.module_id == Assignee.module_id)
    unfinished = and_(Assignee.done_at.is_(None), Assignee.excused_at.is_(None), Assignment.ended_at.is_(None))
    return and_(unfinished, or_(open_module, begun))


def years(session: Session, person_id: int) -> dict[int, tuple[Decimal, int]]:
    """Year -> (JP, credits), from the credits that hold. One statement."""
    rows = session.execute(
        select(Credit.year, func.sum(Credit.jp), func.count(Credit.id))
        .where(Credit.person_id == person_id, Credit.revoked_at.is_(None))
        .group_by(Credit.year)
    )
    return {year: (jp, count) for year, jp, count in rows}


def rebuild(session: Session, person_id: int) -> None:
    """Store the summary of a person. The caller holds the person (`hold`)."""
    session.flush()
    upsert(session, LearnerSummary, {"person_id": person_id}, asdict(compute(session, person_id)))


def refresh_due(session: Session, people: Iterable[int]) -> None:
    """Store when the next thing is due for each of these people, after their assignments have changed.

    Three statements for every five thousand.
    """
    session.flush()
    earliest = (
        select(func.min(Assignee.due_at))
        .join(Assignment, Assignment.id == Assignee.assignment_id)
        .where(Assignee.person_id == LearnerSummary.person_id, is_due())
        .scalar_subquery()
    )
    everyone = sorted(people)
    hold_all(session, everyone)
    for some in chunks(everyone):
        insert_new(session, LearnerSummary, [{"person_id": person_id} for person_id in some], ["person_id"])
        session.execute(
            update(LearnerSummary).where(LearnerSummary.person_id.in_(some)).values(due_at=earliest),
            execution_options={"synchronize_session": False},
        )


def rebuild_years(session: Session, person_id: int) -> None:
    """Store the years of a person, after their credits have changed. The caller holds the person."""
    session.flush()
    totals = years(session, person_id)
    for year, (jp, count) in totals.items():
        upsert(session, LearnerYear, {"person_id": person_id, "year": year}, {"jp": jp, "credits": count})
    session.execute(
        delete(LearnerYear).where(LearnerYear.person_id == person_id, LearnerYear.year.not_in(list(totals)))
    )


def verify(person_id: int) -> list[str]:
    """What differs between the stored summary and the rows, a sentence each."""
    session = db.session()
    stored = session.get(LearnerSummary, person_id)
    computed: dict[str, Any] = asdict(compute(session, person_id))
    if stored is None:
        differing = [] if computed["started"] == 0 and computed["due_at"] is None else ["no summary is stored"]
    else:
        # The last activity is written at most every ten minutes for the mere reading of a lesson.
        differing = [
            f"{name}: stored {getattr(stored, name)}, computed {value}"
            for name, value in computed.items()
            if name != "active_at" and getattr(stored, name) != value
        ]
    kept = {
        row.year: (row.jp, row.credits)
        for row in session.scalars(select(LearnerYear).where(LearnerYear.person_id == person_id))
    }
    if kept != years(session, person_id):
        differing.append(f"years: stored {kept}, computed {years(session, person_id)}")
    return [f"summary of person {person_id}, {what}" for what in differing]
