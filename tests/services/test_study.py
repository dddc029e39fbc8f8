"""Progress, completion, credit, versions, assignments, and the summaries that follow. On both databases."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from elearn import clock
from elearn.catalogue import store
from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Lesson
from elearn.database import db, transaction
from elearn.people import service as people
from elearn.people.models import AuditEntry, Person
from elearn.quizzes import service as quizzes
from elearn.quizzes.service import ClientEvent
from elearn.study import assignments, audit, module_pages, queries, summary
from elearn.study import service as study
from elearn.study.assignments import Target
from elearn.study.models import (
    Assignee,
    Assignment,
    CheckAnswer,
    Credit,
    Enrolment,
    LearnerSummary,
    LearnerYear,
    LessonProgress,
)
from tests.content import files, key_of, publish
from tests.helpers import make_person, make_unit

SLUG = "modul-coba"


def take(person: Person, quiz: str, right: bool = True) -> None:
    """A whole attempt, all right or all left empty."""
    study.enrol(person.id, SLUG)
    version = study.enrolled_version(person.id, SLUG)
    attempt = quizzes.start(person.id, person.unit_id, version, quiz)
    if right:
        events = [
            ClientEvent(f"c{n}", "answer", item["question"], key_of(version, quiz, item["question"]))
            for n, item in enumerate(attempt.layout)
        ]
        quizzes.save(person.id, attempt.public_id, events)
    quizzes.submit(person.id, attempt.public_id, "end")


def read_all(person: Person) -> None:
    for part in study.enrolled_version(person.id, SLUG).module.parts:
        if isinstance(part, Lesson):
            study.mark_done(person.id, SLUG, part.slug)


def enrolment(person: Person) -> Enrolment:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Enrolment).where(Enrolment.person_id == person.id)).one()


def test_completing_everything_credits_once(person: Person, version: PublishedVersion) -> None:
    with clock.at(datetime(2026, 3, 2, 3, tzinfo=UTC)):
        take(person, "tes-awal", right=False)
        read_all(person)
        assert enrolment(person).completed_at is None
        take(person, "kuis-akhir")
        done = enrolment(person)
        assert done.completed_at == clock.now() and done.parts_done == done.parts_total == 4
        study.mark_done(person.id, SLUG, "satu")
    credit = db.session.scalars(select(Credit)).one()
    assert (credit.jp, credit.year, credit.material, credit.version_id) == (
        Decimal("0.5"),
        2026,
        "Modul coba",
        version.id,
    )
    assert credit.kind and credit.provider == "BKPSDM Kota Bandung" and credit.proof.startswith("DJR-2026-")
    assert credit.percent == 100 and credit.unit_id == person.unit_id
    year = db.session.get(LearnerYear, (person.id, 2026))
    assert year is not None and (year.jp, year.credits) == (Decimal("0.5"), 1)
    stored = db.session.get(LearnerSummary, person.id)
    assert stored is not None
    assert (stored.started, stored.completed, stored.first_tries, stored.first_passes) == (1, 1, 1, 1)
    assert (stored.gain_sum, stored.gain_count) == (100, 1)
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "credit.earned")) == 1
    assert audit.verify(person.id) == []


def test_the_year_of_a_credit_is_jakartas(person: Person, version: PublishedVersion) -> None:
    with clock.at(datetime(2026, 12, 31, 17, 30, tzinfo=UTC)):  # 00.30 on 1 January 2027 in Jakarta
        take(person, "tes-awal")
        read_all(person)
        take(person, "kuis-akhir")
    assert db.session.scalars(select(Credit.year)).one() == 2027


def test_a_failed_final_does_not_complete_and_a_later_pass_does(person: Person, version: PublishedVersion) -> None:
    now = clock.now()
    with clock.at(now):
        take(person, "tes-awal")
        read_all(person)
        take(person, "kuis-akhir", right=False)
    failed = enrolment(person)
    assert failed.completed_at is None and failed.score == 0 and failed.first_passed is False
    with clock.at(now + timedelta(minutes=5)):
        take(person, "kuis-akhir")
    passed = enrolment(person)
    assert passed.completed_at and passed.score == 100 and passed.first_passed is False and passed.posttest == 0


def test_completion_by_two_threads_credits_once(app: Flask, person: Person, version: PublishedVersion) -> None:
    take(person, "tes-awal")
    take(person, "kuis-akhir")
    study.mark_done(person.id, SLUG, "satu")
    person_id = person.id
    db.session.remove()
    troubles: list[BaseException] = []

    def finish() -> None:
        try:
            with app.app_context():
                study.mark_done(person_id, SLUG, "dua")
                db.session.remove()
        except BaseException as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=finish) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert db.session.scalar(select(func.count()).select_from(Credit)) == 1
    assert db.session.get(LearnerYear, (person_id, clock.local_year(clock.now()))).credits == 1  # type: ignore[union-attr]


def test_a_check_is_remembered_and_kept_once(person: Person, version: PublishedVersion) -> None:
    wrong = next(
        o["id"] for o in version.module.part("satu").checks["cek-satu"].body["options"] if o["fraction"] == "0"
    )  # type: ignore[union-attr]
    for client_id in ("a", "a", "b"):
        result = study.answer_check(person.id, SLUG, "satu", "cek-satu", wrong, client_id)
        assert result is not None and not result.grade.correct
    assert db.session.scalar(select(func.count()).select_from(CheckAnswer)) == 2
    page = module_pages.part_page(person.id, SLUG, "satu")
    assert isinstance(page, module_pages.LessonPage) and page.answers["cek-satu"].response == wrong
    assert study.answer_check(person.id, SLUG, "satu", "cek-satu", "", "c") is None


@pytest.mark.parametrize("response", ["no-such", ["list"], 3, {"a": 1}])
def test_bad_check_answers_are_refused(person: Person, version: PublishedVersion, response: object) -> None:
    with pytest.raises(study.BadAnswer):
        study.answer_check(person.id, SLUG, "satu", "cek-satu", response, "a")
    with pytest.raises(study.BadAnswer):
        study.answer_check(person.id, SLUG, "satu", "cek-lain", "x", "a")
    assert db.session.scalar(select(func.count()).select_from(CheckAnswer)) == 0


def test_unknown_modules_and_lessons(person: Person, version: PublishedVersion) -> None:
    with pytest.raises(study.NoSuchModule):
        study.enrol(person.id, "tidak-ada")
    with pytest.raises(study.NoSuchLesson):
        study.open_lesson(person.id, SLUG, "kuis-akhir")


def test_resuming_where_one_left_off(person: Person, version: PublishedVersion) -> None:
    study.open_lesson(person.id, SLUG, "satu")
    study.save_position(person.id, SLUG, "satu", "bagian-satu")
    study.save_position(person.id, SLUG, "satu", "<script>")
    page = module_pages.part_page(person.id, SLUG, "satu")
    assert isinstance(page, module_pages.LessonPage) and page.position == "bagian-satu"
    study.open_lesson(person.id, SLUG, "satu")
    assert db.session.scalars(select(LessonProgress.position)).one() == "bagian-satu"


def test_learners_stay_on_their_version_until_they_finish_an_attempt(
    app: Flask, tmp_path: Path, person: Person, version: PublishedVersion
) -> None:
    study.mark_done(person.id, SLUG, "satu")
    report = publish(tmp_path, files(lessons=("satu", "dua", "tiga")))
    outcome = report.modules[0]
    assert (outcome.outcome, outcome.number, outcome.changes.added) == ("changed", 2, ["tiga"])
    assert outcome.learners == {"moving": 1, "staying": 0, "completed": 0}
    assert enrolment(person).version_id == version.id
    page = module_pages.module_page(person.id, SLUG)
    assert page is not None and page.newer and page.module.part("tiga") is None
    take(person, "tes-awal")
    moved = enrolment(person)
    current = store.current(SLUG)
    assert current is not None and moved.version_id == current.id != version.id
    assert moved.parts_total == 5 and set(moved.done_slugs) == {"satu", "tes-awal"}, "progress carries over by slug"
    assert audit.verify(person.id) == []


def test_moving_by_choice_waits_for_an_open_attempt(
    app: Flask, tmp_path: Path, person: Person, version: PublishedVersion
) -> None:
    study.enrol(person.id, SLUG)
    attempt = quizzes.start(person.id, person.unit_id, version, "kuis-akhir")
    publish(tmp_path, files(lessons=("satu", "dua", "tiga")))
    assert study.move_to_current(person.id, SLUG) is False
    assert attempt.version_id == version.id
    quizzes.submit(person.id, attempt.public_id, "end")
    assert enrolment(person).version_id != version.id


def test_a_renamed_lesson_keeps_its_progress(
    app: Flask, tmp_path: Path, person: Person, version: PublishedVersion
) -> None:
    study.mark_done(person.id, SLUG, "satu")
    renamed = files(lessons=("pertama", "dua"))
    renamed["01-pertama.md"] = renamed["01-pertama.md"].replace("---\ntitle", "---\naliases: [satu]\ntitle", 1)
    publish(tmp_path, renamed)
    assert study.move_to_current(person.id, SLUG)
    assert "pertama" in enrolment(person).done_slugs
    assert module_pages.renamed_part(person.id, SLUG, "satu") == "pertama"


def test_a_completed_module_keeps_its_credit_when_a_version_follows(
    app: Flask, tmp_path: Path, person: Person, version: PublishedVersion
) -> None:
    take(person, "tes-awal")
    read_all(person)
    take(person, "kuis-akhir")
    report = publish(tmp_path, files(lessons=("satu", "dua", "tiga")))
    assert report.modules[0].learners == {"moving": 0, "staying": 0, "completed": 1}
    assert enrolment(person).completed_at and enrolment(person).version_id == version.id
    assert study.move_to_current(person.id, SLUG) is False
    assert db.session.scalar(select(func.count()).select_from(Credit)) == 1


def test_assignments_fall_on_everyone_below_and_on_who_comes_later(app: Flask, version: PublishedVersion) -> None:
    root = make_unit()
    dinas, other = make_unit("dinas", root), make_unit("lain", root)
    bidang = make_unit("bidang", dinas)
    head = make_person(dinas, "atasan", name="Kepala Dinas")
    inside, outside = make_person(bidang, name="Dalam Unit"), make_person(other, name="Luar Unit")
    due = clock.now().astimezone(clock.JAKARTA).date() + timedelta(days=3)
    count = assignments.assign(
        by=head.id, module_ids=[version.module_id], to=Target(unit_id=dinas.id), due_on=due, note="Penting"
    )
    assert count == 2
    newcomer = make_person(bidang, name="Pegawai Baru")
    people.change_person(outside.id, unit_id=bidang.id)
    for person in (inside, newcomer, outside):
        duty = queries.duties_of(person.id, [])[0]
        assert (duty.by, duty.note, duty.overdue) == ("Kepala Dinas", "Penting", False)
        assert audit.verify(person.id) == []
    with clock.at(clock.now() + timedelta(days=5)):
        assert queries.duties_of(inside.id, [])[0].overdue
    assert (
        assignments.assign(
            by=head.id, module_ids=[version.module_id], to=Target(unit_id=dinas.id), due_on=due + timedelta(days=9)
        )
        == 4
    )
    assert db.session.scalar(select(func.count()).select_from(Assignee)) == 4, "giving it again moves the date"


def test_the_due_day_ends_in_jakarta() -> None:
    due = assignments.due_instant(date(2026, 11, 27))
    assert due is not None and due.astimezone(UTC) == datetime(2026, 11, 27, 16, 59, 59, tzinfo=UTC)


def test_completing_ends_the_duty_and_ending_an_assignment_too(person: Person, version: PublishedVersion) -> None:
    today = clock.now().astimezone(clock.JAKARTA).date()
    assignments.assign(by=None, module_ids=[version.module_id], to=Target(person_id=person.id), due_on=today)
    assert db.session.get(LearnerSummary, person.id).due_at is not None  # type: ignore[union-attr]
    take(person, "tes-awal")
    read_all(person)
    take(person, "kuis-akhir")
    assert queries.duties_of(person.id, []) == []
    db.session.expire_all()
    assert db.session.get(LearnerSummary, person.id).due_at is None  # type: ignore[union-attr]
    other = make_person(make_unit("lain"))
    assignments.assign(by=None, module_ids=[version.module_id], to=Target(person_id=other.id), due_on=today)
    given = db.session.scalars(select(Assignment.batch).where(Assignment.person_id == other.id)).one()
    assignments.end(given)
    assignments.end(given)
    assert queries.duties_of(other.id, []) == [] and audit.verify(other.id) == []


def test_the_proof_sees_what_was_changed_behind_its_back(person: Person, version: PublishedVersion) -> None:
    take(person, "tes-awal")
    with transaction() as session:
        session.get(LearnerSummary, person.id).started = 7  # type: ignore[union-attr]
    assert any("started" in line for line in summary.verify(person.id))
    with transaction() as session:
        row = session.scalars(select(Enrolment)).one()
        row.parts_done = 4
    assert any("parts_done" in line for line in audit.verify(person.id))
