"""Which assignments an atasan sees and may change: those given to units or people below them, and those they gave to people of
theirs under a name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select
from sqlalchemy.orm import aliased

from elearn.catalogue.models import CatalogueModule, ModuleVersion
from elearn.database import db
from elearn.people.models import Person, Unit
from elearn.people.queries import in_subtree
from elearn.study.models import Assignee, Assignment
from elearn.supervision.scope import Supervisor, in_scope

To, By = aliased(Person), aliased(Person)


@dataclass(slots=True)
class Given:
    """Modules that were given together. Counts are of the supervisor's own people, over all its modules."""

    batch: str
    path_title: str
    titles: list[str]
    unit: str | None
    audience: str
    person: str | None
    label: str
    due_on: date | None
    note: str
    by: str | None
    done: int = 0
    excused: int = 0
    total: int = 0

    @property
    def title(self) -> str:
        return self.path_title or ", ".join(self.titles)


def _visible(supervisor: Supervisor, *columns: Any) -> Select[Any]:
    """Running assignments that are theirs: no others are seen, changed or ended."""
    people = select(Person.id).join(Unit, Unit.id == Person.unit_id).where(in_scope(supervisor))
    units = select(Unit.id).where(in_subtree(Unit.path, supervisor.team_paths))
    named = and_(Assignment.unit_id.is_(None), Assignment.person_id.is_(None))
    return (
        select(*columns)
        .where(Assignment.ended_at.is_(None))
        .where(
            or_(
                Assignment.unit_id.in_(units),
                Assignment.person_id.in_(people),
                and_(named, or_(Assignment.assigned_by_id.in_(supervisor.unseen), not_(_reaches_beyond(supervisor)))),
            )
        )
    )


def _reaches_beyond(supervisor: Supervisor) -> ColumnElement[bool]:
    """It falls on somebody whom the supervisor does not see."""
    return (
        exists()
        .where(Assignee.assignment_id == Assignment.id)
        .where(Person.id == Assignee.person_id, Unit.id == Person.unit_id, not_(in_scope(supervisor)))
        .correlate(Assignment)
    )


def assignments_in_scope(supervisor: Supervisor) -> list[Given]:
    """What runs, what is due first first. Two statements."""
    statement = (
        _visible(
            supervisor,
            Assignment.id,
            Assignment.batch,
            Assignment.path_title,
            ModuleVersion.title,
            Unit.name.label("unit"),
            Assignment.audience,
            To.name.label("person"),
            Assignment.label,
            Assignment.due_on,
            Assignment.note,
            By.name.label("by"),
        )
        .join(CatalogueModule, CatalogueModule.id == Assignment.module_id)
        .join(ModuleVersion, ModuleVersion.id == CatalogueModule.current_version_id)
        .outerjoin(Unit, Unit.id == Assignment.unit_id)
        .outerjoin(To, To.id == Assignment.person_id)
        .outerjoin(By, By.id == Assignment.assigned_by_id)
        .order_by(Assignment.due_on.asc().nulls_last(), Assignment.id)
    )
    found: dict[str, Given] = {}
    by_id: dict[int, Given] = {}
    for assignment_id, batch, path_title, title, *rest in db.session.execute(statement):
        given = found.setdefault(batch, Given(batch, path_title, [], *rest))
        given.titles.append(title)
        by_id[assignment_id] = given
    _count(supervisor, by_id)
    return list(found.values())


def _count(supervisor: Supervisor, by_id: dict[int, Given]) -> None:
    rows = db.session.execute(
        select(
            Assignee.assignment_id,
            func.count(Assignee.done_at),
            func.count().filter(Assignee.excused_at.is_not(None), Assignee.done_at.is_(None)),
            func.count(),
        )
        .join(Person, Person.id == Assignee.person_id)
        .join(Unit, Unit.id == Person.unit_id)
        .where(Assignee.assignment_id.in_(_visible(supervisor, Assignment.id)), in_scope(supervisor))
        .group_by(Assignee.assignment_id)
    )
    for assignment_id, done, excused, total in rows:
        if given := by_id.get(assignment_id):
            given.done += done
            given.excused += excused
            given.total += total


def find_given(supervisor: Supervisor, batch: str) -> Given | None:
    """What was given together and is theirs to change; None for others' and made-up ones alike."""
    return next((given for given in assignments_in_scope(supervisor) if given.batch == batch), None)


def may_change(supervisor: Supervisor, batch: str) -> bool:
    """Whether everything given together is theirs."""
    ids = set(db.session.scalars(_visible(supervisor, Assignment.id).where(Assignment.batch == batch)))
    running: Iterable[int] = db.session.scalars(
        select(Assignment.id).where(Assignment.batch == batch, Assignment.ended_at.is_(None))
    )
    return bool(ids) and ids == set(running)
