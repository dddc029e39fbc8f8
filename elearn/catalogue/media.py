"""Media on the disk, each under the hash of its content: the same picture of ten modules lies there once."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import Session

from elearn.catalogue.models import MediaFile
from elearn.core.content.media import media_type
from elearn.core.content.sizes import image_size
from elearn.database import insert_new


def media_path(root: Path, digest: str) -> Path:
    """Where the content of a hash lies."""
    if len(digest) != len(hashlib.sha256().hexdigest()) or not digest.isalnum():
        raise ValueError("not a sha256")
    return root / digest[:2] / digest


def write(root: Path, files: Mapping[str, bytes], media: Mapping[str, str]) -> None:
    """Write a module's media (path -> sha256), durably, before anything names them. Files that no version names in the
    end harm nobody. Raises OSError; nothing half-written stays under a hash."""
    for path, digest in media.items():
        data, target = files[path], media_path(root, digest)
        if target.exists() and target.stat().st_size == len(data):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def record(session: Session, files: Mapping[str, bytes], media: Iterable[tuple[str, str]]) -> None:
    """Make the rows of a module's media: of the same content there is one."""
    rows = {
        digest: {"sha256": digest, "media_type": media_type(path), "size": len(files[path])} for path, digest in media
    }
    if rows:
        insert_new(session, MediaFile, list(rows.values()), ["sha256"])


HEAD = 256 * 1024
"""Bytes in which the size of a picture stands."""


@lru_cache(maxsize=4000)
def pixels(root: Path, sha256: str) -> tuple[int, int] | None:
    """Width and height of a picture by the hash of its content, which never changes; None when they cannot be read."""
    try:
        with media_path(root, sha256).open("rb") as file:
            return image_size(file.read(HEAD))
    except OSError:
        return None
