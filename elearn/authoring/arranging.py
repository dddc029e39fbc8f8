"""The files of a draft as a whole: new ones, other names, another order, copies. Links between them follow.

A file's number orders it, and the rest of its name is its slug, by which progress is recorded: a new slug keeps the old one
as an alias, so that nobody loses what they did.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn.authoring.drafts import NoSuchDraft, NotPossible, find_file, hold, present, write
from elearn.authoring.models import Draft, DraftFile, DraftRevision
from elearn.catalogue import template
from elearn.catalogue.models import ModuleVersion, Part
from elearn.core.content.frontedit import fresh_ids, rename_links, set_key
from elearn.core.content.frontmatter import read_front
from elearn.core.content.headings import explicit_ids
from elearn.core.content.text import FileReport
from elearn.core.content.values import SLUG_LENGTH, is_slug
from elearn.database import db, locked, transaction

PART = re.compile(r"([0-9]{1,4})-(.+)\.md")
STEP = 10


def slug_of(title: str, default: str = "materi") -> str:
    """A slug from a title: small letters, digits and hyphens; the default where nothing is left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_LENGTH].strip("-") or default


def free_name(wanted: str, taken: Collection[str]) -> str:
    """The name, or the first of `name-2.png`, `name-3.png`, … that is not taken."""
    stem, _dot, kind = wanted.rpartition(".")
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{stem}-{count}.{kind}"
    return name


def kind_of(text: str) -> str:
    """Whether a file of text is a quiz or a lesson, by what its front matter says."""
    return "quiz" if "\nkind:" in text.split("\n---", 1)[0] else "lesson"


def parts_of(files: Sequence[DraftFile]) -> list[DraftFile]:
    """The lessons and quizzes among the files, in their order."""
    numbered = [(int(match[1]), file.path, file) for file in files if (match := PART.fullmatch(file.path))]
    return [file for _number, _path, file in sorted(numbered, key=lambda one: one[:2])]


def front_of(text: str) -> Mapping[str, Any]:
    """What the front matter of a file says; nothing where it cannot be read."""
    return read_front(text.split("\n"), FileReport("")).values


def title_of(text: str) -> str:
    """The title in a front matter; empty where there is none."""
    title = front_of(text).get("title", "")
    return title if isinstance(title, str) else ""


def add_part(draft: Draft, kind: Literal["lesson", "quiz"], title: str, by: int) -> str:
    """A new lesson or quiz from a template, after the others (a lesson before the quizzes at the end); its path.

    Raises NotPossible: `bad-title`, or `too-many` when no number is left.
    """
    if not title.strip() or len(title) > 200:
        raise NotPossible("bad-title")
    with transaction() as session:
        locked(session, Draft, draft.id)
        files = present(draft)
        text = template.lesson(title) if kind == "lesson" else template.quiz(title)
        path = f"{_number(files, kind)}-{_free_slug(session, draft, files, slug_of(title))}.md"
        write(session, draft.id, path, fresh_ids(text, _ids(files)), None, by=by, kind="create")
        return path


def rename(draft: Draft, path: str, base: int, title: str, slug: str, by: int) -> str:
    """Another title, another slug, or both; the path after it. Links of other files follow, and so do `pretest` and
    `posttest` of module.md. Raises Clash, NoSuchDraft, and NotPossible: `bad-title`, `bad-slug`, `slug-taken`."""
    match = PART.fullmatch(path)
    if match is None:
        raise NoSuchDraft(path)
    if not title.strip() or len(title) > 200:
        raise NotPossible("bad-title")
    if not is_slug(slug):
        raise NotPossible("bad-slug")
    with transaction() as session:
        file = hold(session, draft, path, base)
        files = present(draft)
        former = match[2]
        if slug != former and slug in {PART.fullmatch(f.path)[2] for f in parts_of(files)}:  # type: ignore[index]
            raise NotPossible("slug-taken")
        text = set_key(file.text or "", "title", title.strip())
        if slug == former:
            if text != file.text:
                write(session, draft.id, path, text, None, by=by, kind="save")
            return path
        text = set_key(text, "aliases", _aliases(session, draft, text, former, slug))
        new = f"{match[1]}-{slug}.md"
        _rename_files(session, draft, files, {path: new}, by, {path: text})
        module = find_file(draft, "module.md")
        if module is not None and module.text is not None:
            said = read_front(module.text.split("\n"), FileReport("")).values
            changed = module.text
            for key in ("pretest", "posttest"):
                if said.get(key) == former:
                    changed = set_key(changed, key, slug)
            if changed != module.text:
                write(session, draft.id, "module.md", changed, None, by=by, kind="save")
        return new


def move(draft: Draft, path: str, places: int, by: int) -> str:
    """A part moves so many places (negative: up), as far as there are others; its path after it. Parts are numbered anew
    only where the order needs it. Raises NoSuchDraft."""
    with transaction() as session:
        locked(session, Draft, draft.id)
        files = present(draft)
        parts = [file.path for file in parts_of(files)]
        if path not in parts:
            raise NoSuchDraft(path)
        here = parts.index(path)
        there = min(max(here + places, 0), len(parts) - 1)
        if there == here:
            return path
        order = [*parts]
        order.insert(there, order.pop(here))
        numbers = sorted(int(PART.fullmatch(p)[1]) for p in parts)  # type: ignore[index]
        if len(set(numbers)) < len(numbers):
            numbers = [STEP * n for n in range(1, len(parts) + 1)]
        width = max(2, len(str(numbers[-1])))
        renamed = {
            old: f"{number:0{width}d}-{PART.fullmatch(old)[2]}.md"  # type: ignore[index]
            for old, number in zip(order, numbers, strict=True)
        }
        _rename_files(session, draft, files, {old: new for old, new in renamed.items() if old != new}, by, {})
        return renamed[path]


