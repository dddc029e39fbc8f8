"""Publishing: folders of Markdown become numbered versions that never change, all together or not at all.

Everything is read and rendered in a process of its own and all media are on the disk before the database is written, in
one short transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elearn import clock
from elearn.catalogue import media, search, sources, store
from elearn.catalogue.lending import asked_for, borrowed_of
from elearn.catalogue.models import CatalogueModule, LearningPathEntry, ModuleVersion, Part, PublishedQuestion
from elearn.catalogue.reading import Folder, Glossary, PathFile, SafeReader
from elearn.catalogue.report import Published, PublishReport
from elearn.catalogue.signals import count_learners, module_published, reach_changed
from elearn.catalogue.source import find_modules, read_folder, read_text
from elearn.core.content import LearningPath, content_hash
from elearn.core.content.changes import compare
from elearn.core.model import Diagnostic, Lesson, Module, Question, Quiz, dump
from elearn.database import db, insert_new, transaction
from elearn.people import audit

Progress = Callable[[int, int], None]


class NoSuchFolder(LookupError):
    """A module that was asked for by its slug is not in the content folder."""


@dataclass(frozen=True, slots=True)
class Read:
    """A module folder as it was read. `module` is None when it has an error."""

    folder: Folder
    module: Module | None
    diagnostics: list[Diagnostic]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside the modules. `slugs` are the paths there are, readable or not; None: they were not looked at."""

    paths: list[LearningPath]
    slugs: frozenset[str] | None
    errors: list[Diagnostic]


@dataclass(frozen=True, slots=True)
class _Wish:
    """How to publish. `by`: who; `folders`: the slugs that exist and are not to be taken over by an alias; `studio`: a
    pengajar chose it in the studio; `named`: it was asked for by name, so it may replace what was chosen there."""

    by: int | None
    folders: frozenset[str]
    studio: bool
    named: bool


def publish_content(
    content: Path, *, by: int | None, only: set[str] | None = None, progress: Progress | None = None
) -> PublishReport:
    """Publish what changed under a content folder. A module with an error is refused and its published version stays.

    `only`: the slugs of some modules, which alone are published then. Raises NoSuchFolder, OSError.
    """
    found = find_modules(content)
    missing = (only or set()) - set(found)
    if missing:
        raise NoSuchFolder(", ".join(sorted(missing)))
    chosen = {slug: path for slug, path in found.items() if only is None or slug in only}
    known = frozenset(found) | known_modules()
    glossary = read_text(content / "glossary.md")
    folders = {slug: _folder(slug, read_folder(path), glossary, known) for slug, path in chosen.items()}
    with SafeReader() as reader:
        lenders = _lenders(reader, folders, named=only is not None)
        borrowing = (replace(f, lent=_lent(f.slug, f.files, lenders)) for f in folders.values())
        read = _read_modules(reader, borrowing, len(chosen), progress)
        beside = _read_beside(reader, content, glossary, known) if only is None else _Beside([], None, [])
    _write_media(read)
    wish = _Wish(by, frozenset(found), studio=False, named=only is not None)
    with transaction() as session:
        modules = [_publish(session, one, wish) for one in read]
        _publish_paths(session, beside)
    return PublishReport(modules, beside.errors)


def publish_files(slug: str, files: Mapping[str, bytes], by: int) -> Published:
    """Publish one module from its files, as a pengajar wrote them in the studio. An alias takes no other module over.

    Raises OSError when a medium cannot be written.
    """
    one = read_files(slug, files)
    return publish_read(one, by)


def read_files(slug: str, files: Mapping[str, bytes]) -> Read:
    """Read and check the files of a module with all limits, as publishing does, and publish nothing."""
    with SafeReader() as reader:
        return _read(reader, folder_of(slug, files))


def folder_of(slug: str, files: Mapping[str, bytes]) -> Folder:
    """Files of a module as this installation reads them: with its glossary, its modules and its length of a JP."""
    folder = _folder(slug, dict(files), platform_glossary(), known_modules() | {slug})
    return replace(folder, lent=_lent(slug, files, {}))


def publish_read(one: Read, by: int) -> Published:
    """Publish what `read_files` gave. May be joined to an open transaction. Raises OSError."""
    _write_media([one])
    with transaction() as session:
        done = _publish(session, one, _Wish(by, known_modules(), studio=True, named=True))
        if done.outcome in ("new", "changed"):
            audit.record("module.published", subject=done.slug, after={"version": done.number})
        return done


