"""Reminding people of what they have to do: an atasan in their own words, the product around a due date.

Nobody gets more than one message a day, whoever sends it: a row for each person and day says so, also to two who send at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from elearn import clock, routines
from elearn.catalogue.models import CatalogueModule, ModuleVersion
from elearn.database import chunks, db, insert_new, transaction
from elearn.people import audit, notices
from elearn.people.models import Person
from elearn.study.assignments import due_instant
from elearn.study.models import Assignee
from elearn.supervision import mailing
from elearn.supervision.attention import duties
from elearn.supervision.models import Reminder
from elearn.web import formats

TEXT_AT_MOST = 500
SOON, LATE = (3,), (1, 8, 15, 22)
"""Days before and after a due date on which the product reminds. After three weeks a person should."""
FROM_HOUR = 7
"""In Jakarta: nobody is reminded at night."""
EVERY = timedelta(hours=1)
AT_ONCE = 200
"""People in one transaction: where a whole city is reminded, nobody who answers a question waits for all of it."""


class NotSent(Exception):
    """Why a reminder was not given. `code`: `text` (none, or too long), or `today`: they had one today, `by` whom."""

    def __init__(self, code: str, by: str = "") -> None:
        super().__init__(code)
        self.code, self.by = code, by


@dataclass(frozen=True, slots=True)
class Duty:
    """A module that somebody has to do by a day."""

    title: str
    slug: str
    due_on: date


def last_of(person_id: int) -> tuple[datetime, str] | None:
    """When a person was reminded last, and by whom (empty: the product). One statement."""
    row = db.session.execute(
        select(Reminder.at, Person.name)
        .outerjoin(Person, Person.id == Reminder.by_id)
        .where(Reminder.person_id == person_id)
        .order_by(Reminder.day.desc())
        .limit(1)
    ).one_or_none()
    return (row[0], row[1] or "") if row else None


def remind(by_id: int, person_id: int, text: str) -> None:
    """Give a person a message of their atasan. Who calls this has looked whether they may. Raises NotSent."""
    text = " ".join(text.split())
    if not text or len(text) > TEXT_AT_MOST:
        raise NotSent("text")
    with transaction() as session:
        if not _first_today(session, {person_id: text}, "own", by_id):
            last = last_of(person_id)
            raise NotSent("today", last[1] if last else "")
        name = session.scalar(select(Person.name).where(Person.id == by_id))
        notices.tell(
            session, person_id, "reminder", clock.today().isoformat(), {"by": name, "text": text, "to": _to(person_id)}
        )
        audit.record("person.reminded", person_id=person_id, note=text)


def _first_today(session: Any, texts: Mapping[int, str], kind: str, by_id: int | None) -> set[int]:
    """Those of the people (person -> text) who had no message today: this is theirs."""
    now, day = clock.now(), clock.today()
    fresh = set()
    for person_id, text in sorted(texts.items()):
        row = {"person_id": person_id, "day": day, "kind": kind, "by_id": by_id, "text": text, "at": now}
        if insert_new(session, Reminder, [{**row, "mail_tries": 0}], ["person_id", "day"]):
            fresh.add(person_id)
    return fresh


def _to(person_id: int) -> str:
    """Where a reminder leads: to what is due next, else to all modules."""
    slug = db.session.scalar(
        duties(CatalogueModule.slug)
        .where(Assignee.person_id == person_id)
        .order_by(Assignee.due_at.asc().nulls_last())
        .limit(1)
    )
    return f"/modul/{slug}" if slug else "/modul"


def on_swept() -> None:
    """Once an hour, by day, whichever process comes first reminds of what is due; messages are mailed as they come."""
    mailing.on_swept()
    if clock.now().astimezone(clock.JAKARTA).hour >= FROM_HOUR and routines.begin("reminders", EVERY):
        send_due()


def send_due() -> int:
    """Remind of modules that are due soon, or were; how many people. Who had a message today gets it not."""
    count = 0
    for kind, days in (("late", [-n for n in LATE]), ("soon", list(SOON))):
        duties = _duties([clock.today() + timedelta(days=n) for n in days])
        for some in chunks(sorted(duties), AT_ONCE):
            with transaction() as session:
                texts = {person_id: _words(kind, duties[person_id]) for person_id in some}
                for person_id in sorted(_first_today(session, texts, kind, None)):
                    count += 1
                    notices.tell(session, person_id, "due", clock.today().isoformat(), _told(kind, duties[person_id]))
    return count


def _words(kind: str, found: list[Duty]) -> str:
    """What is said of them outside of the product."""
    said = "sudah lewat tenggat" if kind == "late" else "tenggatnya sudah dekat"
    return " ".join(f"{duty.title}: {said}, {formats.tanggal(duty.due_on)}." for duty in found)


def _told(kind: str, duties: list[Duty]) -> dict[str, Any]:
    modules = [{"title": duty.title, "due_on": duty.due_on.isoformat()} for duty in duties]
    return {"kind": kind, "modules": modules, "to": f"/modul/{duties[0].slug}"}


def _duties(days: list[date]) -> dict[int, list[Duty]]:
    """Who has not done what was, or will be, due on one of these days: active people, the earliest first. One statement."""
    instants = [due_instant(day) for day in days]
    rows = db.session.execute(
        duties(Assignee.person_id, ModuleVersion.title, CatalogueModule.slug, func.min(Assignee.due_at))
        .join(Person, Person.id == Assignee.person_id)
        .where(Assignee.due_at.in_(instants), Person.active.is_(True))
        .group_by(Assignee.person_id, ModuleVersion.title, CatalogueModule.slug)
        .order_by(func.min(Assignee.due_at), ModuleVersion.title)
    )
    found: dict[int, list[Duty]] = {}
    for person_id, title, slug, due_at in rows:
        if due_at is not None:  # it is one of the instants
            found.setdefault(person_id, []).append(Duty(title, slug, due_at.astimezone(clock.JAKARTA).date()))
    return found
