"""Letting one person off a module that was given to them, with a reason that they read."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from elearn import clock
from elearn.catalogue import store
from elearn.catalogue.models import CatalogueModule
from elearn.database import transaction
from elearn.people import audit, notices
from elearn.people.models import Person
from elearn.study import summary
from elearn.study.models import Assignee, Assignment

REASON_AT_LEAST, REASON_AT_MOST = 5, 500


class NoReason(ValueError):
    """The reason is too short to be one, or too long."""


def excuse(by: int, person_id: int, module_id: int, reason: str) -> bool:
    """Say that a person need not do a module they were given; whether there was such a duty. They are told who and why.

    Raises NoReason. What they studied stays, and they may go on.
    """
    reason = " ".join(reason.split())
    if not REASON_AT_LEAST <= len(reason) <= REASON_AT_MOST:
        raise NoReason
    values = {"excused_at": clock.now(), "excused_by_id": by, "excuse": reason}
    return _set(by, person_id, module_id, "excused", values, reason)


def restore(by: int, person_id: int, module_id: int) -> bool:
    """Take an excuse back: the module is due again as it was given. Whether there was one."""
    return _set(by, person_id, module_id, "restored", {"excused_at": None, "excused_by_id": None, "excuse": ""}, "")


def _set(by: int, person_id: int, module_id: int, what: str, values: dict[str, object], reason: str) -> bool:
    excused = what == "excused"
    with transaction() as session:
        summary.hold(session, person_id)
        running = select(Assignment.id).where(Assignment.module_id == module_id, Assignment.ended_at.is_(None))
        changed = session.connection().execute(
            update(Assignee)
            .where(
                Assignee.person_id == person_id,
                Assignee.assignment_id.in_(running),
                Assignee.done_at.is_(None),
                Assignee.excused_at.is_(None) if excused else Assignee.excused_at.is_not(None),
            )
            .values(values)
        )
        if not changed.rowcount:
            return False
        slug = session.scalars(select(CatalogueModule.slug).where(CatalogueModule.id == module_id)).one()
        audit.record(f"assignment.{what}", person_id=person_id, subject=slug, note=reason)
        notices.tell(session, person_id, what, slug, _told(session, by, slug, reason))
        session.expire_all()
        summary.refresh_due(session, [person_id])
        return True


def _told(session: Session, by: int, slug: str, reason: str) -> dict[str, str]:
    name = session.scalars(select(Person.name).where(Person.id == by)).one()
    version = store.current(slug)
    title = version.module.title if version else slug
    return {"by": name, "module": title, "reason": reason, "to": f"/modul/{slug}"}
