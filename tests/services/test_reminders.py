"""Who fails twice, reminders by a person and by the product, and who looked at whom. On both databases."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select

from config import Config
from elearn import clock, create_app
from elearn.catalogue.current import take_down
from elearn.database import db, transaction
from elearn.people import audit, notices
from elearn.people.models import AuditEntry, Person
from elearn.study import assignments
from elearn.study import audit as study_audit
from elearn.study.assignments import Target
from elearn.study.models import Enrolment, LearnerSummary
from elearn.supervision import reminders
from elearn.supervision.models import Reminder
from elearn.supervision.reminders import LATE, SOON, NotSent, remind, send_due
from tests.attempts import take
from tests.content import published
from tests.helpers import make_person, make_unit

FAILING = """---
kind: quiz
title: Kuis akhir
attempts: 5
passing: 60
---
## Satu? {{#s1}}
- (x) benar
- ( ) keliru
- ( ) luput
"""
MORNING = datetime(2026, 9, 14, 2, tzinfo=UTC)
"""Nine o'clock in Bandung."""


@pytest.fixture
def office(app: Flask, tmp_path: Path) -> SimpleNamespace:
    version = published(tmp_path, final=FAILING)
    unit = make_unit()
    return SimpleNamespace(
        version=version, unit=unit, head=make_person(unit, "atasan", name="Fitri"), rina=make_person(unit, name="Rina")
    )


def wrong(office: SimpleNamespace, quiz: str = "kuis-akhir") -> None:
    part = office.version.module.part(quiz)
    question = next(iter(part.questions.values()))
    given = next(option["id"] for option in question.body["options"] if option["fraction"] != "1")
    take(office.rina, office.version, quiz, {question.id: given})


def standing(office: SimpleNamespace) -> tuple[int, int]:
    db.session.rollback()
    db.session.expire_all()
    enrolment = db.session.scalars(select(Enrolment).where(Enrolment.person_id == office.rina.id)).one()
    return enrolment.failed, db.session.get_one(LearnerSummary, office.rina.id).failing


def told(person: Person) -> list[tuple[str, dict[str, object]]]:
    db.session.rollback()
    return [(notice.kind, notice.data) for notice in notices.unseen(person.id)]


# --- who fails twice


def test_two_failed_attempts_of_a_quiz_that_counts(office: SimpleNamespace) -> None:
    wrong(office, "tes-awal")
    assert standing(office) == (0, 0), "a pretest is not failed"
    wrong(office)
    assert standing(office) == (1, 0)
    wrong(office)
    assert standing(office) == (2, 1)
    assert study_audit.verify(office.rina.id) == []
    part = office.version.module.part("kuis-akhir")
    right = next(option["id"] for option in part.questions["s1"].body["options"] if option["fraction"] == "1")
    take(office.rina, office.version, "kuis-akhir", {"s1": right})
    assert standing(office) == (2, 1), "the lessons are not done"
    from elearn.study import service

    for slug in ("satu", "dua"):
        service.mark_done(office.rina.id, "modul-coba", slug)
    assert standing(office) == (2, 0), "who completed the module needs no help with it"
    assert study_audit.verify(office.rina.id) == []


def test_the_migration_counts_what_was_before_it(tmp_path: Path) -> None:
    app = create_app(Config({"DIAJAR_MODE": "testing", "DIAJAR_INSTANCE": str(tmp_path / "instance")}))
    with app.app_context():
        upgrade()
        version, unit = published(tmp_path, final=FAILING), make_unit()
        office = SimpleNamespace(version=version, rina=make_person(unit))
        other = SimpleNamespace(version=version, rina=make_person(unit))
        for quiz in ("tes-awal", "kuis-akhir", "kuis-akhir"):
            wrong(office, quiz)
        wrong(other)
        db.session.remove()
        downgrade(revision="0008")
        upgrade()
        assert (standing(office), standing(other)) == ((2, 1), (1, 0))
        assert study_audit.verify(office.rina.id) == study_audit.verify(other.rina.id) == []
        db.session.remove()
        db.engine.dispose()


# --- in one's own words


def test_a_message_reaches_the_person_and_the_log(office: SimpleNamespace) -> None:
    with clock.at(MORNING):
        remind(office.head.id, office.rina.id, "  Mari   mulai\nminggu ini. ")
    assert told(office.rina) == [("reminder", {"by": "Fitri", "text": "Mari mulai minggu ini.", "to": "/modul"})]
    assert audit.looks_at(office.rina.id) == [], "outside a request nobody is known to have acted"
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.reminded")).one()
    assert (entry.person_id, entry.note) == (office.rina.id, "Mari mulai minggu ini.")


