"""Proof of enrolments, credits and summaries: computed anew from rows and compared with what is stored."""

from __future__ import annotations

from sqlalchemy import select

from elearn.catalogue import store
from elearn.database import db
from elearn.study import enrolment, summary
from elearn.study.models import Assignee, Credit, Enrolment


def verify(person_id: int) -> list[str]:
    """What differs for one person, a sentence each."""
    session = db.session()
    differences: list[str] = []
    credited = {c.module_id: c for c in session.scalars(select(Credit).where(Credit.person_id == person_id))}
    for row in session.scalars(select(Enrolment).where(Enrolment.person_id == person_id)):
        module = store.version(row.version_id).module
        lessons, attempts = enrolment.read_rows(session, row)
        now = enrolment.standing(module, lessons, attempts)
        name = f"enrolment {row.id} ({module.slug})"
        for key in (
            "done_slugs",
            "parts_done",
            "parts_total",
            "score",
            "first_passed",
            "pretest",
            "posttest",
        ):
            if getattr(row, key) != getattr(now, key):
                differences.append(f"{name}, {key}: stored {getattr(row, key)}, computed {getattr(now, key)}")
        if now.complete and row.completed_at is None:
            differences.append(f"{name}: all is done, but it is not completed")
        credit = credited.pop(row.module_id, None)
        if (row.completed_at is None) != (credit is None):
            differences.append(f"{name}: completed {row.completed_at}, credit {credit.proof if credit else 'none'}")
        if credit and credit.jp != store.version(credit.version_id).module.jp:
            differences.append(f"credit {credit.proof}: {credit.jp} JP, its version says otherwise")
        open_duties = session.scalars(
            select(Assignee.id).where(
                Assignee.person_id == person_id,
                Assignee.module_id == row.module_id,
                Assignee.done_at.is_(None),
            )
        ).all()
        if row.completed_at and open_duties:
            differences.append(f"{name}: completed, but an assignment of it is open")
    differences += [f"credit {credit.proof}: no enrolment" for credit in credited.values()]
    return differences + summary.verify(person_id)
