"""Published versions as objects. A version never changes, so each process keeps what it has loaded: a hit costs no
statement. Which version is current is always asked of the database."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import Engine, select

from elearn.catalogue.models import CatalogueModule, ModuleVersion, Part
from elearn.core.model import Lesson, Module, Quiz, load
from elearn.database import db

KEPT = 400


@dataclass(frozen=True)
class PublishedVersion:
    """A version with everything it holds."""

    id: int
    module_id: int
    number: int
    published_at: datetime
    module: Module


class _Versions:
    """The last used versions of each database, by id. Safe for the threads of a server."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Engine, int], PublishedVersion] = OrderedDict()
        self._lock = Lock()

    def get(self, version_id: int) -> PublishedVersion:
        # Tests and commands open several databases in one process.
        key = (db.engine, version_id)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        version = _load(version_id)
        with self._lock:
            self._kept[key] = version
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return version

    def forget(self) -> None:
        with self._lock:
            self._kept.clear()


_versions = _Versions()


def version(version_id: int) -> PublishedVersion:
    """The version of that id. Raises LookupError."""
    return _versions.get(version_id)


def forget() -> None:
    """Empty this process's memory: after the database was replaced beneath it (demo reset, tests)."""
    _versions.forget()


def _load(version_id: int) -> PublishedVersion:
    row = db.session.execute(
        select(
            ModuleVersion.id,
            ModuleVersion.module_id,
            ModuleVersion.number,
            ModuleVersion.published_at,
            ModuleVersion.payload,
        ).where(ModuleVersion.id == version_id)
    ).one_or_none()
    if row is None:
        raise LookupError(f"no version {version_id}")
    parts = db.session.execute(
        select(Part.kind, Part.payload).where(Part.version_id == version_id).order_by(Part.position)
    ).all()
    stored: dict[str, Any] = {**row.payload, "parts": []}
    module = load(Module, stored)
    loaded = tuple(load(Lesson, payload) if kind == "lesson" else load(Quiz, payload) for kind, payload in parts)
    return PublishedVersion(
        row.id, row.module_id, row.number, row.published_at, dataclasses.replace(module, parts=loaded)
    )


@dataclass(frozen=True, slots=True)
class ModuleRow:
    id: int
    current_version_id: int | None


def module_row(slug: str) -> ModuleRow | None:
    """The module of that slug as it is now. One statement."""
    row = db.session.execute(
        select(CatalogueModule.id, CatalogueModule.current_version_id).where(CatalogueModule.slug == slug)
    ).one_or_none()
    return ModuleRow(row.id, row.current_version_id) if row else None


def current(slug: str) -> PublishedVersion | None:
    """The current version of a module; None when there is none, or it was taken down."""
    row = module_row(slug)
    return version(row.current_version_id) if row and row.current_version_id else None
