"""A person in a module: which version they see, what is done of it, and what follows when all is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from elearn import clock
from elearn.catalogue import store
from elearn.catalogue.models import CatalogueModule
from elearn.catalogue.store import PublishedVersion
from elearn.core.credit import Progress, completion, part_done
from elearn.core.model import Module, Quiz
from elearn.core.quiz.scoring import combine, passes
from elearn.database import db, insert_new, locked, transaction
from elearn.people import audit
from elearn.quizzes.models import Attempt
from elearn.study import credit, first_results, summary
from elearn.study.first_results import Shown
from elearn.study.models import Enrolment, LessonProgress


class NoSuchModule(LookupError):
    """There is no such module, or it is taken down and this person never began it."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What counts of an attempt."""

    quiz: str
    state: str
    percent: Decimal | None
    passed: bool | None
    unit_id: int = 0
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What an enrolment should say, from the rows beneath it and its version."""

    done_slugs: list[str]
    parts_done: int
    parts_total: int
    complete: bool
    score: Decimal | None
    first_passed: bool | None
    pretest: Decimal | None
    posttest: Decimal | None
    failed: int


def enrol(person_id: int, slug: str) -> Enrolment:
    """Begin a module on its current version, or give the enrolment there is. Raises NoSuchModule."""
    with transaction() as session:
        existing = _by_slug(session, person_id, slug)
        if existing is not None:
            return existing
        row = store.module_row(slug)
        if row is None or row.current_version_id is None:
            raise NoSuchModule(slug)
        return begin(session, person_id, store.version(row.current_version_id))


def begin(session: Session, person_id: int, version: PublishedVersion) -> Enrolment:
    """Begin a module on a version; who has begun it already stays on theirs. Two first clicks at once begin it once."""
    now = clock.now()
    values: dict[str, Any] = {
        "person_id": person_id,
        "module_id": version.module_id,
        "version_id": version.id,
        "started_at": now,
        "active_at": now,
        "parts_total": len(version.module.parts),
        "parts_done": 0,
        "done_slugs": [],
        "last_slug": "",
    }
    made = insert_new(session, Enrolment, [values], ["person_id", "module_id"])
    enrolment = _of(session, person_id, version.module_id)
    assert enrolment is not None
    if made:
        slug = version.module.slug
        audit.record("enrolment.started", person_id=person_id, subject=slug, after={"version": version.number})
        summary.hold(session, person_id)
        summary.rebuild(session, person_id)
    return enrolment


def _by_slug(session: Session, person_id: int, slug: str) -> Enrolment | None:
    return session.scalars(
        select(Enrolment)
        .join(CatalogueModule, CatalogueModule.id == Enrolment.module_id)
        .where(CatalogueModule.slug == slug, Enrolment.person_id == person_id)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _of(session: Session, person_id: int, module_id: int) -> Enrolment | None:
    return session.scalars(
        select(Enrolment)
        .where(Enrolment.person_id == person_id, Enrolment.module_id == module_id)
        .execution_options(populate_existing=True)
    ).one_or_none()


def standing(module: Module, lessons_done: frozenset[str], attempts: Sequence[Tried]) -> Standing:
    """The counters of an enrolment. Attempts are oldest first."""
    progress = Progress(
        lessons_done=lessons_done,
        quizzes_submitted=frozenset(a.quiz for a in attempts if a.state != "open"),
        quizzes_passed=frozenset(quiz.slug for quiz in quizzes(module) if passes(quiz, _tried(quiz, attempts))),
    )
    done = completion(module, progress)
    final = final_quiz(module)
    finals = _percents(final, attempts)
    first = _first(final, attempts)
    pretest = next((q for q in quizzes(module) if q.slug == module.pretest), None)
    posttest = next((q for q in quizzes(module) if q.slug == module.posttest), None)
    to_pass = {name for quiz in quizzes(module) if quiz.graded for name in quiz.names}
    result = combine(final.grading, [Fraction(p) for p in finals]) if final else None
    return Standing(
        done_slugs=[part.slug for part in module.parts if part_done(part, progress)],
        parts_done=done.done,
        parts_total=done.total,
        complete=done.complete,
        score=None if result is None else rounded(result),
        first_passed=first.passed if first else None,
        pretest=next(iter(_percents(pretest, attempts)), None),
        posttest=next(iter(_percents(posttest, attempts)), None),
        failed=sum(a.state == "graded" and a.passed is False and a.quiz in to_pass for a in attempts),
    )


def first_shown(module: Module, attempts: Sequence[Tried]) -> Shown | None:
    """What the first attempts say; None before there is one. Attempts are oldest first."""
    final = final_quiz(module)
    named = {quiz.slug: quiz for quiz in quizzes(module)}
    first = _first(final, attempts)
    before, after = (_first(named.get(slug or ""), attempts) for slug in (module.pretest, module.posttest))
    gain = (
        after.percent - before.percent
        if before and after and before.percent is not None and after.percent is not None
        else None
    )
    told_by = first or (after if gain is not None else None)
    if told_by is None or told_by.ended_at is None:
        return None
    return Shown(
        told_by.unit_id, told_by.ended_at, first.percent if first else None, first.passed if first else None, gain
    )


def _first(quiz: Quiz | None, attempts: Sequence[Tried]) -> Tried | None:
    """The first graded attempt of a quiz."""
    return next((a for a in attempts if quiz and a.quiz in quiz.names and a.state == "graded"), None)


def rounded(value: Fraction) -> Decimal:
    """To six places, as it is stored."""
    return Decimal(round(value * 1_000_000)) / 1_000_000


def quizzes(module: Module) -> list[Quiz]:
    return [part for part in module.parts if isinstance(part, Quiz)]


def final_quiz(module: Module) -> Quiz | None:
    """The quiz whose score is the module's: the posttest, else the last graded one."""
    graded = [quiz for quiz in quizzes(module) if quiz.graded]
    named = [quiz for quiz in graded if quiz.slug == module.posttest]
    return next(iter(named or graded[-1:]), None)


