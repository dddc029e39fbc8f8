"""Several at once at one attempt: nothing acknowledged is lost, nothing happens twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from elearn import clock
from elearn.catalogue.store import PublishedVersion
from elearn.database import db
from elearn.people.models import AuditEntry, Person
from elearn.quizzes import audit, service
from elearn.quizzes.models import Attempt, AttemptEvent, ItemGrade
from elearn.quizzes.service import ClientEvent
from elearn.quizzes.sweep import close_due
from elearn.study import service as study


@pytest.fixture
def attempt(person: Person, version: PublishedVersion) -> Attempt:
    study.enrol(person.id, version.module.slug)
    return service.start(person.id, person.unit_id, version, "kuis-akhir")


def at_once(app: Flask, *jobs: Callable[[], Any]) -> list[Any]:
    """Run the jobs in threads that begin together, each as a request of its own; their results, or what they raised."""
    gate = threading.Barrier(len(jobs))
    results: list[Any] = [None] * len(jobs)

    def run(place: int, job: Callable[[], Any]) -> None:
        with app.app_context():
            gate.wait()
            try:
                results[place] = job()
            except Exception as trouble:
                results[place] = trouble
            finally:
                db.session.remove()

    db.session.remove()
    threads = [threading.Thread(target=run, args=item) for item in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@contextmanager
def in_the_middle_of_saving(
    monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], None], *, after: str
) -> Iterator[None]:
    """Call `meanwhile` when the next save has just done `after`: `_judge`, when it has looked at the attempt and does not
    hold it yet, or `_append_if_open`, when it holds the attempt and has not committed."""
    original = getattr(service, after)
    calls = iter([meanwhile])

    def step(*args: Any) -> Any:
        result = original(*args)
        next(calls, lambda: None)()
        return result

    with monkeypatch.context() as patch:
        patch.setattr(service, after, step)
        yield


def test_an_answer_that_is_acknowledged_is_before_the_end_and_counts(
    app: Flask, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    person_id, public_id, attempt_id = attempt.person_id, attempt.public_id, attempt.id
    started: list[threading.Thread] = []

    def hand_in() -> None:
        with app.app_context():
            service.submit(person_id, public_id, "end")
            db.session.remove()

    def meanwhile() -> None:
        thread = threading.Thread(target=hand_in)
        thread.start()
        # It has to wait for the answer that is being stored: were it let through, it would end well within this time.
        thread.join(1.5)
        started.append(thread)

    with in_the_middle_of_saving(monkeypatch, meanwhile, after="_append_if_open"):
        receipt = service.save(person_id, public_id, [ClientEvent("late-click", "answer", "kata", "layanan")])
    started[0].join()
    db.session.remove()
    assert receipt.acknowledged == ["late-click"]
    ended = db.session.get(Attempt, attempt_id)
    assert ended is not None and (ended.state, ended.points) == ("graded", 1)
    assert audit.recompute(attempt_id) == []


def test_an_answer_that_comes_behind_the_end_is_refused_and_not_stored(
    app: Flask, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    person_id, public_id, attempt_id = attempt.person_id, attempt.public_id, attempt.id

    def hand_in() -> None:
        thread = threading.Thread(target=submit)
        thread.start()
        thread.join()

    def submit() -> None:
        with app.app_context():
            service.submit(person_id, public_id, "end")
            db.session.remove()

    with in_the_middle_of_saving(monkeypatch, hand_in, after="_judge"):
        receipt = service.save(person_id, public_id, [ClientEvent("late-click", "answer", "kata", "layanan")])
    db.session.remove()
    assert (receipt.acknowledged, receipt.refused, receipt.state) == ([], [("late-click", "ended")], "graded")
    kinds = db.session.scalars(select(AttemptEvent.kind).where(AttemptEvent.attempt_id == attempt_id)).all()
    assert "answer" not in kinds
    assert audit.recompute(attempt_id) == []


def test_answers_of_many_tabs_at_once_are_all_kept(app: Flask, attempt: Attempt) -> None:
    person_id, public_id = attempt.person_id, attempt.public_id

    def tab(number: int) -> Callable[[], Any]:
        events = [ClientEvent(f"{number}-{i}", "answer", "kata", f"kata {number}") for i in range(5)]
        return lambda: service.save(person_id, public_id, events).acknowledged

    results = at_once(app, *(tab(number) for number in range(8)))
    acknowledged = [client_id for result in results for client_id in result]
    stored = db.session.scalars(select(AttemptEvent.client_id)).all()
    assert len(acknowledged) == 40 and sorted(acknowledged) == sorted(stored)


def test_one_answer_sent_by_many_at_once_is_stored_once_and_acknowledged_to_each(app: Flask, attempt: Attempt) -> None:
    person_id, public_id = attempt.person_id, attempt.public_id
    events = [ClientEvent("same", "answer", "kata", "layanan")]
    results = at_once(app, *[lambda: service.save(person_id, public_id, events).acknowledged] * 8)
    assert results == [["same"]] * 8
    assert db.session.scalar(select(func.count()).select_from(AttemptEvent)) == 1


def test_time_that_runs_out_is_noticed_by_many_and_closed_once(app: Flask, attempt: Attempt) -> None:
    person_id, public_id, attempt_id = attempt.person_id, attempt.public_id, attempt.id
    assert attempt.deadline_at is not None
    given, over = attempt.deadline_at - timedelta(seconds=5), attempt.deadline_at + timedelta(seconds=30)
    late = [ClientEvent("late", "answer", "kata", "layanan", given)]

    def then(job: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            with clock.at(over):
                return job()

        return run

    def look() -> Any:
        found = db.session.get(Attempt, attempt_id)
        assert found is not None
        return service.expire_if_due(found)

    results = at_once(
        app,
        then(look),
        then(look),
        then(close_due),
        then(close_due),
        then(lambda: service.submit(person_id, public_id, "end")),
        then(lambda: service.save(person_id, public_id, late)),
    )
    assert [r for r in results if isinstance(r, Exception)] == []
    ended = db.session.get(Attempt, attempt_id)
    assert ended is not None and (ended.state, ended.ended_by, ended.points) == ("graded", "expire", 1)
    kinds = db.session.scalars(select(AttemptEvent.kind).where(AttemptEvent.kind.in_(("submit", "expire")))).all()
    assert kinds == ["expire"]
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "attempt.expired")) == 1
    assert db.session.scalar(select(func.count()).select_from(ItemGrade)) == 5
    assert audit.recompute(attempt_id) == []


def test_handing_in_twice_at_once_is_handing_in_once(app: Flask, attempt: Attempt) -> None:
    person_id, public_id, attempt_id = attempt.person_id, attempt.public_id, attempt.id
    results = at_once(app, *[lambda: service.submit(person_id, public_id, "end").state] * 6)
    assert results == ["graded"] * 6
    assert db.session.scalar(select(func.count()).where(AttemptEvent.kind == "submit")) == 1
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "attempt.submitted")) == 1
    assert audit.recompute(attempt_id) == []
