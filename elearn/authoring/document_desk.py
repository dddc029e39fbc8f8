"""A document into a draft, or into a folder: a new lesson and its pictures. Nothing that is there is overwritten."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from elearn.authoring import arranging, drafts, media_files
from elearn.authoring.documents import Converted, Lost, convert
from elearn.authoring.models import Draft
from elearn.authoring.pictures import Unfit, prepared
from elearn.core.exchange.base import ExchangeError

_NUMBERED = re.compile(r"(\d{1,4})-.+\.md")


@dataclass(frozen=True, slots=True)
class Made:
    """The lesson that a document became; `pictures` are the paths of those that came along."""

    path: str
    converted: Converted
    pictures: tuple[str, ...]


def bring_in(draft: Draft, name: str, data: bytes, by: int) -> Made:
    """A new lesson of the draft. Raises ExchangeError."""
    found = convert(name, data)
    renamed, kept, lost = {}, [], []
    for path, picture in found.pictures.items():
        try:
            renamed[path] = media_files.add(draft, path, picture, by).path
            kept.append(renamed[path])
        except Unfit as refused:
            lost.append(Lost("gambar", 1, f"{path.removeprefix('media/')}: {refused}"))
    found = _with_pictures(found, renamed, lost)
    path = arranging.add_part(draft, "lesson", found.title, by)
    drafts.save(draft, path, lesson_text(found), 1, by)
    return Made(path, found, tuple(kept))


def into_folder(folder: Path, file: Path) -> Made:
    """A new lesson file of a module folder. Raises ExchangeError, and then nothing was written."""
    if not (folder / "module.md").is_file():
        raise ExchangeError(f"{folder} bukan folder modul: tidak ada module.md di dalamnya.")
    found = convert(file.name, file.read_bytes())
    taken = {f"media/{path.name}" for path in (folder / "media").glob("*")}
    renamed, written, lost = {}, {}, []
    for path, picture in found.pictures.items():
        try:
            ready = prepared(path, picture)
        except Unfit as refused:
            lost.append(Lost("gambar", 1, f"{path.removeprefix('media/')}: {refused}"))
            continue
        renamed[path] = _free(f"{path.rpartition('.')[0]}{ready.suffix}", taken)
        taken.add(renamed[path])
        written[renamed[path]] = ready.data
    found = _with_pictures(found, renamed, lost)
    numbers = [int(match[1]) for path in folder.glob("*.md") if (match := _NUMBERED.fullmatch(path.name))]
    lessons = {path.name.partition("-")[2] for path in folder.glob("*.md")}
    name = _free(f"{arranging.slug_of(found.title)}.md", lessons)
    target = folder / f"{max(numbers, default=0) + 1:02}-{name}"
    for path, content in written.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(content)
    target.write_text(lesson_text(found), "utf-8", newline="\n")
    return Made(target.name, found, tuple(written))


def lesson_text(found: Converted) -> str:
    return f"---\ntitle: {json.dumps(found.title, ensure_ascii=False)}\n---\n\n{found.text}"


def _free(wanted: str, taken: Collection[str]) -> str:
    stem, _dot, kind = wanted.rpartition(".")
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{stem}-{count}.{kind}"
    return name


def _with_pictures(found: Converted, renamed: dict[str, str], lost: list[Lost]) -> Converted:
    """The text with the paths that its pictures have in the module, and without those that were not taken."""

    def link(match: re.Match[str]) -> str:
        path = renamed.get(match[2])
        return f"![{match[1]}]({path})" if path else match[1]

    text = re.sub(r"!\[((?:[^\]\\]|\\.)*)\]\(<?(media/[^)>\s]+)>?\)", link, found.text)
    return replace(found, text=text, lost=(*found.lost, *lost))
