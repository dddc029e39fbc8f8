"""What comes after a module: what a person means to do with it at work, whether that was seen, and what they thought of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from elearn.database import Base, Instant


class ActionPlan(Base):
    """One thing to apply at work and when. Their atasan are asked once, after that day; an answer is never changed."""

    __tablename__ = "action_plan"
    __table_args__ = (UniqueConstraint("person_id", "module_id"), Index("ix_action_plan_due", "asked_at", "due_on"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date] = mapped_column(Date)
    written_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    seen: Mapped[str] = mapped_column(String(10), default="")
    """`yes`, `partly`, `no`: whether it is seen in the work. Empty until it is answered."""
    result: Mapped[str] = mapped_column(String(10), default="")
    """`clear`, `some`, `none`: whether the service is better for it."""
    words: Mapped[str] = mapped_column(Text, default="")
    """How it is seen, of the atasan."""


class Satisfaction(Base):
    """What a person thought of a module they completed, each of 1 (not at all) to 5 (very much). May be given anew."""

    __tablename__ = "satisfaction"
    __table_args__ = (UniqueConstraint("person_id", "module_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    useful: Mapped[int]
    easy: Mapped[int]
    recommend: Mapped[int]
    comment: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Instant)
