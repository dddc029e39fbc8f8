"""Sections of questions as a content package of QTI 2.1 or 3.0: manifest, test, items, media."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal
from xml.etree.ElementTree import Element

from elearn.core.exchange.archive import write_archive
from elearn.core.exchange.base import Exported, Item, Refused, Section, item
from elearn.core.exchange.guarded_xml import add, write_xml
from elearn.core.exchange.qti import MANIFEST
from elearn.core.exchange.qti_names import as_newer
from elearn.core.exchange.qti_write_item import add_text, identifier, write_item
from elearn.core.exchange.texts import plain_words
from elearn.core.questions.base import QuestionSource

Version = Literal["2.1", "3.0"]
_SPACES = {
    "2.1": "http://www.imsglobal.org/xsd/imsqti_v2p1",
    "3.0": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
}
_PACKAGES = {
    "2.1": ("http://www.imsglobal.org/xsd/imscp_v1p1", "QTIv2.1 Package", "1.0.0", "v2p1"),
    "3.0": ("http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1", "QTI Package", "3.0.0", "v3p0"),
}
_LOM = "http://ltsc.ieee.org/xsd/LOM"
_LINK = re.compile(r"\]\((media/[^)\s]+)")


def write_qti(sections: Sequence[Section], media: Mapping[str, bytes], version: Version = "2.1") -> Exported:
    files: dict[str, bytes] = {}
    items: list[Item] = []
    written: list[tuple[QuestionSource, str]] = []
    test = _test(version)
    for section in sections:
        holder = _section(test, section)
        for source in section.sources:
            where = f"{source.file} baris {source.line}"
            try:
                root, notes = write_item(source)
            except Refused as trouble:
                items.append(Item(where, source.id, "refused", (str(trouble),), source))
                continue
            path = f"{source.id}.xml"
            files[path] = _document(root, version)
            ref = add(holder, "assessmentItemRef", None, identifier=f"ref-{source.id}", href=path)
            if "points" in source.attributes:
                add(ref, "weight", None, identifier="POIN", value=source.attributes["points"].replace(",", "."))
            items.append(item(where, source, notes))
            written.append((source, path))
    files["test.xml"] = _document(test, version)
    used = sorted(name for name in media if any(name in _linked(_texts(s, sections)) for s, _p in written))
    manifest = write_xml(_manifest(written, sections, used, version))
    packed = write_archive({MANIFEST: manifest, **files, **{name: media[name] for name in used}})
    return Exported(packed, tuple(items), "application/zip", ".zip")


def _document(root: Element, version: Version) -> bytes:
    if version == "3.0":
        as_newer(root)
    root.set("xmlns", _SPACES[version])
    return write_xml(root)


def _test(version: Version) -> Element:
    """Everything may be gone back to; points are added up with their weights."""
    test = Element("assessmentTest", identifier="kuis", title="Kuis")
    declared = add(test, "outcomeDeclaration", None, identifier="SCORE", cardinality="single", baseType="float")
    add(add(declared, "defaultValue"), "value", "0")
    add(test, "testPart", None, identifier="bagian-kuis", navigationMode="nonlinear", submissionMode="simultaneous")
    processing = add(test, "outcomeProcessing")
    total = add(add(processing, "setOutcomeValue", None, identifier="SCORE"), "sum")
    add(total, "testVariables", None, variableIdentifier="SCORE", weightIdentifier="POIN")
    return test


def _section(test: Element, section: Section) -> Element:
    part = next(element for element in test if element.tag == "testPart")
    title = plain_words(section.title) or section.id
    made = add(part, "assessmentSection", None, identifier=identifier(section.id), title=title, visible="true")
    if section.draw is not None:
        add(made, "selection", None, select=str(section.draw))
    if section.stimulus.strip():
        add_text(add(made, "rubricBlock", None, view="candidate"), section.stimulus)
    return made


def _texts(source: QuestionSource, sections: Sequence[Section]) -> Iterable[str]:
    """Everything of a question that may show a picture, and the stimulus that it stands under."""
    yield from (source.text, source.explanation, *source.hints)
    yield from (text for option in source.options for text in (option.text, option.feedback))
    yield from (section.stimulus for section in sections if source in section.sources)


def _linked(texts: Iterable[str]) -> set[str]:
    return {link for text in texts for link in _LINK.findall(text)}


def _manifest(
    written: Sequence[tuple[QuestionSource, str]], sections: Sequence[Section], used: Sequence[str], version: Version
) -> Element:
    space, schema, number, suffix = _PACKAGES[version]
    root = Element("manifest", identifier="paket-soal", xmlns=space)
    metadata = add(root, "metadata")
    add(metadata, "schema", schema)
    add(metadata, "schemaversion", number)
    add(root, "organizations")
    resources = add(root, "resources")
    test = add(resources, "resource", None, identifier="res-test", type=f"imsqti_test_xml{suffix}", href="test.xml")
    add(test, "file", None, href="test.xml")
    for name in used:
        if any(name in _linked([section.stimulus]) for section in sections):
            add(test, "file", None, href=name)
    for source, _path in written:
        add(test, "dependency", None, identifierref=f"res-{source.id}")
    for source, path in written:
        kind = f"imsqti_item_xml{suffix}"
        made = add(resources, "resource", None, identifier=f"res-{source.id}", type=kind, href=path)
        _keywords(made, source)
        add(made, "file", None, href=path)
        for name in sorted(_linked(_texts(source, [])) & set(used)):
            add(made, "file", None, href=name)
    return root


def _keywords(resource: Element, source: QuestionSource) -> None:
    said = source.attributes.get("tags", "").split()
    for name, scale in (("outcome", "tujuan"), ("difficulty", "kesulitan")):
        if name in source.attributes:
            said.append(f"{scale}:{source.attributes[name]}")
    if not said:
        return
    general = add(add(add(resource, "metadata"), "lom", None, xmlns=_LOM), "general")
    for word in said:
        add(add(general, "keyword"), "string", word, language="id")
