"""Marking an answer by hand. One transaction, which holds the attempt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn import clock
from elearn.catalogue import store
from elearn.core.model import Quiz
from elearn.core.questions import essay
from elearn.core.questions.shared import number_text
from elearn.core.quiz.marking import Marking
from elearn.database import locked, transaction
from elearn.marking.scope import find_attempt
from elearn.people import audit, notices
from elearn.quizzes import grading
from elearn.quizzes.grading import Why
from elearn.quizzes.models import Attempt
from elearn.quizzes.review_models import Mark
from elearn.quizzes.verdicts import marking_of

COMMENT_AT_MOST = 4000


class NoSuchAnswer(LookupError):
    """There is no such answer in a module of this pengajar: a stranger's and a made-up one are the same."""


class Clash(Exception):
    """Somebody marked the answer after the page was opened: nothing was stored."""


def mark(
    marker_id: int, public_id: str, question: str, points: Mapping[str, Fraction], comment: str, base: int
) -> Marking:
    """Mark an answer, and grade its attempt once that is settled; how the answer stands then.

    `base` is the newest mark that the marker saw (`seen`). Sending the same again changes nothing. Once as many have
    marked as the quiz asks for, a further mark is final. Raises NoSuchAnswer, Clash, and BadResponse for points that the
    rubric does not have.
    """
    with transaction() as session:
        found = find_attempt(marker_id, public_id)
        attempt = locked(session, Attempt, found.id) if found else None
        quiz = grading.quiz_of(attempt) if attempt else None
        if attempt is None or quiz is None or not is_marked_by_hand(attempt, quiz, question):
            raise NoSuchAnswer(public_id)
        grade = essay.mark(quiz.questions[question].body, points)
        before = marks_of(session, attempt.id, question)
        written = {key: str(value) for key, value in points.items()}
        own = next((row for row in reversed(before) if row.marker_id == marker_id), None)
        marking = marking_of(quiz, question, before)
        if own and (own.points, own.comment) == (written, comment) and own is before[-1]:
            return marking
        if seen(before, marking, marker_id) != base:
            raise Clash
        row = Mark(
            attempt_id=attempt.id,
            question=question,
            marker_id=marker_id,
            points=written,
            comment=comment,
            final=marking.status != "waiting",
            at=clock.now(),
        )
        session.add(row)
        session.flush()
        audit.record(
            "attempt.marked",
            person_id=attempt.person_id,
            subject=attempt.public_id,
            after={"question": question, "points": f"{number_text(grade.fraction * 100, 2)} %"},
        )
        marking = marking_of(quiz, question, [*before, row])
        if marking.status == "settled":
            _grade(session, attempt, quiz)
        return marking


def is_marked_by_hand(attempt: Attempt, quiz: Quiz, question: str) -> bool:
    """Whether the attempt has such a question, of a type that a person marks."""
    asked = any(item["question"] == question for item in attempt.layout)
    return asked and question in quiz.questions and quiz.questions[question].type == essay.name


def marks_of(session: Session, attempt_id: int, question: str) -> Sequence[Mark]:
    """Every mark of an answer, oldest first."""
    return session.scalars(
        select(Mark).where(Mark.attempt_id == attempt_id, Mark.question == question).order_by(Mark.id)
    ).all()


def seen(marks: Sequence[Mark], marking: Marking, marker_id: int) -> int:
    """The id of the newest mark that a marker may know of: until all are in, only their own. 0 without one."""
    known = [row.id for row in marks if marking.status != "waiting" or row.marker_id == marker_id]
    return max(known, default=0)


def _grade(session: Session, attempt: Attempt, quiz: Quiz) -> None:
    """Grade with the marks that count, and tell whose it is once all of it is graded."""
    before = (attempt.state, attempt.percent)
    grading.grade(session, attempt, Why("mark"))
    if attempt.state == "graded" and before != (attempt.state, attempt.percent):
        tell_result(session, attempt, quiz, "marked" if before[0] == "ended" else "regraded")


def tell_result(session: Session, attempt: Attempt, quiz: Quiz, kind: str) -> None:
    """A notice for the peserta that leads to the result."""
    module = store.version(attempt.version_id).module
    data = {
        "quiz": quiz.title,
        "module": module.title,
        "percent": format(attempt.percent or 0, "f"),
        "passed": attempt.passed if quiz.graded else None,
    }
    notices.tell(session, attempt.person_id, kind, attempt.public_id, data)
