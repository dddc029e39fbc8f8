"""Zip packages from strangers: names that stay inside, and no more bytes than were agreed, whatever the header says."""

from __future__ import annotations

import io
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping

from elearn.core.exchange.base import ExchangeError

PACKED = 60 * 1024 * 1024
ENTRIES = 5_000
UNPACKED = 120 * 1024 * 1024
"""All entries together."""
RATIO = 200
"""How much smaller an entry of more than `SMALL` bytes may be packed: text and pictures stay far below."""
SMALL = 1024 * 1024
_PIECE = 256 * 1024
_PACKAGES = (".zip", ".imscc", ".tar", ".gz", ".7z", ".rar", ".xz", ".bz2")
_EPOCH = (2000, 1, 1, 0, 0, 0)


def read_archive(data: bytes) -> dict[str, bytes]:
    """The files by name, without folders. Raises ExchangeError."""
    if len(data) > PACKED:
        raise ExchangeError(f"Paket ini lebih besar dari {PACKED // 1024**2} MB.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check(archive.infolist(), entries)
            return _unpack(archive, entries)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as trouble:
        raise ExchangeError(
            "Paket zip ini rusak atau tidak dapat dibuka. Ekspor ulang dari sistem asalnya."
        ) from trouble
    except UnicodeDecodeError as trouble:
        raise ExchangeError("Nama berkas di dalam paket ini tidak dapat dibaca.") from trouble


def manifest_of(data: bytes) -> str:
    """The beginning of the package's manifest; empty where there is no package or none in it. Raises nothing."""
    if not data.startswith(b"PK") or len(data) > PACKED:
        return ""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("imsmanifest.xml") as stream:
            return stream.read(SMALL).decode("utf-8", "replace")
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        return ""


def _check(listed: list[zipfile.ZipInfo], entries: list[zipfile.ZipInfo]) -> None:
    if len(listed) > ENTRIES:
        raise ExchangeError(f"Paket ini memuat lebih dari {ENTRIES} berkas.")
    if sum(entry.file_size for entry in entries) > UNPACKED:
        raise ExchangeError(f"Isi paket ini lebih besar dari {UNPACKED // 1024**2} MB.")
    seen: set[str] = set()
    for entry in entries:
        shown = entry.filename[:80]
        if not is_inside(entry.filename):
            raise ExchangeError(f"Nama berkas '{shown}' menunjuk ke luar paket.")
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
            raise ExchangeError(f"'{shown}' bukan berkas biasa (tautan atau perangkat).")
        if entry.flag_bits & 1:
            raise ExchangeError("Paket ini bersandi. Ekspor ulang tanpa sandi.")
        key = unicodedata.normalize("NFC", entry.filename).casefold()
        if key in seen:
            raise ExchangeError(f"Nama berkas '{shown}' dipakai dua kali di dalam paket.")
        seen.add(key)
        if entry.file_size > SMALL and entry.file_size > RATIO * max(entry.compress_size, 1):
            raise ExchangeError(f"'{shown}' mengembang lebih dari {RATIO} kali; paket ini tidak dibuka.")


def is_inside(name: str) -> bool:
    """Whether a path stays in the folder that it is relative to."""
    parts = name.split("/")
    return (
        bool(name)
        and len(name) <= 500
        and not name.startswith("/")
        and "\\" not in name
        and ":" not in parts[0]
        and ".." not in parts
        and all(c.isprintable() for c in name)
    )


def _unpack(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """The bytes that really come out are counted: a header may lie."""
    files: dict[str, bytes] = {}
    left = UNPACKED
    for entry in entries:
        if entry.filename.casefold().endswith(_PACKAGES):
            # A package in a package is never opened, and is no picture either.
            continue
        pieces: list[bytes] = []
        with archive.open(entry) as stream:
            while piece := stream.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise ExchangeError(f"Isi paket ini lebih besar dari {UNPACKED // 1024**2} MB.")
                pieces.append(piece)
        files[entry.filename] = b"".join(pieces)
    return files


def write_archive(files: Mapping[str, bytes]) -> bytes:
    """The same files are the same bytes: no time of writing stands in them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, content)
    return out.getvalue()
