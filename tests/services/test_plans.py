"""Publishing at a time set before: the files of then, once, and a word when it could not be done."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from elearn import clock
from elearn.authoring import plans
from elearn.authoring.plans import BadPlan
from elearn.authoring.publication_models import PublicationPlan
from elearn.catalogue import current, publishing, sources, store
from elearn.catalogue.models import ModuleTrainer, ModuleVersion
from elearn.catalogue.publishing import Read
from elearn.catalogue.reading import SafeReader
from elearn.catalogue.store import PublishedVersion
from elearn.database import db, transaction
from elearn.people import notices
from elearn.people.models import Person
from elearn.quizzes.sweep import sweep
from tests.content import OF_EVERY_TYPE, READER, files

SLUG = "modul-coba"
NOW = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
AT = NOW + timedelta(hours=2)
LATER = AT + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def one_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "SafeReader", lambda: nullcontext(READER))


@pytest.fixture
def trainer(version: PublishedVersion, person: Person) -> Person:
    with transaction() as session:
        session.add(ModuleTrainer(module_id=version.module_id, person_id=person.id))
    return person


def read(**options: object) -> Read:
    contents = files(**options)  # type: ignore[arg-type]
    return publishing.read_files(SLUG, {path: text.encode() for path, text in contents.items()})


def planned(version: PublishedVersion, trainer: Person, **options: object) -> PublicationPlan:
    with clock.at(NOW):
        return plans.plan(trainer.id, version.module_id, read(**options), AT)


def run(at: datetime = LATER) -> int:
    with clock.at(at):
        return plans.run_due()


def number() -> int | None:
    now = store.current(SLUG)
    return now.number if now else None


def told(person: Person) -> list[str]:
    db.session.rollback()
    return [notice.data["outcome"] for notice in notices.unseen(person.id) if notice.kind == "plan"]


def test_it_is_published_when_its_time_has_come_and_its_pengajar_are_told(
    version: PublishedVersion, trainer: Person
) -> None:
    planned(version, trainer, final=OF_EVERY_TYPE)
    assert run(AT - timedelta(seconds=1)) == 0 and number() == 1
    assert run() == 1 and number() == 2
    now = store.current(SLUG)
    assert now is not None
    expected = {path: text.encode() for path, text in files(final=OF_EVERY_TYPE).items()}
    assert sources.of_version(now.id) == expected
    row = db.session.get(ModuleVersion, now.id)
    assert row is not None and row.published_by_id == trainer.id
    assert run() == 0 and told(trainer) == ["published"]


def test_the_sweep_of_a_server_does_it(app: Flask, version: PublishedVersion, trainer: Person) -> None:
    planned(version, trainer, lessons=("satu",))
    with clock.at(LATER):
        sweep(app)
    db.session.rollback()
    assert number() == 2


def test_two_workers_at_once_publish_once(
    app: Flask, version: PublishedVersion, trainer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have read the files before either writes."""
    made = planned(version, trainer, lessons=("satu",))
    both = threading.Barrier(2, timeout=60)
    results: list[int] = []

    class Meeting(SafeReader):
        def __exit__(self, *error: object) -> None:
            super().__exit__(*error)  # type: ignore[arg-type]
            both.wait()

    monkeypatch.setattr(publishing, "SafeReader", Meeting)

    def worker() -> None:
        with app.app_context():
            results.append(run())
            db.session.remove()

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert sorted(results) == [0, 1]
    assert db.session.scalar(select(func.count(ModuleVersion.id))) == 2
    assert told(trainer) == ["published"]
    db.session.expire_all()
    assert db.session.get_one(PublicationPlan, made.id).outcome == "published"


def test_a_version_that_came_meanwhile_is_not_replaced(version: PublishedVersion, trainer: Person) -> None:
    planned(version, trainer, lessons=("satu",))
    publishing.publish_read(read(lessons=("satu", "dua", "tiga")), trainer.id)
    assert run() == 1 and number() == 2
    now = store.current(SLUG)
    assert now is not None and len(now.module.parts) == 5
    assert told(trainer) == ["overtaken"]


def test_a_module_that_was_taken_down_meanwhile_stays_down(version: PublishedVersion, trainer: Person) -> None:
    planned(version, trainer, lessons=("satu",))
    current.take_down(version.module_id, "Keliru.")
    assert run() == 1 and number() is None and told(trainer) == ["overtaken"]


def test_an_error_at_that_time_is_told_and_what_was_published_stays(version: PublishedVersion, trainer: Person) -> None:
    """Files that were well when they were planned need not be so later: rules grow with the product. Here one is broken
    in the database."""
    made = planned(version, trainer, lessons=("satu",))
    with transaction() as session:
        session.execute(
            plans.PlannedFile.__table__.update()  # type: ignore[attr-defined]
            .where(plans.PlannedFile.path == "01-satu.md")
            .values(text="---\ntitle: Satu\n---\n[hilang](02-hilang.md)\n")
        )
    assert run() == 1 and number() == 1 and told(trainer) == ["refused"]
    assert db.session.get_one(PublicationPlan, made.id).outcome == "refused"


def test_who_is_no_pengajar_of_it_any_more_publishes_nothing(version: PublishedVersion, trainer: Person) -> None:
    planned(version, trainer, lessons=("satu",))
    with transaction() as session:
        session.execute(delete(ModuleTrainer))
    assert run() == 1 and number() == 1 and told(trainer) == ["forbidden"]


def test_a_failure_of_the_machine_is_told_once_and_tried_again(
    version: PublishedVersion, trainer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(version, trainer, lessons=("satu",))

    def full(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(publishing.media, "write", full)
        assert run() == 0 and run() == 0
        assert told(trainer) == ["failing"]
    assert number() == 1
    assert run() == 1 and number() == 2 and told(trainer) == ["published"]


def test_one_cancels_it_and_then_nothing_happens(version: PublishedVersion, trainer: Person) -> None:
    planned(version, trainer, lessons=("satu",))
    assert plans.pending(version.module_id) is not None
    assert plans.cancel(version.module_id) and not plans.cancel(version.module_id)
    assert plans.pending(version.module_id) is None
    assert run() == 0 and number() == 1
    planned(version, trainer, lessons=("satu",))


def test_what_cannot_be_planned(version: PublishedVersion, trainer: Person) -> None:
    def refused(what: Read, at: datetime) -> str:
        with clock.at(NOW), pytest.raises(BadPlan) as trouble:
            plans.plan(trainer.id, version.module_id, what, at)
        return trouble.value.code

    assert refused(read(), NOW) == "past"
    broken = {path: text.replace("(x)", "( )").encode() for path, text in files().items()}
    assert refused(publishing.read_files(SLUG, broken), AT) == "errors"
    planned(version, trainer, lessons=("satu",))
    assert refused(read(), AT) == "waiting"
