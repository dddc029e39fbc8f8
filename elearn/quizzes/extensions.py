"""More time, attempts or other dates for one person at one quiz, given with a reason that is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from elearn import clock
from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Quiz
from elearn.core.quiz.extension import Extension, extended
from elearn.core.quiz.timing import deadline
from elearn.database import db, locked, transaction
from elearn.people import audit
from elearn.people.models import Person
from elearn.quizzes import grading
from elearn.quizzes.models import Attempt, QuizExtension

MINUTES_AT_MOST = 24 * 60
ATTEMPTS_AT_MOST = 20


class BadExtension(ValueError):
    """What cannot be given. `code` is `nothing`, `reason`, `range`, `dates`, `person` or `quiz`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _holding(person_id: int, module_id: int, quiz: Quiz) -> ColumnElement[bool]:
    """Of a row: it is this person's at this quiz, and not withdrawn."""
    return and_(
        QuizExtension.person_id == person_id,
        QuizExtension.module_id == module_id,
        QuizExtension.quiz_slug.in_(quiz.names),
        QuizExtension.withdrawn_at.is_(None),
    )


def given_to(session: Session, person_id: int, module_id: int, quiz: Quiz) -> QuizExtension | None:
    """What holds for a person at a quiz now. One statement."""
    return session.scalars(
        select(QuizExtension).where(_holding(person_id, module_id, quiz)).order_by(QuizExtension.id.desc()).limit(1)
    ).one_or_none()


def rules_for(quiz: Quiz, row: QuizExtension | None) -> Quiz:
    """The quiz as it holds for the person of this extension."""
    return extended(quiz, Extension(row.minutes, row.attempts, row.opens_at, row.closes_at) if row else None)


def give(
    by: int,
    person_id: int,
    version: PublishedVersion,
    quiz_slug: str,
    *,
    minutes: int = 0,
    attempts: int = 0,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    reason: str,
) -> QuizExtension:
    """Give a person an extension in the place of the one they have. An attempt that runs gets its new deadline at once.
    Raises BadExtension."""
    quiz = version.module.part(quiz_slug)
    if not isinstance(quiz, Quiz):
        raise BadExtension("quiz")
    _check(quiz, minutes, attempts, opens_at, closes_at, reason)
    now = clock.now()
    with transaction() as session:
        person = locked(session, Person, person_id)
        if person is None or not person.active:
            raise BadExtension("person")
        _withdraw(session, by, now, _holding(person_id, version.module_id, quiz))
        row = QuizExtension(
            person_id=person_id,
            module_id=version.module_id,
            quiz_slug=quiz.slug,
            minutes=minutes,
            attempts=attempts,
            opens_at=opens_at,
            closes_at=closes_at,
            reason=reason.strip(),
            given_by_id=by,
            given_at=now,
        )
        session.add(row)
        session.flush()
        audit.record("quiz.extended", person_id=person_id, subject=quiz.slug, after=_told(row))
        _prolong(session, row, quiz, now)
        return row


def _check(
    quiz: Quiz, minutes: int, attempts: int, opens_at: datetime | None, closes_at: datetime | None, reason: str
) -> None:
    if not reason.strip():
        raise BadExtension("reason")
    if not 0 <= minutes <= MINUTES_AT_MOST or not 0 <= attempts <= ATTEMPTS_AT_MOST:
        raise BadExtension("range")
    if not (minutes or attempts or opens_at or closes_at):
        raise BadExtension("nothing")
    opens, closes = opens_at or quiz.opens, closes_at or quiz.closes
    if (opens and closes and closes <= opens) or (closes_at and closes_at <= clock.now()):
        raise BadExtension("dates")


def _told(row: QuizExtension) -> dict[str, object]:
    """For the audit log."""
    dates = {"opens": row.opens_at, "closes": row.closes_at}
    return {
        "minutes": row.minutes,
        "attempts": row.attempts,
        "reason": row.reason,
        **{name: at.isoformat() for name, at in dates.items() if at},
    }


def _withdraw(session: Session, by: int, now: datetime, which: ColumnElement[bool]) -> int:
    """Take back those of these that are not yet; how many."""
    return (
        session.connection()
        .execute(
            update(QuizExtension)
            .where(which, QuizExtension.withdrawn_at.is_(None))
            .values(withdrawn_at=now, withdrawn_by_id=by)
        )
        .rowcount
    )


def _prolong(session: Session, row: QuizExtension, quiz: Quiz, now: datetime) -> None:
    """The deadline of an attempt that runs, by the rules that hold now. It is never brought forward."""
    running = session.scalars(
        select(Attempt)
        .where(
            Attempt.person_id == row.person_id,
            Attempt.module_id == row.module_id,
            Attempt.quiz_slug.in_(quiz.names),
            Attempt.state == "open",
        )
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    for attempt in running:
        if attempt.deadline_at is None or now > attempt.deadline_at:
            continue  # nothing to prolong, or its time has run out already
        later = deadline(rules_for(grading.quiz_of(attempt), row), attempt.started_at)
        if later is None or later > attempt.deadline_at:
            audit.record(
                "attempt.prolonged",
                person_id=attempt.person_id,
                subject=attempt.public_id,
                before={"deadline": attempt.deadline_at.isoformat()},
                after={"deadline": later.isoformat() if later else None},
            )
            attempt.deadline_at = later


def withdraw(by: int, version: PublishedVersion, quiz_slug: str, extension_id: int) -> bool:
    """Take an extension of this quiz back, from the next attempt on; whether there was one."""
    quiz = version.module.part(quiz_slug)
    if not isinstance(quiz, Quiz):
        raise BadExtension("quiz")
    with transaction() as session:
        row = session.get(QuizExtension, extension_id)
        if row is None or row.module_id != version.module_id or row.quiz_slug not in quiz.names:
            return False
        if not _withdraw(session, by, clock.now(), QuizExtension.id == row.id):
            return False
        audit.record("quiz.extension-withdrawn", person_id=row.person_id, subject=quiz.slug, before=_told(row))
        return True


def extensions_of(module_id: int, quiz: Quiz) -> list[tuple[QuizExtension, Person]]:
    """Every extension of a quiz with who has it, newest first, those that were withdrawn too. One statement."""
    rows = db.session.execute(
        select(QuizExtension, Person)
        .join(Person, Person.id == QuizExtension.person_id)
        .where(QuizExtension.module_id == module_id, QuizExtension.quiz_slug.in_(quiz.names))
        .order_by(QuizExtension.id.desc())
        .execution_options(populate_existing=True)
    )
    return [(row, person) for row, person in rows]
