"""The account as tables to take away: the same figures as on the page."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from flask_babel import gettext as _

from elearn.supervision.report import Report, UnitLine
from elearn.supervision.report_rows import PEOPLE, Behind, RowLine
from elearn.web.formats import bulan
from elearn.web.sheets import Value


def words(behind: Behind) -> str:
    """What rows these are, as a heading."""
    base = {
        "orang": _("Semua ASN"),
        "pns": _("PNS"),
        "pns-tercapai": _("PNS yang sudah mencapai target JP"),
        "pns-belum": _("PNS yang belum mencapai target JP"),
        "pppk": _("PPPK"),
        "pppk-lebih": _("PPPK yang melewati batas JP"),
        "belajar": _("ASN yang sudah memperoleh JP"),
        "tanpa-jp": _("ASN yang belum memperoleh JP"),
        "selesai": _("Modul yang diselesaikan"),
        "pertama": _("Percobaan pertama kuis akhir"),
        "pertama-lulus": _("Lulus pada percobaan pertama"),
        "pertama-belum": _("Belum lulus pada percobaan pertama"),
        "kenaikan": _("Kenaikan dari tes awal ke tes akhir"),
    }[behind.kind]
    more = []
    if behind.month:
        more.append(bulan(behind.month))
    if behind.band is not None:
        more.append(band_words(behind.band))
    return " · ".join([base, *more])


def band_words(band: int) -> str:
    return str(_("nilai %(dari)s sampai %(ke)s", dari=10 * band, ke=100 if band == 9 else 10 * band + 9))


def units_table(made: Report) -> tuple[list[str], list[list[Value]]]:
    """(header, rows): the unit, those right below it, and the city."""
    header = ["Unit kerja", "Kode", "ASN", "PNS", "PNS mencapai target", "Persen PNS mencapai target", "PPPK"]
    header += ["PPPK melewati batas", "ASN dengan JP", "JP mereka", "Modul diselesaikan", "JP diperoleh di unit"]
    header += [
        "Percobaan pertama",
        "Lulus pertama",
        "Persen lulus pertama",
        "Kenaikan rata-rata (poin)",
        "Pasangan tes",
    ]
    city = UnitLine(0, "", _("Seluruh kota"), made.city)
    return header, [_unit_row(line) for line in [made.unit, *made.below, city]]


def _unit_row(line: UnitLine) -> list[Value]:
    sums = line.sums
    name = _("%(unit)s (unit itu sendiri)", unit=line.name) if line.own else line.name
    return [
        name,
        line.code,
        sums.people,
        sums.pns,
        sums.pns_reached,
        _short(sums.reached),
        sums.pppk,
        sums.pppk_over,
        sums.learners,
        sums.jp,
        sums.completions,
        sums.jp_earned,
        sums.tries,
        sums.passes,
        _short(sums.first_pass),
        _short(sums.mean_gain),
        sums.gains,
    ]


def _short(value: Decimal | None) -> Decimal | None:
    """To one decimal."""
    return None if value is None else value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def rows_header(behind: Behind, year: int) -> list[str]:
    """The columns of the rows behind a figure."""
    header = ["NIP/NI PPPK", "Nama", "Jabatan", "Unit kerja", "Kepegawaian"]
    if behind.kind in PEOPLE:
        header.append(f"JP {year}")
    elif behind.kind == "selesai":
        header += ["Modul", "Selesai", "JP", "Nilai", "Nomor bukti"]
    else:
        header += ["Modul", "Waktu", "Nilai", "Lulus", "Kenaikan (poin)"]
    return header


def row_cells(behind: Behind, line: RowLine) -> list[Value]:
    """One of them."""
    row: list[Value] = [line.number, line.name, line.position, line.unit, line.employment.upper()]
    if behind.kind in PEOPLE:
        return [*row, line.jp or Decimal(0)]
    if behind.kind == "selesai":
        return [*row, line.module, line.at, line.jp, line.percent, line.proof]
    passed = None if line.passed is None else "ya" if line.passed else "tidak"
    return [*row, line.module, line.at, line.percent, passed, line.gain]
