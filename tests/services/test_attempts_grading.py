"""Grading that goes wrong, and the sweep that mends it: no answer becomes zero points, no attempt holds up another."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from elearn import clock
from elearn.catalogue.store import PublishedVersion
from elearn.core.questions import text
from elearn.core.questions.base import Grade
from elearn.database import db
from elearn.people.models import AuditEntry, Person
from elearn.quizzes import audit, results, service, sweep
from elearn.quizzes.models import Attempt, AttemptEvent, ItemGrade
from elearn.quizzes.service import ClientEvent
from elearn.quizzes.signals import attempt_ended
from elearn.study import service as study
from tests.content import FINAL, published
from tests.helpers import fresh, make_person, make_unit

SECRET = "layanan"


def begin(person: Person, version: PublishedVersion) -> Attempt:
    study.enrol(person.id, version.module.slug)
    attempt = service.start(person.id, person.unit_id, version, "kuis-akhir")
    service.save(person.id, attempt.public_id, [ClientEvent("1", "answer", "kata", SECRET)])
    return attempt


def broken(_body: Any, response: Any) -> Grade:
    raise ArithmeticError(f"cannot take {response}")


def count(action: str) -> int:
    return db.session.scalar(select(func.count()).where(AuditEntry.action == action)) or 0


def test_trying_again_in_vain_changes_nothing_and_tells_once(
    app: Flask,
    person: Person,
    version: PublishedVersion,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    attempt = begin(person, version)
    with monkeypatch.context() as patch:
        patch.setattr(text, "grade", broken)
        service.submit(person.id, attempt.public_id, "end")
        rows = db.session.scalars(select(ItemGrade.id)).all()
        told = [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR]
        assert len(told) == 1 and "kata" in told[0] and "ArithmeticError" in told[0]
        assert SECRET not in caplog.text, "an answer is nobody's business in a log"
        db.session.remove()
        for _ in range(3):
            assert sweep.sweep(app) == (0, 0)
        assert db.session.scalars(select(ItemGrade.id)).all() == rows, "nothing was written again"
        assert len([r for r in caplog.records if r.levelno >= logging.ERROR]) == 1
        assert count("attempt.graded") == 0
        page = results.result_page(fresh(attempt))
        assert page.percent is None and not page.rules.passed
    db.session.remove()
    assert sweep.sweep(app) == (0, 1)
    assert count("attempt.graded") == 1
    assert fresh(attempt).points == 1
    assert db.session.scalar(select(func.count()).where(ItemGrade.error != "")) == 0


def test_what_follows_from_a_score_cannot_undo_the_end(app: Flask, person: Person, version: PublishedVersion) -> None:
    attempt = begin(person, version)

    def fails(_sender: Any, attempt: Attempt) -> None:
        raise LookupError("a feature above has a bug")

    with attempt_ended.connected_to(fails):
        ended = service.submit(person.id, attempt.public_id, "end")
        assert (ended.state, ended.ended_by, ended.percent) == ("ended", "submit", None)
    assert (fresh(attempt).state, fresh(attempt).ended_by) == ("ended", "submit")
    assert db.session.scalar(select(func.count()).select_from(ItemGrade)) == 0
    assert count("attempt.submitted") == 1 and count("attempt.graded") == 0
    db.session.remove()
    assert sweep.sweep(app) == (0, 1)
    assert fresh(attempt).points == 1
    assert audit.recompute(attempt.id) == []


def test_an_attempt_that_cannot_be_closed_does_not_hold_up_the_others(
    app: Flask, version: PublishedVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = make_unit()
    attempts = [begin(make_person(unit, password=None), version) for _ in range(3)]
    later = clock.now() + timedelta(hours=1)
    spoilt = attempts[0].id
    end = service._end

    def fails(session: Any, attempt: Attempt, *rest: Any) -> None:
        if attempt.id == spoilt:
            raise LookupError("its version is gone")
        end(session, attempt, *rest)

    with monkeypatch.context() as patch, clock.at(later):
        patch.setattr(service, "_end", fails)
        assert sweep.close_due() == 2
        assert sweep.close_due() == 0
    assert [fresh(a).state for a in attempts] == ["open", "graded", "graded"]
    with clock.at(later):
        assert sweep.close_due() == 1


def test_every_change_of_a_score_is_an_event_and_an_entry_of_the_log(person: Person, version: PublishedVersion) -> None:
    attempt = begin(person, version)
    assert attempt.deadline_at is not None
    with clock.at(attempt.deadline_at + timedelta(seconds=1)):
        service.expire_if_due(fresh(attempt))
    assert service.regrade(attempt.id), "the same score again is no change"
    with clock.at(attempt.deadline_at + timedelta(seconds=60)):
        given = attempt.deadline_at - timedelta(seconds=2)
        late = [ClientEvent("late", "answer", "angka", "12,5", given)]
        service.save(person.id, attempt.public_id, late)
        service.save(person.id, attempt.public_id, late)
    history = db.session.scalars(
        select(AttemptEvent.data).where(AttemptEvent.kind == "grade").order_by(AttemptEvent.id)
    ).all()
    assert history == [{"percent": "10", "passed": False}, {"percent": "30", "passed": False}]
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "attempt.graded").order_by(AuditEntry.id)
    ).all()
    assert [(e.before, e.after) for e in entries] == [
        ({"percent": None, "passed": None}, history[0]),
        (history[0], history[1]),
    ]
    assert audit.recompute(attempt.id) == []


def test_the_sweep_goes_on_after_the_database_was_away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[str] = []
    enough = threading.Event()

    def close_due() -> int:
        rounds.append("away" if len(rounds) < 2 else "there")
        if len(rounds) == 4:
            enough.set()
        if rounds[-1] == "away":
            raise OperationalError("SELECT 1", {}, Exception("the database is away"))
        return 0

    monkeypatch.setattr(sweep, "close_due", close_due)
    monkeypatch.setitem(app.config, "SWEEP_SECONDS", 0.01)
    stop = sweep.start_sweeper(app)
    assert stop is not None
    assert enough.wait(20), rounds
    stop.set()
    assert rounds[:4] == ["away", "away", "there", "there"]


def test_no_sweep_where_it_is_turned_off(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SWEEP_SECONDS", 0)
    assert sweep.start_sweeper(app) is None


def test_statements_of_ending_do_not_grow_with_the_questions(
    app: Flask, tmp_path: Path, statements: Callable[[], Any]
) -> None:
    counts = []
    more = "".join(f"\n## Tambahan {i} {{#tambahan-{i}}}\n= benar\n" for i in range(40))
    for slug, extra in (("pendek", ""), ("panjang", more)):
        version = _published_with(tmp_path, slug, extra)
        person = make_person(make_unit(slug))
        study.enrol(person.id, slug)
        with statements() as starting:
            attempt = service.start(person.id, person.unit_id, version, "kuis-akhir")
        with statements() as ending:
            service.submit(person.id, attempt.public_id, "end")
        held = fresh(attempt)
        assert held.state == "graded"
        with statements() as showing:
            results.result_page(held)
        counts.append((len(starting), len(ending), len(showing)))
    assert counts[0] == counts[1]
    assert counts[0][2] <= 5


def _published_with(folder: Path, slug: str, extra: str) -> PublishedVersion:
    braced = extra.replace("{", "{{").replace("}", "}}")
    return published(folder / slug, slug, final=FINAL + braced)


def test_the_grade_of_an_item_says_what_went_wrong(
    person: Person, version: PublishedVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = begin(person, version)
    monkeypatch.setattr(text, "grade", broken)
    service.submit(person.id, attempt.public_id, "end")
    row = db.session.scalars(select(ItemGrade).where(ItemGrade.question == "kata")).one()
    assert (row.fraction, row.points, row.graded_at) == (None, None, None)
    assert row.error.startswith("ArithmeticError") and row.response == SECRET
    others = db.session.scalars(select(ItemGrade).where(ItemGrade.question != "kata")).all()
    assert others and all(other.fraction == 0 and not other.error for other in others)
