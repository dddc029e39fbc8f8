"""Making questions for tests, through the types' own parsers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from elearn.core.model import Question
from elearn.core.questions import parse_question
from elearn.core.questions.base import AnswerLine, OptionLine, QuestionSource

OPTION = re.compile(r"^- ([(\[])(.*?)[)\]] ?(.*)$")


@dataclass
class Findings:
    """A report that keeps (severity, code)."""

    found: list[tuple[str, str]] = field(default_factory=list)

    def error(self, code: str, line: int, col: int, message: str, hint: str = "") -> None:
        assert line > 0 and col > 0 and message
        self.found.append(("error", code))

    def warning(self, code: str, line: int, col: int, message: str, hint: str = "") -> None:
        assert line > 0 and col > 0 and message
        self.found.append(("warning", code))

    @property
    def codes(self) -> list[str]:
        return [code for _, code in self.found]


def source(*lines: str, classes: tuple[str, ...] = (), identity: str = "soal", **attributes: str) -> QuestionSource:
    """A source of lines `- (x) text | feedback` and `= answer`."""
    options, answers = [], []
    for number, line in enumerate(lines, start=2):
        match = OPTION.match(line)
        if match:
            text, _, feedback = match[3].partition(" | ")
            options.append(OptionLine(match[1], match[2].strip(), text, feedback, number, 1))
        else:
            answers.append(AnswerLine(line.removeprefix("=").strip(), number, 1))
    return QuestionSource(
        file="90-kuis.md",
        line=1,
        col=1,
        id=identity,
        heading="Berapa?",
        stem="",
        classes=classes,
        attributes=attributes,
        options=tuple(options),
        answers=tuple(answers),
        explanation="Karena begitu.",
        hints=("Ingat lagi.",),
    )


def read(
    *lines: str, classes: tuple[str, ...] = (), identity: str = "soal", **attributes: str
) -> tuple[Question | None, list[str]]:
    """The question of these lines and the codes that were reported."""
    findings = Findings()
    asked = source(*lines, classes=classes, identity=identity, **attributes)
    question = parse_question(asked, lambda text: f"<p>{text}</p>", findings)
    return question, findings.codes


def make(*lines: str, classes: tuple[str, ...] = (), identity: str = "soal", **attributes: str) -> Question:
    """The question of these lines, which must be sound."""
    question, codes = read(*lines, classes=classes, identity=identity, **attributes)
    assert question is not None, codes
    return question


def option(question: Question, text: str) -> str:
    """The id of the option that reads so."""
    return next(str(o["id"]) for o in question.body["options"] if o["text"] == text)
