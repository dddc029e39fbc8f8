"""Mailing reminders to those who have an address: they stand on the home page whether this works or not."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from elearn import clock, mail, routines
from elearn.database import db, transaction
from elearn.people.models import Person
from elearn.supervision.models import Reminder

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=50)
AT_A_TIME, TRIES = 200, 5
OLD = timedelta(days=2)
"""After which a message is not mailed any more: it would speak of a day that is over."""


class Waiting(NamedTuple):
    """A reminder to be mailed."""

    id: int
    text: str
    by: str | None
    name: str
    email: str


def on_swept() -> None:
    """Mail what waits, where there is a server for it and this process comes first."""
    if current_app.config["SMTP"] and routines.begin("mail", EVERY):
        send_waiting()


def send_waiting() -> int:
    """Mail what waits; how many messages were taken. What fails waits for the next time, some times."""
    return mail.send_each(mail.Server(*current_app.config["SMTP"]), _waiting(), _send)


def _waiting() -> list[Waiting]:
    """Whom to mail, the oldest first. One statement."""
    by = aliased(Person)
    rows = db.session.execute(
        select(Reminder.id, Reminder.text, by.name, Person.name, Person.email)
        .join(Person, Person.id == Reminder.person_id)
        .outerjoin(by, by.id == Reminder.by_id)
        .where(
            Reminder.mailed_at.is_(None),
            Reminder.mail_tries < TRIES,
            Reminder.at > clock.now() - OLD,
            Person.email != "",
            Person.active.is_(True),
        )
        .order_by(Reminder.id)
        .limit(AT_A_TIME)
    )
    return [Waiting(*row) for row in rows]


def _send(session: mail.Session, one: Waiting) -> bool:
    """Mail one, which is marked first: whatever happens then, it is not mailed twice."""
    with transaction() as held:
        mine = update(Reminder).where(Reminder.id == one.id, Reminder.mailed_at.is_(None)).values(mailed_at=clock.now())
        if not held.connection().execute(mine).rowcount:
            return False
    product, url = current_app.config["PRODUCT_NAME"], current_app.config["URL"]
    subject = f"{product}: pesan dari {one.by}" if one.by else f"{product}: pengingat tenggat"
    opening = f"{one.by} menulis:" if one.by else "Sebuah pengingat:"
    text = f"Halo {one.name},\n\n{opening}\n\n{one.text}\n\nBuka {product}: {url}/\n"
    try:
        session.send(one.email, one.name, subject, text)
    except mail.NotMailed as refused:
        log.warning("reminder %s was not mailed: %s", one.id, refused)
        _failed(one.id, for_good=refused.for_good)
        return False
    except Exception:
        # The connection is gone: it was not taken, and the others wait too.
        _failed(one.id, for_good=False)
        raise
    return True


def _failed(reminder_id: int, *, for_good: bool) -> None:
    """It waits again, unless it never will be taken."""
    tries = TRIES if for_good else Reminder.mail_tries + 1
    with transaction() as session:
        session.execute(
            update(Reminder).where(Reminder.id == reminder_id).values(mailed_at=None, mail_tries=tries),
            execution_options={"synchronize_session": False},
        )
