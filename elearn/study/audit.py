"""Proof of enrolments, credits, assignments and summaries: computed anew from rows and compared with what is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn import clock
from elearn.catalogue import store
from elearn.database import db
from elearn.people.models import Person, Unit
from elearn.people.queries import units_above
from elearn.quizzes.models import Attempt
from elearn.study import enrolment, first_results, summary
from elearn.study.assignments import due_instant, is_among
from elearn.study.enrolment import Tried
from elearn.study.models import Assignee, Assignment, Credit, Enrolment, FirstResult, LessonProgress

COUNTERS = ("done_slugs", "parts_done", "parts_total", "score", "first_passed", "pretest", "posttest", "failed")


def verify(person_id: int) -> list[str]:
    """What differs for one person, a sentence each. Twelve statements, however much was studied."""
    session = db.session()
    enrolments = session.scalars(select(Enrolment).where(Enrolment.person_id == person_id)).all()
    earned = session.scalars(select(Credit).where(Credit.person_id == person_id)).all()
    assigned = session.scalars(select(Assignee).where(Assignee.person_id == person_id)).all()
    return [
        *_enrolments(session, person_id, enrolments),
        *_credits(enrolments, earned),
        *_assignments(session, person_id, enrolments, assigned),
        *summary.verify(person_id),
    ]


def _name(row: Enrolment) -> str:
    return f"enrolment {row.id} ({store.version(row.version_id).module.slug})"


def _enrolments(session: Session, person_id: int, enrolments: Sequence[Enrolment]) -> Iterator[str]:
    """The counters of each, from the lessons done and the attempts."""
    done: dict[int, set[str]] = defaultdict(set)
    lessons = (
        select(LessonProgress.enrolment_id, LessonProgress.slug)
        .join(Enrolment, Enrolment.id == LessonProgress.enrolment_id)
        .where(Enrolment.person_id == person_id, LessonProgress.done_at.is_not(None))
    )
    for enrolment_id, slug in session.execute(lessons):
        done[enrolment_id].add(slug)
    tried: dict[int, list[Tried]] = defaultdict(list)
    attempts = (
        select(
            Attempt.module_id,
            Attempt.quiz_slug,
            Attempt.state,
            Attempt.percent,
            Attempt.passed,
            Attempt.unit_id,
            Attempt.ended_at,
        )
        .where(Attempt.person_id == person_id)
        .order_by(Attempt.started_at, Attempt.id)
    )
    for one in session.execute(attempts):
        tried[one.module_id].append(Tried(*one[1:]))
    shown = {
        row.enrolment_id: row
        for row in session.scalars(
            select(FirstResult).where(FirstResult.person_id == person_id, FirstResult.until_at.is_(None))
        )
    }
    for row in enrolments:
        module = store.version(row.version_id).module
        now = enrolment.standing(module, frozenset(done[row.id]), tried[row.module_id])
        for key in COUNTERS:
            if getattr(row, key) != getattr(now, key):
                yield f"{_name(row)}, {key}: stored {getattr(row, key)}, computed {getattr(now, key)}"
        first = enrolment.first_shown(module, tried[row.module_id])
        if first_results.of_row(shown.get(row.id)) != first:
            yield f"{_name(row)}, first result: stored {first_results.of_row(shown.get(row.id))}, computed {first}"
        if now.complete and row.completed_at is None:
            yield f"{_name(row)}: all is done, but it is not completed"
    begun = {row.module_id for row in enrolments}
    for module_id in sorted(set(tried) - begun):
        yield f"person {person_id}: attempts at module {module_id}, which was never begun"


def _credits(enrolments: Sequence[Enrolment], earned: Sequence[Credit]) -> Iterator[str]:
    """One for each completed module, of the JP of the version completed, in the year of its completion."""
    by_module = {credit.module_id: credit for credit in earned}
    for row in enrolments:
        credit = by_module.pop(row.module_id, None)
        if (row.completed_at is None) != (credit is None):
            yield f"{_name(row)}: completed {row.completed_at}, credit {credit.proof if credit else 'none'}"
        if credit is None:
            continue
        if credit.jp != store.version(credit.version_id).module.jp:
            yield f"credit {credit.proof}: {credit.jp} JP, its version says otherwise"
        if credit.earned_at != row.completed_at or credit.year != clock.local_year(credit.earned_at):
            yield f"credit {credit.proof}: earned {credit.earned_at} in {credit.year}, completed {row.completed_at}"
    for credit in by_module.values():
        yield f"credit {credit.proof}: no enrolment"


def _assignments(
    session: Session, person_id: int, enrolments: Sequence[Enrolment], assigned: Sequence[Assignee]
) -> Iterator[str]:
    """What is given to the person and to the units above falls on them, with its due date, and is done when it is."""
    unit = session.execute(
        select(Person.active, Unit.path).join(Unit, Unit.id == Person.unit_id).where(Person.id == person_id)
    ).one()
    given = {
        row.id: row
        for row in session.scalars(
            select(Assignment).where(
                Assignment.id.in_([row.assignment_id for row in assigned])
                | Assignment.unit_id.in_(units_above(unit.path))
                | (Assignment.person_id == person_id)
            )
        )
    }
    meant = {a for a in {row.audience for row in given.values()} if is_among(session, person_id, a)}
    completed = {row.module_id for row in enrolments if row.completed_at}
    for row in assigned:
        name = f"assignment {row.assignment_id} of person {person_id}"
        if row.due_at != due_instant(given[row.assignment_id].due_on):
            yield f"{name}: due {row.due_at}, given for {given[row.assignment_id].due_on}"
        if (row.done_at is not None) != (row.module_id in completed):
            yield f"{name}: done {row.done_at}, module {'' if row.module_id in completed else 'not '}completed"
    have = {row.assignment_id for row in assigned}
    for assignment in given.values():
        if unit.active and assignment.ended_at is None and assignment.audience in meant and assignment.id not in have:
            yield f"assignment {assignment.id} does not fall on person {person_id}: give it again to mend this"
