"""Questions between a module of the content folder and files of other systems.

An import only ever adds: a new quiz file, or sections below what a quiz file holds. Sentences are Indonesian.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from elearn.authoring.exchange import Draft, export_questions, import_questions
from elearn.catalogue import template
from elearn.core.content.headings import explicit_ids
from elearn.core.content.values import is_slug
from elearn.core.exchange.base import BYTES, ExchangeError, Exported, Item
from elearn.core.exchange.sources import slugged

_PART = re.compile(r"^(?:\d+-)?(.+)\.md$")
SIZE_AT_MOST = 10 * BYTES
"""Bytes of a file that is opened at all: a package may hold media."""


@dataclass(frozen=True, slots=True)
class Place:
    """A quiz of a module folder; `file` may not exist yet."""

    folder: Path
    file: Path


@dataclass(frozen=True, slots=True)
class Written:
    place: Place
    draft: Draft
    media: tuple[str, ...]


def find_place(content: Path, into: str) -> Place:
    """`MODULE/QUIZ`, both as slugs. Raises ExchangeError."""
    module, _, quiz = into.partition("/")
    if not is_slug(module) or not is_slug(quiz):
        raise ExchangeError(f"Tulis tempatnya sebagai modul/kuis, misalnya dasar-spbe/kuis-akhir, bukan {into[:80]!r}.")
    folder = content / "modules" / module
    if not (folder / "module.md").is_file():
        raise ExchangeError(f"Tidak ada modul {module} di {content}.")
    parts = {found[1]: path for path in sorted(folder.glob("*.md")) if (found := _PART.match(path.name))}
    if quiz in parts and not re.search(r"^kind:[ \t]*[\"']?(?:quiz|survey)\b", _text(parts[quiz]), re.MULTILINE):
        raise ExchangeError(f"{parts[quiz].name} bukan kuis.")
    return Place(folder, parts.get(quiz, folder / f"{_next_number(folder):02}-{quiz}.md"))


def _next_number(folder: Path) -> int:
    numbers = [int(found[1]) for path in folder.glob("*.md") if (found := re.match(r"^(\d{1,4})-", path.name))]
    return max(numbers, default=0) + 1


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise ExchangeError(f"{path.name} bukan teks UTF-8; jalankan elearn content check.") from None


def import_file(file: Path, format_name: str | None, place: Place) -> Written:
    """Write what a file holds into the place. Raises ExchangeError, and then nothing was written."""
    if file.stat().st_size > SIZE_AT_MOST:
        raise ExchangeError(f"{file.name} lebih dari {SIZE_AT_MOST // 1024 // 1024} MB.")
    taken: set[str] = set()
    for path in place.folder.glob("*.md"):
        taken |= explicit_ids(_text(path).split("\n"))
    title = f"Impor dari {file.name[:80]}"
    draft = import_questions(file.read_bytes(), format_name, title, taken)
    if not draft.markdown:
        return Written(place, draft, ())
    media = _new_media(place.folder, draft)
    if place.file.exists():
        text = f"{_text(place.file).rstrip()}\n\n{draft.markdown}"
    else:
        text = template.headed(_title(place.file), draft.markdown, "quiz")
    for path, data in media.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    place.file.write_text(text, "utf-8", newline="\n")
    return Written(place, draft, tuple(path.name for path in media))


def _title(file: Path) -> str:
    found = _PART.match(file.name)
    return (found[1] if found else file.stem).replace("-", " ").capitalize()


def _new_media(folder: Path, draft: Draft) -> dict[Path, bytes]:
    """Where the files go. Raises ExchangeError where another file of that name is there already."""
    media: dict[Path, bytes] = {}
    for name, data in draft.media.items():
        parts = PurePosixPath(name).parts
        if len(parts) != 2 or parts[0] != "media" or slugged(Path(parts[1]).stem) == "":
            raise ExchangeError(f"Nama berkas {name[:80]!r} tidak dapat dipakai.")
        path = folder / "media" / parts[1]
        if path.exists() and path.read_bytes() != data:
            raise ExchangeError(f"Modul ini sudah punya {name} yang lain. Ganti namanya lebih dulu.")
        if not path.exists():
            media[path] = data
    return media


def export_file(place: Place, format_name: str) -> Exported:
    """Raises ExchangeError."""
    if not place.file.exists():
        raise ExchangeError(f"Tidak ada kuis ini di {place.folder}.")
    media = {
        f"media/{path.name}": path.read_bytes() for path in sorted((place.folder / "media").glob("*")) if path.is_file()
    }
    return export_questions(_text(place.file), format_name, media)


def as_json(items: Sequence[Item], notes: Sequence[str], **more: Any) -> dict[str, Any]:
    lines = [{"where": i.where, "id": i.id, "status": i.status, "notes": list(i.notes)} for i in items]
    return {**more, "items": lines, "notes": list(notes)}


_STATUS = {"exact": "persis", "approximated": "didekati", "refused": "ditolak"}


def as_text(items: Sequence[Item], notes: Sequence[str]) -> str:
    """A line for each item and a count."""
    lines = [f"{_STATUS[i.status]}: {i.where} (#{i.id}){''.join(f' {note}' for note in i.notes)}" for i in items]
    counts = ", ".join(f"{sum(i.status == s for i in items)} {name}" for s, name in _STATUS.items())
    return "\n".join([*notes, *lines, f"{len(items)} soal: {counts}."]) + "\n"


def refused(items: Sequence[Item]) -> bool:
    return any(item.status == "refused" for item in items)
