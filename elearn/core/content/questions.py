"""From lines to questions: sections, headings with their braces, options, answers, hints, explanations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from elearn.core.content.frontmatter import SLUG
from elearn.core.model import Edit, Question
from elearn.core.content.text import Fence, FileReport
from elearn.core.questions import parse_question
from elearn.core.questions.base import AnswerLine, OptionLine, QuestionSource, Render

NOT_YET = {
    "matching": "menjodohkan",
    "ordering": "mengurutkan",
    "cloze": "isian rumpang",
    "essay": "esai",
    "hotspot": "titik pada gambar",
    "computed": "soal hitungan berpeubah",
    "likert": "skala sikap",
}
_HEADING = re.compile(r"^(#{1,2})\s+(.*?)\s*$")
_BRACES = re.compile(r"\s*\{([^{}]*)\}\s*$")
_TOKEN = re.compile(r"""\s*(?:\#(?P<id>\S+)|\.(?P<class>[\w-]+)|(?P<key>[\w-]+)=(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+)))""")
_STRICT = re.compile(r"^( {0,3})[-*+]\s+(?:(\()\s*(|[xX]|[+-]?\d{1,3}(?:[.,]\d+)?\s*%)\s*\)|(\[)\s*(|[xX]|[+-]?\d{1,3}(?:[.,]\d+)?\s*%)\s*\](?!\())(?:\s+(.*))?$")
_LOOSE = re.compile(r"^( {0,3})[-*+]\s+(?:(\()([^()\s]{1,6})\)|(\[)([^\[\]\s]{1,6})\](?!\())\s+(.*)$")
_ANSWER = re.compile(r"^=(?!=)\s*(.*?)\s*$")
_HINT = re.compile(r"^\[!hint\]\s*(.*)$", re.IGNORECASE)


@dataclass(slots=True)
class Braces:
    id: str | None = None
    classes: list[str] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Head:
    """A heading of level 1 or 2, its braces taken off."""

    level: int
    line: int
    text: str
    braces: Braces
    col: int
    """Where the braces stand, or the heading's end."""


@dataclass(slots=True)
class RawSection:
    head: Head | None
    stimulus: list[str]
    questions: list[Question]
    sources: list[QuestionSource]
    line: int


@dataclass(slots=True)
class Reader:
    """Reads the questions of one file. Ids are unique in a module: `taken` maps each to where it stands."""

    report: FileReport
    render: Render
    taken: dict[str, tuple[str, int]]
    outcomes: frozenset[str]

    def read(self, lines: Sequence[str], first: int, last: int, fences: Sequence[Fence]) -> tuple[list[str], list[RawSection]]:
        """The lines before the first heading, and the sections from line `first` to `last` (1-based, inclusive)."""
        fenced = {n for fence in fences for n in range(fence.first, fence.last + 1)}
        heads = [
            (n, match)
            for n in range(first, last + 1)
            if n not in fenced and (match := _HEADING.match(lines[n - 1])) is not None
        ]
        intro_end = heads[0][0] if heads else last + 1
        intro = list(lines[first - 1 : intro_end - 1])
        sections: list[RawSection] = []
        for place, (number, match) in enumerate(heads):
            until = heads[place + 1][0] - 1 if place + 1 < len(heads) else last
            head = self._head(number, match)
            body = range(number + 1, until + 1)
            if head.level == 1:
                sections.append(RawSection(head, [lines[n - 1] for n in body], [], [], number))
                continue
            if not sections:
                sections.append(RawSection(None, [], [], [], number))
            self._question(head, lines, body, fenced, sections[-1])
        return intro, sections

    def _head(self, number: int, match: re.Match[str]) -> Head:
        text = match.group(2)
        braces = _BRACES.search(text)
        if not braces:
            return Head(len(match.group(1)), number, text, Braces(), len(match.group(0)) + 1)
        col = match.start(2) + braces.start(1)
        return Head(
            len(match.group(1)), number, text[: braces.start()].strip(), self._braces(braces.group(1), number, col), col
        )

    def _braces(self, inside: str, line: int, col: int) -> Braces:
        found = Braces()
        at = 0
        while at < len(inside.rstrip()):
            token = _TOKEN.match(inside, at)
            if not token:
                self.report.error(
                    "Q107",
                    line,
                    col + at + 1,
                    f"'{inside[at:].strip()}' tidak dapat dibaca.",
                    'Tulis {#id points=2 outcome=TP1 tags="a b" difficulty=3 .jenis}.',
                )
                break
            if token["id"]:
                if not SLUG.match(token["id"]):
                    self.report.error(
                        "Q108", line, col + token.start("id") + 1, f"#{token['id']} bukan id yang sah.", "Pakai huruf kecil, angka, dan tanda hubung."
                    )
                found.id = token["id"]
            elif token["class"]:
                found.classes.append(token["class"])
            else:
                found.attributes[token["key"]] = token["quoted"] if token["quoted"] is not None else token["plain"]
            at = token.end()
        return found

    def _question(
        self, head: Head, lines: Sequence[str], body: range, fenced: set[int], section: RawSection
    ) -> None:
        identity = self._identity(head)
        self._outcome(head)
        shape = _read_body(lines, body, fenced)
        if self._not_yet(head, shape, lines, body, fenced):
            return
        source = QuestionSource(
            file=self.report.file,
            line=head.line,
            col=1,
            id=identity,
            heading=head.text,
            stem="\n".join(shape.stem).strip(),
            classes=tuple(head.braces.classes),
            attributes=head.braces.attributes,
            options=tuple(shape.options),
            answers=tuple(shape.answers),
            explanation="\n".join(shape.explanation).strip(),
            hints=tuple("\n".join(hint).strip() for hint in shape.hints),
        )
        section.sources.append(source)
        question = parse_question(source, self.render, self.report)
        if question is not None:
            section.questions.append(question)

    def _identity(self, head: Head) -> str:
        given = head.braces.id
        if given is None:
            identity = derived_id(head.text, self.taken)
            self.report.warning(
                "Q102",
                head.line,
                head.col,
                "Soal ini belum punya #id.",
                f"Tambahkan {{#{identity}}}, atau jalankan pemeriksaan dengan --fix.",
                Edit(self.report.file, head.line, _with_id(head, identity)),
            )
        else:
            identity = given
            if identity in self.taken:
                file, line = self.taken[identity]
                where = f"baris {line}" if file == self.report.file else f"{file} baris {line}"
                self.report.error("Q103", head.line, head.col, f"#{identity} sudah dipakai di {where}.", "Beri id lain.")
        self.taken.setdefault(identity, (self.report.file, head.line))
        return identity

    def _outcome(self, head: Head) -> None:
        outcome = head.braces.attributes.get("outcome")
        if outcome is not None and outcome not in self.outcomes:
            known = ", ".join(sorted(self.outcomes)) or "belum ada"
            self.report.error(
                "Q104", head.line, head.col, f"Tujuan {outcome} tidak ada di module.md.", f"Yang ada: {known}."
            )

    def _not_yet(
        self, head: Head, shape: _Shape, lines: Sequence[str], body: range, fenced: set[int]
    ) -> bool:
        """Shapes that the format knows and this version does not: said once, plainly, where they stand."""
        for name in head.braces.classes:
            if name in NOT_YET:
                self._say_not_yet(head.line, head.col, name)
                return True
        for number in (head.line, *body):
            line = lines[number - 1]
            if number in fenced:
                continue
            if "[[" in line and "]]" in line:
                self._say_not_yet(number, line.index("[[") + 1, "cloze")
                return True
            if re.match(r"^ {0,3}[-*+]\s+.*=>", line) and not shape.options:
                self._say_not_yet(number, line.index("=>") + 1, "matching")
                return True
        return False

    def _say_not_yet(self, line: int, col: int, name: str) -> None:
        self.report.error(
            "Q109",
            line,
            col,
            f"Jenis soal {NOT_YET[name]} ({name}) belum didukung versi ini.",
            "Pakai pilihan tunggal, pilihan ganda, isian teks, atau isian angka.",
        )


@dataclass(slots=True)
class _Shape:
    stem: list[str] = field(default_factory=list)
    options: list[OptionLine] = field(default_factory=list)
    answers: list[AnswerLine] = field(default_factory=list)
    explanation: list[str] = field(default_factory=list)
    hints: list[list[str]] = field(default_factory=list)


def _read_body(lines: Sequence[str], body: range, fenced: set[int]) -> _Shape:
    shape = _Shape()
    strict = any(n not in fenced and _STRICT.match(lines[n - 1]) for n in body)
    quote: list[str] | None = None
    for number in body:
        line = lines[number - 1]
        if number in fenced:
            (shape.stem if not shape.options and not shape.answers else shape.explanation).append(line)
            continue
        if match := (_STRICT.match(line) or (_LOOSE.match(line) if strict else None)):
            mark = (match[3] if match[2] else match[5]) or ""
            shape.options.append(
                OptionLine(match[2] or match[4], mark.strip(), (match[6] or "").strip(), "", number, len(match[1]) + 1)
            )
            quote = None
        elif match := _ANSWER.match(line):
            shape.answers.append(AnswerLine(match[1], number, 1))
            quote = None
        elif shape.options and re.match(r"^(\s{2,}|\t)", line) and line.strip():
            _continue_option(shape, line.strip())
        elif line.startswith(">"):
            quote = _quote(shape, line[1:].removeprefix(" "), quote)
        elif not line.strip():
            quote = None
            if not shape.options and not shape.answers:
                shape.stem.append("")
            elif shape.explanation:
                shape.explanation.append("")
        elif shape.options or shape.answers:
            shape.explanation.append(line)
        else:
            shape.stem.append(line)
    return shape


def _continue_option(shape: _Shape, text: str) -> None:
    """An indented line under an option: its feedback when quoted, else more of its text."""
    last = shape.options[-1]
    if text.startswith(">"):
        feedback = f"{last.feedback}\n{text[1:].strip()}".strip()
        shape.options[-1] = OptionLine(last.bracket, last.mark, last.text, feedback, last.line, last.col)
    else:
        shape.options[-1] = OptionLine(last.bracket, last.mark, f"{last.text} {text}", last.feedback, last.line, last.col)


def _quote(shape: _Shape, text: str, quote: list[str] | None) -> list[str]:
    """A quoted line at the margin: a hint, the explanation when it comes after the options, else part of the stem."""
    if match := _HINT.match(text):
        shape.hints.append([match[1]])
        return shape.hints[-1]
    if quote is not None:
        quote.append(text if quote is not shape.stem else f"> {text}")
        return quote
    if shape.options or shape.answers:
        if shape.explanation:
            shape.explanation.append("")
        shape.explanation.append(text)
        return shape.explanation
    shape.stem.append(f"> {text}")
    return shape.stem


def derived_id(text: str, taken: dict[str, tuple[str, int]]) -> str:
    """An id from the first words of a question, with a number where that is taken."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"[*_`]", "", text).lower())
    base = "-".join(words[:5])[:60].strip("-") or "soal"
    identity, count = base, 1
    while identity in taken:
        count += 1
        identity = f"{base}-{count}"
    return identity


def _with_id(head: Head, identity: str) -> str:
    braces = [f"#{identity}"] + [f".{name}" for name in head.braces.classes]
    braces += [f'{k}="{v}"' if " " in v or not v else f"{k}={v}" for k, v in head.braces.attributes.items()]
    return f"{'#' * head.level} {head.text} {{{' '.join(braces)}}}"
