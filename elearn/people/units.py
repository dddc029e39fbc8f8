"""What can be done with the tree of units. Each function is one transaction; history stays right by `places`.

A unit that is merged stays in the tree, closed, below the one that it became part of: what was achieved in it belongs to it, and so
to the whole. A split is a new unit and people moved into it.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from elearn import clock
from elearn.database import db, transaction
from elearn.people import audit, bulk, places
from elearn.people.bulk import Changed
from elearn.people.models import Person, RoleGrant, Unit
from elearn.people.queries import in_subtree
from elearn.people.service import Refused
from elearn.people.signals import people_placed

DEEPEST = 12
"""Levels of the tree."""


def create_unit(*, code: str, name: str, short_name: str, kind: str, parent_id: int | None = None) -> Unit:
    """A unit under its parent; a root without one. Raises Refused for a code that is taken."""
    with transaction() as session:
        _hold_tree(session)
        parent = _open(session, parent_id) if parent_id is not None else None
        if session.scalar(select(Unit.id).where(Unit.code == code)) is not None:
            raise Refused(_("Kode %(kode)s sudah dipakai unit lain.", kode=code))
        unit = Unit(code=code, name=name, short_name=short_name, kind=kind, parent_id=parent_id, path="")
        session.add(unit)
        session.flush()
        unit.path = _path(unit, parent)
        session.flush()
        places.place_units(session, [unit])
        audit.record("unit.created", subject=code, after={"name": name, "parent_id": parent_id})
        return unit


def change_unit(unit_id: int, *, name: str, short_name: str, parent_id: int | None) -> bool:
    """Rename a unit, or hang it below another with all that is below it; whether anything differed.

    Raises Refused where it would stand below itself. Who is in it gets what is given to the units above.
    """
    with transaction() as session:
        _hold_tree(session)
        unit = _open(session, unit_id)
        before = {"name": unit.name, "short_name": unit.short_name, "parent_id": unit.parent_id}
        after = {"name": name, "short_name": short_name, "parent_id": parent_id}
        if before == after:
            return False
        unit.name, unit.short_name = name, short_name
        if parent_id != unit.parent_id:
            _hang(session, unit, parent_id)
        changed = [key for key in after if before[key] != after[key]]
        audit.record(
            "unit.changed",
            subject=unit.code,
            before={key: before[key] for key in changed},
            after={key: after[key] for key in changed},
        )
        return True


def merge_unit(unit_id: int, into_id: int) -> int:
    """Make a unit part of another: its people go over, the units below it hang below the other, nobody heads it any more, and it is
    closed. How many active people went over. Raises Refused."""
    with transaction() as session:
        _hold_tree(session)
        unit, into = _open(session, unit_id), _open(session, into_id)
        if into.path.startswith(unit.path):
            raise Refused(_("Unit tujuan berada di dalam unit ini. Pindahkan dahulu unit tujuan keluar."))
        for child in session.scalars(select(Unit).where(Unit.parent_id == unit.id, Unit.closed_at.is_(None))).all():
            _hang(session, child, into.id)
        _ungrant(session, unit)
        people = session.execute(
            select(Person.id, Person.public_id, Person.active).where(Person.unit_id == unit.id)
        ).all()
        bulk.change_people(
            [Changed(row.id, row.public_id, {"unit_id": unit.id}, {"unit_id": into.id}) for row in people]
        )
        if unit.parent_id != into.id:
            _hang(session, unit, into.id)
        unit.closed_at = clock.now()
        audit.record("unit.merged", subject=unit.code, after={"into": into.code, "people": len(people)})
        return sum(row.active for row in people)


def _hold_tree(session: Session) -> None:
    """One change of the tree at a time: paths are made from other paths."""
    session.execute(select(Unit.id).where(Unit.parent_id.is_(None)).order_by(Unit.id).with_for_update())


def _open(session: Session, unit_id: int) -> Unit:
    unit = session.get(Unit, unit_id, populate_existing=True)
    if unit is None:
        raise LookupError(f"no unit {unit_id}")
    if unit.closed_at is not None:
        raise Refused(_("%(unit)s sudah digabung ke unit lain.", unit=unit.name))
    return unit


def _path(unit: Unit, parent: Unit | None) -> str:
    path = f"{parent.path if parent else ''}{unit.id}."
    if path.count(".") > DEEPEST:
        raise Refused(_("Susunan unit paling dalam %(n)s tingkat.", n=DEEPEST))
    return path


def _hang(session: Session, unit: Unit, parent_id: int | None) -> None:
    """Put a unit and all below it under another, or make it a root."""
    parent = _open(session, parent_id) if parent_id is not None else None
    if parent is not None and parent.path.startswith(unit.path):
        raise Refused(_("Unit tidak dapat dipindahkan ke bawah dirinya sendiri."))
    old = unit.path
    new = _path(unit, parent)
    below = session.scalars(select(Unit).where(in_subtree(Unit.path, [old]))).all()
    unit.parent_id = parent_id
    for one in below:
        one.path = new + one.path[len(old) :]
        if one.path.count(".") > DEEPEST:
            raise Refused(_("Susunan unit paling dalam %(n)s tingkat.", n=DEEPEST))
    session.flush()
    places.place_units(session, below)
    paths = {one.id: one.path for one in below}
    people = session.execute(
        select(Person.id, Person.unit_id).where(Person.unit_id.in_(list(paths)), Person.active)
    ).all()
    if people:
        people_placed.send(None, people={person_id: paths[unit_id] for person_id, unit_id in people})


def _ungrant(session: Session, unit: Unit) -> None:
    """Nobody heads a unit that is part of another now; who does is said in the audit log."""
    heads = session.execute(
        select(RoleGrant.person_id, Person.public_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.unit_id == unit.id)
    ).all()
    session.execute(delete(RoleGrant).where(RoleGrant.unit_id == unit.id))
    audit.record_many(
        "person.changed",
        [audit.Change(row.person_id, row.public_id, {"roles": [f"atasan:{unit.id}"]}, {"roles": []}) for row in heads],
    )


def head_counts() -> dict[int, int]:
    """How many active people are in each unit itself. One statement."""
    rows = db.session.execute(select(Person.unit_id, func.count()).where(Person.active).group_by(Person.unit_id))
    return dict(rows.all())
