"""Our questions as Moodle XML. Texts are written as Markdown, which Moodle renders itself, so that none is changed.

Elements stand in the order that Moodle's own export has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import Element

from elearn.core.exchange.base import Exported, Item, Refused, Section, item
from elearn.core.exchange.guarded_xml import add, write_xml
from elearn.core.exchange.moodle_cloze import decimal, write_gap
from elearn.core.exchange.moodle_computed import add_answers, add_datasets
from elearn.core.exchange.moodle_text import add_plain, add_text, listed
from elearn.core.exchange.parts import tags_of
from elearn.core.exchange.sources import understood
from elearn.core.exchange.texts import plain_words
from elearn.core.model import Question
from elearn.core.questions.base import QuestionSource
from elearn.core.questions.marks import GAP_MARK, NAME_MARK
from elearn.core.questions.shared import ARROW, split_outside_code

_TYPES = {
    "single": "multichoice", "multiple": "multichoice", "text": "shortanswer", "number": "numerical",
    "matching": "matching", "ordering": "ordering", "cloze": "cloze", "essay": "essay", "computed": "calculatedsimple",
}  # fmt: skip


@dataclass(slots=True)
class _Writing:
    """One question while it is written."""

    element: Element
    source: QuestionSource
    question: Question
    media: Mapping[str, bytes]
    notes: list[str] = field(default_factory=list)

    @property
    def body(self) -> Mapping[str, Any]:
        return self.question.body

    def answer(self, text: str, fraction: str, feedback: str = "", *, plain: bool = False) -> Element:
        if plain:
            made = add(self.element, "answer", fraction=fraction, format="plain_text")
            add(made, "text", text)
        else:
            made = add_text(self.element, "answer", text, self.media, fraction=fraction)
        add_text(made, "feedback", feedback, self.media)
        return made


def write_moodle(sections: Sequence[Section], media: Mapping[str, bytes]) -> Exported:
    root = Element("quiz")
    items: list[Item] = []
    notes: list[str] = []
    for section in sections:
        _category(root, section, media)
        if section.draw is not None:
            notes.append(f"Bagian '{section.title}': draw={section.draw} tidak dapat ditulis; atur di kuis Moodle.")
        for source in section.sources:
            items.append(_item(root, source, media))
    return Exported(write_xml(root), tuple(items), "application/xml", ".xml", tuple(notes))


def _category(root: Element, section: Section, media: Mapping[str, bytes]) -> None:
    element = add(root, "question", type="category")
    name = plain_words(section.title).replace("/", "//") or section.id
    add_plain(element, "category", f"$course$/top/{name}")
    add_text(element, "info", "", {})
    add(element, "idnumber", section.id)
    if section.stimulus.strip():
        shown = add(root, "question", type="description")
        add_plain(shown, "name", plain_words(section.title) or section.id)
        add_text(shown, "questiontext", section.stimulus, media)
        add_text(shown, "generalfeedback", "", {})
        add(shown, "defaultgrade", "0")


def _item(root: Element, source: QuestionSource, media: Mapping[str, bytes]) -> Item:
    where = f"{source.file} baris {source.line}"
    try:
        writing = _Writing(Element("question"), source, understood(source), media)
        _question(writing)
    except Refused as trouble:
        return Item(where, source.id, "refused", (str(trouble),), source)
    root.append(writing.element)
    return item(where, source, writing.notes)


def _question(writing: _Writing) -> None:
    """Raises Refused."""
    element, source, question = writing.element, writing.source, writing.question
    if question.type not in _TYPES:
        raise Refused(f"Moodle tidak punya jenis soal seperti {question.type}.")
    yes_or_no = _is_true_false(writing)
    element.set("type", "truefalse" if yes_or_no else _TYPES[question.type])
    add_plain(element, "name", plain_words(GAP_MARK.sub("____", source.heading))[:120] or source.id)
    add_text(element, "questiontext", _text(writing), writing.media)
    add_text(element, "generalfeedback", source.explanation, writing.media)
    add(element, "defaultgrade", str(question.points))
    add(element, "penalty", "0.3333333" if source.hints else "0")
    add(element, "hidden", "0")
    add(element, "idnumber", source.id)
    (_true_false if yes_or_no else _WRITERS[question.type])(writing)
    for hint in source.hints:
        add_text(element, "hint", hint, writing.media)
    _tags(element, question)


def _text(writing: _Writing) -> str:
    text = writing.source.text
    if writing.question.type == "cloze":
        gaps = {gap["id"]: gap for gap in writing.body["gaps"]}
        return GAP_MARK.sub(lambda m: write_gap(gaps[f"g{m[1]}"], writing.notes), text)
    return NAME_MARK.sub(r"{\1}", text)


def _tags(element: Element, question: Question) -> None:
    said = tags_of(question)
    if said:
        tags = add(element, "tags")
        for tag in said:
            add_plain(tags, "tag", tag)


def _is_true_false(writing: _Writing) -> bool:
    options = writing.source.options
    return writing.question.type == "single" and [(o.text, o.mark.lower() in ("", "x")) for o in options] == [
        ("Benar", True),
        ("Salah", True),
    ]


def _true_false(writing: _Writing) -> None:
    for name, option in zip(("true", "false"), writing.source.options, strict=True):
        writing.answer(name, "100" if option.mark else "0", option.feedback, plain=True)


def _choices(writing: _Writing, *, single: bool) -> None:
    element = writing.element
    add(element, "single", "true" if single else "false")
    add(element, "shuffleanswers", "true")
    add(element, "answernumbering", "none")
    worths = [Fraction(option["fraction"]) for option in writing.body["options"]]
    if not single and writing.body["scoring"] != "weights":
        if writing.body["scoring"] == "all-or-nothing":
            writing.notes.append("Moodle menilai sebagian; soal ini aslinya bernilai hanya bila semuanya tepat.")
        share = Fraction(1, sum(worth > 0 for worth in worths))
        worths = [share if worth > 0 else -share for worth in worths]
    for option, worth in zip(writing.source.options, worths, strict=True):
        writing.answer(option.text, listed(worth, writing.notes), option.feedback)


def _single(writing: _Writing) -> None:
    _choices(writing, single=True)


def _multiple(writing: _Writing) -> None:
    _choices(writing, single=False)


def _typed(writing: _Writing) -> None:
    exact = writing.body["exact"]
    add(writing.element, "usecase", "1" if exact else "0")
    for line in writing.body["answers"]:
        writing.answer(line["text"], listed(Fraction(line["fraction"]), writing.notes), plain=True)


def _number(writing: _Writing) -> None:
    answers = writing.body["answers"]
    units = list(dict.fromkeys(answer["unit"] for answer in answers if answer["unit"]))
    if len(units) > 1 or (units and not all(answer["unit"] for answer in answers)):
        writing.notes.append(f"Satuan yang berbeda-beda ditulis sebagai satu: {units[0]}.")
    for line in answers:
        low, high = Fraction(line["low"]), Fraction(line["high"])
        made = writing.answer(decimal((low + high) / 2), "100", plain=True)
        add(made, "tolerance", decimal((high - low) / 2))
    if units:
        unit = add(add(writing.element, "units"), "unit")
        add(unit, "multiplier", "1")
        add(unit, "unit_name", units[0])
    add(writing.element, "unitgradingtype", "0")
    add(writing.element, "unitpenalty", "0.1")
    add(writing.element, "showunits", "0" if units else "3")
    add(writing.element, "unitsleft", "0")


def _matching(writing: _Writing) -> None:
    add(writing.element, "shuffleanswers", "true")
    for option in writing.source.options:
        left, right = (side.strip() for side in split_outside_code(option.text, ARROW))
        made = add_text(writing.element, "subquestion", left, writing.media)
        words = plain_words(right)
        add_plain(made, "answer", words)
        if words != right.replace("\\", ""):
            writing.notes.append("Sisi kanan di Moodle hanya teks biasa: hiasannya tidak ditulis.")
        if option.feedback:
            writing.notes.append("Umpan balik tiap pasangan tidak ditulis.")


def _ordering(writing: _Writing) -> None:
    for name, value in (("layouttype", "VERTICAL"), ("selecttype", "ALL"), ("selectcount", "0"),
                        ("gradingtype", "ABSOLUTE_POSITION"), ("showgrading", "SHOW")):  # fmt: skip
        add(writing.element, name, value)
    for place, option in enumerate(writing.source.options, start=1):
        add_text(writing.element, "answer", option.text, writing.media, fraction=str(place))
        if option.feedback:
            writing.notes.append("Umpan balik tiap langkah tidak ditulis.")


def _cloze(writing: _Writing) -> None:
    """The answers stand in the text."""


def _essay(writing: _Writing) -> None:
    element, words = writing.element, writing.body["words"]
    add(element, "responseformat", "editor")
    add(element, "responserequired", "1")
    add(element, "responsefieldlines", "15")
    if words:
        add(element, "minwordlimit", str(words[0]))
        add(element, "maxwordlimit", str(words[1]))
    add(element, "attachments", "0")
    add(element, "attachmentsrequired", "0")
    table = [" | ".join(cell.replace("|", "\\|") for cell in row.cells) for row in writing.source.table]
    add_text(element, "graderinfo", "\n".join(f"| {row} |" for row in table), writing.media)
    add_text(element, "responsetemplate", "", {})


def _computed(writing: _Writing) -> None:
    add(writing.element, "synchronize", "0")
    add(writing.element, "single", "0")
    add(writing.element, "answernumbering", "none")
    add(writing.element, "shuffleanswers", "0")
    add_answers(writing.element, writing.body)
    add(writing.element, "unitgradingtype", "0")
    add(writing.element, "unitpenalty", "0.1")
    add(writing.element, "showunits", "3")
    add(writing.element, "unitsleft", "0")
    add_datasets(writing.element, writing.body, writing.source.id, writing.notes)


_WRITERS: Mapping[str, Callable[[_Writing], None]] = {
    "single": _single, "multiple": _multiple, "text": _typed, "number": _number, "matching": _matching,
    "ordering": _ordering, "cloze": _cloze, "essay": _essay, "computed": _computed,
}  # fmt: skip
