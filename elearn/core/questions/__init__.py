"""The question types. Adding one is one file here, one entry in TYPES and one template."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from typing import cast

from elearn.core.model import Question
from elearn.core.questions import (
    cloze,
    computed,
    essay,
    hotspot,
    likert,
    marks,
    matching,
    multiple,
    number,
    ordering,
    shared,
    single,
    text,
)
from elearn.core.questions.base import QuestionSource, QuestionType, Render, Report
from elearn.core.questions.kinds import kind_of

__all__ = ["ATTRIBUTES", "TYPES", "as_drawn", "parse_question", "read_difficulty", "read_points", "type_of"]

# A module is a type: its functions are the protocol's.
TYPES: Mapping[str, QuestionType] = {
    module.name: cast(QuestionType, module)
    for module in (single, multiple, text, number, matching, ordering, cloze, likert, essay, computed, hotspot)
}
ATTRIBUTES = ("points", "outcome", "tags", "difficulty")
"""Those of every type; a type may have more."""
SLUG = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")


def type_of(question: Question) -> QuestionType:
    """The functions for a question."""
    return TYPES[question.type]


def as_drawn(question: Question, drawn: Mapping[str, str]) -> Question:
    """The question of one attempt, with what was drawn for it in its texts and in its body."""
    if not drawn:
        return question
    values = {name: shared.number_text(Fraction(number), grouped=True) for name, number in drawn.items()}
    texts = question.body["texts"]
    return replace(
        question,
        body={**question.body, "drawn": dict(drawn)},
        stem_html=marks.filled(texts["stem_html"], values),
        stem_text=marks.filled(texts["stem_text"], values),
        explanation_html=marks.filled(texts["explanation_html"], values),
        hints_html=tuple(marks.filled(hint, values) for hint in texts["hints_html"]),
    )


def _with_example(question: Question) -> Question:
    """The question with an example in it, when something is drawn for each attempt, and its texts as they were."""
    example = question.body.get("drawn")
    if not example:
        return question
    texts = {
        "stem_html": question.stem_html,
        "stem_text": question.stem_text,
        "explanation_html": question.explanation_html,
        "hints_html": list(question.hints_html),
    }
    return as_drawn(replace(question, body={**question.body, "texts": texts}), example)


def parse_question(source: QuestionSource, render: Render, report: Report) -> Question | None:
    """A question from what the trainer wrote; None after an error."""
    errors = _Counting(report)
    # A type may look at the stem as it is shown: it is rendered once.
    render = cache(render)
    kind = kind_of(source, TYPES, errors)
    points = read_points(source.attributes, source.line, errors)
    difficulty = read_difficulty(source.attributes, source.line, errors)
    _check_attributes(source, kind, errors)
    if not source.heading.strip() and not source.stem.strip():
        errors.error("Q223", source.line, source.col, "Soal ini tidak punya kalimat tanya.")
    body = TYPES[kind].parse(source, render, errors) if kind else None
    if body is None or errors.count:
        return None
    assert kind is not None and points is not None
    question = Question(
        id=source.id,
        type=kind,
        points=points if TYPES[kind].graded else Decimal(0),
        stem_html=marks.blanked(render(source.text)),
        stem_text=marks.blanked(re.sub(r"[*_`]", "", source.heading).strip()),
        body=body,
        explanation_html=render(source.explanation) if source.explanation.strip() else "",
        hints_html=tuple(render(hint) for hint in source.hints),
        outcome=source.attributes.get("outcome"),
        tags=tuple(source.attributes.get("tags", "").split()),
        difficulty=difficulty,
    )
    return _with_example(question)


class _Counting:
    """A report that knows whether something was an error."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self.count = 0

    def error(self, code: str, line: int, col: int, message: str, hint: str = "") -> None:
        self.count += 1
        self._report.error(code, line, col, message, hint)

    def warning(self, code: str, line: int, col: int, message: str, hint: str = "") -> None:
        self._report.warning(code, line, col, message, hint)


def _check_attributes(source: QuestionSource, kind: str | None, report: Report) -> None:
    """Every attribute is one of all types', or of this one."""
    known = [*ATTRIBUTES, *(TYPES[kind].attributes if kind else ())]
    for attribute in source.attributes:
        owners = [name for name, other in TYPES.items() if attribute in other.attributes]
        if attribute == "points" and kind and not TYPES[kind].graded:
            message, hint = f"points= tidak berlaku untuk soal {kind}: tidak ada nilainya.", "Hapus points=."
        elif attribute in known or (owners and kind is None):
            continue
        elif owners:
            message = f"{attribute}= tidak berlaku untuk soal {kind}."
            hint = f"Hapus {attribute}=; hanya soal {' dan '.join(owners)} yang memakainya."
        else:
            near = difflib.get_close_matches(attribute, known, 1)
            message = f"Atribut {attribute}= tidak dikenal."
            hint = f"Maksud Anda {near[0]}=?" if near else f"Yang dikenal: {', '.join(known)}."
        report.error("Q220", source.line, source.col, message, hint)


def read_points(attributes: Mapping[str, str], line: int, report: Report) -> Decimal | None:
    """What `points=` says, 1 where it is not written; None after an error, which is at `line`."""
    written = attributes.get("points", "1")
    try:
        points = Decimal(written.replace(",", "."))
    except InvalidOperation:
        points = Decimal(0)
    if points.is_finite() and 0 < points <= 1000 and points == round(points, 4):
        return points
    report.error("Q221", line, 1, f"points={written} bukan bilangan di atas 0.", "Misalnya points=2.")
    return None


def read_difficulty(attributes: Mapping[str, str], line: int, report: Report) -> int | None:
    """What `difficulty=` says; None where it is not written, or after an error."""
    written = attributes.get("difficulty")
    if written is None or written in {"1", "2", "3", "4", "5"}:
        return int(written) if written else None
    report.error("Q221", line, 1, f"difficulty={written} bukan bilangan 1 sampai 5.")
    return None
