"""Drafts: opened from what is published, saved file by file with all that each file was before.

Each change names the version of the file that it began from. One that began from an older version changes nothing and is
told so (`Clash`): what another person wrote is never overwritten silently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn import clock
from elearn.authoring import desk
from elearn.authoring.models import Draft, DraftFile, DraftRevision
from elearn.catalogue import media, sources, template
from elearn.catalogue.current import shown_version
from elearn.catalogue.models import CatalogueModule, ModuleTrainer
from elearn.core.content import apply_edits
from elearn.core.content.media import Medium, hashes, is_medium
from elearn.core.content.text import FILE_LIMIT
from elearn.core.content.values import is_slug
from elearn.database import db, insert_new, locked, transaction
from elearn.marking.scope import find_module
from elearn.people.models import Person

TOGETHER = timedelta(minutes=10)
"""Saves of one person within this time are one revision of the history."""


class NoSuchDraft(LookupError):
    """No module, draft, file or revision of that name is theirs to write."""


class NotPossible(ValueError):
    """A change that cannot be made; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Clash(Exception):
    """The file is not any more what the change began from: somebody saved, renamed or deleted it meanwhile."""

    def __init__(self, version: int, text: str | None, by_name: str, at: datetime) -> None:
        super().__init__(f"version {version}")
        self.version, self.text, self.by_name, self.at = version, text, by_name, at


@dataclass(frozen=True, slots=True)
class Saved:
    """A file as it was stored: `text` has the ids that were written into it."""

    version: int
    text: str


def find(module_id: int) -> Draft | None:
    """The draft of a module. One statement."""
    return db.session.scalars(select(Draft).where(Draft.module_id == module_id)).one_or_none()


def open_draft(person_id: int, slug: str) -> Draft:
    """The draft of a module of theirs, made from the version that is shown where there is none yet.

    Raises NoSuchDraft; NotPossible("no-sources") for a version published before its files were kept.
    """
    module = find_module(person_id, slug)
    if module is None:
        raise NoSuchDraft(slug)
    found = find(module.id)
    if found is not None:
        return found
    version_id = db.session.scalar(select(shown_version()).where(CatalogueModule.id == module.id))
    files = sources.of_version(version_id) if version_id else {}
    if files is None:
        raise NotPossible("no-sources")
    with transaction() as session:
        return _begin(session, module.id, version_id, person_id, files)


def new_module(person_id: int, slug: str, title: str) -> Draft:
    """The draft of a module that is not published yet: the files of a template, and who makes it as its pengajar.

    Raises NotPossible: `bad-slug`, `bad-title`, or `slug-taken`.
    """
    if not is_slug(slug):
        raise NotPossible("bad-slug")
    if not title.strip() or len(title) > 200:
        raise NotPossible("bad-title")
    with transaction() as session:
        row = {"slug": slug, "created_at": clock.now(), "current_version_id": None, "in_studio": True}
        if insert_new(session, CatalogueModule, [row], ["slug"]) == 0:
            raise NotPossible("slug-taken")
        module_id = session.scalars(select(CatalogueModule.id).where(CatalogueModule.slug == slug)).one()
        session.add(ModuleTrainer(module_id=module_id, person_id=person_id))
        session.flush()
        files = {path: text.encode() for path, text in template.files(title).items()}
        return _begin(session, module_id, None, person_id, files)


def _begin(
    session: Session, module_id: int, version_id: int | None, person_id: int, files: Mapping[str, bytes]
) -> Draft:
    row = {"module_id": module_id, "base_version_id": version_id, "created_at": clock.now(), "created_by_id": person_id}
    fresh = insert_new(session, Draft, [row], ["module_id"])
    draft = session.scalars(select(Draft).where(Draft.module_id == module_id)).one()
    if fresh:
        digests = hashes(files)
        for path, data in files.items():
            content = (None, digests[path]) if is_medium(path) else (data.decode(), None)
            write(session, draft.id, path, *content, by=person_id, kind="create")
    return draft


def files_of(draft: Draft) -> dict[str, bytes]:
    """Path -> bytes of the files that are there, in the order of the paths. One statement. Raises OSError when a medium
    cannot be read."""
    return {
        file.path: media.store().read(file.sha256) if file.sha256 else (file.text or "").encode()
        for file in present(draft)
    }


def texts_of(draft: Draft) -> tuple[dict[str, bytes], dict[str, Medium]]:
    """The files that are there, without opening the media: texts by path, and what texts need to know of each medium. One
    statement."""
    files = present(draft)
    texts = {file.path: file.text.encode() for file in files if file.text is not None}
    return texts, {file.path: Medium(file.sha256, media.pixels(file.sha256)) for file in files if file.sha256}


def present(draft: Draft) -> list[DraftFile]:
    """The files that are there, by path. One statement."""
    return list(
        db.session.scalars(
            select(DraftFile)
            .where(DraftFile.draft_id == draft.id, DraftFile.deleted_at.is_(None))
            .order_by(DraftFile.path)
        )
    )


