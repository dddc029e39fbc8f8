"""What happened to one person, in one list: begun, read, tried, completed, given, due, reminded, planned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from elearn import clock
from elearn.catalogue import store
from elearn.catalogue.queries import titles_of
from elearn.core.model import Quiz
from elearn.database import db
from elearn.people.models import Person, Placement, Unit
from elearn.people.queries import units_above
from elearn.quizzes.models import Attempt
from elearn.study.models import Assignee, Assignment, Enrolment, LessonProgress
from elearn.supervision.models import Reminder
from elearn.supervision.person_rows import PersonRows, rows_of
from elearn.supervision.plans import PlanLine

PAGE_SIZE = 30
KINDS = (
    *("answered", "planned", "revoked", "completed", "attempt", "lessons", "begun"),
    *("overdue", "due", "reminded", "ended", "excused", "assigned"),
)
"""Of two that happened in the same instant, the one that is named first here came last."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. Which of the other fields are told depends on `kind`, one of KINDS."""

    at: datetime
    kind: str
    module: str = ""
    """Its title."""
    count: int = 0
    """Lessons finished that day, or the number of the attempt."""
    quiz: str = ""
    outcome: str = ""
    """Of an attempt: `open`, `survey`, `waiting`, `pretest`, `passed`, `failed`."""
    percent: Decimal | None = None
    jp: Decimal | None = None
    by: str = ""
    """Who gave, excused, reminded or answered; empty for the product itself."""
    due_at: datetime | None = None
    plan: PlanLine | None = None

    @property
    def day(self) -> int:
        """Of the month, in Jakarta."""
        return _day(self.at).day


@dataclass(frozen=True, slots=True)
class Month:
    """Events of a month in Jakarta, the newest first."""

    year: int
    month: int
    events: list[Event]


@dataclass(frozen=True, slots=True)
class Timeline:
    person: Person
    months: list[Month]
    total: int
    """Events on all pages."""
    page: int
    pages: int


def timeline(person: Person, page: int = 1) -> Timeline:
    """A page of what happened to a person; whether it may be seen is the caller's to check. Eleven statements at most."""
    return of_rows(rows_of(person), page)


def of_rows(rows: PersonRows, page: int = 1) -> Timeline:
    """The same of rows that are read already. Five statements at most."""
    found = sorted(_events(rows), key=lambda event: (event.at, -KINDS.index(event.kind)), reverse=True)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(1, page), pages)
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return Timeline(rows.person, _months(shown), len(found), page, pages)


def _months(events: Iterable[Event]) -> list[Month]:
    def key(event: Event) -> tuple[int, int]:
        day = _day(event.at)
        return day.year, day.month

    return [Month(year, month, list(some)) for (year, month), some in groupby(events, key)]


def _day(at: datetime) -> date:
    return at.astimezone(clock.JAKARTA).date()


def _events(rows: PersonRows) -> Iterator[Event]:
    yield from (Event(one.started_at, "begun", title) for one, _slug, title in rows.enrolments)
    yield from _lessons(rows)
    yield from (_attempt(attempt) for attempt in rows.attempts)
    for credit in rows.credits:
        yield Event(credit.earned_at, "completed", credit.material, jp=credit.jp)
        if credit.revoked_at:
            yield Event(credit.revoked_at, "revoked", credit.material, jp=credit.jp)
    yield from _given(rows.person.id)
    yield from _reminded(rows.person.id)
    for line in rows.plans:
        yield Event(line.plan.written_at, "planned", line.module, plan=line)
        if line.plan.answered_at:
            yield Event(line.plan.answered_at, "answered", line.module, by=line.by, plan=line)


