"""A draft in a folder: brought there, worked on with any editor, sent back, and nobody's words overwritten on either side.

A state file in the folder holds what each file was when both sides last agreed. Three sides decide what happens to a file;
where both changed it, neither is touched and the clash is told.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn.authoring import drafts
from elearn.authoring.models import Draft, DraftFile
from elearn.authoring.pictures import Unfit, prepared
from elearn.catalogue import media, sources
from elearn.catalogue.current import shown_version
from elearn.catalogue.models import CatalogueModule
from elearn.catalogue.source import read_folder
from elearn.core.content.media import FILES_LIMIT, MEDIA_NAME, check_media, is_medium, suffix
from elearn.core.content.text import FILE_LIMIT, FileReport
from elearn.database import db, locked, transaction
from elearn.people.models import Person

INDEX = "module.md"
STATE = ".diajar.json"
THEIRS = ".diajar-platform"
"""Where the platform's side of a clash is laid, under the same path."""

Verdict = Literal["agree", "ours", "theirs", "clash"]


class NotPossible(ValueError):
    """Why nothing was done, in Indonesian."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A file on the platform. `version` is the draft's, 0 without a draft; `by` and `at` say who changed it last."""

    data: bytes
    version: int = 0
    by: str = ""
    at: datetime | None = None


@dataclass(slots=True)
class Outcome:
    """Paths by what became of them. `refused` says why; a clash says who changed it on the platform."""

    sent: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    """Newer on the other side, and not this command's to move."""
    clashes: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        return not self.clashes and not self.refused


def verdict(base: str | None, ours: str | None, theirs: str | None) -> Verdict:
    """Who changed a file since both agreed on `base`. Each is a hash, or None where there is no such file."""
    if ours == theirs:
        return "agree"
    if theirs == base:
        return "ours"
    return "theirs" if ours == base else "clash"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read_state(folder: Path) -> tuple[str | None, dict[str, str]]:
    """(module, path -> hash both agreed on); (None, {}) where the folder has no state file. Raises NotPossible."""
    try:
        stored = json.loads((folder / STATE).read_text(encoding="utf-8"))
        return str(stored["module"]), {str(path): str(digest) for path, digest in stored["files"].items()}
    except FileNotFoundError:
        return None, {}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotPossible(f"{STATE} rusak. Hapus, lalu tarik modulnya lagi.") from None


