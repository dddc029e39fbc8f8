"""What new people get of a module, where a pengajar decides it: nothing any more, or an earlier version again.

Nothing that is published is ever changed or deleted here; who is in the module goes on.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from elearn.catalogue import store
from elearn.catalogue.models import CatalogueModule, ModuleVersion
from elearn.catalogue.publishing import make_current
from elearn.catalogue.signals import reach_changed
from elearn.database import locked, transaction
from elearn.people import audit

REASON_AT_MOST = 500


class NotPossible(ValueError):
    """What cannot be done. `code` is `reason`, `down` (it is taken down already), `current` (it is that version already)
    or `version` (the module has no such version)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def take_down(module_id: int, reason: str) -> None:
    """Let nobody begin a module any more. Who began it goes on as before. Raises NotPossible."""
    reason = _checked(reason)
    with transaction() as session:
        row = _held(session, module_id)
        if row.current_version_id is None:
            raise NotPossible("down")
        before = session.get_one(ModuleVersion, row.current_version_id)
        row.current_version_id, row.in_studio = None, True
        session.flush()
        _record("module.taken-down", row, before.number, None, reason)
        reach_changed.send(None, module_id=row.id)


def choose_version(module_id: int, number: int, reason: str) -> None:
    """Make a published version current: an earlier one, or one of a module that was taken down. Raises NotPossible."""
    reason = _checked(reason)
    with transaction() as session:
        row = _held(session, module_id)
        version = session.scalars(
            select(ModuleVersion).where(ModuleVersion.module_id == row.id, ModuleVersion.number == number)
        ).one_or_none()
        if version is None:
            raise NotPossible("version")
        if version.id == row.current_version_id:
            raise NotPossible("current")
        before = session.get(ModuleVersion, row.current_version_id) if row.current_version_id else None
        row.in_studio = True
        make_current(session, row, version, store.version(version.id).module)
        _record("module.version-chosen", row, before.number if before else None, version.number, reason)


def shown_version() -> ColumnElement[int | None]:
    """Of a CatalogueModule: the version its pengajar look at. The current one; of one taken down, the last published."""
    other = aliased(ModuleVersion)
    last = select(func.max(other.id)).where(other.module_id == CatalogueModule.id).scalar_subquery()
    return func.coalesce(CatalogueModule.current_version_id, last)


def _checked(reason: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > REASON_AT_MOST:
        raise NotPossible("reason")
    return reason


def _held(session: Session, module_id: int) -> CatalogueModule:
    row = locked(session, CatalogueModule, module_id)
    if row is None:
        raise LookupError(module_id)
    return row


def _record(action: str, row: CatalogueModule, before: int | None, after: int | None, reason: str) -> None:
    audit.record(action, subject=row.slug, before={"version": before}, after={"version": after}, note=reason)
