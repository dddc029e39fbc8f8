"""The files that a published version was made from: what a pengajar goes on from, and what `content pull` writes."""

from __future__ import annotations

from collections.abc import Mapping

from flask import current_app
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from elearn.catalogue.media import media_path
from elearn.catalogue.models import VersionFile
from elearn.core.content.media import is_medium
from elearn.database import db


def of_version(version_id: int) -> dict[str, bytes] | None:
    """Path -> bytes, in the order of the paths; None for a version published before its files were kept. One statement.
    Raises OSError when a medium cannot be read."""
    rows = db.session.execute(
        select(VersionFile.path, VersionFile.text, VersionFile.sha256)
        .where(VersionFile.version_id == version_id)
        .order_by(VersionFile.path)
    ).all()
    root = current_app.config["MEDIA_DIR"]
    files: dict[str, bytes] = {}
    for path, text, sha256 in rows:
        files[path] = media_path(root, sha256).read_bytes() if sha256 else (text or "").encode()
    return files or None


def keep(session: Session, version_id: int, files: Mapping[str, bytes], media: Mapping[str, str]) -> None:
    """Keep the files of a version, whose media are on the disk and have their rows.

    The same content may be written otherwise (an id that was derived is written in): the latest writing is kept.
    """
    rows = {
        path: {
            "version_id": version_id,
            "path": path,
            "text": None if is_medium(path) else data.decode(),
            "sha256": media[path] if is_medium(path) else None,
        }
        for path, data in files.items()
    }
    kept = session.execute(
        select(VersionFile.path, VersionFile.text, VersionFile.sha256).where(VersionFile.version_id == version_id)
    ).all()
    if {path: (text, sha256) for path, text, sha256 in kept} == {
        path: (row["text"], row["sha256"]) for path, row in rows.items()
    }:
        return
    session.execute(delete(VersionFile).where(VersionFile.version_id == version_id))
    session.execute(insert(VersionFile), list(rows.values()))
