"""Large tables to take away: asking for one, how it stands, its file, and the end of it. `export_worker` makes them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from elearn import clock
from elearn.database import db, locked, transaction
from elearn.people import audit, notices
from elearn.people.models import Person
from elearn.supervision.exports import Asked
from elearn.supervision.models import Export
from elearn.supervision.scope import Supervisor, still_theirs

DIRECT = 500
"""Rows up to which a table is made while one waits for it."""
LIFETIME = timedelta(hours=24)
AT_MOST = 10
"""Of one person, however they stand."""
NOTICE = "export"


class TooMany(Exception):
    """They have AT_MOST already."""


def ask(by_id: int, asked: Asked, kind: str, total: int) -> Export:
    """Let a table of so many rows be made. Asked for again while it waits or is being made, it is the same one. Raises TooMany."""
    now = clock.now()
    with transaction() as session:
        locked(session, Person, by_id)  # two clicks at once are one export
        theirs = session.scalars(select(Export).where(Export.by_id == by_id, Export.expires_at > now)).all()
        for one in theirs:
            if (one.what, one.query, one.kind) == (asked.what, dict(asked.query), kind) and not finished(one):
                return one
        if len(theirs) >= AT_MOST:
            raise TooMany
        made = Export(
            by_id=by_id,
            address=audit.source().address,
            what=asked.what,
            query=dict(asked.query),
            kind=kind,
            total=total,
            asked_at=now,
            expires_at=now + LIFETIME,
        )
        session.add(made)
        session.flush()
        return made


def finished(export: Export) -> bool:
    """Nothing happens with it any more, well or badly."""
    return export.ready_at is not None or export.failed_at is not None


@dataclass(frozen=True, slots=True)
class Line:
    """One of one's own exports. `state`: `waiting`, `making`, `ready`, `failed`, or `closed` (made for a team that is not
    theirs any more, so that it cannot be opened)."""

    export: Export
    state: str
    percent: int
    """Rows written of all: 0 to 100."""


def lines_of(supervisor: Supervisor) -> list[Line]:
    """Everything they asked for that is still there, the newest first. Two statements."""
    rows = db.session.scalars(
        select(Export)
        .where(Export.by_id == supervisor.id, Export.expires_at > clock.now())
        .order_by(Export.id.desc())
        .execution_options(populate_existing=True)
    ).all()
    return _lines(supervisor, rows)


def line_of(supervisor: Supervisor, public_id: str) -> Line | None:
    """One of them by its address; None when it is another's, is over, or never was. Two statements."""
    rows = db.session.scalars(
        select(Export)
        .where(Export.by_id == supervisor.id, Export.public_id == public_id, Export.expires_at > clock.now())
        .execution_options(populate_existing=True)
    ).all()
    return next(iter(_lines(supervisor, rows)), None)


def _lines(supervisor: Supervisor, rows: Sequence[Export]) -> list[Line]:
    inside = still_theirs(supervisor, {unit for row in rows for unit in row.units})

    def state(row: Export) -> str:
        if row.failed_at is not None:
            return "failed"
        if row.ready_at is not None:
            return "ready" if inside.issuperset(row.units) else "closed"
        return "making" if row.worker else "waiting"

    return [Line(row, state(row), min(100, 100 * row.done // row.total) if row.total else 0) for row in rows]


def opened(supervisor: Supervisor, public_id: str) -> tuple[Export, Path] | None:
    """A finished one and its file, which may be missing; None when there is nothing for them to open. It is noted that they
    took it, and the notice of it is closed."""
    line = line_of(supervisor, public_id)
    if line is None or line.state != "ready":
        return None
    with transaction() as session:
        notices.settle(session, supervisor.id, NOTICE, public_id)
        audit.record("export.taken", subject=subject_of(public_id))
    return line.export, file_of(line.export)


def again(supervisor: Supervisor, public_id: str) -> bool:
    """Make anew what failed or cannot be opened any more; whether there was such."""
    line = line_of(supervisor, public_id)
    if line is None or line.state not in {"failed", "closed"}:
        return False
    with transaction() as session:
        held = locked(session, Export, line.export.id)
        if held is None or not finished(held):
            return held is not None
        notices.settle(session, supervisor.id, NOTICE, public_id)
        held.worker = held.beat_at = held.ready_at = held.failed_at = None
        held.tries = held.done = held.size = 0
        held.asked_at, held.expires_at = clock.now(), clock.now() + LIFETIME
        file_of(held).unlink(missing_ok=True)  # still held: a worker that comes next makes another
        return True


def drop(by_id: int, public_id: str) -> bool:
    """Delete one of one's own with its file, or stop making it; whether there was such."""
    with transaction() as session:
        row = session.scalars(
            select(Export).where(Export.public_id == public_id, Export.by_id == by_id, Export.expires_at > clock.now())
        ).one_or_none()
        if row is None:
            return False
        notices.settle(session, by_id, NOTICE, public_id)
        session.execute(delete(Export).where(Export.id == row.id))
    file_of(row).unlink(missing_ok=True)
    return True


def tidy() -> None:
    """Remove what is over: rows whose time has come, then every file that belongs to none. Any process may, as often as it likes."""
    if db.session.scalar(select(func.count()).where(Export.expires_at <= clock.now())):
        with transaction() as session:
            _forget_expired(session)
    # The files first, then whose they are: one that comes in between has had its row for long.
    there = sorted(folder().iterdir())
    if not there:
        return
    living = dict(db.session.execute(select(Export.public_id, Export.worker)).all())
    for path in there:
        public_id, _, rest = path.name.partition(".")
        if public_id not in living or (path.is_dir() and rest != part_of(living[public_id])):
            _remove(path)


def _forget_expired(session: Session) -> None:
    over = session.execute(
        select(Export.id, Export.by_id, Export.public_id).where(Export.expires_at <= clock.now())
    ).all()
    for row in over:
        notices.settle(session, row.by_id, NOTICE, row.public_id)
    session.execute(delete(Export).where(Export.id.in_([row.id for row in over])))


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def folder() -> Path:
    """Where the files are: nobody else of the machine may look."""
    path = Path(current_app.config["INSTANCE_DIR"]) / "exports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def file_of(export: Export) -> Path:
    """Its file, once it is ready."""
    return folder() / f"{export.public_id}.{export.kind}"


def part_of(worker: str | None) -> str:
    """What a worker's own folder for it is called, after its public id and a dot."""
    return f"{worker}.part"


def subject_of(public_id: str) -> str:
    """How the audit log calls it."""
    return f"export {public_id}"
