"""What an administrator does with single accounts. `by` is the administrator: nobody takes away their own way
in."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from elearn.core.identity import BadNumber, parse
from elearn.database import db
from elearn.people import passwords
from elearn.people import service as people
from elearn.people.models import Person, Role
from elearn.people.service import Grants, Refused

__all__ = ["Refused", "add", "change", "close", "reopen", "reset_password"]


def add(*, number: str, name: str, unit_id: int, position: str, email: str, grants: Grants) -> tuple[Person, str]:
    """A new account and its temporary password, which is kept nowhere. Raises Refused."""
    try:
        digits = parse(number).number
    except BadNumber as trouble:
        raise Refused(str(trouble)) from None
    password = passwords.temporary()
    try:
        person = people.create_person(
            number=digits,
            name=name,
            unit_id=unit_id,
            position=position,
            email=email,
            grants=grants,
            password=password,
            must_change=True,
        )
    except IntegrityError:
        raise Refused(_("Sudah ada akun dengan NIP atau NI PPPK ini.")) from None
    return person, password


def change(by: int, person_id: int, *, name: str, position: str, email: str, unit_id: int, grants: Grants) -> bool:
    """Change an account and its roles; whether anything differed. Raises Refused."""
    if by == person_id and all(role != Role.ADMIN for role, _unit in grants):
        raise Refused(_("Anda tidak dapat mencabut peran admin Anda sendiri. Mintalah admin lain."))
    return people.change_person(person_id, name=name, position=position, email=email, unit_id=unit_id, grants=grants)


def close(by: int, person_id: int, why: str) -> None:
    """Deactivate an account; what was studied stays. Raises Refused."""
    if by == person_id:
        raise Refused(_("Anda tidak dapat menonaktifkan akun Anda sendiri. Mintalah admin lain."))
    people.deactivate(person_id, why)


def reopen(person_id: int) -> None:
    """Activate an account again."""
    people.reactivate(person_id)


def reset_password(by: int, person_id: int) -> str:
    """A new temporary password, which is kept nowhere; every sign-in of the account ends. Raises Refused."""
    if by == person_id:
        raise Refused(_("Ganti kata sandi Anda sendiri lewat halaman Akun."))
    if not db.session.scalar(select(Person.active).where(Person.id == person_id)):
        raise Refused(_("Akun ini nonaktif. Aktifkan dulu, lalu buat kata sandinya."))
    password = passwords.temporary()
    people.set_password(person_id, password, must_change=True)
    return password
