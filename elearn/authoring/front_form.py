"""The front matter of a file as a form: its fields, what stands in them, and the text after they were changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from elearn.core.content.frontedit import Written, set_key
from elearn.core.content.frontmatter import Value, read_front
from elearn.core.content.text import FileReport

PREFIX = "ket-"


@dataclass(frozen=True, slots=True)
class Field:
    """A key of the front matter. `list`: values with commas between; `pairs`: a line `KUNCI: teks` each."""

    key: str
    label: LazyString
    help: LazyString | str = ""
    kind: Literal["line", "text", "number", "choice", "list", "pairs"] = "line"
    choices: tuple[tuple[str, LazyString], ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    field: Field
    value: str


_TITLE = Field("title", _l("Judul"))
_SUMMARY = Field("summary", _l("Ringkasan"), _l("Satu kalimat."), "text")
_OUTCOMES = Field("outcomes", _l("Tujuan"), _l("Kunci tujuan, dipisah koma: TP1, TP2."), "list")
FIELDS: Mapping[str, tuple[Field, ...]] = {
    "module": (
        _TITLE,
        Field("summary", _l("Ringkasan"), _l("Satu kalimat untuk katalog."), "text"),
        Field("topic", _l("Topik"), _l("Misalnya Layanan warga.")),
        Field("jp", _l("JP"), _l("Jam pelajaran yang diakui setelah selesai."), "number"),
        Field("level", _l("Tingkat"), "", "choice",
              (("dasar", _l("Dasar")), ("menengah", _l("Menengah")), ("lanjut", _l("Lanjut")))),
        Field("audience", _l("Sasaran"), _l("Dipisah koma, misalnya semua-asn."), "list"),
        Field("prerequisites", _l("Prasyarat"), _l("Nama folder modul lain, dipisah koma."), "list"),
        Field("outcomes", _l("Tujuan pembelajaran"), _l("Satu baris satu tujuan: TP1: Menjelaskan …"), "pairs"),
        Field("pretest", _l("Tes awal"), _l("Nama kuis tanpa nomor, misalnya tes-awal. Boleh kosong.")),
        Field("posttest", _l("Tes akhir"), _l("Nama kuis tanpa nomor. Dengan tes awal, kenaikan belajar dihitung.")),
        Field("action", _l("Ajakan rencana aksi"), _l("Yang diminta diterapkan sesudah modul. Boleh kosong."), "text"),
        Field("reviewed", _l("Terakhir diperiksa"), _l("Tanggal, misalnya 2026-11-23.")),
        Field("changes", _l("Perlu diperiksa ulang"), _l("Aturan atau angka yang dapat berubah."), "text"),
    ),
    "lesson": (
        _TITLE,
        _SUMMARY,
        Field("minutes", _l("Menit"), _l("Kosongkan agar dihitung dari panjangnya."), "number"),
        _OUTCOMES,
    ),
    "quiz": (
        _TITLE,
        Field("passing", _l("Ambang lulus"), _l("Persen; bila kosong 70."), "number"),
        Field("attempts", _l("Percobaan"), _l("Angka, atau unlimited. Bila kosong 1.")),
        Field("time", _l("Batas waktu"), _l("Misalnya 20m atau 1h. Kosong: tanpa batas.")),
        Field("shuffle", _l("Acak"), _l("questions, options, atau keduanya dipisah koma."), "list"),
        Field("mode", _l("Cara menilai"), "", "choice", (
            ("deferred", _l("Setelah dikumpulkan")), ("immediate", _l("Langsung, sekali periksa")),
            ("practice", _l("Latihan dengan petunjuk")), ("certainty", _l("Dengan tingkat keyakinan")))),
        Field("grading", _l("Nilai yang dipakai"), "", "choice", (
            ("highest", _l("Tertinggi")), ("latest", _l("Terakhir")), ("average", _l("Rata-rata")),
            ("first", _l("Pertama")))),
        Field("review", _l("Kunci dan pembahasan tampil"), "", "choice", (
            ("after-submit", _l("Setelah dikumpulkan")), ("after-passing", _l("Setelah lulus")),
            ("after-close", _l("Setelah kuis ditutup")), ("never", _l("Tidak pernah")))),
        Field("cooldown", _l("Jeda antarpercobaan"), _l("Misalnya 1h.")),
        Field("opens", _l("Dibuka"), _l("Waktu Bandung, misalnya 2026-12-01 08:00.")),
        Field("closes", _l("Ditutup"), _l("Waktu Bandung, misalnya 2026-12-31 16:00.")),
    ),
}  # fmt: skip


def filled(kind: str, text: str) -> list[Filled] | None:
    """The fields of a kind of file with what the text says; None where its front matter cannot be read: then only the
    text itself can be mended."""
    front = read_front(text.split("\n"), FileReport(""))
    if front.broken:
        return None
    return [Filled(field, _shown(front.values.get(field.key))) for field in FIELDS[kind]]


def applied(kind: str, text: str, form: Mapping[str, str]) -> str:
    """The text with the fields of a form. Those that say what they said before leave their lines as they are."""
    for one in filled(kind, text) or ():
        given = form.get(PREFIX + one.field.key)
        if given is not None and _plain(given) != _plain(one.value):
            text = set_key(text, one.field.key, _written(one.field, given))
    return text


def _plain(value: str) -> str:
    return value.replace("\r\n", "\n").strip()


def _shown(value: Value | None) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, dict):
        return "\n".join(f"{key}: {text}" for key, text in value.items())
    return value or ""


def _written(field: Field, given: str) -> Written:
    if field.kind == "list":
        return [item.strip() for item in given.split(",") if item.strip()]
    if field.kind == "pairs":
        pairs = (line.partition(":") for line in given.splitlines() if line.strip())
        return {key.strip(): text.strip() for key, _colon, text in pairs}
    return given.strip()
