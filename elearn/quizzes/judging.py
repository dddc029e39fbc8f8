"""Answers judged before the end, in the modes that do: `check` appends that it was done, and a page shows what came out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from elearn import clock
from elearn.core.model import Question, Quiz
from elearn.core.questions import type_of
from elearn.core.questions.base import Grade, Review
from elearn.core.quiz.attempt import State
from elearn.core.quiz.draw import LayoutItem, load_layout, question_of
from elearn.core.quiz.modes import earned, share, tries
from elearn.core.quiz.verdicts import NONE
from elearn.database import transaction
from elearn.quizzes import grading, service
from elearn.quizzes.events import state_of
from elearn.quizzes.models import Attempt
from elearn.quizzes.verdicts import verdicts_of


class CannotJudge(Exception):
    """Judging an answer failed. Nothing was changed: it can be asked again, and is judged at the end in any case."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a page of an open attempt tells of a question in a mode that judges.

    `grade` is of the answer judged last, None before the first. `points` are earned so far, `next_points` what the next try
    would earn if it were right.
    `review` holds the key: only once the question is closed, and where the quiz lets it be seen.
    """

    allowed: int
    used: int
    closed: bool
    grade: Grade | None
    hints_html: tuple[str, ...]
    points: Decimal
    next_points: Decimal
    review: Review | None

    @property
    def left(self) -> int:
        return 0 if self.closed else self.allowed - self.used


def check(person_id: int, public_id: str, question_id: str, client_id: str) -> bool:
    """Judge the answer that is saved for a question of an open attempt; whether it was judged now.

    Nothing happens without an answer, to one that was judged already, and after the last try, so a second click costs no
    try. Raises NoSuchAttempt, BadEvents for a question that is not in the attempt, and CannotJudge.
    """
    with transaction() as session:
        attempt = service.own(session, person_id, public_id)
        if attempt.state != "open" or service.expire_if_due(attempt).state != "open":
            return False
        quiz = grading.quiz_of(attempt)
        item = next((i for i in load_layout(attempt.layout) if i.question == question_id), None)
        if item is None:
            raise service.BadEvents("a question that is not in the attempt")
        question = question_of(quiz.questions, item)
        state = state_of(attempt.id)
        before = state.judged.get(question_id, ())
        allowed, given = tries(quiz.mode, question), state.given(question_id)
        if state.closed(question_id) or len(before) >= allowed or len(given) == len(before):
            return False
        try:
            grade = verdicts_of(attempt, quiz).grade(question, given[-1])
        except Exception as trouble:
            grading.log_trouble(attempt, question_id, trouble)
            raise CannotJudge(question_id) from trouble
        closed = grade.correct or len(before) + 1 >= allowed
        data = {"response": given[-1], "closed": closed}
        return service.append_own(session, attempt, client_id, "check", clock.now(), question_id, data)


def judgement(attempt: Attempt, quiz: Quiz, question: Question, item: LayoutItem, state: State) -> Judgement | None:
    """Where a question stands; None where nothing is judged before the end. One statement, once it was judged."""
    allowed = tries(quiz.mode, question)
    if not allowed:
        return None
    judged = state.judged.get(question.id, ())
    closed = state.closed(question.id)
    verdicts = verdicts_of(attempt, quiz) if judged else NONE
    asked = verdicts.asked(question, judged[-1].response) if judged else question
    grades = [verdicts.grade(question, one.response) for one in judged]
    wrong = sum(not grade.correct for grade in grades)
    shows_key = closed and quiz.review == "after-submit"
    return Judgement(
        allowed=allowed,
        used=len(judged),
        closed=closed,
        grade=grades[-1] if grades else None,
        hints_html=question.hints_html[:wrong] if quiz.mode == "practice" else (),
        points=_points(question, earned(quiz.mode, [grade.fraction for grade in grades], allowed)),
        next_points=_points(question, share(min(len(judged), allowed - 1), allowed)),
        review=type_of(asked).review(asked.body, judged[-1].response, item.order) if shows_key else None,
    )


def _points(question: Question, fraction: Fraction) -> Decimal:
    points = grading.exact(fraction * Fraction(question.points))
    assert points is not None
    return points
