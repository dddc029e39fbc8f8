"""Reading a file of people, whatever its bytes. Needs no database."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from elearn.administration.tables import CELLS_AT_MOST, ROWS_AT_MOST, Unreadable, read_table
from tests.conftest import make_app

ROW = ("19800101 201003 1 001", "Asep Suryana", "Camat", "kec-antapani", "asep@contoh.invalid", "atasan")
HEADER = ("nip", "nama", "jabatan", "unit", "surel", "peran")


@pytest.fixture(autouse=True)
def words(tmp_path: Path) -> Iterator[None]:
    """The messages need an application, not its tables."""
    with make_app(f"sqlite:///{tmp_path}/kosong.db", tmp_path).app_context():
        yield


def workbook(rows: Sequence[Sequence[Any]], *, hidden_first: bool = False) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_numbers": False})
    if hidden_first:
        cover = book.add_worksheet("tersembunyi")
        cover.hide()
        cover.write(0, 0, "bukan ini")
    sheet = book.add_worksheet("Pegawai")
    if hidden_first:
        sheet.activate()
        sheet.set_first_sheet()
    for line, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(line, column, value)
    book.close()
    return out.getvalue()


def with_member(data: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, content if entry.filename == name else old.read(entry))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
SHEET_BEGINS = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
SHEET_ENDS = b"</row></sheetData></worksheet>"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_as_spreadsheets_write_it(delimiter: str, encoding: str) -> None:
    row = (*ROW[:1], "Énok Rosé", *ROW[2:])
    data = "\r\n".join(delimiter.join(cells) for cells in (HEADER, row)).encode(encoding)
    table = read_table("pegawai.csv", data)
    assert table.columns == HEADER
    assert table.rows == ((2, row),)


def test_headers_may_be_written_as_people_write_them() -> None:
    header = b" Unit Kerja ; NAMA LENGKAP ;NIP/NI PPPK;E-mail;Golongan"
    data = b"Daftar Pegawai 2026;;;;\n;;;;\n" + header + b"\nx;y;z;a@b.id;IIIa\n"
    table = read_table("x", data)
    assert table.columns == ("unit", "nama", "nip", "surel")
    assert table.ignored == ("Golongan",)
    assert table.rows == ((4, ("x", "y", "z", "a@b.id")),)


def test_the_line_is_that_of_the_file_though_cells_have_line_breaks_and_rows_are_empty() -> None:
    data = b'nip,nama,unit\n1,"Asep\nSuryana",a\n\n,,\n2,Rina,b\n'
    assert [line for line, _cells in read_table("x", data).rows] == [2, 6]


def test_short_rows_have_empty_cells_and_long_ones_lose_nothing_that_has_a_header() -> None:
    table = read_table("x", b"nip;nama;unit;surel\n1;A;u\n2;B;u;s;t;u\n")
    assert [cells for _line, cells in table.rows] == [("1", "A", "u", None), ("2", "B", "u", "s")]


def test_xlsx_keeps_text_as_text_and_finds_the_sheet_that_is_seen() -> None:
    table = read_table("x.xlsx", workbook([HEADER, ROW], hidden_first=True))
    assert table.columns == HEADER
    assert table.rows == ((2, ROW),)


def test_xlsx_numbers_arrive_as_numbers_so_that_lost_digits_can_be_told() -> None:
    ((_line, cells),) = read_table("x", workbook([HEADER, (198001012010031001, *ROW[1:])])).rows
    assert isinstance(cells[0], float)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "kosong"),
        (b" \r\n ", "kosong"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "bukan berkas CSV"),
        (b"%PDF-1.7\n\x00\x01", "bukan berkas CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "terkunci"),
        (b"PK\x03\x04 and no more", "bukan buku kerja"),
        (b"nip;nama\n1;A\n", "Kolom unit tidak ditemukan"),
        (b"a;b;c\n1;2;3\n", "Kolom nip, nama, unit tidak ditemukan"),
        (b"nip;nama;unit\n", "Tidak ada baris"),
        (b"nip;nama;unit;NIP\n1;2;3;4\n", "Kolom nip ada lebih dari satu"),
        (b'nip;nama;unit\n1;A;u\n2;"B;u\n', "Baris 3 tidak dapat dibaca"),
        (b"nip;nama;unit\n1;" + b"x" * 200_000 + b";u\n", "Baris 2 tidak dapat dibaca"),
        (b"nip;nama;unit\n" + b"1;A;u\n" * (ROWS_AT_MOST + 1), "paling banyak 50.000 baris"),
        (b"x" * (10 * 1024 * 1024 + 1), "lebih dari 10 MB"),
        (b";" * 5_000_000, "tidak ditemukan"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_what_is_no_table_is_told_in_a_sentence(data: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        read_table("x", data)


def _zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def hostile_workbooks() -> dict[str, bytes]:
    good = workbook([HEADER, ROW])
    many = b"<c><v>1</v></c>" * 3_000_000
    text = b'<c t="str"><v>' + b"A" * 150_000_000 + b"</v></c>"
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    lying = bytearray(with_member(good, SHEET, SHEET_BEGINS + text * 2 + SHEET_ENDS))
    place = lying.find(b"PK\x01\x02")
    while place >= 0:  # every part says in the directory that it unpacks to 100 bytes
        lying[place + 24 : place + 28] = (100).to_bytes(4, "little")
        place = lying.find(b"PK\x01\x02", place + 4)
    return {
        "a document": _zip(**{"word/document.xml": b"<x/>"}),
        "no parts": _zip(**{"xl/workbook.xml": b"<x/>"}),
        "a cell in the last corner": with_member(
            good, SHEET, SHEET_BEGINS + b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c>' + SHEET_ENDS
        ),
        "too many columns": workbook([[*HEADER, *[None] * CELLS_AT_MOST, "x"], ROW]),
        "many cells": with_member(good, SHEET, SHEET_BEGINS + many + SHEET_ENDS),
        "much text": with_member(good, SHEET, SHEET_BEGINS + text + SHEET_ENDS),
        "sizes that lie": bytes(lying),
        "entities": with_member(good, SHEET, entities + SHEET_BEGINS + b'<c t="str"><v>&b;</v></c>' + SHEET_ENDS),
        "not well formed": with_member(good, SHEET, SHEET_BEGINS),
    }


def test_hostile_workbooks_cost_neither_memory_nor_the_server() -> None:
    for name, data in hostile_workbooks().items():
        with pytest.raises(Unreadable):
            pytest.fail(f"{name}: {read_table('x', data).columns}")
