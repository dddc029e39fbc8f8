"""Keeping the figures of all questions, for the question bank: computed anew where enough has changed.

To compute them takes seconds for a quiz of a million responses, so no page does: the sweep does, for a part whose answers grew by
a tenth, or changed since yesterday. They can be thrown away at any time; `rebuild` makes the same again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import BigInteger, Subquery, delete, func, select, type_coerce
from sqlalchemy.orm import Session

from elearn import clock, routines
from elearn.authoring.figure_models import ItemFigures, PartFigures
from elearn.catalogue import store
from elearn.catalogue.current import shown_version
from elearn.catalogue.models import CatalogueModule
from elearn.core.model import Lesson, Module, Quiz
from elearn.database import Exact, db, transaction
from elearn.quizzes import statistics
from elearn.quizzes.models import Attempt
from elearn.study.models import CheckAnswer, Enrolment

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=10)
"""How often somebody looks whether figures are to be computed anew."""
FRESH = timedelta(days=1)
GROWTH = 0.1
"""Of answers, after which figures are not left alone for a day."""
SECONDS = 10.0
"""After which a round leaves the rest to the next one: other work of the sweep waits meanwhile."""


@dataclass(frozen=True, slots=True)
class _Answers:
    """What there is to compute figures from."""

    count: int
    state: str


def on_swept() -> None:
    """One round, when it is due and this process comes first."""
    if routines.begin("figures", EVERY):
        refresh()


def refresh(*, seconds: float = SECONDS) -> int:
    """Compute what is due, for about so many seconds; how many parts that were. Two statements where nothing is."""
    until, done = time.monotonic() + seconds, 0
    known = {(row.module_id, row.part_slug): row for row in db.session.scalars(select(PartFigures))}
    for key, answers in sorted(_answers().items()):
        if _due(known.get(key), answers):
            if time.monotonic() >= until:
                break
            _compute(*key, answers)
            done += 1
    return done


def rebuild() -> int:
    """Compute all figures from nothing; of how many parts."""
    with transaction() as session:
        session.execute(delete(ItemFigures))
        session.execute(delete(PartFigures))
    return refresh(seconds=float("inf"))


def _due(known: PartFigures | None, answers: _Answers) -> bool:
    if known is None:
        return True
    if known.state == answers.state:
        return False
    if answers.count == known.answers:
        return True  # the same answers earn other points: a correction
    return answers.count >= known.answers * (1 + GROWTH) or known.computed_at <= clock.now() - FRESH


def _answers() -> dict[tuple[int, str], _Answers]:
    """Of each part of the modules as they are now: how many answers there are, and what tells them from others."""
    points = func.coalesce(func.sum(type_coerce(Attempt.points, BigInteger)), 0)
    attempts = db.session.execute(
        select(Attempt.module_id, Attempt.quiz_slug, func.count(), func.max(Attempt.id), points)
        .where(Attempt.state == "graded")
        .group_by(Attempt.module_id, Attempt.quiz_slug)
    )
    counted = [(module_id, slug, count, f"{count}/{last}/{sum_}") for module_id, slug, count, last, sum_ in attempts]
    checks = db.session.execute(
        select(Enrolment.module_id, CheckAnswer.lesson_slug, func.count(), func.max(CheckAnswer.id))
        .join(Enrolment, Enrolment.id == CheckAnswer.enrolment_id)
        .group_by(Enrolment.module_id, CheckAnswer.lesson_slug)
    )
    counted += [(module_id, slug, count, f"{count}/{last}") for module_id, slug, count, last in checks]
    return _by_present_name(counted)


def _by_present_name(counted: Sequence[tuple[int, str, int, str]]) -> dict[tuple[int, str], _Answers]:
    """What was answered under a former name belongs to the part as it is called now; what is gone is left out."""
    modules = shown_modules({module_id for module_id, *_ in counted})
    found: dict[tuple[int, str], _Answers] = {}
    for module_id, slug, count, state in sorted(counted):
        part = modules[module_id].part_named(slug) if module_id in modules else None
        if part is None:
            continue
        before = found.get((module_id, part.slug), _Answers(0, ""))
        found[module_id, part.slug] = _Answers(before.count + count, f"{before.state} {state}".strip()[:80])
    return found


def shown_modules(ids: Iterable[int] | None = None) -> dict[int, Module]:
    """Modules by id as their pengajar look at them: these, or all. One statement, two more for each version not loaded yet."""
    rows = select(CatalogueModule.id, shown_version()).where(shown_version().is_not(None))
    if ids is not None:
        rows = rows.where(CatalogueModule.id.in_(set(ids)))
    found = db.session.execute(rows).all()
    return {module_id: store.version(version_id).module for module_id, version_id in found if version_id is not None}


def _compute(module_id: int, slug: str, answers: _Answers) -> None:
    module = shown_modules([module_id])[module_id]
    part = module.part(slug)
    items = _of_quiz(module_id, part) if isinstance(part, Quiz) else _of_lesson(module_id, part)
    with transaction() as session:
        _store(session, module_id, slug, answers, items)


def _store(session: Session, module_id: int, slug: str, answers: _Answers, items: list[ItemFigures]) -> None:
    for model in (ItemFigures, PartFigures):
        session.execute(delete(model).where(model.module_id == module_id, model.part_slug == slug))
    session.add_all(items)
    session.add(
        PartFigures(
            module_id=module_id, part_slug=slug, answers=answers.count, state=answers.state, computed_at=clock.now()
        )
    )


def _of_quiz(module_id: int, quiz: Quiz) -> list[ItemFigures]:
    found = statistics.of_quiz(module_id, quiz.names)
    return [
        ItemFigures(
            module_id=module_id,
            part_slug=quiz.slug,
            question=item.question.id,
            attempts=one.attempts,
            facility=one.facility,
            discrimination=one.discrimination_index,
        )
        for item, one in (zip(found.items, found.figures.items, strict=True) if found else ())
    ]


def check_turns(module_id: int) -> Subquery:
    """The answers to the checks of a module: question, lesson_slug, fraction, and `turn`, 1 for a person's first one."""
    turn = func.row_number().over(
        partition_by=(CheckAnswer.enrolment_id, CheckAnswer.question), order_by=CheckAnswer.id
    )
    return (
        select(CheckAnswer.question, CheckAnswer.lesson_slug, CheckAnswer.fraction, turn.label("turn"))
        .join(Enrolment, Enrolment.id == CheckAnswer.enrolment_id)
        .where(Enrolment.module_id == module_id)
        .subquery()
    )


def _of_lesson(module_id: int, lesson: Lesson | None) -> list[ItemFigures]:
    """Of each check, how well people answered it first."""
    if lesson is None:
        return []
    first = check_turns(module_id)
    rows = db.session.execute(
        select(first.c.question, func.count(), func.sum(type_coerce(first.c.fraction, BigInteger)))
        .where(first.c.turn == 1, first.c.lesson_slug.in_(lesson.names))
        .group_by(first.c.question)
    )
    return [
        ItemFigures(
            module_id=module_id,
            part_slug=lesson.slug,
            question=question,
            attempts=count,
            facility=100 * total / Exact.SCALE / count,
        )
        for question, count, total in rows
    ]
