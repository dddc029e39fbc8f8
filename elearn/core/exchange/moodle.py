"""Moodle XML: categories are sections, descriptions are stimuli, questions are ours where a type of ours asks the same.

Source: Moodle's documentation "Moodle XML format", and the exports of its question bank.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from elearn.core.exchange.base import QUESTIONS, ExchangeError, Imported, Item, Refused, item
from elearn.core.exchange.guarded_xml import child, children, local, read_xml, words
from elearn.core.exchange.moodle_text import Media, Reading, number
from elearn.core.exchange.moodle_types import READERS
from elearn.core.exchange.parts import attributes_of_tags
from elearn.core.exchange.pools import DESCRIBED, Pools
from elearn.core.exchange.sources import Names, build, understood
from elearn.core.exchange.texts import plain_words
from elearn.core.questions.base import QuestionSource
from elearn.core.questions.shared import number_text

_DEFAULT_PENALTIES = ("", "0", "0.3333333", "0.1", "1", "0.3333333333")
"""Tags that stand for what Moodle has no field for."""


def recognised(data: bytes) -> bool:
    return b"<quiz" in data[:4096]


def read_moodle(data: bytes) -> Imported:
    """Raises ExchangeError."""
    root = read_xml(data)
    if local(root) != "quiz":
        raise ExchangeError("Berkas ini XML, tetapi bukan ekspor bank soal Moodle.")
    found = list(children(root, "question"))
    if len(found) > QUESTIONS:
        raise ExchangeError(f"Berkas ini memuat lebih dari {QUESTIONS} soal. Bagi menjadi beberapa berkas.")
    reading = _Document()
    for element in found:
        reading.take(element)
    return reading.imported()


@dataclass(slots=True)
class _Document:
    media: Media = field(default_factory=Media)
    names: Names = field(default_factory=Names)
    items: list[Item] = field(default_factory=list)
    pools: Pools = field(default_factory=Pools)
    notes: list[str] = field(default_factory=list)
    _count: int = 0

    def take(self, element: Element) -> None:
        kind = element.get("type", "")
        reading = Reading(element, self.media)
        if kind == "category":
            self._category(reading)
            return
        self._count += 1
        where = f"Soal {self._count}: {reading.value('name')[:80] or kind}"
        try:
            if kind == "description":
                self._description(reading, where)
                return
            source = read_question(reading, self.names)
            self.items.append(item(where, source, reading.notes))
            self.pools.current().sources.append(source)
        except Refused as trouble:
            identity = self.names.give(reading.value("idnumber"), reading.value("name"))
            self.items.append(Item(where, identity, "refused", (str(trouble),), None))

    def _category(self, reading: Reading) -> None:
        pool = self.pools.category(reading.value("category"), reading.value("idnumber"))
        try:
            pool.stimulus = reading.text(child(reading.element, "info"))
        except Refused as trouble:
            self.notes.append(f"Keterangan kategori '{pool.title[:80]}' tidak dibawa. {trouble}")

    def _description(self, reading: Reading, where: str) -> None:
        text = reading.text(child(reading.element, "questiontext"))
        pool = self.pools.describe(text, plain_words(reading.value("name")))
        self.items.append(Item(where, pool.id, "approximated", (DESCRIBED, *reading.notes), None))

    def imported(self) -> Imported:
        return Imported(tuple(self.items), self.pools.sections(), self.media.files, tuple(self.notes))


def read_question(reading: Reading, names: Names) -> QuestionSource:
    """Raises Refused."""
    kind = reading.element.get("type", "")
    if kind not in READERS:
        raise Refused(f"Jenis soal '{kind[:40]}' tidak ada padanannya di sini.")
    parts = READERS[kind](reading)
    element = reading.element
    text = parts.text if parts.text is not None else reading.text(child(element, "questiontext"))
    attributes = {**_common(reading), **parts.attributes}
    hints = [reading.text(hint) for hint in children(element, "hint")]
    explanation = reading.text(child(element, "generalfeedback"))
    title = reading.value("name")
    source = build(
        "soal", text, title=title, classes=parts.classes, attributes=attributes, options=parts.options,
        answers=parts.answers, explanation=explanation, hints=hints, gaps=parts.gaps, table=parts.table,
        variables=parts.variables, names=parts.names,
    )  # fmt: skip
    understood(source)
    return replace(source, id=names.give(reading.value("idnumber"), title, source.heading))


def _common(reading: Reading) -> dict[str, str]:
    """Points and tags; `tujuan:TP1` and `kesulitan:3` among these are ours."""
    attributes: dict[str, str] = {}
    points = number(reading.value("defaultgrade") or "1")
    if points <= 0:
        reading.note("Soal bernilai nol menjadi bernilai satu.")
    elif points != 1:
        attributes["points"] = number_text(points, 4).replace(",", ".")
    said = [words(child(tag, "text")) for tag in children(child(reading.element, "tags"), "tag")]
    attributes |= attributes_of_tags(said)
    if reading.value("penalty") not in _DEFAULT_PENALTIES and list(children(reading.element, "hint")):
        reading.note("Pengurangan nilai tiap percobaan diatur di kuis, tidak dibawa dari soal.")
    return attributes
