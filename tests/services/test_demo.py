"""The demo city is the same each time: what one sees in it can be talked about, photographed and tested."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from elearn import clock
from elearn.catalogue import store
from elearn.database import db
from elearn.demo import seed
from elearn.people.models import Person
from elearn.quizzes.models import Attempt, AttemptEvent
from elearn.study.models import Credit
from tests.conftest import make_app
from tests.content import published


def fingerprint(folder: Path, template: Path) -> list[Any]:
    """What a year of a few people leaves behind in a new database."""
    folder.mkdir()
    shutil.copy(template, folder / "test.db")
    app = make_app(f"sqlite:///{folder / 'test.db'}", folder)
    store.forget()
    with app.app_context(), clock.at(datetime(2026, 9, 14, 2, tzinfo=UTC)):
        published(folder)
        seed.run()
        columns = (Person.number, Attempt.number, Attempt.started_at, Attempt.ended_at, Attempt.layout, Attempt.percent)
        attempts = [tuple(row) for row in db.session.execute(select(*columns).join(Attempt).order_by(Attempt.id))]
        given = (AttemptEvent.kind, AttemptEvent.question, AttemptEvent.data, AttemptEvent.at)
        events = [tuple(row) for row in db.session.execute(select(*given).order_by(AttemptEvent.id))]
        credited = [tuple(row) for row in db.session.execute(select(Credit.person_id, Credit.jp).order_by(Credit.id))]
        db.session.remove()
        db.engine.dispose()
    return [attempts, events, credited]


def test_the_demo_year_follows_from_its_seed(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = seed.citizens

    def some(random: Random, today: Any) -> list[Any]:
        people = everybody(random, today)
        return [c for n, c in enumerate(people) if c.demo or c.head or "pengajar" in c.roles or n % 8 == 0]

    monkeypatch.setattr(seed, "citizens", some)
    once, again = (fingerprint(tmp_path / name, sqlite_template) for name in ("once", "again"))
    assert once == again
    attempts, events, credited = once
    assert len(attempts) > 30 and len(events) > 100 and len(credited) > 10, "a year in which something happens"
