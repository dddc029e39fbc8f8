"""A document into a draft, or into a folder: a new lesson and its pictures. Nothing that is there is overwritten."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from elearn.authoring import arranging, drafts, media_files
from elearn.authoring.arranging import free_name
from elearn.authoring.documents import Converted, Lost, convert
from elearn.authoring.models import Draft
from elearn.authoring.pictures import Unfit, prepared
from elearn.catalogue import template
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
    found, kept = _settled(convert(name, data), lambda path, picture: media_files.add(draft, path, picture, by).path)
    path = arranging.add_part(draft, "lesson", found.title, by)
    drafts.save(draft, path, lesson_text(found), 1, by)
    return Made(path, found, kept)


def into_folder(folder: Path, file: Path) -> Made:
    """A new lesson file of a module folder. Raises ExchangeError, and then nothing was written."""
    if not (folder / "module.md").is_file():
        raise ExchangeError(f"{folder} bukan folder modul: tidak ada module.md di dalamnya.")
    there = {f"media/{path.name}" for path in (folder / "media").glob("*")}
    written: dict[str, bytes] = {}

    def keep(path: str, picture: bytes) -> str:
        ready = prepared(path, picture)
        name = free_name(f"{path.rpartition('.')[0]}{ready.suffix}", there | written.keys())
        written[name] = ready.data
        return name

    found, kept = _settled(convert(file.name, file.read_bytes()), keep)
    numbers = [int(match[1]) for path in folder.glob("*.md") if (match := _NUMBERED.fullmatch(path.name))]
    lessons = {path.name.partition("-")[2] for path in folder.glob("*.md")}
    target = folder / f"{max(numbers, default=0) + 1:02}-{free_name(f'{arranging.slug_of(found.title)}.md', lessons)}"
    for path, content in written.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(content)
    target.write_text(lesson_text(found), "utf-8", newline="\n")
    return Made(target.name, found, kept)


def lesson_text(found: Converted) -> str:
    return template.headed(found.title, found.text)


def _settled(found: Converted, keep: Callable[[str, bytes], str]) -> tuple[Converted, tuple[str, ...]]:
    """The text with the paths under which `keep` keeps its pictures, without those that are unfit; and these paths."""
    kept: dict[str, str] = {}
    lost = list(found.lost)
    for path, picture in found.pictures.items():
        try:
            kept[path] = keep(path, picture)
        except Unfit as refused:
            lost.append(Lost("gambar", 1, f"{path.removeprefix('media/')}: {refused}"))

    def link(match: re.Match[str]) -> str:
        return f"![{match[1]}]({kept[match[2]]})" if match[2] in kept else match[1]

    text = re.sub(r"!\[((?:[^\]\\]|\\.)*)\]\(<?(media/[^)>\s]+)>?\)", link, found.text)
    return replace(found, text=text, lost=tuple(lost)), tuple(kept.values())
