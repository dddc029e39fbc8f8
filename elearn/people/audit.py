"""Writing the audit log: called inside the transaction that makes the change, so neither exists without the
other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from elearn import clock
from elearn.database import db
from elearn.people.models import AuditEntry, Person


@dataclass(frozen=True, slots=True)
class Source:
    """Who acts and from where. The system acts as nobody, from nowhere."""

    actor_id: int | None = None
    address: str = ""


from_request: Callable[[], Source] = Source
"""Says who acts; the sign-in code puts its own here, which knows the request."""

_on_behalf: ContextVar[Source | None] = ContextVar("on_behalf", default=None)


@contextmanager
def acting(source: Source) -> Iterator[None]:
    """What is recorded inside was done by them: for work that somebody asked for, carried out after their request."""
    token = _on_behalf.set(source)
    try:
        yield
    finally:
        _on_behalf.reset(token)


def source() -> Source:
    """Who acts now, and from where."""
    return _on_behalf.get() or from_request()


@dataclass(frozen=True, slots=True)
class Change:
    """One of many changes of one kind: whose record, what, before and after."""

    person_id: int | None = None
    subject: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def record(
    action: str,
    *,
    person_id: int | None = None,
    subject: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> None:
    """Add an entry to the open transaction. `before` and `after` hold only what changed, JSON-able, no
    secrets."""
    _session().add(AuditEntry(**_rows(action, note, [Change(person_id, subject, before, after)])[0]))


def record_many(action: str, changes: Iterable[Change], note: str = "") -> None:
    """Add an entry for each change to the open transaction, in one statement for every thousand or so."""
    rows = _rows(action, note, changes)
    if rows:
        _session().execute(insert(AuditEntry), rows)


def _session() -> Session:
    session = db.session()
    if not session.info.get("transaction_open"):
        raise RuntimeError("an audit entry belongs in the transaction of its change")
    return session


def _rows(action: str, note: str, changes: Iterable[Change]) -> list[dict[str, Any]]:
    by = source()
    now = clock.now()
    return [
        {
            "at": now,
            "actor_id": by.actor_id,
            "address": by.address,
            "action": action,
            "note": note,
            "person_id": change.person_id,
            "subject": change.subject,
            "before": dict(change.before) if change.before is not None else None,
            "after": dict(change.after) if change.after is not None else None,
        }
        for change in changes
    ]


LOOKS = ("person.seen", "person.exported", "person.reminded")
"""What others do with a person's record without changing it; each is told to the person."""
LOOKS_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody who looked at a person's record on a day, `times`; `at` is the last time."""

    name: str
    action: str
    at: datetime
    times: int


def looks_at(person_id: int) -> list[Look]:
    """Who looked at a record, the newest first: once for each person, kind and day. One statement."""
    rows = db.session.execute(
        select(AuditEntry.actor_id, Person.name, AuditEntry.action, AuditEntry.at)
        .join(Person, Person.id == AuditEntry.actor_id)
        .where(AuditEntry.person_id == person_id, AuditEntry.action.in_(LOOKS), AuditEntry.actor_id != person_id)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(20 * LOOKS_AT_MOST)
    )
    found: dict[tuple[int | None, str, date], Look] = {}
    for actor_id, name, action, at in rows:
        key = (actor_id, action, at.astimezone(clock.JAKARTA).date())
        known = found.get(key)
        found[key] = Look(name, action, known.at if known else at, known.times + 1 if known else 1)
    return list(found.values())[:LOOKS_AT_MOST]
