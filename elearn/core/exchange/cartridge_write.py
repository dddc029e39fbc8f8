"""Sections as a Common Cartridge: each a quiz of QTI 1.2 within the profile's question types, and the pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal
from xml.etree.ElementTree import Element

from elearn.core.exchange.archive import write_archive
from elearn.core.exchange.base import Exported, Item, Refused, Section, item
from elearn.core.exchange.cartridge import MANIFEST
from elearn.core.exchange.cartridge_item import FILEBASE, GENERAL
from elearn.core.exchange.guarded_xml import add, write_xml
from elearn.core.exchange.qti_write_item import identifier
from elearn.core.exchange.sources import understood
from elearn.core.exchange.texts import plain_words, to_xhtml
from elearn.core.model import Question
from elearn.core.questions.base import QuestionSource

Version = Literal["1.1", "1.2", "1.3"]
_QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_PROFILES = {
    "single": "cc.multiple_choice.v0p1", "multiple": "cc.multiple_response.v0p1", "text": "cc.fib.v0p1",
    "essay": "cc.essay.v0p1",
}  # fmt: skip
_RESPONSE = "jawaban"
_LINK = re.compile(r"\]\((media/[^)\s]+)")


def write_cartridge(sections: Sequence[Section], media: Mapping[str, bytes], version: Version = "1.3") -> Exported:
    files: dict[str, bytes] = {}
    items: list[Item] = []
    notes: list[str] = []
    used: set[str] = set()
    for section in sections:
        root = Element("questestinterop", xmlns=_QTI)
        holder = _assessment(root, section)
        for source in section.sources:
            where = f"{source.file} baris {source.line}"
            try:
                element, said = _item(source)
            except Refused as trouble:
                items.append(Item(where, source.id, "refused", (str(trouble),), source))
                continue
            holder.append(element)
            items.append(item(where, source, said))
        if section.draw is not None:
            notes.append(f"Bagian '{section.title}': draw={section.draw} tidak ada di Common Cartridge.")
        if len(holder):
            files[f"kuis/{section.id}.xml"] = write_xml(root)
            used |= {name for name in media if name in _linked(section)}
    manifest = write_xml(_manifest(sections, files, sorted(used), version))
    packed = write_archive({MANIFEST: manifest, **files, **{name: media[name] for name in sorted(used)}})
    return Exported(packed, tuple(items), "application/zip", ".imscc", tuple(notes))


def _linked(section: Section) -> set[str]:
    texts = [section.stimulus]
    for source in section.sources:
        texts += [source.text, source.explanation]
        texts += [text for option in source.options for text in (option.text, option.feedback)]
    return {link for text in texts for link in _LINK.findall(text)}


def _material(parent: Element, text: str) -> None:
    html = to_xhtml(text, lambda link: f"{FILEBASE}/{link}" if link.startswith("media/") else link)
    add(add(parent, "material"), "mattext", html, texttype="text/html")


def _field(parent: Element, label: str, entry: str) -> None:
    made = add(parent, "qtimetadatafield")
    add(made, "fieldlabel", label)
    add(made, "fieldentry", entry)


def _assessment(root: Element, section: Section) -> Element:
    """The quiz, and its one section that items go into."""
    title = plain_words(section.title) or section.id
    made = add(root, "assessment", None, ident=identifier(section.id), title=title)
    metadata = add(made, "qtimetadata")
    _field(metadata, "cc_profile", "cc.exam.v0p1")
    _field(metadata, "qmd_assessmenttype", "Examination")
    _field(metadata, "qmd_scoretype", "Percentage")
    if section.stimulus.strip():
        _material(add(add(made, "presentation_material"), "flow_mat"), section.stimulus)
    return add(made, "section", None, ident="root_section")


def _item(source: QuestionSource) -> tuple[Element, list[str]]:
    """Raises Refused."""
    question = understood(source)
    if question.type not in _PROFILES:
        raise Refused(f"Common Cartridge tidak punya jenis soal seperti {question.type}.")
    notes = _lost(source, question)
    root = Element("item", ident=source.id, title=plain_words(source.heading)[:200] or source.id)
    metadata = add(add(root, "itemmetadata"), "qtimetadata")
    _field(metadata, "cc_profile", _PROFILES[question.type])
    if "points" in source.attributes:
        _field(metadata, "cc_weighting", str(question.points))
    if question.type == "essay":
        _field(metadata, "qmd_scoringpermitted", "Yes")
        _field(metadata, "qmd_computerscored", "No")
    presentation = add(root, "presentation")
    _material(presentation, source.text)
    _ask(presentation, source, question)
    _rules(root, source, question)
    _feedback(root, source, question)
    return root, notes


def _lost(source: QuestionSource, question: Question) -> list[str]:
    """What the profile has no place for."""
    notes = []
    if question.type == "single" and any(Fraction(o["fraction"]) not in (0, 1) for o in question.body["options"]):
        notes.append("Pilihan yang bernilai sebagian menjadi bernilai nol.")
    if question.type == "multiple" and question.body["scoring"] != "all-or-nothing":
        notes.append("Common Cartridge memberi nilai hanya bila semua pilihan tepat.")
    if question.type == "text" and any(line["fraction"] != "1" for line in question.body["answers"]):
        notes.append("Jawaban yang bernilai sebagian tidak ditulis.")
    if question.type == "text" and any("*" in line["text"].replace("\\*", "") for line in question.body["answers"]):
        notes.append("Tanda * yang berarti apa saja dibaca apa adanya oleh sistem lain.")
    if question.type == "essay" and (source.table or question.body["words"]):
        notes.append("Rubrik dan batas kata tidak ditulis.")
    if source.hints:
        notes.append("Petunjuk tidak ditulis.")
    if {"outcome", "tags", "difficulty"} & set(source.attributes):
        notes.append("Tujuan, tag, dan tingkat kesulitan tidak ditulis.")
    return notes


def _ask(presentation: Element, source: QuestionSource, question: Question) -> None:
    if question.type in ("text", "essay"):
        asked = add(presentation, "response_str", None, ident=_RESPONSE, rcardinality="Single")
        add(asked, "render_fib", None, prompt="Box" if question.type == "essay" else "Dashline")
        return
    cardinality = "Single" if question.type == "single" else "Multiple"
    asked = add(presentation, "response_lid", None, ident=_RESPONSE, rcardinality=cardinality)
    choices = add(asked, "render_choice")
    for place, option in enumerate(source.options, start=1):
        _material(add(choices, "response_label", None, ident=f"P{place}"), option.text)


def _rules(root: Element, source: QuestionSource, question: Question) -> None:
    """General feedback first, then that of each choice, then the rule that scores: the order of the profile."""
    processing = add(root, "resprocessing")
    outcomes = add(processing, "outcomes")
    add(outcomes, "decvar", None, maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    if source.explanation.strip():
        _show(add(_condition(processing, "Yes"), "other"), processing, GENERAL)
    if question.type in ("single", "multiple"):
        for place, option in enumerate(source.options, start=1):
            if option.feedback.strip():
                chosen = add(_condition(processing, "Yes"), "varequal", f"P{place}", respident=_RESPONSE)
                _show(chosen, processing, f"P{place}_fb")
    if question.type != "essay":
        _right(_condition(processing, "No"), question)
        add(processing[-1], "setvar", "100", action="Set", varname="SCORE")


def _condition(processing: Element, further: str) -> Element:
    """The place for what must hold, in a new rule."""
    return add(add(processing, "respcondition", None, **{"continue": further}), "conditionvar")


def _show(_test: Element, processing: Element, name: str) -> None:
    add(processing[-1], "displayfeedback", None, feedbacktype="Response", linkrefid=name)


def _right(variables: Element, question: Question) -> None:
    if question.type == "text":
        case = "Yes" if question.body["exact"] else "No"
        for line in question.body["answers"]:
            if line["fraction"] == "1":
                add(variables, "varequal", line["text"].replace("\\*", "*"), respident=_RESPONSE, case=case)
        return
    worths = [Fraction(option["fraction"]) for option in question.body["options"]]
    if question.type == "single":
        add(variables, "varequal", f"P{worths.index(max(worths)) + 1}", respident=_RESPONSE)
        return
    together = add(variables, "and")
    for place, worth in enumerate(worths, start=1):
        add(together if worth > 0 else add(together, "not"), "varequal", f"P{place}", respident=_RESPONSE)


def _feedback(root: Element, source: QuestionSource, question: Question) -> None:
    if source.explanation.strip():
        _material(add(add(root, "itemfeedback", None, ident=GENERAL), "flow_mat"), source.explanation)
    if question.type in ("single", "multiple"):
        for place, option in enumerate(source.options, start=1):
            if option.feedback.strip():
                _material(add(add(root, "itemfeedback", None, ident=f"P{place}_fb"), "flow_mat"), option.feedback)


def _manifest(
    sections: Sequence[Section], files: Mapping[str, bytes], used: Sequence[str], version: Version
) -> Element:
    short = f"v{version.replace('.', 'p')}"
    root = Element("manifest", identifier="paket-soal", xmlns=f"http://www.imsglobal.org/xsd/imscc{short}/imscp_v1p1")
    metadata = add(root, "metadata")
    add(metadata, "schema", "IMS Common Cartridge")
    add(metadata, "schemaversion", f"{version}.0")
    lom = add(metadata, "lom", None, xmlns=f"http://ltsc.ieee.org/xsd/imscc{short}/LOM/manifest")
    add(add(add(lom, "general"), "title"), "string", "Soal", language="id")
    organization = add(
        add(root, "organizations"), "organization", None, identifier="urutan", structure="rooted-hierarchy"
    )
    top = add(organization, "item", None, identifier="akar")
    resources = add(root, "resources")
    for section in sections:
        path = f"kuis/{section.id}.xml"
        if path not in files:
            continue
        shown = add(top, "item", None, identifier=f"butir-{section.id}", identifierref=f"res-{section.id}")
        add(shown, "title", plain_words(section.title) or section.id)
        kind = f"imsqti_xmlv1p2/imscc_xml{short}/assessment"
        made = add(resources, "resource", None, identifier=f"res-{section.id}", type=kind)
        add(made, "file", None, href=path)
        for name in sorted(_linked(section) & set(used)):
            add(made, "dependency", None, identifierref=f"media-{used.index(name) + 1}")
    for place, name in enumerate(used, start=1):
        made = add(resources, "resource", None, identifier=f"media-{place}", type="webcontent", href=name)
        add(made, "file", None, href=name)
    return root