def find_file(draft: Draft, path: str) -> DraftFile | None:
    """A file, also one that was deleted. One statement."""
    return db.session.scalars(
        select(DraftFile).where(DraftFile.draft_id == draft.id, DraftFile.path == path)
    ).one_or_none()


def save(draft: Draft, path: str, text: str, base: int, by: int) -> Saved:
    """Store the text of a file that was at version `base`; ids of questions without one are written into it.

    Saving what is there already makes no version. Raises Clash; NoSuchDraft where there is no such file of text;
    NotPossible("too-large").
    """
    text = normal(text)
    if len(text.encode()) > FILE_LIMIT:
        raise NotPossible("too-large")
    text = with_ids(draft, path, text)
    with transaction() as session:
        file = hold(session, draft, path, base)
        if file.text is None:
            raise NoSuchDraft(path)
        if file.text != text:
            write(session, draft.id, path, text, None, by=by, kind="save")
        return Saved(file.version, text)


def delete(draft: Draft, path: str, base: int, by: int) -> int:
    """Take a file away; its version. It can be put back by `put_back`. Raises Clash, NoSuchDraft, and
    NotPossible("needed") for module.md."""
    if path == "module.md":
        raise NotPossible("needed")
    with transaction() as session:
        file = hold(session, draft, path, base)
        return write(session, draft.id, path, file.text, file.sha256, by=by, kind="delete")


def put_back(draft: Draft, path: str, by: int) -> int:
    """A file that was deleted is there again as it was; its version. Raises NoSuchDraft."""
    with transaction() as session:
        locked(session, Draft, draft.id)
        file = find_file(draft, path)
        if file is None or file.deleted_at is None:
            raise NoSuchDraft(path)
        return write(session, draft.id, path, file.text, file.sha256, by=by, kind="restore")


def restore(draft: Draft, path: str, revision_id: int, base: int, by: int) -> int:
    """A file becomes what it was in a revision of its history; its version. Raises Clash, NoSuchDraft."""
    with transaction() as session:
        file = hold(session, draft, path, base)
        revision = session.get(DraftRevision, revision_id)
        if revision is None or (revision.draft_id, revision.path) != (draft.id, path) or revision.kind == "delete":
            raise NoSuchDraft(path)
        if (file.text, file.sha256) == (revision.text, revision.sha256):
            return file.version
        return write(session, draft.id, path, revision.text, revision.sha256, by=by, kind="restore")


def hold(session: Session, draft: Draft, path: str, base: int) -> DraftFile:
    """The file, held with its draft until the transaction ends, when its version is still `base`. Raises Clash,
    NoSuchDraft."""
    locked(session, Draft, draft.id)
    file = session.scalars(
        select(DraftFile)
        .where(DraftFile.draft_id == draft.id, DraftFile.path == path)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if file is None:
        raise NoSuchDraft(path)
    if file.version != base or file.deleted_at is not None:
        by = session.get(Person, file.changed_by_id)
        text = None if file.deleted_at is not None else file.text
        raise Clash(file.version, text, by.name if by else "", file.changed_at)
    return file


def write(
    session: Session,
    draft_id: int,
    path: str,
    text: str | None,
    sha256: str | None,
    *,
    by: int,
    kind: str,
    previous_path: str = "",
) -> int:
    """A file becomes this, inside an open transaction that holds the draft; its version."""
    now = clock.now()
    file = session.scalars(
        select(DraftFile).where(DraftFile.draft_id == draft_id, DraftFile.path == path)
    ).one_or_none()
    if file is None:
        file = DraftFile(draft_id=draft_id, path=path, version=0)
        session.add(file)
    file.version += 1
    file.text, file.sha256, file.changed_at, file.changed_by_id = text, sha256, now, by
    file.deleted_at = now if kind == "delete" else None
    session.flush()
    last = session.scalars(
        select(DraftRevision)
        .where(DraftRevision.draft_id == draft_id, DraftRevision.path == path)
        .order_by(DraftRevision.id.desc())
        .limit(1)
    ).one_or_none()
    if last and kind == last.kind == "save" and last.by_id == by and now - last.at < TOGETHER:
        last.version, last.text, last.sha256 = file.version, text, sha256
    else:
        session.add(
            DraftRevision(
                draft_id=draft_id,
                path=path,
                version=file.version,
                kind=kind,
                text=text,
                sha256=sha256,
                previous_path=previous_path,
                by_id=by,
                at=now,
            )
        )
    session.flush()
    return file.version


def normal(text: str) -> str:
    """A text as a form sends it, with the line ends that files have."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def with_ids(draft: Draft, path: str, text: str) -> str:
    """The text with an id for each question without one. Ids of the module's other files are never given twice."""
    if "## " not in text or is_medium(path):
        return text
    files = {file.path: (file.text or "").encode() for file in present(draft) if file.text is not None}
    files[path] = text.encode()
    _module, found = desk.read_one("modul", files, path)
    edits = [d for d in found if d.code == "Q102" and d.edit and d.edit.file == path]
    return apply_edits({path: files[path]}, edits)[path].decode() if edits else text
