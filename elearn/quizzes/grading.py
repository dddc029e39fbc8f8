"""From the events of an attempt to its grades and its score. Always from all events, so it may be done again at any
time."""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from elearn import clock
from elearn.catalogue import store
from elearn.core.model import Question, Quiz
from elearn.core.questions.base import Grade
from elearn.core.quiz.attempt import State
from elearn.core.quiz.draw import LayoutItem, load_layout, question_of
from elearn.core.quiz.modes import earned, tries
from elearn.core.quiz.scoring import Score, score
from elearn.core.quiz.verdicts import NONE, Verdicts
from elearn.database import Exact
from elearn.people import audit
from elearn.quizzes.events import state_of
from elearn.quizzes.models import Attempt, AttemptEvent, ItemGrade
from elearn.quizzes.signals import attempt_ended, attempt_regraded, pass_lost
from elearn.quizzes.verdicts import verdicts_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Graded:
    """One item. `fraction` is None while the item waits: to be marked by hand, or because grading raised, and then
    `trouble` is what."""

    item: LayoutItem
    response: Any
    fraction: Fraction | None
    trouble: Exception | None = None

    @property
    def error(self) -> str:
        return f"{type(self.trouble).__name__}: {self.trouble}"[:500] if self.trouble else ""


@dataclass(frozen=True, slots=True)
class Why:
    """What a grading came from, for the history of the score. Empty: the answers themselves."""

    cause: Literal["", "mark", "correction"] = ""
    reason: str = ""
    ref: int | None = None
    """The id of the correction."""


def quiz_of(attempt: Attempt | Row[Any]) -> Quiz:
    """The quiz as the attempt saw it."""
    quiz = store.version(attempt.version_id).module.part(attempt.quiz_slug)
    if not isinstance(quiz, Quiz):
        raise LookupError(f"attempt {attempt.id}: no quiz {attempt.quiz_slug} in its version")
    return quiz


def grade_items(quiz: Quiz, layout: Sequence[LayoutItem], state: State, verdicts: Verdicts = NONE) -> list[Graded]:
    """Grade every item, heeding what was decided of it. What raises is left ungraded: an error must never become zero
    points."""
    questions = quiz.questions
    graded = []
    for item in layout:
        response = state.response(item.question)
        try:
            question = question_of(questions, item)
            grades = [verdicts.grade(question, given) for given in state.given(item.question)]
            waits = any(grade.status == "pending" for grade in grades[-1:])
            graded.append(Graded(item, response, None if waits else _fraction(quiz, question, grades, state, verdicts)))
        except Exception as trouble:
            graded.append(Graded(item, response, None, trouble))
    return graded


def _fraction(quiz: Quiz, question: Question, grades: Sequence[Grade], state: State, verdicts: Verdicts) -> Fraction:
    """What an item earns of its points: all where everybody gets them, else what the mode makes of its tries."""
    if verdicts.gives_all(question):
        return Fraction(1)
    fractions = [grade.fraction for grade in grades]
    return earned(quiz.mode, fractions, tries(quiz.mode, question), state.certainty.get(question.id))


def worth(quiz: Quiz, question: Question) -> Decimal:
    """The points of a question in a quiz: in a survey nothing counts."""
    return Decimal(0) if quiz.survey else question.points


def total(quiz: Quiz, items: Sequence[Graded]) -> Score | None:
    """The score; None while an item waits that counts."""
    if any(g.trouble for g in items):
        return None
    result = score(quiz, [(g.item.question, g.fraction) for g in items])
    return None if result.pending else result


def exact(value: Fraction | Decimal | None) -> Decimal | None:
    """A number as the database keeps it."""
    return None if value is None else Decimal(round(value * Exact.SCALE)) / Exact.SCALE


def grade(session: Session, attempt: Attempt, why: Why | None = None) -> None:
    """Grade an ended attempt from its events and what was decided since, store what came out, and tell. Inside the
    caller's transaction, which holds the attempt. Trying again in vain changes nothing."""
    quiz = quiz_of(attempt)
    items = grade_items(quiz, load_layout(attempt.layout), state_of(attempt.id), verdicts_of(attempt, quiz))
    result = total(quiz, items)
    if result is None and _noted(session, attempt, items):
        return
    _log_troubles(attempt, items)
    before = _outcome(attempt)
    _keep(session, attempt, quiz, items)
    attempt.state = "graded" if result else "ended"
    attempt.points = exact(result.points) if result else None
    attempt.percent = exact(result.percent) if result else None
    attempt.passed = result.passed if result else None
    session.flush()
    _record(session, attempt, before, why or Why())
    (attempt_regraded if why else attempt_ended).send(None, attempt=attempt)


def _noted(session: Session, attempt: Attempt, items: Sequence[Graded]) -> bool:
    """Whether these grades, with what is missing of them, are stored already."""
    stored = session.execute(
        select(ItemGrade.question, ItemGrade.response, ItemGrade.fraction, ItemGrade.error).where(
            ItemGrade.attempt_id == attempt.id
        )
    )
    return attempt.state == "ended" and {row.question: tuple(row)[1:] for row in stored} == {
        g.item.question: (g.response, exact(g.fraction), g.error) for g in items
    }


def _log_troubles(attempt: Attempt, items: Sequence[Graded]) -> None:
    """Where a type failed, without the words of the exception: they may hold what a person answered."""
    for graded in items:
        if graded.trouble is not None:
            log_trouble(attempt, graded.item.question, graded.trouble)


def log_trouble(attempt: Attempt, question: str, trouble: Exception) -> None:
    where = "".join(traceback.format_tb(trouble.__traceback__))
    log.error("grading question %s of %s: %s\n%s", question, attempt.public_id, type(trouble).__name__, where)


def _outcome(attempt: Attempt) -> dict[str, Any]:
    percent = None if attempt.percent is None else format(attempt.percent, "f")
    return {"percent": percent, "passed": attempt.passed}


def _record(session: Session, attempt: Attempt, before: dict[str, Any], why: Why) -> None:
    """The history of the score: an event of the attempt and an entry of the audit log, each time it changes."""
    after = _outcome(attempt)
    if after == before:
        return
    session.execute(
        insert(AttemptEvent),
        {
            "attempt_id": attempt.id,
            "client_id": f"server-grade-{secrets.token_hex(8)}",
            "kind": "grade",
            "data": after | (asdict(why) | {"before": before["percent"]} if why.cause else {}),
            "at": clock.now(),
        },
    )
    audit.record(
        "attempt.graded",
        person_id=attempt.person_id,
        subject=attempt.public_id,
        before=before,
        after=after,
        note=why.reason,
    )
    if before["passed"] and after["passed"] is False:
        pass_lost.send(None, attempt=attempt)


def _keep(session: Session, attempt: Attempt, quiz: Quiz, items: Sequence[Graded]) -> None:
    """Store the grades of all items in the place of those there were."""
    now = clock.now()
    questions = quiz.questions
    session.execute(delete(ItemGrade).where(ItemGrade.attempt_id == attempt.id))
    rows = []
    for position, graded in enumerate(items, start=1):
        question = questions.get(graded.item.question)
        maximum = worth(quiz, question) if question else Decimal(0)
        points = None if graded.fraction is None else graded.fraction * Fraction(maximum)
        rows.append(
            {
                "attempt_id": attempt.id,
                "position": position,
                "question": graded.item.question,
                "response": graded.response,
                "fraction": graded.fraction,
                "points": points,
                "maximum": maximum,
                "error": graded.error,
                "graded_at": None if graded.fraction is None else now,
            }
        )
    session.execute(insert(ItemGrade), rows)
