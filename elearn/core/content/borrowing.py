"""Questions that are used in more than one place: `## Kalimat {#id from=modul/soal}` stands for that question.

A version holds what it borrowed as it was when it was published: the lender may change its question later, and nobody in the
middle of an attempt notices. What can be lent are the questions of quizzes and the checks of lessons that a module wrote itself;
those of a survey have no key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from elearn.core.content.headings import Heading
from elearn.core.content.text import FileReport
from elearn.core.content.values import is_slug
from elearn.core.model import Edit, Module, Question, Quiz
from elearn.core.questions import ATTRIBUTES, read_difficulty, read_points

Lent = Mapping[str, Question]
"""`module/question` -> the question."""
_FROM = re.compile(
    r"""^\#\#[ \t].*\{[^{}]*\bfrom="?(?P<module>[a-z0-9-]{1,80})/(?P<question>[a-z0-9-]{1,80})"?(?=[\s}])"""
)


def wanted(texts: Iterable[bytes]) -> dict[str, set[str]]:
    """Module -> its questions that these files ask for. Fenced lines count too: what is not needed does no harm."""
    found: dict[str, set[str]] = {}
    for text in texts:
        if b"from=" not in text:
            continue
        for line in text.decode("utf-8", "replace").splitlines():
            if match := _FROM.match(line):
                found.setdefault(match["module"], set()).add(match["question"])
    return found


def lendable(module: Module) -> dict[str, Question]:
    """`module/question` -> question, of what a module wrote itself; with the case that it belongs to, if it has one."""
    lent: dict[str, Question] = {}
    for part in module.parts:
        if not isinstance(part, Quiz):
            questions = list(part.checks.values())
        elif part.survey:
            continue
        else:
            questions = [with_case(q, section.stimulus_html) for section in part.sections for q in section.questions]
        lent |= {f"{module.slug}/{question.id}": question for question in questions if question.origin is None}
    return lent


def with_case(question: Question, stimulus_html: str) -> Question:
    """A question that says itself what its section says to all: alone it would ask about nothing."""
    if not stimulus_html:
        return question
    body: Mapping[str, Any] = question.body
    before = f'<div class="stimulus">{stimulus_html}</div>'
    if "texts" in body:
        # What is drawn for an attempt is put into these.
        body = {**body, "texts": {**body["texts"], "stem_html": before + body["texts"]["stem_html"]}}
    return replace(question, stem_html=before + question.stem_html, body=body)


def origin_of(heading: Heading, module: str, report: FileReport) -> str | None:
    """What a heading borrows, as `module/question`; None after an error."""
    written = heading.attributes["from"]
    lender, slash, question = written.partition("/")
    if slash and is_slug(lender) and is_slug(question):
        return written
    hint = f"Tulis modul/soal, misalnya from={module}/apa-itu-spbe."
    report.error("Q118", heading.line, heading.col, f"from={written[:80]} bukan modul/soal.", hint)
    return None


def borrow(
    heading: Heading, identity: str, body: Sequence[tuple[int, str, bool]], lent: Lent, report: FileReport, file: str
) -> Question | None:
    """The borrowed question under its id here, with the points, outcome, tags and difficulty that are written here in place
    of its own; None after an error. An outcome of another module is not taken over: it is not known here."""
    origin = heading.attributes["from"]
    sound = _nothing_else(heading, body, report)
    points = read_points(heading.attributes, heading.line, report)
    difficulty = read_difficulty(heading.attributes, heading.line, report)
    question = lent.get(origin)
    if question is None:
        _missing(heading, origin, report)
        return None
    if not sound or points is None:
        return None
    _same_words(heading, question, report, file)
    given = heading.attributes
    return replace(
        question,
        id=identity,
        points=points if "points" in given else question.points,
        outcome=given.get("outcome"),
        tags=tuple(given["tags"].split()) if "tags" in given else question.tags,
        difficulty=difficulty or question.difficulty,
        origin=origin,
    )


def _nothing_else(heading: Heading, body: Sequence[tuple[int, str, bool]], report: FileReport) -> bool:
    """Whether only what may be changed about a borrowed question is written here."""
    sound = True
    for name in heading.attributes:
        if name not in (*ATTRIBUTES, "from"):
            hint = f"Yang dapat ditulis di sini: {', '.join(ATTRIBUTES)}."
            report.error("Q118", heading.line, heading.col, f"{name}= tidak berlaku untuk soal yang diambil.", hint)
            sound = False
    if heading.classes:
        message = f".{heading.classes[0]} tidak berlaku untuk soal yang diambil."
        report.error("Q118", heading.line, heading.col, message, "Hapus jenisnya: soal asalnya yang menentukan.")
        sound = False
    for number, line, _fenced in body:
        if line.strip():
            hint = "Hapus teks ini; atau hapus from= untuk menulis soal sendiri."
            report.error("Q118", number, 1, "Di bawah soal yang diambil tidak ditulis apa-apa.", hint)
            return False
    return sound


def _missing(heading: Heading, origin: str, report: FileReport) -> None:
    hint = "Periksa modul dan id soalnya. Soal survei, dan soal yang di sana pun diambil, tidak dapat dipakai."
    report.error("Q119", heading.line, heading.col, f"Tidak ada soal {origin[:160]} yang dapat diambil.", hint)


def _same_words(heading: Heading, question: Question, report: FileReport, file: str) -> None:
    """The words of the heading are a reader's help; where they say something else, either the question was changed, or
    somebody believes to change it here."""
    words, own = (" ".join(re.sub(r"[*_`]", "", text).split()) for text in (heading.text, question.stem_text))
    if words in ("", own) or not own:
        return
    edit = Edit(file, heading.line, f"## {question.stem_text} {heading.raw[heading.col - 1 :]}")
    hint = "Yang tampil adalah kalimat soal asalnya. Samakan, atau hapus from= untuk menulis soal sendiri."
    report.warning("Q120", heading.line, 1, "Kalimat ini bukan kalimat soal asalnya.", hint, edit)
