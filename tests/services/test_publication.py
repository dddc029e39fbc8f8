"""Publishing a draft as it was looked at: two at once, an edit in between, and whom it concerns."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import pytest
from flask import Flask
from sqlalchemy import func, select

from elearn.authoring import drafts, publication
from elearn.authoring.publication import DraftChanged, Looked
from elearn.catalogue import current, publishing, store
from elearn.catalogue.models import CatalogueModule, ModuleTrainer, ModuleVersion
from elearn.catalogue.store import PublishedVersion
from elearn.database import db, transaction
from elearn.people.models import AuditEntry, Person
from elearn.quizzes import service as quizzes
from elearn.study import enrolment
from tests.content import READER
from tests.helpers import make_person, make_unit

SLUG = "modul-coba"
LESSON = "01-satu.md"


@pytest.fixture(autouse=True)
def one_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "SafeReader", lambda: nullcontext(READER))


@pytest.fixture
def trainer(version: PublishedVersion, person: Person) -> Person:
    with transaction() as session:
        session.add(ModuleTrainer(module_id=version.module_id, person_id=person.id))
    return person


def edit(trainer: Person, old: str, new: str) -> None:
    draft = drafts.open_draft(trainer.id, SLUG)
    file = drafts.find_file(draft, LESSON)
    assert file is not None and old in (file.text or "")
    drafts.save(draft, LESSON, (file.text or "").replace(old, new), file.version, trainer.id)


def look() -> Looked:
    db.session.rollback()
    db.session.expire_all()
    looked = publication.look(db.session.scalars(select(CatalogueModule)).one())
    assert looked is not None
    return looked


def number() -> int:
    now = store.current(SLUG)
    assert now is not None
    return now.number


def test_there_is_nothing_to_look_at_without_a_draft(version: PublishedVersion) -> None:
    assert publication.look(db.session.scalars(select(CatalogueModule)).one()) is None


def test_it_is_published_as_it_was_looked_at(trainer: Person, version: PublishedVersion) -> None:
    edit(trainer, "antrean", "barisan")
    looked = look()
    assert looked.changes.changed == ["satu"] and not looked.same and not looked.errors
    assert publication.publish(trainer.id, looked, looked.state).number == 2
    again = look()
    assert again.same and again.base_number == 2, "the draft goes on from what it became"
    actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject == SLUG)).all()
    assert actions == ["module.published"]


def test_an_edit_after_the_look_is_not_published_and_stops_it(trainer: Person, version: PublishedVersion) -> None:
    edit(trainer, "antrean", "barisan")
    looked = look()
    edit(trainer, "barisan", "giliran")
    with pytest.raises(DraftChanged):
        publication.publish(trainer.id, looked, looked.state)
    with pytest.raises(DraftChanged):
        publication.publish(trainer.id, look(), looked.state)
    assert number() == 1


def test_two_pengajar_at_once_publish_one_version(app: Flask, trainer: Person, version: PublishedVersion) -> None:
    edit(trainer, "antrean", "barisan")
    looked = look()
    start = threading.Barrier(2, timeout=60)
    results: list[str] = []

    def one() -> None:
        with app.app_context():
            start.wait()
            try:
                results.append(publication.publish(trainer.id, looked, looked.state).outcome)
            except DraftChanged:
                results.append("refused")
            db.session.remove()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert sorted(results) == ["changed", "refused"]
    assert db.session.scalar(select(func.count(ModuleVersion.id))) == 2


def test_a_draft_with_an_error_changes_nothing(trainer: Person, version: PublishedVersion) -> None:
    edit(trainer, "- (x) dengar", "- ( ) dengar")
    looked = look()
    assert looked.errors
    assert publication.publish(trainer.id, looked, looked.state).outcome == "refused" and number() == 1


def test_a_module_that_is_down_is_compared_with_its_last_version(trainer: Person, version: PublishedVersion) -> None:
    drafts.open_draft(trainer.id, SLUG)
    current.take_down(version.module_id, "Keliru.")
    looked = look()
    assert looked.down and looked.before is not None and looked.before.number == 1
    assert not looked.same, "publishing the same opens it again"
    assert publication.publish(trainer.id, looked, looked.state).number == 1 and number() == 1


def test_whom_it_concerns(
    app: Flask,
    trainer: Person,
    version: PublishedVersion,
    statements: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    unit = make_unit("lain")
    people = [make_person(unit) for _ in range(3)]
    for one in people:
        enrolment.enrol(one.id, SLUG)
    quizzes.start(people[0].id, unit.id, version, "tes-awal")
    with statements() as few:
        found = publication.people_of(version.module_id)
    assert (found.moving, found.staying, found.completed, found.open_attempts) == (3, 0, 0, 1)
    assert [(v.number, v.learning, v.completed, v.open_attempts) for v in found.versions] == [(1, 3, 0, 1)]
    enrolment.enrol(trainer.id, SLUG)
    with statements() as more:
        publication.people_of(version.module_id)
    assert len(few) == len(more) == 3
