"""The files beside a module's text: which are accepted, and whether they are what they say."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from elearn.core.content.sizes import image_size
from elearn.core.content.svg import SIZE as SVG_LIMIT
from elearn.core.content.svg import check_svg
from elearn.core.content.text import FileReport

MEDIA_LIMIT = 20 * 1024 * 1024
"""Bytes of one file."""
FILES_LIMIT = 500
MEDIA_NAME = re.compile(r"media/(?:[A-Za-z0-9][A-Za-z0-9._-]{0,60}/)?[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

Test = Callable[[bytes], bool]


@dataclass(frozen=True, slots=True)
class Medium:
    """A file under media/ as a text needs to know it: the hash of its content (hex), and the pixels of a picture."""

    sha256: str
    size: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """The type a file is served with, and whether bytes begin as that type does."""

    type: str
    fits: Test


def _begins(*starts: bytes) -> Test:
    return lambda data: data.startswith(starts)


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in data


_ISO_MEDIA: Test = lambda data: data[4:8] == b"ftyp"  # noqa: E731
_ZIP = _begins(b"PK\x03\x04")
_OFFICE = "application/vnd.openxmlformats-officedocument."

TYPES: Mapping[str, Kind] = {
    ".png": Kind("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    ".jpg": Kind("image/jpeg", _begins(b"\xff\xd8\xff")),
    ".jpeg": Kind("image/jpeg", _begins(b"\xff\xd8\xff")),
    ".gif": Kind("image/gif", _begins(b"GIF87a", b"GIF89a")),
    ".webp": Kind("image/webp", lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP"),
    ".svg": Kind("image/svg+xml", _is_text),
    ".mp4": Kind("video/mp4", _ISO_MEDIA),
    ".webm": Kind("video/webm", _begins(b"\x1a\x45\xdf\xa3")),
    # Tags of ID3, or the twelve bits that begin a frame (ISO 11172-3, 2.4.1.3).
    ".mp3": Kind("audio/mpeg", lambda data: data[:3] == b"ID3" or (data[:1] == b"\xff" and data[1:2] >= b"\xe0")),
    ".m4a": Kind("audio/mp4", _ISO_MEDIA),
    ".ogg": Kind("audio/ogg", _begins(b"OggS")),
    ".vtt": Kind("text/vtt", lambda data: _is_text(data) and data.removeprefix(b"\xef\xbb\xbf")[:6] == b"WEBVTT"),
    ".pdf": Kind("application/pdf", _begins(b"%PDF-")),
    ".docx": Kind(f"{_OFFICE}wordprocessingml.document", _ZIP),
    ".xlsx": Kind(f"{_OFFICE}spreadsheetml.sheet", _ZIP),
    ".pptx": Kind(f"{_OFFICE}presentationml.presentation", _ZIP),
    ".csv": Kind("text/csv", _is_text),
}


def suffix(path: str) -> str:
    """`.png` of a path, lower-case; empty when it has none."""
    _, dot, last = path.rsplit("/", 1)[-1].rpartition(".")
    return f".{last.lower()}" if dot else ""


def media_type(path: str) -> str:
    """The type a file is served with. Its suffix is one of TYPES."""
    return TYPES[suffix(path)].type


def check_media(path: str, data: bytes, report: FileReport) -> None:
    """Report what is wrong with a media file."""
    kind = TYPES.get(suffix(path))
    if kind is None:
        accepted = " ".join(sorted(name[1:] for name in TYPES))
        report.error(
            "X406",
            1,
            1,
            f"Jenis berkas {suffix(path) or 'tanpa akhiran'} tidak diterima.",
            f"Yang diterima: {accepted}.",
        )
    elif len(data) > (limit := SVG_LIMIT if suffix(path) == ".svg" else MEDIA_LIMIT):
        message = f"Berkas ini lebih besar dari {limit // 2**20} MB."
        report.error("X407", 1, 1, message, "Perkecil, misalnya dengan menurunkan resolusinya.")
    elif not data or not kind.fits(data):
        report.error("X404", 1, 1, f"Isi berkas ini bukan {suffix(path)}.", "Simpan ulang dari aplikasi asalnya.")
    elif suffix(path) == ".svg":
        check_svg(data, report)


def is_medium(path: str) -> bool:
    """Whether a path inside a module is a file beside the text."""
    return path.startswith("media/")


def hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    """The sha256 (hex) of each file under media/, in the order of their names."""
    return {path: hashlib.sha256(data).hexdigest() for path, data in sorted(files.items()) if is_medium(path)}


def known_media(files: Mapping[str, bytes]) -> dict[str, Medium]:
    """What texts need to know of the media among the files."""
    return {path: Medium(digest, image_size(files[path])) for path, digest in hashes(files).items()}
