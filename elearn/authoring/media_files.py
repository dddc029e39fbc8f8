"""The media of a draft: uploaded, replaced, deleted with undo, and where each is used."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn.authoring import drafts
from elearn.authoring.arranging import deleted, free_name, slug_of
from elearn.authoring.drafts import NoSuchDraft
from elearn.authoring.models import Draft, DraftFile
from elearn.authoring.pictures import Prepared, Unfit, prepared
from elearn.catalogue import media
from elearn.catalogue.models import CatalogueModule, MediaFile
from elearn.core.content.media import FILES_LIMIT, is_medium, media_type, suffix
from elearn.database import db, locked, transaction

_NAMED = re.compile(r"media/[A-Za-z0-9._/-]+")
_RECORDINGS = ("video/", "audio/")


@dataclass(frozen=True, slots=True)
class Added:
    """A file as it was kept: its path in the module, and whether it lay there already."""

    path: str
    known: bool = False


@dataclass(frozen=True, slots=True)
class MediumLine:
    """A medium of the draft. `uses`: the file and line of each place that names it; `size`: pixels of a picture;
    `captions`: the path of the captions a recording should have and has not."""

    file: DraftFile
    type: str
    bytes: int
    size: tuple[int, int] | None
    uses: list[tuple[str, int]]
    captions: str = ""

    @property
    def name(self) -> str:
        return self.file.path.rsplit("/", 1)[-1]

    @property
    def picture(self) -> bool:
        return self.type.startswith("image/")


@dataclass(frozen=True, slots=True)
class MediaPage:
    module: CatalogueModule
    used: list[MediumLine]
    unused: list[MediumLine]
    deleted: list[DraftFile]


def add(draft: Draft, name: str, data: bytes, by: int) -> Added:
    """Keep an uploaded file under a name that is free. What lies there already is not kept twice. Raises Unfit."""
    ready = prepared(name, data)
    digest = _kept(ready)
    with transaction() as session:
        locked(session, Draft, draft.id)
        files = session.scalars(select(DraftFile).where(DraftFile.draft_id == draft.id)).all()
        same = next((file.path for file in files if file.sha256 == digest and file.deleted_at is None), None)
        if same is not None:
            return Added(same, known=True)
        if sum(file.deleted_at is None for file in files) >= FILES_LIMIT:
            raise Unfit(f"Modul ini sudah berisi {FILES_LIMIT} berkas. Hapus dulu yang tidak dipakai.")
        path = free_name(_wanted(name, ready.suffix), {file.path for file in files})
        _record(session, path, ready, digest)
        drafts.write(session, draft.id, path, None, digest, by=by, kind="create")
        return Added(path)


def add_captions(draft: Draft, recording: str, name: str, data: bytes, by: int) -> Added:
    """Keep the captions of a recording beside it, under its name. Raises Unfit, NoSuchDraft."""
    file = drafts.find_file(draft, recording)
    path = captions_of(recording)
    if file is None or file.deleted_at is not None or not path:
        raise NoSuchDraft(recording)
    ready = prepared(name, data, ".vtt")
    digest = _kept(ready)
    with transaction() as session:
        locked(session, Draft, draft.id)
        _record(session, path, ready, digest)
        drafts.write(session, draft.id, path, None, digest, by=by, kind="save")
        return Added(path)


def replace(draft: Draft, path: str, base: int, name: str, data: bytes, by: int) -> int:
    """Another content under the same path: every use shows it, and the former stays in the history. Its version.

    Raises Unfit, Clash, NoSuchDraft.
    """
    if not is_medium(path):
        raise NoSuchDraft(path)
    ready = prepared(name, data, suffix(path))
    digest = _kept(ready)
    with transaction() as session:
        file = drafts.hold(session, draft, path, base)
        if file.sha256 == digest:
            return file.version
        _record(session, path, ready, digest)
        return drafts.write(session, draft.id, path, None, digest, by=by, kind="save")


def _kept(ready: Prepared) -> str:
    """Write a file on the disk, before anything names it; its sha256."""
    digest = hashlib.sha256(ready.data).hexdigest()
    media.write({"": ready.data}, {"": digest})
    return digest


def _record(session: Session, path: str, ready: Prepared, digest: str) -> None:
    media.record(session, {path: ready.data}, [(path, digest)])


def _wanted(name: str, kind: str) -> str:
    stem = Path(name.replace("\\", "/")).name.rpartition(".")[0]
    return f"media/{slug_of(stem, 'gambar')[:60].strip('-')}{kind}"


def media_page(module: CatalogueModule, draft: Draft) -> MediaPage:
    """The media of a draft with their uses. Three statements."""
    files = drafts.present(draft)
    there = [file for file in files if file.sha256]
    bytes_of = {
        row.sha256: row.size
        for row in db.session.execute(
            select(MediaFile.sha256, MediaFile.size).where(MediaFile.sha256.in_({file.sha256 for file in there}))
        )
    }
    uses = uses_of(files)
    lines = [_line(file, bytes_of.get(file.sha256 or "", 0), uses, {one.path for one in there}) for file in there]
    return MediaPage(
        module=module,
        used=[line for line in lines if line.uses],
        unused=[line for line in lines if not line.uses],
        deleted=[file for file in deleted(draft) if is_medium(file.path)],
    )


def _line(file: DraftFile, size: int, uses: dict[str, list[tuple[str, int]]], there: set[str]) -> MediumLine:
    kind = media_type(file.path)
    captions = captions_of(file.path)
    recording = next((path for path in there if captions_of(path) == file.path), "")
    return MediumLine(
        file=file,
        type=kind,
        bytes=size,
        size=media.pixels(file.sha256 or "") if kind.startswith("image/") else None,
        uses=uses.get(file.path) or uses.get(recording, []),
        captions=captions if captions and captions not in there else "",
    )


def captions_of(path: str) -> str:
    """Where the captions of a recording lie; empty for what is no recording."""
    recording = is_medium(path) and media_type(path).startswith(_RECORDINGS)
    return f"{path.rpartition('.')[0]}.vtt" if recording else ""


def uses_of(files: Sequence[DraftFile]) -> dict[str, list[tuple[str, int]]]:
    """Path of a medium -> the file and line of each place that names it, in the order of the files."""
    found: dict[str, list[tuple[str, int]]] = {}
    for file in files:
        for number, line in enumerate((file.text or "").split("\n"), start=1):
            for path in dict.fromkeys(_NAMED.findall(line)):
                found.setdefault(path.rstrip(".-/"), []).append((file.path, number))
    return found