def duplicate(draft: Draft, path: str, by: int) -> str:
    """A copy of a part, just after it, with questions of its own; its path. Raises NoSuchDraft, NotPossible("too-many")."""
    with transaction() as session:
        locked(session, Draft, draft.id)
        files = present(draft)
        source = next((file for file in parts_of(files) if file.path == path), None)
        if source is None or source.text is None:
            raise NoSuchDraft(path)
        slug = PART.fullmatch(path)[2]  # type: ignore[index]
        title = f"{title_of(source.text) or slug} (salinan)"
        text = fresh_ids(set_key(set_key(source.text, "title", title[:200]), "aliases", None), _ids(files))
        new = f"{_after(files, path)}-{_free_slug(session, draft, files, f'{slug[:70]}-salinan')}.md"
        write(session, draft.id, new, text, None, by=by, kind="create")
        return new


def _ids(files: Sequence[DraftFile]) -> list[str]:
    return [i for file in files if file.text for i in explicit_ids(file.text.split("\n"))]


def _numbers(files: Sequence[DraftFile]) -> list[int]:
    return [int(PART.fullmatch(file.path)[1]) for file in parts_of(files)]  # type: ignore[index]


def _number(files: Sequence[DraftFile], kind: str) -> str:
    """A number for a new part: a quiz goes to the end; a lesson after the last lesson, where there is room."""
    parts = parts_of(files)
    numbers = _numbers(files)
    if kind == "lesson":
        lessons = [n for n, file in zip(numbers, parts, strict=True) if kind_of(file.text or "") == "lesson"]
        last = max(lessons, default=0)
        following = [n for n in numbers if n > last]
        if not following or following[0] > last + 1:
            return f"{last + 1:02d}"
    return _padded(max(numbers, default=0) + 1)


def _after(files: Sequence[DraftFile], path: str) -> str:
    numbers, paths = _numbers(files), [file.path for file in parts_of(files)]
    here = numbers[paths.index(path)]
    following = [n for n in numbers if n > here]
    return _padded(here + 1 if not following or following[0] > here + 1 else max(numbers) + 1)


def _padded(number: int) -> str:
    if number > 9999:
        raise NotPossible("too-many")
    return f"{number:02d}"


def _free_slug(session: Session, draft: Draft, files: Sequence[DraftFile], wanted: str) -> str:
    """A slug that no part of the draft has, nor any that was ever published: its progress belongs to that one."""
    taken = {PART.fullmatch(file.path)[2] for file in parts_of(files)} | _published(session, draft)  # type: ignore[index]
    slug, count = wanted, 1
    while slug in taken:
        count += 1
        slug = f"{wanted[: SLUG_LENGTH - 5]}-{count}"
    return slug


def _published(session: Session, draft: Draft) -> set[str]:
    return set(
        session.scalars(
            select(Part.slug)
            .join(ModuleVersion, ModuleVersion.id == Part.version_id)
            .where(ModuleVersion.module_id == draft.module_id)
        )
    )


def _aliases(session: Session, draft: Draft, text: str, former: str, slug: str) -> list[str]:
    """Its former slugs: those it had, and this one where people may have progress by it."""
    known = read_front(text.split("\n"), FileReport("")).values.get("aliases", [])
    known = [known] if isinstance(known, str) else list(known)
    if former in _published(session, draft):
        known.append(former)
    return [alias for alias in dict.fromkeys(known) if alias != slug]


def _rename_files(
    session: Session,
    draft: Draft,
    files: Sequence[DraftFile],
    renamed: Mapping[str, str],
    by: int,
    texts: Mapping[str, str],
) -> None:
    """Give files other names, with other texts where `texts` has them, and let links in every file follow."""
    for old in renamed:
        write(session, draft.id, old, *_content(files, old), by=by, kind="delete")
    for file in files:
        if file.text is None:
            continue
        new = renamed.get(file.path)
        text = rename_links(texts.get(file.path, file.text), renamed)
        if new is not None:
            write(session, draft.id, new, text, None, by=by, kind="rename", previous_path=file.path)
        elif text != file.text:
            write(session, draft.id, file.path, text, None, by=by, kind="save")


def _content(files: Sequence[DraftFile], path: str) -> tuple[str | None, str | None]:
    file = next(file for file in files if file.path == path)
    return file.text, file.sha256


def deleted(draft: Draft) -> list[DraftFile]:
    """The files that were deleted and not renamed, the last first. One statement."""
    renamed = (
        select(DraftRevision.id)
        .where(
            DraftRevision.draft_id == DraftFile.draft_id,
            DraftRevision.previous_path == DraftFile.path,
            DraftRevision.at >= DraftFile.deleted_at,
        )
        .exists()
    )
    return list(
        db.session.scalars(
            select(DraftFile)
            .where(DraftFile.draft_id == draft.id, DraftFile.deleted_at.is_not(None), ~renamed)
            .order_by(DraftFile.deleted_at.desc())
        )
    )
