"""Media, each under the hash of its content: the same picture of ten modules is kept once.

They lie on the disk. Where a bucket of S3-compatible storage is configured, that is where they are kept, for all servers and in
its backups, and the disk holds copies of what this server was asked for: content under a hash never changes.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from elearn.catalogue.models import MediaFile
from elearn.core.content.media import media_type
from elearn.core.content.sizes import image_size
from elearn.database import db, insert_new

if TYPE_CHECKING:
    from obstore.store import S3Store

TIMEOUT = timedelta(seconds=20)
"""For a request to the bucket, and for all its repetitions."""


class Bucket:
    """A bucket of S3-compatible storage, with what stands before the names of its objects.

    Every way of failing is an OSError, as on a disk.
    """

    def __init__(self, bucket: str, prefix: str, options: Mapping[str, str]) -> None:
        self._name, self._prefix, self._options = bucket, prefix, options
        self._made: S3Store | None = None

    def put(self, digest: str, data: bytes) -> None:
        """Keep a content that is not there yet. Raises OSError."""
        import obstore

        try:
            obstore.put(self._store(), self._key(digest), data)
        except obstore.exceptions.BaseError as trouble:
            raise OSError(f"the bucket {self._name} did not take {digest}: {trouble}") from trouble

    def get(self, digest: str) -> bytes:
        """Raises FileNotFoundError, and OSError for any other reason."""
        import obstore

        try:
            data = bytes(obstore.get(self._store(), self._key(digest)).bytes())
        except FileNotFoundError:
            raise FileNotFoundError(f"the bucket {self._name} has no {digest}") from None
        except obstore.exceptions.BaseError as trouble:
            raise OSError(f"the bucket {self._name} did not give {digest}: {trouble}") from trouble
        if hashlib.sha256(data).hexdigest() != digest:
            raise OSError(f"what the bucket {self._name} has as {digest} is something else")
        return data

    def has(self, digest: str) -> bool:
        """Raises OSError when the bucket cannot be asked."""
        import obstore

        try:
            obstore.head(self._store(), self._key(digest))
        except FileNotFoundError:
            return False
        except obstore.exceptions.BaseError as trouble:
            raise OSError(f"the bucket {self._name} does not answer: {trouble}") from trouble
        return True

    def _key(self, digest: str) -> str:
        return f"{self._prefix}{digest[:2]}/{digest}"

    def _store(self) -> S3Store:
        # Not before it is needed: the import takes a while, and a process that forks must not hold its threads.
        if self._made is None:
            from obstore.store import S3Store

            self._made = S3Store(
                self._name,
                client_options={"timeout": TIMEOUT, "allow_http": True},
                retry_config={"max_retries": 3, "retry_timeout": TIMEOUT},
                **self._options,  # type: ignore[arg-type]
            )
        return self._made


class MediaStore:
    """Contents by their sha256. Safe for threads and processes: a file appears whole or not at all."""

    def __init__(self, root: Path, bucket: Bucket | None = None) -> None:
        self.root, self.bucket = root, bucket

    def place(self, digest: str) -> Path:
        """Where the content of a hash lies on the disk, or would. Raises ValueError for what is no sha256."""
        if not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise ValueError("not a sha256")
        return self.root / digest[:2] / digest

    def put(self, digest: str, data: bytes) -> None:
        """Keep a content, durably. Raises OSError; nothing half-written stays under a hash."""
        target = self.place(digest)
        here = target.exists() and target.stat().st_size == len(data)
        if self.bucket is not None and not (here and self.bucket.has(digest)):
            self.bucket.put(digest, data)
        if not here:
            self._write(target, data)

    def path(self, digest: str) -> Path:
        """A file with the content of a hash. Raises FileNotFoundError where there is none, OSError when it cannot be had."""
        target = self.place(digest)
        if not target.is_file():
            if self.bucket is None:
                raise FileNotFoundError(f"the media file {digest} is missing")
            self._write(target, self.bucket.get(digest))
        return target

    def read(self, digest: str) -> bytes:
        """The content of a hash. Raises OSError."""
        return self.path(digest).read_bytes()

    @staticmethod
    def _write(target: Path, data: bytes) -> None:
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


def init_app(app: Flask) -> None:
    """Bind the store that is configured to the application."""
    app.extensions["media"] = store_of(app.config)


def store_of(config: Mapping[str, object]) -> MediaStore:
    """The store of a configuration: MEDIA_DIR, and MEDIA_BUCKET (name, prefix, options of obstore's S3Store) or None."""
    root, bucket = config["MEDIA_DIR"], config["MEDIA_BUCKET"]
    assert isinstance(root, Path)
    return MediaStore(root, Bucket(*bucket) if isinstance(bucket, tuple) else None)


def store() -> MediaStore:
    """The store of the current application."""
    kept: MediaStore = current_app.extensions["media"]
    return kept


def write(files: Mapping[str, bytes], media: Mapping[str, str]) -> None:
    """Keep a module's media (path -> sha256) before anything names them. Files that no version names in the end harm nobody.
    Raises OSError."""
    for path, digest in media.items():
        store().put(digest, files[path])


def record(session: Session, files: Mapping[str, bytes], media: Iterable[tuple[str, str]]) -> None:
    """Make the rows of a module's media: of the same content there is one."""
    rows = {
        digest: {"sha256": digest, "media_type": media_type(path), "size": len(files[path])} for path, digest in media
    }
    if rows:
        insert_new(session, MediaFile, list(rows.values()), ["sha256"])


def fill_bucket() -> tuple[int, list[str]]:
    """Put what is on this disk into the bucket, where it has not got it: how many, and what is in neither.

    Raises ValueError where no bucket is configured, OSError.
    """
    kept, missing, sent = store(), [], 0
    if kept.bucket is None:
        raise ValueError("no bucket")
    for digest in db.session.scalars(select(MediaFile.sha256).order_by(MediaFile.sha256)):
        if kept.bucket.has(digest):
            continue
        if not kept.place(digest).is_file():
            missing.append(digest)
            continue
        kept.bucket.put(digest, kept.read(digest))
        sent += 1
    return sent, missing


HEAD = 256 * 1024
"""Bytes in which the size of a picture stands."""


def pixels(sha256: str) -> tuple[int, int] | None:
    """Width and height of a picture by the hash of its content; None when they cannot be read."""
    try:
        return _pixels(store().path(sha256))
    except OSError:
        return None


@lru_cache(maxsize=4000)
def _pixels(path: Path) -> tuple[int, int] | None:
    # What lies under a hash never changes.
    with path.open("rb") as file:
        return image_size(file.read(HEAD))