def test_it_leads_to_what_is_due_next(office: SimpleNamespace) -> None:
    assignments.assign(
        by=None, module_ids=[office.version.module_id], to=Target(person_id=office.rina.id), due_on=date(2026, 10, 1)
    )
    remind(office.head.id, office.rina.id, "Ayo.")
    assert told(office.rina)[0][1]["to"] == "/modul/modul-coba"


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 501])
def test_an_empty_or_endless_message_is_not_sent(office: SimpleNamespace, text: str) -> None:
    with pytest.raises(NotSent) as refused:
        remind(office.head.id, office.rina.id, text)
    assert refused.value.code == "text" and told(office.rina) == []


def test_one_message_a_day_whoever_sends_it(office: SimpleNamespace) -> None:
    other = make_person(office.unit, "atasan", name="Budi")
    with clock.at(MORNING):
        remind(office.head.id, office.rina.id, "Pertama.")
        with pytest.raises(NotSent) as refused:
            remind(other.id, office.rina.id, "Kedua.")
    assert (refused.value.code, refused.value.by) == ("today", "Fitri")
    with clock.at(MORNING + timedelta(hours=15)):  # past midnight in Bandung, the same day in UTC
        remind(other.id, office.rina.id, "Ketiga.")
        assert reminders.last_of(office.rina.id) == (MORNING + timedelta(hours=15), "Budi")
    assert [data["text"] for _kind, data in told(office.rina)] == ["Ketiga.", "Pertama."]


def test_two_who_send_at_once_send_one(app: Flask, office: SimpleNamespace) -> None:
    results: list[str] = []
    ready = threading.Barrier(4)
    head, rina = office.head.id, office.rina.id
    db.session.remove()

    def send(n: int) -> None:
        with app.app_context():
            ready.wait()
            try:
                remind(head, rina, f"Pesan {n}.")
                results.append("sent")
            except NotSent as refused:
                results.append(refused.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=send, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["sent", "today", "today", "today"]
    assert len(told(office.rina)) == 1


# --- by the product


def assign(office: SimpleNamespace, due_on: date, **more: int) -> None:
    assignments.assign(
        by=office.head.id,
        module_ids=[office.version.module_id],
        due_on=due_on,
        to=Target(**(more or {"person_id": office.rina.id})),
    )


def test_the_product_reminds_on_certain_days_around_a_due_date(office: SimpleNamespace) -> None:
    due = date(2026, 9, 20)
    assign(office, due)
    days = []
    for n in range(-10, 40):
        day = due + timedelta(days=n)
        with clock.at(datetime(day.year, day.month, day.day, 3, tzinfo=UTC)):
            if send_due():
                days.append(n)
            assert send_due() == 0, "once a day"
    assert days == [*(-n for n in SOON), *LATE]
    kinds = [data["kind"] for _kind, data in reversed(told(office.rina))]
    assert kinds == ["soon"] * len(SOON) + ["late"] * len(LATE)
    kind, data = told(office.rina)[0]
    assert kind == "due" and data["modules"] == [{"title": "Modul coba", "due_on": "2026-09-20"}]
    assert data["to"] == "/modul/modul-coba"


def test_several_modules_are_one_message(office: SimpleNamespace, tmp_path: Path) -> None:
    other = published(tmp_path, "modul-lain")
    assign(office, date(2026, 9, 17))
    assignments.assign(
        by=None, module_ids=[other.module_id], to=Target(person_id=office.rina.id), due_on=date(2026, 9, 17)
    )
    assignments.assign(
        by=None, module_ids=[other.module_id], to=Target(unit_id=office.unit.id), due_on=date(2026, 9, 17)
    )
    with clock.at(MORNING):
        assert send_due() == 2  # Rina, and her head, who is in the unit too
    ((_kind, data),) = told(office.rina)
    assert [one["title"] for one in data["modules"]] == ["Modul coba", "Modul coba"]  # type: ignore[union-attr, attr-defined]


def test_who_had_a_message_today_gets_no_other(office: SimpleNamespace) -> None:
    assign(office, date(2026, 9, 17))
    with clock.at(MORNING):
        remind(office.head.id, office.rina.id, "Ayo.")
        assert send_due() == 0
    assert [kind for kind, _data in told(office.rina)] == ["reminder"]


def test_nobody_is_reminded_of_what_is_done_ended_or_gone(office: SimpleNamespace) -> None:
    assign(office, date(2026, 9, 17), unit_id=office.unit.id)
    with transaction() as session:
        session.get_one(Person, office.rina.id).active = False
        session.get_one(Person, office.head.id).active = False
    with clock.at(MORNING):
        assert send_due() == 0, "nobody is there"
        with transaction() as session:
            session.get_one(Person, office.rina.id).active = True
        take_down(office.version.module_id, "Diperbarui")
        assert send_due() == 0, "it cannot be begun"


def test_rounds_remind_by_day(office: SimpleNamespace) -> None:
    assign(office, date(2026, 9, 17))
    with clock.at(MORNING - timedelta(hours=4)):
        reminders.on_swept()
    assert told(office.rina) == [], "at five in the morning"
    with clock.at(MORNING):
        reminders.on_swept()
    assert len(told(office.rina)) == 1
    assert db.session.scalars(select(Reminder.kind)).all() == ["soon"]
