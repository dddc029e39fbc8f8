"""What can be done with persons, roles and passwords. Each function is one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from elearn import clock
from elearn.core.identity import parse
from elearn.database import db, locked, transaction
from elearn.people import audit, passwords, places, sessions
from elearn.people.models import Person, Role, RoleGrant, Unit
from elearn.people.signals import person_placed

Grants = Sequence[tuple[Role, int | None]]
"""(role, the unit it is for): an atasan's has one, the others' have none."""

CHANGEABLE = ("name", "position", "email", "unit_id")


class Refused(ValueError):
    """Why something was not done, for the page, in Indonesian."""


class WrongPassword(Refused):
    """The present password was not given: what somebody who tries out passwords sees."""


def create_person(
    *,
    number: str,
    name: str,
    unit_id: int,
    position: str = "",
    email: str = "",
    grants: Grants = (),
    password: str | None = None,
    must_change: bool = True,
) -> Person:
    """An account. Without a password nobody can sign in to it yet. Raises core.identity.BadNumber."""
    identity = parse(number)
    hashed = passwords.hash_password(password) if password else ""
    now = clock.now()
    with transaction() as session:
        person = Person(
            number=identity.number,
            employment=identity.kind,
            name=name,
            position=position,
            email=email,
            unit_id=unit_id,
            password_hash=hashed,
            must_change_password=must_change,
            created_at=now,
            changed_at=now,
        )
        session.add(person)
        session.flush()
        session.add_all(RoleGrant(person_id=person.id, role=role.value, unit_id=unit) for role, unit in grants)
        places.place(session, {person.id: unit_id})
        after = {
            "name": name,
            "position": position,
            "email": email,
            "unit_id": unit_id,
            "roles": named_grants(grants),
        }
        audit.record("person.created", person_id=person.id, subject=person.public_id, after=after)
        _placed(person)
        return person


def named_grants(grants: Grants) -> list[str]:
    """The roles as the audit log writes them: `pengajar`, `atasan:12` (the id of the unit), in order."""
    return sorted(f"{role.value}:{unit}" if unit is not None else role.value for role, unit in grants)


def _placed(person: Person) -> None:
    path = db.session.scalars(select(Unit.path).where(Unit.id == person.unit_id)).one()
    person_placed.send(None, person_id=person.id, unit_path=path)


def change_person(person_id: int, *, grants: Grants | None = None, **changes: Any) -> bool:
    """Change fields (name, position, email, unit_id) and roles; whether anything differed."""
    unknown = set(changes) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"cannot change {sorted(unknown)}")
    with transaction() as session:
        person = _existing(person_id)
        before = {name: getattr(person, name) for name in changes}
        differing = {name: value for name, value in changes.items() if before[name] != value}
        old = {name: before[name] for name in differing}
        for name, value in differing.items():
            setattr(person, name, value)
        if grants is not None:
            have = session.execute(
                select(RoleGrant.role, RoleGrant.unit_id).where(RoleGrant.person_id == person_id)
            ).all()
            held = named_grants([(Role(role), unit) for role, unit in have])
            if held != named_grants(grants):
                old["roles"], differing["roles"] = held, named_grants(grants)
                session.execute(delete(RoleGrant).where(RoleGrant.person_id == person_id))
                session.add_all(RoleGrant(person_id=person_id, role=role.value, unit_id=unit) for role, unit in grants)
        if not differing:
            return False
        person.changed_at = clock.now()
        session.flush()
        audit.record("person.changed", person_id=person_id, subject=person.public_id, before=old, after=differing)
        if "unit_id" in differing and person.active:
            places.place(session, {person_id: person.unit_id})
        if differing.keys() & {"unit_id", "position", "roles"}:
            _placed(person)
        return True


def _existing(person_id: int) -> Person:
    person = locked(db.session(), Person, person_id)
    if person is None:
        raise LookupError(f"no person {person_id}")
    return person


def deactivate(person_id: int, why: str) -> None:
    """Close an account and end its sign-ins; what was studied stays."""
    _set_active(person_id, False, why)


def reactivate(person_id: int) -> None:
    """Open a closed account again."""
    _set_active(person_id, True, "")


def _set_active(person_id: int, active: bool, why: str) -> None:
    with transaction() as session:
        person = _existing(person_id)
        if person.active == active:
            return
        person.active = active
        person.changed_at = clock.now()
        places.place(session, {person_id: person.unit_id if active else None})
        if not active:
            sessions.end_everywhere(person_id)
        action = "person.reactivated" if active else "person.deactivated"
        audit.record(action, person_id=person_id, subject=person.public_id, note=why)


# A hash takes some thirty milliseconds: it is made before the transaction, not while everybody else waits for it.


def set_password(person_id: int, password: str, must_change: bool = True) -> None:
    """Give a password (an administrator's or the command's doing) and end every sign-in."""
    hashed = passwords.hash_password(password)
    with transaction():
        person = _existing(person_id)
        person.password_hash = hashed
        person.must_change_password = must_change
        sessions.end_everywhere(person_id)
        audit.record("password.reset", person_id=person_id, subject=person.public_id)


def renew_hash(person_id: int, password: str) -> None:
    """Keep a password that was just found right under today's settings of the hash."""
    hashed = passwords.hash_password(password)
    with transaction():
        _existing(person_id).password_hash = hashed


def change_own_password(person_id: int, old: str, new: str, *, keep_token: str | None = None) -> None:
    """Change one's own password; every other sign-in ends. Raises Refused, and WrongPassword for the old one."""
    name, number, stored = db.session.execute(
        select(Person.name, Person.number, Person.password_hash).where(Person.id == person_id)
    ).one()
    if not passwords.verify(stored, old):
        raise WrongPassword(_("Kata sandi lama tidak cocok."))
    reason = passwords.weak(new, name=name, number=number)
    if reason:
        raise Refused(reason)
    if passwords.normalise(old) == passwords.normalise(new):
        raise Refused(_("Kata sandi baru sama dengan yang lama."))
    hashed = passwords.hash_password(new)
    with transaction():
        person = _existing(person_id)
        if person.password_hash != stored:  # changed meanwhile: the old one given is no longer it
            raise WrongPassword(_("Kata sandi lama tidak cocok."))
        person.password_hash = hashed
        person.must_change_password = False
        sessions.end_everywhere(person_id, except_token=keep_token)
        audit.record("password.changed", person_id=person_id, subject=person.public_id)
