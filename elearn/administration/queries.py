"""What the pages of an administrator show: a constant number of statements each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.engine import Row

from elearn.database import db
from elearn.people.models import Person, RoleGrant, SignIn, Unit
from elearn.people.queries import all_units, in_subtree

PAGE_SIZE = 50
STATUSES = ("aktif", "belum-masuk", "nonaktif", "semua")
ROLES = ("pengajar", "atasan", "admin")

WAITING = and_(Person.active.is_(True), or_(Person.must_change_password.is_(True), Person.password_hash == ""))
"""Who has no password of their own yet: nobody gave them a first one, or they have not changed it."""


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What was asked for; anything unknown in an address falls back to the default."""

    text: str = ""
    unit: str = ""
    status: str = "aktif"
    role: str = ""
    page: int = 1

    @classmethod
    def read(cls, arguments: Any) -> PeopleFilter:
        """From the query of an address (a MultiDict)."""
        status, role, page = (arguments.get(name, "") for name in ("status", "peran", "halaman"))
        return cls(
            text=" ".join(arguments.get("cari", "").split())[:80],
            unit=arguments.get("unit", "")[:64],
            status=status if status in STATUSES else "aktif",
            role=role if role in ROLES else "",
            page=max(1, int(page)) if page.isdecimal() and len(page) < 7 else 1,
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """People by status, over the whole city or over what a filter of text, unit and role leaves."""

    active: int
    waiting: int
    closed: int

    def of(self, status: str) -> int:
        return {
            "aktif": self.active,
            "belum-masuk": self.waiting,
            "nonaktif": self.closed,
            "semua": self.active + self.closed,
        }[status]


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the list of people."""

    public_id: str
    number: str
    name: str
    position: str
    unit: str
    active: bool
    waiting: bool
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PeoplePage:
    filter: PeopleFilter
    units: Sequence[Unit]
    counts: Counts
    people: list[Listed]
    total: int
    pages: int


def people_page(wanted: PeopleFilter) -> PeoplePage:
    """One page of the people. Four statements."""
    units = all_units()
    condition = _condition(wanted, units)
    counts = _counts(condition)
    total = counts.of(wanted.status)
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(wanted.page, pages)
    rows = db.session.execute(
        _people()
        .where(condition, _of_status(wanted.status))
        .order_by(func.lower(Person.name), Person.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    roles = _roles([row.id for row in rows])
    shown = PeopleFilter(wanted.text, wanted.unit, wanted.status, wanted.role, page)
    return PeoplePage(shown, units, counts, [_listed(row, roles) for row in rows], total, pages)


def _people() -> Select[*tuple[Any, ...]]:
    return select(
        Person.id,
        Person.public_id,
        Person.number,
        Person.name,
        Person.position,
        Person.active,
        WAITING.label("waiting"),
        Unit.name.label("unit"),
    ).join(Unit, Unit.id == Person.unit_id)


def _listed(row: Row[Any], roles: dict[int, list[str]]) -> Listed:
    return Listed(
        public_id=row.public_id,
        number=row.number,
        name=row.name,
        position=row.position,
        unit=row.unit,
        active=row.active,
        waiting=row.waiting,
        roles=tuple(roles.get(row.id, ())),
    )


def _roles(person_ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    statement = select(RoleGrant.person_id, RoleGrant.role).where(RoleGrant.person_id.in_(person_ids)).distinct()
    for person_id, role in db.session.execute(statement.order_by(RoleGrant.role)):
        found.setdefault(person_id, []).append(role)
    return found


def _of_status(status: str) -> ColumnElement[bool]:
    return {
        "aktif": Person.active.is_(True),
        "belum-masuk": WAITING,
        "nonaktif": Person.active.is_(False),
        "semua": Person.id > 0,
    }[status]


def _condition(wanted: PeopleFilter, units: Sequence[Unit]) -> ColumnElement[bool]:
    """Text, unit (with all below it) and role; not the status."""
    conditions: list[ColumnElement[bool]] = [Person.id > 0]
    unit = next((unit for unit in units if unit.code == wanted.unit), None)
    if unit is not None:
        conditions.append(in_subtree(Unit.path, [unit.path]))
    if wanted.role:
        conditions.append(exists().where(RoleGrant.person_id == Person.id, RoleGrant.role == wanted.role))
    if wanted.text:
        conditions.append(named(wanted.text))
    return and_(*conditions)


def named(text: str) -> ColumnElement[bool]:
    """People whom a text may mean: a part of the name or position, or the beginning of the number."""
    matches = [Person.name.icontains(text, autoescape=True), Person.position.icontains(text, autoescape=True)]
    digits = "".join(character for character in text if character.isascii() and character.isdigit())
    if len(digits) >= 4:
        matches.append(Person.number.startswith(digits))
    return or_(*matches)


def _counts(condition: ColumnElement[bool]) -> Counts:
    def count(status: str) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((_of_status(status), 1), else_=0)), 0)

    statement = select(count("aktif"), count("belum-masuk"), count("nonaktif"))
    row = db.session.execute(statement.select_from(Person).join(Unit, Unit.id == Person.unit_id).where(condition))
    return Counts(*row.one())


@dataclass(frozen=True, slots=True)
class Overview:
    """The numbers of the first page."""

    people: Counts
    units: int
    roles: dict[str, int]


def overview() -> Overview:
    """Three statements."""
    roles = db.session.execute(
        select(RoleGrant.role, func.count(func.distinct(RoleGrant.person_id)))
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.active)
        .group_by(RoleGrant.role)
    )
    units = db.session.scalar(select(func.count(Unit.id)).where(Unit.closed_at.is_(None))) or 0
    return Overview(_counts(Person.id > 0), units, dict.fromkeys(ROLES, 0) | dict(roles.all()))


@dataclass(frozen=True, slots=True)
class PersonPage:
    person: Person
    units: Sequence[Unit]
    grants: list[tuple[str, int | None]]
    sign_ins: int
    seen_at: datetime | None


def person_page(public_id: str) -> PersonPage | None:
    """One account, or None. Four statements."""
    person = db.session.scalars(select(Person).where(Person.public_id == public_id)).one_or_none()
    if person is None:
        return None
    grants = db.session.execute(
        select(RoleGrant.role, RoleGrant.unit_id)
        .where(RoleGrant.person_id == person.id)
        .order_by(RoleGrant.role, RoleGrant.unit_id)
    )
    count, seen_at = db.session.execute(
        select(func.count(), func.max(SignIn.seen_at)).where(SignIn.person_id == person.id)
    ).one()
    return PersonPage(person, all_units(), list(grants.all()), count, seen_at)
