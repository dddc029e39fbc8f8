"""Correcting a published question, on both databases: what it would do, what it does, and what it never does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from elearn import clock, proof
from elearn.catalogue import store
from elearn.core.model import Quiz
from elearn.core.questions import type_of
from elearn.database import db, transaction
from elearn.marking import correction_pages, corrections, service
from elearn.marking.corrections import NoSuchQuestion, Refused, carry_out, decide, propose, propose_withdrawal, resume
from elearn.marking.effects import effects
from elearn.people import notices
from elearn.people.models import AuditEntry, Person
from elearn.quizzes import audit, sweep
from elearn.quizzes import service as quizzes
from elearn.quizzes.history import events_and_changes
from elearn.quizzes.models import Attempt
from elearn.quizzes.review_models import Correction
from elearn.study.models import Credit, Enrolment
from tests.content import files, publish
from tests.essays import QUIZ, Office, make_office
from tests.helpers import fresh, make_person

WORDS = """---
kind: quiz
title: Kuis akhir
passing: 60
attempts: 3
{keys}
---
## Kata? {{#kata}}
= pelayanan

## Siapa? {{#siapa}}
- (x) Presiden
- ( ) Menteri
- ( ) Wali kota
"""
SLUG = "modul-coba"


@pytest.fixture
def office(app: Flask, tmp_path: Path) -> Office:
    return make_office(tmp_path, final=WORDS, keys="review: after-submit")


def option(office: Office, right: bool) -> str:
    quiz = office.version.module.part(QUIZ)
    assert isinstance(quiz, Quiz)
    asked = quiz.questions["siapa"]
    key: str = type_of(asked).key(asked.body)
    return key if right else next(i for i in type_of(asked).option_ids(asked.body) if i != key)


def take(office: Office, kata: str | None, right: bool, person: Person | None = None) -> Attempt:
    """All of the module, with these answers to the final quiz."""
    person = person or make_person(office.unit, password=None)
    attempt = office.begin(person)
    events = [
        quizzes.ClientEvent("k", "answer", "kata", kata),
        quizzes.ClientEvent("s", "answer", "siapa", option(office, right)),
    ]
    quizzes.save(person.id, attempt.public_id, events)
    return quizzes.submit(person.id, attempt.public_id, "end")


def accept(office: Office, response: str, fraction: Fraction = Fraction(1)) -> Correction:
    return propose(office.first.id, SLUG, QUIZ, "kata", "accept", response, fraction)


def test_an_accepted_answer_is_seen_before_and_then_counts_for_all_who_gave_it(office: Office) -> None:
    saved = take(office, "Layanan publik.", True)
    right, wrong = take(office, "pelayanan", True), take(office, "antrean", True)
    assert [a.percent for a in (saved, right, wrong)] == [50, 100, 50]
    seen = correction_pages.preview(accept(office, "layanan publik"))
    assert (seen.attempts, seen.changed, seen.up, seen.down, seen.gained, seen.lost) == (3, 1, 1, 0, 1, 0)
    assert [(r.effect.attempt.percent, r.effect.percent) for r in seen.rows] == [(50, 100)]
    assert fresh(saved).percent == 50 and db.session.scalar(select(func.count()).select_from(Correction)) == 0
    done = decide(accept(office, "layanan publik"), "  Sinonim yang  benar ")
    assert carry_out(done)
    after = fresh(saved)
    assert (after.percent, after.passed) == (100, True)
    assert [fresh(a).percent for a in (right, wrong)] == [100, 50]
    assert after.person_id in db.session.scalars(select(Credit.person_id)).all()
    _events, changes = events_and_changes(saved.id)
    assert [(c.before, c.after, c.cause, c.reason) for c in changes] == [
        (None, 50, "", ""),
        (50, 100, "correction", "Sinonim yang benar"),
    ]
    assert [n.kind for n in notices.unseen(saved.person_id)] == ["regraded"]
    assert notices.unseen(right.person_id) == []
    noted = db.session.execute(
        select(AuditEntry.person_id, AuditEntry.note).where(
            AuditEntry.action == "attempt.graded", AuditEntry.note != ""
        )
    ).all()
    assert [tuple(row) for row in noted] == [(saved.person_id, "Sinonim yang benar")]
    assert proof.scores().differences == []
    later = take(office, "layanan publik", False)
    assert later.percent == 50, "whoever answers so from now on gets it, too"
    row = db.session.get_one(Correction, done)
    assert (row.changed, row.done_at is not None) == (1, True)


def test_a_part_of_the_points(office: Office) -> None:
    attempt = take(office, "layan", True)
    carry_out(decide(accept(office, "layan", Fraction(1, 3)), "Sebagian benar"))
    assert fresh(attempt).points == Decimal("1.333333")
    assert audit.recompute(attempt.id) == []


def test_deciding_twice_is_deciding_once(office: Office) -> None:
    take(office, "layan", True)
    first = decide(accept(office, "layan"), "Benar")
    assert decide(accept(office, "layan"), "Benar juga") == first
    assert carry_out(first) and carry_out(first)
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "question.corrected")) == 1


def test_a_correction_is_taken_back_as_it_was_made(office: Office) -> None:
    attempt, other = take(office, "layan", True), take(office, "pelayanan", False)
    done = decide(accept(office, "layan"), "Benar")
    carry_out(done)
    earned = db.session.scalar(select(func.count()).select_from(Credit))
    back = propose_withdrawal(office.second.id, done)
    seen = correction_pages.preview(back)
    assert (seen.changed, seen.down, seen.lost, seen.kept) == (1, 1, 1, 1)
    first = decide(back, "Ternyata tidak sama")
    assert carry_out(first)
    assert [fresh(a).percent for a in (attempt, other)] == [50, 50]
    assert db.session.scalar(select(func.count()).select_from(Credit)) == earned
    assert proof.scores().differences == []
    with pytest.raises(Refused):
        propose_withdrawal(office.first.id, done)
    for wrong in (first, 999):
        with pytest.raises(NoSuchQuestion):
            propose_withdrawal(office.first.id, wrong)
    with pytest.raises(NoSuchQuestion):
        propose_withdrawal(office.peserta.id, done)
    again = decide(accept(office, "layan"), "Benar juga")
    assert again not in (done, first), "what was taken back may be decided anew"
    carry_out(again)
    assert fresh(attempt).percent == 100
    page = correction_pages.question_page(office.first.id, SLUG, QUIZ, "kata")
    assert page and [(m.kind, m.withdrawn) for m in page.corrections] == [
        ("accept", False),
        ("withdraw", False),
        ("accept", True),
    ]


def test_what_was_interrupted_is_carried_on_by_the_sweep(
    app: Flask, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = [take(office, "layan", True) for _ in range(5)]
    last, people = attempts[4].id, [attempt.person_id for attempt in attempts]
    monkeypatch.setattr(corrections, "BATCH", 2)
    done = decide(accept(office, "layan"), "Benar")
    assert not carry_out(done, seconds=0)
    assert [fresh(a).percent for a in attempts] == [100, 100, 50, 50, 50]
    assert audit.recompute(last), "the proof knows that it is not done"
    db.session.remove()
    sweep.sweep(app)
    assert db.session.scalars(select(Attempt.percent).where(Attempt.quiz_slug == QUIZ)).all() == [100] * 5
    assert db.session.get_one(Correction, done).changed == 5
    assert proof.scores().differences == []
    assert [len(notices.unseen(person_id)) for person_id in people] == [1] * 5


def test_an_attempt_that_was_graded_at_that_very_moment_is_found_later(office: Office) -> None:
    attempt = take(office, "layan", True)
    done = decide(accept(office, "layan"), "Benar")
    with transaction() as session:  # as if the attempt had been stored behind the last batch
        session.execute(update(Correction).where(Correction.id == done).values(done_at=clock.now()))
    assert fresh(attempt).percent == 50
    assert resume() == 1
    assert fresh(attempt).percent == 100
    with clock.at(clock.now() + timedelta(hours=1)):
        assert resume() == 0


def test_an_attempt_that_cannot_be_graded_again_keeps_its_score(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt, other = take(office, "layan", True), take(office, "layan", True)
    regrade = corrections.grading.grade

    def fails(session: Any, attempt: Attempt, why: Any) -> None:
        if attempt.id == spoilt.id:
            raise ArithmeticError("a bug")
        regrade(session, attempt, why)

    done = decide(accept(office, "layan"), "Benar")
    with monkeypatch.context() as patch:
        patch.setattr(corrections.grading, "grade", fails)
        assert carry_out(done)
    assert [(fresh(a).state, fresh(a).percent) for a in (spoilt, other)] == [("graded", 50), ("graded", 100)]


def test_full_marks_for_all_but_not_for_later_versions(office: Office, tmp_path: Path) -> None:
    empty, wrong = take(office, None, False), take(office, "x", False)
    full = propose(office.first.id, SLUG, QUIZ, "siapa", "full")
    seen = correction_pages.preview(full)
    assert (seen.changed, seen.up, seen.gained) == (2, 2, 0)
    carry_out(decide(full, "Soal rancu"))
    assert [fresh(a).percent for a in (empty, wrong)] == [50, 50]
    publish(tmp_path, files(final=WORDS.replace("Siapa?", "Siapa sebenarnya?").replace("{keys}", "cooldown: 1m")))
    office.version = store.current(SLUG)  # type: ignore[assignment]
    assert take(office, "x", False).percent == 0
    assert proof.scores().differences == []


def test_a_newer_key_takes_a_pass_but_never_the_credit(office: Office, tmp_path: Path) -> None:
    passed, failed = take(office, "pelayanan", True), take(office, "x", False)
    credit = db.session.scalars(select(Credit.proof)).one()
    assert not corrections.newer_key(office.version.module_id, QUIZ, "siapa")
    right = WORDS.replace("(x) Presiden", "( ) Presiden").replace("( ) Menteri", "(x) Menteri")
    publish(tmp_path, files(final=right.replace("passing: 60", "passing: 80").replace("{keys}", "")))
    assert corrections.newer_key(office.version.module_id, QUIZ, "siapa")
    key = propose(office.first.id, SLUG, QUIZ, "siapa", "key")
    seen = correction_pages.preview(key)
    assert (seen.changed, seen.up, seen.down, seen.lost, seen.kept) == (2, 1, 1, 1, 1)
    assert seen.rows[0].kept and seen.rows[0].effect.attempt.id == passed.id
    carry_out(decide(key, "Kunci keliru"))
    after = fresh(passed)
    assert (after.percent, after.passed, after.points) == (50, False, 1)
    assert (fresh(failed).percent, fresh(failed).passed) == (50, False)
    assert db.session.scalars(select(Credit.proof)).all() == [credit]
    kept = db.session.execute(
        select(AuditEntry.subject, AuditEntry.note, AuditEntry.person_id).where(AuditEntry.action == "credit.kept")
    ).one()
    assert tuple(kept) == (credit, "kredit tetap", passed.person_id)
    assert proof.scores().differences == []


def test_nobody_is_moved_to_a_newer_version_by_a_correction(office: Office, tmp_path: Path) -> None:
    attempt = take(office, "layan", False)
    enrolled = select(Enrolment.version_id).where(Enrolment.person_id == attempt.person_id)
    publish(tmp_path, files(final=WORDS.replace("Siapa?", "Siapa dia?").replace("{keys}", "")))
    carry_out(decide(accept(office, "layan"), "Benar"))
    assert fresh(attempt).percent == 50
    assert db.session.scalars(enrolled).all() == [office.version.id]
    assert proof.scores().differences == []


def test_options_that_are_others_are_left_alone(office: Office, tmp_path: Path) -> None:
    attempt = take(office, "pelayanan", True)
    other = WORDS.replace("(x) Presiden", "(x) Gubernur").replace("{keys}", "")
    publish(tmp_path, files(final=other))
    assert not corrections.newer_key(office.version.module_id, QUIZ, "siapa")
    key = propose(office.first.id, SLUG, QUIZ, "siapa", "key")
    assert correction_pages.preview(key).changed == 0
    carry_out(decide(key, "Salah"))
    assert fresh(attempt).percent == 100 and audit.recompute(attempt.id) == []


def test_what_cannot_be_corrected_is_refused(office: Office) -> None:
    with pytest.raises(Refused):
        propose(office.first.id, SLUG, QUIZ, "siapa", "accept", option(office, False))
    for response, fraction in (("", Fraction(1)), ("x" * 300, Fraction(1)), ("x", Fraction(0)), ("x", Fraction(2))):
        with pytest.raises(Refused):
            accept(office, response, fraction)
    for kind in ("drop", ""):
        with pytest.raises(Refused):
            propose(office.first.id, SLUG, QUIZ, "kata", kind)
    for reason in ("", "  ", "x" * 501):
        with pytest.raises(Refused):
            decide(accept(office, "x"), reason)
    assert db.session.scalar(select(func.count()).select_from(Correction)) == 0


def test_only_a_pengajar_of_the_module_corrects(office: Office) -> None:
    stranger = make_person(office.unit, "pengajar", "atasan", "admin")
    for person, slug, part, name in (
        (stranger, SLUG, QUIZ, "kata"),
        (office.first, "tidak-ada", QUIZ, "kata"),
        (office.first, SLUG, "satu", "kata"),
        (office.first, SLUG, QUIZ, "tidak-ada"),
    ):
        with pytest.raises(NoSuchQuestion):
            propose(person.id, slug, part, name, "full")
        assert correction_pages.question_page(person.id, slug, part, name) is None
    assert correction_pages.questions_page(stranger.id, SLUG, QUIZ) is None
    proposed = accept(office, "x")
    proposed.by_id = stranger.id
    with pytest.raises(NoSuchQuestion):
        decide(proposed, "Alasan")


def test_given_answers_are_counted_and_told_together(office: Office) -> None:
    for kata in ("layan", "Layan.", "antrean", None, "pelayanan"):
        take(office, kata, True)
    page = correction_pages.question_page(office.first.id, SLUG, QUIZ, "kata")
    assert page and page.answers == 5 and page.key == "pelayanan"
    assert {(g.text.casefold().rstrip("."), g.count) for g in page.given} == {
        ("layan", 2),
        ("antrean", 1),
        ("", 1),
        ("pelayanan", 1),
    }
    questions = correction_pages.questions_page(office.first.id, SLUG, QUIZ)
    assert questions and [(line.name, line.answers, line.mean) for line in questions.lines] == [
        ("kata", 5, 20),
        ("siapa", 5, 100),
    ]


def test_an_essay_that_waits_still_waits(app: Flask, tmp_path: Path) -> None:
    office = make_office(tmp_path)
    attempt = office.take(kata="layan")
    carry_out(decide(accept(office, "layan"), "Benar"))
    assert (fresh(attempt).state, fresh(attempt).percent) == ("ended", None)
    assert notices.unseen(office.peserta.id) == [] and audit.recompute(attempt.id) == []
    service.mark(office.first.id, attempt.public_id, "usul", office.points(4, 6), "", 0)  # type: ignore[arg-type]
    assert fresh(attempt).percent == 100


def test_statements_do_not_grow_with_the_attempts(office: Office, statements: Callable[[], Any]) -> None:
    counts = []
    for more in (1, 6):
        for _ in range(more):
            take(office, "layan", True)
        ids = db.session.scalars(select(Attempt.id).where(Attempt.quiz_slug == QUIZ)).all()
        with statements() as seen:
            assert len(list(effects(ids, accept(office, "layan")))) == len(ids)
        counts.append(len(seen))
    assert counts[0] == counts[1]
