"""Whom an atasan sees: the active people of the units they head and all below (of a deputy: that the atasan heads),
never themselves, never anyone else.

Every page, count, export and search of this feature begins with `in_scope`; there is no other way to a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import InstrumentedAttribute

from elearn.database import db
from elearn.people import deputies
from elearn.people.models import Person, RoleGrant, Unit
from elearn.people.queries import in_subtree, units_above


class Supervisor(Protocol):
    """What this feature needs to know of who asks."""

    @property
    def id(self) -> int: ...

    @property
    def team_paths(self) -> tuple[str, ...]: ...

    @property
    def unseen(self) -> tuple[int, ...]:
        """Who is never among the people: themselves, and whom they stand in for."""


@dataclass(frozen=True, slots=True)
class Head:
    """A supervisor of whom there is no request: what their sign-in would give them today."""

    id: int
    team_paths: tuple[str, ...]
    unseen: tuple[int, ...]


def supervisor_of(person_id: int) -> Head | None:
    """Whom a person looks after today, as an atasan and as a deputy; None when that is nobody, or their account is closed.
    Three statements."""
    if not db.session.scalar(select(Person.active).where(Person.id == person_id)):
        return None
    own = db.session.scalars(
        select(Unit.path)
        .join(RoleGrant, RoleGrant.unit_id == Unit.id)
        .where(RoleGrant.person_id == person_id, RoleGrant.role == "atasan")
    ).all()
    stands_in = deputies.of_deputy(person_id)
    paths = {*own, *(path for one in stands_in for path in one.paths)}
    return Head(person_id, tuple(sorted(paths)), (person_id, *(one.head_id for one in stands_in))) if paths else None


def heads_of(supervisor: Supervisor) -> list[int]:
    """The units whose people a supervisor has, by their uppermost: what a scope is, wherever the tree moves them."""
    return sorted({units_above(path)[-1] for path in supervisor.team_paths})


def still_theirs(supervisor: Supervisor, unit_ids: Iterable[int]) -> set[int]:
    """Those of these units that are in the scope of a supervisor now. One statement."""
    inside = in_subtree(Unit.path, supervisor.team_paths)
    return set(db.session.scalars(select(Unit.id).where(Unit.id.in_(list(unit_ids)), inside)))


def in_scope(supervisor: Supervisor, unit: Any = Unit) -> ColumnElement[bool]:
    """A condition on Person joined with Unit (or an alias of it: the unit they are in today)."""
    path: InstrumentedAttribute[Any] = unit.path
    return and_(in_subtree(path, supervisor.team_paths), Person.active.is_(True), Person.id.not_in(supervisor.unseen))


def find_person(supervisor: Supervisor, public_id: str) -> Person | None:
    """The person of that address when they are in scope. A stranger's and a made-up one look the same: None."""
    return db.session.scalars(
        select(Person).join(Person.unit).where(Person.public_id == public_id, in_scope(supervisor))
    ).one_or_none()


def find_people(supervisor: Supervisor, public_ids: Sequence[str]) -> list[Person]:
    """Those of these addresses who are in scope, by name. One statement, none for nobody."""
    if not public_ids:
        return []
    statement = select(Person).join(Person.unit).where(Person.public_id.in_(public_ids), in_scope(supervisor))
    return list(db.session.scalars(statement.order_by(Person.name, Person.id)))


def positions_in_scope(supervisor: Supervisor) -> list[str]:
    """The positions of the people in scope, by name."""
    statement = select(Person.position).join(Person.unit).where(in_scope(supervisor), Person.position != "")
    return list(db.session.scalars(statement.distinct().order_by(Person.position)))


@dataclass(frozen=True, slots=True)
class TeamUnit:
    """A unit of a team, light: a head of the city has hundreds."""

    id: int
    code: str
    name: str
    short_name: str
    path: str


def units_in_scope(supervisor: Supervisor) -> list[TeamUnit]:
    """The units they head and all below, in the order of the tree."""
    rows = db.session.execute(
        select(Unit.id, Unit.code, Unit.name, Unit.short_name, Unit.path).where(
            in_subtree(Unit.path, supervisor.team_paths), Unit.closed_at.is_(None)
        )
    )
    return in_tree_order([TeamUnit(*row) for row in rows])


def in_tree_order(units: list[TeamUnit]) -> list[TeamUnit]:
    """Parents before children, siblings by name."""
    by_id = {unit.id: unit for unit in units}

    def trail(unit: TeamUnit) -> list[tuple[str, int]]:
        ids = [int(part) for part in unit.path.split(".") if part]
        return [(by_id[i].name, i) for i in ids if i in by_id]

    return sorted(units, key=trail)
