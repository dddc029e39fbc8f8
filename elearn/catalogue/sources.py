"""Files of modules in the database: those that a published version was made from, and those kept for later."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.orm import Session

from elearn.catalogue.media import store
from elearn.catalogue.models import StoredFile, VersionFile
from elearn.core.content.media import is_medium
from elearn.database import db


def of_version(version_id: int) -> dict[str, bytes] | None:
    """The files that a version was made from; None for one published before they were kept. One statement.

    Raises OSError when a medium cannot be read.
    """
    return read(VersionFile, VersionFile.version_id == version_id) or None


def keep(session: Session, version_id: int, files: Mapping[str, bytes], media: Mapping[str, str]) -> None:
    """Keep the files of a version. The same content may be written otherwise (an id that was derived is written in): the
    latest writing is kept."""
    rows = session.execute(
        select(VersionFile.path, VersionFile.text, VersionFile.sha256).where(VersionFile.version_id == version_id)
    )
    kept = {path: sha256 or _sha256((text or "").encode()) for path, text, sha256 in rows}
    if kept != {path: _sha256(data) for path, data in files.items()}:
        session.execute(delete(VersionFile).where(VersionFile.version_id == version_id))
        write(session, VersionFile, {"version_id": version_id}, files, media)


def read(model: type[StoredFile], of: ColumnElement[bool]) -> dict[str, bytes]:
    """Path -> bytes, in the order of the paths. One statement. Raises OSError when a medium cannot be read."""
    rows = db.session.execute(select(model.path, model.text, model.sha256).where(of).order_by(model.path))
    files: dict[str, bytes] = {}
    for path, text, sha256 in rows:
        files[path] = store().read(sha256) if sha256 else (text or "").encode()
    return files


def write(
    session: Session,
    model: type[StoredFile],
    key: Mapping[str, Any],
    files: Mapping[str, bytes],
    media: Mapping[str, str],
) -> None:
    """Add the rows of the files of one thing, named by `key`. Their media (path -> sha256) are on the disk and have their
    rows."""
    rows = [
        {
            **key,
            "path": path,
            "text": None if is_medium(path) else data.decode(),
            "sha256": media[path] if is_medium(path) else None,
        }
        for path, data in files.items()
    ]
    session.execute(insert(model), rows)


def fingerprint(files: Mapping[str, bytes]) -> str:
    """A sha256 (hex) that is equal for equal files."""
    return _sha256("".join(f"{path}\0{_sha256(data)}\n" for path, data in sorted(files.items())).encode())


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
