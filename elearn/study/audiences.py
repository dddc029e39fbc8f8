"""Who of a unit something is given to: everyone, PNS or PPPK, those who lead a unit, or those of one position."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, func, true

from elearn.people.models import Person, Role, RoleGrant

EVERYONE, PNS, PPPK, HEADS = "", "pns", "pppk", "atasan"
_POSITION = "jabatan:"


def of_position(position: str) -> str:
    """The audience of those whose position is written so; case and blanks around it do not matter."""
    return _POSITION + " ".join(position.split())


def position_of(audience: str) -> str:
    """The position that an audience names; empty for others."""
    return audience.removeprefix(_POSITION) if audience.startswith(_POSITION) else ""


def matches(audience: str) -> ColumnElement[bool]:
    """A condition on Person. Raises ValueError for what is no audience."""
    if audience == EVERYONE:
        return true()
    if audience in {PNS, PPPK}:
        return Person.employment == audience
    if audience == HEADS:
        return exists().where(RoleGrant.person_id == Person.id, RoleGrant.role == Role.ATASAN.value)
    if position := position_of(audience):
        return func.lower(Person.position) == position.lower()
    raise ValueError(f"no audience: {audience!r}")
