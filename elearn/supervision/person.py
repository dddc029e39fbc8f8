"""What an atasan sees of one person: progress, every attempt, JP by year, what is assigned. Twelve statements at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Row

from elearn import clock
from elearn.catalogue import store
from elearn.catalogue.models import CatalogueModule, ModuleVersion
from elearn.core.model import Quiz
from elearn.database import db
from elearn.people.models import Person
from elearn.quizzes.models import Attempt
from elearn.study.models import Assignee, Credit, Enrolment, LearnerSummary, LearnerYear
from elearn.study.outcomes import Missed, Outcomes, of_attempts
from elearn.supervision.attention import Day, Needy, Standing, assigned, needy
from elearn.supervision.cells import level_of, pass_mark
from elearn.supervision.plans import PlanLine, of_person
from elearn.supervision.scope import Supervisor, find_person


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
class DutyLine:
    module_id: int
    title: str
    slug: str
    due_at: datetime | None
    done_at: datetime | None
    excuse: str
    """Why they need not do it; empty where they are to."""
    overdue: bool


@dataclass(frozen=True, slots=True)
class PersonPage:
    person: Person
    summary: LearnerSummary | None
    years: list[LearnerYear]
    modules: list[ModuleLine]
    attempts: list[AttemptLine]
    duties: list[DutyLine]
    credits: list[Row[Any]]
    need: Needy
    """Why this person may need help; without reasons where nothing says so."""
    jp: Decimal
    year: int
    outcomes: Outcomes
    plans: list[PlanLine]


def person_page(supervisor: Supervisor, public_id: str, target: Decimal) -> PersonPage | None:
    """Everything of a person in scope, or None: out of scope and unknown are the same. `target`: JP asked of a PNS."""
    person = find_person(supervisor, public_id)
    if person is None:
        return None
    now = clock.now()
    year = clock.local_year(now)
    modules = _modules(person.id)
    attempts = _attempts(person.id)
    outcomes = of_attempts(attempts)
    duties = _duties(person.id, now)
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
        modules=modules,
        attempts=[_line(attempt, outcomes) for attempt in attempts],
        outcomes=outcomes,
        duties=duties,
        credits=_credits(person.id),
        need=needy([Standing.of(person, summary, jp)], Day.of(now, target))[0],
        jp=jp,
        year=year,
        plans=of_person(person),
    )


def _modules(person_id: int) -> list[ModuleLine]:
    rows = db.session.execute(
        select(Enrolment, CatalogueModule.slug, ModuleVersion.title)
        .join(CatalogueModule, CatalogueModule.id == Enrolment.module_id)
        .join(ModuleVersion, ModuleVersion.id == Enrolment.version_id)
        .where(Enrolment.person_id == person_id)
        .order_by(Enrolment.active_at.desc())
    )
    return [
        ModuleLine(
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
        for row, slug, title in rows
    ]


def _attempts(person_id: int) -> Sequence[Attempt]:
    return db.session.scalars(
        select(Attempt).where(Attempt.person_id == person_id).order_by(Attempt.started_at.desc(), Attempt.id.desc())
    ).all()


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


def _duties(person_id: int, now: datetime) -> list[DutyLine]:
    """What was given to a person, module by module: the earliest due date, and whether all of it is done or excused."""
    rows = db.session.execute(
        assigned(
            Assignee.module_id,
            ModuleVersion.title,
            CatalogueModule.slug,
            func.min(Assignee.due_at).filter(Assignee.excused_at.is_(None)).label("due_at"),
            func.max(Assignee.done_at).label("done_at"),
            func.max(Assignee.excuse).label("excuse"),
            func.count().filter(Assignee.excused_at.is_(None)).label("duties"),
        )
        .where(Assignee.person_id == person_id)
        .group_by(Assignee.module_id, ModuleVersion.title, CatalogueModule.slug)
        .order_by(func.min(Assignee.due_at).asc().nulls_last(), ModuleVersion.title)
    )
    return [
        DutyLine(
            module_id=row.module_id,
            title=row.title,
            slug=row.slug,
            due_at=row.due_at,
            done_at=row.done_at,
            excuse="" if row.duties else row.excuse,
            overdue=row.done_at is None and row.due_at is not None and row.due_at < now,
        )
        for row in rows
    ]


def duty_of(person_id: int, slug: str) -> DutyLine | None:
    """One of them that is not done."""
    found = (duty for duty in _duties(person_id, clock.now()) if duty.slug == slug and duty.done_at is None)
    return next(found, None)


def _credits(person_id: int) -> list[Row[Any]]:
    return list(
        db.session.execute(
            select(
                Credit.material,
                Credit.provider,
                Credit.kind,
                Credit.jp,
                Credit.earned_at,
                Credit.proof,
                Credit.revoked_at,
            )
            .where(Credit.person_id == person_id)
            .order_by(Credit.earned_at.desc())
        )
    )
