"""Taking a module down and choosing an earlier version: nobody new, and nobody who began loses anything."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from elearn import proof
from elearn.authoring import queries as authoring
from elearn.catalogue import current, publishing, store
from elearn.catalogue.current import NotPossible
from elearn.catalogue.models import ModuleTrainer
from elearn.catalogue.store import PublishedVersion
from elearn.database import db, transaction
from elearn.people.models import AuditEntry, Person
from elearn.quizzes import service as quizzes
from elearn.study import assignments, catalogue_page, enrolment, module_pages, queries
from elearn.study.assignments import Target
from elearn.study.models import LearnerSummary
from elearn.supervision.person_rows import duties_of
from tests.content import files, publish, published
from tests.helpers import make_person, make_unit

SLUG = "modul-coba"
REASON = "Dasar hukumnya berubah."


def due(person: Person) -> list[str]:
    return [duty.slug for duty in queries.duties_of(person.id, queries.enrolments_of(person.id))]


def summary(person: Person) -> LearnerSummary | None:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get(LearnerSummary, person.id)


def test_nobody_new_begins_a_module_that_was_taken_down_and_who_began_goes_on(
    app: Flask, version: PublishedVersion, person: Person
) -> None:
    other = make_person(make_unit("lain"))
    enrolment.enrol(person.id, SLUG)
    current.take_down(version.module_id, REASON)
    with pytest.raises(enrolment.NoSuchModule):
        enrolment.enrol(other.id, SLUG)
    with pytest.raises(enrolment.NoSuchModule):
        enrolment.enrolled_version(other.id, SLUG)
    assert module_pages.module_page(other.id, SLUG) is None
    wanted = catalogue_page.Wanted(text="antrean")
    assert catalogue_page.catalogue_page(other.id, wanted).cards == []
    page = module_pages.module_page(person.id, SLUG)
    assert page is not None and not page.newer and page.version.id == version.id
    attempt = quizzes.start(person.id, person.unit_id, enrolment.enrolled_version(person.id, SLUG), "tes-awal")
    quizzes.submit(person.id, attempt.public_id, "selesai-1")
    assert enrolment.enrolled_version(person.id, SLUG).id == version.id
    assert proof.scores().differences == []


def test_what_is_due_of_a_module_that_was_taken_down_is_due_only_to_who_began_it(
    app: Flask, version: PublishedVersion, person: Person
) -> None:
    waiting = make_person(make_unit("lain"))
    for one in (person, waiting):
        assignments.assign(
            by=None, module_ids=[version.module_id], to=Target(person_id=one.id), due_on=date(2026, 1, 5)
        )
    enrolment.enrol(person.id, SLUG)
    current.take_down(version.module_id, REASON)
    assert (due(person), due(waiting)) == ([SLUG], [])
    mine, theirs = summary(person), summary(waiting)
    assert mine is not None and mine.due_at is not None and theirs is not None and theirs.due_at is None
    assert [duty.slug for duty in duties_of(person.id)] == [SLUG]
    assert duties_of(waiting.id) == []
    assert proof.scores().differences == []
    current.choose_version(version.module_id, 1, "Sudah diperiksa lagi.")
    assert due(waiting) == [SLUG]
    theirs = summary(waiting)
    assert theirs is not None and theirs.due_at is not None
    assert proof.scores().differences == []


def test_its_pengajar_still_sees_it(app: Flask, version: PublishedVersion, person: Person) -> None:
    with transaction() as session:
        session.add(ModuleTrainer(module_id=version.module_id, person_id=person.id))
    current.take_down(version.module_id, REASON)
    (line,) = authoring.my_modules(person.id)
    assert line.down and line.number == 1
    page = authoring.module_page(person.id, SLUG)
    assert page is not None and page.down and not any(v.current for v in page.versions)
    current.choose_version(version.module_id, 1, REASON)
    page = authoring.module_page(person.id, SLUG)
    assert page is not None and not page.down and [v.current for v in page.versions] == [True]


def test_going_back_is_for_new_people_at_once_and_for_who_is_in_the_middle_after_an_attempt(
    app: Flask, tmp_path: Path, version: PublishedVersion, person: Person
) -> None:
    second = published(tmp_path, lessons=("satu", "dua", "tiga"))
    enrolment.enrol(person.id, SLUG)
    attempt = quizzes.start(person.id, person.unit_id, second, "tes-awal")
    current.choose_version(second.module_id, 1, REASON)
    now = store.current(SLUG)
    assert now is not None and now.id == version.id
    assert enrolment.enrolled_version(person.id, SLUG).id == second.id
    quizzes.submit(person.id, attempt.public_id, "selesai-1")
    assert enrolment.enrolled_version(person.id, SLUG).id == version.id
    assert proof.scores().differences == []


def test_a_folder_does_not_undo_either(app: Flask, tmp_path: Path, version: PublishedVersion) -> None:
    published(tmp_path, lessons=("satu",))
    current.choose_version(version.module_id, 1, REASON)
    publish(tmp_path, files(lessons=("satu",)))
    assert (store.current(SLUG) or version).number == 1
    current.take_down(version.module_id, REASON)
    assert publish(tmp_path, files(lessons=("satu", "tiga"))).modules[0].outcome == "kept"
    assert store.current(SLUG) is None
    publishing.publish_content(tmp_path / "content", by=None, only={SLUG})
    assert store.current(SLUG) is not None


def test_each_leaves_its_reason_in_the_audit_log(app: Flask, version: PublishedVersion) -> None:
    current.take_down(version.module_id, f"  {REASON} ")
    current.choose_version(version.module_id, 1, "Kembali.")
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == SLUG).order_by(AuditEntry.id)).all()
    assert [(row.action, row.before, row.after, row.note) for row in rows] == [
        ("module.taken-down", {"version": 1}, {"version": None}, REASON),
        ("module.version-chosen", {"version": None}, {"version": 1}, "Kembali."),
    ]


def test_what_cannot_be_done_says_why_and_changes_nothing(app: Flask, version: PublishedVersion) -> None:
    def refused(code: str, *what: object) -> None:
        with pytest.raises(NotPossible) as trouble:
            current.choose_version(version.module_id, *what)  # type: ignore[arg-type]
        assert trouble.value.code == code

    refused("reason", 1, "  ")
    refused("reason", 1, "a" * (current.REASON_AT_MOST + 1))
    refused("version", 7, REASON)
    refused("current", 1, REASON)
    current.take_down(version.module_id, REASON)
    with pytest.raises(NotPossible, match="down"):
        current.take_down(version.module_id, REASON)
