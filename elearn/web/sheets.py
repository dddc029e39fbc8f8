"""CSV and XLSX of a table, safe to open: no cell can start a formula, and a NIP stays text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, TextIO

import xlsxwriter
from flask import Response, abort

from elearn.clock import JAKARTA

Value = str | int | Decimal | datetime | date | None

# What a spreadsheet takes for the beginning of a formula or a command (OWASP, CSV injection).
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_text(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would compute it."""
    return f"'{text}" if text.lstrip(" ").startswith(STARTS_A_FORMULA) else text


def _csv_cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(JAKARTA).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f").replace(".", ",")
    return str(value) if isinstance(value, int) else safe_text(value)


def write_csv(out: TextIO, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """A CSV for Indonesian spreadsheets: semicolons and decimal commas. A row is written as it comes. `out` is UTF-8 with the
    mark that Excel looks for, and does not change the ends of lines."""
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe_text(name) for name in header])
    for row in rows:
        writer.writerow([_csv_cell(value) for value in row])


def write_xlsx(
    out: BinaryIO, title: str, header: Sequence[str], rows: Iterable[Sequence[Value]], scratch: Path | None = None
) -> None:
    """A workbook of one sheet with a frozen, filterable header. Text is written as text, whatever it looks like.

    A row is written as it comes, to files in the folder `scratch`, so that the memory does not grow with the table; without one
    it is all made in memory.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "in_memory": scratch is None,
        "tmpdir": str(scratch) if scratch else None,
    }
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(header):
        sheet.write_string(0, column, name, bold)
        sheet.set_column(column, column, max(12, min(40, len(name) + 4)))
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, datetime):
                sheet.write_datetime(last, column, value.astimezone(JAKARTA).replace(tzinfo=None), instant)
            elif isinstance(value, date):
                sheet.write_datetime(last, column, datetime(value.year, value.month, value.day), day)
            elif isinstance(value, int | Decimal):
                sheet.write_number(last, column, value)
            else:
                sheet.write_string(last, column, value)
    sheet.autofilter(0, 0, last, max(0, len(header) - 1))
    book.close()


def write_file(path: Path, title: str, header: Sequence[str], rows: Iterable[Sequence[Value]], scratch: Path) -> None:
    """The table as a file, of the kind that its ending says (csv or xlsx), row by row: for tables that may be large."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as text:
            write_csv(text, header, rows)
    else:
        with path.open("wb") as binary:
            write_xlsx(binary, title, header, rows, scratch)


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """A small table as `write_csv` writes it."""
    out = io.StringIO()
    write_csv(out, header, rows)
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """A small table as `write_xlsx` writes it."""
    out = io.BytesIO()
    write_xlsx(out, title, header, rows)
    return out.getvalue()


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet_response(
    kind: str, name: str, title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]
) -> Response:
    """A table to take away as `kind` (csv or xlsx; 404 for any other); `name` is the file's, without its ending."""
    if kind not in {"csv", "xlsx"}:
        abort(404)
    data = csv_bytes(header, rows) if kind == "csv" else xlsx_bytes(title, header, rows)
    response = Response(data, content_type="text/csv; charset=utf-8" if kind == "csv" else XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
