"""The question types. Adding one is one file here, one entry in TYPES and one template."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import cast

from elearn.core.model import Question
from elearn.core.questions import multiple, number, single, text
from elearn.core.questions.base import QuestionSource, QuestionType, Render, Report

__all__ = ["TYPES", "parse_question", "type_of"]

# A module is a type: its functions are the protocol's.
TYPES: Mapping[str, QuestionType] = {
    module.name: cast(QuestionType, module) for module in (single, multiple, text, number)
}
MODIFIERS = frozenset({"exact"})
ATTRIBUTES = ("points", "outcome", "tags", "difficulty", "scoring")
SLUG = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")


def type_of(question: Question) -> QuestionType:
    """The functions for a question."""
    return TYPES[question.type]


def parse_question(source: QuestionSource, render: Render, report: Report) -> Question | None:
    """A question from what the trainer wrote; None after an error."""
    errors = _Counting(report)
    kind = _kind(source, errors)
    points = _points(source, errors)
    difficulty = _difficulty(source, errors)
    for attribute in source.attributes:
        if attribute not in ATTRIBUTES:
            near = difflib.get_close_matches(attribute, ATTRIBUTES, 1)
            hint = f"Maksud Anda {near[0]}=?" if near else f"Yang dikenal: {', '.join(ATTRIBUTES)}."
            errors.error("Q220", source.line, source.col, f"Atribut {attribute}= tidak dikenal.", hint)
    if kind not in (None, "multiple") and "scoring" in source.attributes:
        errors.error(
            "Q220",
            source.line,
            source.col,
            f"scoring= tidak berlaku untuk soal {kind}.",
            "Hapus scoring=; hanya soal berkurung siku [ ] yang memakainya.",
        )
    if not source.heading.strip() and not source.stem.strip():
        errors.error("Q223", source.line, source.col, "Soal ini tidak punya kalimat tanya.")
    body = TYPES[kind].parse(source, render, errors) if kind else None
    if body is None or errors.count:
        return None
    assert kind is not None and points is not None
    stem = f"{source.heading}\n\n{source.stem}".strip()
    return Question(
        id=source.id,
        type=kind,
        points=points,
        stem_html=render(stem),
        stem_text=re.sub(r"[*_`]", "", source.heading).strip(),
        body=body,
        explanation_html=render(source.explanation) if source.explanation.strip() else "",
        hints_html=tuple(render(hint) for hint in source.hints),
        outcome=source.attributes.get("outcome"),
        tags=tuple(source.attributes.get("tags", "").split()),
        difficulty=difficulty,
    )


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


def _kind(source: QuestionSource, report: Report) -> str | None:
    """The type by class, else by shape."""
    for name in source.classes:
        if name not in TYPES and name not in MODIFIERS:
            near = difflib.get_close_matches(name, [*TYPES, *MODIFIERS], 1)
            hint = f"Maksud Anda .{near[0]}?" if near else f"Yang dikenal: {', '.join(TYPES)}."
            report.error("Q222", source.line, source.col, f"Jenis soal .{name} tidak dikenal.", hint)
            return None
    named = [name for name in source.classes if name in TYPES]
    if source.options and source.answers:
        line = source.answers[0]
        report.error(
            "Q211",
            line.line,
            line.col,
            "Soal ini punya pilihan dan baris jawaban sekaligus.",
            "Sisakan salah satu: pilihan '- ( )' atau jawaban '= …'.",
        )
        return None
    brackets = {option.bracket for option in source.options}
    if len(brackets) > 1:
        other = next(o for o in source.options if o.bracket != source.options[0].bracket)
        report.error(
            "Q208",
            other.line,
            other.col,
            "Kurung bulat dan kurung siku bercampur.",
            "( ) untuk satu jawaban benar, [ ] untuk beberapa.",
        )
        return None
    if brackets:
        shape = "single" if "(" in brackets else "multiple"
    elif source.answers:
        readable = all(_is_number(a.text) for a in source.answers)
        shape = "number" if readable and "exact" not in source.classes else "text"
    else:
        report.error(
            "Q210",
            source.line,
            source.col,
            "Soal ini belum punya pilihan atau jawaban.",
            "Tulis pilihan '- (x) …' dan '- ( ) …', atau baris '= jawaban'.",
        )
        return None
    if named and named[0] != shape and not {named[0], shape} <= {"text", "number"}:
        report.error("Q222", source.line, source.col, f"Bentuk soal ini adalah {shape}, bukan .{named[0]}.")
        return None
    return named[0] if named else shape


def _is_number(answer: str) -> bool:
    """Whether an answer reads as a number; `50% jawaban` is a weighted text."""
    return number.parse_answer(answer) is not None and not text.WEIGHTED.match(answer)


def _points(source: QuestionSource, report: Report) -> Decimal | None:
    written = source.attributes.get("points", "1")
    try:
        points = Decimal(written.replace(",", "."))
    except InvalidOperation:
        points = Decimal(0)
    if points.is_finite() and 0 < points <= 1000 and points == round(points, 4):
        return points
    report.error("Q221", source.line, source.col, f"points={written} bukan bilangan di atas 0.", "Misalnya points=2.")
    return None


def _difficulty(source: QuestionSource, report: Report) -> int | None:
    written = source.attributes.get("difficulty")
    if written is None or written in {"1", "2", "3", "4", "5"}:
        return int(written) if written else None
    report.error("Q221", source.line, source.col, f"difficulty={written} bukan bilangan 1 sampai 5.")
    return None
