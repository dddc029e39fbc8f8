"""Transactions and exact numbers, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import func, select

from elearn.database import db, transaction
from elearn.people.models import Person, Unit
from elearn.study.models import LearnerYear

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def _unit() -> Unit:
    return Unit(code="kota", name="Kota", short_name="Kota", kind="kota", path="1.")


def test_a_failed_transaction_leaves_nothing(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction() as session:
        session.add(_unit())
        session.flush()
        1 / 0  # noqa: B018
    assert db.session.scalar(select(func.count()).select_from(Unit)) == 0


def test_an_inner_transaction_joins_the_outer_one(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        with transaction() as session:
            session.add(_unit())
        1 / 0  # noqa: B018
    assert db.session.scalar(select(func.count()).select_from(Unit)) == 0


def test_changes_outside_a_transaction_are_refused(app: Flask) -> None:
    db.session.add(_unit())
    with pytest.raises(RuntimeError), transaction():
        pass
    db.session.rollback()


def test_exact_numbers_sum_without_error(app: Flask) -> None:
    with transaction() as session:
        unit = _unit()
        session.add(unit)
        session.flush()
        for number in range(3):
            person = Person(
                number=f"{number:018d}",
                employment="pns",
                name="A",
                unit_id=unit.id,
                created_at=NOW,
                changed_at=NOW,
            )
            session.add(person)
            session.flush()
            session.add(LearnerYear(person_id=person.id, year=2026, jp=Decimal("0.1"), credits=1))
    assert db.session.scalar(select(func.sum(LearnerYear.jp))) == Decimal("0.3")
    with transaction() as session:
        row = session.scalars(select(LearnerYear)).first()
        row.jp = Fraction(1, 3)
    db.session.expire_all()
    assert db.session.get(LearnerYear, (row.person_id, 2026)).jp == Decimal("0.333333")
