"""What there is of one person, read once for their page, their timeline and their sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from elearn import clock
from elearn.catalogue.models import CatalogueModule, ModuleVersion
from elearn.database import db
from elearn.people.models import Person
from elearn.quizzes.models import Attempt
from elearn.study.models import Assignee, Credit, Enrolment
from elearn.supervision.attention import assigned
from elearn.supervision.plans import PlanLine, of_person


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A module that was given and whose assignment has not ended, done or not."""

    module_id: int
    title: str
    slug: str
    due_at: datetime | None
    done_at: datetime | None
    excuse: str
    """Why they need not do it; empty where they are to."""
    overdue: bool


@dataclass(frozen=True, slots=True)
class PersonRows:
    """`enrolments`: (Enrolment, slug, title), the last opened first; `attempts` and `credits` the newest first, also what was
    revoked."""

    person: Person
    enrolments: Sequence[Any]
    attempts: Sequence[Attempt]
    credits: Sequence[Any]
    plans: list[PlanLine]


def rows_of(person: Person) -> PersonRows:
    """Everything they studied, tried, earned and planned. Six statements at most."""
    enrolments = db.session.execute(
        select(Enrolment, CatalogueModule.slug, ModuleVersion.title)
        .join(CatalogueModule, CatalogueModule.id == Enrolment.module_id)
        .join(ModuleVersion, ModuleVersion.id == Enrolment.version_id)
        .where(Enrolment.person_id == person.id)
        .order_by(Enrolment.active_at.desc(), Enrolment.id)
    ).all()
    attempts = db.session.scalars(
        select(Attempt).where(Attempt.person_id == person.id).order_by(Attempt.started_at.desc(), Attempt.id.desc())
    ).all()
    return PersonRows(person, enrolments, attempts, _credits(person.id), of_person(person))


def _credits(person_id: int) -> Sequence[Any]:
    return db.session.execute(
        select(
            Credit.material,
            Credit.provider,
            Credit.kind,
            Credit.jp,
            Credit.percent,
            Credit.earned_at,
            Credit.year,
            Credit.proof,
            Credit.revoked_at,
        )
        .where(Credit.person_id == person_id)
        .order_by(Credit.earned_at.desc(), Credit.id.desc())
    ).all()


def duties_of(person_id: int) -> list[DutyLine]:
    """What was given to them, module by module, the earliest due first; excused only where all of it is. One statement."""
    now = clock.now()
    rows = db.session.execute(
        assigned(
            Assignee.module_id,
            ModuleVersion.title,
            CatalogueModule.slug,
            func.min(Assignee.due_at).filter(Assignee.excused_at.is_(None)).label("due_at"),
            func.max(Assignee.done_at).label("done_at"),
            func.max(Assignee.excuse).label("excuse"),
            func.count().filter(Assignee.excused_at.is_(None)).label("duties"),
        )
        .where(Assignee.person_id == person_id)
        .group_by(Assignee.module_id, ModuleVersion.title, CatalogueModule.slug)
        .order_by(func.min(Assignee.due_at).asc().nulls_last(), ModuleVersion.title)
    )
    return [
        DutyLine(
            module_id=row.module_id,
            title=row.title,
            slug=row.slug,
            due_at=row.due_at,
            done_at=row.done_at,
            excuse="" if row.duties else row.excuse,
            overdue=row.done_at is None and row.due_at is not None and row.due_at < now,
        )
        for row in rows
    ]


def duty_of(person_id: int, slug: str) -> DutyLine | None:
    """One of them that is not done."""
    return next((duty for duty in duties_of(person_id) if duty.slug == slug and duty.done_at is None), None)
