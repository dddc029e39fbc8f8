"""Reading: opening a lesson, where one left off, done."""

from __future__ import annotations

import re

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from elearn import clock
from elearn.catalogue import store
from elearn.core.model import Lesson
from elearn.database import Instant, transaction, upsert
from elearn.study import enrolment as enrolments
from elearn.study import summary
from elearn.study.models import Enrolment, LessonProgress


class NoSuchLesson(LookupError):
    """The version this person sees has no such lesson."""


def open_lesson(person_id: int, slug: str, part: str) -> Enrolment:
    """Note that a lesson was opened, beginning the module when this is the first. Raises NoSuchModule, NoSuchLesson."""
    with transaction() as session:
        enrolment = enrolments.enrol(person_id, slug)
        note_opened(session, enrolment, lesson_of(enrolment, part).slug)
        return enrolment


def lesson_of(enrolment: Enrolment, part: str) -> Lesson:
    """The lesson as this person sees it, by its slug or one it had before. Raises NoSuchLesson."""
    lesson = store.version(enrolment.version_id).module.part_named(part)
    if not isinstance(lesson, Lesson):
        raise NoSuchLesson(part)
    return lesson


# Made once, and run past the ORM: this is every view of a lesson, and others wait for it to end.
_MOVED = (
    update(Enrolment)
    .where(Enrolment.id == bindparam("enrolment_id"))
    .values(last_slug=bindparam("part"), active_at=bindparam("now", type_=Instant))
)


def note_opened(session: Session, enrolment: Enrolment, part: str) -> None:
    """One statement, and two more when it is another lesson than the last or ten minutes have passed."""
    now = clock.now()
    keys = {"enrolment_id": enrolment.id, "slug": part}
    upsert(session, LessonProgress, keys, {"seen_at": now}, first={"opened_at": now, "position": ""})
    if enrolments.touched(enrolment, part, now):
        values = {"enrolment_id": enrolment.id, "part": part, "now": now}
        session.connection().execute(_MOVED, values)
        summary.touch(session, enrolment.person_id, now)


def mark_done(person_id: int, slug: str, part: str) -> Enrolment:
    """Mark a lesson done; doing it again changes nothing. Completes the module when it was the last."""
    with transaction() as session:
        enrolment = enrolments.enrol(person_id, slug)
        lesson = lesson_of(enrolment, part)
        if lesson.slug in enrolment.done_slugs:
            return enrolment
        now = clock.now()
        keys = {"enrolment_id": enrolment.id, "slug": lesson.slug}
        upsert(
            session,
            LessonProgress,
            keys,
            {"seen_at": now, "done_at": now},
            first={"opened_at": now, "position": ""},
        )
        enrolment.active_at, enrolment.last_slug = now, lesson.slug
        return enrolments.refresh(session, enrolment.id)


def save_position(person_id: int, slug: str, part: str, anchor: str) -> None:
    """Keep the anchor last read; one that is none is passed over. One write."""
    if not re.fullmatch(r"[\w\-:.]{0,80}", anchor):
        return
    row = store.module_row(slug)
    if row is None:
        raise enrolments.NoSuchModule(slug)
    with transaction() as session:
        enrolment_id = session.scalar(
            select(Enrolment.id).where(Enrolment.person_id == person_id, Enrolment.module_id == row.id)
        )
        session.execute(
            update(LessonProgress)
            .where(LessonProgress.enrolment_id == enrolment_id, LessonProgress.slug == part)
            .values(position=anchor, seen_at=clock.now())
        )
