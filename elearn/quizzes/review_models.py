"""What people say of answers after a quiz: marks by hand, corrections of questions, reports of doubtful ones."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from elearn.database import Base, Instant


class Mark(Base):
    """One person's points for one answer. Appended and never changed: which marks count is `core.quiz.marking`'s to say."""

    __tablename__ = "mark"
    __table_args__ = (Index("ix_mark_attempt_question", "attempt_id", "question"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    question: Mapped[str] = mapped_column(String(80))
    marker_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    points: Mapped[dict[str, str]] = mapped_column(JSON)
    """By criterion of the rubric (`essay.criteria`), as exact texts: `{"nilai": "7/2"}`."""
    comment: Mapped[str] = mapped_column(Text, default="")
    final: Mapped[bool] = mapped_column(default=False)
    """Settles two marks that differ, or changes what was settled."""
    at: Mapped[datetime] = mapped_column(Instant)


class Correction(Base):
    """A decision about a published question, on top of the versions up to `version_id`, which never change.

    From the moment it is stored every grading heeds it. Attempts that were graded before are graded again one batch after
    the other, `cursor` being the last one done, until `done_at`.
    """

    __tablename__ = "correction"
    __table_args__ = (
        Index("ix_correction_module_question", "module_id", "question"),
        Index("ix_correction_done_at", "done_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    """The newest version of the quiz at that time: attempts at later ones are not touched. `key`: whose key counts."""
    quiz_slug: Mapped[str] = mapped_column(String(80))
    question: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(10))
    """`accept`, `key` or `full` (core.quiz.verdicts), or `withdraw`: another one does not hold any more."""
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Of `accept`: `{"response": …, "fraction": "1/2"}`; of `withdraw`: `{"correction": its id}`; else empty."""
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    cursor: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    """How many scores it has changed."""
    done_at: Mapped[datetime | None] = mapped_column(Instant)


class QuestionReport(Base):
    """A peserta doubts a question. What they saw and answered is kept with it; the version is the attempt's."""

    __tablename__ = "question_report"
    __table_args__ = (Index("ix_question_report_module", "module_id", "answered_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    question: Mapped[str] = mapped_column(String(80))
    layout: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The item of the attempt's layout: the order of the options, and what was drawn."""
    response: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    """The answer at that time."""
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
