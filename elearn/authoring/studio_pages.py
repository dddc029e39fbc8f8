"""What the pages of the studio show: the drafts, one draft with its files and findings, one file, its history."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select

from elearn import clock
from elearn.authoring import arranging, desk, drafts
from elearn.authoring.drafts import NoSuchDraft
from elearn.authoring.models import Draft, DraftFile, DraftPresence, DraftRevision
from elearn.authoring.shapes import shapes
from elearn.catalogue import publishing
from elearn.catalogue.models import CatalogueModule, ModuleTrainer
from elearn.core.content import read_glossary
from elearn.core.content.frontmatter import read_front
from elearn.core.content.headings import explicit_ids
from elearn.core.content.text import FileReport
from elearn.core.model import Diagnostic, Module
from elearn.database import db, transaction, upsert
from elearn.marking.scope import find_module
from elearn.people.models import Person

HERE = timedelta(minutes=2)
"""Who asked for a file's page or saved it within this time is there."""


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft in the list of a pengajar."""

    slug: str
    title: str
    published: bool
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of the tree. `kind`: module, lesson, quiz, or medium."""

    file: DraftFile
    kind: str
    title: str
    changed_by: str
    errors: int
    warnings: int
    first: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True)
class DraftPage:
    module: CatalogueModule
    draft: Draft
    title: str
    parts: list[FileLine]
    index: FileLine | None
    """module.md."""
    media: list[FileLine]
    deleted: list[DraftFile]
    findings: list[Diagnostic]
    errors: int
    sound: bool
    """Whether it could be published."""


@dataclass(frozen=True, slots=True)
class FilePage:
    module: CatalogueModule
    draft: Draft
    file: DraftFile
    kind: str
    title: str
    shown: Module | None
    """The module with this part alone, as far as it can be shown."""
    findings: list[Diagnostic]
    others: list[str]
    """Names of people who have this file open too."""


@dataclass(frozen=True, slots=True)
class RevisionLine:
    revision: DraftRevision
    by: str
    current: bool


def studio(person_id: int, slug: str) -> tuple[CatalogueModule, Draft]:
    """A module of theirs and its draft, made where there is none. Raises NoSuchDraft, NotPossible."""
    module = find_module(person_id, slug)
    if module is None:
        raise NoSuchDraft(slug)
    return module, drafts.open_draft(person_id, slug)


def draft_list(person_id: int) -> list[DraftLine]:
    """The drafts of the modules of a pengajar, the last changed first. One statement."""
    latest = (
        select(DraftFile.draft_id, func.max(DraftFile.changed_at).label("at")).group_by(DraftFile.draft_id).subquery()
    )
    index = select(DraftFile).where(DraftFile.path == "module.md").subquery()
    rows = db.session.execute(
        select(
            CatalogueModule.slug,
            CatalogueModule.current_version_id,
            index.c.text,
            latest.c.at,
            func.min(Person.name),
        )
        .join(ModuleTrainer, ModuleTrainer.module_id == CatalogueModule.id)
        .join(Draft, Draft.module_id == CatalogueModule.id)
        .join(latest, latest.c.draft_id == Draft.id)
        .join(DraftFile, and_(DraftFile.draft_id == Draft.id, DraftFile.changed_at == latest.c.at))
        .join(Person, Person.id == DraftFile.changed_by_id)
        .outerjoin(index, index.c.draft_id == Draft.id)
        .where(ModuleTrainer.person_id == person_id)
        .group_by(CatalogueModule.slug, CatalogueModule.current_version_id, index.c.text, latest.c.at)
        .order_by(latest.c.at.desc())
    )
    return [
        DraftLine(slug, arranging.title_of(text or "") or slug, version is not None, at, name)
        for slug, version, text, at, name in rows
    ]


def draft_page(module: CatalogueModule, draft: Draft) -> DraftPage:
    """A draft with all its findings. Five statements. Raises OSError when a medium cannot be read."""
    files = drafts.present(draft)
    read, findings = desk.read(module.slug, drafts.files_of(draft))
    names = _names(files)
    parts = arranging.parts_of(files)
    lines = {file.path: _line(file, names, findings, parts) for file in files}
    index = lines.get("module.md")
    return DraftPage(
        module=module,
        draft=draft,
        title=index.title if index and index.title else module.slug,
        parts=[lines[file.path] for file in parts],
        index=index,
        media=[line for line in lines.values() if line.kind == "medium"],
        deleted=arranging.deleted(draft),
        findings=findings,
        errors=sum(d.severity == "error" for d in findings),
        sound=read is not None,
    )


def _line(
    file: DraftFile, names: dict[int, str], findings: Sequence[Diagnostic], parts: Sequence[DraftFile]
) -> FileLine:
    own = [d.severity for d in findings if d.file == file.path]
    return FileLine(
        file=file,
        kind=kind_of(file),
        title=arranging.title_of(file.text or ""),
        changed_by=names.get(file.changed_by_id, ""),
        errors=own.count("error"),
        warnings=own.count("warning"),
        first=bool(parts) and parts[0].path == file.path,
        last=bool(parts) and parts[-1].path == file.path,
    )


def kind_of(file: DraftFile) -> str:
    """Module, lesson, quiz or medium."""
    if file.text is None:
        return "medium"
    if file.path == "module.md":
        return "module"
    return arranging.kind_of(file.text)


