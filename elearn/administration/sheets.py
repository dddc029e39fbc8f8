"""The files an administrator takes away: the template of an import, its bad rows, the first passwords."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter
from flask_babel import gettext as _

from elearn.administration.rows import Problem
from elearn.administration.tables import COLUMNS
from elearn.core.identity import spaced
from elearn.people.bulk import FirstPassword
from elearn.people.models import Unit
from elearn.web.sheets import csv_bytes, xlsx_bytes


def template(kind: str, units: Sequence[Unit]) -> bytes:
    """An empty table to fill in. The workbook's columns are text, so that no NIP loses its last digits, and a second sheet
    lists the units."""
    return csv_bytes(COLUMNS, []) if kind == "csv" else _workbook(units)


def _workbook(units: Sequence[Unit]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    people = book.add_worksheet(_("Pegawai"))
    people.freeze_panes(1, 0)
    for column, (name, width) in enumerate(zip(COLUMNS, (24, 30, 30, 26, 30, 28), strict=True)):
        people.set_column(column, column, width, text)
        people.write_string(0, column, name, bold)
    listed = book.add_worksheet(_("Unit"))
    listed.freeze_panes(1, 0)
    listed.set_column(0, 0, 32)
    listed.set_column(1, 1, 60)
    listed.write_row(0, 0, [_("kode unit"), _("nama unit")], bold)
    for row, unit in enumerate(units, start=1):
        listed.write_string(row, 0, unit.code)
        listed.write_string(row, 1, unit.name)
    book.close()
    return out.getvalue()


def bad_rows(problems: Sequence[Problem]) -> bytes:
    """Every problem of a file, as CSV."""
    header = [_("baris"), _("kolom"), _("sebab"), _("isi")]
    return csv_bytes(header, ([p.line, p.column, p.reason, p.value] for p in problems))


def first_passwords(kind: str, people: Sequence[FirstPassword]) -> bytes:
    """What to hand to each person. The number is written in groups: a spreadsheet would round eighteen digits."""
    header = [_("NIP atau NI PPPK"), _("Nama"), _("Unit kerja"), _("Kata sandi awal")]
    rows = [[spaced(p.number), p.name, p.unit, p.password] for p in people]
    return csv_bytes(header, rows) if kind == "csv" else xlsx_bytes(_("Kata sandi awal"), header, rows)
