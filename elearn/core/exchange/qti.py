"""QTI 2.1 to 3.0: an item, or a package of items with their test and media."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from elearn.core.exchange.archive import is_inside, manifest_of, read_archive
from elearn.core.exchange.base import QUESTIONS, ExchangeError, Imported, Item, Refused, Section, item
from elearn.core.exchange.guarded_xml import child, children, descendants, read_xml, words
from elearn.core.exchange.moodle_text import Media, number
from elearn.core.exchange.qti_item import Reading, emptied
from elearn.core.exchange.qti_names import as_older
from elearn.core.exchange.qti_types import INLINE, READERS, prompt_of, read_gaps
from elearn.core.exchange.sources import Names, build, understood
from elearn.core.questions.base import QuestionSource
from elearn.core.questions.shared import number_text

MANIFEST = "imsmanifest.xml"
_SCALES = {"tujuan": "outcome", "kesulitan": "difficulty"}


def recognised(data: bytes) -> bool:
    """Whether this is an item, or a package of such, of any version from 2.0 on."""
    head = data[:4096]
    return b"assessmentItem" in head or b"qti-assessment-item" in head or "imsqti_item" in manifest_of(data)


def read_qti(data: bytes) -> Imported:
    """Raises ExchangeError."""
    if not data.startswith(b"PK"):
        return _Package({"soal.xml": data}).imported()
    files = read_archive(data)
    if MANIFEST not in files:
        raise ExchangeError(f"Paket ini tanpa {MANIFEST}.")
    return _Package(files).imported()


@dataclass(slots=True)
class _Pool:
    id: str
    title: str
    stimulus: str
    draw: int | None
    sources: list[QuestionSource] = field(default_factory=list)


@dataclass(slots=True)
class _Package:
    files: Mapping[str, bytes]
    media: Media = field(default_factory=Media)
    names: Names = field(default_factory=Names)
    pool_names: Names = field(default_factory=Names)
    items: list[Item] = field(default_factory=list)
    pools: list[_Pool] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _keywords: dict[str, list[str]] = field(default_factory=dict)

    def imported(self) -> Imported:
        tests, listed = self._listed()
        for path in tests:
            self._test(path)
        rest = [path for path in listed if path not in self._seen]
        if rest:
            self.pools.append(_Pool(self.pool_names.give("soal-impor"), "Soal impor", "", None))
            for path in rest:
                self._item(path, self.pools[-1], "1")
        if not self.items:
            raise ExchangeError("Tidak ada soal QTI di dalam berkas ini.")
        kept = [pool for pool in self.pools if pool.sources]
        sections = tuple(
            Section(pool.id, pool.title, pool.stimulus, _drawn(pool), tuple(pool.sources)) for pool in kept
        )
        return Imported(tuple(self.items), sections, self.media.files, tuple(self.notes))

    def _listed(self) -> tuple[list[str], list[str]]:
        """The tests and the items: those that the manifest names, in its order."""
        if MANIFEST not in self.files:
            return [], list(self.files)
        manifest = read_xml(self.files[MANIFEST], MANIFEST)
        tests, listed = [], []
        for resource in descendants(manifest, "resource"):
            kind, path = resource.get("type", ""), posixpath.normpath(unquote(resource.get("href", "")))
            if kind.startswith(("imsqti_test", "imsqti_assessment")):
                tests.append(path)
            elif kind.startswith("imsqti_item"):
                listed.append(path)
                self._keywords[path] = [words(keyword) for keyword in descendants(resource, "keyword")]
        if len(listed) > QUESTIONS:
            raise ExchangeError(f"Paket ini memuat lebih dari {QUESTIONS} soal.")
        return tests, listed

    def _read(self, path: str) -> Element:
        if not is_inside(path) or path not in self.files:
            raise ExchangeError(f"Berkas {path[:80]} disebut, tetapi tidak ada di dalam paket.")
        root = read_xml(self.files[path], path[:80])
        as_older(root)
        return root

    def _test(self, path: str) -> None:
        folder = posixpath.dirname(path)
        for part in children(self._read(path), "testPart"):
            for section in children(part, "assessmentSection"):
                self._section(section, folder)

    def _section(self, section: Element, folder: str) -> None:
        """Sections inside of it follow as sections of their own."""
        reading = Reading(section, self.media, self.files, folder)
        try:
            stimulus = "\n\n".join(reading.text(block) for block in children(section, "rubricBlock"))
        except Refused as trouble:
            stimulus = ""
            self.notes.append(f"Teks satu bagian tidak dibawa. {trouble}")
        selection = child(section, "selection")
        select = selection.get("select", "") if selection is not None else ""
        title = " ".join(section.get("title", "").split()) or "Bagian"
        pool = _Pool(
            self.pool_names.give(section.get("identifier", ""), title),
            title,
            stimulus,
            int(select) if select.isdecimal() else None,
        )
        self.pools.append(pool)
        for ref in children(section, "assessmentItemRef"):
            weight = child(ref, "weight")
            written = weight.get("value", "1") if weight is not None else "1"
            self._item(posixpath.normpath(posixpath.join(folder, unquote(ref.get("href", "")))), pool, written)
        for inner in children(section, "assessmentSection"):
            self._section(inner, folder)

    def _item(self, path: str, pool: _Pool, points: str) -> None:
        self._seen.add(path)
        where = f"Berkas {path[:100]}"
        try:
            root = self._read(path)
            if root.tag != "assessmentItem":
                raise Refused("Berkas ini bukan soal QTI.")
            reading = Reading(root, self.media, self.files, posixpath.dirname(path))
            source = read_item(reading, number(points), self._keywords.get(path, []))
            source = replace(source, id=self.names.give(root.get("identifier", ""), source.heading))
        except (Refused, ExchangeError) as trouble:
            name = posixpath.basename(path).removesuffix(".xml")
            self.items.append(Item(where, self.names.give(name), "refused", (str(trouble),), None))
            return
        self.items.append(item(where, source, reading.notes))
        pool.sources.append(source)


def _drawn(pool: _Pool) -> int | None:
    return pool.draw if pool.draw and pool.draw <= len(pool.sources) else None


def _interactions(body: Element) -> Iterator[Element]:
    return (element for element in body.iter() if isinstance(element.tag, str) and element.tag.endswith("Interaction"))


def read_item(reading: Reading, points: Fraction, keywords: list[str]) -> QuestionSource:
    """Raises Refused."""
    found = list(_interactions(reading.body))
    if not found:
        raise Refused("Tidak ada yang ditanyakan di soal ini.")
    for one in found:
        if one.tag not in READERS and one.tag not in INLINE:
            raise Refused(f"Interaksi {one.tag} tidak ada padanannya di sini.")
    inline = all(one.tag in INLINE for one in found)
    if len(found) > 1 and not inline:
        raise Refused("Soal ini punya lebih dari satu interaksi. Pisahkan menjadi beberapa soal.")
    reading.check_rules()
    prompt = "" if inline else prompt_of(reading, found[0])
    if inline and not (len(found) == 1 and _stands_alone(reading.body, found[0])):
        parts = read_gaps(reading, found)
    else:
        parts = READERS[found[0].tag](reading, found[0])
        emptied(found[0])
    text = "\n\n".join(filter(None, (reading.text(reading.body), prompt, parts.text or "")))
    attributes = {**_attributes(points, keywords), **parts.attributes}
    source = build(
        "soal", text, title=reading.root.get("title", ""), classes=parts.classes, attributes=attributes,
        options=parts.options, answers=parts.answers, explanation=_explanation(reading), gaps=parts.gaps,
        table=parts.table,
    )  # fmt: skip
    understood(source)
    return source


def _stands_alone(body: Element, interaction: Element) -> bool:
    """Whether nothing else is in the paragraph that is typed into: then it is no gap in a sentence."""
    if interaction.tag != "textEntryInteraction":
        return False
    parent = next(element for element in body.iter() if interaction in list(element))
    return parent is not body and not words(parent)


def _explanation(reading: Reading) -> str:
    found = list(children(reading.root, "modalFeedback"))
    if len(found) > 1 or any(one.get("outcomeIdentifier") != "PENJELASAN" for one in found):
        reading.note("Umpan balik menurut jawaban menjadi penjelasan bagi semua.")
    return "\n\n".join(reading.text(one) for one in found)


def _attributes(points: Fraction, keywords: list[str]) -> dict[str, str]:
    attributes: dict[str, str] = {}
    if points > 0 and points != 1:
        attributes["points"] = number_text(points, 4).replace(",", ".")
    tags = []
    for keyword in keywords:
        scale, _, value = keyword.partition(":")
        if scale in _SCALES:
            attributes[_SCALES[scale]] = value
        elif keyword:
            tags.append("-".join(keyword.replace('"', "").split()))
    if tags:
        attributes["tags"] = " ".join(tags)
    return attributes
