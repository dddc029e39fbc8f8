"""JP earned by completing a module: once for a person and a module, with what a development record holds."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn import clock
from elearn.catalogue import store
from elearn.database import chunks, db, transaction
from elearn.people import audit, notices
from elearn.people.models import Person
from elearn.study import summary
from elearn.study.models import Credit, Enrolment

KIND = "Pembelajaran mandiri daring (nonklasikal)"
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def proof_number(year: int) -> str:
    """The number of a proof: unique, and not to be guessed from another (50 bits)."""
    return f"DJR-{year}-{''.join(secrets.choice(ALPHABET) for _ in range(10))}"


def earn(session: Session, enrolment: Enrolment) -> Credit | None:
    """Credit a completed module on the version completed. None when it is credited already."""
    earned = session.scalar(
        select(Credit.id).where(Credit.person_id == enrolment.person_id, Credit.module_id == enrolment.module_id)
    )
    if earned is not None:
        return None
    now = enrolment.completed_at or clock.now()
    module = store.version(enrolment.version_id).module
    unit_id = session.scalars(select(Person.unit_id).where(Person.id == enrolment.person_id)).one()
    year = clock.local_year(now)
    credit = Credit(
        proof=proof_number(year),
        person_id=enrolment.person_id,
        module_id=enrolment.module_id,
        version_id=enrolment.version_id,
        unit_id=unit_id,
        kind=KIND,
        provider=current_app.config["PROVIDER"],
        material=module.title,
        started_at=enrolment.started_at,
        earned_at=now,
        year=year,
        jp=module.jp,
        percent=enrolment.score,
    )
    session.add(credit)
    summary.rebuild_years(session, enrolment.person_id)
    audit.record(
        "credit.earned",
        person_id=enrolment.person_id,
        subject=credit.proof,
        after={"module": module.slug, "jp": format(module.jp, "f"), "year": year},
    )
    return credit


def keep(session: Session, person_id: int, module_id: int) -> None:
    """Note that JP earned stay although a quiz of the module is not passed any more: what a person was credited in good
    faith is never taken back. Nothing where none were earned."""
    earned = session.execute(
        select(Credit.proof, Credit.jp).where(Credit.person_id == person_id, Credit.module_id == module_id)
    ).one_or_none()
    if earned is not None:
        audit.record(
            "credit.kept",
            person_id=person_id,
            subject=earned.proof,
            after={"jp": format(earned.jp, "f")},
            note="kredit tetap",
        )


class NotRevoked(LookupError):
    """There is no such proof, or it is revoked already."""


def revoke(proof: str, reason: str) -> None:
    """Take a proof back for good, because it was wrong: its JP do not count any more, and its public page says so. Its person is
    told. Raises NotRevoked."""
    with transaction() as session:
        row = session.scalars(select(Credit).where(Credit.proof == proof)).one_or_none()
        if row is None or row.revoked_at is not None:
            raise NotRevoked(proof)
        summary.hold(session, row.person_id)
        session.refresh(row, with_for_update=True)
        if row.revoked_at is not None:
            raise NotRevoked(proof)
        row.revoked_at, row.revoked_reason = clock.now(), reason
        session.flush()
        summary.rebuild_years(session, row.person_id)
        audit.record(
            "credit.revoked",
            person_id=row.person_id,
            subject=proof,
            before={"jp": format(row.jp, "f")},
            note=reason,
        )
        told = {"material": row.material, "reason": reason, "to": "/nilai"}
        notices.tell(session, row.person_id, "revoked", proof, told)


def credited(person_ids: Iterable[int], module_id: int) -> set[int]:
    """Who of these people has earned the JP of a module, revoked or not. One statement for some thousands of them."""
    return {
        person_id
        for some in chunks(person_ids)
        for person_id in db.session.scalars(
            select(Credit.person_id).where(Credit.module_id == module_id, Credit.person_id.in_(some))
        )
    }
