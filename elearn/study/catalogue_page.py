"""The catalogue as one person sees it: searched, filtered, with their own standing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from elearn.catalogue import search
from elearn.catalogue.queries import Listed, learning_paths, published_modules
from elearn.study.queries import Progressed, enrolments_of

LEVELS = ("dasar", "menengah", "lanjut")
STATUSES = ("belum-mulai", "berjalan", "selesai")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for; anything unknown in an address counts as not asked."""

    text: str = ""
    level: str = ""
    topic: str = ""
    status: str = ""

    @classmethod
    def read(cls, arguments: Any) -> Wanted:
        level, status = arguments.get("tingkat", ""), arguments.get("status", "")
        return cls(
            text=" ".join(arguments.get("cari", "").split())[:120],
            level=level if level in LEVELS else "",
            topic=arguments.get("topik", "")[:80],
            status=status if status in STATUSES else "",
        )

    @property
    def anything(self) -> bool:
        return bool(self.text or self.level or self.topic or self.status)


@dataclass(frozen=True, slots=True)
class Card:
    module: Listed
    progress: Progressed | None
    status: str
    found: list[tuple[str, str]]
    """(slug, title) of the parts in which the words were found."""


@dataclass(frozen=True, slots=True)
class PathLine:
    title: str
    summary: str
    modules: list[tuple[Listed, bool]]
    """(module, completed)"""

    @property
    def done(self) -> int:
        return sum(1 for _module, completed in self.modules if completed)


@dataclass(frozen=True, slots=True)
class CataloguePage:
    wanted: Wanted
    topics: list[str]
    cards: list[Card]
    total: int
    paths: list[PathLine]


def catalogue_page(person_id: int, wanted: Wanted) -> CataloguePage:
    """Four statements, three when nothing is searched."""
    listed = published_modules()
    begun = {item.enrolment.module_id: item for item in enrolments_of(person_id)}
    hits: dict[int, list[tuple[str, str]]] = {}
    order: dict[int, int] = {}
    if wanted.text:
        for module_id, slug, title in search.search(wanted.text):
            order.setdefault(module_id, len(order))
            found = hits.setdefault(module_id, [])
            if slug:
                found.append((slug, title))
    cards = [_card(module, begun.get(module.id), hits.get(module.id, [])) for module in listed]
    shown = [card for card in cards if _fits(card, wanted, order)]
    if wanted.text:
        shown.sort(key=lambda card: order[card.module.id])
    return CataloguePage(
        wanted=wanted,
        topics=sorted({module.topic for module in listed if module.topic}),
        cards=shown,
        total=len(cards),
        paths=[] if wanted.anything else _paths(listed, begun),
    )


def _card(module: Listed, progress: Progressed | None, found: list[tuple[str, str]]) -> Card:
    begun = "selesai" if progress and progress.enrolment.completed_at else "berjalan"
    status = begun if progress else "belum-mulai"
    return Card(module, progress, status, found[:3])


def _fits(card: Card, wanted: Wanted, order: dict[int, int]) -> bool:
    return (
        (not wanted.text or card.module.id in order)
        and wanted.level in ("", card.module.level)
        and wanted.topic in ("", card.module.topic)
        and wanted.status in ("", card.status)
    )


def _paths(listed: list[Listed], begun: dict[int, Progressed]) -> list[PathLine]:
    by_slug = {module.slug: module for module in listed}
    lines = []
    for path in learning_paths():
        modules = [by_slug[slug] for slug in path.modules if slug in by_slug]
        done = [bool(m.id in begun and begun[m.id].enrolment.completed_at) for m in modules]
        lines.append(PathLine(path.title, path.summary, list(zip(modules, done, strict=True))))
    return lines
