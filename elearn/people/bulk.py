"""Many persons at once: what an import does, in a number of statements that does not grow with each
person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from elearn import clock
from elearn.core.identity import parse
from elearn.database import chunks, db, new_public_id, transaction
from elearn.people import audit, passwords, places
from elearn.people.models import Person, Role, RoleGrant, SignIn, Unit
from elearn.people.service import Grants, named_grants
from elearn.people.signals import people_placed


@dataclass(frozen=True, slots=True)
class NewPerson:
    """An account to make. It has no password: nobody can sign in to it before `first_passwords` gave one."""

    number: str
    name: str
    unit_id: int
    position: str = ""
    email: str = ""
    grants: Grants = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """What becomes of a person: the values of the fields that differ, before and after, and the roles when
    they do.

    Fields: name, position, email, unit_id."""

    person_id: int
    public_id: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    grants: tuple[Grants, Grants] | None = None


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """What to hand to a person, once."""

    number: str
    name: str
    unit: str
    password: str


def create_people(people: Sequence[NewPerson]) -> list[int]:
    """Make the accounts; their ids, in the order given. Raises core.identity.BadNumber."""
    now = clock.now()
    with transaction() as session:
        ids: dict[str, int] = {}
        for some in chunks(people):
            rows = [_row(person) | {"created_at": now, "changed_at": now} for person in some]
            made = session.execute(insert(Person).returning(Person.number, Person.id), rows)
            ids |= dict(made.all())
            _grant(session, ((ids[person.number], person.grants) for person in some))
            audit.record_many(
                "person.created",
                (
                    audit.Change(ids[row["number"]], row["public_id"], None, _told(person))
                    for person, row in zip(some, rows, strict=True)
                ),
            )
        places.place(session, {ids[person.number]: person.unit_id for person in people})
        _placed(session, {ids[person.number]: person.unit_id for person in people})
        return [ids[person.number] for person in people]


def _row(person: NewPerson) -> dict[str, Any]:
    identity = parse(person.number)
    return {
        "public_id": new_public_id(),
        "number": identity.number,
        "employment": identity.kind,
        "name": person.name,
        "position": person.position,
        "email": person.email,
        "unit_id": person.unit_id,
        "password_hash": "",
        "must_change_password": True,
    }


def _told(person: NewPerson) -> dict[str, Any]:
    """What the audit log holds of a new person: as `service.create_person` writes it."""
    return {
        "name": person.name,
        "position": person.position,
        "email": person.email,
        "unit_id": person.unit_id,
        "roles": named_grants(person.grants),
    }


def change_people(changes: Sequence[Changed]) -> None:
    """Write what differs, the roles included, with an audit entry for each person."""
    now = clock.now()
    with transaction() as session:
        for field in ("name", "position", "email", "unit_id"):
            rows = [{"id": c.person_id, field: c.after[field], "changed_at": now} for c in changes if field in c.after]
            if rows:
                session.execute(update(Person), rows)
        regranted = [(c.person_id, c.grants[1]) for c in changes if c.grants is not None]
        for some in chunks(regranted):
            session.execute(delete(RoleGrant).where(RoleGrant.person_id.in_([i for i, _ in some])))
        _grant(session, regranted)
        audit.record_many("person.changed", (_change(change) for change in changes))
        moved = {c.person_id: c.after["unit_id"] for c in changes if "unit_id" in c.after}
        places.move(session, moved)
        _placed(session, moved | _otherwise(session, [c for c in changes if c.person_id not in moved]))


def _otherwise(session: Session, changes: Sequence[Changed]) -> dict[int, int]:
    """Who is something else than before, position or roles, with the unit they are in."""
    people = [c.person_id for c in changes if "position" in c.after or c.grants is not None]
    units: dict[int, int] = {}
    for some in chunks(people):
        units |= {
            row[0]: row[1] for row in session.execute(select(Person.id, Person.unit_id).where(Person.id.in_(some)))
        }
    return units


def _change(change: Changed) -> audit.Change:
    before, after = dict(change.before), dict(change.after)
    if change.grants is not None:
        before["roles"], after["roles"] = (named_grants(grants) for grants in change.grants)
    return audit.Change(change.person_id, change.public_id, before, after)


def _grant(session: Session, people: Iterable[tuple[int, Grants]]) -> None:
    rows = [
        {"person_id": person_id, "role": role.value, "unit_id": unit_id}
        for person_id, grants in people
        for role, unit_id in grants
    ]
    if rows:
        session.execute(insert(RoleGrant), rows)


def _placed(session: Session, people: Mapping[int, int]) -> None:
    """Tell who came to which unit."""
    if people:
        paths = dict(session.execute(select(Unit.id, Unit.path)).all())
        people_placed.send(None, people={person_id: paths[unit_id] for person_id, unit_id in people.items()})


def grants_of(person_ids: Sequence[int]) -> dict[int, list[tuple[Role, int | None]]]:
    """The roles of these people; who has none is left out."""
    found: dict[int, list[tuple[Role, int | None]]] = {}
    statement = select(RoleGrant.person_id, RoleGrant.role, RoleGrant.unit_id)
    for some in chunks(person_ids):
        for person_id, role, unit_id in db.session.execute(statement.where(RoleGrant.person_id.in_(some))):
            found.setdefault(person_id, []).append((Role(role), unit_id))
    return found


def first_passwords(person_ids: Sequence[int]) -> list[FirstPassword]:
    """New temporary passwords for those of these people who are active and have not chosen one of their own
    yet.

    They are returned and kept nowhere; an earlier temporary one no longer works, and who had signed in with
    it is out.
    """
    made: list[FirstPassword] = []
    with transaction() as session:
        for some in chunks(person_ids):
            rows = session.execute(
                select(Person.id, Person.public_id, Person.number, Person.name, Unit.name.label("unit"))
                .join(Unit, Unit.id == Person.unit_id)
                .where(
                    Person.id.in_(some),
                    Person.active,
                    or_(Person.must_change_password, Person.password_hash == ""),
                )
                .order_by(Unit.path, Person.name, Person.id)
                .with_for_update(of=Person)
            ).all()
            new = {row.id: passwords.temporary() for row in rows}
            if not new:
                continue
            session.execute(
                update(Person),
                [{"id": i, "password_hash": passwords.hash_temporary(password)} for i, password in new.items()],
            )
            session.execute(delete(SignIn).where(SignIn.person_id.in_(list(new))))
            audit.record_many("password.issued", (audit.Change(row.id, row.public_id) for row in rows))
            made += [FirstPassword(row.number, row.name, row.unit, new[row.id]) for row in rows]
    return made
