"""What an atasan sees of one person: progress, what happened, every attempt, JP by year, what is assigned. Seventeen statements at
most, and three more where they may need help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from elearn import clock
from elearn.catalogue import store
from elearn.core.model import Quiz
from elearn.database import db
from elearn.people.models import Person
from elearn.quizzes.models import Attempt
from elearn.study.models import Enrolment, LearnerSummary, LearnerYear
from elearn.study.outcomes import Missed, Outcomes, of_attempts
from elearn.supervision.attention import Day, Needy, Standing, needy
from elearn.supervision.cells import level_of, pass_mark
from elearn.supervision.person_rows import DutyLine, duties_of, rows_of
from elearn.supervision.plans import PlanLine
from elearn.supervision.scope import Supervisor, find_person
from elearn.supervision.timeline import Timeline, of_rows


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One attempt as its person sees it too: when, how long, how it ended, how it scored."""

    public_id: str
    module: str
    quiz: str
    number: int
    state: str
    ended_by: str | None
    started_at: datetime
    ended_at: datetime | None
    percent: Decimal | None
    passing: Decimal
    passed: bool | None
    graded: bool
    """False for a pretest, which nobody passes or fails."""
    survey: bool
    missed: list[Missed]
    """Items without full points, by outcome."""

    @property
    def minutes(self) -> int | None:
        if self.ended_at is None:
            return None
        return max(1, round((self.ended_at - self.started_at).total_seconds() / 60))


@dataclass(frozen=True, slots=True)
class ModuleLine:
    slug: str
    title: str
    done: int
    total: int
    score: Decimal | None
    level: int
    started_at: datetime
    active_at: datetime
    completed_at: datetime | None
    pretest: Decimal | None
    posttest: Decimal | None


@dataclass(frozen=True, slots=True)
class PersonPage:
    person: Person
    summary: LearnerSummary | None
    years: list[LearnerYear]
    modules: list[ModuleLine]
    attempts: list[AttemptLine]
    duties: list[DutyLine]
    credits: Sequence[Any]
    need: Needy
    """Why this person may need help; without reasons where nothing says so."""
    jp: Decimal
    year: int
    outcomes: Outcomes
    plans: list[PlanLine]
    timeline: Timeline
    """The newest of it."""


def person_page(supervisor: Supervisor, public_id: str, target: Decimal) -> PersonPage | None:
    """Everything of a person in scope, or None: out of scope and unknown are the same. `target`: JP asked of a PNS."""
    person = find_person(supervisor, public_id)
    if person is None:
        return None
    now = clock.now()
    year = clock.local_year(now)
    rows = rows_of(person)
    outcomes = of_attempts(rows.attempts)
    years = list(
        db.session.scalars(
            select(LearnerYear).where(LearnerYear.person_id == person.id).order_by(LearnerYear.year.desc())
        )
    )
    summary = db.session.get(LearnerSummary, person.id)
    jp = next((row.jp for row in years if row.year == year), Decimal(0))
    return PersonPage(
        person=person,
        summary=summary,
        years=years,
        modules=[_module(*row) for row in rows.enrolments],
        attempts=[_line(attempt, outcomes) for attempt in rows.attempts],
        outcomes=outcomes,
        duties=duties_of(person.id),
        credits=rows.credits,
        need=needy([Standing.of(person, summary, jp)], Day.of(now, target))[0],
        jp=jp,
        year=year,
        plans=rows.plans,
        timeline=of_rows(rows),
    )


def _module(row: Enrolment, slug: str, title: str) -> ModuleLine:
    return ModuleLine(
        slug=slug,
        title=title,
        done=row.parts_done,
        total=row.parts_total,
        score=row.score,
        level=level_of(row.score, pass_mark(row.version_id)),
        started_at=row.started_at,
        active_at=row.active_at,
        completed_at=row.completed_at,
        pretest=row.pretest,
        posttest=row.posttest,
    )


def _line(attempt: Attempt, outcomes: Outcomes) -> AttemptLine:
    module = store.version(attempt.version_id).module
    quiz = module.part(attempt.quiz_slug)
    assert isinstance(quiz, Quiz), "an attempt is of a quiz of its version"
    return AttemptLine(
        public_id=attempt.public_id,
        module=module.title,
        quiz=quiz.title,
        number=attempt.number,
        state=attempt.state,
        ended_by=attempt.ended_by,
        started_at=attempt.started_at,
        ended_at=attempt.ended_at,
        percent=attempt.percent,
        passing=quiz.passing,
        passed=attempt.passed,
        graded=quiz.graded,
        survey=quiz.survey,
        missed=outcomes.missed.get(attempt.id, []),
    )
