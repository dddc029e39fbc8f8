"""What was decided on top of an attempt's version, read for its grading: marks by hand, and corrections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import cast

from sqlalchemy import bindparam, select

from elearn.catalogue import store
from elearn.core.model import Quiz
from elearn.core.questions import essay
from elearn.core.questions.base import BadResponse
from elearn.core.quiz import marking
from elearn.core.quiz.marking import Marking, settle
from elearn.core.quiz.verdicts import Correction, Kind, Verdicts
from elearn.database import db
from elearn.quizzes import review_models as models
from elearn.quizzes.models import Attempt

_CORRECTIONS = (
    select(models.Correction).where(models.Correction.module_id.in_(bindparam("modules", expanding=True)))
).order_by(models.Correction.id)
_MARKS = (
    select(models.Mark)
    .where(models.Mark.attempt_id.in_(bindparam("attempts", expanding=True)))
    .order_by(models.Mark.id)
)


def verdicts_of(attempt: Attempt, quiz: Quiz) -> Verdicts:
    """What counts for this attempt. One statement, and one more where something is marked by hand."""
    rows = db.session.scalars(_CORRECTIONS, {"modules": [attempt.module_id]}).all()
    marked = any(quiz.questions[q].type == "essay" for q in _asked(attempt) if q in quiz.questions)
    marks = db.session.scalars(_MARKS, {"attempts": [attempt.id]}).all() if marked else ()
    return _verdicts(attempt, quiz, rows, marks)


def verdicts_of_many(attempts: Sequence[Attempt], proposed: models.Correction | None = None) -> dict[int, Verdicts]:
    """The same for some hundreds of attempts, by their ids; `proposed` as if it were decided. Two statements."""
    rows = db.session.scalars(_CORRECTIONS, {"modules": list({a.module_id for a in attempts})}).all()
    marks: dict[int, list[models.Mark]] = defaultdict(list)
    for mark in db.session.scalars(_MARKS, {"attempts": [a.id for a in attempts]}):
        marks[mark.attempt_id].append(mark)
    rows = [*rows, proposed] if proposed else rows
    found = {}
    for attempt in attempts:
        quiz = store.version(attempt.version_id).module.part(attempt.quiz_slug)
        assert isinstance(quiz, Quiz), "an attempt is of a quiz of its version"
        found[attempt.id] = _verdicts(attempt, quiz, rows, marks[attempt.id])
    return found


def _asked(attempt: Attempt) -> set[str]:
    return {item["question"] for item in attempt.layout}


def _verdicts(
    attempt: Attempt, quiz: Quiz, rows: Iterable[models.Correction], marks: Iterable[models.Mark]
) -> Verdicts:
    asked = _asked(attempt)
    corrections: dict[str, list[Correction]] = defaultdict(list)
    for row in standing(rows):
        if row.question in asked and _meant(row, attempt):
            corrections[row.question].append(correction(row))
    by_question: dict[str, list[models.Mark]] = defaultdict(list)
    for mark in marks:
        if mark.question in asked and mark.question in quiz.questions:
            by_question[mark.question].append(mark)
    markings: Mapping[str, Marking] = {q: marking_of(quiz, q, given) for q, given in by_question.items()}
    return Verdicts(corrections, markings)


def standing(rows: Iterable[models.Correction]) -> list[models.Correction]:
    """The corrections that were not withdrawn."""
    rows = list(rows)
    withdrawn = {row.data["correction"] for row in rows if row.kind == "withdraw"}
    return [row for row in rows if row.kind != "withdraw" and row.id not in withdrawn]


def _meant(row: models.Correction, attempt: Attempt) -> bool:
    """Whether a correction is about the quiz of this attempt, as it was when the attempt began."""
    return (
        row.module_id == attempt.module_id and row.version_id >= attempt.version_id and attempt.quiz_slug in names(row)
    )


def names(row: models.Correction) -> tuple[str, ...]:
    """Every slug that the quiz of a correction has had until then."""
    quiz = store.version(row.version_id).module.part(row.quiz_slug)
    return quiz.names if quiz else (row.quiz_slug,)


def correction(row: models.Correction) -> Correction:
    """A stored correction as grading reads it."""
    question = None
    if row.kind == "key":
        quiz = store.version(row.version_id).module.part(row.quiz_slug)
        question = quiz.questions.get(row.question) if isinstance(quiz, Quiz) else None
    return Correction(
        kind=cast(Kind, row.kind),
        response=row.data.get("response"),
        fraction=Fraction(row.data.get("fraction", 1)),
        question=question,
    )


def marking_of(quiz: Quiz, question: str, rows: Iterable[models.Mark]) -> Marking:
    """How an answer stands after these marks, oldest first."""
    return settle(_marks(quiz, question, rows), quiz.markers)


def _marks(quiz: Quiz, question: str, rows: Iterable[models.Mark]) -> Sequence[marking.Mark]:
    body = quiz.questions[question].body
    found = []
    for row in rows:
        points = {key: Fraction(value) for key, value in row.points.items()}
        try:
            fraction = essay.mark(body, points).fraction
        except BadResponse:
            continue  # a mark by another rubric: none that a page of ours could have stored
        found.append(marking.Mark(row.marker_id, points, fraction, row.comment, row.final))
    return found
