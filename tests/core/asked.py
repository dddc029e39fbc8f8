"""Questions for tests, read from Markdown as a quiz is."""

from __future__ import annotations

from typing import Any

from elearn.core.content.markdown import Renderer
from elearn.core.content.questions import Identities, Reader
from elearn.core.content.source import open_source
from elearn.core.content.text import FileReport
from elearn.core.model import Diagnostic, Question
from elearn.core.questions import type_of
from elearn.core.questions.base import Grade, Response

RENDERER = Renderer(lambda _element, address: f"/media/{address}", {}, {})


def read(body: str, braces: str = "", heading: str = "Apa?") -> tuple[Question | None, list[Diagnostic]]:
    """The question of this body under a heading with these braces, and what was found. The body begins at line 2."""
    lines = [f"## {heading} {{#soal{' ' if braces else ''}{braces}}}", *body.split("\n")]
    report = FileReport("90-kuis.md")
    source = open_source(report.file, lines, 1, report)
    _intro, sections = Reader(source, RENDERER.fragment, Identities(set()), None).read(1, len(lines))
    RENDERER.take_found()
    questions = [question for section in sections for question in section.questions]
    return (None if report.failed or not questions else questions[0]), sorted(report.found)


def ask(body: str, braces: str = "", heading: str = "Apa?") -> Question:
    """The question, which must be sound."""
    question, found = read(body, braces, heading)
    assert question is not None, found
    return question


def codes(body: str, braces: str = "", heading: str = "Apa?") -> list[str]:
    return [d.code for d in read(body, braces, heading)[1]]


def shown(question: Question) -> dict[str, Any]:
    """What the page knows, in the type's own order."""
    kind = type_of(question)
    return kind.present(question.body, kind.option_ids(question.body))


def respond(question: Question, raw: Any) -> Response:
    return type_of(question).clean(question.body, raw)


def grade(question: Question, raw: Any) -> Grade:
    return type_of(question).grade(question.body, respond(question, raw))
