"""Numbers, dates, durations as Indonesians write them; Jinja filters of the same names. Time is Jakarta's."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

from babel import Locale
from flask import Flask

from elearn import clock
from elearn.web.i18n import gettext, locale, ngettext

Number = int | Decimal | Fraction
NOTHING = "–"
_SWAP = str.maketrans(",.", ".,")


def angka(value: Number | None, places: int = 2) -> str:
    """1234.50 -> `1.234,5`: at most `places` decimals, half up, no trailing zeros. None -> an en dash."""
    return NOTHING if value is None else _number(value, places, ROUND_HALF_UP, locale())


def persen(value: Number | None, places: int = 0) -> str:
    """67 -> `67%`, of 0 to 100. Rounded down: what is not reached never looks reached."""
    return NOTHING if value is None else _number(value, places, ROUND_FLOOR, locale()) + "%"


def bulat(value: Number | None) -> int:
    """A share in percent as the whole number of a class p0 ... p100, rounded down and kept within them."""
    return 0 if value is None else max(0, min(100, int(_round(value, 0, ROUND_FLOOR))))


def tanggal(value: date | None) -> str:
    """`23 November 2026`, of a date or an aware instant."""
    if value is None:
        return NOTHING
    day = _day(value)
    return f"{day.day} {_months(locale())[day.month]} {day.year}"


def dari_iso(value: str) -> date:
    """A date that was kept as `2026-11-23`."""
    return date.fromisoformat(value)


def waktu(value: datetime | None) -> str:
    """`23 November 2026 10.42`."""
    return NOTHING if value is None else f"{tanggal(value)} {jam(value)}"


def jam(value: datetime | None) -> str:
    """`10.42`, on a clock of 24 hours."""
    return NOTHING if value is None else _clock(value, "%H.%M")


def jam_detik(value: datetime | None) -> str:
    """`10.42.07`."""
    return NOTHING if value is None else _clock(value, "%H.%M.%S")


def lalu(value: date | None) -> str:
    """`hari ini`, `kemarin`, `3 hari lalu`: days of the calendar in Jakarta, not spans of 24 hours."""
    if value is None:
        return gettext("belum pernah")
    days = (_day(clock.now()) - _day(value)).days
    if days <= 0:
        return gettext("hari ini")
    return gettext("kemarin") if days == 1 else _many("%(num)s hari lalu", days)


def tenggat(value: date | None) -> str:
    """How far off a day is: `besok`, `3 hari lagi`, `terlambat 2 hari`; beyond two weeks the date."""
    if value is None:
        return gettext("tanpa tenggat")
    days = (_day(value) - _day(clock.now())).days
    if days < 0:
        return _many("terlambat %(num)s hari", -days)
    if days < 2:
        return gettext("hari ini") if days == 0 else gettext("besok")
    return _many("%(num)s hari lagi", days) if days <= 14 else tanggal(value)


def durasi(value: int | timedelta | None) -> str:
    """`12 menit`, `1 jam 20 menit`, `45 detik`: of whole minutes or of a span of time."""
    if value is None:
        return NOTHING
    seconds = value * 60 if isinstance(value, int) else int(value.total_seconds())
    if 0 < seconds < 60:
        return _many("%(num)s detik", seconds)
    hours, minutes = divmod(seconds // 60, 60)
    parts = [_many("%(num)s jam", hours)] if hours else []
    if minutes or not hours:
        parts.append(_many("%(num)s menit", minutes))
    return " ".join(parts)


def ukuran(size: int) -> str:
    """Bytes as people count them: `340 KB`, `1,2 MB`."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB"
    return f"{angka(Decimal(size) / 1_000_000, 1)} MB"


def sisa(value: int | timedelta) -> str:
    """What a timer shows of seconds left: `14.32`, `1.04.32`; never below `0.00`."""
    seconds = max(0, value if isinstance(value, int) else int(value.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    return f"{hours}.{minutes:02}.{rest:02}" if hours else f"{minutes}.{rest:02}"


def _round(value: Number, places: int, rounding: str) -> Decimal:
    exact = Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else Decimal(value)
    return exact.quantize(Decimal(1).scaleb(-places), rounding=rounding)


@lru_cache(maxsize=5000)
def _number(value: Number, places: int, rounding: str, language: str) -> str:
    """The number as it is written in a language; a page of a team writes few different ones very often."""
    text = f"{_round(value, places, rounding):,f}"
    if "." in text:
        text = text.rstrip("0").removesuffix(".")
    if text == "-0":
        text = "0"
    text = text.replace("-", "−")
    return text if language == "en" else text.translate(_SWAP)


def _clock(value: datetime, pattern: str) -> str:
    text = value.astimezone(clock.JAKARTA).strftime(pattern)
    return text.replace(".", ":") if locale() == "en" else text


def _day(value: date) -> date:
    return value.astimezone(clock.JAKARTA).date() if isinstance(value, datetime) else value


def _many(text: str, number: int) -> str:
    """A text with `%(num)s` for a number of things; Indonesian has one form for one and for many."""
    return ngettext(text, text, number) % {"num": number}


@lru_cache
def _months(language: str) -> dict[int, str]:
    return dict(Locale(language).months["format"]["wide"])


def bulan(value: int) -> str:
    """`November`, from 1 to 12."""
    return _months(locale())[value]


def awal(value: str) -> str:
    """A phrase at the beginning of a line: its first letter large, the others as they are."""
    return value[:1].upper() + value[1:]


FILTERS = (
    awal,
    bulan,
    angka,
    persen,
    bulat,
    tanggal,
    dari_iso,
    waktu,
    jam,
    jam_detik,
    lalu,
    tenggat,
    durasi,
    sisa,
    ukuran,
)


def init_app(app: Flask) -> None:
    for function in FILTERS:
        app.jinja_env.filters[function.__name__] = function
