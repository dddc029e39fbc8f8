"""Accounts from the command line: one person, or a file of them. The pages' own services do the work."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy import select

from elearn.core.identity import BadNumber, normalise, parse
from elearn.database import db, transaction
from elearn.people import service
from elearn.people.models import Person, Role, Unit

__all__ = ["Refused", "create", "import_file", "new_password"]


class Refused(ValueError):
    """Why the account could not be made or changed."""


def create(number: str, name: str, unit_code: str, roles: Sequence[str], position: str) -> str:
    """Create an account; its first password. The unit `kota` is made when the tree is still empty."""
    try:
        digits = parse(normalise(number)).number
    except BadNumber as trouble:
        raise Refused(str(trouble)) from None
    password = first_password()
    with transaction() as session:
        unit = session.scalars(select(Unit).where(Unit.code == unit_code)).one_or_none()
        if unit is None:
            codes = session.scalars(select(Unit.code).order_by(Unit.path)).all()
            if codes or unit_code != "kota":
                raise Refused(
                    f"There is no unit {unit_code!r}. Known: {', '.join(codes) or 'none yet; begin with kota'}."
                )
            unit = service.create_unit(code="kota", name="Pemerintah Kota", short_name="Kota", kind="kota")
        if session.scalars(select(Person.id).where(Person.number == digits)).one_or_none():
            raise Refused(f"{digits} has an account already: `elearn user password {digits}` gives a new password.")
        service.create_person(
            number=digits,
            name=name,
            unit_id=unit.id,
            position=position,
            grants=[(Role(role), unit.id if role == "atasan" else None) for role in roles],
            password=password,
            must_change=True,
        )
    return password


def new_password(number: str) -> str:
    """A new first password for the account of that number."""
    digits = normalise(number)
    person_id = db.session.scalar(select(Person.id).where(Person.number == digits))
    if person_id is None:
        raise Refused(f"There is no account with the number {digits}.")
    password = first_password()
    service.set_password(person_id, password, must_change=True)
    return password


def first_password() -> str:
    """Twelve characters that cannot be guessed and are easy to read aloud: no 0, O, 1, l, I."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))
