"""What the pages of a learner show: a known number of statements each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import current_app
from sqlalchemy import and_, bindparam, func, select

from elearn import clock
from elearn.catalogue import store
from elearn.catalogue.models import CatalogueModule, ModuleVersion
from elearn.catalogue.queries import Listed, published_modules
from elearn.catalogue.store import PublishedVersion
from elearn.core.credit import Target, target
from elearn.core.model import Module, Part, Quiz
from elearn.database import db
from elearn.people import notices
from elearn.people.models import Notice, Person
from elearn.quizzes.models import Attempt
from elearn.quizzes.queries import open_attempts_of
from elearn.study.enrolment import final_quiz
from elearn.study.models import Assignee, Assignment, Credit, Enrolment, LearnerYear
from elearn.study.outcomes import Outcomes, of_attempts


@dataclass(frozen=True, slots=True)
class YearJp:
    """JP of this year against what is asked of this kind of employment."""

    year: int
    jp: Decimal
    target: Target

    @property
    def percent(self) -> Decimal:
        return min(Decimal(100), self.jp * 100 / self.target.jp) if self.target.jp else Decimal(100)

    @property
    def missing(self) -> Decimal:
        return max(Decimal(0), self.target.jp - self.jp)


_YEAR_JP = select(LearnerYear.jp).where(
    LearnerYear.person_id == bindparam("person_id"), LearnerYear.year == bindparam("year")
)


def year_jp(person_id: int, employment: str) -> YearJp:
    """One statement."""
    year = clock.local_year(clock.now())
    jp = db.session.scalar(_YEAR_JP, {"person_id": person_id, "year": year})
    config = current_app.config
    return YearJp(year, jp or Decimal(0), target(employment, config["JP_TARGET_PNS"], config["JP_MAXIMUM_PPPK"]))


@dataclass(frozen=True, slots=True)
class Progressed:
    """A module someone is in, with the version they see and where they go on."""

    enrolment: Enrolment
    version: PublishedVersion
    next: Part | None
    """The first part that is not done."""

    @property
    def module(self) -> Module:
        return self.version.module

    @property
    def percent(self) -> Decimal:
        return Decimal(100 * self.enrolment.parts_done) / max(1, self.enrolment.parts_total)

    @property
    def minutes_left(self) -> int:
        done = set(self.enrolment.done_slugs)
        return sum(part.minutes for part in self.module.parts if part.slug not in done)

    @property
    def place(self) -> int:
        """Which part of the module comes next, from 1."""
        slugs = [part.slug for part in self.module.parts]
        return slugs.index(self.next.slug) + 1 if self.next else len(slugs)

    @property
    def failed_final(self) -> bool:
        """The final quiz was tried and not passed."""
        return self.enrolment.score is not None and not self.enrolment.completed_at and self.final_open

    @property
    def final_open(self) -> bool:
        final = final_quiz(self.module)
        return final is not None and final.slug not in self.enrolment.done_slugs

    @property
    def passing(self) -> Decimal:
        final = final_quiz(self.module)
        return final.passing if final else Decimal(0)


def progressed(enrolment: Enrolment) -> Progressed:
    version = store.version(enrolment.version_id)
    done = set(enrolment.done_slugs)
    return Progressed(enrolment, version, next((p for p in version.module.parts if p.slug not in done), None))


def enrolments_of(person_id: int) -> list[Progressed]:
    """Every module of a person, last active first. One statement."""
    rows = db.session.scalars(
        select(Enrolment).where(Enrolment.person_id == person_id).order_by(Enrolment.active_at.desc(), Enrolment.id)
    )
    return [progressed(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Duty:
    """A module that was given and is not done. `by` is who gave it; several assignments of one module are one duty."""

    module_id: int
    slug: str
    title: str
    jp: Decimal
    due_at: datetime | None
    by: str | None
    by_position: str | None
    note: str
    overdue: bool
    progress: Progressed | None


def duties_of(person_id: int, begun: list[Progressed]) -> list[Duty]:
    """What is due, the earliest first. One statement."""
    now = clock.now()
    rows = db.session.execute(
        select(
            Assignee.module_id,
            CatalogueModule.slug,
            ModuleVersion.title,
            ModuleVersion.jp,
            Assignee.due_at,
            Person.name,
            Person.position,
            Assignment.note,
        )
        .join(Assignment, Assignment.id == Assignee.assignment_id)
        .join(CatalogueModule, CatalogueModule.id == Assignee.module_id)
        .outerjoin(Enrolment, and_(Enrolment.module_id == Assignee.module_id, Enrolment.person_id == person_id))
        # A module that was taken down stays the duty of who began it, on their version, and of nobody else.
        .join(
            ModuleVersion, ModuleVersion.id == func.coalesce(CatalogueModule.current_version_id, Enrolment.version_id)
        )
        .outerjoin(Person, Person.id == Assignment.assigned_by_id)
        .where(
            Assignee.person_id == person_id,
            Assignee.done_at.is_(None),
            Assignee.excused_at.is_(None),
            Assignment.ended_at.is_(None),
        )
        .order_by(Assignee.due_at.asc().nulls_last(), Assignee.id)
    )
    by_module = {item.enrolment.module_id: item for item in begun}
    duties: dict[int, Duty] = {}
    for module_id, slug, title, jp, due_at, by, position, note in rows:
        overdue = due_at is not None and due_at < now
        duty = Duty(module_id, slug, title, jp, due_at, by, position, note, overdue, by_module.get(module_id))
        duties.setdefault(module_id, duty)
    return list(duties.values())


@dataclass(frozen=True, slots=True)
class Told:
    """A notice, and the percent in it, where there is one."""

    notice: Notice

    @property
    def percent(self) -> Decimal | None:
        percent = self.notice.data.get("percent")
        return None if percent is None else Decimal(percent)


@dataclass(frozen=True, slots=True)
class Home:
    year: YearJp
    duties: list[Duty]
    active: list[Progressed]
    retry: list[Progressed]
    """Not due, but their final quiz was tried and not passed."""
    completed: list[Progressed]
    open_attempt: Attempt | None
    open_quiz: Quiz | None
    open_module: Module | None
    suggested: list[Listed]
    notices: list[Told]

    @property
    def next(self) -> Progressed | None:
        """The module to go on with: the last one active that has something to do."""
        return next((item for item in self.active if item.next), None)


def home(person_id: int, employment: str) -> Home:
    """What to do next, what is due, how the year stands. Six statements."""
    begun = enrolments_of(person_id)
    duties = duties_of(person_id, begun)
    running = next(iter(open_attempts_of(person_id)), None)
    module = store.version(running.version_id).module if running else None
    quiz = module.part(running.quiz_slug) if module and running else None
    known = {item.enrolment.module_id for item in begun}
    due = {duty.module_id for duty in duties}
    listed = published_modules()
    active = [item for item in begun if not item.enrolment.completed_at]
    return Home(
        year=year_jp(person_id, employment),
        duties=duties,
        active=active,
        retry=[item for item in active if item.failed_final and item.enrolment.module_id not in due],
        completed=[item for item in begun if item.enrolment.completed_at],
        open_attempt=running,
        open_quiz=quiz if isinstance(quiz, Quiz) else None,
        open_module=module,
        suggested=[item for item in listed if item.id not in known and item.id not in due][:4],
        notices=[Told(notice) for notice in notices.unseen(person_id)],
    )


@dataclass(frozen=True, slots=True)
class QuizScores:
    """A quiz of a module in 'Nilai saya': its attempts, newest first, the best and the last."""

    title: str
    graded: bool
    passing: Decimal
    attempts: list[Attempt]
    best: Decimal | None = None
    last: Decimal | None = None
    survey: bool = False


@dataclass(frozen=True, slots=True)
class ModuleScores:
    slug: str
    title: str
    quizzes: list[QuizScores]


@dataclass(frozen=True, slots=True)
class Scores:
    modules: list[ModuleScores]
    credits: list[Any]
    years: list[tuple[int, Decimal]]
    year: YearJp
    outcomes: Outcomes


def scores(person_id: int, employment: str) -> Scores:
    """Every attempt, JP earned, and how they stand by outcome. Five statements."""
    attempts = db.session.scalars(
        select(Attempt).where(Attempt.person_id == person_id).order_by(Attempt.started_at.desc(), Attempt.id.desc())
    ).all()
    by_module: dict[int, list[Attempt]] = {}
    for attempt in attempts:
        by_module.setdefault(attempt.module_id, []).append(attempt)
    earned = db.session.execute(
        select(
            Credit.material,
            Credit.kind,
            Credit.provider,
            Credit.started_at,
            Credit.earned_at,
            Credit.jp,
            Credit.percent,
            Credit.proof,
            Credit.year,
            Credit.revoked_at,
            Credit.revoked_reason,
        )
        .where(Credit.person_id == person_id)
        .order_by(Credit.earned_at.desc())
    ).all()
    years = db.session.execute(
        select(LearnerYear.year, LearnerYear.jp)
        .where(LearnerYear.person_id == person_id)
        .order_by(LearnerYear.year.desc())
    ).all()
    return Scores(
        modules=[_module_scores(rows) for rows in by_module.values()],
        credits=list(earned),
        years=[(year, jp) for year, jp in years],
        year=year_jp(person_id, employment),
        outcomes=of_attempts(attempts),
    )


def _module_scores(attempts: list[Attempt]) -> ModuleScores:
    """`attempts` of one module, newest first."""
    module = store.version(attempts[0].version_id).module
    quizzes: dict[str, QuizScores] = {}
    for attempt in attempts:
        quiz = store.version(attempt.version_id).module.part(attempt.quiz_slug)
        assert isinstance(quiz, Quiz), "an attempt is of a quiz of its version"
        here = next((q for q in module.parts if isinstance(q, Quiz) and attempt.quiz_slug in q.names), quiz)
        line = quizzes.setdefault(here.slug, QuizScores(here.title, here.graded, here.passing, [], survey=here.survey))
        line.attempts.append(attempt)
    done = []
    for line in quizzes.values():
        percents = [a.percent for a in line.attempts if a.percent is not None]
        best, last = max(percents, default=None), percents[0] if percents else None
        done.append(replace(line, best=best, last=last))
    return ModuleScores(module.slug, module.title, done)
