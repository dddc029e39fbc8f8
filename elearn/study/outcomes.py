"""What a person can and cannot do yet, by the outcomes that the questions they answered test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from elearn.catalogue import store
from elearn.core.model import Module, Quiz
from elearn.database import chunks, db
from elearn.quizzes.models import Attempt, ItemGrade


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """An outcome of a module over the newest graded attempt of each of its quizzes that count. `percent`: the mean over its
    items, each as heavy as any other; `missed`: those without full points."""

    module: str
    outcome: str
    words: str
    items: int
    missed: int
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Missed:
    """Items of one attempt that did not get full points, of an outcome."""

    outcome: str
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class Outcomes:
    """`lines`: the weakest first; `missed`: by the id of each graded attempt that is no survey."""

    lines: list[OutcomeLine]
    missed: dict[int, list[Missed]]


def of_attempts(attempts: Sequence[Attempt]) -> Outcomes:
    """What these attempts of one person show. A statement for every few thousand of them."""
    quizzes = {attempt.id: found for attempt in attempts if (found := _quiz_of(attempt)) is not None}
    fractions = _fractions(quizzes)
    missed: dict[int, list[Missed]] = {}
    for attempt_id, (module, quiz) in quizzes.items():
        counts: dict[str, int] = {}
        for question, fraction in fractions.get(attempt_id, []):
            outcome = _outcome(quiz, question)
            if outcome is not None and fraction < 1:
                counts[outcome] = counts.get(outcome, 0) + 1
        missed[attempt_id] = [Missed(one, module.outcomes.get(one, one), counts[one]) for one in sorted(counts)]
    return Outcomes(sorted(_lines(_newest(attempts, quizzes), fractions), key=lambda line: line.percent), missed)


def _quiz_of(attempt: Attempt) -> tuple[Module, Quiz] | None:
    """The quiz of a graded attempt, as its version has it; None for a survey."""
    if attempt.state != "graded":
        return None
    module = store.version(attempt.version_id).module
    part = module.part(attempt.quiz_slug)
    return (module, part) if isinstance(part, Quiz) and not part.survey else None


def _fractions(attempt_ids: Iterable[int]) -> dict[int, list[tuple[str, Decimal]]]:
    found: dict[int, list[tuple[str, Decimal]]] = {}
    for some in chunks(sorted(attempt_ids)):
        rows = db.session.execute(
            select(ItemGrade.attempt_id, ItemGrade.question, ItemGrade.fraction)
            .where(ItemGrade.attempt_id.in_(some), ItemGrade.fraction.is_not(None))
            .order_by(ItemGrade.id)
        )
        for attempt_id, question, fraction in rows:
            found.setdefault(attempt_id, []).append((question, fraction or Decimal(0)))
    return found


def _outcome(quiz: Quiz, question: str) -> str | None:
    asked = quiz.questions.get(question)
    return asked.outcome if asked else None


def _newest(
    attempts: Iterable[Attempt], quizzes: dict[int, tuple[Module, Quiz]]
) -> dict[tuple[int, str], tuple[int, Module, Quiz]]:
    """Of each quiz that counts, the attempt that tells where the person stands now."""
    newest: dict[tuple[int, str], tuple[int, Module, Quiz]] = {}
    for attempt in sorted(attempts, key=lambda one: (one.started_at, one.id)):
        if attempt.id in quizzes and quizzes[attempt.id][1].graded:
            newest[attempt.module_id, attempt.quiz_slug] = (attempt.id, *quizzes[attempt.id])
    return newest


def _lines(
    newest: dict[tuple[int, str], tuple[int, Module, Quiz]], fractions: dict[int, list[tuple[str, Decimal]]]
) -> list[OutcomeLine]:
    found: dict[tuple[int, str], list[Decimal]] = {}
    modules: dict[int, Module] = {}
    for (module_id, _slug), (attempt_id, module, quiz) in newest.items():
        modules[module_id] = module
        for question, fraction in fractions.get(attempt_id, []):
            outcome = _outcome(quiz, question)
            if outcome is not None:
                found.setdefault((module_id, outcome), []).append(fraction)
    return [
        OutcomeLine(
            module=modules[module_id].title,
            outcome=outcome,
            words=modules[module_id].outcomes.get(outcome, outcome),
            items=len(marks),
            missed=sum(mark < 1 for mark in marks),
            percent=100 * sum(marks, Decimal(0)) / len(marks),
        )
        for (module_id, outcome), marks in found.items()
    ]
