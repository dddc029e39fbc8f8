"""Units, persons, their roles, their sign-ins, and the audit log."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from elearn.database import Base, Instant, new_public_id


class Role(StrEnum):
    """What a person may do beyond studying, which everyone may."""

    PENGAJAR = "pengajar"
    ATASAN = "atasan"
    ADMIN = "admin"


class Unit(Base):
    """A unit of the city in a tree. `path` is the ids from the root, each followed by a dot ("1.4.9."): the
    units below are those whose path begins with it."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    path: Mapped[str] = mapped_column(String(255), index=True)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    """When it was merged into its parent: nobody is in it any more, and what was achieved in it stays with it."""

    parent: Mapped[Unit | None] = relationship(remote_side="Unit.id")


class UnitPlace(Base):
    """Where a unit stood in the tree from an instant to an instant (None: until now), so that a report of a past day is made of
    the units of that day. `Unit.path` is that of the open row."""

    __tablename__ = "unit_place"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    path: Mapped[str] = mapped_column(String(255))
    from_at: Mapped[datetime] = mapped_column(Instant)
    until_at: Mapped[datetime | None] = mapped_column(Instant)


class Placement(Base):
    """A person in a unit from an instant to an instant (None: until now). `Person.unit_id` is that of the open row; who is not
    active has none."""

    __tablename__ = "placement"
    __table_args__ = (Index("ix_placement_person", "person_id", "until_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    from_at: Mapped[datetime] = mapped_column(Instant)
    until_at: Mapped[datetime | None] = mapped_column(Instant)


class Person(Base):
    """An ASN. `number` is the NIP or NI PPPK: 18 digits, text. `public_id` stands for them in addresses."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("length(number) = 18", name="number_length"),
        Index("ix_person_team", "unit_id", "active", "employment"),  # a team is counted from the index alone
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    number: Mapped[str] = mapped_column(String(18), unique=True)
    employment: Mapped[str] = mapped_column(String(4))
    """`pns` or `pppk`, read from the number."""
    name: Mapped[str] = mapped_column(String(200), index=True)
    position: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    active: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    must_change_password: Mapped[bool] = mapped_column(default=True)
    deputy_until: Mapped[date | None] = mapped_column(Date)
    """The last day on which they are somebody's deputy; follows from `deputy`."""
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)

    unit: Mapped[Unit] = relationship()
    grants: Mapped[list[RoleGrant]] = relationship(back_populates="person", cascade="all, delete-orphan")


class RoleGrant(Base):
    """A role of a person. An atasan's is for a unit and all below it; the others' have no unit."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "unit_id"),
        CheckConstraint("(role = 'atasan') = (unit_id IS NOT NULL)", name="scope"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)

    person: Mapped[Person] = relationship(back_populates="grants")
    unit: Mapped[Unit | None] = relationship()


class Deputy(Base):
    """A person who stands in for an atasan from a day to a day, both included, in Jakarta. Only `ended_at` is ever changed."""

    __tablename__ = "deputy"

    id: Mapped[int] = mapped_column(primary_key=True)
    head_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class SignIn(Base):
    """A signed-in browser. The cookie holds a random token; only its hash is kept, so a copied database opens
    nothing.

    Ending one is deleting its row; signing out everywhere deletes all of a person's.
    """

    __tablename__ = "sign_in"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant, index=True)
    agent: Mapped[str] = mapped_column(String(120), default="")

    person: Mapped[Person] = relationship()


class AuditEntry(Base):
    """One change of a person's record: who, what, when, from where, before, after. Never changed, never
    deleted."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_at_id", "at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """None: the system itself (the command line, the sweep)."""
    action: Mapped[str] = mapped_column(String(60), index=True)
    """`subject.verb`, such as `person.updated`, `attempt.submitted`, `credit.earned`."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Whose record."""
    subject: Mapped[str] = mapped_column(String(120), default="")
    """What was changed, in a form that is not personal: a slug, a public id."""
    address: Mapped[str] = mapped_column(String(45), default="")
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text, default="")


class Notice(Base):
    """Something that happened to a person's record while they were away, shown on their home page until they close it."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_person", "person_id", "seen_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20))
    """What happened; the words for it are the page's: `marked`, `regraded`, `report-answered`, `plan`, `review-…`."""
    subject: Mapped[str] = mapped_column(String(80))
    """What it is about: the public id of an attempt, the slug of a module."""
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What its words need, and under `to` the path of the page it leads to, where the kind does not tell."""
    at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
