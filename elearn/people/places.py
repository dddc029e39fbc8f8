"""Where people and units were at a time: rows that are closed when something moves, and never changed otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, or_, select, update
from sqlalchemy.orm import Session

from elearn import clock
from elearn.database import chunks, db
from elearn.people.models import Person, Placement, Unit, UnitPlace


def place(session: Session, people: Mapping[int, int | None]) -> None:
    """These people are in these units from now on; None: in none. What they were in ends. Two statements for every five
    thousand."""
    now = clock.now()
    for some in chunks(people):
        session.execute(
            update(Placement)
            .where(Placement.person_id.in_(some), Placement.until_at.is_(None))
            .values(until_at=now)
            .execution_options(synchronize_session=False)
        )
        rows = [
            {"person_id": person_id, "unit_id": people[person_id], "from_at": now}
            for person_id in some
            if people[person_id] is not None
        ]
        if rows:
            session.execute(insert(Placement), rows)


def move(session: Session, people: Mapping[int, int]) -> None:
    """The same of people of whom some may not be active: these are nowhere, and stay so."""
    for some in chunks(people):
        active = session.scalars(select(Person.id).where(Person.id.in_(some), Person.active)).all()
        place(session, {person_id: people[person_id] for person_id in active})


def place_units(session: Session, units: Iterable[Unit]) -> None:
    """These units stand where their paths say from now on."""
    now = clock.now()
    rows = [{"unit_id": unit.id, "path": unit.path, "from_at": now} for unit in units]
    for some in chunks([row["unit_id"] for row in rows]):
        session.execute(
            update(UnitPlace)
            .where(UnitPlace.unit_id.in_(some), UnitPlace.until_at.is_(None))
            .values(until_at=now)
            .execution_options(synchronize_session=False)
        )
    if rows:
        session.execute(insert(UnitPlace), rows)


def valid(model: Any, instant: datetime) -> ColumnElement[bool]:
    """Whether a row with `from_at` and `until_at` held at that instant."""
    return and_(model.from_at <= instant, or_(model.until_at.is_(None), model.until_at > instant))


def paths_at(instant: datetime) -> dict[int, str]:
    """The path of every unit that there was at that instant. One statement."""
    return dict(db.session.execute(select(UnitPlace.unit_id, UnitPlace.path).where(valid(UnitPlace, instant))).all())
