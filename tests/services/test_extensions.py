"""More time, attempts or other dates for one person: given with a reason, at once, and nothing else changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from elearn import clock
from elearn.catalogue.store import PublishedVersion
from elearn.database import db
from elearn.people.models import AuditEntry, Person
from elearn.quizzes import extensions, queries, service
from elearn.quizzes.extensions import BadExtension
from elearn.quizzes.models import Attempt, QuizExtension
from elearn.quizzes.service import QuizRefused
from elearn.study import service as study
from tests.helpers import fresh, make_person, make_unit

QUIZ = "kuis-akhir"


@pytest.fixture
def trainer(person: Person) -> Person:
    return make_person(make_unit("dinas"), "pengajar")


def give(trainer: Person, person: Person, version: PublishedVersion, **what: Any) -> QuizExtension:
    return extensions.give(trainer.id, person.id, version, QUIZ, **{"reason": "Baru sembuh", **what})


def start(person: Person, version: PublishedVersion) -> Attempt:
    study.enrol(person.id, version.module.slug)
    return service.start(person.id, person.unit_id, version, QUIZ)


def refused(person: Person, version: PublishedVersion) -> str:
    with pytest.raises(QuizRefused) as trouble:
        start(person, version)
    return trouble.value.refusal.code


def test_more_time_holds_for_the_next_attempt_and_for_the_one_that_runs(
    trainer: Person, person: Person, version: PublishedVersion
) -> None:
    running = start(person, version)
    assert running.deadline_at == running.started_at + timedelta(minutes=20)
    give(trainer, person, version, minutes=15)
    assert fresh(running).deadline_at == running.started_at + timedelta(minutes=35)
    service.submit(person.id, running.public_id, "end")
    with clock.at(clock.now() + timedelta(minutes=5)):
        again = start(person, version)
    assert again.deadline_at == again.started_at + timedelta(minutes=35)
    other = make_person(make_unit("lain"))
    assert start(other, version).deadline_at - clock.now() < timedelta(minutes=21), "nobody else gets any"  # type: ignore[operator]


def test_a_time_that_has_run_out_is_not_brought_back(
    trainer: Person, person: Person, version: PublishedVersion
) -> None:
    running = start(person, version)
    with clock.at(running.started_at + timedelta(minutes=21)):
        give(trainer, person, version, minutes=60)
    assert fresh(running).deadline_at == running.started_at + timedelta(minutes=20)


def test_more_attempts(trainer: Person, person: Person, version: PublishedVersion) -> None:
    now = clock.now()
    for number in range(3):
        with clock.at(now + timedelta(hours=number)):
            service.submit(person.id, start(person, version).public_id, f"end-{number}")
    with clock.at(now + timedelta(hours=4)):
        assert refused(person, version) == "no-attempts-left"
        give(trainer, person, version, attempts=1)
        rules = queries.quiz_rules(person.id, version, QUIZ)
        assert rules is not None and (rules.left, rules.quiz.attempts, rules.refusal) == (1, 4, None)
        assert start(person, version).number == 4


def test_other_dates(trainer: Person, person: Person, version: PublishedVersion) -> None:
    soon = clock.now() + timedelta(hours=1)
    give(trainer, person, version, opens_at=soon, closes_at=soon + timedelta(minutes=10))
    assert refused(person, version) == "not-open"
    with clock.at(soon):
        assert start(person, version).deadline_at == soon + timedelta(minutes=10), "it ends when the quiz closes"
    with clock.at(soon + timedelta(hours=1)):
        assert refused(person, version) == "closed"


def test_the_newest_holds_and_what_was_given_stays_on_record(
    trainer: Person, person: Person, version: PublishedVersion
) -> None:
    first = give(trainer, person, version, minutes=5)
    second = give(trainer, person, version, minutes=10, reason="Gangguan jaringan")
    rules = queries.quiz_rules(person.id, version, QUIZ)
    assert rules is not None and rules.quiz.time_limit == 30 * 60
    assert rules.extension is not None and rules.extension.reason == "Gangguan jaringan"
    quiz = version.module.part(QUIZ)
    assert quiz is not None and quiz.kind == "quiz"
    listed = [(row.id, row.withdrawn_at is None) for row, _who in extensions.extensions_of(version.module_id, quiz)]
    assert listed == [(second.id, True), (first.id, False)]
    assert extensions.withdraw(trainer.id, version, QUIZ, second.id)
    assert not extensions.withdraw(trainer.id, version, QUIZ, second.id), "once"
    after = queries.quiz_rules(person.id, version, QUIZ)
    assert after is not None and after.extension is None and after.quiz.time_limit == 20 * 60
    told = db.session.scalars(select(AuditEntry.action).where(AuditEntry.person_id == person.id)).all()
    assert [a for a in told if a.startswith("quiz.")] == ["quiz.extended"] * 2 + ["quiz.extension-withdrawn"]


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({}, "nothing"),
        ({"minutes": 5, "reason": "  "}, "reason"),
        ({"minutes": -1}, "range"),
        ({"minutes": 1441}, "range"),
        ({"attempts": 21}, "range"),
        ({"closes_at": timedelta(hours=-1)}, "dates"),
        ({"opens_at": timedelta(hours=2), "closes_at": timedelta(hours=1)}, "dates"),
    ],
)
def test_what_makes_no_sense_is_refused(
    trainer: Person, person: Person, version: PublishedVersion, what: dict[str, Any], code: str
) -> None:
    what = {k: clock.now() + v if isinstance(v, timedelta) else v for k, v in what.items()}
    with pytest.raises(BadExtension) as trouble:
        give(trainer, person, version, **what)
    assert trouble.value.code == code
    assert db.session.scalars(select(QuizExtension)).all() == []


def test_a_person_or_a_quiz_that_is_not_there(trainer: Person, person: Person, version: PublishedVersion) -> None:
    for person_id, quiz, code in ((person.id + 99, QUIZ, "person"), (person.id, "satu", "quiz")):
        with pytest.raises(BadExtension) as trouble:
            extensions.give(trainer.id, person_id, version, quiz, minutes=5, reason="Sakit")
        assert trouble.value.code == code


def test_an_extension_of_another_quiz_is_not_withdrawn_here(
    app: Flask, trainer: Person, person: Person, version: PublishedVersion
) -> None:
    row = give(trainer, person, version, minutes=5)
    assert not extensions.withdraw(trainer.id, version, "tes-awal", row.id)
    assert not extensions.withdraw(trainer.id, version, QUIZ, row.id + 99)
