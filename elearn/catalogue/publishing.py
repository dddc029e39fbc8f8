"""Publishing: folders of Markdown become numbered versions that never change, all together or not at all.

Reading and rendering happen in a process of their own with a limit on time and memory, because Markdown can be hostile;
the database is written only when everything has been read.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elearn import clock
from elearn.catalogue import search
from elearn.catalogue.models import (
    CatalogueModule,
    LearningPathEntry,
    MediaFile,
    ModuleVersion,
    Part,
    PublishedQuestion,
)
from elearn.catalogue.reading import Folder, SafeReader
from elearn.catalogue.signals import count_learners, module_published
from elearn.catalogue.source import find_modules, read_folder, read_text
from elearn.core.content import LearningPath, content_hash, read_path
from elearn.core.content.media import media_type
from elearn.core.model import Diagnostic, Lesson, Module, Question, Quiz, dump
from elearn.database import transaction


@dataclass(slots=True)
class Changes:
    """Parts of the new version against the one before, by slug."""

    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Published:
    """What became of one module. `outcome`: new, changed, unchanged or refused."""

    slug: str
    outcome: str
    number: int | None
    diagnostics: list[Diagnostic]
    changes: Changes = field(default_factory=Changes)
    learners: dict[str, int] = field(default_factory=dict)
    """`staying`: in the middle, on their version until they finish an attempt; `completed`: not touched."""

    def lines(self) -> list[str]:
        said = {
            "new": f"{self.slug}: terbit, versi {self.number}.",
            "changed": f"{self.slug}: terbit versi {self.number}. {self._what()}",
            "unchanged": f"{self.slug}: tidak berubah.",
            "refused": f"{self.slug}: tidak terbit. Yang sudah terbit tetap tampil.",
        }[self.outcome]
        errors = [
            f"  {d.file}:{d.line}:{d.col}: {d.severity} {d.code} {d.message}"
            for d in self.diagnostics
            if d.severity == "error"
        ]
        return [said.rstrip(), *errors]

    def _what(self) -> str:
        names = (
            ("baru", self.changes.added),
            ("hilang", self.changes.removed),
            ("berubah", self.changes.changed),
        )
        said = "; ".join(f"{name}: {', '.join(slugs)}" for name, slugs in names if slugs)
        staying, completed = self.learners.get("staying", 0), self.learners.get("completed", 0)
        people = f"{staying} orang sedang belajar tetap di versinya sampai menyelesaikan satu percobaan kuis"
        return f"{said or 'keterangan berubah'}. {people}; {completed} orang sudah selesai dan tidak terpengaruh."


@dataclass(slots=True)
class PublishReport:
    modules: list[Published]
    paths: list[Diagnostic] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        return any(m.outcome == "refused" for m in self.modules) or any(d.severity == "error" for d in self.paths)

    def lines(self, *, changed_only: bool = False) -> list[str]:
        lines = [line for m in self.modules if not changed_only or m.outcome != "unchanged" for line in m.lines()]
        return lines + [f"{d.file}:{d.line}:{d.col}: {d.severity} {d.code} {d.message}" for d in self.paths]

    def as_json(self) -> list[dict[str, Any]]:
        return [
            {
                "slug": m.slug,
                "outcome": m.outcome,
                "number": m.number,
                "added": m.changes.added,
                "removed": m.changes.removed,
                "changed": m.changes.changed,
                "learners": m.learners,
                "diagnostics": [
                    {key: getattr(d, key) for key in ("file", "line", "col", "severity", "code", "message", "hint")}
                    for d in m.diagnostics
                ],
            }
            for m in self.modules
        ]


def publish_content(
    content: Path,
    *,
    by: int | None,
    only: set[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> PublishReport:
    """Publish what changed under a content folder. A module with an error is refused and its published version stays."""
    folders = find_modules(content)
    chosen = {slug: path for slug, path in folders.items() if only is None or slug in only}
    glossary = read_text(content / "glossary.md")
    with transaction() as session:
        published = set(session.scalars(select(CatalogueModule.slug)))
    known = frozenset(folders) | published
    jp_minutes = int(current_app.config["JP_MINUTES"])
    read: list[tuple[Folder, Module | None, list[Diagnostic]]] = []
    with SafeReader() as reader:
        for done, (slug, path) in enumerate(chosen.items(), start=1):
            folder = Folder(slug, read_folder(path), glossary, known, jp_minutes)
            read.append((folder, *reader.read(folder)))
            if progress:
                progress(done, len(chosen))
    report = PublishReport([])
    with transaction() as session:
        for folder, module, diagnostics in read:
            if module is None:
                report.modules.append(Published(folder.slug, "refused", None, diagnostics))
            else:
                report.modules.append(_store(session, folder, module, diagnostics, by))
        report.paths = _paths(session, content, known) if only is None else []
    return report


def _store(
    session: Session, folder: Folder, module: Module, diagnostics: list[Diagnostic], by: int | None
) -> Published:
    """A new version of one module, unless nothing changed since the current one."""
    now = clock.now()
    digest = content_hash(module)
    row = session.scalars(
        select(CatalogueModule).where(CatalogueModule.slug == module.slug).with_for_update()
    ).one_or_none()
    if row is None:
        row = CatalogueModule(slug=module.slug, created_at=now)
        session.add(row)
        session.flush()
    before = session.get(ModuleVersion, row.current_version_id) if row.current_version_id else None
    if before and before.content_hash == digest:
        return Published(module.slug, "unchanged", before.number, diagnostics)
    _media(session, folder, module)
    same = session.scalars(
        select(ModuleVersion).where(ModuleVersion.module_id == row.id, ModuleVersion.content_hash == digest)
    ).one_or_none()
    version = same or _version(session, row.id, module, digest, by)
    changes = _compare(session, before, version)
    row.current_version_id = version.id
    session.flush()
    search.index(session, row.id, module)
    module_published.send(None, module_id=row.id, version_id=version.id)
    outcome = "changed" if before else "new"
    learners = count_learners(row.id) if before else {}
    return Published(module.slug, outcome, version.number, diagnostics, changes, learners)


def _version(session: Session, module_id: int, module: Module, digest: str, by: int | None) -> ModuleVersion:
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


def _compare(session: Session, before: ModuleVersion | None, after: ModuleVersion) -> Changes:
    def parts(version: ModuleVersion) -> dict[str, Any]:
        rows = session.execute(select(Part.slug, Part.payload).where(Part.version_id == version.id))
        return dict(rows.all())

    old, new = parts(before) if before else {}, parts(after)
    return Changes(
        added=[slug for slug in new if slug not in old],
        removed=[slug for slug in old if slug not in new],
        changed=[slug for slug in new if slug in old and old[slug] != new[slug]],
    )


def _media(session: Session, folder: Folder, module: Module) -> None:
    """Put the module's media under the hashes of their content. A file left by a failed publication harms nobody."""
    root: Path = current_app.config["MEDIA_DIR"]
    for path, digest in module.media.items():
        data = folder.files[path]
        target = media_path(root, digest)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
            Path(file.name).replace(target)
        if session.get(MediaFile, digest) is None:
            session.add(MediaFile(sha256=digest, media_type=media_type(path), size=len(data)))
            session.flush()


def media_path(root: Path, digest: str) -> Path:
    """Where the content of a hash lies."""
    if len(digest) != len(hashlib.sha256().hexdigest()) or not digest.isalnum():
        raise ValueError("not a sha256")
    return root / digest[:2] / digest


def _paths(session: Session, content: Path, known: frozenset[str]) -> list[Diagnostic]:
    """Publish the learning paths as they stand now; one with an error keeps its published form."""
    found: list[Diagnostic] = []
    seen = set()
    for file in sorted((content / "paths").glob("*.md")):
        path, diagnostics = read_path(file.stem, read_text(file) or b"", known_modules=known)
        found += [d for d in diagnostics if d.severity == "error"]
        seen.add(file.stem)
        if path is not None:
            _store_path(session, path)
    for row in session.scalars(select(LearningPathEntry)).all():
        if row.slug not in seen and (content / "paths").is_dir():
            session.delete(row)
    return found


def _store_path(session: Session, path: LearningPath) -> None:
    row = session.get(LearningPathEntry, path.slug)
    if row is None:
        row = LearningPathEntry(slug=path.slug, title=path.title, modules=[])
        session.add(row)
    row.title, row.summary, row.intro_html = path.title, path.summary, path.intro_html
    row.modules = list(path.modules)
