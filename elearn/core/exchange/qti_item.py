"""An item of QTI while it is read: its texts, and what its declarations say is right."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from urllib.parse import unquote
from xml.etree.ElementTree import Element, tostring

from elearn.core.exchange.base import Refused
from elearn.core.exchange.guarded_xml import child, children, descendants, words
from elearn.core.exchange.moodle_text import Media, number
from elearn.core.exchange.texts import to_markdown

_PLAIN_RULES = frozenset(
    {
        "responseProcessing", "responseCondition", "responseIf", "responseElseIf", "responseElse", "match",
        "variable", "correct", "mapResponse", "setOutcomeValue", "baseValue", "equal", "sum", "isNull", "not",
        "and", "or", "gte", "lte",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Declaration:
    """`mapped` is None without a mapping: then only the whole right response is worth anything."""

    base_type: str
    cardinality: str
    correct: tuple[str, ...]
    mapped: Mapping[str, Fraction] | None
    exact: bool
    """Whether a typed text must have the same capital letters."""


@dataclass(slots=True)
class Reading:
    """One item. `files` are those of the package, and `folder` is where in it the item stands."""

    root: Element
    media: Media
    files: Mapping[str, bytes]
    folder: str
    notes: list[str] = field(default_factory=list)

    @property
    def body(self) -> Element:
        found = child(self.root, "itemBody")
        if found is None:
            raise Refused("Soal ini tanpa isi.")
        return found

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)

    def text(self, element: Element | None) -> str:
        """What is inside of an element, as Markdown."""
        if element is None:
            return ""
        for shown in descendants(element, "object"):
            if shown.get("data"):
                shown.set("src", shown.attrib.pop("data"))
                shown.set("alt", words(shown) or "Gambar")
                shown.tag, shown.text = "img", None
                shown[:] = []
        inner = [element.text or "", *(tostring(part, encoding="unicode", method="html") for part in element)]
        return to_markdown("".join(inner), self.notes, self.link)

    def link(self, address: str) -> str:
        """A file of the package, kept under its own name; any other address as it is."""
        if not address or "://" in address or address.startswith(("#", "data:", "mailto:")):
            return address
        path = posixpath.normpath(posixpath.join(self.folder, unquote(address)))
        if path not in self.files:
            self.note(f"Berkas {address[:80]} tidak ada di dalam paket.")
            return f"media/{posixpath.basename(path)}"
        return self.media.keep(posixpath.basename(path), self.files[path])

    def declaration(self, interaction: Element) -> Declaration:
        identity = interaction.get("responseIdentifier", "RESPONSE")
        for found in children(self.root, "responseDeclaration"):
            if found.get("identifier") == identity:
                return _declaration(found)
        raise Refused("Jawaban soal ini tidak dideklarasikan.")

    def whole_only(self) -> bool:
        """Whether the item is scored by `match_correct`, whatever mapping stands in it."""
        processing = child(self.root, "responseProcessing")
        template = processing.get("template", "") if processing is not None else ""
        if template:
            return "match_correct" in template
        return processing is not None and not any(True for _ in descendants(processing, "mapResponse"))

    def check_rules(self) -> None:
        """Say so where the scoring is made of more than we understand."""
        for rule in child(self.root, "responseProcessing") or ():
            if any(part.tag not in _PLAIN_RULES for part in rule.iter()):
                self.note("Aturan penilaian khusus tidak dibawa; yang dipakai jawaban benar dan bobotnya.")
                return

    def tolerances(self, identity: str) -> list[tuple[Fraction, Fraction, Fraction]]:
        """(value, below, above) of the numbers that a rule compares the response with."""
        found = []
        for rule in descendants(child(self.root, "responseProcessing"), "equal"):
            value = child(rule, "baseValue")
            asked = child(rule, "variable")
            if asked is None or asked.get("identifier") != identity:
                continue
            middle = [number(words(value))] if value is not None else [number(c) for c in self._right(identity)[:1]]
            spread = [number(part) for part in rule.get("tolerance", "0").split()][:2] or [Fraction(0)]
            if rule.get("toleranceMode") == "relative":
                spread = [abs(middle[0]) * part / 100 for part in spread]
            found += [(one, spread[0], spread[-1]) for one in middle]
        return found

    def _right(self, identity: str) -> tuple[str, ...]:
        return self.declaration(Element("x", responseIdentifier=identity)).correct


def _declaration(element: Element) -> Declaration:
    mapping = child(element, "mapping")
    entries = list(children(mapping, "mapEntry"))
    return Declaration(
        element.get("baseType", "identifier"),
        element.get("cardinality", "single"),
        tuple(words(value) for value in children(child(element, "correctResponse"), "value")),
        {entry.get("mapKey", ""): number(entry.get("mappedValue", "0")) for entry in entries} if entries else None,
        any(entry.get("caseSensitive", "false") == "true" for entry in entries),
    )


def emptied(element: Element, text: str = "") -> None:
    """Leave only a text where an interaction was: what stood after it stays."""
    element.tag, element.text = "span", text
    element[:] = []
    element.attrib.clear()


Reader = Callable[[Reading, Element], object]
