"""Lists of what is published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from elearn.catalogue import store
from elearn.catalogue.models import CatalogueModule, LearningPathEntry, MediaFile, ModuleVersion
from elearn.database import chunks, db


@dataclass(frozen=True, slots=True)
class Listed:
    """A published module as a catalogue shows it. `id` is the module's."""

    id: int
    slug: str
    version_id: int
    title: str
    summary: str
    topic: str
    level: str
    jp: Decimal
    minutes: int
    parts: int


def published_modules() -> list[Listed]:
    """Every module that has a current version, by title. One statement."""
    rows = db.session.execute(
        select(
            CatalogueModule.id,
            CatalogueModule.slug,
            ModuleVersion.id.label("version_id"),
            ModuleVersion.title,
            ModuleVersion.summary,
            ModuleVersion.topic,
            ModuleVersion.level,
            ModuleVersion.jp,
            ModuleVersion.minutes,
            ModuleVersion.parts_count,
        )
        .join(ModuleVersion, ModuleVersion.id == CatalogueModule.current_version_id)
        .order_by(ModuleVersion.title)
    )
    return [Listed(*tuple(row)) for row in rows]


def titles_of(module_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """(slug, title of the newest version) of these modules, taken down or not. One statement for some thousands of them."""
    found: dict[int, tuple[str, str]] = {}
    for some in chunks(module_ids):
        newest = (
            select(func.max(ModuleVersion.id))
            .where(ModuleVersion.module_id.in_(some))
            .group_by(ModuleVersion.module_id)
        )
        rows = db.session.execute(
            select(CatalogueModule.id, CatalogueModule.slug, ModuleVersion.title)
            .join(ModuleVersion, ModuleVersion.module_id == CatalogueModule.id)
            .where(ModuleVersion.id.in_(newest))
        )
        found |= {row.id: (row.slug, row.title) for row in rows}
    return found


def learning_paths() -> list[LearningPathEntry]:
    """The learning paths, by title. One statement."""
    return list(db.session.scalars(select(LearningPathEntry).order_by(LearningPathEntry.title)))


def renamed_module(slug: str) -> str | None:
    """The slug now of a module that once had this one, for an old address. One statement when all versions are in
    memory."""
    current = select(CatalogueModule.slug, CatalogueModule.current_version_id).where(
        CatalogueModule.current_version_id.is_not(None)
    )
    for now, version_id in db.session.execute(current):
        if version_id is not None and slug in store.version(version_id).module.aliases:
            return str(now)
    return None


def media_file(sha256: str) -> MediaFile | None:
    return db.session.get(MediaFile, sha256)
