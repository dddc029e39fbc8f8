"""NIP and NI PPPK: 18 digits that say something and can therefore be checked.

NIP (PNS): birth date YYYYMMDD, appointment YYYYMM, sex 1 or 2, serial 001 to 999.
NI PPPK: birth date YYYYMMDD, year of appointment YYYY, the digit 2, frequency 1 to 9, sex 1 or 2, serial 001
to 999.
Digits 13 and 14 tell them apart: a month is 01 to 12, the other is 21 to 29.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

_SEPARATORS = re.compile(r"[\s.\-'’\u00a0]+")
_AS_TEXT = "ubah format kolom menjadi Teks lalu isi ulang."


class BadNumber(ValueError):
    """A number that cannot be a NIP or NI PPPK. `part` names what is wrong; the message is for the page."""

    def __init__(
        self, part: Literal["digits", "length", "birth", "appointment", "sex", "serial"], message: str
    ) -> None:
        super().__init__(message)
        self.part = part


@dataclass(frozen=True, slots=True)
class Identity:
    """What the number says. `month` is the month of appointment, which an NI PPPK does not tell."""

    number: str
    kind: Literal["pns", "pppk"]
    birth: date
    sex: Literal["L", "P"]
    year: int
    month: int | None


def normalise(text: str) -> str:
    """The number without blanks, dots, dashes and apostrophes."""
    return _SEPARATORS.sub("", text)


def spaced(number: str) -> str:
    """As it is printed: 19870512 201001 1 005."""
    return f"{number[:8]} {number[8:14]} {number[14]} {number[15:]}" if len(number) == 18 else number


def parse(text: str) -> Identity:
    """Read a number, with or without blanks. Raises BadNumber."""
    number = normalise(text)
    if not re.fullmatch(r"[0-9]+", number):
        raise BadNumber("digits", "NIP atau NI PPPK hanya berisi angka.")
    if len(number) != 18:
        raise BadNumber("length", f"NIP atau NI PPPK terdiri dari 18 angka; ini {len(number)} angka.")
    birth = _date(number[:8])
    if birth is None or birth.year < 1930:
        raise BadNumber("birth", "Delapan angka pertama seharusnya tanggal lahir, misalnya 19870512.")
    year, tail = int(number[8:12]), int(number[12:14])
    if not birth.year + 15 <= year <= birth.year + 70:
        raise BadNumber("appointment", "Angka ke-9 sampai ke-12 seharusnya tahun pengangkatan.")
    if 1 <= tail <= 12:
        kind: Literal["pns", "pppk"] = "pns"
    elif 21 <= tail <= 29:
        kind = "pppk"
    else:
        raise BadNumber(
            "appointment",
            "Angka ke-13 dan ke-14 seharusnya bulan pengangkatan (01–12), atau 21–29 untuk PPPK.",
        )
    if number[14] not in "12":
        raise BadNumber("sex", "Angka ke-15 seharusnya 1 (laki-laki) atau 2 (perempuan).")
    if number[15:] == "000":
        raise BadNumber("serial", "Tiga angka terakhir seharusnya nomor urut 001 sampai 999.")
    sex: Literal["L", "P"] = "L" if number[14] == "1" else "P"
    return Identity(number, kind, birth, sex, year, tail if kind == "pns" else None)


def _date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def make_nip(birth: date, year: int, month: int, sex: Literal["L", "P"] | str, serial: int) -> str:
    """A NIP of these parts; `serial` 1 to 999."""
    return parse(f"{birth:%Y%m%d}{year:04d}{month:02d}{1 if sex == 'L' else 2}{serial:03d}").number


def make_nippppk(birth: date, year: int, frequency: int, sex: Literal["L", "P"] | str, serial: int) -> str:
    """An NI PPPK of these parts; `frequency` 1 to 9, `serial` 1 to 999."""
    return parse(f"{birth:%Y%m%d}{year:04d}2{frequency}{1 if sex == 'L' else 2}{serial:03d}").number


def as_text(value: Any) -> str:
    """The number in a cell of a spreadsheet. Raises BadNumber for a float: it has lost its last digits."""
    if value is None:
        return ""
    if isinstance(value, bool):
        raise BadNumber("digits", "NIP atau NI PPPK hanya berisi angka.")
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 2**53:
            return str(int(value))
        raise BadNumber(
            "digits",
            f"Sel NIP tersimpan sebagai bilangan sehingga angka terakhirnya hilang: {_AS_TEXT}",
        )
    if isinstance(value, int | Decimal):
        return str(value)
    text = str(value).strip()
    if re.fullmatch(r"\d([.,]\d+)?[eE]\+?\d+", text):
        raise BadNumber(
            "digits",
            f"NIP tertulis dalam notasi ilmiah sehingga angka terakhirnya hilang: {_AS_TEXT}",
        )
    return normalise(text)
