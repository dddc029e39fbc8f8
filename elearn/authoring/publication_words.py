"""What the publish page says of settings and parts, in the words of the interface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from elearn.core.content.changes import Changes, Setting
from elearn.core.model import Module
from elearn.web.formats import angka, durasi, waktu


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A setting that differs: where (title of the quiz, or empty), which, and both values."""

    where: str
    name: str
    before: str
    after: str


def setting_lines(changes: Changes, after: Module) -> list[SettingLine]:
    return [_line(setting, after) for setting in changes.settings]


def _line(setting: Setting, after: Module) -> SettingLine:
    return SettingLine(
        where=part_title(setting.part, after) if setting.part else "",
        name=_names()[setting.name],
        before=_value(setting.name, setting.before),
        after=_value(setting.name, setting.after),
    )


def part_title(slug: str, *modules: Module) -> str:
    """The title of a part in the first of these modules that has it."""
    return next((part.title for module in modules if (part := module.part(slug))), slug)


def _names() -> dict[str, str]:
    return {
        "title": _("Judul"),
        "jp": _("JP"),
        "level": _("Tingkat"),
        "prerequisites": _("Prasyarat"),
        "outcomes": _("Tujuan belajar"),
        "pretest": _("Kuis awal (pretest)"),
        "posttest": _("Kuis akhir (posttest)"),
        "passing": _("Ambang lulus"),
        "attempts": _("Banyak percobaan"),
        "time_limit": _("Batas waktu"),
        "shuffle": _("Yang diacak"),
        "grading": _("Nilai yang dipakai"),
        "mode": _("Cara kuis (mode)"),
        "review": _("Kapan pembahasan tampil"),
        "cooldown": _("Jeda antarpercobaan"),
        "opens": _("Dibuka"),
        "closes": _("Ditutup"),
        "graded": _("Menentukan kelulusan"),
        "survey": _("Survei"),
        "marking": _("Nama peserta saat menilai"),
        "markers": _("Penilai tiap jawaban"),
        "length": _("Soal tiap percobaan"),
    }


def _value(name: str, value: Any) -> str:
    if value is None:
        return str(_("tidak dibatasi") if name in ("attempts", "time_limit") else _("tidak ada"))
    if isinstance(value, bool):
        return str(_("ya") if value else _("tidak"))
    if name in ("time_limit", "cooldown"):
        return str(durasi(timedelta(seconds=value)))
    if isinstance(value, datetime):
        return str(waktu(value))
    if isinstance(value, int | Decimal):
        return str(angka(value))
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {text}" for key, text in value.items()) or _("tidak ada")
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value) or _("tidak ada")
    return str(value)