def _lessons(rows: PersonRows) -> Iterator[Event]:
    """Those that were finished of a module in a day are one event, at the time of the last. One statement."""
    titles = {one.id: title for one, _slug, title in rows.enrolments}
    done = db.session.execute(
        select(LessonProgress.enrolment_id, LessonProgress.done_at)
        .join(Enrolment, Enrolment.id == LessonProgress.enrolment_id)
        .where(Enrolment.person_id == rows.person.id, LessonProgress.done_at.is_not(None))
        .order_by(LessonProgress.done_at)
    ).all()
    counts = Counter((row.enrolment_id, _day(row.done_at)) for row in done)
    last = {(row.enrolment_id, _day(row.done_at)): row.done_at for row in done}
    for key, count in counts.items():
        yield Event(last[key], "lessons", titles[key[0]], count)


def _attempt(attempt: Attempt) -> Event:
    module = store.version(attempt.version_id).module
    quiz = module.part(attempt.quiz_slug)
    assert isinstance(quiz, Quiz), "an attempt is of a quiz of its version"
    if attempt.state == "open":
        outcome = "open"
    elif quiz.survey:
        outcome = "survey"
    elif attempt.percent is None:
        outcome = "waiting"
    elif not quiz.graded:
        outcome = "pretest"
    else:
        outcome = "passed" if attempt.passed else "failed"
    return Event(
        at=attempt.ended_at or attempt.started_at,
        kind="attempt",
        module=module.title,
        count=attempt.number,
        quiz=quiz.title,
        outcome=outcome,
        percent=None if quiz.survey else attempt.percent,
    )


def _given(person_id: int) -> Iterator[Event]:
    """What was assigned, when it ended, and what stood at its due date. Three statements."""
    by, excuser = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(
            Assignee.module_id,
            Assignee.due_at,
            Assignee.done_at,
            Assignee.excused_at,
            excuser.name.label("excuser"),
            Assignment.created_at,
            Assignment.ended_at,
            Assignment.unit_id,
            by.name.label("by"),
        )
        .join(Assignment, Assignment.id == Assignee.assignment_id)
        .outerjoin(by, by.id == Assignment.assigned_by_id)
        .outerjoin(excuser, excuser.id == Assignee.excused_by_id)
        .where(Assignee.person_id == person_id)
        .order_by(Assignee.id)
    ).all()
    if not rows:
        return
    now, stays = clock.now(), _stays(person_id)
    titles = titles_of({row.module_id for row in rows})
    for row in rows:
        title = titles[row.module_id][1]
        yield Event(_fell(row, stays), "assigned", title, by=row.by or "", due_at=row.due_at)
        if row.ended_at and (row.done_at is None or row.done_at > row.ended_at):
            yield Event(row.ended_at, "ended", title)
        if row.excused_at:
            yield Event(row.excused_at, "excused", title, by=row.excuser or "")
        until = min((at for at in (row.ended_at, row.excused_at) if at), default=None)
        if row.due_at and row.due_at <= now and (until is None or until > row.due_at):
            in_time = row.done_at is not None and row.done_at <= row.due_at
            yield Event(row.due_at, "due" if in_time else "overdue", title)


def _stays(person_id: int) -> Sequence[Any]:
    return db.session.execute(
        select(Placement.from_at, Placement.until_at, Unit.path)
        .join(Unit, Unit.id == Placement.unit_id)
        .where(Placement.person_id == person_id)
        .order_by(Placement.from_at)
    ).all()


def _fell(row: Any, stays: Sequence[Any]) -> datetime:
    """When an assignment fell on its person: who comes to the unit later gets it then."""
    came: Iterator[datetime] = (
        max(row.created_at, stay.from_at)
        for stay in stays
        if row.unit_id in units_above(stay.path) and (stay.until_at is None or stay.until_at > row.created_at)
    )
    return min(came, default=row.created_at)


def _reminded(person_id: int) -> Iterator[Event]:
    """Who reminded them and when; the words are between the two. One statement."""
    rows = db.session.execute(
        select(Reminder.at, Person.name)
        .outerjoin(Person, Person.id == Reminder.by_id)
        .where(Reminder.person_id == person_id)
    )
    for at, name in rows:
        yield Event(at, "reminded", by=name or "")
