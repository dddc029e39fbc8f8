"""JSON Schemas of the front matter, for editors that complete and check YAML (JSON Schema, draft 2020-12).

They are made of the same models that read the files (`keys`). An editor sees YAML's own numbers, so `jp: 2` is a number
there and a text here. What one file cannot tell (whether an outcome exists, a folder's name) is left to `content check`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from elearn.core.content.keys import Keys, LessonKeys, ModuleKeys, PathKeys, QuizKeys

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_MODELS: Mapping[str, tuple[type[Keys], str]] = {
    "module": (ModuleKeys, "Keterangan modul (module.md)"),
    "lesson": (LessonKeys, "Keterangan materi"),
    "quiz": (QuizKeys, "Keterangan kuis"),
    "path": (PathKeys, "Keterangan jalur belajar"),
}
KINDS = (*_MODELS, "part")
"""`part` is a numbered file of a module: a quiz where it says `kind`, and a lesson otherwise."""

_SAID = {
    "title": "Judul.",
    "summary": "Satu kalimat.",
    "topic": "Kelompok di katalog, misalnya Layanan warga.",
    "jp": "Jam pelajaran yang diakui setelah modul selesai; boleh pecahan: 1.5, atau '1,5'.",
    "level": "Tingkat.",
    "audience": "Sasaran, misalnya [semua-asn].",
    "prerequisites": "Slug modul yang sebaiknya dipelajari dulu.",
    "completion": "Kapan modul selesai: semua materi selesai dan semua kuis yang dinilai lulus.",
    "pretest": "Slug kuis sebelum belajar; cukup dikumpulkan.",
    "posttest": "Slug kuis sesudah belajar; bersama pretest menghasilkan peningkatan hasil belajar.",
    "aliases": "Slug yang dulu, supaya riwayat peserta tetap tersambung.",
    "reviewed": "Kapan isinya terakhir ditinjau, misalnya 2026-11-23.",
    "changes": "Apa yang berubah di versi ini, atau yang perlu diperiksa ulang.",
    "action": "Satu hal yang diminta diterapkan sesudah modul, misalnya: Pilih satu formulir yang akan Anda ringkas.",
    "minutes": "Lama membaca dalam menit; tanpa ini dihitung dari panjangnya.",
    "kind": "quiz dinilai, survey tidak.",
    "passing": "Ambang lulus dalam persen; bila tidak ditulis 70.",
    "attempts": "Berapa kali boleh dicoba, atau unlimited; bila tidak ditulis 1.",
    "time": "Batas waktu: 20m, 1h, 1h30m.",
    "shuffle": "Yang diacak: urutan soal, urutan pilihan.",
    "grading": "Percobaan mana yang dihitung; bila tidak ditulis yang tertinggi.",
    "mode": "Kapan jawaban dinilai; bila tidak ditulis setelah dikumpulkan.",
    "review": "Kapan kunci dan pembahasan tampil; bila tidak ditulis setelah dikumpulkan.",
    "cooldown": "Jeda antarpercobaan: 1h, 2d.",
    "opens": "Mulai dapat dikerjakan, waktu Jakarta: '2026-01-05 08:00'.",
    "closes": "Terakhir dapat dikerjakan, waktu Jakarta: '2026-01-31 16:00'.",
    "marking": "Apakah penilai esai melihat nama peserta.",
    "markers": "Berapa orang menilai tiap esai.",
    "modules": "Slug modul menurut urutan.",
}
_OUTCOMES = {
    "module": "Tujuan pembelajaran: kunci dan teks, satu tujuan pada setiap baris.",
    "lesson": "Kunci tujuan dari module.md, misalnya [TP1, TP2].",
}


def front_matter_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of the front matter of a kind of file. Raises KeyError for a kind that is not in `KINDS`."""
    if kind == "part":
        says_kind = {"required": ["kind"]}
        return {"$schema": DRAFT, "if": says_kind, "then": _body("quiz"), "else": _body("lesson")}
    return {"$schema": DRAFT, **_body(kind)}


def _body(kind: str) -> dict[str, Any]:
    model, title = _MODELS[kind]
    made = model.model_json_schema()["properties"]
    told = {**_SAID, "outcomes": _OUTCOMES.get(kind, "")}
    return {
        "title": title,
        "type": "object",
        "properties": {name: _property(schema, told[name]) for name, schema in made.items()},
        "required": [*model.required, *(["kind"] if kind == "quiz" else [])],
        "additionalProperties": False,
    }


def _property(schema: Mapping[str, Any], description: str) -> dict[str, Any]:
    """A key that may be left out is left out: none is written as null, and no default need stand in the file."""
    left = {name: value for name, value in schema.items() if name not in ("title", "default")}
    choices = [one for one in left.get("anyOf", ()) if one.get("type") != "null"]
    if len(choices) == 1:
        left = choices[0]
    return {"description": description, **left}
