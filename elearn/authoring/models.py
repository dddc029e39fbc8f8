"""Drafts: the files of a module while they are being written, and everything that they were before."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from elearn.database import Base, Instant


class Draft(Base):
    """The draft of a module; each has at most one. `base_version_id`: the version that it began from, or that was last
    published from it."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), unique=True)
    base_version_id: Mapped[int | None] = mapped_column(ForeignKey("module_version.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class DraftFile(Base):
    """A file as it stands. `version` counts its changes, also past a deletion: who saves names the one they began from."""

    __tablename__ = "draft_file"
    __table_args__ = (UniqueConstraint("draft_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), index=True)
    path: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    text: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(ForeignKey("media_file.sha256"))
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    deleted_at: Mapped[datetime | None] = mapped_column(Instant)


class DraftRevision(Base):
    """What a file was after a change. Never changed itself, but for the saves of one person within a few minutes, which
    are one revision."""

    __tablename__ = "draft_revision"
    __table_args__ = (Index("ix_draft_revision_file", "draft_id", "path", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    path: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    """`create`, `save`, `rename`, `delete` or `restore`."""
    text: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(String(64))
    previous_path: Mapped[str] = mapped_column(String(200), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    """Of the first save that is in it."""


class DraftPresence(Base):
    """Who had a file open last, and when: so that two people see each other."""

    __tablename__ = "draft_presence"

    file_id: Mapped[int] = mapped_column(ForeignKey("draft_file.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
