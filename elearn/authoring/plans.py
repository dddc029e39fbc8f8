"""Publishing at a time that was set before: planned, cancelled, and carried out by the sweep of whichever process is first."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from elearn import clock
from elearn.authoring.publication_models import PlannedFile, PublicationPlan
from elearn.catalogue import media, publishing, sources
from elearn.catalogue.models import CatalogueModule, ModuleTrainer
from elearn.catalogue.publishing import Read
from elearn.database import db, locked, transaction
from elearn.people import audit, notices
from elearn.people.models import Person

log = logging.getLogger(__name__)


class BadPlan(ValueError):
    """What cannot be planned. `code` is `past`, `waiting` (another plan waits) or `errors` (of the files)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def plan(by: int, module_id: int, read: Read, at: datetime) -> PublicationPlan:
    """Let these files be published at a time. Raises BadPlan, and OSError when a medium cannot be written."""
    module = read.module
    if module is None:
        raise BadPlan("errors")
    if at <= clock.now():
        raise BadPlan("past")
    files = read.folder.files
    media.write(files, module.media)
    with transaction() as session:
        row = locked(session, CatalogueModule, module_id)
        assert row is not None
        if pending(module_id) is not None:
            raise BadPlan("waiting")
        made = PublicationPlan(
            module_id=module_id,
            base_version_id=row.current_version_id,
            files_hash=sources.fingerprint(files),
            at=at,
            by_id=by,
            planned_at=clock.now(),
        )
        session.add(made)
        session.flush()
        media.record(session, files, module.media.items())
        sources.write(session, PlannedFile, {"plan_id": made.id}, files, module.media)
        audit.record("module.planned", subject=row.slug, after={"at": at.isoformat()})
        return made


def pending(module_id: int) -> PublicationPlan | None:
    """The publication of a module that waits for its time. One statement."""
    return db.session.scalars(
        select(PublicationPlan).where(PublicationPlan.module_id == module_id, PublicationPlan.done_at.is_(None))
    ).one_or_none()


def cancel(module_id: int) -> bool:
    """Cancel what waits; whether anything did. What is being carried out at this moment is over first."""
    with transaction() as session:
        row = session.get_one(CatalogueModule, module_id)
        cancelled = session.connection().execute(
            update(PublicationPlan)
            .where(PublicationPlan.module_id == module_id, PublicationPlan.done_at.is_(None))
            .values(done_at=clock.now(), outcome="cancelled")
        )
        if cancelled.rowcount:
            audit.record("module.plan-cancelled", subject=row.slug)
        return bool(cancelled.rowcount)


def run_due() -> int:
    """Carry out what is due; how many. One that fails does not keep the others waiting, and is tried in the next round."""
    due = db.session.scalars(
        select(PublicationPlan.id)
        .where(PublicationPlan.done_at.is_(None), PublicationPlan.at <= clock.now())
        .order_by(PublicationPlan.at)
    ).all()
    done = 0
    for plan_id in due:
        try:
            done += _carry_out(plan_id)
        except OperationalError:
            raise  # the database itself: nothing else would fare better
        except Exception:
            log.exception("plan %s could not be carried out", plan_id)
            _say_it_fails(plan_id)
    return done


def _carry_out(plan_id: int) -> bool:
    """Read outside of the transaction, which takes long; whoever then holds the plan first publishes it, and nobody again."""
    made = db.session.get_one(PublicationPlan, plan_id)
    slug = db.session.get_one(CatalogueModule, made.module_id).slug
    read = publishing.read_files(slug, sources.read(PlannedFile, PlannedFile.plan_id == plan_id))
    with transaction() as session:
        module = locked(session, CatalogueModule, made.module_id)
        held = locked(session, PublicationPlan, plan_id)
        assert module is not None and held is not None
        if held.done_at is not None:
            return False
        held.outcome, told = _publish(session, held, module, read)
        held.done_at = clock.now()
        _tell(session, held, module, told)
        return True


def _publish(
    session: Session, held: PublicationPlan, module: CatalogueModule, read: Read
) -> tuple[str, dict[str, Any]]:
    """(outcome, what its notice says besides)."""
    person = session.get_one(Person, held.by_id)
    if not person.active or session.get(ModuleTrainer, (held.module_id, held.by_id)) is None:
        return "forbidden", {}
    if module.current_version_id != held.base_version_id:
        return "overtaken", {}
    published = publishing.publish_read(read, held.by_id)
    if published.outcome == "refused":
        return "refused", {"errors": sum(d.severity == "error" for d in published.diagnostics)}
    return "published", {"version": published.number}


def _say_it_fails(plan_id: int) -> None:
    """Once: it is tried again every round."""
    with transaction() as session:
        held = locked(session, PublicationPlan, plan_id)
        if held is None or held.done_at is not None or held.outcome == "failing":
            return
        held.outcome = "failing"
        _tell(session, held, session.get_one(CatalogueModule, held.module_id), {})


def _tell(session: Session, held: PublicationPlan, module: CatalogueModule, more: Mapping[str, Any]) -> None:
    data = {"slug": module.slug, "outcome": held.outcome, "to": f"/pengajar/{module.slug}/terbitkan", **more}
    trainers = session.scalars(select(ModuleTrainer.person_id).where(ModuleTrainer.module_id == module.id))
    for person_id in {*trainers, held.by_id}:
        notices.tell(session, person_id, "plan", module.slug, data)
