"""Which outcomes people master at first, best and least: from the first attempts of quizzes that count, by the marks of today."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from elearn.catalogue import store
from elearn.core.model import Quiz
from elearn.database import db
from elearn.quizzes.models import Attempt, ItemGrade
from elearn.supervision.report import Span

ENOUGH = 10
"""Answers below which a percent says nothing."""


@dataclass(frozen=True, slots=True)
class MasteryLine:
    """`percent`: the mean share of points over all answers to questions of that outcome."""

    module: str
    slug: str
    outcome: str
    words: str
    answers: int
    percent: Decimal


def of_units(inside: list[int], span: Span) -> list[MasteryLine]:
    """The weakest first; outcomes with hardly any answers are left out. One statement."""
    rows = db.session.execute(
        select(
            Attempt.version_id,
            Attempt.quiz_slug,
            ItemGrade.question,
            func.count(ItemGrade.fraction),
            func.sum(ItemGrade.fraction),
        )
        .join(ItemGrade, ItemGrade.attempt_id == Attempt.id)
        .where(
            Attempt.number == 1,
            Attempt.state == "graded",
            Attempt.unit_id.in_(inside),
            span.within(Attempt.ended_at),
        )
        .group_by(Attempt.version_id, Attempt.quiz_slug, ItemGrade.question)
    )
    counts: dict[tuple[str, str], tuple[int, Decimal]] = {}
    said: dict[tuple[str, str], tuple[int, str, str]] = {}
    for version_id, quiz_slug, question, answers, points in rows:
        module = store.version(version_id).module
        quiz = module.part(quiz_slug)
        asked = quiz.questions.get(question) if isinstance(quiz, Quiz) and quiz.graded else None
        if asked is None or not asked.outcome:
            continue
        key = (module.slug, asked.outcome)
        have = counts.get(key, (0, Decimal(0)))
        counts[key] = (have[0] + answers, have[1] + (points or Decimal(0)))
        newest = (version_id, module.title, module.outcomes.get(asked.outcome, asked.outcome))
        said[key] = max(said.get(key, newest), newest)
    lines = [
        MasteryLine(said[slug, outcome][1], slug, outcome, said[slug, outcome][2], answers, 100 * points / answers)
        for (slug, outcome), (answers, points) in counts.items()
        if answers >= ENOUGH
    ]
    return sorted(lines, key=lambda line: (line.percent, line.module, line.outcome))