def known_modules() -> frozenset[str]:
    """The slugs of all modules of this installation."""
    return frozenset(db.session.scalars(select(CatalogueModule.slug)))


def platform_glossary() -> bytes | None:
    """The terms of this installation's content folder, which hold in every module."""
    return read_text(Path(current_app.config["CONTENT_DIR"]) / "glossary.md")


def _folder(slug: str, files: dict[str, bytes], glossary: bytes | None, known: frozenset[str]) -> Folder:
    return Folder(slug, files, glossary, known, int(current_app.config["JP_MINUTES"]))


def _lenders(reader: SafeReader, folders: Mapping[str, Folder], *, named: bool) -> dict[str, Module]:
    """Those of these folders that others borrow of: they lend what is published with them, not what was before.

    One that has an error stays as it was published, and so does one that was chosen in the studio and not asked for by name.
    """
    asked = {lender for slug, folder in folders.items() for lender in borrowed_of(folder.files) if lender != slug}
    asked &= folders.keys()
    kept = select(CatalogueModule.slug).where(CatalogueModule.in_studio.is_(True), CatalogueModule.slug.in_(asked))
    staying = set() if named or not asked else set(db.session.scalars(kept))
    read = {lender: reader.read(replace(folders[lender], lent=None))[0] for lender in sorted(asked - staying)}
    return {lender: module for lender, module in read.items() if module is not None}


def _lent(slug: str, files: Mapping[str, bytes], lenders: Mapping[str, Module]) -> dict[str, Question]:
    """What the files of a module borrow: of these, and of what is published where it is none of them. One statement for each
    of the latter, two more where its version is not loaded yet."""
    lent: dict[str, Question] = {}
    for lender, questions in borrowed_of(files).items():
        if lender in lenders:
            lent |= asked_for(lenders[lender], questions)
        elif lender != slug and (version := store.current(lender)) is not None:
            lent |= asked_for(version.module, questions)
    return lent


def _read(reader: SafeReader, folder: Folder) -> Read:
    return Read(folder, *reader.read(folder))


def _read_modules(reader: SafeReader, folders: Iterator[Folder], total: int, progress: Progress | None) -> list[Read]:
    read = []
    for done, folder in enumerate(folders, start=1):
        read.append(_read(reader, folder))
        if progress:
            progress(done, total)
    return read


def _write_media(read: Iterable[Read]) -> None:
    for one in read:
        if one.module is not None:
            media.write(one.folder.files, one.module.media)


def _read_beside(reader: SafeReader, content: Path, glossary: bytes | None, known: frozenset[str]) -> _Beside:
    """The learning paths, and what is wrong with them and with the glossary."""
    errors: list[Diagnostic] = []
    if glossary is not None:
        errors += reader.read(Glossary(glossary))[1]
    paths = []
    files = sorted((content / "paths").glob("*.md"))
    for file in files:
        path, found = reader.read(PathFile(file.stem, read_text(file) or b"", known))
        errors += [replace(d, file=f"paths/{file.name}") for d in found]
        if path is not None:
            paths.append(path)
    slugs = frozenset(file.stem for file in files) if (content / "paths").is_dir() else None
    return _Beside(paths, slugs, [d for d in errors if d.severity == "error"])


def _publish(session: Session, one: Read, wish: _Wish) -> Published:
    """Make a read module the current version, unless it has an error or nothing changed."""
    module = one.module
    if module is None:
        return Published(one.folder.slug, "refused", None, one.diagnostics)
    digest = content_hash(module)
    row = _row(session, module, wish.folders)
    before = session.get(ModuleVersion, row.current_version_id) if row.current_version_id else None
    same = before is not None and before.content_hash == digest
    if wish.named:
        row.in_studio = wish.studio
    elif row.in_studio and not same:
        outcome = "unchanged" if _same_version(session, row.id, digest) else "kept"
        return Published(module.slug, outcome, before.number if before else None, one.diagnostics)
    media.record(session, one.folder.files, module.media.items())
    version = before if before and same else _version(session, row.id, module, digest, wish.by)
    sources.keep(session, version.id, one.folder.files, module.media)
    if same:
        return Published(module.slug, "unchanged", version.number, one.diagnostics)
    make_current(session, row, version, module)
    if before is None:
        return Published(module.slug, "new", version.number, one.diagnostics)
    changes, learners = compare(store.version(before.id).module, module), count_learners(row.id)
    return Published(module.slug, "changed", version.number, one.diagnostics, changes, learners)


