"""Bytes of a text file from elsewhere as text, within limits."""

from __future__ import annotations

import codecs

from elearn.core.exchange.base import BYTES, ExchangeError

LINES = 100_000


def read_text(data: bytes, notes: list[str]) -> str:
    """The text with `\\n` for line ends. UTF-8, UTF-16 with its mark, and Windows-1252, which is noted.

    Raises ExchangeError for what is no text, and for more than `BYTES` or `LINES`.
    """
    if len(data) > BYTES:
        raise ExchangeError(f"Berkas ini lebih dari {BYTES // 1024 // 1024} MB. Bagi menjadi beberapa berkas.")
    text = _decoded(data, notes)
    if "\x00" in text:
        raise ExchangeError("Berkas ini bukan teks: ada bita NUL di dalamnya.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > LINES:
        raise ExchangeError(f"Berkas ini lebih dari {LINES} baris. Bagi menjadi beberapa berkas.")
    if not text.strip():
        raise ExchangeError("Berkas ini kosong.")
    return text


def _decoded(data: bytes, notes: list[str]) -> str:
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if b"\x00" in data[:4096]:
        raise ExchangeError("Berkas ini bukan teks: ada bita NUL di dalamnya.")
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise ExchangeError("Sandi huruf berkas ini tidak dikenal. Simpan ulang sebagai teks UTF-8.") from None
    notes.append("Berkas ini bukan UTF-8; dibaca sebagai Windows-1252. Periksa huruf yang beraksen.")
    return text
