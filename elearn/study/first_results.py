"""Keeping what people showed at first, with when it was known: what reports of any day are made of."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn import clock
from elearn.study.models import Enrolment, FirstResult


@dataclass(frozen=True, slots=True)
class Shown:
    """The columns of a FirstResult that follow from attempts."""

    unit_id: int
    at: datetime
    percent: Decimal | None
    passed: bool | None
    gain: Decimal | None


def of_row(row: FirstResult | None) -> Shown | None:
    return None if row is None else Shown(row.unit_id, row.at, row.percent, row.passed, row.gain)


def standing_row(session: Session, enrolment_id: int) -> FirstResult | None:
    """The row that holds now."""
    return session.scalars(
        select(FirstResult).where(FirstResult.enrolment_id == enrolment_id, FirstResult.until_at.is_(None))
    ).one_or_none()


def keep(session: Session, enrolment: Enrolment, shown: Shown | None) -> None:
    """Note what is known now. Nothing where it was known already. The caller holds the person."""
    stands = standing_row(session, enrolment.id)
    if of_row(stands) == shown:
        return
    now = clock.now()
    if stands is not None:
        stands.until_at = now
    if shown is not None:
        unit_id, at, percent, passed, gain = astuple(shown)
        session.add(
            FirstResult(
                enrolment_id=enrolment.id,
                person_id=enrolment.person_id,
                module_id=enrolment.module_id,
                unit_id=unit_id,
                at=at,
                percent=percent,
                passed=passed,
                gain=gain,
                from_at=now,
            )
        )
