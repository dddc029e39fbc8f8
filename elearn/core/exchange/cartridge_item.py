"""An item of QTI 1.2, as the quizzes of a Common Cartridge have it, read into the type of ours that asks the same."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from elearn.core.exchange.base import Refused
from elearn.core.exchange.guarded_xml import child, children, descendants, words
from elearn.core.exchange.moodle_text import Media, number
from elearn.core.exchange.parts import Parts, weighted_options
from elearn.core.exchange.sources import answer, build, option, percent, understood
from elearn.core.exchange.texts import escape, to_markdown
from elearn.core.questions.base import QuestionSource
from elearn.core.questions.shared import number_text

FILEBASE = "$IMS-CC-FILEBASE$"
"""Stands in addresses for the root of the package."""
_ROOTS = ("", "web_resources/")


@dataclass(slots=True)
class Reading:
    """One item, and the files of the package."""

    element: Element
    media: Media
    files: Mapping[str, bytes]
    folder: str
    notes: list[str] = field(default_factory=list)

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)

    def text(self, *holders: Element | None) -> str:
        """The texts inside of these, one paragraph after another."""
        said = []
        for holder in holders:
            for found in descendants(holder, "mattext"):
                raw = "".join(found.itertext())
                plain = found.get("texttype", "text/plain") == "text/plain"
                said.append(escape(raw.strip()) if plain else to_markdown(raw, self.notes, self.link))
        return "\n\n".join(filter(None, said))

    def link(self, address: str) -> str:
        if "://" in address or address.startswith(("#", "data:", "mailto:")):
            return address
        path = unquote(address.partition("?")[0])
        based = path.startswith(FILEBASE)
        path = posixpath.normpath(
            path.removeprefix(FILEBASE).lstrip("/") if based else posixpath.join(self.folder, path)
        )
        found = next((root + path for root in _ROOTS if root + path in self.files), None)
        if found is None:
            self.note(f"Berkas {address[:80]} tidak ada di dalam paket.")
            return f"media/{posixpath.basename(path)}"
        return self.media.keep(posixpath.basename(found), self.files[found])

    def field(self, name: str) -> str:
        """An entry of the item's metadata."""
        for pair in descendants(child(self.element, "itemmetadata"), "qtimetadatafield"):
            if words(child(pair, "fieldlabel")) == name:
                return words(child(pair, "fieldentry"))
        return ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One rule: `wanted` are (response, value) that must be given, `points` what is then set, `shown` the feedback."""

    wanted: tuple[tuple[str, str], ...]
    ranges: tuple[tuple[str, str], ...]
    points: Fraction | None
    shown: tuple[str, ...]
    other: bool
    exact: bool


def conditions(item: Element) -> list[Condition]:
    return [_condition(found) for found in descendants(item, "respcondition")]


def _condition(found: Element) -> Condition:
    variables = child(found, "conditionvar")
    denied = {id(inner) for negation in descendants(variables, "not") for inner in negation.iter()}
    equal = [e for e in descendants(variables, "varequal", "varsubset") if id(e) not in denied]
    limits = [
        (e.tag.rpartition("}")[2], words(e)) for e in descendants(variables, "vargte", "varlte", "vargt", "varlt")
    ]
    points = next((number(words(e)) for e in children(found, "setvar") if words(e)), None)
    return Condition(
        tuple((e.get("respident", ""), words(e)) for e in equal),
        tuple(limits),
        points,
        tuple(e.get("linkrefid", "") for e in children(found, "displayfeedback")),
        next(descendants(variables, "other"), None) is not None or variables is None,
        any(e.get("case", "No").lower() == "yes" for e in equal),
    )


def read_item(reading: Reading) -> QuestionSource:
    """Raises Refused."""
    presentation = child(reading.element, "presentation")
    asked = list(
        descendants(presentation, "response_lid", "response_str", "response_num", "response_xy", "response_grp")
    )
    rules = conditions(reading.element)
    if not asked:
        raise Refused("Tidak ada yang ditanyakan di soal ini.")
    parts = _parts(reading, asked, rules)
    inside = {id(m) for response in asked for m in response.iter()}
    materials = [m for m in descendants(presentation, "material") if id(m) not in inside]
    attributes = dict(parts.attributes)
    weight = reading.field("cc_weighting") or reading.field("points_possible")
    points = number(weight) if weight else Fraction(1)
    if points > 0 and points != 1:
        attributes["points"] = number_text(points, 4).replace(",", ".")
    source = build(
        "soal", reading.text(*materials), title=reading.element.get("title", ""), classes=parts.classes,
        attributes=attributes, options=parts.options, answers=parts.answers, explanation=_explanation(reading, rules),
    )  # fmt: skip
    understood(source)
    return source


def _parts(reading: Reading, asked: Sequence[Element], rules: Sequence[Condition]) -> Parts:
    first = asked[0]
    kind = first.tag.rpartition("}")[2]
    if kind == "response_lid" and len(asked) > 1:
        return _pairs(reading, asked, rules)
    if len(asked) > 1:
        raise Refused("Soal ini diisi di beberapa tempat, yang tidak dibaca dari QTI 1.2.")
    if kind == "response_lid":
        return _choices(reading, first, rules)
    if kind == "response_str" and next(descendants(first, "render_fib"), None) is not None:
        return _typed(reading, rules)
    raise Refused(f"Jawaban jenis {kind} tidak ada padanannya di sini.")


def _scored(rules: Sequence[Condition]) -> list[Condition]:
    return [rule for rule in rules if rule.points is not None and rule.points > 0]


def _choices(reading: Reading, asked: Element, rules: Sequence[Condition]) -> Parts:
    labels = {e.get("ident", ""): e for e in descendants(asked, "response_label")}
    texts = [reading.text(label) for label in labels.values()]
    feedback = [_feedback_of(reading, rules, identity) for identity in labels]
    best = max((rule.points or Fraction(0) for rule in rules), default=Fraction(0))
    scored = _scored(rules)
    if asked.get("rcardinality", "Single").lower() == "multiple":
        if len(scored) != 1:
            raise Refused("Penilaian beberapa pilihan ini bukan satu aturan.")
        right = {value for _response, value in scored[0].wanted}
        marked = zip(labels, texts, feedback, strict=True)
        options = [option("[", "x" if identity in right else "", text, said) for identity, text, said in marked]
        return Parts(options=options, attributes={"scoring": "all-or-nothing"})
    worths = {value: (rule.points or 0) / best for rule in scored for _response, value in rule.wanted}
    earned = [Fraction(worths.get(identity, 0)) for identity in labels]
    return weighted_options("(", texts, feedback, earned, reading.notes)


def _feedback_of(reading: Reading, rules: Sequence[Condition], identity: str) -> str:
    """What is shown for one choice alone, and is not shown for others too."""
    shown = [name for r in rules if [v for _r, v in r.wanted] == [identity] for name in r.shown if name != GENERAL]
    general = {name for rule in rules if rule.other for name in rule.shown}
    return _said(reading, [name for name in shown if name not in general and not name.startswith("correct")])


GENERAL = "general_fb"


def _said(reading: Reading, names: Sequence[str]) -> str:
    found = {e.get("ident", ""): e for e in children(reading.element, "itemfeedback")}
    return "\n\n".join(filter(None, (reading.text(found[name]) for name in names if name in found)))


def _explanation(reading: Reading, rules: Sequence[Condition]) -> str:
    """What is shown to everybody; feedback on right and wrong answers only is kept as a part of it."""
    general = [name for rule in rules if rule.other for name in rule.shown if not name.endswith("incorrect_fb")]
    known = [e.get("ident", "") for e in children(reading.element, "itemfeedback")]
    judged = [name for name in known if name in ("correct_fb", "general_incorrect_fb", "incorrect_fb")]
    if _said(reading, judged):
        reading.note("Umpan balik untuk jawaban benar dan salah menjadi penjelasan bagi semua.")
    return _said(reading, list(dict.fromkeys([*(name for name in general if name not in judged), *judged])))


def _typed(reading: Reading, rules: Sequence[Condition]) -> Parts:
    scored = _scored(rules)
    if not scored:
        if "essay" not in (reading.field("cc_profile") or reading.field("question_type") or "essay"):
            raise Refused("Tidak ada jawaban yang bernilai.")
        return Parts(classes=["essay"])
    best = max(rule.points or Fraction(0) for rule in scored)
    if any(rule.ranges for rule in scored):
        return Parts(answers=[answer(_range(rule)) for rule in scored])
    lines = []
    for rule in scored:
        share = (rule.points or Fraction(0)) / best
        lines += [answer(text if share == 1 else f"{percent(share)} {text}") for _r, text in _literal(rule)]
    return Parts(answers=lines, classes=["exact"] if any(rule.exact for rule in scored) else ["text"])


def _literal(rule: Condition) -> list[tuple[str, str]]:
    """A star is a star there, and anything here."""
    return [(response, text.replace("*", "\\*")) for response, text in rule.wanted]


def _range(rule: Condition) -> str:
    ends = {kind.removesuffix("e"): number(value) for kind, value in rule.ranges}
    if set(ends) != {"vargt", "varlt"}:
        raise Refused("Rentang bilangannya tidak punya dua batas.")
    return f"{number_text(ends['vargt'], 12)}..{number_text(ends['varlt'], 12)}"


def _pairs(reading: Reading, asked: Sequence[Element], rules: Sequence[Condition]) -> Parts:
    """Several lists of the same choices, one for each item, as Canvas writes matching."""
    right = dict(pair for rule in _scored(rules) for pair in rule.wanted)
    options, used, offered = [], set(), {}
    for response in asked:
        labels = {e.get("ident", ""): _one_line(reading.text(e)) for e in descendants(response, "response_label")}
        offered.update(labels)
        wanted = right.get(response.get("ident", ""))
        if wanted not in labels:
            raise Refused("Ada hal di kiri yang tidak punya pasangan.")
        used.add(wanted)
        left = _one_line(reading.text(*children(response, "material")))
        options.append(option("=>", "", f"{left} => {labels[wanted]}"))
    return Parts(options=options + [option("=>", "", f"=> {offered[i]}") for i in offered if i not in used])


def _one_line(text: str) -> str:
    return " ".join(text.replace("=>", "`=>`").split())
