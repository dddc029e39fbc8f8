"""Making a `QuestionSource` from what another system's file says, and asking whether our own parser takes it."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from elearn.core.exchange.base import Refused
from elearn.core.exchange.texts import heading_and_stem
from elearn.core.model import Question
from elearn.core.questions import parse_question
from elearn.core.questions.base import AnswerLine, Gap, NameUse, OptionLine, QuestionSource, TableRow, VariableLine
from elearn.core.questions.marks import gap_mark
from elearn.core.questions.shared import number_text

_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]*)[^)]*\)")


def option(bracket: str, mark: str, text: str, feedback: str = "") -> OptionLine:
    return OptionLine(bracket, mark, text.strip(), feedback.strip(), 1, 1)


def answer(text: str) -> AnswerLine:
    return AnswerLine(text.strip(), 1, 1)


def variable(name: str, text: str) -> VariableLine:
    return VariableLine(name, text, 1, 1)


def row(*cells: str) -> TableRow:
    return TableRow(tuple(" ".join(cell.split()) for cell in cells), 1, 1)


def gap(number: int, text: str) -> Gap:
    return Gap(gap_mark(number), text, 1, 1)


def name_use(name: str) -> NameUse:
    return NameUse(name, 1, 1)


def percent(fraction: Fraction) -> str:
    """`33,33%`, as our marks are written."""
    return f"{number_text(fraction * 100, 2)}%"


def build(
    identity: str,
    text: str,
    *,
    title: str = "",
    classes: Sequence[str] = (),
    attributes: Mapping[str, str] | None = None,
    options: Sequence[OptionLine] = (),
    answers: Sequence[AnswerLine] = (),
    explanation: str = "",
    hints: Sequence[str] = (),
    gaps: Sequence[Gap] = (),
    table: Sequence[TableRow] = (),
    variables: Sequence[VariableLine] = (),
    names: Sequence[NameUse] = (),
) -> QuestionSource:
    heading, stem = heading_and_stem(text, title)
    return QuestionSource(
        file="impor.md", line=1, col=1, id=identity, heading=heading, stem=stem, classes=tuple(classes),
        attributes=dict(attributes or {}), options=tuple(options), answers=tuple(answers),
        explanation=explanation.strip(), hints=tuple(hint.strip() for hint in hints if hint.strip()),
        gaps=tuple(gaps), table=tuple(table), variables=tuple(variables), names=tuple(names),
    )  # fmt: skip


@dataclass(slots=True)
class Names:
    """Ids for questions and sections: those of the file where they are sound, else made of words; each once."""

    taken: set[str] = field(default_factory=set)

    def give(self, *wishes: str) -> str:
        base = next((slug for slug in map(slugged, wishes) if slug), "soal")
        identity, count = base, 1
        while identity in self.taken:
            count += 1
            identity = f"{base}-{count}"
        self.taken.add(identity)
        return identity


def slugged(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text[:400]).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-")


@dataclass(slots=True)
class _Findings:
    """What our parser says of a source."""

    errors: list[str] = field(default_factory=list)

    def error(self, code: str, line: int, col: int, message: str, hint: str = "") -> None:
        self.errors.append(message)

    def warning(self, code: str, line: int, col: int, message: str, hint: str = "") -> None:
        pass


def understood(source: QuestionSource) -> Question:
    """The question that our parser makes of the source. Raises Refused with what it says."""
    findings = _Findings()
    question = parse_question(source, _render, findings)
    if question is None:
        raise Refused(" ".join(findings.errors) or "Soal ini tidak dapat dibaca.")
    return question


def _render(text: str) -> str:
    """As little of a rendering as the parsers need: pictures are elements, everything else is words."""
    pieces, at = [], 0
    for found in _PICTURE.finditer(text):
        pieces.append(html.escape(text[at : found.start()]))
        pieces.append(f'<img src="{html.escape(found[2])}" alt="{html.escape(found[1])}">')
        at = found.end()
    return f"<p>{''.join(pieces)}{html.escape(text[at:])}</p>"


def renamed(source: QuestionSource, **attributes: str) -> QuestionSource:
    """The source with more attributes."""
    return replace(source, attributes={**source.attributes, **attributes})
