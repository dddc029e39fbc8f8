"""What a pengajar sees of their modules: versions, attempts and averages. A constant number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select

from elearn.catalogue import store
from elearn.catalogue.current import shown_version
from elearn.catalogue.models import CatalogueModule, ModuleTrainer, ModuleVersion, Part
from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Module, Quiz
from elearn.database import db
from elearn.people.models import Person
from elearn.quizzes.models import Attempt, ItemGrade
from elearn.study.models import Enrolment


@dataclass(frozen=True, slots=True)
class MyModule:
    """A line of the list: people who began and completed, on any version."""

    slug: str
    title: str
    topic: str
    number: int
    published_at: datetime
    started: int
    completed: int
    down: bool
    """Taken down: nobody can begin it."""


@dataclass(frozen=True, slots=True)
class QuizFigures:
    """A quiz over all versions. `average` is the mean percent of wholly graded attempts; None without one."""

    slug: str
    title: str
    graded: bool
    attempts: int
    people: int
    open: int
    waiting: int
    """Ended but not wholly graded."""
    average: Decimal | None
    passed: int
    passing: Decimal


@dataclass(frozen=True, slots=True)
class VersionLine:
    number: int
    published_at: datetime
    published_by: str | None
    content_hash: str
    learners: int
    current: bool


@dataclass(frozen=True, slots=True)
class ModulePage:
    slug: str
    module: Module
    version_number: int
    started: int
    completed: int
    quizzes: list[QuizFigures]
    versions: list[VersionLine]
    grading_errors: int
    """Answers that could not be graded: the pengajar should look at the question, the sweep tries again."""
    down: bool
    """Taken down: nobody can begin it."""


def my_modules(person_id: int) -> list[MyModule]:
    """The modules of a pengajar, by title. One statement."""
    started = func.count(Enrolment.id)
    completed = func.count(Enrolment.completed_at)
    rows = db.session.execute(
        select(
            CatalogueModule.slug,
            ModuleVersion.title,
            ModuleVersion.topic,
            ModuleVersion.number,
            ModuleVersion.published_at,
            started,
            completed,
            CatalogueModule.current_version_id.is_(None),
        )
        .join(ModuleTrainer, ModuleTrainer.module_id == CatalogueModule.id)
        .join(ModuleVersion, ModuleVersion.id == shown_version())
        .outerjoin(Enrolment, Enrolment.module_id == CatalogueModule.id)
        .where(ModuleTrainer.person_id == person_id)
        .group_by(CatalogueModule.id, ModuleVersion.id)
        .order_by(ModuleVersion.title)
    )
    return [MyModule(*row) for row in rows]


def module_page(person_id: int, slug: str) -> ModulePage | None:
    """One module of theirs; None when it is not theirs or not there. Five statements."""
    version = trained_version(person_id, slug)
    if version is None:
        return None
    versions = _versions(version.module_id)
    errors = db.session.scalar(
        select(func.count(ItemGrade.id))
        .join(Attempt, Attempt.id == ItemGrade.attempt_id)
        .where(Attempt.module_id == version.module_id, ItemGrade.error != "")
    )
    started, completed = db.session.execute(
        select(func.count(Enrolment.id), func.count(Enrolment.completed_at)).where(
            Enrolment.module_id == version.module_id
        )
    ).one()
    return ModulePage(
        slug=slug,
        module=version.module,
        version_number=version.number,
        started=started,
        completed=completed,
        quizzes=_quizzes(version.module_id, version.module),
        versions=versions,
        grading_errors=errors or 0,
        down=not any(line.current for line in versions),
    )


def trained_version(person_id: int, slug: str) -> PublishedVersion | None:
    """The version of a module of theirs that they look at; None when it is not theirs or nothing of it is published yet.
    One statement."""
    version_id = db.session.scalar(
        select(shown_version())
        .select_from(CatalogueModule)
        .join(ModuleTrainer, ModuleTrainer.module_id == CatalogueModule.id)
        .where(CatalogueModule.slug == slug, ModuleTrainer.person_id == person_id)
    )
    return store.version(version_id) if version_id else None


def person_by_number(text: str | None) -> Person | None:
    """Who has this NIP or NI PPPK, typed with or without blanks."""
    number = "".join((text or "").split())
    return db.session.scalars(select(Person).where(Person.number == number)).one_or_none() if number else None


def present_name(module: Module, column: Any) -> ColumnElement[str]:
    """A part by the name that it has now, whatever it was called when somebody was there: it is one under all its names."""
    former = {old: part.slug for part in module.parts for old in part.aliases}
    name: ColumnElement[str] = case(former, value=column, else_=column) if former else column
    return name


def _quizzes(module_id: int, module: Module) -> list[QuizFigures]:
    """Figures of each quiz: of the current version in its order, then those that only older versions had."""
    graded = and_(Attempt.state == "graded", Attempt.percent.is_not(None))
    slug = present_name(module, Attempt.quiz_slug)
    rows = db.session.execute(
        select(
            slug.label("quiz_slug"),
            func.count(Attempt.id).label("attempts"),
            func.count(func.distinct(Attempt.person_id)).label("people"),
            func.sum(case((Attempt.state == "open", 1), else_=0)).label("open"),
            func.sum(case((Attempt.state == "ended", 1), else_=0)).label("waiting"),
            func.sum(case((graded, 1), else_=0)).label("graded"),
            func.sum(Attempt.percent).label("percents"),
            func.sum(case((Attempt.passed.is_(True), 1), else_=0)).label("passed"),
            func.max(Part.title).label("title"),
        )
        .outerjoin(Part, and_(Part.version_id == Attempt.version_id, Part.slug == Attempt.quiz_slug))
        .where(Attempt.module_id == module_id)
        .group_by(slug)
    ).all()
    by_slug = {row.quiz_slug: row for row in rows}
    quizzes = [part for part in module.parts if isinstance(part, Quiz)]
    figures = []
    for quiz in quizzes:
        row = by_slug.pop(quiz.slug, None)
        figures.append(
            QuizFigures(
                slug=quiz.slug,
                title=quiz.title,
                graded=quiz.graded,
                attempts=row.attempts if row else 0,
                people=row.people if row else 0,
                open=row.open if row else 0,
                waiting=row.waiting if row else 0,
                average=row.percents / row.graded if row and row.graded and not quiz.survey else None,
                passed=row.passed if row else 0,
                passing=quiz.passing,
            )
        )
    for slug, row in by_slug.items():
        average = row.percents / row.graded if row.graded else None
        figures.append(
            QuizFigures(
                slug,
                row.title or slug,
                False,
                row.attempts,
                row.people,
                row.open,
                row.waiting,
                average,
                row.passed,
                Decimal(0),
            )
        )
    return figures


def _versions(module_id: int) -> list[VersionLine]:
    learners = func.count(Enrolment.id)
    rows = db.session.execute(
        select(
            ModuleVersion.number,
            ModuleVersion.published_at,
            Person.name,
            ModuleVersion.content_hash,
            learners,
            ModuleVersion.id == func.coalesce(CatalogueModule.current_version_id, 0),
        )
        .join(CatalogueModule, CatalogueModule.id == ModuleVersion.module_id)
        .outerjoin(Person, Person.id == ModuleVersion.published_by_id)
        .outerjoin(Enrolment, Enrolment.version_id == ModuleVersion.id)
        .where(ModuleVersion.module_id == module_id)
        .group_by(ModuleVersion.id, Person.name, CatalogueModule.current_version_id)
        .order_by(ModuleVersion.number.desc())
    )
    return [VersionLine(*row) for row in rows]
