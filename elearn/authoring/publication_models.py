"""What happens to a draft on its way to being published: publications that wait for their time, and reviews."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from elearn.catalogue.models import StoredFile
from elearn.database import Base, Instant


class PublicationPlan(Base):
    """Files of a module that are to be published at a time. They are as they were when it was planned: later edits of
    the draft are not in them."""

    __tablename__ = "publication_plan"
    __table_args__ = (Index("ix_publication_plan_at", "done_at", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), index=True)
    base_version_id: Mapped[int | None] = mapped_column(ForeignKey("module_version.id"))
    """What was current when it was planned. It replaces nothing else."""
    files_hash: Mapped[str] = mapped_column(String(64))
    """`sources.fingerprint` of its files."""
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    planned_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    """When it was published, refused or cancelled."""
    outcome: Mapped[str] = mapped_column(String(20), default="")
    """`published`, `refused` (an error was found), `overtaken` (another version was current by then), `forbidden` (who
    planned it is not a pengajar of it any more) or `cancelled`. While it waits: empty, or `failing` after a first failure of
    the machine, which is tried again."""


class PlannedFile(StoredFile, Base):
    """A file of a plan."""

    __tablename__ = "planned_file"

    plan_id: Mapped[int] = mapped_column(ForeignKey("publication_plan.id"), primary_key=True)


class Review(Base):
    """A colleague who is asked to look at the draft of a module. One row a person and module, asked again or not."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("module_id", "reviewer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(Text, default="")
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    approved_hash: Mapped[str] = mapped_column(String(64), default="")
    """`sources.fingerprint` of the files that were approved."""
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)


class ReviewComment(Base):
    """A remark on a line of a file, as the line was when it was made."""

    __tablename__ = "review_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), index=True)
    path: Mapped[str] = mapped_column(String(200))
    line: Mapped[int]
    """From 1."""
    line_text: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    resolved_at: Mapped[datetime | None] = mapped_column(Instant)
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