def make_current(session: Session, row: CatalogueModule, version: ModuleVersion, module: Module) -> None:
    """Make a version of a module what new learners get and what the search finds."""
    reached = row.current_version_id is not None
    row.current_version_id = version.id
    session.flush()
    search.index(session, row.id, module)
    module_published.send(None, module_id=row.id, version_id=version.id)
    if not reached:
        reach_changed.send(None, module_id=row.id)


def _row(session: Session, module: Module, folders: frozenset[str]) -> CatalogueModule:
    """The module's row, held. A folder that names the slug it had takes the row of that slug over, with its history,
    where no folder has that slug any more."""

    def held(slug: str) -> CatalogueModule | None:
        return session.scalars(
            select(CatalogueModule)
            .where(CatalogueModule.slug == slug)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one_or_none()

    row = held(module.slug)
    for former in module.aliases:
        if row is None and former not in folders and (row := held(former)) is not None:
            row.slug = module.slug
            session.flush()
    if row is None:
        insert_new(session, CatalogueModule, [{"slug": module.slug, "created_at": clock.now()}], ["slug"])
        row = held(module.slug)
    assert row is not None
    return row


def _same_version(session: Session, module_id: int, digest: str) -> ModuleVersion | None:
    return session.scalars(
        select(ModuleVersion).where(ModuleVersion.module_id == module_id, ModuleVersion.content_hash == digest)
    ).one_or_none()


def _version(session: Session, module_id: int, module: Module, digest: str, by: int | None) -> ModuleVersion:
    """The version of this content: an earlier one where it is the same again, else a new one."""
    if (same := _same_version(session, module_id, digest)) is not None:
        return same
    last = session.scalar(select(func.max(ModuleVersion.number)).where(ModuleVersion.module_id == module_id)) or 0
    payload = dump(module)
    parts = payload.pop("parts")
    version = ModuleVersion(
        module_id=module_id,
        number=last + 1,
        content_hash=digest,
        title=module.title,
        summary=module.summary,
        topic=module.topic,
        level=module.level,
        jp=module.jp,
        minutes=module.minutes,
        parts_count=len(parts),
        payload={**payload, "parts": []},
        published_at=clock.now(),
        published_by_id=by,
    )
    session.add(version)
    session.flush()
    for position, (part, stored) in enumerate(zip(module.parts, parts, strict=True), start=1):
        row = Part(
            version_id=version.id,
            position=position,
            slug=part.slug,
            kind=part.kind,
            title=part.title,
            minutes=part.minutes,
            payload=stored,
        )
        session.add(row)
        session.flush()
        session.add_all(_question(row.id, question, section) for question, section in _questions(part))
    return version


def _questions(part: Lesson | Quiz) -> Iterable[tuple[Question, str]]:
    if isinstance(part, Lesson):
        return [(question, "") for question in part.checks.values()]
    return [(question, section.id) for section in part.sections for question in section.questions]


def _question(part_id: int, question: Question, section: str) -> PublishedQuestion:
    return PublishedQuestion(
        part_id=part_id,
        slug=question.id,
        type=question.type,
        text=question.stem_text,
        points=question.points,
        outcome=question.outcome,
        difficulty=question.difficulty,
        section=section,
    )


def _publish_paths(session: Session, beside: _Beside) -> None:
    """The learning paths as they stand now; one with an error keeps its published form, one that is gone goes."""
    for path in beside.paths:
        row = session.get(LearningPathEntry, path.slug)
        if row is None:
            row = LearningPathEntry(slug=path.slug, title=path.title, modules=[])
            session.add(row)
        row.title, row.summary, row.intro_html = path.title, path.summary, path.intro_html
        row.modules = list(path.modules)
    if beside.slugs is None:
        return
    for row in session.scalars(select(LearningPathEntry).where(LearningPathEntry.slug.not_in(beside.slugs))):
        session.delete(row)
