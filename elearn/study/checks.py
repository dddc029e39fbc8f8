"""Checks inside a lesson: ungraded, answered on the spot, remembered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select

from elearn import clock
from elearn.core.model import Lesson, Question
from elearn.core.questions import type_of
from elearn.core.questions.base import BadResponse, Grade, Review
from elearn.database import db, insert_new, transaction
from elearn.study import enrolment as enrolments
from elearn.study import lessons
from elearn.study.models import CheckAnswer


class BadAnswer(ValueError):
    """A response that the page could not have sent. The message is for the log, in English."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A check with its last answer: what it earned and, because nothing is at stake, the key and the reasons."""

    question: Question
    response: Any
    grade: Grade
    review: Review


def answer_check(
    person_id: int, slug: str, part: str, question_id: str, response: Any, client_id: str
) -> CheckResult | None:
    """Keep an answer; the same client id is kept once. None for an empty answer, of which nothing is kept.

    Raises NoSuchModule, NoSuchLesson, BadAnswer.
    """
    with transaction() as session:
        enrolment = enrolments.enrol(person_id, slug)
        lesson = lessons.lesson_of(enrolment, part)
        question = lesson.checks.get(question_id)
        if question is None or not 0 < len(client_id) <= 40:
            raise BadAnswer("no such check")
        kind = type_of(question)
        try:
            clean = kind.clean(question.body, response)
        except BadResponse as trouble:
            raise BadAnswer(str(trouble)) from None
        if clean is None:
            return None
        grade = kind.grade(question.body, clean)
        values = {
            "enrolment_id": enrolment.id,
            "version_id": enrolment.version_id,
            "lesson_slug": lesson.slug,
            "question": question_id,
            "client_id": client_id,
            "response": clean,
            "fraction": grade.fraction,
            "at": clock.now(),
        }
        insert_new(session, CheckAnswer, [values], ["enrolment_id", "client_id"])
    return result(question, clean)


def result(question: Question, response: Any) -> CheckResult:
    """What a check says of a response."""
    kind = type_of(question)
    order = kind.option_ids(question.body)
    return CheckResult(
        question, response, kind.grade(question.body, response), kind.review(question.body, response, order)
    )


_LAST = select(CheckAnswer.question, CheckAnswer.response).where(
    CheckAnswer.id.in_(
        select(func.max(CheckAnswer.id))
        .where(
            CheckAnswer.enrolment_id == bindparam("enrolment_id"),
            CheckAnswer.lesson_slug.in_(bindparam("names", expanding=True)),
        )
        .group_by(CheckAnswer.question)
    )
)


def last_answers(enrolment_id: int, lesson: Lesson) -> dict[str, Any]:
    """Question -> the newest response in a lesson under any of its names. One statement."""
    rows = db.session.execute(_LAST, {"enrolment_id": enrolment_id, "names": lesson.names})
    return dict(rows.all())
