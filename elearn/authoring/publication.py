"""Publishing a draft: looked at first with what it changes and for whom, then published exactly as it was looked at."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from elearn.authoring import desk, drafts, plans
from elearn.authoring.models import Draft
from elearn.catalogue import publishing, sources, store
from elearn.catalogue.current import shown_version
from elearn.catalogue.models import CatalogueModule, ModuleVersion
from elearn.catalogue.publishing import Read
from elearn.catalogue.reading import OUT_OF_TIME
from elearn.catalogue.report import Published
from elearn.catalogue.signals import count_learners
from elearn.catalogue.store import PublishedVersion
from elearn.core.content import content_hash
from elearn.core.content.changes import Changes, compare
from elearn.core.model import Diagnostic
from elearn.database import db, locked, transaction
from elearn.quizzes.models import Attempt
from elearn.study.models import Enrolment


class DraftChanged(Exception):
    """The draft, or what is published, is not any more what was looked at."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A draft as it was looked at. `state` names it: files and the version that was current."""

    module_id: int
    slug: str
    files: dict[str, bytes]
    state: str
    read: Read
    before: PublishedVersion | None
    """What it would replace: the current version, or of a module that was taken down its last. None: nothing is published."""
    down: bool
    """Nobody can begin the module now: it was taken down, or was never published."""
    base_number: int | None
    """The version that the draft began from; None when it began from none."""
    changes: Changes
    same: bool
    """Whether publishing would change nothing."""

    @property
    def errors(self) -> list[Diagnostic]:
        return [d for d in self.read.diagnostics if d.severity == "error"]

    @property
    def warnings(self) -> list[Diagnostic]:
        return [d for d in self.read.diagnostics if d.severity != "error"]


@dataclass(frozen=True, slots=True)
class VersionPeople:
    """Who is on a version of a module."""

    number: int
    learning: int
    completed: int
    open_attempts: int


@dataclass(frozen=True, slots=True)
class People:
    """Whom publishing concerns. `moving`, `staying` and `completed` are those of `report.Published.learners`."""

    moving: int
    staying: int
    completed: int
    open_attempts: int
    versions: list[VersionPeople]


def look(module: CatalogueModule, *, anew: bool = True) -> Looked | None:
    """The draft of a module with its findings and what it changes; None where there is no draft. Raises OSError.

    `anew`: with all the time that publishing takes, as is needed before publishing. Else what the desk remembers will do.
    """
    draft = drafts.find(module.id)
    if draft is None:
        return None
    files = drafts.files_of(draft)
    read = publishing.read_files(module.slug, files) if anew else _remembered(module.slug, files)
    shown = db.session.scalar(select(shown_version()).where(CatalogueModule.id == module.id))
    before = store.version(shown) if shown else None
    base = store.version(draft.base_version_id) if draft.base_version_id else None
    down = module.current_version_id is None
    equal = before and read.module and content_hash(before.module) == content_hash(read.module)
    return Looked(
        module_id=module.id,
        slug=module.slug,
        files=files,
        state=_state(files, module),
        read=read,
        before=before,
        down=down,
        base_number=base.number if base else None,
        changes=compare(before.module, read.module) if before and read.module else Changes(),
        same=bool(equal) and not down,
    )


def _remembered(slug: str, files: dict[str, bytes]) -> Read:
    """Quickly, where the desk has the time for it: it waits for no reading as long as publishing does."""
    module, found = desk.read(slug, files)
    if any(d.code == OUT_OF_TIME for d in found):
        return publishing.read_files(slug, files)
    return Read(publishing.folder_of(slug, files), module, found)


def _state(files: dict[str, bytes], module: CatalogueModule) -> str:
    return f"{sources.fingerprint(files)}-{module.current_version_id or 0}"


def publish(by: int, looked: Looked, state: str) -> Published:
    """Publish a draft as it was looked at when it was named `state`. What was planned for later is cancelled.

    Raises DraftChanged, and OSError when a medium cannot be written.
    """
    if looked.state != state:
        raise DraftChanged
    with transaction() as session:
        row = locked(session, CatalogueModule, looked.module_id)
        found = drafts.find(looked.module_id)
        draft = locked(session, Draft, found.id) if found else None
        if row is None or draft is None or _state(drafts.files_of(draft), row) != state:
            raise DraftChanged
        published = publishing.publish_read(looked.read, by)
        if published.outcome != "refused":
            plans.cancel(looked.module_id)
            draft.base_version_id = _current(session, looked.module_id)
        return published


def _current(session: Session, module_id: int) -> int | None:
    return session.scalar(select(CatalogueModule.current_version_id).where(CatalogueModule.id == module_id))


def people_of(module_id: int) -> People:
    """Who is in a module, on which version. Three statements."""
    learners = count_learners(module_id)
    counted = db.session.execute(
        select(Attempt.version_id, func.count(Attempt.id).label("running"))
        .where(Attempt.module_id == module_id, Attempt.state == "open")
        .group_by(Attempt.version_id)
    )
    attempts = {row.version_id: row.running for row in counted}
    completed = func.count(Enrolment.completed_at)
    rows = db.session.execute(
        select(
            ModuleVersion.id,
            ModuleVersion.number,
            func.sum(case((Enrolment.id.is_not(None) & Enrolment.completed_at.is_(None), 1), else_=0)),
            completed,
        )
        .outerjoin(Enrolment, Enrolment.version_id == ModuleVersion.id)
        .where(ModuleVersion.module_id == module_id)
        .group_by(ModuleVersion.id)
        .order_by(ModuleVersion.number.desc())
    )
    versions = [
        VersionPeople(number, learning or 0, done, attempts.get(version_id, 0))
        for version_id, number, learning, done in rows
    ]
    return People(
        moving=learners.get("moving", 0),
        staying=learners.get("staying", 0),
        completed=learners.get("completed", 0),
        open_attempts=sum(attempts.values()),
        versions=[one for one in versions if one.learning or one.completed or one.open_attempts],
    )
