"""Which assignments an atasan sees and may end: those given to units or people below them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.engine import Row
from sqlalchemy.orm import aliased

from elearn.catalogue.models import CatalogueModule, ModuleVersion
from elearn.database import db
from elearn.people.models import Person, Unit
from elearn.people.queries import in_subtree
from elearn.study.models import Assignee, Assignment
from elearn.supervision.scope import Supervisor, in_scope

Target = aliased(Person)


def _visible(supervisor: Supervisor, *columns: Any) -> Select[Any]:
    people = select(Person.id).join(Unit, Unit.id == Person.unit_id).where(in_scope(supervisor))
    units = select(Unit.id).where(in_subtree(Unit.path, supervisor.team_paths))
    return (
        select(*columns)
        .where(Assignment.ended_at.is_(None))
        .where(or_(Assignment.unit_id.in_(units), Assignment.person_id.in_(people)))
    )


def assignments_in_scope(supervisor: Supervisor) -> Sequence[Row[Any]]:
    """Running assignments with the module's title, the target's name, and how many are done of how many."""
    done = func.count(Assignee.done_at).label("done")
    total = func.count(Assignee.id).label("total")
    statement = (
        _visible(
            supervisor,
            Assignment.id,
            Assignment.due_on,
            Assignment.note,
            ModuleVersion.title,
            Unit.name.label("unit"),
            Target.name.label("person"),
            done,
            total,
        )
        .join(CatalogueModule, CatalogueModule.id == Assignment.module_id)
        .join(ModuleVersion, ModuleVersion.id == CatalogueModule.current_version_id)
        .outerjoin(Unit, Unit.id == Assignment.unit_id)
        .outerjoin(Target, Target.id == Assignment.person_id)
        .outerjoin(Assignee, Assignee.assignment_id == Assignment.id)
        .group_by(Assignment.id, ModuleVersion.title, Unit.name, Target.name)
        .order_by(Assignment.due_on.asc().nulls_last(), Assignment.id)
    )
    return db.session.execute(statement).all()


def may_end(supervisor: Supervisor, assignment_id: int) -> bool:
    """Whether the assignment is theirs to end."""
    return db.session.scalar(_visible(supervisor, Assignment.id).where(Assignment.id == assignment_id)) is not None
