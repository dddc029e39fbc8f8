"""One of our questions as an item of QTI 2.1."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import Element

from elearn.core.exchange.base import Refused
from elearn.core.exchange.guarded_xml import add, legal, read_xml
from elearn.core.exchange.moodle_cloze import decimal
from elearn.core.exchange.qti_rules import (
    add_by_gap,
    add_declaration,
    add_mapped,
    add_matched,
    add_ranges,
)
from elearn.core.exchange.sources import understood
from elearn.core.exchange.texts import plain_words, to_xhtml
from elearn.core.model import Question
from elearn.core.questions.base import QuestionSource
from elearn.core.questions.marks import GAP_MARK
from elearn.core.questions.shared import ARROW, split_outside_code

RESPONSE = "RESPONSE"


@dataclass(slots=True)
class Writing:
    """The parts of an item, put together in the order of the schema at the end."""

    source: QuestionSource
    question: Question
    declarations: list[Element] = field(default_factory=list)
    body: Element = field(default_factory=lambda: Element("itemBody"))
    processing: Element = field(default_factory=lambda: Element("responseProcessing"))
    has_feedback: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def parsed(self) -> Mapping[str, Any]:
        return self.question.body

    def interaction(self, name: str, **attributes: str) -> Element:
        return add(self.body, name, responseIdentifier=RESPONSE, **attributes)


def add_text(parent: Element, text: str) -> None:
    """Markdown as XHTML at the end of an element."""
    if not text.strip():
        return
    inner = read_xml(f"<div>{legal(to_xhtml(text))}</div>".encode())
    parent.extend(list(inner))


def add_inline(parent: Element, text: str) -> None:
    """The same without a paragraph around it, where there is only one."""
    holder = Element("div")
    add_text(holder, text)
    only = holder[0] if len(holder) == 1 and holder[0].tag == "p" else None
    if only is None:
        parent.extend(list(holder))
        return
    parent.text = only.text
    parent.extend(list(only))


def write_item(source: QuestionSource) -> tuple[Element, list[str]]:
    """The item, and what it does not hold. Raises Refused."""
    writing = Writing(source, understood(source))
    kind = writing.question.type
    if kind not in _WRITERS:
        raise Refused(f"QTI tidak punya jenis soal seperti {kind}.")
    if kind not in ("cloze", "hotspot"):
        add_text(writing.body, source.text)
    _WRITERS[kind](writing)
    if source.hints:
        writing.notes.append("Petunjuk tidak ada di QTI, dan tidak ditulis.")
    return _assembled(writing), writing.notes


def _assembled(writing: Writing) -> Element:
    source = writing.source
    root = Element("assessmentItem")
    root.set("identifier", identifier(source.id))
    root.set("title", plain_words(GAP_MARK.sub("____", source.heading))[:200] or source.id)
    root.set("adaptive", "false")
    root.set("timeDependent", "false")
    root.extend(writing.declarations)
    _outcome(root, "SCORE", "float", "0")
    if writing.has_feedback:
        add(root, "outcomeDeclaration", identifier="FEEDBACK", cardinality="multiple", baseType="identifier")
        rule = Element("setOutcomeValue", identifier="FEEDBACK")
        add(rule, "variable", identifier=RESPONSE)
        writing.processing.append(rule)
    if source.explanation.strip():
        _outcome(root, "PENJELASAN", "identifier", "tampil")
    root.append(writing.body)
    if len(writing.processing) or writing.processing.get("template"):
        root.append(writing.processing)
    if source.explanation.strip():
        feedback = add(root, "modalFeedback", outcomeIdentifier="PENJELASAN", identifier="tampil", showHide="show")
        add_text(feedback, source.explanation)
    return root


def _outcome(root: Element, name: str, base: str, default: str) -> None:
    made = add(root, "outcomeDeclaration", identifier=name, cardinality="single", baseType=base)
    add(add(made, "defaultValue"), "value", default)


def identifier(identity: str) -> str:
    """A name as XML wants it: not beginning with a digit."""
    return identity if identity[:1].isalpha() else f"soal-{identity}"


def _choices(writing: Writing, parent: Element, single: bool) -> list[str]:
    names = []
    for place, option in enumerate(writing.source.options, start=1):
        names.append(f"P{place}")
        made = add(parent, "simpleChoice", identifier=names[-1])
        add_inline(made, option.text)
        if option.feedback.strip():
            writing.has_feedback = True
            said = add(made, "feedbackInline", outcomeIdentifier="FEEDBACK", identifier=names[-1], showHide="show")
            add_inline(said, option.feedback)
    return names


def _single(writing: Writing) -> None:
    asked = writing.interaction("choiceInteraction", shuffle="true", maxChoices="1")
    names = _choices(writing, asked, single=True)
    _weighed(writing, names, "single")


def _weighed(writing: Writing, names: Sequence[str], cardinality: str) -> None:
    worths = [Fraction(option["fraction"]) for option in writing.parsed["options"]]
    right = [name for name, worth in zip(names, worths, strict=True) if worth == max(worths)]
    if cardinality == "multiple":
        right = [name for name, worth in zip(names, worths, strict=True) if worth > 0]
    if set(worths) <= {0, 1} and cardinality == "single":
        add_declaration(writing.declarations, RESPONSE, cardinality, "identifier", right)
        add_matched(writing.processing, RESPONSE)
        return
    mapped = dict(zip(names, worths, strict=True))
    add_declaration(writing.declarations, RESPONSE, cardinality, "identifier", right, mapped, bounded=True)
    add_mapped(writing.processing, RESPONSE)


def _multiple(writing: Writing) -> None:
    asked = writing.interaction("choiceInteraction", shuffle="true", maxChoices="0")
    names = _choices(writing, asked, single=False)
    worths = [Fraction(option["fraction"]) for option in writing.parsed["options"]]
    right = [name for name, worth in zip(names, worths, strict=True) if worth > 0]
    scoring = writing.parsed["scoring"]
    if scoring == "all-or-nothing":
        add_declaration(writing.declarations, RESPONSE, "multiple", "identifier", right)
        add_matched(writing.processing, RESPONSE)
        return
    if scoring == "partial":
        share = Fraction(1, len(right))
        worths = [share if worth > 0 else -share for worth in worths]
    mapped = dict(zip(names, worths, strict=True))
    add_declaration(writing.declarations, RESPONSE, "multiple", "identifier", right, mapped, bounded=True)
    add_mapped(writing.processing, RESPONSE)


def _typed(writing: Writing) -> None:
    add(add(writing.body, "p"), "textEntryInteraction", responseIdentifier=RESPONSE, expectedLength="30")
    _declare_text(writing, RESPONSE, writing.parsed, Fraction(1))
    add_mapped(writing.processing, RESPONSE)


def _declare_text(writing: Writing, name: str, body: Mapping[str, Any], share: Fraction) -> None:
    answers = [(line["text"], Fraction(line["fraction"])) for line in body["answers"]]
    if any("*" in text.replace("\\*", "") for text, _worth in answers):
        writing.notes.append("Tanda * yang berarti apa saja dibaca apa adanya oleh sistem lain.")
    mapped = {text.replace("\\*", "*"): worth * share for text, worth in answers}
    right = [text for text, worth in mapped.items() if worth == share][:1]
    add_declaration(writing.declarations, name, "single", "string", right, mapped, exact=body.get("exact", False))


def _number(writing: Writing) -> None:
    add(add(writing.body, "p"), "textEntryInteraction", responseIdentifier=RESPONSE, expectedLength="15")
    _declare_number(writing, RESPONSE, writing.parsed)
    add_ranges(writing.processing, RESPONSE, _ranges(writing.parsed))


def _declare_number(writing: Writing, name: str, body: Mapping[str, Any]) -> None:
    if any(line["unit"] for line in body["answers"]):
        writing.notes.append("Satuan tidak ada di QTI; yang dinilai hanya bilangannya.")
    right = [decimal(middle) for middle, _width in _ranges(body)][:1]
    add_declaration(writing.declarations, name, "single", "float", right)


def _ranges(body: Mapping[str, Any]) -> list[tuple[Fraction, Fraction]]:
    ends = [(Fraction(line["low"]), Fraction(line["high"])) for line in body["answers"]]
    return [((low + high) / 2, (high - low) / 2) for low, high in ends]


def _matching(writing: Writing) -> None:
    lefts: list[str] = []
    rights: list[str] = []
    pairs: list[tuple[int, int]] = []
    for option in writing.source.options:
        left, right = (side.strip() for side in split_outside_code(option.text, ARROW))
        if right not in rights:
            rights.append(right)
        if left:
            lefts.append(left)
            pairs.append((len(lefts), rights.index(right) + 1))
        if option.feedback:
            writing.notes.append("Umpan balik tiap pasangan tidak ditulis.")
    asked = writing.interaction("matchInteraction", shuffle="true", maxAssociations=str(len(lefts)))
    for letter, texts, most in (("L", lefts, 1), ("R", rights, len(lefts))):
        made = add(asked, "simpleMatchSet")
        for place, text in enumerate(texts, start=1):
            add_inline(add(made, "simpleAssociableChoice", identifier=f"{letter}{place}", matchMax=str(most)), text)
    mapped = {f"L{left} R{right}": Fraction(1, len(lefts)) for left, right in pairs}
    add_declaration(writing.declarations, RESPONSE, "multiple", "directedPair", list(mapped), mapped)
    add_mapped(writing.processing, RESPONSE)


def _ordering(writing: Writing) -> None:
    asked = writing.interaction("orderInteraction", shuffle="true")
    names = _choices(writing, asked, single=False)
    add_declaration(writing.declarations, RESPONSE, "ordered", "identifier", names)
    add_matched(writing.processing, RESPONSE)
    writing.notes.append("Sistem lain menilai urutannya utuh, bukan tiap langkah.")


def _essay(writing: Writing) -> None:
    words, table = writing.parsed["words"], writing.source.table
    if words:
        writing.notes.append(f"Batas {words[0]} sampai {words[1]} kata tidak ditulis.")
    writing.interaction("extendedTextInteraction", expectedLines="15")
    add_declaration(writing.declarations, RESPONSE, "single", "string", [])
    if table:
        shown = add(add(writing.body, "rubricBlock", view="scorer"), "table")
        for line in (table[0], *table[2:]):
            made = add(shown, "tr")
            for cell in line.cells:
                add(made, "td", cell)


def _cloze(writing: Writing) -> None:
    """Marks in the text give way to the places that are answered."""
    add_text(writing.body, writing.source.text)
    gaps = writing.parsed["gaps"]
    share = Fraction(1, len(gaps))
    made = {gap["id"].removeprefix("g"): _gap(writing, gap, share) for gap in gaps}
    for element in list(writing.body.iter()):
        _put_gaps(element, made)
    add_by_gap(writing.processing, {g["id"]: _ranges(g["body"]) if g["kind"] == "number" else [] for g in gaps}, share)


def _gap(writing: Writing, gap: Mapping[str, Any], share: Fraction) -> Element:
    name, body = str(gap["id"]), gap["body"]
    if gap["kind"] != "choice":
        if gap["kind"] == "number":
            _declare_number(writing, name, body)
        else:
            _declare_text(writing, name, body, share)
        return Element("textEntryInteraction", responseIdentifier=name, expectedLength="20")
    element = Element("inlineChoiceInteraction", responseIdentifier=name, shuffle="true")
    mapped = {}
    for place, option in enumerate(body["options"], start=1):
        add(element, "inlineChoice", plain_words(option["text"]), identifier=f"P{place}")
        mapped[f"P{place}"] = Fraction(option["fraction"]) * share
    right = [key for key, worth in mapped.items() if worth == share]
    add_declaration(writing.declarations, name, "single", "identifier", right, mapped)
    return element


def _put_gaps(element: Element, made: Mapping[str, Element]) -> None:
    """Split the texts of an element, and those after its children, at the marks."""
    for place, inner in reversed(list(enumerate(element))):
        pieces = GAP_MARK.split(inner.tail or "")
        inner.tail = pieces[0]
        _insert(element, place + 1, pieces, made)
    pieces = GAP_MARK.split(element.text or "")
    element.text = pieces[0]
    _insert(element, 0, pieces, made)


def _insert(element: Element, at: int, pieces: Sequence[str], made: Mapping[str, Element]) -> None:
    for number, after in zip(pieces[1::2], pieces[2::2], strict=True):
        made[number].tail = after
        element.insert(at, made[number])
        at += 1


def _hotspot(writing: Writing) -> None:
    picture, options = writing.parsed["picture"], writing.parsed["options"]
    add_text(writing.body, writing.source.text)
    for parent in list(writing.body.iter()):
        for found in [inner for inner in parent if inner.tag == "img"]:
            parent.remove(found)
    asked = writing.interaction("hotspotInteraction", maxChoices="1")
    link = str(picture["src"])
    add(asked, "object", str(picture["alt"]), data=link, type=_picture_type(link))
    for place, option in enumerate(options, start=1):
        shape, coords = _coords(option["area"])
        add(asked, "hotspotChoice", identifier=f"P{place}", shape=shape, coords=coords, hotspotLabel=option["text"])
    if any(option.feedback for option in writing.source.options):
        writing.notes.append("Umpan balik tiap bidang tidak ditulis.")
    _weighed(writing, [f"P{n}" for n in range(1, len(options) + 1)], "single")


def _picture_type(link: str) -> str:
    suffix = link.rpartition(".")[2].lower()
    return {"svg": "image/svg+xml", "jpg": "image/jpeg"}.get(suffix, f"image/{suffix}")


def _coords(area: Mapping[str, Any]) -> tuple[str, str]:
    if area["shape"] == "rect":
        return "rect", f"{area['x']},{area['y']},{area['x'] + area['width']},{area['y'] + area['height']}"
    if area["shape"] == "circle":
        return "circle", f"{area['x']},{area['y']},{area['radius']}"
    return "poly", ",".join(f"{x},{y}" for x, y in area["points"])


_WRITERS: Mapping[str, Callable[[Writing], None]] = {
    "single": _single, "multiple": _multiple, "text": _typed, "number": _number, "matching": _matching,
    "ordering": _ordering, "cloze": _cloze, "essay": _essay, "hotspot": _hotspot,
}  # fmt: skip
