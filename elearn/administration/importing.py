"""Importing people: a table is compared with what is stored, and then written all at once or not at all.

table = read_table(name, data)      # Unreadable
plan = make_plan(table)             # every problem, and what would be created and changed
outcome = apply_plan(plan)          # Refused, Stale
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from elearn.administration.rows import Checker, Problem, Wanted
from elearn.administration.tables import Table, Unreadable, read_table
from elearn.database import chunks, db, transaction
from elearn.people import audit, bulk
from elearn.people.models import Person, Role, Unit
from elearn.people.service import Grants, Refused, named_grants

__all__ = ["Outcome", "Plan", "Refused", "Stale", "Unreadable", "apply_plan", "make_plan", "read_table"]


class Stale(Exception):
    """The people have changed since the plan was made: `plan` is today's."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("the people have changed since the plan was made")
        self.plan = plan


@dataclass(frozen=True, slots=True)
class Difference:
    """What a row changes of a person who is there."""

    line: int
    number: str
    name: str
    change: bulk.Changed


@dataclass(frozen=True, slots=True)
class Plan:
    """What importing a table would do. Nothing is imported while there is a problem."""

    table: Table
    by: int | None
    problems: tuple[Problem, ...]
    created: tuple[Wanted, ...]
    changed: tuple[Difference, ...]
    unchanged: int
    closed: int
    """How many of the rows are of closed accounts: their data changes, the account stays closed."""

    @property
    def is_empty(self) -> bool:
        """Whether everything is stored already as the file has it."""
        return not (self.problems or self.created or self.changed)

    @property
    def seal(self) -> str:
        """Names exactly what would be written: whoever agreed to a plan agreed to no other."""
        written = [(w.number, w.name, w.unit_id, w.position, w.email, _roles(w.grants)) for w in self.created]
        changes = [(d.change.person_id, dict(d.change.before), dict(d.change.after), _told(d)) for d in self.changed]
        return hashlib.sha256(repr((written, changes)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import wrote. `created` are the ids of the new people, in the order of the file."""

    created: tuple[int, ...]
    changed: int
    unchanged: int


def _roles(grants: Grants | None) -> list[str] | None:
    return None if grants is None else named_grants(grants)


def _told(difference: Difference) -> list[list[str]]:
    return [named_grants(grants) for grants in difference.change.grants or ()]


def make_plan(table: Table, *, by: int | None = None, hold: bool = False) -> Plan:
    """Compare a table with the people there are. `by`: the administrator who imports, if one does; `hold`
    keeps the people of the table as they are until the open transaction ends. Three statements, and two for
    every 5,000 rows."""
    checker = Checker(db.session.scalars(select(Unit).where(Unit.closed_at.is_(None)).order_by(Unit.path)).all())
    wanted = []
    for line, cells in table.rows:
        row = checker.check(line, dict(zip(table.columns, cells, strict=True)))
        if row is not None:
            wanted.append(row)
    stored = _stored([row.number for row in wanted], hold)
    grants = bulk.grants_of([person.id for person in stored.values()])
    created, changed, unchanged, closed = [], [], 0, 0
    for row in wanted:
        person = stored.get(row.number)
        if person is None:
            created.append(row)
            continue
        closed += not person.active
        difference = _difference(row, person, grants.get(person.id, []))
        if difference is None:
            unchanged += 1
        elif person.id == by and _loses_admin(difference):
            reason = str(_("Anda tidak dapat mencabut peran admin Anda sendiri."))
            checker.problems.append(Problem(row.line, "peran", reason, ""))
        else:
            changed.append(difference)
    problems = tuple(sorted(checker.problems, key=lambda problem: problem.line))
    return Plan(table, by, problems, tuple(created), tuple(changed), unchanged, closed)


def _stored(numbers: Sequence[str], hold: bool) -> dict[str, Any]:
    """Number -> what is stored of the person."""
    statement = select(
        Person.id,
        Person.public_id,
        Person.number,
        Person.name,
        Person.position,
        Person.email,
        Person.unit_id,
        Person.active,
    ).order_by(Person.id)
    if hold:
        statement = statement.with_for_update()
    found: dict[str, Any] = {}
    for some in chunks(numbers):
        found |= {row.number: row for row in db.session.execute(statement.where(Person.number.in_(some)))}
    return found


def _difference(row: Wanted, person: Any, held: Grants) -> Difference | None:
    wishes = {"name": row.name, "position": row.position, "email": row.email, "unit_id": row.unit_id}
    after = {k: v for k, v in wishes.items() if v is not None and getattr(person, k) != v}
    grants = None
    if row.grants is not None and named_grants(row.grants) != named_grants(held):
        grants = (held, row.grants)
    if not after and grants is None:
        return None
    before = {k: getattr(person, k) for k in after}
    return Difference(
        row.line, row.number, person.name, bulk.Changed(person.id, person.public_id, before, after, grants)
    )


def _loses_admin(difference: Difference) -> bool:
    if difference.change.grants is None:
        return False
    before, after = difference.change.grants
    return any(role == Role.ADMIN for role, _u in before) and all(role != Role.ADMIN for role, _u in after)


def apply_plan(plan: Plan) -> Outcome:
    """Write a plan in one transaction. Raises Refused when it has problems, and Stale, with the plan of this
    moment, when that is no longer the one given."""
    try:
        with transaction():
            return _apply(plan)
    except IntegrityError:  # another import made one of these people meanwhile
        raise Stale(make_plan(plan.table, by=plan.by)) from None


def _apply(plan: Plan) -> Outcome:
    now = make_plan(plan.table, by=plan.by, hold=True)
    if now.seal != plan.seal or now.problems != plan.problems:
        raise Stale(now)
    if now.problems:
        raise Refused(_("Masih ada baris yang keliru. Belum ada yang diimpor."))
    created = bulk.create_people([_new(row) for row in now.created]) if now.created else []
    bulk.change_people([difference.change for difference in now.changed])
    if not now.is_empty:
        audit.record("people.imported", after={"created": len(created), "changed": len(now.changed)})
    return Outcome(tuple(created), len(now.changed), now.unchanged)


def _new(row: Wanted) -> bulk.NewPerson:
    return bulk.NewPerson(
        number=row.number,
        name=row.name,
        unit_id=row.unit_id,
        position=row.position or "",
        email=row.email or "",
        grants=row.grants or (),
    )
