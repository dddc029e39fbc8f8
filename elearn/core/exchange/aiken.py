"""Aiken: a question on a line, options `A. …` or `A) …`, and `ANSWER: A`.

Source: Moodle's documentation "Aiken format". What people write besides is read as well: small letters, a colon after
the letter, `JAWABAN:` or `KUNCI:`, a question of several lines, blank lines between the options. The format knows one
right answer and plain text; it holds no feedback, points or ids.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from elearn.core.exchange.base import QUESTIONS, TEXT, ExchangeError, Exported, Imported, Item, Refused, Section, item
from elearn.core.exchange.plain import read_text
from elearn.core.exchange.sources import Names, build, option, understood
from elearn.core.exchange.texts import escape, plain_words
from elearn.core.questions.base import QuestionSource

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OPTION = re.compile(r"^[ \t]*([A-Za-z])[.):][ \t]+(?=\S)")
_ANSWER = re.compile(r"^[ \t]*(?:ANSWER|JAWABAN|KUNCI)[ \t]*[:=][ \t]*(.*?)[ \t]*$", re.IGNORECASE)


def recognised(data: bytes) -> bool:
    """Whether a line of the beginning says which option is right."""
    head = data[:65536].decode("utf-8", "replace")
    return any(_ANSWER.match(line) for line in head.splitlines())


def read_aiken(data: bytes) -> Imported:
    """A block that cannot be read is refused, the others are not. Raises ExchangeError."""
    notes: list[str] = []
    blocks = _blocks(read_text(data, notes))
    if len(blocks) > QUESTIONS:
        raise ExchangeError(f"Berkas ini memuat lebih dari {QUESTIONS} soal. Bagi menjadi beberapa berkas.")
    if not blocks:
        raise ExchangeError("Tidak ada soal Aiken di berkas ini.")
    names = Names()
    items = [_item(block, names) for block in blocks]
    sources = tuple(one.source for one in items if one.source is not None)
    return Imported(tuple(items), (Section("", "", "", None, sources),), notes=tuple(notes))


@dataclass(slots=True)
class _Block:
    """A question while it is read; `line` is its first, from 1."""

    line: int
    text: list[str] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)
    answer: str | None = None


def _blocks(text: str) -> list[_Block]:
    """A block ends with its answer, or where text follows a blank line below the options."""
    blocks: list[_Block] = []
    block: _Block | None = None
    blank = False
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            blank = True
            continue
        answer, found = _ANSWER.match(line), _OPTION.match(line)
        if answer and block is None and blocks and blocks[-1].answer is not None:
            blocks.append(_Block(number, answer=answer[1]))  # an answer to nothing is a block with an error
            continue
        begins = block is None or (blank and block.options and not found and not answer)
        if block is None or begins:
            block = _Block(number)
            blocks.append(block)
        if answer:
            block.answer, block = answer[1], None
        elif found and block.text:
            block.options.append((found[1].upper(), line[found.end() :].strip()))
        elif block.options:
            letter, said = block.options[-1]
            block.options[-1] = (letter, f"{said} {line.strip()}")
        else:
            block.text.append(line.strip())
        blank = False
    return blocks


def _item(block: _Block, names: Names) -> Item:
    text = " ".join(block.text)
    where = f"Baris {block.line}: {text[:80]}"
    try:
        return item(where, _source(block, text, names), [])
    except Refused as trouble:
        return Item(where, names.give(text), "refused", (str(trouble),), None)


def _source(block: _Block, text: str, names: Names) -> QuestionSource:
    """Raises Refused."""
    if len(text) > TEXT or any(len(said) > TEXT for _letter, said in block.options):
        raise Refused(f"Teksnya lebih dari {TEXT} huruf.")
    if not text:
        raise Refused("Tidak ada kalimat tanya di atas pilihannya.")
    if not block.options:
        raise Refused("Tidak ada pilihan. Tulis setiap pilihan di baris sendiri: A. … lalu B. …")
    if block.answer is None:
        raise Refused("Tidak ada baris ANSWER: di bawah pilihannya.")
    letters = [letter for letter, _said in block.options]
    if len(set(letters)) < len(letters):
        raise Refused("Satu huruf dipakai oleh dua pilihan.")
    key = block.answer.rstrip(".) ").upper()
    if key not in letters:
        raise Refused(f"ANSWER: {block.answer[:20]} bukan salah satu pilihannya ({', '.join(letters)}).")
    options = [option("(", "x" if letter == key else "", escape(said)) for letter, said in block.options]
    words = escape(text)
    source = build(names.give(text), words, options=options)
    understood(source)
    return source


def write_aiken(sections: Sequence[Section]) -> Exported:
    """Questions with one right answer; of these, what the format has no place for is said."""
    blocks: list[str] = []
    items: list[Item] = []
    for source in (source for section in sections for source in section.sources):
        where = f"#{source.id}"
        try:
            block, notes = _written(source)
        except Refused as trouble:
            items.append(Item(where, source.id, "refused", (str(trouble),), None))
            continue
        blocks.append(block)
        items.append(item(where, source, notes))
    said = tuple(_section_notes(sections))
    return Exported("\n".join(blocks).encode(), tuple(items), "text/plain", ".txt", said)


def _section_notes(sections: Sequence[Section]) -> list[str]:
    notes = []
    if any(section.title or section.draw is not None for section in sections):
        notes.append("Aiken tidak mengenal bagian: judul dan draw= tidak dibawa.")
    if any(section.stimulus for section in sections):
        notes.append("Aiken tidak mengenal bacaan bersama: teks di bawah judul bagian tidak dibawa.")
    return notes


def _written(source: QuestionSource) -> tuple[str, list[str]]:
    """A block, and what it leaves out. Raises Refused."""
    question = understood(source)
    if question.type != "single":
        raise Refused(f"Aiken hanya mengenal soal dengan satu jawaban benar, bukan {question.type}.")
    if len(source.options) > len(LETTERS):
        raise Refused(f"Aiken hanya mengenal {len(LETTERS)} pilihan.")
    if any("![" in text for text in (source.text, *(one.text for one in source.options))):
        raise Refused("Aiken tidak dapat memuat gambar.")
    text, said = plain_words(source.text), [plain_words(one.text) for one in source.options]
    key = next(at for at, one in enumerate(source.options) if one.mark.casefold() == "x")
    options = [f"{letter}. {words}" for letter, words in zip(LETTERS, said, strict=False)]
    block = "\n".join([text, *options, f"ANSWER: {LETTERS[key]}"])
    back = _blocks(block)
    if len(back) != 1 or [words for _letter, words in back[0].options] != said or back[0].text != [text]:
        raise Refused("Teksnya kosong, atau tampak seperti pilihan atau jawaban Aiken.")
    return f"{block}\n", _left_out(source, text, said)


def _left_out(source: QuestionSource, text: str, said: Sequence[str]) -> list[str]:
    notes = []
    shown = [source.heading, *(one.text for one in source.options)]
    if source.stem or any(escape(plain) != own for plain, own in zip((text, *said), shown, strict=True)):
        notes.append("Teks menjadi satu baris tanpa format.")
    for left_out, value in (
        ("Nilai sebagian pada pilihan", any(one.mark not in ("", "x", "X") for one in source.options)),
        ("Umpan balik pilihan", any(one.feedback for one in source.options)),
        ("Penjelasan", source.explanation),
        ("Petunjuk", source.hints),
        ("Poin, tujuan, dan tanda", source.attributes),
    ):
        if value:
            notes.append(f"{left_out} tidak dibawa.")
    return notes
