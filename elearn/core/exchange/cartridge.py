"""Common Cartridge 1.1 to 1.3: its quizzes and question banks, which are QTI 1.2. Lessons and links stay where they are.

Source: 1EdTech, "Common Cartridge Profile", the part on its assessment and question bank resources.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from elearn.core.exchange.archive import is_inside, manifest_of, read_archive
from elearn.core.exchange.base import QUESTIONS, ExchangeError, Imported, Item, Refused, Section, item
from elearn.core.exchange.cartridge_item import Reading, read_item
from elearn.core.exchange.guarded_xml import child, descendants, read_xml
from elearn.core.exchange.moodle_text import Media
from elearn.core.exchange.sources import Names
from elearn.core.questions.base import QuestionSource

MANIFEST = "imsmanifest.xml"


def recognised(data: bytes) -> bool:
    """Whether this is a package whose manifest has quizzes of QTI 1.2."""
    return "imsqti_xmlv1p2" in manifest_of(data)


def read_cartridge(data: bytes) -> Imported:
    """Raises ExchangeError."""
    files = read_archive(data)
    if MANIFEST not in files:
        raise ExchangeError(f"Paket ini tanpa {MANIFEST}.")
    package = _Package(files)
    for resource in descendants(read_xml(files[MANIFEST], MANIFEST), "resource"):
        if resource.get("type", "").startswith("imsqti_xmlv1p2"):
            package.take(resource)
        elif resource.get("type", "") not in ("webcontent", ""):
            package.left += 1
    return package.imported()


@dataclass(slots=True)
class _Package:
    files: Mapping[str, bytes]
    media: Media = field(default_factory=Media)
    names: Names = field(default_factory=Names)
    section_names: Names = field(default_factory=Names)
    items: list[Item] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left: int = 0
    """Resources that are no questions."""

    def take(self, resource: Element) -> None:
        """The quiz of a resource becomes a section."""
        files = [resource.get("href", ""), *(f.get("href", "") for f in descendants(resource, "file"))]
        path = next((posixpath.normpath(unquote(name)) for name in files if name.lower().endswith(".xml")), "")
        if not is_inside(path) or path not in self.files:
            raise ExchangeError(f"Berkas {path[:80]} disebut, tetapi tidak ada di dalam paket.")
        root = read_xml(self.files[path], path[:80])
        holder = next(descendants(root, "assessment", "objectbank"), root)
        found = list(descendants(root, "item"))
        if len(self.items) + len(found) > QUESTIONS:
            raise ExchangeError(f"Paket ini memuat lebih dari {QUESTIONS} soal.")
        sources = []
        for element in found:
            reading = Reading(element, self.media, self.files, posixpath.dirname(path))
            where = f"{path[:80]}: {str(element.get('title') or element.get('ident'))[:80]}"
            try:
                source = read_item(reading)
            except Refused as trouble:
                identity = self.names.give(element.get("ident", ""))
                self.items.append(Item(where, identity, "refused", (str(trouble),), None))
                continue
            source = replace(source, id=self.names.give(element.get("ident", ""), source.heading))
            self.items.append(item(where, source, reading.notes))
            sources.append(source)
        if sources:
            self._section(holder, tuple(sources), path)

    def _section(self, holder: Element, sources: tuple[QuestionSource, ...], path: str) -> None:
        title = " ".join(holder.get("title", "").split()) or "Soal impor"
        reading = Reading(holder, self.media, self.files, posixpath.dirname(path))
        stimulus = ""
        try:
            stimulus = reading.text(child(holder, "presentation_material"))
        except Refused as trouble:
            self.notes.append(f"Teks bagian '{title[:80]}' tidak dibawa. {trouble}")
        identity = self.section_names.give(holder.get("ident", ""), title)
        self.sections.append(Section(identity, title, stimulus, None, sources))

    def imported(self) -> Imported:
        if not self.items:
            raise ExchangeError("Tidak ada soal di dalam Common Cartridge ini.")
        if self.left:
            self.notes.append(f"{self.left} bahan yang bukan soal (diskusi, tautan, dan lainnya) tidak dibawa.")
        return Imported(tuple(self.items), tuple(self.sections), self.media.files, tuple(self.notes))
