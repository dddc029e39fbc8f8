"""Enrolment, progress, checks, assignments, credit, and the summary a team page reads."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from elearn.database import Base, Exact, Instant


class Enrolment(Base):
    """A person in a module, on the version they see. The counters follow from the rows below it and are kept in the
    same transaction, so that a page of fifty people costs one statement."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("person_id", "module_id"),
        Index("ix_enrolment_module", "module_id", "completed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(Instant)
    active_at: Mapped[datetime] = mapped_column(Instant)
    completed_at: Mapped[datetime | None] = mapped_column(Instant)
    last_slug: Mapped[str] = mapped_column(String(80), default="")
    """Where they left off: the slug of a lesson or a quiz."""
    done_slugs: Mapped[list[str]] = mapped_column(JSON, default=list)
    """The parts of the version that are done, so that a table of contents costs no statement."""
    parts_done: Mapped[int] = mapped_column(default=0)
    parts_total: Mapped[int]
    score: Mapped[Decimal | None] = mapped_column(Exact)
    """Percent of the module's final quiz by its grading policy; None before a first graded attempt."""
    first_passed: Mapped[bool | None]
    """Whether the first graded attempt of the final quiz passed."""
    pretest: Mapped[Decimal | None] = mapped_column(Exact)
    posttest: Mapped[Decimal | None] = mapped_column(Exact)
    """Percent of the first attempt of each, for the learning gain."""
    failed: Mapped[int] = mapped_column(default=0)
    """Graded attempts that did not pass a quiz which has to be passed."""


class FirstResult(Base):
    """How a person did in a module when they first showed it: the first attempt of the final quiz, and what was learned between the
    first attempts of pretest and posttest. Held from `from_at` to `until_at` (None: until now): a mark or a correction that changes
    it ends the row and makes another, so that the figures of a past day stay what they were."""

    __tablename__ = "first_result"
    __table_args__ = (
        Index("ix_first_result_enrolment", "enrolment_id", "until_at"),
        # A report is made from the index alone, unit by unit.
        Index(
            "ix_first_result_report",
            *("unit_id", "module_id", "at", "passed", "percent", "gain", "from_at", "until_at"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """The unit of the time of that attempt."""
    at: Mapped[datetime] = mapped_column(Instant)
    """When that attempt ended."""
    percent: Mapped[Decimal | None] = mapped_column(Exact)
    """Of the final quiz; None for a module whose posttest is not its final quiz, until that is taken."""
    passed: Mapped[bool | None]
    gain: Mapped[Decimal | None] = mapped_column(Exact)
    """Posttest minus pretest, in points of percent; None without both."""
    from_at: Mapped[datetime] = mapped_column(Instant)
    until_at: Mapped[datetime | None] = mapped_column(Instant)


class LessonProgress(Base):
    """How far a person is in a lesson, by its slug: it survives new versions."""

    __tablename__ = "lesson_progress"
    __table_args__ = (UniqueConstraint("enrolment_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    slug: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    position: Mapped[str] = mapped_column(String(80), default="")
    """The anchor of the heading or block last read: it means the same on every screen size."""


class CheckAnswer(Base):
    """An answer to a check inside a lesson: appended, remembered, ungraded."""

    __tablename__ = "check_answer"
    __table_args__ = (UniqueConstraint("enrolment_id", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    lesson_slug: Mapped[str] = mapped_column(String(80))
    question: Mapped[str] = mapped_column(String(80))
    client_id: Mapped[str] = mapped_column(String(40))
    response: Mapped[Any] = mapped_column(JSON)
    fraction: Mapped[Decimal] = mapped_column(Exact)
    at: Mapped[datetime] = mapped_column(Instant)


class Assignment(Base):
    """A module given to a unit and all below it, to a person, or to some people under a name, with a day it is due (its end, in
    Jakarta)."""

    __tablename__ = "assignment"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch: Mapped[str] = mapped_column(String(16), index=True)
    """What was given together, such as the modules of a learning path, and is changed and ended together."""
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    audience: Mapped[str] = mapped_column(String(220), default="", server_default="")
    """Who of the unit: empty for everyone, else see `study.audiences`."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    label: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """With neither unit nor person: the name of the people it was given to, who are those it falls on."""
    path_title: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """The learning path it was given as part of."""
    assigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Assignee(Base):
    """An assignment as it falls on one person, so that who is overdue is read from an index."""

    __tablename__ = "assignee"
    __table_args__ = (
        UniqueConstraint("assignment_id", "person_id"),
        Index("ix_assignee_person", "person_id", "module_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    excused_at: Mapped[datetime | None] = mapped_column(Instant)
    """When an atasan said that this person need not do it; it is no duty then."""
    excused_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    excuse: Mapped[str] = mapped_column(Text, default="", server_default="")


class Credit(Base):
    """JP earned by completing a module, once for a person and a module, with what a development record holds."""

    __tablename__ = "credit"
    __table_args__ = (
        UniqueConstraint("person_id", "module_id"),
        Index("ix_credit_person_year", "person_id", "year", "earned_at", "jp", "revoked_at"),
        Index("ix_credit_report", "unit_id", "year", "module_id", "earned_at", "jp", "revoked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proof: Mapped[str] = mapped_column(String(40), unique=True)
    """The number of the proof: DJR/2026/000123-like, unique."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """The unit at that time."""
    kind: Mapped[str] = mapped_column(String(80))
    """Form of development: 'Pembelajaran mandiri daring (nonklasikal)'."""
    provider: Mapped[str] = mapped_column(String(200))
    material: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(Instant)
    earned_at: Mapped[datetime] = mapped_column(Instant)
    year: Mapped[int]
    """The calendar year in Jakarta."""
    jp: Mapped[Decimal] = mapped_column(Exact)
    percent: Mapped[Decimal | None] = mapped_column(Exact)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    """From then on it proves nothing and its JP do not count."""
    revoked_reason: Mapped[str] = mapped_column(Text, default="", server_default="")


class LearnerYear(Base):
    """JP of a person in a calendar year: the sum of their credits that are not revoked, kept in the same transaction."""

    __tablename__ = "learner_year"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - one search finds a year, not two

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    jp: Mapped[Decimal] = mapped_column(Exact)
    credits: Mapped[int]


class LearnerSummary(Base):
    """One row a person: what team pages count and sort by. `study.summary.rebuild` makes it from the rows above, and
    `elearn audit scores` proves that it still agrees."""

    __tablename__ = "learner_summary"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    active_at: Mapped[datetime | None] = mapped_column(Instant)
    started: Mapped[int] = mapped_column(default=0)
    """Modules begun, completed or not."""
    completed: Mapped[int] = mapped_column(default=0)
    nearly_done: Mapped[int] = mapped_column(default=0)
    """Modules not completed of which at least two thirds of the parts are done."""
    failing: Mapped[int] = mapped_column(default=0)
    """Modules not completed in which at least two attempts failed."""
    due_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    """The earliest due instant of what is assigned and not completed."""
    first_tries: Mapped[int] = mapped_column(default=0)
    first_passes: Mapped[int] = mapped_column(default=0)
    gain_sum: Mapped[Decimal] = mapped_column(Exact, default=Decimal(0))
    gain_count: Mapped[int] = mapped_column(default=0)
    """Posttest minus pretest in points of percent, summed over the modules that have both."""
