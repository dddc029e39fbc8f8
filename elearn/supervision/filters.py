"""Filters of the team that an atasan keeps under a name of theirs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, select
from werkzeug.datastructures import MultiDict

from elearn import clock
from elearn.database import db, locked, transaction, upsert
from elearn.people.models import Person
from elearn.supervision.models import SavedFilter
from elearn.supervision.team_filter import STATUS_WORDS, STATUSES, TeamFilter

NAME_AT_MOST = 60
AT_MOST = 20
"""Of one atasan."""


class NotSaved(ValueError):
    """`code` says why: `name`, `nothing` (it is everyone), `many`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def saved_filters(person_id: int) -> list[SavedFilter]:
    """By name. One statement."""
    return list(
        db.session.scalars(select(SavedFilter).where(SavedFilter.person_id == person_id).order_by(SavedFilter.name))
    )


def as_filter(saved: SavedFilter) -> TeamFilter:
    """What it finds; read like an address, so that what is not known any more falls back to the default."""
    return TeamFilter.read(MultiDict({name: str(value) for name, value in saved.query.items()}))


def bar(person_id: int) -> dict[str, Any]:
    """What the filter bar of a page needs beside the page: the states in words, and what this person keeps. One statement."""
    saved = [(one, as_filter(one)) for one in saved_filters(person_id)]
    return {"kinds": {"counted": STATUSES, "words": STATUS_WORDS}, "saved": saved}


def save(person_id: int, name: str, wanted: TeamFilter) -> None:
    """Keep a filter; under a name that is there already it takes its place. Raises NotSaved."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= NAME_AT_MOST:
        raise NotSaved("name")
    query = wanted.as_query(hal="")
    if not query:
        raise NotSaved("nothing")
    with transaction() as session:
        locked(session, Person, person_id)
        others = select(func.count()).where(SavedFilter.person_id == person_id, SavedFilter.name != name)
        if (session.scalar(others) or 0) >= AT_MOST:
            raise NotSaved("many")
        key = {"person_id": person_id, "name": name}
        upsert(session, SavedFilter, key, {"query": query, "created_at": clock.now()})


def forget(person_id: int, filter_id: int) -> bool:
    """Drop one's own filter; whether there was such a one."""
    with transaction() as session:
        theirs = delete(SavedFilter).where(SavedFilter.id == filter_id, SavedFilter.person_id == person_id)
        return bool(session.connection().execute(theirs).rowcount)