def _tried(quiz: Quiz, attempts: Sequence[Tried]) -> list[tuple[Fraction, bool]]:
    return [(Fraction(a.percent), bool(a.passed)) for a in attempts if a.quiz in quiz.names and a.percent is not None]


def _percents(quiz: Quiz | None, attempts: Sequence[Tried]) -> list[Decimal]:
    if quiz is None:
        return []
    return [a.percent for a in attempts if a.quiz in quiz.names and a.percent is not None]


def read_rows(session: Session, enrolment: Enrolment) -> tuple[frozenset[str], list[Tried]]:
    """(slugs of the lessons done, attempts oldest first). Two statements."""
    lessons = session.scalars(
        select(LessonProgress.slug).where(
            LessonProgress.enrolment_id == enrolment.id, LessonProgress.done_at.is_not(None)
        )
    ).all()
    attempts = session.execute(
        select(Attempt.quiz_slug, Attempt.state, Attempt.percent, Attempt.passed, Attempt.unit_id, Attempt.ended_at)
        .where(Attempt.person_id == enrolment.person_id, Attempt.module_id == enrolment.module_id)
        .order_by(Attempt.started_at, Attempt.id)
    ).all()
    return frozenset(lessons), [Tried(*row) for row in attempts]


def refresh(session: Session, enrolment_id: int, *, may_move: bool = False) -> Enrolment:
    """Bring an enrolment up to its rows; complete and credit it when all is done; then the person's summary.

    With `may_move` (an attempt just ended) a learner who is still in the middle goes on to the current version, with their
    progress, which is kept by slug.
    """
    enrolment = locked(session, Enrolment, enrolment_id)
    assert enrolment is not None
    summary.hold(session, enrolment.person_id)
    session.flush()
    lessons, attempts = read_rows(session, enrolment)
    _apply(enrolment, standing(store.version(enrolment.version_id).module, lessons, attempts))
    if _complete_now(enrolment, lessons, attempts):
        _complete(session, enrolment)
    elif may_move and enrolment.completed_at is None:
        _move(session, enrolment, lessons, attempts)
    first_results.keep(session, enrolment, first_shown(store.version(enrolment.version_id).module, attempts))
    summary.rebuild(session, enrolment.person_id)
    return enrolment


def _apply(enrolment: Enrolment, now: Standing) -> None:
    enrolment.done_slugs = now.done_slugs
    enrolment.parts_done, enrolment.parts_total = now.parts_done, now.parts_total
    enrolment.score, enrolment.first_passed = now.score, now.first_passed
    enrolment.pretest, enrolment.posttest = now.pretest, now.posttest
    enrolment.failed = now.failed


def _complete_now(enrolment: Enrolment, lessons: frozenset[str], attempts: Sequence[Tried]) -> bool:
    module = store.version(enrolment.version_id).module
    return enrolment.completed_at is None and standing(module, lessons, attempts).complete


def _complete(session: Session, enrolment: Enrolment) -> None:
    from elearn.study import assignments

    now = clock.now()
    enrolment.completed_at = now
    enrolment.active_at = now
    session.flush()
    credit.earn(session, enrolment)
    assignments.completed(session, enrolment.person_id, enrolment.module_id, now)


def _move(session: Session, enrolment: Enrolment, lessons: frozenset[str], attempts: Sequence[Tried]) -> bool:
    """Go on to the module's current version when there is a newer one and no attempt is open; whether it was done."""
    old = store.version(enrolment.version_id)
    row = store.module_row(old.module.slug)
    if row is None or row.current_version_id in (None, old.id) or any(a.state == "open" for a in attempts):
        return False
    assert row.current_version_id is not None
    new = store.version(row.current_version_id)
    enrolment.version_id = new.id
    _apply(enrolment, standing(new.module, lessons, attempts))
    audit.record(
        "enrolment.moved",
        person_id=enrolment.person_id,
        subject=new.module.slug,
        before={"version": old.number},
        after={"version": new.number},
    )
    if _complete_now(enrolment, lessons, attempts):
        _complete(session, enrolment)
    return True


def move_to_current(person_id: int, slug: str) -> bool:
    """Go on to the current version by one's own choice; False when there is none, or an attempt is open."""
    with transaction() as session:
        row = store.module_row(slug)
        enrolment = _of(session, person_id, row.id) if row else None
        if enrolment is None or enrolment.completed_at is not None:
            return False
        summary.hold(session, person_id)
        lessons, attempts = read_rows(session, enrolment)
        moved = _move(session, enrolment, lessons, attempts)
        first_results.keep(session, enrolment, first_shown(store.version(enrolment.version_id).module, attempts))
        summary.rebuild(session, person_id)
        return moved


def enrolled_version(person_id: int, slug: str) -> PublishedVersion:
    """The version this person sees: their own when enrolled, else the current one. Raises NoSuchModule."""
    row = db.session.execute(
        select(CatalogueModule.current_version_id, Enrolment.version_id)
        .outerjoin(Enrolment, and_(Enrolment.module_id == CatalogueModule.id, Enrolment.person_id == person_id))
        .where(CatalogueModule.slug == slug)
    ).one_or_none()
    version_id = row and (row.version_id or row.current_version_id)
    if not version_id:
        raise NoSuchModule(slug)
    return store.version(version_id)


def touched(enrolment: Enrolment, slug: str, now: datetime) -> bool:
    """Whether opening a part should be noted on the enrolment: another part, or some minutes later."""
    return enrolment.last_slug != slug or (now - enrolment.active_at).total_seconds() > 600
