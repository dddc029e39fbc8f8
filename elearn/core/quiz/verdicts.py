"""What people decided on top of a published quiz: corrections of its questions, and marks given by hand.

A published version never changes. A correction is kept beside it and says which answers count all the same; grading with
the same verdicts always comes to the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from elearn.core.model import Question
from elearn.core.questions import as_drawn, type_of
from elearn.core.questions.base import BadResponse, Grade, Response
from elearn.core.questions.number import readings
from elearn.core.questions.shared import fold_text, number_text, percent_text
from elearn.core.quiz.marking import Marking

ACCEPTABLE = ("text", "number")
"""Types of which a given answer can be accepted: everybody who typed it meant the same."""

Kind = Literal["accept", "key", "full"]


@dataclass(frozen=True, slots=True)
class Correction:
    """`accept`: this response earns `fraction`, too. `key`: the key of `question`, which a newer version has, counts.
    `full`: everybody gets all points, whatever they answered."""

    kind: Kind
    response: Response = None
    fraction: Fraction = Fraction(1)
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Of one attempt, by question: corrections in the order in which they were made, and how the marks stand."""

    corrections: Mapping[str, Sequence[Correction]] = field(default_factory=dict)
    marks: Mapping[str, Marking] = field(default_factory=dict)

    def asked(self, question: Question, response: Response = None) -> Question:
        """The question with the key that counts: the newest that fits it and the response."""
        for correction in reversed(self.corrections.get(question.id, ())):
            newer = _fitting(question, correction.question, response) if correction.question else None
            if newer is not None:
                return newer
        return question

    def grade(self, question: Question, response: Response) -> Grade:
        """The grade of a response, with what was decided of it. Nothing here ever takes points away but another key."""
        asked = self.asked(question, response)
        grade = type_of(asked).grade(asked.body, response)
        if grade.status == "pending":
            grade = self._marked(question, grade)
        for correction in self.corrections.get(question.id, ()):
            grade = _corrected(asked, response, grade, correction)
        return grade

    def gives_all(self, question: Question) -> bool:
        """Whether everybody gets all points, with any answer and with none."""
        return type_of(question).graded and any(c.kind == "full" for c in self.corrections.get(question.id, ()))

    def _marked(self, question: Question, grade: Grade) -> Grade:
        marking = self.marks.get(question.id)
        if marking is None or marking.fraction is None:
            return grade
        earned = number_text(marking.fraction * Fraction(question.points))
        sentence = f"{earned} dari {number_text(Fraction(question.points))} poin menurut penilai."
        return Grade(marking.fraction, sentence)


NONE = Verdicts()
"""Nothing was decided."""


def _corrected(question: Question, response: Response, grade: Grade, correction: Correction) -> Grade:
    if correction.kind == "full" and grade.status != "ungraded":
        return Grade(Fraction(1), "Soal ini dikoreksi: semua peserta mendapat nilai penuh.", grade.feedback_html)
    if correction.kind != "accept" or not same(question, response, correction.response):
        return grade
    if grade.status != "scored" or correction.fraction <= grade.fraction:
        return grade
    part = "penuh" if correction.fraction == 1 else percent_text(correction.fraction)
    return Grade(
        correction.fraction, f"Soal ini dikoreksi: jawaban Anda diterima, nilainya {part}.", grade.feedback_html
    )


def same(question: Question, response: Response, accepted: Response) -> bool:
    """Whether two responses say the same, as the type of the question reads them."""
    if not isinstance(response, str) or not isinstance(accepted, str):
        return False
    if question.type == "number":
        one, other = readings(response), readings(accepted)
        if one and other:
            return one[0] == other[0]
    if question.type == "text" and question.body["exact"]:
        return response == accepted
    return fold_text(response) == fold_text(accepted)


def fits(question: Question, newer: Question) -> bool:
    """Whether the key of a newer question can be used for answers to this one: the same type and the same options, and
    the same names where something is drawn."""
    if question.type != newer.type or not type_of(question).graded or question.type == "essay":
        return False
    kind = type_of(question)
    drawn, example = question.body.get("drawn") or {}, newer.body.get("drawn") or {}
    return set(kind.option_ids(question.body)) == set(kind.option_ids(newer.body)) and set(drawn) == set(example)


def _fitting(question: Question, newer: Question, response: Response) -> Question | None:
    """The question with the newer key; None where that cannot be used for this response. Its points stay."""
    if not fits(question, newer):
        return None
    newer = as_drawn(newer, question.body.get("drawn") or {})
    try:
        if type_of(newer).clean(newer.body, response) != response:
            return None
    except BadResponse:
        return None
    return replace(question, body=newer.body, explanation_html=newer.explanation_html)
