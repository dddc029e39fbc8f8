"""Asking a colleague to look at a draft: remarks on its lines, settled one by one, and approval of exactly these files.

`files` are those of the draft as they are; a reviewer reads and remarks, only a pengajar of the module changes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from elearn import clock
from elearn.authoring.models import Draft, DraftRevision
from elearn.authoring.publication_models import Review, ReviewComment
from elearn.catalogue import sources
from elearn.catalogue.models import CatalogueModule, ModuleTrainer
from elearn.core.content.anchors import find_line
from elearn.core.content.media import is_medium
from elearn.database import db, insert_new, locked, transaction, upsert
from elearn.people import audit, notices
from elearn.people.models import Person, Role, RoleGrant

TEXT_AT_MOST = 2000


class BadReview(ValueError):
    """What cannot be done. `code` is `person` (no active pengajar), `self`, `trainer` (is one of the module already), `line`
    (there is no such), `text` (empty or too long), `changed` (these files are not what was looked at) or `reviewer` (is
    not asked)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark where it belongs now: in the file that is called `path`, at `line` (from 1; None where the file is gone).
    `same`: the line says what it said."""

    comment: ReviewComment
    by: str
    path: str
    line: int | None
    same: bool


@dataclass(frozen=True, slots=True)
class Reviewer:
    review: Review
    name: str
    current: bool
    """Whether what was approved is what the draft is now."""


def reviewed_module(person_id: int, slug: str) -> CatalogueModule | None:
    """A module whose draft this person may read and remark on: its pengajar, and who is asked to. One statement."""
    trainer = exists().where(ModuleTrainer.module_id == CatalogueModule.id, ModuleTrainer.person_id == person_id)
    return db.session.scalars(
        select(CatalogueModule).where(CatalogueModule.slug == slug, or_(trainer, _asked(person_id)))
    ).one_or_none()


def _asked(person_id: int) -> ColumnElement[bool]:
    return exists().where(
        Review.module_id == CatalogueModule.id, Review.reviewer_id == person_id, Review.withdrawn_at.is_(None)
    )


def asked_of(person_id: int) -> list[str]:
    """The slugs of modules that a person is asked to review and has not approved. One statement."""
    rows = select(CatalogueModule.slug).join(Review, Review.module_id == CatalogueModule.id)
    waiting = rows.where(Review.reviewer_id == person_id, Review.withdrawn_at.is_(None), Review.approved_at.is_(None))
    return list(db.session.scalars(waiting.order_by(CatalogueModule.slug)))


def ask(by: int, module_id: int, reviewer_id: int, note: str = "") -> None:
    """Ask a pengajar to review, or to look again. Raises BadReview."""
    if len(note) > TEXT_AT_MOST:
        raise BadReview("text")
    with transaction() as session:
        module = session.get_one(CatalogueModule, module_id)
        _colleague(session, by, module_id, reviewer_id)
        values = {"asked_by_id": by, "asked_at": clock.now(), "note": note.strip(), "withdrawn_at": None}
        fresh = {"approved_at": None, "approved_hash": ""}
        upsert(session, Review, {"module_id": module_id, "reviewer_id": reviewer_id}, values | fresh)
        audit.record("review.asked", person_id=reviewer_id, subject=module.slug)
        _tell(session, {reviewer_id}, module, "asked", by)


def add_trainer(by: int, module_id: int, person_id: int) -> None:
    """Make a colleague a pengajar of the module, who changes it, publishes it and sees its answers. Raises BadReview."""
    with transaction() as session:
        module = session.get_one(CatalogueModule, module_id)
        _colleague(session, by, module_id, person_id)
        insert_new(
            session, ModuleTrainer, [{"module_id": module_id, "person_id": person_id}], ["module_id", "person_id"]
        )
        audit.record("module.trainer-added", person_id=person_id, subject=module.slug)
        _tell(session, {person_id}, module, "trainer", by)


def _colleague(session: Session, by: int, module_id: int, person_id: int) -> None:
    person = locked(session, Person, person_id)
    grant = select(RoleGrant.id).where(RoleGrant.person_id == person_id, RoleGrant.role == Role.PENGAJAR.value)
    if person is None or not person.active or session.scalars(grant).first() is None:
        raise BadReview("person")
    if person_id == by:
        raise BadReview("self")
    if session.get(ModuleTrainer, (module_id, person_id)) is not None:
        raise BadReview("trainer")


def withdraw(module_id: int, reviewer_id: int) -> bool:
    """Ask a reviewer no longer; their remarks stay. Whether they were asked."""
    with transaction() as session:
        review = _review(session, module_id, reviewer_id)
        if review is None:
            return False
        review.withdrawn_at = clock.now()
        slug = session.get_one(CatalogueModule, module_id).slug
        audit.record("review.withdrawn", person_id=reviewer_id, subject=slug)
        return True


def _review(session: Session, module_id: int, reviewer_id: int) -> Review | None:
    return session.scalars(
        select(Review)
        .where(Review.module_id == module_id, Review.reviewer_id == reviewer_id, Review.withdrawn_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def remark(by: int, module_id: int, files: Mapping[str, bytes], path: str, line: int, text: str) -> None:
    """Say something about a line of a file of the draft, and tell the others. Raises BadReview."""
    text = text.strip().replace("\r\n", "\n")
    if not text or len(text) > TEXT_AT_MOST or "\0" in text:
        raise BadReview("text")
    lines = lines_of(files, path)
    if not 1 <= line <= len(lines):
        raise BadReview("line")
    with transaction() as session:
        module = session.get_one(CatalogueModule, module_id)
        session.add(
            ReviewComment(
                module_id=module_id,
                path=path,
                line=line,
                line_text=lines[line - 1],
                text=text,
                by_id=by,
                at=clock.now(),
            )
        )
        _tell(session, _everyone(session, module_id) - {by}, module, "remark", by)


def settle(by: int, module_id: int, comment_id: int, settled: bool) -> ReviewComment | None:
    """Mark a remark as settled, or open again; None when there is no such of this module."""
    with transaction() as session:
        comment = locked(session, ReviewComment, comment_id)
        if comment is None or comment.module_id != module_id:
            return None
        comment.resolved_at = clock.now() if settled else None
        comment.resolved_by_id = by if settled else None
        return comment


def approve(by: int, module_id: int, files: Mapping[str, bytes], looked_at: str) -> None:
    """Approve the draft as this reviewer looked at it, and tell its pengajar. Raises BadReview."""
    if sources.fingerprint(files) != looked_at:
        raise BadReview("changed")
    with transaction() as session:
        review = _review(session, module_id, by)
        if review is None:
            raise BadReview("reviewer")
        review.approved_at, review.approved_hash = clock.now(), looked_at
        module = session.get_one(CatalogueModule, module_id)
        audit.record("review.approved", person_id=by, subject=module.slug)
        _tell(session, _everyone(session, module_id) - {by}, module, "approved", by)


def reviewers(module_id: int, files: Mapping[str, bytes]) -> list[Reviewer]:
    """Who is asked, in the order of asking. One statement."""
    now = sources.fingerprint(files)
    rows = db.session.execute(
        select(Review, Person.name)
        .join(Person, Person.id == Review.reviewer_id)
        .where(Review.module_id == module_id, Review.withdrawn_at.is_(None))
        .order_by(Review.asked_at, Review.id)
        .execution_options(populate_existing=True)
    )
    return [Reviewer(review, name, review.approved_hash == now) for review, name in rows]


def remarks(module_id: int, files: Mapping[str, bytes]) -> dict[str, list[Remark]]:
    """Path -> remarks by line and time, settled ones too. A remark follows its file to other names. Two statements."""
    renames = _renames(module_id)
    rows = db.session.execute(
        select(ReviewComment, Person.name)
        .join(Person, Person.id == ReviewComment.by_id)
        .where(ReviewComment.module_id == module_id)
        .order_by(ReviewComment.at, ReviewComment.id)
        .execution_options(populate_existing=True)
    )
    placed: dict[str, list[Remark]] = {}
    for comment, name in rows:
        path = _name_now(comment, renames)
        lines = lines_of(files, path)
        line, same = find_line(lines, comment.line, comment.line_text) if lines else (None, False)
        placed.setdefault(path, []).append(Remark(comment, name, path, line, same))
    for found in placed.values():
        found.sort(key=lambda one: one.line or 0)
    return placed


def _renames(module_id: int) -> list[DraftRevision]:
    """Every time that a file of the draft got another name, in order."""
    return list(
        db.session.scalars(
            select(DraftRevision)
            .join(Draft, Draft.id == DraftRevision.draft_id)
            .where(Draft.module_id == module_id, DraftRevision.kind == "rename")
            .order_by(DraftRevision.id)
        )
    )


def _name_now(comment: ReviewComment, renames: Sequence[DraftRevision]) -> str:
    """What the file of a remark is called now."""
    path = comment.path
    for rename in renames:
        if rename.at >= comment.at and rename.previous_path == path:
            path = rename.path
    return path


def open_remarks(module_id: int) -> int:
    """How many are not settled. One statement."""
    return (
        db.session.scalar(
            select(func.count(ReviewComment.id)).where(
                ReviewComment.module_id == module_id, ReviewComment.resolved_at.is_(None)
            )
        )
        or 0
    )


def lines_of(files: Mapping[str, bytes], path: str) -> list[str]:
    """The lines of a text file of the draft; none of a medium or of what is not there."""
    if path not in files or is_medium(path):
        return []
    return files[path].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _everyone(session: Session, module_id: int) -> set[int]:
    """The pengajar of a module and who is asked to review it."""
    trainers = select(ModuleTrainer.person_id).where(ModuleTrainer.module_id == module_id)
    asked = select(Review.reviewer_id).where(Review.module_id == module_id, Review.withdrawn_at.is_(None))
    return {*session.scalars(trainers), *session.scalars(asked)}


def _tell(session: Session, people: set[int], module: CatalogueModule, what: str, by: int) -> None:
    """`what`: asked, trainer, remark or approved. Several remarks are one notice until it is seen."""
    data = {
        "slug": module.slug,
        "what": what,
        "by": session.get_one(Person, by).name,
        "to": f"/pengajar/{module.slug}/{'naskah' if what == 'trainer' else 'tinjauan'}",
    }
    for person_id in people:
        notices.tell(session, person_id, f"review-{what}", module.slug, data)
