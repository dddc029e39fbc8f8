"""Messages of an atasan, and of the product, to a person who has something to do."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from elearn.database import Base, Instant


class Reminder(Base):
    """A message that was given to a person: at most one a day, whoever sends it. Only `mail*` is ever changed."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("person_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    day: Mapped[date] = mapped_column(Date)
    """In Jakarta."""
    kind: Mapped[str] = mapped_column(String(10))
    """`own` words of an atasan, `soon` or `late`: by the product, before and after a due date."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    mailed_at: Mapped[datetime | None] = mapped_column(Instant)
    """When it was mailed as well, or being mailed: set before, so that it is never mailed twice."""
    mail_tries: Mapped[int] = mapped_column(default=0)


class SavedFilter(Base):
    """What an atasan looks for again and again in their team, by a name of theirs."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[dict[str, Any]] = mapped_column(JSON)
    """As `TeamFilter.as_query` writes it."""
    created_at: Mapped[datetime] = mapped_column(Instant)
