"""Trying out the questions of a draft: each is answered and graded as in an attempt, and nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from elearn.core.model import Module, Question, Quiz
from elearn.core.questions import type_of
from elearn.core.questions.base import BadResponse, Grade, Response, Review
from elearn.core.quiz.review import explained
from elearn.quizzes.forms import read_answer


@dataclass(frozen=True, slots=True)
class TriedQuestion:
    """A question as it is asked, and what an answer to it earned; None before it was answered."""

    n: int
    question: Question
    stimulus_html: str
    shown: Mapping[str, Any]
    response: Response = None
    grade: Grade | None = None
    review: Review | None = None
    explained: str = ""


def tried(module: Module | None, form: MultiDict[str, str] | None) -> list[TriedQuestion]:
    """The questions of the one part of a module. A form answers the one that its field `n` counts, as in an attempt."""
    n = form.get("n") if form is not None else None
    return [
        _tried(place, question, stimulus, form if str(place) == n else None)
        for place, (question, stimulus) in enumerate(_asked(module), start=1)
    ]


def _asked(module: Module | None) -> list[tuple[Question, str]]:
    if module is None or not module.parts:
        return []
    part = module.parts[0]
    if isinstance(part, Quiz):
        # Here all questions of a section follow each other: their case is shown once.
        return [(q, s.stimulus_html if n == 0 else "") for s in part.sections for n, q in enumerate(s.questions)]
    return [(question, "") for question in part.checks.values()]


def _tried(n: int, question: Question, stimulus: str, form: MultiDict[str, str] | None) -> TriedQuestion:
    kind = type_of(question)
    order = kind.option_ids(question.body)
    shown = kind.present(question.body, order)
    if form is None:
        return TriedQuestion(n, question, stimulus, shown)
    try:
        response = kind.clean(question.body, read_answer(form, question).response)
    except BadResponse:
        response = None
    grade = kind.grade(question.body, response)
    return TriedQuestion(
        n=n,
        question=question,
        stimulus_html=stimulus,
        shown=shown,
        response=response,
        grade=grade,
        review=kind.review(question.body, response, order),
        explained=explained(grade, question.points),
    )
