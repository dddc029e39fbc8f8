"""What a learner sees of one module: its page, a lesson, a quiz before it begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, bindparam, func, select

from elearn.catalogue import store
from elearn.catalogue.models import CatalogueModule, ModuleVersion
from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Lesson, Module, Part, Quiz
from elearn.database import db
from elearn.quizzes.models import Attempt
from elearn.study import checks
from elearn.study.models import Credit, Enrolment, LessonProgress
from elearn.study.queries import Duty, Progressed, duties_of, progressed


@dataclass(frozen=True, slots=True)
class ModulePage:
    slug: str
    version: PublishedVersion
    progress: Progressed | None
    newer: bool
    """A newer version is published than the one this person sees, and they are still in the middle."""
    attempt_open: bool
    done: frozenset[str]
    prerequisites: list[tuple[str, str, bool]]
    """(slug, title, done)"""
    credit: Credit | None
    duty: Duty | None

    @property
    def module(self) -> Module:
        return self.version.module


@dataclass(frozen=True, slots=True)
class _Seen:
    module_id: int
    current_version_id: int | None
    enrolment: Enrolment | None


def _seen(person_id: int, slug: str) -> _Seen | None:
    """A module with this person's enrolment. One statement."""
    row = db.session.execute(
        select(CatalogueModule.id, CatalogueModule.current_version_id, Enrolment)
        .outerjoin(Enrolment, and_(Enrolment.module_id == CatalogueModule.id, Enrolment.person_id == person_id))
        .where(CatalogueModule.slug == slug)
    ).one_or_none()
    return _Seen(*row) if row else None


def module_page(person_id: int, slug: str) -> ModulePage | None:
    """None when there is no such module, or it is taken down and not begun. At most six statements."""
    seen = _seen(person_id, slug)
    version_id = seen and (seen.enrolment.version_id if seen.enrolment else seen.current_version_id)
    if not seen or not version_id:
        return None
    version = store.version(version_id)
    progress = progressed(seen.enrolment) if seen.enrolment else None
    newer = bool(
        seen.enrolment
        and not seen.enrolment.completed_at
        and seen.current_version_id
        and seen.current_version_id != seen.enrolment.version_id
    )
    open_attempt = newer and db.session.scalar(
        select(func.count(Attempt.id)).where(
            Attempt.person_id == person_id, Attempt.module_id == seen.module_id, Attempt.state == "open"
        )
    )
    credit = None
    if seen.enrolment and seen.enrolment.completed_at:
        credit = db.session.scalars(
            select(Credit).where(Credit.person_id == person_id, Credit.module_id == seen.module_id)
        ).one_or_none()
    duties = duties_of(person_id, [progress] if progress else [])
    return ModulePage(
        slug=slug,
        version=version,
        progress=progress,
        newer=newer,
        attempt_open=bool(open_attempt),
        done=frozenset(seen.enrolment.done_slugs if seen.enrolment else ()),
        prerequisites=_prerequisites(person_id, version.module),
        credit=credit,
        duty=next((duty for duty in duties if duty.slug == slug), None),
    )


def _prerequisites(person_id: int, module: Module) -> list[tuple[str, str, bool]]:
    if not module.prerequisites:
        return []
    rows = db.session.execute(
        select(CatalogueModule.slug, ModuleVersion.title, Enrolment.completed_at)
        .join(ModuleVersion, ModuleVersion.id == CatalogueModule.current_version_id)
        .outerjoin(Enrolment, and_(Enrolment.module_id == CatalogueModule.id, Enrolment.person_id == person_id))
        .where(CatalogueModule.slug.in_(module.prerequisites))
    )
    return [(slug, title, completed is not None) for slug, title, completed in rows]


@dataclass(frozen=True, slots=True)
class LessonPage:
    """A lesson as this person sees it. `enrolment` is None before the first part is opened."""

    version: PublishedVersion
    lesson: Lesson
    enrolment: Enrolment | None
    position: str
    done: bool
    answers: dict[str, checks.CheckResult] = field(default_factory=dict)

    @property
    def module(self) -> Module:
        return self.version.module

    @property
    def place(self) -> int:
        """Which of the module's parts this is, from 1."""
        return self.module.parts.index(self.lesson) + 1

    @property
    def before(self) -> Part | None:
        place = self.place
        return self.module.parts[place - 2] if place > 1 else None

    @property
    def after(self) -> Part | None:
        place = self.place
        return self.module.parts[place] if place < len(self.module.parts) else None


@dataclass(frozen=True, slots=True)
class QuizPlace:
    """A quiz of the version this person sees."""

    version: PublishedVersion
    quiz: Quiz
    enrolment: Enrolment | None


_PART = (
    select(CatalogueModule.current_version_id, Enrolment, LessonProgress.position)
    .outerjoin(
        Enrolment,
        and_(Enrolment.module_id == CatalogueModule.id, Enrolment.person_id == bindparam("person_id")),
    )
    .outerjoin(
        LessonProgress,
        and_(LessonProgress.enrolment_id == Enrolment.id, LessonProgress.slug == bindparam("part")),
    )
    .where(CatalogueModule.slug == bindparam("module"))
)


def part_page(person_id: int, slug: str, part: str) -> LessonPage | QuizPlace | None:
    """A lesson or a quiz by its address (or by an earlier name of it). Two statements for a lesson, one for a quiz."""
    row = db.session.execute(_PART, {"person_id": person_id, "module": slug, "part": part}).one_or_none()
    if row is None:
        return None
    current, enrolment, position = row
    version_id = enrolment.version_id if enrolment else current
    if version_id is None:
        return None
    version = store.version(version_id)
    found = version.module.part(part)
    if isinstance(found, Quiz):
        return QuizPlace(version, found, enrolment)
    if found is None:
        return None
    answers: dict[str, Any] = {}
    if enrolment and found.checks:
        answers = checks.last_answers(enrolment.id, found)
    return LessonPage(
        version=version,
        lesson=found,
        enrolment=enrolment,
        position=position or "",
        done=bool(enrolment and part in enrolment.done_slugs),
        answers={q: checks.result(found.checks[q], r) for q, r in answers.items() if q in found.checks},
    )


def renamed_part(person_id: int, slug: str, part: str) -> str | None:
    """The present slug of a part that was renamed, for an old address."""
    seen = _seen(person_id, slug)
    version_id = seen and (seen.enrolment.version_id if seen.enrolment else seen.current_version_id)
    if not version_id:
        return None
    found = store.version(version_id).module.part_named(part)
    return found.slug if found else None