def _names(files: Sequence[DraftFile]) -> dict[int, str]:
    ids = {file.changed_by_id for file in files}
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids))).all()
    return {row.id: row.name for row in rows}


def file_page(module: CatalogueModule, draft: Draft, path: str, person_id: int, text: str | None = None) -> FilePage:
    """A file as it is, or with another `text` that is not saved. Notes that this person has it open. Six statements.

    Raises NoSuchDraft where there is no such file of text.
    """
    page = shown_file(module, draft, path, text)
    return replace(page, others=_presence(page.file.id, person_id))


def shown_file(module: CatalogueModule, draft: Draft, path: str, text: str | None = None) -> FilePage:
    """The same for who only looks at it: nobody is told that they have it open. Four statements. Raises NoSuchDraft."""
    file = drafts.find_file(draft, path)
    if file is None or file.text is None or file.deleted_at is not None:
        raise NoSuchDraft(path)
    files, media = drafts.texts_of(draft)
    if text is not None:
        files[path] = text.encode()
    shown, findings = desk.read_one(module.slug, files, path, media)
    return FilePage(module, draft, file, kind_of(file), arranging.title_of(file.text) or path, shown, findings, [])


def _presence(file_id: int, person_id: int) -> list[str]:
    now = clock.now()
    with transaction() as session:
        upsert(session, DraftPresence, {"file_id": file_id, "person_id": person_id}, {"at": now})
    there = (
        select(Person.name)
        .join(DraftPresence, DraftPresence.person_id == Person.id)
        .where(DraftPresence.file_id == file_id, DraftPresence.person_id != person_id, DraftPresence.at > now - HERE)
        .order_by(Person.name)
    )
    return list(db.session.scalars(there))


def history(draft: Draft, path: str) -> list[RevisionLine]:
    """What a file was, the newest first, also under the name that it had before. At most ten statements."""
    lines: list[RevisionLine] = []
    upto: int | None = None
    for _name in range(10):
        query = select(DraftRevision, Person.name).join(Person, Person.id == DraftRevision.by_id)
        query = query.where(DraftRevision.draft_id == draft.id, DraftRevision.path == path)
        if upto is not None:
            query = query.where(DraftRevision.id < upto)
        rows = db.session.execute(query.order_by(DraftRevision.id.desc())).all()
        lines += [RevisionLine(revision, by, not lines and n == 0) for n, (revision, by) in enumerate(rows)]
        renamed = next((revision for revision, _by in rows if revision.kind == "rename"), None)
        if renamed is None:
            break
        path, upto = renamed.previous_path, renamed.id
    return [line for line in lines if line.revision.kind != "delete" or line.revision.path == lines[0].revision.path]


def compare(before: str, after: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Two texts line by line: (kind, pieces) with kind same, gone, new or skip; a piece is (same or other, text).

    Words that differ within a changed line are told apart. Of long stretches that are the same three lines are kept.
    """
    old, new = before.split("\n"), after.split("\n")
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += _context(old[i1:i2], first=i1 == 0, last=i2 == len(old))
            continue
        pairs = list(zip(old[i1:i2], new[j1:j2], strict=False)) if i2 - i1 == j2 - j1 else []
        if pairs:
            for left, right in pairs:
                gone, added = _words(left, right)
                found += [("gone", gone), ("new", added)]
        else:
            found += [("gone", [("other", line)]) for line in old[i1:i2]]
            found += [("new", [("other", line)]) for line in new[j1:j2]]
    return found


def _context(lines: Sequence[str], *, first: bool, last: bool) -> list[tuple[str, list[tuple[str, str]]]]:
    head, tail = ([] if first else list(lines[:3])), ([] if last else list(lines[-3:]))
    if len(lines) <= len(head) + len(tail) + 1:
        return [("same", [("same", line)]) for line in lines]
    shown = [("same", [("same", line)]) for line in head]
    skipped = [("skip", [("same", str(len(lines) - len(head) - len(tail)))])]
    return [*shown, *skipped, *(("same", [("same", line)]) for line in tail)]


def _words(left: str, right: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    old, new = left.split(" "), right.split(" ")
    gone: list[tuple[str, str]] = []
    added: list[tuple[str, str]] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        kind = "same" if tag == "equal" else "other"
        if i2 > i1:
            gone.append((kind, " ".join(old[i1:i2])))
        if j2 > j1:
            added.append((kind, " ".join(new[j1:j2])))
    return gone, added


def completion(module: CatalogueModule, draft: Draft) -> dict[str, object]:
    """What an editor may complete: outcomes, terms, media, files, shapes, ids of questions."""
    files, media = drafts.texts_of(draft)
    index = read_front(files.get("module.md", b"").decode().split("\n"), FileReport("")).values.get("outcomes", {})
    terms = read_glossary(publishing.platform_glossary() or b"")[0]
    texts = {path: data.decode() for path, data in files.items()}
    return {
        "outcomes": index if isinstance(index, dict) else {},
        "terms": sorted(terms),
        "media": list(media),
        "files": [path for path in texts if path != "module.md"],
        "shapes": shapes(),
        "questions": sorted({i for text in texts.values() for i in explicit_ids(text.split("\n"))}),
    }
