"""Our questions as GIFT. Texts are written as Markdown, which Moodle renders itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from elearn.core.exchange.base import Exported, Item, Refused, Section, item
from elearn.core.exchange.gift import SPECIAL
from elearn.core.exchange.moodle_cloze import decimal
from elearn.core.exchange.moodle_text import listed
from elearn.core.exchange.parts import tags_of
from elearn.core.exchange.sources import understood
from elearn.core.exchange.texts import plain_words
from elearn.core.model import Question
from elearn.core.questions.base import QuestionSource
from elearn.core.questions.shared import ARROW, split_outside_code

_SIGNS = re.compile(f"([{re.escape(SPECIAL)}])")
Notes = list[str]


def write_gift(sections: Sequence[Section]) -> Exported:
    """Questions of the types that GIFT knows; what it has no place for is said."""
    blocks: list[str] = []
    items: list[Item] = []
    notes: list[str] = []
    for section in sections:
        name = plain_words(section.title).replace("/", "//") or section.id
        blocks.append(f"$CATEGORY: $course$/top/{name}" if name else "")
        if section.stimulus.strip():
            blocks.append(f"::{_own(name)}::[markdown]{_own(section.stimulus.strip())}")
        if section.draw is not None:
            notes.append(f"Bagian '{section.title}': draw={section.draw} tidak dapat ditulis; atur di kuis Moodle.")
        for source in section.sources:
            block, told = _block(source)
            blocks.append(block)
            items.append(told)
    text = "\n\n".join(block for block in blocks if block)
    return Exported(f"{text}\n".encode(), tuple(items), "text/plain", ".gift", tuple(notes))


def _own(text: str) -> str:
    """A text that means itself: blank lines end a question, so line ends are written as signs."""
    return _SIGNS.sub(r"\\\1", text).replace("\n", "\\n")


def _block(source: QuestionSource) -> tuple[str, Item]:
    where, notes = f"#{source.id}", Notes()
    try:
        question = understood(source)
        if question.type not in _WRITERS:
            raise Refused(f"GIFT tidak punya jenis soal seperti {question.type}.")
        if "](media/" in source.text or any("](media/" in one.text for one in source.options):
            raise Refused("GIFT tidak dapat memuat gambar. Pakai Moodle XML.")
        answers = _WRITERS[question.type](source, question, notes)
    except Refused as trouble:
        return "", Item(where, source.id, "refused", (str(trouble),), None)
    if question.points != 1:
        notes.append(f"Poin soal ({question.points}) tidak dibawa.")
    if source.hints:
        notes.append("Petunjuk tidak dibawa.")
    tags = "".join(f" [tag:{tag}]" for tag in tags_of(question))
    general = f"####{_own(source.explanation)}" if source.explanation else ""
    title = _own(plain_words(source.heading)[:120])
    text = f"// [id:{source.id}]{tags}\n::{title}::[markdown]{_own(source.text)} {{{answers}{general}}}"
    return text, item(where, source, notes)


def _feedback(text: str) -> str:
    return f"#{_own(text)}" if text else ""


def _single(source: QuestionSource, question: Question, notes: Notes) -> str:
    lines = []
    for option, made in zip(source.options, question.body["options"], strict=True):
        worth = Fraction(made["fraction"])
        sign = "=" if worth == 1 else f"~%{listed(worth, notes)}%" if worth else "~"
        lines.append(f"{sign}{_own(option.text)}{_feedback(option.feedback)}")
    return _lines(lines)


def _multiple(source: QuestionSource, question: Question, notes: Notes) -> str:
    worths = [Fraction(option["fraction"]) for option in question.body["options"]]
    if question.body["scoring"] != "weights":
        if question.body["scoring"] == "all-or-nothing":
            notes.append("Moodle menilai sebagian; soal ini aslinya bernilai hanya bila semuanya tepat.")
        share = Fraction(1, sum(worth > 0 for worth in worths))
        worths = [share if worth > 0 else -share for worth in worths]
    if sum(worth > 0 for worth in worths) == 1 and min(worths) >= 0:
        notes.append("Hanya satu pilihan yang bernilai: di Moodle menjadi pilihan tunggal.")
    return _lines(
        f"~%{listed(worth, notes)}%{_own(option.text)}{_feedback(option.feedback)}"
        for option, worth in zip(source.options, worths, strict=True)
    )


def _text(source: QuestionSource, question: Question, notes: Notes) -> str:
    if question.body["exact"]:
        notes.append("GIFT tidak membedakan huruf besar dan kecil.")
    lines = []
    for line in question.body["answers"]:
        worth = Fraction(line["fraction"])
        lines.append(f"={'' if worth == 1 else f'%{listed(worth, notes)}%'}{_own(line['text'])}")
    return _lines(lines)


def _number(source: QuestionSource, question: Question, notes: Notes) -> str:
    if any(line["unit"] for line in question.body["answers"]):
        notes.append("Satuan tidak dibawa.")
    lines = []
    for line in question.body["answers"]:
        low, high = Fraction(line["low"]), Fraction(line["high"])
        lines.append(f"={decimal((low + high) / 2)}:{decimal((high - low) / 2)}")
    return f"#{_lines(lines)}"


def _matching(source: QuestionSource, question: Question, notes: Notes) -> str:
    lines = []
    for option in source.options:
        left, right = (side.strip() for side in split_outside_code(option.text, ARROW))
        words = plain_words(right)
        if words != right.replace("\\", ""):
            notes.append("Sisi kanan di Moodle hanya teks biasa: hiasannya tidak ditulis.")
        if option.feedback:
            notes.append("Umpan balik tiap pasangan tidak ditulis.")
        if "->" in left or "->" in words:
            raise Refused("Pasangan yang memuat -> tidak dapat ditulis dalam GIFT.")
        lines.append(f"={_own(left)} -> {_own(words)}")
    return _lines(lines)


def _essay(source: QuestionSource, question: Question, notes: Notes) -> str:
    if question.body["words"]:
        notes.append("Batas jumlah kata tidak dibawa.")
    if source.table:
        notes.append("Rubrik tidak dibawa.")
    return ""


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"\n\t{line}" for line in lines) + "\n"


_WRITERS: Mapping[str, Callable[[QuestionSource, Question, Notes], str]] = {
    "single": _single, "multiple": _multiple, "text": _text, "number": _number, "matching": _matching, "essay": _essay,
}  # fmt: skip
