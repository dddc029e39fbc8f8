"""Attempts: nothing lost, nothing twice, the server's clock, exact scores. On both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from elearn import clock
from elearn.catalogue.store import PublishedVersion
from elearn.core.questions import single
from elearn.core.questions.base import Grade
from elearn.database import db, transaction
from elearn.people.models import AuditEntry, Person
from elearn.quizzes import audit, queries, service
from elearn.quizzes.models import Attempt, AttemptEvent, ItemGrade
from elearn.quizzes.service import BadEvents, ClientEvent, NoSuchAttempt, QuizRefused
from elearn.quizzes.sweep import retry_grading, sweep
from elearn.study import service as study
from elearn.study.models import Credit, Enrolment
from tests.content import key_of
from tests.helpers import fresh, make_person, make_unit

QUIZ = "kuis-akhir"


def begin(person: Person, version: PublishedVersion, quiz: str = QUIZ) -> Attempt:
    study.enrol(person.id, version.module.slug)
    return service.start(person.id, person.unit_id, version, quiz)


def questions(attempt: Attempt) -> list[str]:
    return [item["question"] for item in attempt.layout]


def answers(version: PublishedVersion, attempt: Attempt, right: int | None = None, **more: Any) -> list[ClientEvent]:
    """An answer for each question; the first `right` of them right (all by default), the others left out."""
    asked = questions(attempt)[:right]
    return [ClientEvent(f"c-{q}", "answer", q, key_of(version, attempt.quiz_slug, q), **more) for q in asked]


def test_a_whole_attempt_scores_exactly_and_proves_itself(person: Person, version: PublishedVersion) -> None:
    attempt = begin(person, version)
    assert len(questions(attempt)) == 5 and len(set(questions(attempt))) == 5
    assert attempt.maximum == 2 + 2 + 3 + 1 + 2
    service.save(person.id, attempt.public_id, answers(version, attempt))
    done = service.submit(person.id, attempt.public_id, "end")
    assert (done.state, done.ended_by, done.points, done.percent, done.passed) == (
        "graded",
        "submit",
        10,
        100,
        True,
    )
    assert audit.recompute(attempt.id) == []


def test_points_are_fractions_of_points_not_floats(person: Person, version: PublishedVersion) -> None:
    attempt = begin(person, version)
    half = key_of(version, QUIZ, "banyak")[:1]  # type: ignore[index]
    service.save(person.id, attempt.public_id, [ClientEvent("1", "answer", "banyak", half)])
    done = service.submit(person.id, attempt.public_id, "end")
    assert done.points == Decimal("1.5") and done.percent == 15 and done.passed is False


def test_an_answer_sent_twice_is_stored_once_and_acknowledged_twice(person: Person, version: PublishedVersion) -> None:
    attempt = begin(person, version)
    events = answers(version, attempt)
    first = service.save(person.id, attempt.public_id, events)
    again = service.save(person.id, attempt.public_id, events)
    assert first.acknowledged == again.acknowledged == [e.client_id for e in events]
    assert db.session.scalar(select(func.count()).select_from(AttemptEvent)) == len(events)


def test_the_newest_answer_wins_whatever_the_device(person: Person, version: PublishedVersion) -> None:
    attempt = begin(person, version)
    for client_id, response in (("phone", "pelayanan"), ("desk", "salah"), ("phone-2", "layanan")):
        service.save(person.id, attempt.public_id, [ClientEvent(client_id, "answer", "kata", response)])
    service.submit(person.id, attempt.public_id, "end")
    grade = db.session.scalars(select(ItemGrade).where(ItemGrade.question == "kata")).one()
    assert grade.response == "layanan" and grade.fraction == 1


def test_an_answer_can_be_taken_back(person: Person, version: PublishedVersion) -> None:
    attempt = begin(person, version)
    for client_id, response in (("1", "pelayanan"), ("2", "")):
        service.save(person.id, attempt.public_id, [ClientEvent(client_id, "answer", "kata", response)])
    page = queries.confirm_page(fresh(attempt))
    assert len(page.open) == 5


def test_starting_twice_gives_the_open_attempt(person: Person, version: PublishedVersion) -> None:
    first = begin(person, version)
    assert service.start(person.id, person.unit_id, version, QUIZ).id == first.id


def test_submitting_twice_changes_nothing(person: Person, version: PublishedVersion) -> None:
    attempt = begin(person, version)
    service.submit(person.id, attempt.public_id, "a")
    ended = fresh(attempt).ended_at
    with clock.at(clock.now() + timedelta(minutes=5)):
        service.submit(person.id, attempt.public_id, "b")
    assert fresh(attempt).ended_at == ended
    assert db.session.scalar(select(func.count()).where(AttemptEvent.kind == "submit")) == 1


def test_rules_of_starting(person: Person, version: PublishedVersion) -> None:
    seen: list[set[str]] = []
    now = clock.now()
    for number in range(3):
        with clock.at(now + timedelta(minutes=10 * number)):
            attempt = begin(person, version)
            seen.append({q for q in questions(attempt) if q.startswith("s")})
            service.submit(person.id, attempt.public_id, "end")
            with pytest.raises(QuizRefused) as refused:
                begin(person, version)
            assert refused.value.refusal.code == ("cooldown" if number < 2 else "no-attempts-left")
    assert not seen[0] & seen[1], "a second attempt meets new questions while there are some"
    assert attempt.number == 3


def test_a_submitted_attempt_takes_no_more_answers(person: Person, version: PublishedVersion) -> None:
    attempt = begin(person, version)
    kept = answers(version, attempt, 1)
    service.save(person.id, attempt.public_id, kept)
    service.submit(person.id, attempt.public_id, "end")
    receipt = service.save(person.id, attempt.public_id, [*kept, ClientEvent("new", "answer", "kata", "layanan")])
    assert receipt.acknowledged == [kept[0].client_id], "what was stored before is acknowledged again"
    assert receipt.refused == [("new", "ended")]


def test_time_runs_out_and_what_was_saved_counts(person: Person, version: PublishedVersion) -> None:
    start = clock.now()
    attempt = begin(person, version)
    service.save(person.id, attempt.public_id, answers(version, attempt))
    with clock.at(start + timedelta(minutes=21)):
        closed = service.expire_if_due(fresh(attempt))
    assert (closed.state, closed.ended_by, closed.percent) == ("graded", "expire", 100)
    assert closed.ended_at == attempt.deadline_at


@pytest.mark.parametrize(
    ("queued", "arrived", "kept"),
    [(-10, 60, True), (-10, 119, True), (-10, 121, False), (5, 60, False), (None, 60, False)],
)
@pytest.mark.parametrize("closed_first", [True, False])
def test_late_answers_within_the_grace_of_the_network(
    person: Person,
    version: PublishedVersion,
    queued: int | None,
    arrived: int,
    kept: bool,
    closed_first: bool,
) -> None:
    attempt = begin(person, version)
    deadline = attempt.deadline_at
    assert deadline is not None
    if closed_first:
        with clock.at(deadline + timedelta(seconds=1)):
            service.expire_if_due(fresh(attempt))
    queued_at = None if queued is None else deadline + timedelta(seconds=queued)
    with clock.at(deadline + timedelta(seconds=arrived)):
        receipt = service.save(
            person.id, attempt.public_id, [ClientEvent("late", "answer", "kata", "layanan", queued_at)]
        )
        service.expire_if_due(fresh(attempt))
    assert receipt.acknowledged == (["late"] if kept else [])
    done = fresh(attempt)
    assert done.state == "graded" and done.points == (1 if kept else 0)
    event = db.session.scalars(select(AttemptEvent).where(AttemptEvent.client_id == "late")).one_or_none()
    assert (event is not None and event.late) == kept
    assert audit.recompute(attempt.id) == []


def test_the_sweep_closes_exactly_once(app: Flask, person: Person, version: PublishedVersion) -> None:
    start = clock.now()
    attempt = begin(person, version)
    db.session.remove()
    results: list[Any] = []

    def look() -> None:
        with clock.at(start + timedelta(hours=1)):
            results.append(sweep(app))

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 6
    assert fresh(attempt).state == "graded"
    assert db.session.scalar(select(func.count()).where(AttemptEvent.kind == "expire")) == 1
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "attempt.expired")) == 1


@pytest.mark.parametrize(
    "event",
    [
        ClientEvent("1", "answer", "s9", "x"),
        ClientEvent("1", "answer", "kata", ["a"]),
        ClientEvent("1", "answer", "kata", {"a": 1}),
        ClientEvent("1", "answer", "kata", "x" * 20_000),
        ClientEvent("1", "answer", "banyak", "bukan-pilihan"),
        ClientEvent("1", "answer", "banyak", [1, 2]),
        ClientEvent("1", "submit", "kata", None),
        ClientEvent("", "answer", "kata", "a"),
        ClientEvent("x" * 41, "answer", "kata", "a"),
        ClientEvent("1", "answer", "angka", 12.5),
        ClientEvent("1", "answer", "kata", "a\x00b"),
    ],
)
def test_bad_events_change_nothing(person: Person, version: PublishedVersion, event: ClientEvent) -> None:
    attempt = begin(person, version)
    good = ClientEvent("good", "answer", "kata", "layanan")
    with pytest.raises(BadEvents):
        service.save(person.id, attempt.public_id, [good, event])
    assert db.session.scalar(select(func.count()).select_from(AttemptEvent)) == 0


def test_another_persons_attempt_does_not_exist(person: Person, version: PublishedVersion) -> None:
    attempt = begin(person, version)
    stranger = make_person(make_unit("lain"))
    with pytest.raises(NoSuchAttempt):
        service.save(stranger.id, attempt.public_id, [ClientEvent("1", "answer", "kata", "x")])
    with pytest.raises(NoSuchAttempt):
        service.submit(stranger.id, attempt.public_id, "end")
    assert queries.own_attempt(stranger.id, attempt.public_id) is None


def test_an_error_in_grading_never_becomes_zero_points(
    app: Flask, person: Person, version: PublishedVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = begin(person, version)
    service.save(person.id, attempt.public_id, answers(version, attempt))

    def broken(_body: Any, _response: Any) -> Grade:
        raise ArithmeticError("a bug in a type")

    with monkeypatch.context() as patch:
        patch.setattr(single, "grade", broken)
        waiting = service.submit(person.id, attempt.public_id, "end")
        assert (waiting.state, waiting.percent, waiting.passed) == ("ended", None, None)
        stuck = db.session.scalars(select(ItemGrade).where(ItemGrade.error != "")).all()
        assert stuck and all(item.fraction is None and item.points is None for item in stuck)
        assert retry_grading() == 0
    db.session.remove()
    assert sweep(app) == (0, 1)
    assert fresh(attempt).percent == 100
    assert audit.recompute(attempt.id) == []


def test_statements_do_not_grow_with_the_questions(
    person: Person, version: PublishedVersion, statements: Callable[[], Any]
) -> None:
    attempt = begin(person, version)
    with statements() as saving:
        service.save(person.id, attempt.public_id, answers(version, attempt, 1))
    assert len(saving) <= 3, saving
    held = fresh(attempt)
    with statements() as showing:
        queries.attempt_page(held, 1)
    assert len(showing) <= 1, showing


def test_the_proof_sees_a_changed_score(person: Person, version: PublishedVersion) -> None:
    attempt = begin(person, version)
    service.save(person.id, attempt.public_id, answers(version, attempt, 2))
    service.submit(person.id, attempt.public_id, "end")
    with transaction() as session:
        session.get(Attempt, attempt.id).percent = Decimal(99)  # type: ignore[union-attr]
    assert audit.recompute(attempt.id)


def test_a_page_never_holds_the_key(person: Person, version: PublishedVersion) -> None:
    attempt = begin(person, version)
    for n in range(1, 6):
        page = queries.attempt_page(attempt, n)
        assert page is not None
        assert "fraction" not in str(page.shown) and "answers" not in page.shown


@pytest.mark.slow
def test_250_start_and_finish_at_once_without_an_error(app: Flask, tmp_path: Path, version: PublishedVersion) -> None:
    unit = make_unit()
    people = [
        SimpleNamespace(id=p.id, unit_id=p.unit_id) for p in (make_person(unit, password=None) for _ in range(250))
    ]
    slug, version_id = version.module.slug, version.id
    db.session.remove()
    troubles: list[BaseException] = []
    gate = threading.Barrier(25)

    def take(mine: list[Any]) -> None:
        gate.wait()
        for person in mine:
            try:
                with app.app_context():
                    study.enrol(person.id, slug)
                    attempt = service.start(person.id, person.unit_id, version, QUIZ)
                    service.save(person.id, attempt.public_id, answers(version, attempt))
                    service.submit(person.id, attempt.public_id, "end")
                    db.session.remove()
            except BaseException as trouble:
                troubles.append(trouble)

    threads = [threading.Thread(target=take, args=(people[i::25],)) for i in range(25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert (
        db.session.scalar(select(func.count()).where(Attempt.percent == 100, Attempt.version_id == version_id)) == 250
    )
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 250
    assert db.session.scalar(select(func.count()).select_from(Credit)) == 0, "lessons are still to be read"


def test_the_same_person_starting_on_two_devices_at_once_gets_one_attempt(
    app: Flask, person: Person, version: PublishedVersion
) -> None:
    study.enrol(person.id, version.module.slug)
    person_id, unit_id = person.id, person.unit_id
    db.session.remove()
    got: list[int] = []

    def start() -> None:
        with app.app_context():
            got.append(service.start(person_id, unit_id, version, QUIZ).id)
            db.session.remove()

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8 and len(set(got)) == 1