def _write_state(folder: Path, module: str, agreed: Mapping[str, str]) -> None:
    stored = {"module": module, "files": dict(sorted(agreed.items()))}
    (folder / STATE).write_text(json.dumps(stored, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def remote_files(module: CatalogueModule) -> dict[str, Remote]:
    """The draft's files, or those of what is published where there is no draft. Raises NotPossible, OSError."""
    draft = drafts.find(module.id)
    if draft is not None:
        data = drafts.files_of(draft)
        rows = db.session.execute(
            select(DraftFile.path, DraftFile.version, DraftFile.changed_at, Person.name)
            .join(Person, Person.id == DraftFile.changed_by_id)
            .where(DraftFile.draft_id == draft.id, DraftFile.deleted_at.is_(None))
        )
        return {path: Remote(data[path], version, name, at) for path, version, at, name in rows if path in data}
    version_id = db.session.scalar(select(shown_version()).where(CatalogueModule.id == module.id))
    published = sources.of_version(version_id) if version_id else None
    if published is None:
        raise NotPossible("Berkas versi terbit modul ini belum disimpan. Terbitkan sekali lagi dari foldernya.")
    return {path: Remote(data) for path, data in published.items()}


def find_module(slug: str) -> CatalogueModule:
    """Raises NotPossible."""
    row = db.session.scalars(select(CatalogueModule).where(CatalogueModule.slug == slug)).one_or_none()
    if row is None:
        raise NotPossible(f"Tidak ada modul {slug}.")
    return row


def pull(slug: str, folder: Path) -> Outcome:
    """Bring a module into a folder. What was changed there stays; where the platform changed the same file too, its side is
    laid under THEIRS and counts as known from then on. Raises NotPossible, OSError."""
    known, agreed = read_state(folder)
    if known not in (None, slug):
        raise NotPossible(f"Folder ini berisi modul {known}, bukan {slug}.")
    remote = remote_files(find_module(slug))
    folder.mkdir(parents=True, exist_ok=True)
    local, outcome = _local(folder), Outcome()
    for path in sorted(remote.keys() | local.keys() | agreed.keys()):
        theirs = remote.get(path)
        known_hash, our_hash, their_hash = (
            agreed.get(path),
            _hash(local.get(path)),
            _hash(theirs.data if theirs else None),
        )
        what = verdict(known_hash, our_hash, their_hash)
        if what == "theirs" and theirs is None:
            (folder / path).unlink()
            outcome.removed.append(path)
        elif what == "theirs" and theirs is not None:
            _write(folder / path, theirs.data)
            outcome.taken.append(path)
        elif what == "ours":
            outcome.waiting.append(path)
        elif what == "clash":
            outcome.clashes[path] = _who(theirs)
            if theirs is not None:
                _write(folder / THEIRS / path, theirs.data)
        _agree(agreed, path, their_hash)
    _write_state(folder, slug, agreed)
    return outcome


def _local(folder: Path) -> dict[str, bytes]:
    """Raises NotPossible, OSError."""
    files = read_folder(folder)
    if len(files) > FILES_LIMIT:
        raise NotPossible(f"Folder ini berisi lebih dari {FILES_LIMIT} berkas.")
    return files


def _agree(agreed: dict[str, str], path: str, digest: str | None) -> None:
    if digest is None:
        agreed.pop(path, None)
    else:
        agreed[path] = digest


def _hash(data: bytes | None) -> str | None:
    return None if data is None else sha256(data)


def _write(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def _who(theirs: Remote | None) -> str:
    if theirs is None:
        return "dihapus di platform"
    if theirs.at is None:
        return "sudah ada di platform"
    return f"diubah {theirs.by}, {theirs.at:%Y-%m-%d %H:%M} UTC"


def push(folder: Path, by: int) -> Outcome:
    """Send what changed in a folder into the draft of its module, as this pengajar. With a clash, or a file that is refused,
    nothing is sent at all. Raises NotPossible, OSError."""
    slug, agreed = read_state(folder)
    if slug is None:
        raise NotPossible("Folder ini belum ditarik dari platform. Jalankan dulu: elearn content pull MODUL FOLDER")
    try:
        draft = drafts.open_draft(by, slug)
    except drafts.NoSuchDraft:
        raise NotPossible(f"Modul {slug} tidak ada, atau orang ini bukan pengajarnya.") from None
    except drafts.NotPossible:
        raise NotPossible(
            "Berkas versi terbit modul ini belum disimpan. Terbitkan sekali lagi dari foldernya."
        ) from None
    local, outcome = _local(folder), Outcome()
    refused = {path: why for path, data in local.items() if (why := _unfit(path, data))}
    if INDEX not in local:
        refused[INDEX] = "Modul tidak dapat tanpa berkas ini."
    module = find_module(slug)
    remote = remote_files(module)
    changed = _sort_out(agreed, local, remote, outcome)
    outcome.refused = {path: why for path, why in refused.items() if path in changed}
    if not outcome.good:
        return outcome
    # Before the draft is held: to give a question its id or to read a picture takes a while.
    now: dict[str, bytes] = {}
    for path in changed:
        try:
            now |= {path: _as_kept(draft, path, local[path])} if path in local else {}
        except Unfit as refusal:
            outcome.refused[path] = str(refusal)
    if outcome.refused:
        return outcome
    sent = {path: now[path] for path in changed if path in now and is_medium(path)}
    media.write(sent, {path: sha256(data) for path, data in sent.items()})
    with transaction() as session:
        locked(session, Draft, draft.id)
        if remote_files(module) != remote:
            raise NotPossible("Naskah berubah saat dikirim. Jalankan lagi.")
        for path in changed:
            _send(session, draft, path, now.get(path), remote.get(path), by)
    for path, data in now.items():
        if data != local[path]:
            _write(folder / path, data)
    outcome.sent, outcome.removed = list(now), [path for path in changed if path not in now]
    _remember(folder, slug, agreed, local | now, remote, outcome)
    return outcome


def _as_kept(draft: Draft, path: str, data: bytes) -> bytes:
    """A file as the draft keeps it: with one kind of line end, and ids of new questions written in; a picture as one that is
    uploaded. Raises Unfit."""
    if is_medium(path):
        return prepared(path, data, suffix(path)).data
    return drafts.with_ids(draft, path, drafts.normal(data.decode())).encode()


def _sort_out(
    agreed: Mapping[str, str], local: Mapping[str, bytes], remote: Mapping[str, Remote], outcome: Outcome
) -> list[str]:
    """The paths to send, media first."""
    changed = []
    for path in sorted(remote.keys() | local.keys() | agreed.keys()):
        theirs = remote.get(path)
        what = verdict(agreed.get(path), _hash(local.get(path)), _hash(theirs.data if theirs else None))
        if what == "clash":
            outcome.clashes[path] = _who(theirs)
        elif what == "theirs":
            outcome.waiting.append(path)
        elif what == "ours":
            changed.append(path)
    return sorted(changed, key=lambda path: (not is_medium(path), path))


def _send(session: Session, draft: Draft, path: str, data: bytes | None, theirs: Remote | None, by: int) -> None:
    """One file into the draft, inside the transaction that holds it; None: it is deleted."""
    if data is None:
        assert theirs is not None
        drafts.delete(draft, path, theirs.version, by)
        return
    kind = "save" if theirs else "create"
    if is_medium(path):
        digest = sha256(data)
        media.record(session, {path: data}, [(path, digest)])
        drafts.write(session, draft.id, path, None, digest, by=by, kind=kind)
    else:
        drafts.write(session, draft.id, path, data.decode(), None, by=by, kind=kind)


def _remember(
    folder: Path,
    slug: str,
    agreed: dict[str, str],
    now: Mapping[str, bytes],
    remote: Mapping[str, Remote],
    outcome: Outcome,
) -> None:
    """What was sent, removed, or found equal on both sides is agreed on."""
    for path in outcome.sent:
        agreed[path] = sha256(now[path])
    for path in outcome.removed:
        agreed.pop(path, None)
    for path, theirs in remote.items():
        if path in now and theirs.data == now[path]:
            agreed[path] = sha256(theirs.data)
    _write_state(folder, slug, agreed)


def _unfit(path: str, data: bytes) -> str:
    """Why a file cannot be taken into a draft; empty when it can. What it says is checked when it is published."""
    if is_medium(path):
        report = FileReport(path)
        if MEDIA_NAME.fullmatch(path):
            check_media(path, data, report)
        else:
            report.error("M111", 1, 1, "Nama berkas media ini tidak mengikuti aturan.")
        return report.found[0].message if report.failed else ""
    if not path.endswith(".md") or "/" in path:
        return "Hanya berkas .md dan isi media/ yang dikirim."
    if len(data) > FILE_LIMIT:
        return f"Berkas ini lebih besar dari {FILE_LIMIT // 1024} KB."
    try:
        return "Berkas ini bukan teks." if "\0" in data.decode() else ""
    except UnicodeDecodeError:
        return "Berkas ini bukan UTF-8."
