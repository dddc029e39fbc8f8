"""Attempts, the events that say what happened in them, and the grades that follow from the events."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from elearn.database import Base, Exact, Instant, new_public_id


class Attempt(Base):
    """One try at a quiz, on the version it saw. `layout` is what was drawn, in order (core.quiz.draw).

    `score`, `percent` and `passed` are None until everything is graded; they follow from the events at any time.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("person_id", "module_id", "quiz_slug", "number"),
        Index("ix_attempt_open_deadline", "state", "deadline_at"),
        Index("ix_attempt_module_quiz", "module_id", "quiz_slug"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """The unit of its time: a score belongs to it whatever happens to the tree."""
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"), index=True)
    quiz_slug: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    seed: Mapped[int]
    layout: Mapped[list[Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default="open")
    """`open`, `ended` (submitted or out of time, not wholly graded yet) or `graded`."""
    ended_by: Mapped[str | None] = mapped_column(String(10))
    """`submit` or `expire`."""
    started_at: Mapped[datetime] = mapped_column(Instant)
    deadline_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    points: Mapped[Decimal | None] = mapped_column(Exact)
    maximum: Mapped[Decimal] = mapped_column(Exact)
    percent: Mapped[Decimal | None] = mapped_column(Exact)
    passed: Mapped[bool | None]


class AttemptEvent(Base):
    """What happened, appended and never changed. `client_id` is made on the client: the same id is stored once."""

    __tablename__ = "attempt_event"
    __table_args__ = (UniqueConstraint("attempt_id", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    client_id: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))
    """`answer`, `certainty`, `check`, `flag`, `unflag`, `submit`, `expire`, `grade`."""
    question: Mapped[str | None] = mapped_column(String(80))
    data: Mapped[Any] = mapped_column(JSON)
    queued_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the browser says it was given."""
    at: Mapped[datetime] = mapped_column(Instant)
    """When the server stored it."""
    late: Mapped[bool] = mapped_column(default=False)


class ItemGrade(Base):
    """The grade of one question of one attempt. An error in grading leaves `fraction` empty: never zero points."""

    __tablename__ = "item_grade"
    __table_args__ = (UniqueConstraint("attempt_id", "question"), Index("ix_item_grade_question", "question"))

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    position: Mapped[int]
    question: Mapped[str] = mapped_column(String(80))
    response: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    fraction: Mapped[Decimal | None] = mapped_column(Exact)
    points: Mapped[Decimal | None] = mapped_column(Exact)
    maximum: Mapped[Decimal] = mapped_column(Exact)
    error: Mapped[str] = mapped_column(Text, default="")
    graded_at: Mapped[datetime | None] = mapped_column(Instant)


class QuizExtension(Base):
    """More time, attempts or other dates for one person at one quiz. Only `withdrawn_*` is ever changed; the newest that is
    not withdrawn holds."""

    __tablename__ = "quiz_extension"
    __table_args__ = (Index("ix_quiz_extension_person", "person_id", "module_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), index=True)
    quiz_slug: Mapped[str] = mapped_column(String(80))
    minutes: Mapped[int]
    attempts: Mapped[int]
    opens_at: Mapped[datetime | None] = mapped_column(Instant)
    closes_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text)
    given_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime] = mapped_column(Instant)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
