"""The files beside a module's text: which are accepted, and whether they are what they say."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from elearn.core.content.text import FileReport

MEDIA_LIMIT = 20 * 1024 * 1024
FILES_LIMIT = 500

# Suffix -> (type it is served with, how its content begins; None: anything).
TYPES: dict[str, tuple[str, tuple[bytes, ...] | None]] = {
    ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".gif": ("image/gif", (b"GIF87a", b"GIF89a")),
    ".webp": ("image/webp", (b"RIFF",)),
    ".svg": ("image/svg+xml", None),
    ".mp4": ("video/mp4", None),
    ".webm": ("video/webm", (b"\x1a\x45\xdf\xa3",)),
    ".mp3": ("audio/mpeg", (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    ".m4a": ("audio/mp4", None),
    ".ogg": ("audio/ogg", (b"OggS",)),
    ".vtt": ("text/vtt", (b"WEBVTT", b"\xef\xbb\xbfWEBVTT")),
    ".pdf": ("application/pdf", (b"%PDF-",)),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (b"PK",)),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK",)),
    ".pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", (b"PK",)),
    ".csv": ("text/csv", None),
}
_DANGER = re.compile(
    rb"<\s*(?:\w+:)?(script|foreignObject|iframe|embed|object|handler|set\b|animate\w*)|\son\w+\s*=|javascript:|<!ENTITY|<!DOCTYPE[^>]*\[|<\?xml-stylesheet",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(rb"(?:href|src)\s*=\s*[\"'](?!#|data:image/(?:png|jpeg|gif|webp))[^\"']+|@import|url\(\s*[\"']?(?!#)", re.IGNORECASE)


def suffix(path: str) -> str:
    return f".{path.rsplit('.', 1)[-1].lower()}" if "." in path.rsplit("/", 1)[-1] else ""


def media_type(path: str) -> str:
    """The type a file is served with."""
    return TYPES[suffix(path)][0]


def check_media(path: str, data: bytes, report: FileReport) -> None:
    """Report what is wrong with a media file."""
    known = TYPES.get(suffix(path))
    if known is None:
        kinds = " ".join(sorted(name[1:] for name in TYPES))
        report.error("X406", 1, 1, f"Jenis berkas {suffix(path) or path} tidak diterima.", f"Yang diterima: {kinds}.")
        return
    if len(data) > MEDIA_LIMIT:
        report.error("X407", 1, 1, f"Berkas ini {len(data) // 2**20} MB; batasnya {MEDIA_LIMIT // 2**20} MB.")
    starts = known[1]
    if suffix(path) in {".mp4", ".m4a"}:
        matches = data[4:8] == b"ftyp"
    elif suffix(path) == ".webp":
        matches = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    elif suffix(path) == ".svg":
        matches = b"<svg" in data[:4096]
    else:
        matches = starts is None or data.startswith(starts)
    if not matches:
        report.error("X404", 1, 1, f"Isi berkas ini tidak seperti {suffix(path)}.", "Simpan ulang dari aplikasi asalnya.")
    elif suffix(path) == ".svg":
        _check_svg(data, report)


def _check_svg(data: bytes, report: FileReport) -> None:
    for pattern, what in ((_DANGER, "skrip atau isi yang dapat bertindak"), (_OUTSIDE, "rujukan ke luar berkas")):
        found = pattern.search(data)
        if found:
            before = data[: found.start()].decode("utf-8", "replace")
            line, col = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
            report.error("X405", line, col, f"SVG ini memuat {what}.", "Simpan sebagai SVG biasa (plain SVG) tanpa itu.")


def hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    """The sha256 of each file under media/."""
    return {path: hashlib.sha256(data).hexdigest() for path, data in sorted(files.items()) if path.startswith("media/")}
