"""A file of people, CSV or XLSX, as a table with the six columns and the line of each row. Whatever the
bytes, the answer is a table or `Unreadable` with a sentence for the page."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

COLUMNS = ("nip", "nama", "jabatan", "unit", "surel", "peran")
REQUIRED = ("nip", "nama", "unit")
ALSO_CALLED = {
    "nip": {"nipnipppk", "nipataunipppk", "nipppk", "nomorinduk", "nomorindukpegawai"},
    "nama": {"namalengkap", "namapegawai", "namaasn"},
    "jabatan": {"namajabatan"},
    "unit": {"unitkerja", "kodeunit", "namaunit"},
    "surel": {"email", "alamatsurel", "alamatemail"},
    "peran": {"role", "roles"},
}
BYTES_AT_MOST = 10 * 1024 * 1024
ROWS_AT_MOST = 50_000
CELLS_AT_MOST = 100
CHARACTERS_AT_MOST = 20_000_000
HEADER_WITHIN = 10
"""Rows that may stand above the header: a title, a date."""
SECONDS = 30

Cell = str | int | float | bool | None
XLSX_READER = Path(__file__).with_name("xlsx_reader.py")


class Unreadable(ValueError):
    """Why a file is no table of people: a sentence for the page."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows below the header: (line in the file, a cell for each of `columns`). Empty rows are left out.

    `columns` are those of COLUMNS that the file has, in its order; `ignored` the headers of the others."""

    name: str
    columns: tuple[str, ...]
    ignored: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


def read_table(name: str, data: bytes) -> Table:
    """The table in a file; `name` is only repeated. Raises Unreadable."""
    if not data.strip():
        raise Unreadable(_("Berkas ini kosong."))
    if len(data) > BYTES_AT_MOST:
        raise Unreadable(_("Berkas ini lebih dari %(n)s MB. Bagi menjadi beberapa berkas.", n=BYTES_AT_MOST >> 20))
    if data.startswith(b"PK\x03\x04"):
        return _table(name, list(enumerate(_xlsx_rows(data), start=1)))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            _("Ini berkas Excel lama atau terkunci. Simpan sebagai .xlsx tanpa kata sandi, lalu unggah lagi.")
        )
    return _table(name, _csv_rows(_text(data)))


def _xlsx_rows(data: bytes) -> list[list[Cell]]:
    limits = [str(n) for n in (ROWS_AT_MOST + HEADER_WITHIN, CELLS_AT_MOST, CHARACTERS_AT_MOST)]
    command = [sys.executable, "-I", str(XLSX_READER), *limits]
    try:
        # The file goes in by a pipe; the command is ours alone.
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        answer = {"error": "big"}
    if answer.get("error") == "broken":
        raise Unreadable(_("Ini bukan buku kerja Excel (.xlsx), atau berkasnya rusak. Simpan ulang, lalu unggah lagi."))
    if "rows" not in answer:
        raise _too_many()
    rows: list[list[Cell]] = answer["rows"]
    return rows


def _too_many() -> Unreadable:
    return Unreadable(
        _(
            "Isi berkas ini terlalu besar: paling banyak %(n)s baris. Bagi menjadi beberapa berkas, dan "
            "hapus baris atau kolom yang jauh di luar tabel.",
            n=f"{ROWS_AT_MOST:,}".replace(",", "."),
        )
    )


def _text(data: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 by its mark, else Windows-1252: what spreadsheets write."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0b\x0e-\x1f]", text):
            return text
        break
    raise Unreadable(_("Ini bukan berkas CSV atau XLSX. Unggah daftar pegawai dalam salah satu bentuk itu."))


def _delimiter(text: str) -> str:
    """The one that makes the most of our columns out of the first lines."""
    beginning = text.splitlines()[: HEADER_WITHIN + 1]

    def columns_found(delimiter: str) -> int:
        try:
            rows = list(csv.reader(beginning, delimiter=delimiter))
        except csv.Error:
            return 0
        return max((len(set(_columns(row))) for row in rows), default=0)

    return max((";", ",", "\t"), key=columns_found)


def _csv_rows(text: str) -> list[tuple[int, list[Cell]]]:
    """(line on which the row begins, cells). A quoted cell may hold line breaks, so a row may be many
    lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[tuple[int, list[Cell]]] = []
    begins = 1
    try:
        for cells in reader:
            rows.append((begins, list(cells[:CELLS_AT_MOST])))
            begins = reader.line_num + 1
            if len(rows) > ROWS_AT_MOST + HEADER_WITHIN:
                raise _too_many()
    except csv.Error:
        trouble = _(
            "Baris %(n)s tidak dapat dibaca: tanda kutipnya tidak berpasangan, atau isinya terlalu panjang.",
            n=begins,
        )
        raise Unreadable(trouble) from None
    return rows


def _columns(row: Sequence[Cell]) -> list[str]:
    """Which of our columns each cell is the header of; empty for none."""
    return [_column(cell) for cell in row[:CELLS_AT_MOST]]


def _column(cell: Cell) -> str:
    bare = re.sub(r"[\W_]+", "", str(cell or "").casefold())
    return next((name for name in COLUMNS if bare == name or bare in ALSO_CALLED[name]), "")


def _table(name: str, rows: Sequence[tuple[int, Sequence[Cell]]]) -> Table:
    filled = [(line, row) for line, row in rows if any(_filled(cell) for cell in row)]
    place = next(
        (i for i, (_line, row) in enumerate(filled[:HEADER_WITHIN]) if set(REQUIRED) <= set(_columns(row))),
        None,
    )
    if place is None:
        raise Unreadable(_without_header(filled))
    names = _columns(filled[place][1])
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise Unreadable(_("Kolom %(kolom)s ada lebih dari satu. Sisakan satu saja.", kolom=", ".join(twice)))
    below = filled[place + 1 :]
    if not below:
        raise Unreadable(_("Tidak ada baris di bawah judul kolom."))
    if len(below) > ROWS_AT_MOST:
        raise _too_many()
    kept = [(i, name) for i, name in enumerate(names) if name]
    ignored = [
        str(cell).strip()[:40] for cell, name in zip(filled[place][1], names, strict=True) if not name and _filled(cell)
    ]
    return Table(
        name=name[:120],
        columns=tuple(name for _i, name in kept),
        ignored=tuple(ignored),
        rows=tuple((line, tuple(row[i] if i < len(row) else None for i, _name in kept)) for line, row in below),
    )


def _filled(cell: Cell) -> bool:
    return cell is not None and str(cell).strip() != ""


def _without_header(rows: Sequence[tuple[int, Sequence[Cell]]]) -> str:
    """What is missing, seen from the row that comes nearest to a header."""
    found = max((set(_columns(row)) for _line, row in rows[:HEADER_WITHIN]), key=len, default=set())
    missing = ", ".join(name for name in REQUIRED if name not in found)
    return str(_("Kolom %(kolom)s tidak ditemukan. Baris judul harus memuat nip, nama, dan unit.", kolom=missing))
