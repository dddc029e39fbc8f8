"""Made-up content of the style page. Nobody here exists."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from wtforms import (
    BooleanField,
    FileField,
    Form,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired

from elearn import clock


class SampleUser:
    """Someone with every role, as the layout wants to know them."""

    is_authenticated = True
    name = "Rina Kartika"
    initials = "RK"
    position = "Penelaah Teknis Kebijakan"
    roles = frozenset({"atasan"})


class SampleAdmin(SampleUser):
    """Someone with more places to go than a phone has room for."""

    roles = frozenset({"atasan", "pengajar", "admin"})


# Plain strings: tuples are deprecated in WTForms 3.3, and its published types know neither.
UNITS: Any = ["Dinas Komunikasi dan Informatika", "Kecamatan Antapani"]
LEVELS: Any = ["Dasar", "Lanjut"]


class SampleForm(Form):
    """Every kind of field."""

    number = StringField("NIP atau NI PPPK", [DataRequired()], description="18 angka. Boleh diketik dengan spasi.")
    password = PasswordField("Kata sandi", [DataRequired()])
    unit = SelectField("Unit kerja", choices=UNITS)
    level = RadioField("Tingkat", [DataRequired()], choices=LEVELS)
    note = TextAreaField("Catatan")
    file = FileField("Berkas CSV atau XLSX")
    remember = BooleanField("Ingat saya di perangkat ini")


def form(*, with_errors: bool = False) -> SampleForm:
    """The sample form, fresh or as it comes back with two errors."""
    sample = SampleForm(prefix="galat" if with_errors else "")
    if with_errors:
        sample.number.errors = ["Nomor ini 17 angka; NIP dan NI PPPK terdiri atas 18 angka."]
        sample.level.errors = ["Pilih salah satu tingkat."]
    return sample


MODULES = [
    ("Tata kelola digital", "Dasar-dasar SPBE", 33, "2 dari 6 materi", "3 JP"),
    ("Keamanan", "Keamanan informasi sehari-hari", 75, "6 dari 8 materi", "2 JP"),
    ("Layanan warga", "Menangani aduan lewat SP4N-LAPOR!", 50, "3 dari 6 materi", "2 JP"),
    ("Data", "Satu Data Indonesia untuk OPD", 12, "1 dari 8 materi", "3 JP"),
]

TOC = [
    {"title": "Tes awal", "url": "/gaya/materi", "state": "done", "current": False},
    {"title": "Apa itu SPBE", "url": "/gaya/materi", "state": "done", "current": False},
    {"title": "Arsitektur SPBE", "url": "/gaya/materi", "state": "now", "current": True},
    {"title": "Empat domain evaluasi", "url": "/gaya/materi", "state": "open", "current": False},
    {"title": "Peran OPD", "url": "/gaya/materi", "state": "open", "current": False},
    {"title": "Kuis akhir", "url": None, "state": "open", "current": False},
]

OPTIONS = [
    ("a", "77,63 — C, kurang baik"),
    ("b", "86,25 — B, baik"),
    ("c", "88,31 — A, sangat baik"),
    ("d", "91,05 — A, sangat baik"),
]

COURSES = ["SPBE", "PDP", "Keamanan", "Aduan", "Satu Data", "Standar"]


def _member(name: str, position: str, jp: str, percent: int, scores: list[int | None], days: int) -> dict[str, Any]:
    return {
        "name": name,
        "position": position,
        "jp": jp,
        "percent": percent,
        "behind": percent < 50,
        "scores": list(zip(COURSES, scores, strict=True)),
        "seen": clock.now() - timedelta(days=days),
        "seen_level": "ok" if days <= 3 else "due" if days <= 21 else "late",
    }


def team() -> list[dict[str, Any]]:
    """Six people of a unit, from well ahead to out of touch."""
    return [
        _member("Asep Hidayat", "Penelaah Teknis Kebijakan", "18,5", 92, [92, 92, 78, 92, 92, 64], 2),
        _member("Dewi Lestari", "Pranata Komputer", "20", 100, [92, 92, 92, 92, 92, 92], 0),
        _member("Eka Nugraha", "Pengelola Layanan", "6", 30, [92, 64, 52, None, None, None], 31),
        _member("Fitri Rahma", "Analis Data", "12", 60, [92, 92, 78, 64, None, None], 1),
        _member("Gilang Ramadan", "Arsiparis", "15,5", 77, [92, 78, 92, 78, 78, None], 3),
        _member("Hana Maulida", "Pengelola Aduan", "9", 45, [78, 92, 64, None, None, None], 8),
    ]


def questions(*, review: bool = False) -> list[dict[str, Any]]:
    """Fifteen questions of an attempt: 1, 2, 3, 5 and 6 answered, 3 flagged, 7 on the screen."""
    answered = range(1, 16) if review else (1, 2, 3, 5, 6)
    return [
        {
            "n": n,
            "url": "/gaya/kuis",
            "done": n in answered,
            "flag": n == 3 and not review,
            "current": n == 7,
            "mark": ("wrong" if n in (4, 9, 12) else "right") if review else None,
        }
        for n in range(1, 16)
    ]


def sample() -> dict[str, Any]:
    """All of it, with times near the present one."""
    return {
        "modules": MODULES,
        "toc": TOC,
        "options": OPTIONS,
        "course_columns": [{"text": course, "class": "score"} for course in COURSES],
        "team": team(),
        "questions": questions(),
        "review": questions(review=True),
        "now": clock.now(),
        "morning": datetime(2026, 11, 23, 8, 0, tzinfo=clock.JAKARTA),
        "deadline": clock.now() + timedelta(seconds=872),
    }
