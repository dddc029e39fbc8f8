"""The fields of a question in Moodle XML: texts in their formats with the files in them, numbers, fractions."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from urllib.parse import quote, unquote
from xml.etree.ElementTree import Element

from elearn.core.exchange.base import Refused
from elearn.core.exchange.guarded_xml import add, child, children, words
from elearn.core.exchange.sources import slugged
from elearn.core.exchange.texts import escape, to_markdown

PLUGIN = "@@PLUGINFILE@@/"
MEDIA = "media/"
_MEDIA_LINK = re.compile(r"(!?\[[^\]]*\]\()media/([^)\s]+)")
_NUMBER = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})(?:[eE][+-]?\d{1,2})?")
LISTED = tuple(
    Fraction(n, d)
    for n, d in (
        (1, 1), (9, 10), (5, 6), (4, 5), (3, 4), (7, 10), (2, 3), (3, 5), (1, 2), (2, 5), (1, 3), (3, 10), (1, 4),
        (1, 5), (1, 6), (1, 7), (1, 8), (1, 9), (1, 10), (1, 20), (0, 1),
    )
)  # fmt: skip
"""The fractions that Moodle offers, and refuses any other in an import; source: its question engine's grade options."""


@dataclass(slots=True)
class Media:
    """The files of an import by `media/…`; two files of one name and other bytes get names of their own."""

    files: dict[str, bytes] = field(default_factory=dict)

    def keep(self, name: str, content: bytes) -> str:
        stem, dot, suffix = name.rpartition("/")[2].rpartition(".")
        base, suffix = slugged(stem if dot else suffix) or "berkas", slugged(suffix) if dot else ""
        count, path = 1, ""
        while not path or self.files.get(path, content) != content:
            path = f"{MEDIA}{base}{f'-{count}' if count > 1 else ''}{f'.{suffix}' if suffix else ''}"
            count += 1
        self.files[path] = content
        return path


@dataclass(slots=True)
class Reading:
    """One question while it is read: the notes on it, and the files of the whole import."""

    element: Element
    media: Media
    notes: list[str] = field(default_factory=list)

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)

    def text(self, element: Element | None, default: str = "html") -> str:
        """The text of a field as Markdown, its files kept."""
        if element is None:
            return ""
        raw = words(child(element, "text"))
        named = self._files(element)
        form = element.get("format", default)
        if form in ("markdown", "plain_text"):
            linked = re.sub(rf"{PLUGIN}([^)\s\"'>]+)", lambda m: self._link(m[0], named), raw)
            return linked if form == "markdown" else escape(linked)
        html = raw.replace("\n", "<br>") if form == "moodle_auto_format" and "<p" not in raw else raw
        return to_markdown(html, self.notes, lambda address: self._link(address, named))

    def _files(self, element: Element) -> dict[str, str]:
        named = {}
        for file in children(element, "file"):
            name = file.get("name", "berkas")
            try:
                content = base64.b64decode("".join((file.text or "").split()), validate=True)
            except (binascii.Error, ValueError):
                self.note(f"Berkas {name[:80]} rusak, dan tidak dibawa.")
                continue
            named[name] = self.media.keep(name, content)
        return named

    def _link(self, address: str, named: Mapping[str, str]) -> str:
        if not address.startswith(PLUGIN):
            return address
        name = unquote(address.removeprefix(PLUGIN)).rpartition("/")[2].partition("?")[0]
        if name not in named:
            self.note(f"Berkas {name[:80]} tidak ada di dalam ekspor.")
        return named.get(name, f"{MEDIA}{slugged(name) or 'berkas'}")

    def value(self, name: str) -> str:
        """The text of a field without markup."""
        found = child(self.element, name)
        return words(child(found, "text") if child(found, "text") is not None else found)

    def flag(self, name: str, *, default: bool = False) -> bool:
        said = self.value(name).lower()
        return said in ("1", "true") if said else default


def number(text: str) -> Fraction:
    """Raises Refused."""
    if not _NUMBER.fullmatch(text.strip()):
        raise Refused(f"'{text.strip()[:40]}' bukan bilangan yang dapat dibaca.")
    return Fraction(text.strip())


def fraction_of(answer: Element) -> Fraction:
    """What an answer is worth."""
    return exact(number(answer.get("fraction", "0")) / 100)


def exact(worth: Fraction) -> Fraction:
    """The exact third that 33.33333% stands for, and the like; any other as it is."""
    near = next((listed for listed in LISTED if abs(abs(worth) - listed) < Fraction(1, 10_000)), None)
    return worth if near is None else near * (-1 if worth < 0 else 1)


def listed(fraction: Fraction, notes: list[str]) -> str:
    """The fraction in Moodle's percent; the nearest of its list where it has none such."""
    near = min(LISTED, key=lambda other: abs(abs(fraction) - other))
    if abs(abs(fraction) - near) > Fraction(1, 10_000):
        notes.append(f"Bobot {float(fraction * 100):g}% menjadi {float(near * 100):.4g}%, yang terdekat di Moodle.")
    sign = "-" if fraction < 0 and near else ""
    return sign + f"{float(near * 100):.5f}".rstrip("0").rstrip(".")


def add_text(parent: Element, name: str, text: str, media: Mapping[str, bytes], **attributes: str) -> Element:
    """A field in Markdown, which Moodle renders itself, with the files that it shows."""
    made = add(parent, name, format="markdown", **attributes)
    used: dict[str, bytes] = {}

    def plugin(match: re.Match[str]) -> str:
        path = MEDIA + match[2]
        if path not in media:
            return match[0]
        used[match[2]] = media[path]
        return f"{match[1]}{PLUGIN}{quote(match[2])}"

    add(made, "text", _MEDIA_LINK.sub(plugin, text))
    for file, content in used.items():
        add(made, "file", base64.b64encode(content).decode(), name=file, path="/", encoding="base64")
    return made


def add_plain(parent: Element, name: str, text: str) -> Element:
    made = add(parent, name)
    add(made, "text", text)
    return made
