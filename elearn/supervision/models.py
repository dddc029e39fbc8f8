"""Messages of an atasan, and of the product, to a person who has something to do; large tables that an atasan takes away; the mail of
a Monday."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from elearn.database import Base, Instant, new_public_id


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


class Export(Base):
    """A table that somebody takes away, made after their request because it is large. It waits (no `worker`), is being made (a
    `worker`, which says so by `beat_at`), or is `ready_at` or `failed_at`. Gone after `expires_at`, with its file."""

    __tablename__ = "team_export"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    """Its address, and the name of its file."""
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[str] = mapped_column(String(45))
    """From where it was asked for, for the audit log."""
    what: Mapped[str] = mapped_column(String(10))
    query: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The page and the query of its address, as exports.Asked has them."""
    kind: Mapped[str] = mapped_column(String(4))
    """`csv` or `xlsx`."""
    asked_at: Mapped[datetime] = mapped_column(Instant)
    worker: Mapped[str | None] = mapped_column(String(16))
    """Who makes it: a name of that try alone."""
    beat_at: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    """Rows written, of all."""
    units: Mapped[list[int]] = mapped_column(JSON, default=list)
    """The units whose people are in it: who has them no longer may not open it."""
    name: Mapped[str] = mapped_column(String(120), default="")
    """Of the file for who takes it away, without an ending."""
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    """Bytes."""
    ready_at: Mapped[datetime | None] = mapped_column(Instant)
    failed_at: Mapped[datetime | None] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


class Digest(Base):
    """The mail of a Monday to a person who has a team: a row, and so a mail, a week."""

    __tablename__ = "digest"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    week: Mapped[date] = mapped_column(Date, primary_key=True)
    """The Monday, in Jakarta."""
    mailed_at: Mapped[datetime | None] = mapped_column(Instant)
    """Set before it is sent, so that it never goes twice; also where there was nothing to say. None: it failed, and waits."""
    tries: Mapped[int] = mapped_column(default=0)


class DigestChoice(Base):
    """Whether a person wants that mail. Who never chose does."""

    __tablename__ = "digest_choice"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    wanted: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(Instant)
