"""Published modules: numbered versions that never change, their parts, questions and media."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from elearn.database import Base, Exact, Instant


class CatalogueModule(Base):
    """A module by its slug, which is its identity. `current_version_id` is what new learners get; None: taken down."""

    __tablename__ = "module"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    current_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("module_version.id", use_alter=True, name="fk_module_current_version_id")
    )
    created_at: Mapped[datetime] = mapped_column(Instant)
    in_studio: Mapped[bool] = mapped_column(default=False)
    """Whether a pengajar chose what is current: then a content folder replaces it only when the module is named."""


class ModuleVersion(Base):
    """What was published, once and for ever. `payload` is `core.content.model.dump(module)` without its parts."""

    __tablename__ = "module_version"
    __table_args__ = (UniqueConstraint("module_id", "number"), UniqueConstraint("module_id", "content_hash"))

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), index=True)
    number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text)
    topic: Mapped[str] = mapped_column(String(80), default="")
    level: Mapped[str] = mapped_column(String(20))
    jp: Mapped[Decimal] = mapped_column(Exact)
    minutes: Mapped[int]
    parts_count: Mapped[int]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    published_at: Mapped[datetime] = mapped_column(Instant)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class StoredFile:
    """A file of a module: Markdown as text, a medium by the hash of its content. One of both is null."""

    path: Mapped[str] = mapped_column(String(200), primary_key=True)
    text: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(ForeignKey("media_file.sha256"))


class VersionFile(StoredFile, Base):
    """A file that a version was made from."""

    __tablename__ = "version_file"
    __table_args__ = (CheckConstraint("(text IS NULL) <> (sha256 IS NULL)", name="text_or_medium"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"), primary_key=True)


class Part(Base):
    """A lesson or a quiz of a version. `payload` is `dump(lesson)` or `dump(quiz)`, whole, with its questions and key."""

    __tablename__ = "part"
    __table_args__ = (UniqueConstraint("version_id", "slug"), UniqueConstraint("version_id", "position"))

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"), index=True)
    position: Mapped[int]
    slug: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200))
    minutes: Mapped[int]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


class PublishedQuestion(Base):
    """An index of a version's questions, for statistics and the question bank: what they say is in the part."""

    __tablename__ = "published_question"
    __table_args__ = (UniqueConstraint("part_id", "slug"), Index("ix_published_question_slug", "slug"))

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"), index=True)
    slug: Mapped[str] = mapped_column(String(80))
    type: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    points: Mapped[Decimal] = mapped_column(Exact)
    outcome: Mapped[str | None] = mapped_column(String(20))
    difficulty: Mapped[int | None]
    section: Mapped[str] = mapped_column(String(80), default="")
    """Empty for a check inside a lesson."""


class ModuleTrainer(Base):
    """Whose module it is: these pengajar see its attempts."""

    __tablename__ = "module_trainer"

    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class MediaFile(Base):
    """A file by the hash of its content; the bytes lie in the media folder under that name."""

    __tablename__ = "media_file"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]


class LearningPathEntry(Base):
    """A learning path as published: its slug, title and the ordered slugs of its modules."""

    __tablename__ = "learning_path"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    intro_html: Mapped[str] = mapped_column(Text, default="")
    modules: Mapped[list[str]] = mapped_column(JSON)


class SearchEntry(Base):
    """The stemmed words of a part or a module's own page, for the catalogue's search.

    The index itself is the database's: an FTS5 table beside this one on SQLite, a GIN index on PostgreSQL (migrations).
    """

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("module_id", "part_slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), index=True)
    part_slug: Mapped[str] = mapped_column(String(80), default="")
    title: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(Text)
