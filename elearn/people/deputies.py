"""Deputies: for a period somebody sees and does what an atasan may, in their own name.

A deputy has what the atasan was given, not what the atasan has as somebody's deputy; they see neither themselves nor the atasan
among the people, as the atasan does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, update
from sqlalchemy.orm import Session

from elearn import clock
from elearn.database import db, locked, transaction
from elearn.people import audit, notices
from elearn.people.models import Deputy, Person, RoleGrant, Unit

DAYS_AT_MOST = 92
"""Of one period: who is away for longer needs a successor."""


class NotAppointed(ValueError):
    """Why somebody was not made a deputy. `code`: `person` (nobody has that number), `self`, `period` (it ends before it
    begins, or today), `long`, or `twice` (they are in these days already)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Deputised:
    """What a deputy has of somebody today."""

    head_id: int
    head_name: str
    until: date
    paths: tuple[str, ...]


def appoint(head_id: int, number: str, from_on: date, until_on: date) -> Deputy:
    """Let the person of that number (NIP or NI PPPK) stand in for an atasan, both days included. Raises NotAppointed."""
    person_id = db.session.scalar(
        select(Person.id).where(Person.number == "".join(number.split()), Person.active.is_(True))
    )
    if person_id is None:
        raise NotAppointed("person")
    if person_id == head_id:
        raise NotAppointed("self")
    if until_on < max(from_on, clock.today()):
        raise NotAppointed("period")
    if until_on - from_on >= timedelta(days=DAYS_AT_MOST):
        raise NotAppointed("long")
    with transaction() as session:
        locked(session, Person, person_id)
        if session.scalar(select(Deputy.id).where(_living(head_id, person_id), _meets(from_on, until_on)).limit(1)):
            raise NotAppointed("twice")
        deputy = Deputy(
            head_id=head_id, person_id=person_id, from_on=from_on, until_on=until_on, created_at=clock.now()
        )
        session.add(deputy)
        _settle(session, person_id)
        name = session.scalar(select(Person.name).where(Person.id == head_id))
        period = {"from": from_on.isoformat(), "until": until_on.isoformat()}
        notices.tell(session, person_id, "deputy", str(head_id), {"by": name, **period, "to": "/tim"})
        audit.record("deputy.appointed", person_id=person_id, subject=f"deputy {deputy.id}", after=period)
        return deputy


def dismiss(head_id: int, deputy_id: int) -> bool:
    """End what one appointed; whether there was such."""
    with transaction() as session:
        deputy = locked(session, Deputy, deputy_id)
        if deputy is None or deputy.head_id != head_id or deputy.ended_at is not None:
            return False
        deputy.ended_at = clock.now()
        _settle(session, deputy.person_id)
        audit.record("deputy.dismissed", person_id=deputy.person_id, subject=f"deputy {deputy_id}")
        return True


def _living(head_id: int, person_id: int) -> ColumnElement[bool]:
    return and_(Deputy.head_id == head_id, Deputy.person_id == person_id, Deputy.ended_at.is_(None))


def _meets(from_on: date, until_on: date) -> ColumnElement[bool]:
    return and_(Deputy.from_on <= until_on, Deputy.until_on >= from_on)


def _settle(session: Session, person_id: int) -> None:
    """Note on the person until when they may be anybody's deputy: each request looks there, and further only then."""
    session.flush()
    last = select(func.max(Deputy.until_on)).where(Deputy.person_id == person_id, Deputy.ended_at.is_(None))
    session.execute(
        update(Person).where(Person.id == person_id).values(deputy_until=last.scalar_subquery()),
        execution_options={"synchronize_session": False},
    )


def of_head(head_id: int) -> Sequence[tuple[Deputy, Person]]:
    """Whom an atasan appointed, now or for later, the earliest first. One statement."""
    rows = db.session.execute(
        select(Deputy, Person)
        .join(Person, Person.id == Deputy.person_id)
        .where(Deputy.head_id == head_id, Deputy.ended_at.is_(None), Deputy.until_on >= clock.today())
        .order_by(Deputy.from_on, Deputy.id)
    )
    return [(deputy, person) for deputy, person in rows]


def acting_today() -> Select[Any]:
    """Who is anybody's deputy today, by id."""
    day = clock.today()
    return select(Deputy.person_id).where(Deputy.ended_at.is_(None), Deputy.from_on <= day, Deputy.until_on >= day)


def of_deputy(person_id: int) -> list[Deputised]:
    """What a person has today as a deputy of active people who are atasan. One statement."""
    day = clock.today()
    rows = db.session.execute(
        select(Deputy.head_id, Person.name, Deputy.until_on, Unit.path)
        .join(Person, Person.id == Deputy.head_id)
        .join(RoleGrant, RoleGrant.person_id == Deputy.head_id)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .where(
            Deputy.person_id == person_id,
            Deputy.ended_at.is_(None),
            Deputy.from_on <= day,
            Deputy.until_on >= day,
            Person.active.is_(True),
            RoleGrant.role == "atasan",
        )
        .order_by(Deputy.until_on, Deputy.head_id, Unit.path)
    ).all()
    heads = dict.fromkeys((row.head_id, row.name) for row in rows)
    return [
        Deputised(
            head_id,
            name,
            max(row.until_on for row in rows if row.head_id == head_id),
            tuple(sorted({row.path for row in rows if row.head_id == head_id})),
        )
        for head_id, name in heads
    ]
