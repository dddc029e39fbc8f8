"""Making large tables, in a process of their own (`elearn.export_process`).

A guarded update gives an export to one worker; each page of rows says that it is still at work. Of whom nothing was heard for SILENT,
as after a kill, another takes over and begins anew: the file is made beside, and put in its place by whoever still holds the row.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from elearn import clock
from elearn.database import chunks, db, locked, new_public_id, transaction
from elearn.people import audit, notices
from elearn.people.audit import Change, Source
from elearn.people.models import AuditEntry
from elearn.supervision import exports
from elearn.supervision.export_jobs import LIFETIME, NOTICE, file_of, folder, part_of, subject_of
from elearn.supervision.exports import Asked, Limits, Table
from elearn.supervision.models import Export
from elearn.supervision.scope import heads_of, supervisor_of
from elearn.web.sheets import Value, write_file

log = logging.getLogger(__name__)

SILENT = timedelta(minutes=2)
"""After which a worker is taken for dead. The longest that one is silent is while a workbook is packed: seconds."""
TRIES = 3
AT_A_TIME = 500
"""Entries of the audit log in one transaction: nobody who answers a question waits for all of them."""
EXTENSION = "diajar-exports"
PAGE = "/tim/unduhan"


@dataclass(frozen=True, slots=True)
class Claim:
    """An export as it stood when this try of a worker took it."""

    id: int
    public_id: str
    by_id: int
    address: str
    asked: Asked
    kind: str
    worker: str
    tries: int

    @property
    def part(self) -> Path:
        """The folder of this try alone."""
        return folder() / f"{self.public_id}.{part_of(self.worker)}"


class Lost(Exception):
    """The export is not this worker's any more: it was deleted, or another took over."""


def run_waiting() -> int:
    """Make what waits, one after another, until nothing does; how many went well."""
    done = 0
    while (claim := _claim()) is not None:
        done += _carry_out(claim)
    return done


def waits() -> bool:
    """Whether there is anything to make. One statement."""
    return db.session.scalar(select(Export.id).where(_free()).limit(1)) is not None


def _free() -> ColumnElement[bool]:
    alone = or_(Export.worker.is_(None), Export.beat_at < clock.now() - SILENT)
    return and_(Export.ready_at.is_(None), Export.failed_at.is_(None), Export.expires_at > clock.now(), alone)


def _claim() -> Claim | None:
    """Take the oldest that waits; None when there is none, or others were quicker with each."""
    for export_id in db.session.scalars(select(Export.id).where(_free()).order_by(Export.id)).all():
        taken = update(Export).where(Export.id == export_id, _free())
        worker = new_public_id()
        values = {"worker": worker, "beat_at": clock.now(), "tries": Export.tries + 1, "done": 0}
        with transaction() as session:
            if session.connection().execute(taken.values(values)).rowcount:
                row = session.get_one(Export, export_id, populate_existing=True)
                asked = Asked(row.what, row.query)
                return Claim(row.id, row.public_id, row.by_id, row.address, asked, row.kind, worker, row.tries)
    return None


def _carry_out(claim: Claim) -> bool:
    """Make one; whether it went well. What fails is said, and can be asked for again."""
    try:
        if claim.tries > TRIES:
            raise RuntimeError(f"given up after {TRIES} tries that ended without a word")
        claim.part.mkdir(mode=0o700)
        _make(claim)
        return True
    except Lost:
        return False
    except OperationalError:
        raise  # the database itself: it is taken up again, by whoever comes first
    except Exception:
        log.exception("export %s failed", claim.public_id)
        _fail(claim)
        return False
    finally:
        shutil.rmtree(claim.part, ignore_errors=True)


def _make(claim: Claim) -> None:
    """Raises Lost, exports.Gone, and OSError when the disk is full."""
    supervisor = supervisor_of(claim.by_id)
    if supervisor is None:
        raise exports.Gone("who asked for it has no team any more")
    limits = Limits(current_app.config["JP_TARGET_PNS"], current_app.config["JP_MAXIMUM_PPPK"])
    table = exports.table(supervisor, claim.asked, limits)
    _beat(claim, total=table.total)
    people: set[int] = set()
    path = claim.part / f"file.{claim.kind}"
    write_file(path, table.title, table.header, _rows(claim, table, people), claim.part)
    _settle_on_disk(path)
    with audit.acting(Source(claim.by_id, claim.address)):
        _record(claim, people)
        _finish(claim, path, table, heads_of(supervisor), len(people))


def _rows(claim: Claim, table: Table, people: set[int]) -> Iterator[list[Value]]:
    """The rows; whom they are about is noted in `people`."""
    done = 0
    for page in table.pages:
        for person_id, row in page:
            people.add(person_id)
            yield row
        done += len(page)
        _beat(claim, done=done)


def _beat(claim: Claim, **values: int) -> None:
    """Say that it is being made, and how far it is. Raises Lost."""
    mine = update(Export).where(Export.id == claim.id, Export.worker == claim.worker)
    with transaction() as session:
        if not session.connection().execute(mine.values(beat_at=clock.now(), **values)).rowcount:
            raise Lost


def _settle_on_disk(path: Path) -> None:
    """It is whole before anything says so, also after a power cut; and its owner's alone."""
    path.chmod(0o600)
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _record(claim: Claim, people: set[int]) -> None:
    """Write down whose data are in it, before it can be taken. A try that was broken off has written some already."""
    subject = subject_of(claim.public_id)
    for some in chunks(sorted(people), AT_A_TIME):
        with transaction() as session:
            _hold(session, claim).beat_at = clock.now()
            known = _recorded(session, subject, some) if claim.tries > 1 else set()
            audit.record_many("person.exported", [Change(one, subject) for one in some if one not in known])


def _recorded(session: Session, subject: str, people: list[int]) -> set[int | None]:
    return set(
        session.scalars(
            select(AuditEntry.person_id).where(
                AuditEntry.person_id.in_(people),
                AuditEntry.action == "person.exported",
                AuditEntry.subject == subject,
            )
        )
    )


def _hold(session: Session, claim: Claim) -> Export:
    """The row, held. Raises Lost."""
    held = locked(session, Export, claim.id)
    if held is None or held.worker != claim.worker:
        raise Lost
    return held


def _finish(claim: Claim, path: Path, table: Table, units: list[int], people: int) -> None:
    with transaction() as session:
        held = _hold(session, claim)
        held.size = path.stat().st_size
        path.replace(file_of(held))
        held.name, held.units, held.total = table.name, units, held.done
        held.worker, held.ready_at, held.expires_at = None, clock.now(), clock.now() + LIFETIME
        after = {"people": people, "kind": held.kind} | ({"figure": held.query["angka"]} if held.what == "rows" else {})
        audit.record("team.exported", subject=subject_of(held.public_id), after=after)
        notices.tell(session, held.by_id, NOTICE, held.public_id, {"done": True, "to": PAGE})


def _fail(claim: Claim) -> None:
    with transaction() as session:
        try:
            held = _hold(session, claim)
        except Lost:
            return
        held.worker, held.failed_at, held.expires_at = None, clock.now(), clock.now() + LIFETIME
        notices.tell(session, held.by_id, NOTICE, held.public_id, {"done": False, "to": PAGE})


def wake() -> None:
    """Let this server process look at once whether anything waits, where one of its threads does."""
    woken = current_app.extensions.get(EXTENSION)
    if woken is not None:
        woken.set()
