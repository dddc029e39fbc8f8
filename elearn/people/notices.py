"""Telling a person what happened while they were away. The words belong to the page that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from elearn import clock
from elearn.database import db, transaction
from elearn.people.models import Notice

AT_MOST = 10
"""On one page; older ones come up as these are closed."""


def tell(
    session: Session, person_id: int, kind: str, subject: str, data: Mapping[str, Any], *, replace: bool = True
) -> None:
    """Leave a notice, inside the transaction of what happened. With `replace` it takes the place of one of the same kind
    and subject that was not seen yet."""
    if replace:
        session.execute(
            delete(Notice).where(
                Notice.person_id == person_id,
                Notice.seen_at.is_(None),
                Notice.kind == kind,
                Notice.subject == subject,
            )
        )
    row = {"person_id": person_id, "kind": kind, "subject": subject, "data": dict(data), "at": clock.now()}
    session.execute(insert(Notice), row)


def settle(session: Session, person_id: int, kind: str, subject: str) -> None:
    """What it told of was seen to, inside the transaction of that: it is not shown any more."""
    session.execute(
        update(Notice)
        .where(Notice.person_id == person_id, Notice.seen_at.is_(None), Notice.kind == kind, Notice.subject == subject)
        .values(seen_at=clock.now())
    )


def unseen(person_id: int) -> list[Notice]:
    """The newest that were not closed yet. One statement."""
    return list(
        db.session.scalars(
            select(Notice)
            .where(Notice.person_id == person_id, Notice.seen_at.is_(None))
            .order_by(Notice.id.desc())
            .limit(AT_MOST)
        )
    )


def close(person_id: int, notice_id: int) -> Notice | None:
    """Close one's own notice and give it; None when there is no such. Closing again changes nothing."""
    with transaction() as session:
        session.execute(
            update(Notice)
            .where(Notice.id == notice_id, Notice.person_id == person_id, Notice.seen_at.is_(None))
            .values(seen_at=clock.now())
        )
        return session.scalars(
            select(Notice).where(Notice.id == notice_id, Notice.person_id == person_id)
        ).one_or_none()
