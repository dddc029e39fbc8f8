"""GIFT: questions in a text file, one after each blank line, with their answers in braces.

`::title::text{=right ~wrong#feedback}`, `{#20:0.5}`, `{=left -> right}`, `{TRUE}`, `{}` for an essay, `####` before a general
feedback, `// [id:…] [tag:…]` and `$CATEGORY:` before a question. Source: Moodle's documentation "GIFT format".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction

from elearn.core.exchange.base import QUESTIONS, TEXT, ExchangeError, Imported, Item, Refused, item
from elearn.core.exchange.moodle_text import exact, number
from elearn.core.exchange.parts import Parts, attributes_of_tags, weighted_options
from elearn.core.exchange.plain import read_text
from elearn.core.exchange.pools import DESCRIBED, Pools
from elearn.core.exchange.sources import Names, answer, build, option, percent, understood
from elearn.core.exchange.texts import escape, plain_words, to_markdown
from elearn.core.questions.base import QuestionSource
from elearn.core.questions.shared import number_text

SPECIAL = "\\:~=#{}"
"""Signs that stand for themselves behind a backslash."""
_HIDDEN = {sign: chr(0xE100 + place) for place, sign in enumerate(SPECIAL)} | {"n": "\ue10f"}
_SHOWN = {ord(hidden): "\n" if sign == "n" else sign for sign, hidden in _HIDDEN.items()}
_ESCAPED = re.compile(r"\\([\\:~=#{}n])")
_LOOKS = re.compile(r"(?<!\\)\{\s*(?:[=~#]|TRUE\b|FALSE\b|[TF]\s*[}#]|\})", re.IGNORECASE)
_CATEGORY = re.compile(r"^\$CATEGORY:\s*(.*)$")
_ID = re.compile(r"\[id:([^\]\s]+)\]")
_TAG = re.compile(r"\[tag:([^\]]+)\]")
_TITLE = re.compile(r"^\s*::(.*?)::\s*", re.DOTALL)
_FORMAT = re.compile(r"^\s*\[(html|moodle|plain|markdown)\]\s*", re.IGNORECASE)
_WEIGHT = re.compile(r"^\s*%(-?\d{1,3}(?:\.\d{1,7})?)%\s*")
_RANGE = re.compile(r"^([^:]+?)\s*\.\.\s*([^:]+)$")
_TRUTH = re.compile(r"^\s*(TRUE|FALSE|T|F)\s*(?:#(.*))?$", re.IGNORECASE | re.DOTALL)


def recognised(data: bytes) -> bool:
    """Whether braces of the beginning hold answers."""
    return bool(_LOOKS.search(data[:65536].decode("utf-8", "replace")))


@dataclass(slots=True)
class _Block:
    """The lines of a question; `line` is its first, from 1; `remarks` are the comments above it."""

    line: int
    text: str
    remarks: str


@dataclass(frozen=True, slots=True)
class _Choice:
    """An answer behind its sign, `=` or `~`. `worth` is None where nothing is said of it."""

    sign: str
    text: str
    feedback: str
    worth: Fraction | None


def read_gift(data: bytes) -> Imported:
    """A block that cannot be read is refused, the others are not. Raises ExchangeError."""
    notes: list[str] = []
    blocks = _blocks(read_text(data, notes))
    reading = _Reading()
    for block in blocks:
        reading.take(block)
    if not reading.items:
        raise ExchangeError("Tidak ada soal GIFT di berkas ini.")
    return Imported(tuple(reading.items), reading.pools.sections(), notes=tuple(notes))


def _blocks(text: str) -> list[_Block]:
    blocks: list[_Block] = []
    lines: list[str] = []
    remarks: list[str] = []
    first = 0
    for number_, line in enumerate([*text.split("\n"), ""], start=1):
        if line.lstrip().startswith("//"):
            remarks.append(line)
        elif line.strip() and not _CATEGORY.match(line):
            first = first if lines else number_
            lines.append(line)
        else:
            if lines:
                blocks.append(_Block(first, "\n".join(lines), " ".join(remarks)))
                lines, remarks = [], []
            if line.strip():
                blocks.append(_Block(number_, line, ""))
    if len(blocks) > QUESTIONS:
        raise ExchangeError(f"Berkas ini memuat lebih dari {QUESTIONS} soal. Bagi menjadi beberapa berkas.")
    return blocks


@dataclass(slots=True)
class _Reading:
    names: Names = field(default_factory=Names)
    items: list[Item] = field(default_factory=list)
    pools: Pools = field(default_factory=Pools)

    def take(self, block: _Block) -> None:
        category = _CATEGORY.match(block.text)
        if category:
            self.pools.category(category[1])
            return
        where = f"Baris {block.line}: {' '.join(block.text.split())[:80]}"
        notes: list[str] = []
        try:
            question = _Question.read(block, notes)
            if question.answers is None:
                pool = self.pools.describe(question.text, plain_words(question.title))
                self.items.append(Item(where, pool.id, "approximated", (DESCRIBED, *notes), None))
                return
            source = _source(question, block, self.names, notes)
        except Refused as trouble:
            self.items.append(Item(where, self.names.give(block.text[:60]), "refused", (str(trouble),), None))
            return
        self.items.append(item(where, source, notes))
        self.pools.current().sources.append(source)


@dataclass(slots=True)
class _Question:
    """A block in its pieces: texts are Markdown; `answers` stands between the braces, None where there are none."""

    title: str
    text: str
    form: str
    answers: str | None
    general: str
    notes: list[str]

    @classmethod
    def read(cls, block: _Block, notes: list[str]) -> _Question:
        """Raises Refused."""
        if len(block.text) > TEXT:
            raise Refused(f"Teksnya lebih dari {TEXT} huruf.")
        raw = _ESCAPED.sub(lambda found: _HIDDEN[found[1]], re.sub("[\ue100-\ue10f]", "", block.text))
        titled = _TITLE.match(raw)
        raw = raw[titled.end() :] if titled else raw
        formed = _FORMAT.match(raw)
        raw = raw[formed.end() :] if formed else raw
        form = formed[1].lower() if formed else "moodle"
        before, brace, rest = raw.partition("{")
        answers = None
        if brace:
            inside, closed, after = rest.rpartition("}")
            if not closed or "{" in inside or "}" in inside:
                raise Refused(
                    "Kurung kurawal jawabannya tidak berpasangan; tulis \\{ dan \\} untuk yang bagian dari teks."
                )
            answers = inside
            before += f"_____{after}" if after.strip() else ""
        elif "}" in before:
            raise Refused("Kurung kurawal jawabannya tidak berpasangan; tulis \\{ dan \\} untuk yang bagian dari teks.")
        title = _plain(titled[1]) if titled else ""
        made = cls(title, "", form, None, "", notes)
        made.text = made.markdown(before)
        if answers is not None:
            own, _marks, general = answers.partition("####")
            made.answers, made.general = own, made.markdown(general)
        if not made.text and not title:
            raise Refused("Tidak ada teks di depan jawabannya.")
        return made

    def markdown(self, raw: str) -> str:
        """A text of this question as Markdown; it may begin with a format of its own."""
        formed = _FORMAT.match(raw)
        form = formed[1].lower() if formed else self.form
        shown = (raw[formed.end() :] if formed else raw).translate(_SHOWN).strip()
        if form == "markdown":
            return shown
        if form == "plain":
            return escape(" ".join(shown.split()))
        return to_markdown(shown.replace("\n", "<br>") if form == "moodle" and "<p" not in shown else shown, self.notes)


def _plain(raw: str) -> str:
    return " ".join(raw.translate(_SHOWN).split())


def _source(question: _Question, block: _Block, names: Names, notes: list[str]) -> QuestionSource:
    """Raises Refused."""
    parts = _parts(question)
    attributes = attributes_of_tags([tag.strip() for tag in _TAG.findall(block.remarks)])
    source = build(
        "soal", question.text or escape(question.title), title=question.title, classes=parts.classes,
        attributes=attributes, options=parts.options, answers=parts.answers, explanation=question.general,
    )  # fmt: skip
    understood(source)
    known = _ID.search(block.remarks)
    return replace(source, id=names.give(known[1] if known else "", question.title, source.heading))


def _parts(question: _Question) -> Parts:
    inside = question.answers or ""
    if not inside.strip():
        return Parts(classes=["essay"])
    truth = _TRUTH.match(inside)
    if truth:
        return _true_false(question, truth)
    if inside.lstrip().startswith("#"):
        return _numbers(question, inside.lstrip()[1:])
    choices = _choices(question, inside)
    if all("->" in choice.text for choice in choices) and all(choice.sign == "=" for choice in choices):
        return _matching(question, choices)
    if any(choice.sign == "~" for choice in choices):
        return _options(question, choices)
    return _typed(question, choices)


def _choices(question: _Question, inside: str) -> list[_Choice]:
    pieces = re.split(r"([=~])", inside)
    if pieces[0].strip():
        raise Refused("Jawaban di dalam kurung kurawal diawali = atau ~.")
    choices = []
    for sign, raw in zip(pieces[1::2], pieces[2::2], strict=True):
        weight = _WEIGHT.match(raw)
        text, _mark, feedback = (raw[weight.end() :] if weight else raw).partition("#")
        choices.append(
            _Choice(sign, text, question.markdown(feedback), exact(Fraction(weight[1]) / 100) if weight else None)
        )
    return choices


def _options(question: _Question, choices: list[_Choice]) -> Parts:
    one = any(choice.sign == "=" for choice in choices)
    worths = [
        choice.worth if choice.worth is not None else Fraction(1 if choice.sign == "=" else 0) for choice in choices
    ]
    alone = not one and sum(worth > 0 for worth in worths) == 1 and max(worths) == 1 and min(worths) >= 0
    texts = [question.markdown(choice.text) for choice in choices]
    feedback = [choice.feedback for choice in choices]
    return weighted_options("(" if one or alone else "[", texts, feedback, worths, question.notes)


def _typed(question: _Question, choices: list[_Choice]) -> Parts:
    answers = []
    for choice in choices:
        worth, text = Fraction(1) if choice.worth is None else choice.worth, _plain(choice.text)
        if choice.feedback:
            question.notes.append("Umpan balik tiap jawaban tidak dibawa.")
        if worth <= 0:
            question.notes.append("Jawaban salah yang dikenali khusus tidak dibawa.")
        else:
            answers.append(answer(text if worth == 1 else f"{percent(worth)} {text}"))
    # The shape of `= 20` alone would be a number's.
    return Parts(answers=answers, classes=["text"])


def _numbers(question: _Question, inside: str) -> Parts:
    choices = _choices(question, inside if re.match(r"\s*[=~]", inside) else f"={inside}")
    answers = []
    for choice in choices:
        if choice.feedback:
            question.notes.append("Umpan balik tiap jawaban tidak dibawa.")
        if choice.sign == "~" or choice.worth not in (None, 1):
            question.notes.append("Bilangan yang bernilai sebagian atau nol tidak dibawa.")
            continue
        answers.append(answer(_range(choice.text)))
    return Parts(answers=answers)


def _range(raw: str) -> str:
    found = _RANGE.match(raw.strip())
    if found:
        low, high = number(_plain(found[1])), number(_plain(found[2]))
        return f"{number_text(low, 12)}..{number_text(high, 12)}"
    value, _colon, spread = raw.partition(":")
    shown = number_text(number(_plain(value)), 12)
    tolerance = number(_plain(spread) or "0")
    return f"{shown} ± {number_text(tolerance, 12)}" if tolerance else shown


def _matching(question: _Question, choices: list[_Choice]) -> Parts:
    options = []
    for choice in choices:
        if choice.feedback:
            question.notes.append("Umpan balik tiap pasangan tidak dibawa.")
        left, _arrow, right = choice.text.partition("->")
        shown = " ".join(question.markdown(left).replace("=>", "`=>`").split())
        words = " ".join(escape(_plain(right)).replace("=>", "`=>`").split())
        options.append(option("=>", "", f"{shown} => {words}".strip()))
    return Parts(options=options)


def _true_false(question: _Question, truth: re.Match[str]) -> Parts:
    right = truth[1].upper().startswith("T")
    wrong_said, _mark, right_said = (truth[2] or "").partition("#")
    said = {True: question.markdown(right_said), False: question.markdown(wrong_said)}
    return Parts(
        options=[
            option("(", "x" if value == right else "", name, said[value == right])
            for name, value in (("Benar", True), ("Salah", False))
        ]
    )
