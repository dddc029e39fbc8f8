"""What happened to one person, as one list. On both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from elearn import clock
from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Quiz
from elearn.database import db, transaction
from elearn.people import service as people
from elearn.people.models import Person
from elearn.study import after, assignments, credit, excuses
from elearn.study import service as study
from elearn.study.after_models import ActionPlan
from elearn.study.assignments import Target
from elearn.study.models import Assignment, Credit, Enrolment, LessonProgress
from elearn.supervision import reminders
from elearn.supervision.timeline import KINDS, PAGE_SIZE, Event, timeline
from tests.attempts import take
from tests.content import key_of
from tests.helpers import make_person, make_unit

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
"""9.00 in Jakarta."""


def days(count: float) -> datetime:
    return MONDAY + timedelta(days=count)


def right(version: PublishedVersion, slug: str = "kuis-akhir") -> dict[str, Any]:
    quiz = version.module.part(slug)
    assert isinstance(quiz, Quiz)
    return {question: key_of(version, slug, question) for question in quiz.questions}


@pytest.fixture
def office(version: PublishedVersion) -> SimpleNamespace:
    unit, other = make_unit("dinas"), make_unit("lain")
    with clock.at(MONDAY - timedelta(days=30)):
        head, person = make_person(unit, "atasan", name="Kepala"), make_person(unit, name="Rina")
    return SimpleNamespace(version=version, unit=unit, other=other, head=head, person=person)


def live(office: SimpleNamespace) -> None:
    """Some weeks of Rina: given a module, late with it, reminded, failing once, passing, planning, answered."""
    version, rina, head = office.version, office.person, office.head
    with clock.at(MONDAY):
        assignments.assign(
            by=head.id,
            module_ids=[version.module_id],
            to=Target(unit_id=office.unit.id),
            due_on=date(2026, 3, 6),
            note="rahasia",
        )
    with clock.at(days(1)):
        study.enrol(rina.id, "modul-coba")
    for lesson, at in (("satu", 2), ("dua", 2.1)):
        with clock.at(days(at)):
            study.open_lesson(rina.id, "modul-coba", lesson)
            study.mark_done(rina.id, "modul-coba", lesson)
    with clock.at(days(3)):
        take(rina, version, "tes-awal", {})
    with clock.at(days(7)):
        reminders.remind(head.id, rina.id, "Kata-kata yang hanya untuk Rina.")
    with clock.at(days(8)):
        take(rina, version, "kuis-akhir", {})
    with clock.at(days(9)):
        take(rina, version, "kuis-akhir", right(version))
    with clock.at(days(10)):
        after.write_plan(rina.id, "modul-coba", "Menulis tanggal di tanda terima.", date(2026, 4, 1))
    with clock.at(days(40)):
        plan_id = db.session.scalars(select(ActionPlan.id)).one()
        after.answer(head.id, plan_id, "partly", "some", "Di dua loket.")


def test_everything_that_happened_stands_in_its_place(office: SimpleNamespace) -> None:
    live(office)
    with clock.at(days(41)):
        made = timeline(office.person)
    assert [(m.year, m.month, " ".join(e.kind for e in m.events)) for m in made.months] == [
        (2026, 4, "answered"),
        (2026, 3, "planned completed attempt attempt reminded overdue attempt lessons begun assigned"),
    ]
    assert (made.total, made.page, made.pages) == (11, 1, 1)
    april, march = (month.events for month in made.months)
    assert (april[0].by, april[0].plan.plan.seen) == ("Kepala", "partly")  # type: ignore[union-attr]
    planned, completed, passed, failed, reminded, overdue, pretest, lessons, begun, assigned = march
    assert planned.plan is not None and planned.plan.plan.text.startswith("Menulis tanggal")
    assert (completed.module, completed.jp, completed.at) == ("Modul coba", office.version.module.jp, days(9))
    assert [(e.outcome, e.count, e.quiz) for e in (passed, failed)] == [
        ("passed", 2, "Kuis akhir"),
        ("failed", 1, "Kuis akhir"),
    ]
    assert (passed.percent, failed.percent) == (100, 0)
    assert (reminded.by, reminded.at) == ("Kepala", days(7))
    assert overdue.at == assignments.due_instant(date(2026, 3, 6)) and overdue.module == "Modul coba"
    assert (pretest.outcome, pretest.percent) == ("pretest", 0)
    assert (lessons.count, lessons.at, lessons.day) == (2, days(2.1), 4)
    assert begun.at == days(1)
    assert (assigned.by, assigned.at, assigned.due_at) == ("Kepala", MONDAY, overdue.at)
    assert "Kata-kata" not in repr(made.months) and "rahasia" not in repr(made.months)


def kinds_of(person: Person, at: datetime) -> list[str]:
    with clock.at(at):
        return [event.kind for month in timeline(person).months for event in month.events]


def test_what_is_not_due_yet_or_was_ended_is_never_called_late(office: SimpleNamespace) -> None:
    module_id = office.version.module_id
    with clock.at(MONDAY):
        assignments.assign(
            by=None, module_ids=[module_id], to=Target(person_id=office.person.id), due_on=date(2026, 3, 10)
        )
    assert kinds_of(office.person, days(7)) == ["assigned"]
    with clock.at(days(7)):
        assignments.end(db.session.scalars(select(Assignment.batch)).one())
    assert kinds_of(office.person, days(20)) == ["ended", "assigned"]


def test_what_was_done_in_time_is_said_so(office: SimpleNamespace) -> None:
    with clock.at(MONDAY):
        assignments.assign(
            by=None,
            module_ids=[office.version.module_id],
            to=Target(person_id=office.person.id),
            due_on=date(2026, 3, 20),
        )
    with clock.at(days(1)):
        for lesson in ("satu", "dua"):
            study.open_lesson(office.person.id, "modul-coba", lesson)
            study.mark_done(office.person.id, "modul-coba", lesson)
        take(office.person, office.version, "tes-awal", {})
        take(office.person, office.version, "kuis-akhir", right(office.version))
    kinds = kinds_of(office.person, days(30))
    assert kinds[:2] == ["due", "completed"] and "overdue" not in kinds
    with clock.at(days(31)):
        credit.revoke(db.session.scalars(select(Credit.proof)).one(), "Salah catat.")
    assert kinds_of(office.person, days(32))[0] == "revoked"


def test_what_a_unit_was_given_falls_on_who_comes_later_when_they_come(office: SimpleNamespace) -> None:
    with clock.at(MONDAY - timedelta(days=30)):
        late = make_person(office.other, name="Datang")
    with clock.at(MONDAY):
        assignments.assign(by=None, module_ids=[office.version.module_id], to=Target(unit_id=office.unit.id))
    assert kinds_of(late, days(1)) == []
    with clock.at(days(5)):
        people.change_person(late.id, unit_id=office.unit.id)
    with clock.at(days(6)):
        (month,) = timeline(late).months
        assert [(e.kind, e.at) for e in month.events] == [("assigned", days(5))]
        (month,) = timeline(office.person).months
        assert [(e.kind, e.at) for e in month.events] == [("assigned", MONDAY)]


def test_lessons_are_summed_by_the_days_of_jakarta(office: SimpleNamespace) -> None:
    with clock.at(MONDAY):
        study.enrol(office.person.id, "modul-coba")
    midnight = datetime(2026, 3, 31, 17, tzinfo=UTC)  # of 1 April in Jakarta
    for lesson, at in (("satu", midnight - timedelta(seconds=1)), ("dua", midnight)):
        with clock.at(at):
            study.open_lesson(office.person.id, "modul-coba", lesson)
            study.mark_done(office.person.id, "modul-coba", lesson)
    with clock.at(midnight + timedelta(days=1)):
        made = timeline(office.person)
    assert [(m.month, [(e.kind, e.count, e.day) for e in m.events if e.kind == "lessons"]) for m in made.months] == [
        (4, [("lessons", 1, 1)]),
        (3, [("lessons", 1, 31)]),
    ]


def test_pages_hold_all_of_it_once(office: SimpleNamespace, statements: Any) -> None:
    live(office)
    fill(office, 80)
    with clock.at(days(400)):
        db.session.rollback()
        with statements() as seen:
            first = timeline(office.person)
        assert len(seen) <= 11, seen
        assert (first.total, first.pages) == (91, 4)
        pages = [timeline(office.person, n) for n in range(1, first.pages + 1)]
        assert timeline(office.person, 99).page == first.pages and timeline(office.person, -1).page == 1
    events: list[Event] = [event for page in pages for month in page.months for event in month.events]
    assert [sum(len(m.events) for m in page.months) for page in pages] == [PAGE_SIZE, PAGE_SIZE, PAGE_SIZE, 1]
    assert len(events) == first.total and [e.at for e in events] == sorted((e.at for e in events), reverse=True)
    assert {event.kind for event in events} <= set(KINDS)


def fill(office: SimpleNamespace, count: int) -> None:
    """As many more days with a lesson."""
    with transaction() as session:
        enrolment_id = session.scalars(select(Enrolment.id).where(Enrolment.person_id == office.person.id)).one()
        for n in range(count):
            at = days(100 + n)
            session.add(
                LessonProgress(
                    enrolment_id=enrolment_id, slug=f"l{n}", opened_at=at, seen_at=at, done_at=at, position=""
                )
            )


def test_a_person_to_whom_nothing_happened_has_an_empty_one(app: Flask, person: Person) -> None:
    made = timeline(person)
    assert (made.months, made.total, made.pages) == ([], 0, 1)


def test_an_excuse_is_told_and_nothing_is_late_after_it(office: SimpleNamespace) -> None:
    module_id = office.version.module_id
    with clock.at(MONDAY):
        assignments.assign(
            by=None, module_ids=[module_id], to=Target(person_id=office.person.id), due_on=date(2026, 3, 10)
        )
    with clock.at(days(2)):
        excuses.excuse(office.head.id, office.person.id, module_id, "Cuti melahirkan.")
        made = timeline(office.person)
    assert kinds_of(office.person, days(20)) == ["excused", "assigned"]
    (told, _given) = made.months[0].events
    assert (told.by, told.at) == ("Kepala", days(2)) and "Cuti" not in repr(made.months)
