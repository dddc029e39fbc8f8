"""Questions into a quiz and out of it: bytes of another system's format in, our Markdown and a report out, and back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from elearn.core.content.frontmatter import read_front
from elearn.core.content.text import FileReport
from elearn.core.exchange.base import ExchangeError, Exported, Imported, Item, Section
from elearn.core.exchange.formats import FORMATS, sniff
from elearn.core.exchange.markdown import read_back, read_sections, same_shape, write_sections
from elearn.core.exchange.sources import Names
from elearn.core.questions.base import QuestionSource


@dataclass(frozen=True, slots=True)
class Draft:
    """`markdown` is what may stand in a quiz below everything else: sections with their headings; empty where no
    question could be read."""

    format: str
    markdown: str
    items: tuple[Item, ...]
    media: Mapping[str, bytes]
    notes: tuple[str, ...]


def import_questions(data: bytes, format_name: str | None, title: str, taken: Collection[str]) -> Draft:
    """Read a file. Questions whose id is in `taken` get another; a section without a title gets `title`.

    Raises ExchangeError for a file that cannot be read at all.
    """
    name = format_name or sniff(data)
    imported = FORMATS[name].read(data)
    names = Names(set(taken))
    ids = {item.source.id: names.give(item.source.id) for item in imported.items if item.source is not None}
    items = tuple(_settled(item, ids) for item in imported.items)
    sections = _sections(imported, items, ids, title, names)
    return Draft(name, write_sections(sections), items, imported.media, imported.notes)


def _settled(item: Item, ids: Mapping[str, str]) -> Item:
    """The item with the id that it gets here; refused where our own reader would not read it back."""
    if item.source is None:
        return item
    source = replace(item.source, id=ids[item.source.id])
    back = read_back(source)
    if back is None or not same_shape(source, back):
        reason = "Soal ini tidak dapat ditulis dalam format kami tanpa berubah."
        return Item(item.where, source.id, "refused", (*item.notes, reason), None)
    return replace(item, id=source.id, source=source)


def _sections(
    imported: Imported, items: tuple[Item, ...], ids: Mapping[str, str], title: str, names: Names
) -> list[Section]:
    """The sections with those questions that are kept, each under a heading that no other part of the module has."""
    kept: dict[str, QuestionSource] = {item.source.id: item.source for item in items if item.source is not None}
    sections = []
    for section in imported.sections:
        sources = tuple(kept[ids[one.id]] for one in section.sources if ids[one.id] in kept)
        if not sources:
            continue
        heading = section.title or title
        draw = min(section.draw, len(sources)) if section.draw is not None else None
        sections.append(Section(names.give(section.id, heading), heading, section.stimulus, draw, sources))
    return sections


def export_questions(text: str, format_name: str, media: Mapping[str, bytes]) -> Exported:
    """A quiz file in another system's format. Raises ExchangeError where it has no question."""
    sections = []
    for number, read in enumerate(read_sections(_body(text))[0], start=1):
        head = read.heading
        draw = head.attributes.get("draw", "") if head else ""
        sections.append(
            Section(
                id=(head.id if head else None) or f"bagian-{number}",
                title=head.text if head else "",
                stimulus=read.stimulus,
                draw=int(draw) if draw.isdecimal() and len(draw) < 5 else None,
                sources=tuple(read.sources),
            )
        )
    if not any(section.sources for section in sections):
        raise ExchangeError("Kuis ini belum punya soal yang dapat diekspor.")
    exported = FORMATS[format_name].write(sections, media)
    return replace(exported, items=(*exported.items, *_borrowed(text)))


def _borrowed(text: str) -> list[Item]:
    """What is not written in this quiz, and so does not leave with it."""
    headings = [heading for section in read_sections(_body(text))[0] for heading in section.headings]
    return [
        Item(heading.text, heading.id or "", "refused", (f"Soal ini diambil dari {origin}; ekspor dari sana.",), None)
        for heading in headings
        if (origin := heading.attributes.get("from")) is not None
    ]


def _body(text: str) -> str:
    """What stands below the front matter."""
    lines = text.split("\n")
    front = read_front(lines, FileReport("soal.md"))
    return text if front.broken else "\n".join(lines[front.body - 1 :])
